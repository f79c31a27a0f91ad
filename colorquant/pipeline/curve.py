"""The curve of an image: error and size by the number of colors, and the number that is chosen."""

from bisect import insort
from collections.abc import Callable
from math import nan
from typing import Any, NamedTuple

from colorquant.bounded import Reached
from colorquant.choices import AUTO, Level
from colorquant.errors import BoundError, counted
from colorquant.images.fitting import Fitting, reading_options
from colorquant.images.source import Source, SourceLike
from colorquant.images.writing.formats import find_format
from colorquant.images.writing.optimize import require_optimizer
from colorquant.look import LookOptions
from colorquant.models import Metrics
from colorquant.options import QuantizeOptions
from colorquant.pipeline.bounds import bounded
from colorquant.pipeline.drawing import drawing
from colorquant.pipeline.goals import Goal
from colorquant.pipeline.looks import for_palette
from colorquant.pipeline.subject import subject_of
from colorquant.pipeline.trials import Trials
from colorquant.progress import Clock
from colorquant.recording import warn
from colorquant.storage.urls import file_name, shown

__all__ = ["Curve", "Point", "curve_of", "curve_picture"]

Told = Callable[[int, int], None]
"""Called with how much is done and how much there is to do, in results."""


class Point(NamedTuple):
    """A result, as its image is judged: after the viewing blur, if it is dithered."""

    k: int
    strength: float
    """Of dithering, 0 without it."""
    mse: float
    """Mean squared error of R, G and B, 0 to 255."""
    delta_e: float
    """Mean CIEDE2000."""
    bytes: int
    """Size of the PNG file."""

    @property
    def psnr(self) -> float:
        """Peak signal-to-noise ratio in dB; infinite if nothing differs."""
        return Metrics(self.mse).psnr


class Curve(NamedTuple):
    """Error and size of an image by its number of colors."""

    name: str
    """The image's, without the secrets of a URL."""
    size: tuple[int, int]
    """Width and height of the results, in pixels."""
    frames: int
    colors: int
    """Distinct colors of the image."""
    look: LookOptions
    points: tuple[Point, ...]
    """By number of colors, then by strength; the chosen one is among them."""
    chosen: Point | None
    """What `quantize` makes with the bounds; None if they cannot be met."""
    bounds: tuple[Reached, ...]
    """What the chosen result reached; NaN if there is none."""
    miss: str = ""
    """What is told of bounds that cannot be met."""

    def facts(self) -> dict[str, Any]:
        """Return the curve as JSON has it; an infinite value is None."""
        return {
            "version": 1,
            "image": self.name,
            "source_colors": self.colors,
            "bounds": [self._bound(each) for each in self.bounds],
            "chosen": self.chosen.k if self.chosen else None,
            "points": [self._point(each) for each in self.points],
        }

    def _bound(self, bound: Reached) -> dict[str, Any]:
        unknown = () if self.chosen else ("value", "met")
        return {name: value for name, value in bound.facts().items() if name not in unknown}

    def _point(self, point: Point) -> dict[str, Any]:
        return {
            "k": point.k,
            "dither_strength": point.strength,
            "mse": round(point.mse, 6),
            "psnr": round(point.psnr, 4) if point.mse else None,
            "delta_e": round(point.delta_e, 6),
            "bytes": point.bytes,
            "chosen": point == self.chosen,
        }


def curve_of(
    source: SourceLike,
    options: QuantizeOptions,
    told: Told | None = None,
    *,
    optimize: Level | None = None,
) -> Curve:
    """Make results with more and more colors, and measure them.

    The numbers of colors are 2, 3, 4, 6, 8, 12 and so on, up to the largest that is allowed or
    the number of distinct colors. The number that meets the bounds is among them.

    Parameters
    ----------
    source : path, URL, bytes or binary file
    options : QuantizeOptions
        Those of the results, as for PNG files. Whatever the number of colors, it is found as with
        ``k="auto"``.
    told : callable, optional
        Called with the number of results that are made, and with how many there are.
    optimize : int or "max", optional
        The level at which the PNG files are optimized.

    Returns
    -------
    Curve
        If the bounds cannot be met, nothing is chosen, with a warning.

    Raises
    ------
    InvalidInputError
        If options exclude each other.
    ImageReadError
        If the source cannot be read as an image.
    MissingExtraError
        If the files are to be optimized, and pyoxipng is not installed.
    """
    options = for_palette(options.changed(k=AUTO), None)
    kind = find_format("png", None)
    if optimize is not None:
        require_optimizer(kind)
    with Source(source, reading_options(options, kind)) as opened:
        name = shown(opened.path) if opened.path else opened.name
        fitting = Fitting(kind, options, name)
        frames = fitting.frames_of(opened, in_place=False)
        subject = subject_of(opened, frames, fitting, Clock(), optimize)
        points, chosen, bounds, miss = _measured(Trials(subject), told or _nobody)
    height, width = subject.first.full_size or subject.first.pixels.shape[:2]
    return Curve(
        *(name, (width, height), frames, len(subject.table), options.look),
        *(tuple(points), chosen, bounds, miss),
    )


