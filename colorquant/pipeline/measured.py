"""Trials of a number of colors, and what is measured of them."""

from collections.abc import Callable, Iterator
from functools import cached_property
from math import nan
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from colorquant.bounded import LostColor
from colorquant.color.table import ColorTable
from colorquant.measures.judging import DeltaE, Judge, averaged_delta_e
from colorquant.measures.quality import power_error, quality_of
from colorquant.models import IndexedImage
from colorquant.options import QuantizeOptions
from colorquant.palette import Palette
from colorquant.pipeline.fitted import Fitted
from colorquant.pipeline.lost import lost_in
from colorquant.pipeline.result import Made
from colorquant.progress import Clock, Progress

__all__ = ["Measured", "Subject", "Trial"]

Found = TypeVar("Found")


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
    clock: Clock

    def frames(self) -> Iterator[NDArray[np.uint8]]:
        """Yield the pixels of each frame."""

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

    def _judged(
        self,
        measure: Callable[[Judge, IndexedImage, Progress], Found],
        *,
        soft: bool,
        sparse: bool = False,
    ) -> list[Found]:
        """Return a measure of each frame."""
        found = []
        for pixels, image in self.trial.pairs():
            with self._subject.clock.stage("measure") as progress:
                found.append(measure(self._judge(pixels, soft, sparse), image, progress))
        return found

    @property
    def _by_table(self) -> bool:
        """Whether the color table tells everything."""
        return self._subject.blind or (not self._soft and self.trial.fitted.is_nearest)

    @cached_property
    def mse(self) -> float:
        """Mean squared error."""
        if self._by_table:
            return self.trial.fitted.nearest_metrics.mse
        return _mean(self._judged(Judge.mse, soft=self._soft))

    @cached_property
    def seen_mse(self) -> float:
        """Mean squared error after the viewing blur; of large images, that of some rows."""
        return _mean(self._judged(Judge.mse, soft=True, sparse=True))

    @cached_property
    def delta_e(self) -> DeltaE:
        """CIEDE2000."""
        # The 95 % of several frames are those of the worst frame.
        if self._by_table and not self._subject.moving:
            return self.trial.fitted.nearest_delta_e
        return averaged_delta_e(self._judged(Judge.delta_e, soft=self._soft))

    @cached_property
    def ssim(self) -> float:
        """Structural similarity; NaN if the image is too small for it."""
        found = self._judged(Judge.ssim, soft=self._soft)
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
        return lost_in(self.trial.fitted, self._subject.frames())

    @property
    def lost(self) -> int:
        """Their number."""
        return len(self.lost_colors)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
