"""Messages on stderr: errors, warnings, progress, and the summary of a result."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from colorquant.cli.options.help import UsageError
from colorquant.cli.options.layered import layers_here
from colorquant.errors import (
    BoundError,
    ColorquantError,
    InvalidInputError,
    LargerThanSourceError,
    counted,
    printable,
)
from colorquant.recording import recorded
from colorquant.storage.files import write_stream

if TYPE_CHECKING:
    from tqdm import tqdm

    from colorquant.choices import Level
    from colorquant.look import LookOptions
    from colorquant.options import QuantizeOptions
    from colorquant.pipeline.result import FileResult

__all__ = [
    "MISSED",
    "Bar",
    "percent_told",
    "say",
    "say_done",
    "sizes_told",
    "translated",
    "warned",
    "write_line",
]

# Seconds of work after which a progress bar appears, and after which it moves on at the latest.
_BAR_DELAY, _TICK = 1.0, 0.25
# The length of the whole bar; tqdm shows what of it is done as percent.
_LENGTH = 100
MISSED = 99
"""The exit code for a bound that was missed."""


class _MissedBoundError(click.ClickException):
    """A result that missed a bound."""

    exit_code = MISSED


class _TooLargeError(click.ClickException):
    """A result that saves less than ``--skip-if-larger`` or ``--min-saving`` requires."""

    exit_code = 98


@contextmanager
def translated(image: str) -> Iterator[None]:
    """Turn errors into a one-line message and an exit code."""
    try:
        yield
    except InvalidInputError as error:
        raise UsageError(error.renamed(_option_names())) from error
    except ColorquantError as error:
        if isinstance(error.__cause__, BrokenPipeError):
            # The reader of the pipe stopped on purpose and needs no message.
            raise SystemExit(1) from error
        raise _kind(error)(printable(str(error))) from error
    except MemoryError as error:
        raise click.ClickException(f"{printable(image)}: not enough memory for it") from error


def _kind(error: ColorquantError) -> type[click.ClickException]:
    if isinstance(error, LargerThanSourceError):
        return _TooLargeError
    return _MissedBoundError if isinstance(error, BoundError) else click.ClickException


def _option_names() -> dict[str, str]:
    """Return what the user calls each parameter of the running command: an option, or a key."""
    context = click.get_current_context(silent=True)
    if context is None:
        return {}
    layers = layers_here()
    names: dict[str, str] = {}
    for each in context.command.params:
        if each.name:
            word = max(each.opts, key=len)
            source = layers.source(each.name)
            low = context.get_parameter_source(each.name) is ParameterSource.DEFAULT_MAP
            names[each.name] = f"{word[2:]} ({source})" if source and low else word
    return names


@contextmanager
def warned(*, quiet: bool) -> Iterator[None]:
    """Print each of our warnings on one line."""
    with recorded() as messages:
        yield
    for message in messages:
        if not quiet:
            say(f"Warning: {printable(message)}")


class Bar:
    """A progress bar that appears only if the work takes long, and moves evenly.

    Parameters
    ----------
    options : QuantizeOptions
    report : bool
        Whether a report is drawn.
    optimize : int or "max", optional
    """

    def __init__(
        self, options: "QuantizeOptions", *, report: bool = False, optimize: "Level | None" = None
    ) -> None:
        from colorquant.stages import Advance

        self._start = self._told = time.perf_counter()
        self._advance = Advance(options, file=True, report=report, optimize=optimize)
        self._stage = ""
        self._bar: tqdm[Any] | None = None
        self._lock, self._ended = Lock(), Event()
        self._thread = Thread(target=self._tick, daemon=True)

    def __call__(self, stage: str, share: float) -> None:
        """Show the progress of a stage."""
        with self._lock:
            self._stage, self._told = stage, time.perf_counter()
            self._show(self._advance(stage, share))

    def _tick(self) -> None:
        """Move the bar on in stages that tell nothing for a while."""
        while not self._ended.wait(_TICK):
            self._guess()

    def _guess(self) -> None:
        with self._lock:
            waited = time.perf_counter() - self._told
            self._show(self._advance.guess(waited, self._told - self._start))

    def _show(self, share: float) -> None:
        spent = time.perf_counter() - self._start
        if self._bar is None:
            if spent < _BAR_DELAY:
                return
            from tqdm import tqdm

            layout = "{desc:<8}{percentage:3.0f}%|{bar:20}| {elapsed}, {remaining} left"
            # With a delay, it is not shown before the stage is known.
            self._bar = tqdm(total=_LENGTH, bar_format=layout, leave=False, delay=1e-9)
            # The time left is found by that since the begin.
            self._bar.start_t -= spent
        self._bar.set_description_str(self._stage, refresh=False)
        self._bar.n = max(self._bar.n, _LENGTH * share)
        self._bar.refresh()

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, kind: object, *_error: object) -> None:
        self._ended.set()
        self._thread.join()
        if self._bar is not None:
            if kind is None:
                self._bar.n = _LENGTH
                self._bar.refresh()
            self._bar.close()


def say(line: str) -> None:
    """Print a line to stderr."""
    # A closed stderr does not make the work a failure.
    with suppress(OSError):
        click.echo(line, err=True)


def write_line(line: str) -> None:
    """Write a line to stdout, as data."""
    write_stream(sys.stdout.buffer, f"{line}\n".encode())


def say_done(done: "FileResult", seconds: float, *, verbose: bool) -> None:
    """Print a summary of a result; if verbose, also its stages, how it was written and its look."""
    if verbose:
        for stage, spent in done.result.seconds.items():
            say(f"{stage:<8}{spent:7.3f} s")
        say(_form(done))
        if not done.look.is_plain:
            say(_look(done.look))
        for note in done.notes:
            say(note)
        bounded = done.result.bounded
        if bounded:
            tried = ", ".join(f"{each.k:,}" for each in bounded.tried)
            say(f"tried {tried} colors")
            for reached in bounded.reached:
                say(str(reached))
    say(_summary(done, seconds))


def _form(done: "FileResult") -> str:
    level = f", optimized at level {done.optimize}" if done.optimize else ""
    if done.indexed:
        return f"written as indexed {done.format}{level}"
    if len(done.result.palette) > 256:
        return f"written as true-color {done.format}{level}: over 256 colors"
    return f"written as true-color {done.format}: it cannot be indexed"


def _look(look: "LookOptions") -> str:
    objective = f"objective {'perceptual' if look.is_perceptual else 'mse'}"
    if look.dithering == "none":
        return objective
    return f"{objective}, dither {look.dithering} at strength {look.strength:g}"


def _summary(done: "FileResult", seconds: float) -> str:
    result, metrics = done.result, done.result.metrics
    if done.lossless:
        colors = f"{counted(result.source_colors, 'color')}, unchanged (lossless)"
    elif result.lossless:
        colors = f"its {counted(result.source_colors, 'color')} kept"
    else:
        colors = (
            f"{result.source_colors:,} -> {counted(len(result.palette), 'color')}, "
            f"MSE {metrics.mse:.2f}, PSNR {metrics.psnr:.2f} dB"
        )
    frames = f"{done.frames:,} frames of " if done.frames > 1 else ""
    return (
        f"{printable(str(done.output or 'stdout'))}: {frames}{done.size[0]}x{done.size[1]}, "
        f"{colors}, {sizes_told(done.source_bytes, done.output_bytes)}, {seconds:.2f} s"
    )


def sizes_told(before: int, after: int) -> str:
    """Return the sizes of files, and by how many percent they became smaller or larger."""
    sizes = f"{before:,} -> {after:,} bytes"
    return f"{sizes}, {percent_told(before, after)}" if before else sizes


def percent_told(before: int, after: int) -> str:
    """Return by how many percent files became smaller or larger."""
    saved = 100 * (before - after) / before
    return f"{saved:.1f} % saved" if saved >= 0 else f"{-saved:.1f} % larger"