def _nobody(_done: int, _total: int) -> None:
    pass


def _measured(
    trials: Trials, told: Told
) -> tuple[list[Point], Point | None, tuple[Reached, ...], str]:
    """Return the points, the chosen one, what it reached of the bounds, and what was missed."""
    ladder = _ladder(*trials.numbers())
    # The search for the number of colors takes as long as a few results.
    total = 1 + len(ladder)
    told(0, total)
    miss, found = "", None
    try:
        trial, found = bounded(trials.subject)
    except BoundError as error:
        warn(str(error))
        miss = str(error).removeprefix(f"{trials.subject.target}: ")
    points = []
    for done, k in enumerate(ladder, 1):
        told(done, total)
        points.append(_point(trials, k))
    told(total, total)
    if found is None:
        return points, None, tuple(_unknown(goal) for goal in trials.goals), miss
    k, strength = trial.options.most_colors, trial.options.look.strength
    chosen = next((each for each in points if (each.k, each.strength) == (k, strength)), None)
    if chosen is None:
        chosen = _point(trials, k, strength)
        insort(points, chosen)
    return points, chosen, found.reached, miss


def _ladder(first: int, last: int) -> list[int]:
    """Return 2, 3, 4, 6, 8, 12 and so on, from the first number to the last one."""
    steps = (step << double for double in range(last.bit_length()) for step in (2, 3))
    return sorted({first, last, *(k for k in steps if first < k < last)})


def _point(trials: Trials, k: int, strength: float | None = None) -> Point:
    usual = trials.options.look.strength
    measured = trials.measured(k, None if strength == usual else strength)
    strength = measured.trial.options.look.strength
    return Point(k, strength, measured.mse, measured.delta_e.mean, measured.bytes)


def _unknown(goal: Goal) -> Reached:
    """Return a bound of which it is not known what can be reached."""
    bound = goal.limit if goal.required is None else goal.required
    return Reached(goal.name, bound, nan, goal.share)


def curve_picture(curve: Curve, kind: str = "png") -> bytes:
    """Draw a curve; returns the file, a ``"png"``, ``"svg"`` or ``"pdf"``.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed, or fails.
    """
    report = drawing("curve", "the picture of a curve")
    line = [each for each in curve.points if each.strength == curve.look.strength]
    limits = {each.name: each.bound for each in curve.bounds if each.share in ("", "mean")}

    def panel(title: str, field: str, limit: str, form: str, *, from_zero: bool = True) -> Any:
        values = [getattr(each, field) for each in line]
        marked = getattr(curve.chosen, field) if curve.chosen else None
        return report.Panel(title, values, marked, limits.get(limit), form, from_zero)

    picture: bytes = report.render(
        file_name(curve.name),
        [_facts(curve), _choice(curve)],
        [each.k for each in line],
        [
            panel("Mean squared error", "mse", "", ",.2f"),
            panel("PSNR in dB", "psnr", "min_psnr", ".2f", from_zero=False),
            panel("CIEDE2000, mean", "delta_e", "max_delta_e", ",.2f"),
            panel("Bytes of the PNG", "bytes", "max_bytes", ",.0f"),
        ],
        chosen=curve.chosen.k if curve.chosen else None,
        kind=kind,
    )
    return picture


def _facts(curve: Curve) -> str:
    """Return a line on the image and the look."""
    width, height = curve.size
    told = [f"{width:,} x {height:,} pixels", counted(curve.colors, "color")]
    if curve.frames > 1:
        told.insert(1, counted(curve.frames, "frame"))
    told += [f"objective {'perceptual' if curve.look.is_perceptual else 'mse'}"]
    if curve.look.dithering != "none":
        told += [
            f"dither {curve.look.dithering} at strength {curve.look.strength:g}",
            "judged after a small blur",
        ]
    return "   ".join(told)


def _choice(curve: Curve) -> str:
    """Return a line on the number of colors that is chosen."""
    if curve.chosen is None:
        return f"No number of colors meets the bounds: {curve.miss}"
    told = [counted(curve.chosen.k, "color")]
    if curve.chosen.strength != curve.look.strength:
        told.append(f"strength {curve.chosen.strength:.3g}")
    return "   ".join([*told, *map(str, curve.bounds)])
