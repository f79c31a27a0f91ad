"""The command: its options, one library call, and what is said about it."""

import os
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from colorquant import __version__
from colorquant.errors import ColorquantError, ColorquantWarning, InvalidInputError, printable
from colorquant.options import EFFORTS, ENGINES, QuantizeOptions

if TYPE_CHECKING:
    from tqdm import tqdm

    from colorquant.pipeline import FileResult

__all__ = ["main"]

_GROUPS = ("Result", "Search", "Messages")
_STAGES = ("read", "colors", "palette", "map", "encode", "report", "write")
# Not checked by Click: the library names the cause, and exits with 1.
_PATH = click.Path(path_type=Path, readable=False)
# Seconds of work after which a progress bar appears.
_BAR_DELAY = 1.0


class _Option(click.Option):
    """An option that knows under which heading of the help it stands."""

    def __init__(self, *args: Any, group: str, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.group = group


class _Command(click.Command):
    """A command with grouped help, and with usage errors of one line."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and not ctx.resilient_parsing:
            args = ["--help"]
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise _UsageError(error.format_message()) from error

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.find_root().info_name or "", "IMAGE [OPTIONS]")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows: dict[str, list[tuple[str, str]]] = {group: [] for group in _GROUPS}
        for parameter in self.get_params(ctx):
            row = parameter.get_help_record(ctx)
            if row and isinstance(parameter, click.Option):
                rows[getattr(parameter, "group", _GROUPS[-1])].append(row)
        for group in _GROUPS:
            with formatter.section(group):
                formatter.write_dl(rows[group])


class _Group(click.Group):
    """``colorquant IMAGE`` is ``colorquant quantize IMAGE``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in self.commands:
            args = ["quantize", *args]
        return super().parse_args(ctx, args)


class _UsageError(click.ClickException):
    """What Click says of a wrong call, in one line."""

    exit_code = 2

    def __init__(self, message: str) -> None:
        super().__init__(f"{printable(message.rstrip('.?'))}. See colorquant --help.")


_result = partial(click.option, cls=_Option, group="Result")
_search = partial(click.option, cls=_Option, group="Search")
_messages = partial(click.option, cls=_Option, group="Messages")


@click.group(cls=_Group, add_help_option=False)
def main() -> None:
    """Find a palette for an image, and recolor it."""


@main.command(cls=_Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("image", type=_PATH)
@_result(
    "-k",
    "--colors",
    "k",
    type=int,
    default=QuantizeOptions.k,
    show_default=True,
    metavar="N",
    help="Number of colors, 1 to 65536. Up to 256, formats that can be are indexed.",
)
@_result(
    "-o",
    "--output",
    type=_PATH,
    help="Where to write. The extension chooses the format: png, gif, bmp, tif, tiff, jpg, "
    "jpeg, webp, avif, jp2 or ppm. Without it, <stem>-<k>colors.png beside the image.",
)
@_result(
    "--report",
    type=_PATH,
    help="Also write a PNG that shows both images, their color spaces, the palette and the "
    "search. Needs the extra colorquant[report].",
)
@_result("--force", is_flag=True, help="Replace existing files.")
@_result("--in-place", is_flag=True, help="Replace the image itself.")
@_result(
    "--max-pixels",
    type=int,
    default=QuantizeOptions.max_pixels,
    show_default=True,
    metavar="N",
    help="Refuse larger images.",
)
@_search(
    "--effort",
    type=click.Choice(EFFORTS),
    default=QuantizeOptions.effort,
    show_default=True,
    help="How long engine minibatch searches.",
)
@_search(
    "--engine",
    type=click.Choice(ENGINES),
    default=QuantizeOptions.engine,
    show_default=True,
    help="minibatch: mini-batches, escapes from local optima, full passes. lloyd: full "
    "passes to convergence. sklearn: scikit-learn's MiniBatchKMeans on all pixels.",
)
@_search(
    "--restarts",
    type=int,
    default=QuantizeOptions.restarts,
    show_default=True,
    metavar="N",
    help="Search from N starts and keep the best.",
)
@_search(
    "--seed",
    type=int,
    default=QuantizeOptions.seed,
    show_default=True,
    metavar="N",
    help="Seed of everything random. The same seed gives the same file.",
)
@_messages("-v", "--verbose", is_flag=True, help="Say more, stages with times.")
@_messages("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@click.version_option(__version__, prog_name="colorquant")
def quantize(
    image: Path,
    *,
    output: Path | None,
    report: Path | None,
    force: bool,
    in_place: bool,
    verbose: bool,
    quiet: bool,
    **chosen: Any,
) -> None:
    """Recolor IMAGE with the k colors that fit it best.

    \b
    Examples:
      colorquant flower.jpg
      colorquant flower.jpg -k 64 -o out.png --effort best
      colorquant flower.jpg -k 16 -o out.png --report report.png
      colorquant icon.png -k 32 --in-place
    """  # noqa: D301
    if verbose and quiet:
        raise _UsageError("--verbose and --quiet exclude each other")
    start = time.perf_counter()
    # A closed stderr is None.
    terminal = sys.stderr is not None and sys.stderr.isatty()
    bar = _Bar() if terminal and not quiet else None
    with _translated(image), _said(quiet=quiet), bar or nullcontext():
        options = QuantizeOptions(**chosen)
        # One image is too little work for the threads of the math library, which cost time to
        # start and more to wake.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        # Imported here, as it loads NumPy, which --help does without.
        from colorquant.pipeline import quantize_file

        done = quantize_file(
            image, output, options, report=report, force=force, in_place=in_place, observer=bar
        )
    if verbose:
        _say_stages(done)
    if verbose or (terminal and not quiet):
        _say(_summary(done, time.perf_counter() - start))


@contextmanager
def _translated(image: Path) -> Iterator[None]:
    """Make one line and an exit code of what goes wrong."""
    try:
        yield
    except InvalidInputError as error:
        raise _UsageError(str(error)) from error
    except ColorquantError as error:
        raise click.ClickException(printable(str(error))) from error
    except MemoryError as error:
        raise click.ClickException(f"{printable(str(image))}: not enough memory for it") from error


@contextmanager
def _said(*, quiet: bool) -> Iterator[None]:
    """Make one line of each of our warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ColorquantWarning)
        yield
    for warning in caught:
        if issubclass(warning.category, ColorquantWarning) and not quiet:
            _say(f"Warning: {printable(str(warning.message))}")


class _Bar:
    """A progress bar that appears when the work turns out to take long."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._bar: tqdm[Any] | None = None

    def __call__(self, stage: str, share: float) -> None:
        if self._bar is None:
            if time.perf_counter() - self._start < _BAR_DELAY:
                return
            from tqdm import tqdm

            layout = "{desc:<8}{percentage:3.0f}%|{bar:30}| {elapsed}"
            self._bar = tqdm(total=len(_STAGES), bar_format=layout, leave=False)
        self._bar.set_description_str(stage, refresh=False)
        self._bar.n = _STAGES.index(stage) + share
        self._bar.refresh()

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_error: object) -> None:
        if self._bar is not None:
            self._bar.close()


def _say(line: str) -> None:
    # The work is done: that nobody can hear of it is no failure.
    with suppress(OSError):
        click.echo(line, err=True)


def _summary(done: "FileResult", seconds: float) -> str:
    result, metrics = done.result, done.result.metrics
    if done.lossless:
        colors = f"{result.source_colors:,} colors, unchanged (lossless)"
    elif result.lossless:
        colors = f"all {result.source_colors:,} colors kept"
    else:
        colors = (
            f"{result.source_colors:,} -> {len(result.palette):,} colors, "
            f"MSE {metrics.mse:.2f}, PSNR {metrics.psnr:.2f} dB"
        )
    return (
        f"{printable(str(done.output))}: {done.size[0]}x{done.size[1]}, {colors}, "
        f"{done.source_bytes:,} -> {done.output_bytes:,} bytes, {seconds:.2f} s"
    )


def _say_stages(done: "FileResult") -> None:
    for stage, seconds in done.result.seconds.items():
        _say(f"{stage:<8}{seconds:7.3f} s")
    if done.indexed:
        _say(f"written as indexed {done.format}")
    elif len(done.result.palette) > 256:
        _say(f"written as true-color {done.format}: over 256 colors")
    else:
        _say(f"written as true-color {done.format}: it cannot be indexed")
