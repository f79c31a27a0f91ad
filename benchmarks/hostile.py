"""Run colorquant over hostile and unusual files: ``python benchmarks/hostile.py``.

Prints a Markdown table and the offending files, and ends with 1 if there are any. Every file is
converted in a process of bounded memory and time; what comes out is compared with what other
decoders make of it, and Pillow where no other one reads it. Files named as arguments are run
instead of the suites, to look at one again.
"""

import argparse
import faulthandler
import json
import multiprocessing
import os
import queue
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from multiprocessing.connection import Connection
from pathlib import Path

import decoders
import hostile_files
from hostile_checks import COMPARING, LEISURE, PATIENCE, Finding, Outcome, examine

MEMORY = 2 << 30
SEED = 0
COMMAND_EVERY = 10


def serve(pipe: Connection, home: Path) -> None:
    """Examine files in this process until the pipe closes."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with (home / "crash.txt").open("w") as log:
        os.dup2(log.fileno(), sys.stderr.fileno())
        faulthandler.enable()
        while True:
            try:
                path, with_command = pipe.recv()
            except EOFError:
                return

            def say(*stage: object) -> None:
                pipe.send(stage)

            pipe.send(examine(path, home / "out", say, with_command=with_command))


Results = dict[str, list[Finding] | str]
"""By suite; or why it could not be fetched."""


class Worker:
    """A process that examines files, started anew when it hangs or dies."""

    def __init__(self, home: Path):
        self._home = home
        self._start()

    def _start(self) -> None:
        shutil.rmtree(self._home, ignore_errors=True)
        (self._home / "out").mkdir(parents=True)
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, self._home), daemon=True)
        self._process.start()
        theirs.close()

    def examine(self, path: Path, *, with_command: bool) -> Finding:
        stage, seconds = "starting", LEISURE
        try:
            self._pipe.send((path, with_command))
            while self._answers(seconds):
                answer = self._pipe.recv()
                if isinstance(answer, Finding):
                    return answer
                stage, seconds = answer
        except (EOFError, OSError):
            outcome, what = Outcome.CRASH, self._epitaph()
        else:
            outcome, what = Outcome.HANG, f"over {seconds} s"
        if stage == COMPARING:
            # Of the decoder, not of colorquant.
            outcome = Outcome.CONVERTED
        self.stop()
        self._start()
        return Finding(path, outcome, f"{what}, {stage}")

    def _answers(self, seconds: int) -> bool:
        """Wait for an answer for so many seconds of work, or ten times as many of any kind."""
        start, end = self._worked(), time.monotonic() + 10 * seconds
        while not self._pipe.poll(1):
            if self._worked() - start > seconds or time.monotonic() > end:
                return False
        return True

    def _worked(self) -> float:
        """Return the seconds that the process has had of a processor."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _epitaph(self) -> str:
        self._process.join(PATIENCE)
        code = self._process.exitcode or 0
        frames = re.findall(r'File "([^"]+)", line (\d+)', (self._home / "crash.txt").read_text())
        where = " < ".join(f"{Path(name).name}:{line}" for name, line in frames[:4])
        return f"{signal.strsignal(-code) if code < 0 else f'exit code {code}'} ({where})"

    def stop(self) -> None:
        self._pipe.close()
        self._process.kill()
        self._process.join()


def examine_all(paths: list[Path], workers: list[Worker], every: int) -> list[Finding]:
    """Examine files in all workers; one in so many with the command too."""
    idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
    for worker in workers:
        idle.put(worker)

    def one(index: int) -> Finding:
        worker = idle.get()
        try:
            return worker.examine(paths[index], with_command=index % every == 0)
        finally:
            idle.put(worker)

    with ThreadPoolExecutor(len(workers)) as threads:
        return list(threads.map(one, range(len(paths))))


def groups(arguments: argparse.Namespace) -> dict[str, list[Path] | str]:
    """Return the files by suite, or why a suite is not to be had."""
    if arguments.files:
        return {"files": arguments.files}
    found: dict[str, list[Path] | str] = {}
    for suite in hostile_files.SUITES:
        try:
            found[suite.name] = suite.files(arguments.cache)
        except hostile_files.FetchError as error:
            found[suite.name] = str(error)
    seeds = hostile_files.resaved(arguments.cache / "samples")
    found["samples, resaved"] = seeds
    place = arguments.cache / "mutants"
    found["mutants"] = hostile_files.mutants(seeds, place, arguments.mutants, SEED)
    return found


def table(results: Results) -> str:
    columns = [*Outcome, "compared", "compared with Pillow"]
    rows = [["suite", "files", *columns], ["---"] * (2 + len(columns))]
    for name, findings in results.items():
        if isinstance(findings, str):
            rows.append([name, "not fetched", *["-"] * len(columns)])
            continue
        counts = Counter(finding.outcome for finding in findings)
        by = Counter(finding.compared for finding in findings)
        pillow = by["Pillow"]
        others = len(findings) - by[""] - pillow
        numbers = len(findings), *(counts[outcome] for outcome in Outcome), others, pillow
        rows.append([name, *map(str, numbers)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def offences(results: Results) -> list[str]:
    lines = [f"- {name}: {why}" for name, why in results.items() if isinstance(why, str)]
    lines += [f"- {found.path}: {found.outcome}: {found.what}" for found in offending(results)]
    return lines


def offending(results: Results) -> list[Finding]:
    suites = [findings for findings in results.values() if isinstance(findings, list)]
    return [finding for findings in suites for finding in findings if finding.offending]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, help="instead of the suites")
    parser.add_argument("--cache", type=Path, default=Path("build/hostile"))
    parser.add_argument("--mutants", type=int, default=5000, metavar="N")
    parser.add_argument("--jobs", type=int, default=2, metavar="N")
    parser.add_argument("--json", type=Path, metavar="PATH")
    arguments = parser.parse_args()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    every = 1 if arguments.files else COMMAND_EVERY
    results: Results = {}
    with tempfile.TemporaryDirectory() as home:
        workers = [Worker(Path(home, str(number))) for number in range(arguments.jobs)]
        for name, paths in groups(arguments).items():
            known = isinstance(paths, list)
            results[name] = examine_all(paths, workers, every) if known else paths
        for worker in workers:
            worker.stop()
    for name in decoders.missing():
        print(f"{name} is not installed, and is left out.")
    print(table(results), *offences(results), sep="\n")
    if arguments.json:
        shown = {
            name: r if isinstance(r, str) else [asdict(f) for f in r] for name, r in results.items()
        }
        arguments.json.write_text(json.dumps(shown, indent=1, default=str) + "\n")
    return int(bool(offending(results)))


if __name__ == "__main__":
    sys.exit(main())
