"""Messages about many images: a progress bar, lines of JSON, errors and a summary."""

import json
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from colorquant.bounded import lost_line
from colorquant.cli.shown.messages import MISSED, percent_told, say, sizes_told, write_line
from colorquant.errors import counted, printable
from colorquant.redaction import redacted
from colorquant.storage.urls import shown

if TYPE_CHECKING:
    from tqdm import tqdm

    from colorquant.batch.one_image import Outcome

__all__ = ["Tally"]

# Version of the JSON lines; raised when a field is removed or changes its meaning.
_VERSION = 1


class Tally:
    """Counts outcomes and reports them.

    Parameters
    ----------
    total : int
        Number of files.
    verbose, quiet, as_json, bar : bool
    gallery : Path, optional
        Where a gallery is written.
    """

    def __init__(
        self,
        total: int,
        *,
        verbose: bool,
        quiet: bool,
        as_json: bool,
        bar: bool,
        gallery: Path | None = None,
    ) -> None:
        self._start = time.perf_counter()
        self._verbose, self._quiet, self._json = verbose, quiet, as_json
        self._gallery = gallery
        self._counts: Counter[str] = Counter()
        self._lost: Counter[bool | None] = Counter()
        self._bytes = [0, 0]
        self._pixels = 0
        self._errors: list[str] = []
        self._bar = _bar(total) if bar else None

    @property
    def code(self) -> int:
        """The exit code: 1 if some image failed, 99 if all of them missed a bound, else 0."""
        if self._counts["failed"]:
            return 1
        missed = self._counts["missed"]
        return MISSED if missed and missed == self._counts.total() - self._counts["ignored"] else 0

    def add(self, outcome: "Outcome") -> None:
        """Count an outcome and report it."""
        self._counts[outcome.status] += 1
        self._lost[outcome.has_lost] += 1
        facts = outcome.facts
        if facts:
            self._bytes[0] += facts["source_bytes"]
            self._bytes[1] += facts["output_bytes"]
            self._pixels += facts["width"] * facts["height"]
        if outcome.error:
            word = "Missed" if outcome.status == "missed" else "Error"
            self._errors.append(f"{word}: {printable(outcome.error)}")
        if self._json:
            _write(_record(outcome))
        else:
            for lost in facts.get("lost_colors", ()):
                write_line(f"{printable(str(outcome.source))}: {lost_line(lost)}")
        if not self._quiet:
            for warning in outcome.warnings:
                self._line(f"Warning: {printable(warning)}")
        planned = outcome.status == "planned" and not self._quiet
        if planned or (self._verbose and not outcome.error):
            self._line(_described(outcome))
        if self._bar is not None:
            seconds = max(1e-9, time.perf_counter() - self._start)
            speed = self._pixels / 1e6 / seconds
            told = f"{speed:.1f}" if speed >= 1 else f"{speed:.2g}"
            saved = f", {percent_told(*self._bytes)}" if self._bytes[0] else ""
            self._bar.set_postfix_str(f"{told} MP/s{saved}", refresh=False)
            self._bar.update()

    def close(self, *, interrupted: bool = False) -> None:
        """Print the errors and the summary."""
        if self._bar is not None:
            self._bar.close()
        for error in self._errors:
            say(error)
        seconds = time.perf_counter() - self._start
        if self._json:
            counts = {status: self._counts[status] for status in _STATUSES}
            sizes = {"source_bytes": self._bytes[0], "output_bytes": self._bytes[1]}
            record = {"version": _VERSION, "type": "summary", "interrupted": interrupted}
            _write(record | counts | sizes | {"seconds": round(seconds, 3)})
        if not self._quiet:
            told = [_told(status, n) for status in _STATUSES if (n := self._counts[status])]
            stopped = "interrupted: " if interrupted else ""
            summary = ", ".join(told) or "no images"
            say(f"{stopped}{summary}{self._saved()}, {seconds:.2f} s")
            self._say_lost()

    def _say_lost(self) -> None:
        """Tell where a gallery is, and in how many images it shows lost colors."""
        lost, kept = self._lost[True], self._lost[False]
        if self._gallery is None or not lost + kept:
            return
        images = counted(lost + kept, "image")
        told = f"colors were lost in {lost:,} of" if lost else "no larger color was lost in"
        say(f"{printable(shown(self._gallery))}: {told} {images}")

    def _saved(self) -> str:
        """Return the sizes of all, with a comma before them."""
        before, after = self._bytes
        return f", {sizes_told(before, after)}" if before else ""

    def _line(self, line: str) -> None:
        if self._bar is not None:
            self._bar.clear()
        say(line)


def _write(record: dict[str, Any]) -> None:
    write_line(json.dumps(record))


def _bar(total: int) -> "tqdm[Any]":
    from tqdm import tqdm

    # What matters most is first, as a narrow terminal cuts off the end.
    layout = "{percentage:3.0f}%|{bar:10}| {n_fmt}/{total_fmt} files, {remaining} left{postfix}"
    return tqdm(total=total, bar_format=layout, leave=False)


_STATUSES = {
    "done": "done",
    "planned": "planned",
    "missed": "missed a bound",
    "kept": "kept as the result saved too little",
    "skipped": "skipped as up to date",
    "ignored": "not images",
    "failed": "failed",
}


def _told(status: str, number: int) -> str:
    if (status, number) == ("ignored", 1):
        return "1 not an image"
    return f"{number:,} {_STATUSES[status]}"


def _record(outcome: "Outcome") -> dict[str, object]:
    return {
        "version": _VERSION,
        "type": "file",
        "status": outcome.status,
        "source": shown(outcome.source),
        "output": None if outcome.output is None else shown(outcome.output),
        "error": redacted(outcome.error) or None,
        "warnings": list(outcome.warnings),
        **outcome.facts,
    }


def _described(outcome: "Outcome") -> str:
    source = printable(str(outcome.source))
    line = f"{outcome.status}: {source}"
    if outcome.output is not None and outcome.output != outcome.source:
        line += f" -> {printable(str(outcome.output))}"
    if outcome.facts:
        line += f", {sizes_told(outcome.facts['source_bytes'], outcome.facts['output_bytes'])}"
    return line
