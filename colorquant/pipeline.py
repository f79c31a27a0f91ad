"""The only place that ties the stages together."""

import os
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from colorquant.colorspace import flatten
from colorquant.colortable import ColorTable
from colorquant.encode import Format, encode, find_format, is_indexed
from colorquant.errors import (
    ColorquantWarning,
    ImageWriteError,
    InvalidInputError,
    MissingExtraError,
)
from colorquant.image_io import (
    ImageLike,
    as_raster,
    check_source,
    check_target,
    read_image,
    write_files,
)
from colorquant.metrics import measure
from colorquant.models import Raster, Result
from colorquant.options import QuantizeOptions
from colorquant.palette import build_palette
from colorquant.remap import remap

__all__ = ["FileResult", "Observer", "quantize", "quantize_file"]

Observer = Callable[[str, float], None]
"""Called with a stage's name and an estimate of the share of it that is done, 0 to 1."""


@dataclass(frozen=True, slots=True, eq=False)
class FileResult:
    """A file that was written.

    Parameters
    ----------
    source, output : Path
    result : Result
    size : tuple of int
        Width and height in pixels.
    source_bytes, output_bytes : int
        Sizes of the two files.
    format : str
        Name of the output's format.
    indexed : bool
        Whether the output is indexed, not true-color.
    lossless : bool
        Whether every pixel of the source has its color in the output.
    """

    source: Path
    output: Path
    result: Result
    size: tuple[int, int]
    source_bytes: int
    output_bytes: int
    format: str
    indexed: bool
    lossless: bool


def _nobody(_stage: str, _share: float) -> None:
    pass


@dataclass
class _Clock:
    """Times the stages and tells the observer of them."""

    observer: Observer | None
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[Callable[[float], None]]:
        observer = self.observer or _nobody
        observer(name, 0.0)
        start = time.perf_counter()
        yield partial(observer, name)
        self.seconds[name] = time.perf_counter() - start


def quantize(image: ImageLike, options: QuantizeOptions | None = None, **changes: Any) -> Result:
    """Quantize an image.

    Parameters
    ----------
    image : PIL.Image.Image, Raster or ndarray, (H, W, 3 or 4), uint8
    options : QuantizeOptions, optional
        The default options if left out.
    **changes
        Options that differ from these, by name: ``quantize(image, k=64, effort="best")``.

    Returns
    -------
    Result
        With exactly k colors, or unchanged where the image has no more than k.

    Raises
    ------
    InvalidInputError
        If the image's shape, type or mode, or an option, is not of those allowed.
    """
    return _quantize(
        as_raster(image), replace(options or QuantizeOptions(), **changes), _Clock(None)
    )


def _quantize(raster: Raster, options: QuantizeOptions, clock: _Clock) -> Result:
    with clock.stage("colors"):
        table = ColorTable.of(raster)
    with clock.stage("palette") as progress:
        palette, entries, history = build_palette(table, options, progress)
    with clock.stage("map"):
        metrics = measure(table, palette.colors, entries)
        indexed = remap(raster, table, entries, palette)
    return Result(indexed, metrics, len(table), history, clock.seconds)


