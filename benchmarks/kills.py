"""Kill runs over folders at any moment, and complete them: ``python benchmarks/kills.py``.

Every play begins with the same images, kills a run once or more, by SIGKILL or SIGTERM, the command
alone or all its processes, and runs it again until nothing is left to do. Then all files must be
those of a run that nobody disturbed, byte by byte, and nothing else may be there. Prints a
Markdown table and what went wrong, and ends with 1 if anything did. ``--play 17`` plays one of them
again; the moments are the same as far as the machine is as fast.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

SAMPLES = Path(__file__).parent.parent / "sample_images"
COMMAND = [sys.executable, "-m", "colorquant"]
COMMON = ["-r", "-k", "32"]
_TWO_JOBS = ["--jobs", "2"]
MODES = {
    "plain": ["-o", "out", *_TWO_JOBS],
    "in place": ["--in-place", *_TWO_JOBS],
    "shared palette": [
        *("-o", "out", "--shared-palette", "--palette-out", "palette.json"),
        *_TWO_JOBS,
    ],
    "both": ["--in-place", "--shared-palette", *_TWO_JOBS],
    "cluster": ["-o", "out", "--cluster", "local"],
}
TWO = "two runs at once"
# Of a hundred kills; starting a cluster takes long.
SHARES = {"plain": 20, "in place": 20, "shared palette": 20, "both": 20, TWO: 15, "cluster": 5}
MOST_KILLS = 3
# Seconds after which what hangs is given up.
PATIENCE = 300
# Runs after the last kill in which all must be done.
RUNS = 3


@dataclass
class Count:
    """What was seen of a mode."""

    plays: int = 0
    kills: int = 0
    at_work: int = 0
    """Kills that met it before its end."""
    alike: int = 0
    slowest: float = 0.0
    """Seconds from the end of the command to that of its last process."""
    troubles: list[str] = field(default_factory=list)


def make(folder: Path, number: int) -> None:
    """Write small images of several formats, some of them in a subfolder."""
    (folder / "sub").mkdir(parents=True)
    chance = np.random.default_rng(0)
    with Image.open(SAMPLES / "flower.jpg") as flower, Image.open(SAMPLES / "china.jpg") as china:
        photos = [flower.convert("RGB"), china.convert("RGB")]
    for index in range(number):
        left, top = chance.integers(0, (440, 290))
        crop = photos[index % 2].crop((left, top, left + 200, top + 130))
        extension = ("png", "webp", "tif")[index % 3]
        place = folder / "sub" if index % 4 == 3 else folder
        crop.save(place / f"{index:03}.{extension}", lossless=True)


def files(home: Path) -> dict[str, bytes]:
    """Return what is in a folder, but records and such: hidden files that are no temporaries."""
    found = {path.relative_to(home).as_posix(): path for path in home.rglob("*") if path.is_file()}
    return {
        name: path.read_bytes()
        for name, path in sorted(found.items())
        if not path.name.startswith(".") or path.name.endswith(".tmp")
    }


class Run:
    """A run of the command in a session of its own, so that all its processes can be met."""

    def __init__(self, home: Path, arguments: list[str]) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  as long as this
        self._told = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            [*COMMAND, "in", *COMMON, *arguments, "--json"],
            cwd=home,
            stdout=self._told,
            stderr=self._said,
            start_new_session=True,
        )

    def kill(self, number: int, *, all_of_it: bool) -> bool:
        """Send a signal; return whether it was still at work."""
        at_work = self._process.poll() is None
        if at_work:
            (os.killpg if all_of_it else os.kill)(self._process.pid, number)
        return at_work

    def wait(self) -> int:
        """Return the exit code."""
        try:
            return self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.end()
            return self._process.wait()

    def gone(self) -> float:
        """Return the seconds until no process is left."""
        start = time.perf_counter()
        with contextlib.suppress(ProcessLookupError):
            while time.perf_counter() - start < PATIENCE:
                os.killpg(self._process.pid, 0)
                time.sleep(0.01)
            self.end()
        return time.perf_counter() - start

    def end(self) -> None:
        """End all of it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def said(self) -> str:
        """Return what it said on stderr."""
        self._said.seek(0)
        return self._said.read().decode(errors="replace")

    def summary(self) -> dict[str, int]:
        """Return its counts."""
        self._told.seek(0)
        last: dict[str, int] = json.loads(self._told.read().splitlines()[-1])
        return last


