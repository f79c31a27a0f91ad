"""The bounds of a run as goals: what each measures of a trial, and how far away it is."""

from collections.abc import Callable, Iterator
from functools import cached_property
from math import inf, isnan, nan, sqrt
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from colorquant.bounded import LostColor, Reached
from colorquant.color.table import ColorTable
from colorquant.measures.judging import DeltaE, Judge, averaged_delta_e
from colorquant.measures.quality import power_error, quality_bound, quality_of
from colorquant.models import IndexedImage, Metrics, Palette
from colorquant.options import QuantizeOptions
from colorquant.pipeline.fitted import Fitted
from colorquant.pipeline.lost import lost_in
from colorquant.pipeline.result import Made

__all__ = ["DEFAULT_PSNR", "Goal", "Measured", "Subject", "Trial", "all_goals"]

DEFAULT_PSNR = 44.0
"""Of ``k="auto"`` alone: PSNR in dB after the viewing blur."""

# Digits that are kept of a measured value, so that no bound hangs on the last bits of a processor.
_DIGITS = 6


class Trial(Protocol):
    """An image, or frames, with one palette."""

    @property
    def options(self) -> QuantizeOptions:
        """The options, with a number of colors."""

    @property
    def fitted(self) -> Fitted:
        """The palette."""

    @property
    def made(self) -> Made:
        """The encoded result."""

    def pairs(self) -> Iterator[tuple[NDArray[np.uint8], IndexedImage]]:
        """Yield the pixels of each frame, and the frame mapped to the palette."""


class Subject(Protocol):
    """What is to be quantized."""

    table: ColorTable
    options: QuantizeOptions
    target: str
    """Its name in messages."""
    given: Palette | None
    moving: bool
    """Whether there are several frames."""
    blind: bool
    """Whether only the colors are known, not the pixels."""

    def trial(self, options: QuantizeOptions, kept: NDArray[np.uint8] | None = None) -> Trial:
        """Find a palette."""


class Measured:
    """Measures of a trial, each taken when it is asked for.

    Parameters
    ----------
    trial : Trial
    judge : callable
        Returns the judge of a frame, with or without the viewing blur, perhaps of some rows.
    soft : bool
        Whether the trial is dithered, and so judged after the viewing blur.
    subject : Subject
    """

    def __init__(
        self,
        trial: Trial,
        judge: Callable[[NDArray[np.uint8], bool, bool], Judge],
        *,
        soft: bool,
        subject: Subject,
    ) -> None:
        self.trial = trial
        self._judge, self._soft, self._subject = judge, soft, subject

    def _judged(self, *, soft: bool, sparse: bool = False) -> Iterator[tuple[Judge, IndexedImage]]:
        for pixels, image in self.trial.pairs():
            yield self._judge(pixels, soft, sparse), image

    @property
    def _by_table(self) -> bool:
        """Whether the color table tells everything."""
        return self._subject.blind or (not self._soft and self.trial.fitted.is_nearest)

    @cached_property
    def mse(self) -> float:
        """Mean squared error."""
        if self._by_table:
            return self.trial.fitted.nearest_metrics.mse
        return _mean([judge.mse(image) for judge, image in self._judged(soft=self._soft)])

    @cached_property
    def seen_mse(self) -> float:
        """Mean squared error after the viewing blur; of large images, that of some rows."""
        judged = self._judged(soft=True, sparse=True)
        return _mean([judge.mse(image) for judge, image in judged])

    @cached_property
    def delta_e(self) -> DeltaE:
        """CIEDE2000."""
        # The 95 % of several frames are those of the worst frame.
        if self._by_table and not self._subject.moving:
            return self.trial.fitted.nearest_delta_e
        judged = self._judged(soft=self._soft)
        return averaged_delta_e([judge.delta_e(image) for judge, image in judged])

    @cached_property
    def ssim(self) -> float:
        """Structural similarity; NaN if the image is too small for it."""
        found = [judge.ssim(image) for judge, image in self._judged(soft=self._soft)]
        known = [each for each in found if each is not None]
        return _mean(known) if known else nan

    @cached_property
    def power_error(self) -> float:
        """The error by which qualities are defined, of the palette, whatever the dithering."""
        return power_error(*self.trial.fitted.nearest)

    @property
    def quality(self) -> int:
        """The quality of the palette, 0 to 100."""
        perceptual = self.trial.options.look.is_perceptual
        return quality_of(self.power_error, perceptual=perceptual)

    @property
    def bytes(self) -> int:
        """Size of the encoded result."""
        return len(self.trial.made.data)

    @cached_property
    def lost_colors(self) -> list[LostColor]:
        """The colors that are visibly gone."""
        return lost_in(self.trial.fitted, (pixels for pixels, _ in self.trial.pairs()))

    @property
    def lost(self) -> int:
        """Their number."""
        return len(self.lost_colors)


