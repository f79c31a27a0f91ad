"""The bounds of a run as goals: what each measures of a trial, and how far away it is."""

from collections.abc import Callable
from math import inf, isnan, nan, sqrt
from typing import NamedTuple

from colorquant.bounded import Reached
from colorquant.measures.quality import quality_bound
from colorquant.models import Metrics
from colorquant.options import QuantizeOptions
from colorquant.pipeline.measured import Measured

__all__ = ["DEFAULT_PSNR", "Goal", "all_goals"]

DEFAULT_PSNR = 44.0
"""Of ``k="auto"`` alone: PSNR in dB after the viewing blur."""

# Digits that are kept of a measured value, so that no bound hangs on the last bits of a processor.
_DIGITS = 6


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