def quantize_file(
    source: str | os.PathLike[str],
    output: str | os.PathLike[str] | None = None,
    options: QuantizeOptions | None = None,
    *,
    report: str | os.PathLike[str] | None = None,
    force: bool = False,
    in_place: bool = False,
    observer: Observer | None = None,
    **changes: Any,
) -> FileResult:
    """Quantize an image file.

    Parameters
    ----------
    source : path
    output : path, optional
        Its extension chooses the format. ``<stem>-<k>colors.png`` beside the source if
        left out.
    options : QuantizeOptions, optional
        The default options if left out.
    report : path, optional
        Where to write a PNG that shows the work, see `colorquant.report`.
    force : bool
        Whether existing files are replaced. The source never is by this.
    in_place : bool
        Whether the source is replaced; then no other output can be named.
    observer : callable, optional
        Told of the stages as they go on.
    **changes
        Options that differ from these, by name.

    Returns
    -------
    FileResult

    Raises
    ------
    InvalidInputError
        If an option is not of those allowed.
    ImageReadError
        If the source cannot be read as an image.
    ImageWriteError
        If a result cannot be written. All that can be known beforehand is checked before
        any work.
    MissingExtraError
        If a report is asked for and matplotlib is not installed.
    """
    chosen = replace(options or QuantizeOptions(), **changes)
    source = Path(source)
    check_source(source)
    target = _target(source, output, chosen.k, force=force, in_place=in_place)
    kind = find_format(target)
    if chosen.k > 256 and not kind.true_color:
        raise InvalidInputError(f"{target}: {kind.name} holds at most 256 colors, not {chosen.k:,}")
    picture = _report_target(report, [source, target], force=force)

    clock = _Clock(observer)
    with clock.stage("read"):
        raster = read_image(source, chosen.max_pixels, whole=in_place)
        source_bytes = source.stat().st_size
    fitting = _fitting(raster, kind, target)
    result = _quantize(fitting, chosen, clock)
    with clock.stage("encode"):
        data = _encoded(result, kind, raster, target)
    height, width = raster.pixels.shape[:2]
    done = FileResult(
        source=source,
        output=target,
        result=result,
        size=(width, height),
        source_bytes=source_bytes,
        output_bytes=len(data),
        format=kind.name,
        indexed=is_indexed(result.indexed, kind),
        lossless=result.lossless and fitting is raster and not kind.lossy,
    )
    files = {target: data}
    if picture:
        from colorquant.report import render

        with clock.stage("report"):
            files[picture] = render(
                fitting,
                result,
                title=source.name,
                sizes=(source_bytes, len(data)),
                seed=chosen.seed,
            )
    with clock.stage("write"):
        write_files(files, overwrite=force or in_place)
    return done


def _target(
    source: Path,
    output: str | os.PathLike[str] | None,
    k: int,
    *,
    force: bool,
    in_place: bool,
) -> Path:
    target = source.with_name(f"{source.stem}-{k}colors.png") if output is None else Path(output)
    same = _same_file(source, target)
    if in_place:
        if output is not None and not same:
            raise InvalidInputError("in place the source is the output; name no other")
        check_target(source, overwrite=True)
        return source
    if same:
        raise ImageWriteError(f"{target}: is the source; --in-place replaces it")
    check_target(target, overwrite=force)
    return target


def _report_target(
    report: str | os.PathLike[str] | None, taken: list[Path], *, force: bool
) -> Path | None:
    if report is None:
        return None
    target = Path(report)
    if target.suffix.lower() != ".png":
        raise ImageWriteError(f"{target}: a report is a PNG; give it a name that ends in .png")
    if any(target.resolve() == path.resolve() or _same_file(target, path) for path in taken):
        raise ImageWriteError(f"{target}: is the source or the output, not a place for a report")
    check_target(target, overwrite=force)
    try:
        import_module("colorquant.report")
    except ModuleNotFoundError as error:
        message = "a report needs matplotlib: pip install 'colorquant[report]'"
        raise MissingExtraError(message) from error
    except Exception as error:
        raise MissingExtraError(f"a report needs matplotlib, which fails: {error}") from error
    return target


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _fitting(raster: Raster, kind: Format, target: Path) -> Raster:
    """Return the raster as the format can hold it, and warn of what that changes."""
    if kind.lossy:
        warnings.warn(
            f"{target}: {kind.name} compression brings back other colors",
            ColorquantWarning,
            stacklevel=3,
        )
    if raster.pixels.shape[2] == 3 or kind.alpha:
        return raster
    warnings.warn(
        f"{target}: {kind.name} has no alpha; composed over white", ColorquantWarning, stacklevel=3
    )
    return replace(raster, pixels=flatten(raster.pixels))


def _encoded(result: Result, kind: Format, raster: Raster, target: Path) -> bytes:
    try:
        return encode(result.indexed, kind, raster)
    except ImageWriteError as error:
        raise ImageWriteError(f"{target}: {error}") from error