class Stage:
    """The images, and what a run makes of them that nobody disturbs."""

    def __init__(self, home: Path, images: int) -> None:
        self._home = home
        make(home / "start" / "in", images)
        self._known: dict[str, tuple[dict[str, bytes], float]] = {}

    def fresh(self) -> Path:
        """Return a folder with the images."""
        place = self._home / "play"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self._home / "start", place)
        return place

    def clean(self, mode: str) -> tuple[dict[str, bytes], float]:
        """Return the files after a run, and its seconds."""
        if mode not in self._known:
            first, second = self._undisturbed(mode), self._undisturbed(mode)
            if first[0] != second[0]:
                raise SystemExit(f"{mode}: two clean runs differ")
            self._known[mode] = min(first, second, key=lambda each: each[1])
        return self._known[mode]

    def _undisturbed(self, mode: str) -> tuple[dict[str, bytes], float]:
        home = self.fresh()
        start = time.perf_counter()
        run = Run(home, MODES[mode])
        code = run.wait()
        if code:
            raise SystemExit(f"{mode}: the clean run ends with {code}:\n{run.said()}")
        return files(home), time.perf_counter() - start


def play(stage: Stage, mode: str, chance: random.Random, count: Count) -> None:
    """Kill, complete and compare."""
    two = mode == TWO
    base = chance.choice(["plain", "in place", "both"]) if two else mode
    expected, seconds = stage.clean(base)
    home = stage.fresh()
    told = [base]
    killed = []
    for before in range(chance.randint(1, MOST_KILLS)):
        runs = [Run(home, MODES[base]) for _ in range(1 + two)]
        # Of two, one or both.
        doomed = runs[: chance.randint(1, len(runs))]
        number = chance.choice([signal.SIGKILL, signal.SIGTERM])
        all_of_it = chance.random() < 0.5
        # With each there is less left to do.
        moment = chance.uniform(0, seconds / (1 + before))
        told.append(f"{number.name} to {'all' if all_of_it else 'it'} at {moment:.2f} s")
        time.sleep(moment)
        for run in doomed:
            count.kills += 1
            count.at_work += run.kill(number, all_of_it=all_of_it)
        for run in runs:
            expect = {0, -number, 128 + number} if run in doomed else {0}
            _check(run, expect, told, count)
        if chance.random() < 0.5:
            # Or else the next one comes before the last process of these is gone.
            count.slowest = max(count.slowest, *(run.gone() for run in doomed))
        killed += runs
    _complete(home, base, told, count)
    for run in killed:
        run.gone()
    _compare(files(home), expected, told, count)
    count.plays += 1


def _check(run: Run, expected: set[int], told: list[str], count: Count) -> None:
    code, said = run.wait(), run.said()
    if code not in expected or "Traceback" in said:
        last = said.strip().splitlines()[-1:]
        count.troubles.append(f"{'; '.join(told)}: ends with {code}: {''.join(last)}")


def _complete(home: Path, mode: str, told: list[str], count: Count) -> None:
    """Run it until all is done, and once more, which must find nothing to do."""
    for _ in range(RUNS):
        run = Run(home, MODES[mode])
        if run.wait() == 0:
            break
    else:
        _check(run, {0}, told, count)
        return
    again = Run(home, MODES[mode])
    _check(again, {0}, told, count)
    summary = again.summary()
    if summary["done"] or summary["failed"] or not summary["skipped"]:
        count.troubles.append(f"{'; '.join(told)}: not complete: {summary}")


def _compare(
    found: dict[str, bytes], expected: dict[str, bytes], told: list[str], count: Count
) -> None:
    odd = [name for name in found | expected if found.get(name) != expected.get(name)]
    count.alike += not odd
    if odd:
        count.troubles.append(f"{'; '.join(told)}: {len(odd)} files differ: {', '.join(odd[:5])}")


def plays(kills: int) -> list[str]:
    """Return the modes to play, in turn, so often that there are about so many kills."""
    # Two runs, of which one and a half are killed on average.
    each = (1 + MOST_KILLS) / 2
    rest = {mode: kills * share / 100 for mode, share in SHARES.items()}
    order = []
    while any(left > 0 for left in rest.values()):
        for mode in [mode for mode, left in rest.items() if left > 0]:
            order.append(mode)
            rest[mode] -= each * (1.5 if mode == TWO else 1)
    return order


def main() -> None:
    """Play, and print what became of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--images", type=int, default=24)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=SHARES, action="append", help="these modes alone")
    parser.add_argument("--play", type=int, help="this one alone")
    asked = parser.parse_args()
    counts = {mode: Count() for mode in SHARES}
    with tempfile.TemporaryDirectory() as name:
        stage = Stage(Path(name), asked.images)
        for number, mode in enumerate(plays(asked.kills)):
            if asked.play in (None, number) and mode in (asked.only or SHARES):
                before = len(counts[mode].troubles)
                play(stage, mode, random.Random(f"{asked.seed}-{number}"), counts[mode])
                for trouble in counts[mode].troubles[before:]:
                    print(f"play {number}: {trouble}", flush=True)
    print("| | plays | kills | at work | alike | last process gone after |")
    print("| --- | --- | --- | --- | --- | --- |")
    for mode, seen in counts.items():
        row = (mode, seen.plays, seen.kills, seen.at_work, seen.alike, f"{seen.slowest:.2f} s")
        print(f"| {' | '.join(map(str, row))} |")
    if any(seen.troubles or seen.alike < seen.plays for seen in counts.values()):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