class Goal(NamedTuple):
    """A bound, and what tells how far away it is."""

    name: str
    limit: float
    """What the search is to reach."""
    value: Callable[[Measured], float]
    """What is compared with the limit."""
    error: Callable[[Measured], float] | None = None
    """An error that falls with the number of colors about as the squared error does."""
    wanted: float = nan
    """That error at the limit."""
    usual: float = nan
    """What `colorquant.palettes.curve` estimates then for usual photographs."""
    required: float | None = None
    """What the result must reach; by default the limit."""
    share: str = ""
    is_bound: bool = True
    """Whether a result that misses it is refused."""

    def reached(self, measured: Measured) -> Reached:
        """Return what a trial reached of the bound."""
        bound = self.limit if self.required is None else self.required
        return Reached(self.name, bound, self._rounded(measured), self.share)

    def is_met(self, measured: Measured) -> bool:
        """Return whether a trial reached the limit."""
        return Reached(self.name, self.limit, self._rounded(measured)).met

    def refuses(self, reached: Reached) -> bool:
        """Return whether what a result reached is not enough."""
        return self.is_bound and not reached.met

    def _rounded(self, measured: Measured) -> float:
        value = self.value(measured)
        return value if isnan(value) or value == inf else round(value, _DIGITS)


def all_goals(options: QuantizeOptions) -> list[Goal]:
    """Return the goals, those that take the least time to measure first."""
    bounds = options.bounds
    perceptual = options.look.is_perceptual
    goals = []
    if isinstance(bounds.quality, tuple):
        least, most = bounds.quality
        wanted = quality_bound(most, perceptual=perceptual)
        goal = Goal("quality", most, _quality, _power_error, wanted, required=least)
        goals.append(goal)
    if bounds.min_psnr is not None:
        wanted = Metrics.of_psnr(bounds.min_psnr).mse
        goals.append(Goal("min_psnr", bounds.min_psnr, _psnr, _mse, wanted))
    if isinstance(bounds.max_delta_e, tuple):
        share, limit = bounds.max_delta_e
        value, square = _DELTA_E[share]
        goals.append(Goal("max_delta_e", limit, value, square, limit * limit, share=share))
    if bounds.min_ssim is not None:
        goals.append(Goal("min_ssim", bounds.min_ssim, _ssim, _unlikeness, 1 - bounds.min_ssim))
    if options.is_auto and not bounds.named:
        wanted = Metrics.of_psnr(DEFAULT_PSNR).mse
        goals.append(Goal("default", DEFAULT_PSNR, _seen, _seen_mse, wanted, is_bound=False))
    if bounds.max_lost is not None:
        goals.append(Goal("max_lost", bounds.max_lost, _lost))
    if isinstance(bounds.max_bytes, int):
        wanted = _shrunk(bounds.max_bytes)
        goals.append(Goal("max_bytes", bounds.max_bytes, _bytes, _shrunk_bytes, wanted))
    usual = _USUAL[perceptual]
    factors = (usual.get(f"{goal.name} {goal.share}".strip(), nan) for goal in goals)
    return [
        goal._replace(usual=factor * goal.wanted)
        for goal, factor in zip(goals, factors, strict=True)
    ]


# Factors from the errors of goals to those of `colorquant.palettes.curve`, for plain and for
# perceptual palettes, the latter dithered: the medians of photographs.
_USUAL = {
    False: {
        "quality": 1.5e-5,
        "min_psnr": 5.2e-5,
        "max_delta_e mean": 2.0e-4,
        "max_delta_e p95": 3.6e-5,
        "max_delta_e max": 1.8e-6,
        "min_ssim": 0.024,
        "default": 1.4e-4,
    },
    True: {
        "quality": 2.6e-6,
        "min_psnr": 4.2e-5,
        "max_delta_e mean": 2.0e-4,
        "max_delta_e p95": 3.1e-5,
        "max_delta_e max": 1.7e-6,
        "min_ssim": 0.073,
        "default": 4.2e-5,
    },
}


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _quality(measured: Measured) -> float:
    return measured.quality


def _power_error(measured: Measured) -> float:
    return measured.power_error


def _psnr(measured: Measured) -> float:
    return Metrics(measured.mse).psnr


def _mse(measured: Measured) -> float:
    return measured.mse


def _seen(measured: Measured) -> float:
    return Metrics(measured.seen_mse).psnr


def _seen_mse(measured: Measured) -> float:
    return measured.seen_mse


def _ssim(measured: Measured) -> float:
    return measured.ssim


def _unlikeness(measured: Measured) -> float:
    return 1 - measured.ssim


def _bytes(measured: Measured) -> float:
    return measured.bytes


def _shrunk_bytes(measured: Measured) -> float:
    return _shrunk(measured.bytes)


def _shrunk(size: int) -> float:
    """Return what falls with the size of a file about as the squared error does."""
    return 1 / (size * sqrt(size) * sqrt(sqrt(size)))


def _lost(measured: Measured) -> float:
    return measured.lost


_DELTA_E: dict[str, tuple[Callable[[Measured], float], Callable[[Measured], float]]] = {
    "mean": (lambda own: own.delta_e.mean, lambda own: own.delta_e.mean * own.delta_e.mean),
    "p95": (lambda own: own.delta_e.p95, lambda own: own.delta_e.p95 * own.delta_e.p95),
    "max": (lambda own: own.delta_e.max, lambda own: own.delta_e.max * own.delta_e.max),
}
"""Parts of CIEDE2000, and their squares."""
