"""A palette fitted to a color table: found or given, measured, and ready to map pixels."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from colorquant.clustering.engines import Progress
from colorquant.color.light import LIGHT
from colorquant.color.packing import pack
from colorquant.color.perceptual import PERCEPTUAL
from colorquant.color.points import ColorPoints
from colorquant.color.space import SRGB, OpaqueSpace
from colorquant.color.table import ColorTable
from colorquant.look import LookOptions
from colorquant.mapping.mixtures import GRAIN
from colorquant.mapping.remap import Mapping
from colorquant.measures.error import measure, measure_image
from colorquant.models import IndexedImage, Labels, Metrics, Palette
from colorquant.options import QuantizeOptions
from colorquant.palettes.find import find_palette, use_palette
from colorquant.palettes.order import settled
from colorquant.palettes.spacing import is_coarse

if TYPE_CHECKING:
    from colorquant.mapping.threshold import Thresholds
    from colorquant.pipeline.painting import Painter

__all__ = ["Fitted", "for_palette"]

# How much of a mixture's variance counts where a tidy pass follows.
_GRAIN_TIDIED = 0.3
# The strength of error diffusion in linear light. There is grain anyway; what counts is the mean.
_STRENGTH_LIGHT = 0.95
# Rows that are dithered at once.
_BAND = 256


class Fitted:
    """A palette fitted to a color table.

    Parameters
    ----------
    table : ColorTable
        The colors of the image, or of all frames.
    options : QuantizeOptions
    given : Palette, optional
        Palette to use as it is, instead of finding one.
    order : ndarray, (m, 4), uint8, optional
        See `find_palette`.
    moving : bool
        Whether the images are frames of an animation. Their palette does not change, and each
        pixel's entry depends on no others, but with error diffusion.
    progress : callable, optional
        See `find_palette`.

    Attributes
    ----------
    colors : ColorPoints
        The table, with alpha added if the given palette has alpha.
    palette : Palette
        As it was found or given; an image may get one that fits its pixels better.
    space : Space
        The color space of the search.
    history : tuple of Step
    """

    def __init__(
        self,
        table: ColorTable,
        options: QuantizeOptions,
        given: Palette | None = None,
        *,
        order: NDArray[np.uint8] | None = None,
        moving: bool = False,
        progress: Progress | None = None,
    ) -> None:
        with_alpha = given is not None and given.has_alpha
        space = _space(options.look, given)
        self.colors = ColorPoints(table.with_alpha() if with_alpha else table, space)
        self._options = options
        self._moving = moving
        self._adjusts = given is None and not moving
        if given is not None:
            found = use_palette(self.colors, given)
        else:
            found = find_palette(
                self.colors,
                options.k,
                options.search,
                order=order,
                grain=_grain(options, moving=moving),
                progress=progress,
            )
        self.palette, self._entries, self.space, self.history = found
        # Of the images that were mapped.
        self._squares = 0.0
        self._pixels = 0
        self._counts = np.zeros(len(self.palette), np.int64)

    @cached_property
    def _is_nearest(self) -> bool:
        """Whether each pixel gets the entry nearest to it, and the palette stays."""
        look = self._options.look
        if look.dithering == "none" and (look.is_plain or not self._is_tidied):
            return True
        # Keys, as what is fully transparent has no color.
        keys = pack(self.palette.colors).take(self._entries)
        return np.array_equal(keys, self.colors.table.keys)

    @property
    def _is_tidied(self) -> bool:
        """Whether pixels are chosen again by what is seen of all."""
        return not self._moving and self._options.search.effort != "fast"

    @property
    def metrics(self) -> Metrics:
        """The error of the images that were mapped, or of all, if that is known before."""
        if self._is_nearest:
            return self._table_metrics
        return Metrics(self._squares / self._pixels)

    @cached_property
    def _table_metrics(self) -> Metrics:
        colors = self.colors if self.space.whole else ColorPoints(self.colors.table, SRGB)
        return measure(colors, self.palette.colors, self._entries)

    @cached_property
    def _mapping(self) -> Mapping[Any]:
        return Mapping(self.colors.table, self._entries)

    @cached_property
    def _mixtures(self) -> "tuple[Thresholds, Mapping[Any]]":
        # Imported here, like what paints: most images need neither.
        from colorquant.mapping.threshold import Thresholds

        look = self._options.look
        found = Thresholds(self.colors, self.palette.colors, look.dithering, look.strength)
        return found, Mapping(self.colors.table, found.mixtures)

    def _thresholded(self, pixels: NDArray[np.uint8]) -> Labels:
        thresholds, mapping = self._mixtures
        labels = np.empty(pixels.shape[:2], self._entries.dtype)
        # In bands, as the mixtures of many pixels take much memory.
        for start in range(0, len(pixels), _BAND):
            band = slice(start, start + _BAND)
            labels[band] = thresholds.labels(mapping(pixels[band]), start)
        return labels

    @cached_property
    def _painter(self) -> "Painter":
        from colorquant.pipeline.painting import Painter

        effort = self._options.search.effort if self._is_tidied else "fast"
        return Painter(self.colors, self._options.look, effort, adjusts=self._adjusts)

    def map(self, pixels: NDArray[np.uint8]) -> IndexedImage:
        """Map an image.

        Parameters
        ----------
        pixels : ndarray, (H, W, 3 or 4), uint8
            All their colors must be in the table.
        """
        if self._is_nearest:
            return IndexedImage(self._mapping(pixels), self.palette)
        pixels = self.colors.table.like(pixels)
        if self._options.look.dithering in ("none", "diffusion"):
            colors, labels = self._painter(pixels, self.palette.colors, self._entries)
        else:
            colors, labels = self.palette.colors, self._thresholded(pixels)
        indexed = settled(colors, labels, whole=not self._adjusts)
        if self._moving:
            self._counts += indexed.palette.counts
            # By this object, encoders tell that all frames have one palette.
            indexed = IndexedImage(indexed.indices, self.palette)
        self._squares += measure_image(pixels, indexed).mse * indexed.indices.size
        self._pixels += indexed.indices.size
        return indexed

    def counted(self, frame: IndexedImage) -> IndexedImage:
        """Return a frame, its palette with the numbers of pixels in all frames."""
        if self._is_nearest:
            return frame
        return IndexedImage(frame.indices, Palette(self.palette.colors, self._counts))


def for_palette(options: QuantizeOptions, given: Palette) -> QuantizeOptions:
    """Return the options for a given palette: its number of colors, and how to mix them."""
    options = options.changed(k=len(given), per_frame_palette=False)
    look = options.look
    if look.dithering == "diffusion" and look.dither_strength is None and _mixes_light(look, given):
        return options.changed(dither_strength=_STRENGTH_LIGHT)
    return options


def _mixes_light(look: LookOptions, given: Palette) -> bool:
    return look.is_perceptual and look.dithering != "none" and is_coarse(given.colors)


def _space(look: LookOptions, given: Palette | None) -> OpaqueSpace:
    """Return the space in which colors are compared."""
    if given is not None and _mixes_light(look, given):
        return LIGHT
    return PERCEPTUAL if look.is_perceptual else SRGB


def _grain(options: QuantizeOptions, *, moving: bool) -> float | None:
    """Return how much of a mixture's variance counts in the palette."""
    look, effort = options.look, options.search.effort
    if not look.is_perceptual or look.dithering == "none":
        return None
    tidied = look.dithering == "diffusion" and effort != "fast" and not moving
    return _GRAIN_TIDIED if tidied else GRAIN
