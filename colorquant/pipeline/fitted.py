"""A palette fitted to a color table: found or given, measured, and ready to map pixels."""

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from colorquant.color.packing import distinct, pack, unpack
from colorquant.color.points import ColorPoints
from colorquant.color.space import SRGB
from colorquant.color.table import ColorTable
from colorquant.errors import InvalidInputError
from colorquant.mapping.remap import Mapping, label_counts, relabeled
from colorquant.measures.error import measure, measure_image
from colorquant.models import IndexedImage, Labels, Metrics, Raster
from colorquant.options import QuantizeOptions
from colorquant.palette import Palette
from colorquant.palettes.depth import snapped
from colorquant.palettes.find import Found, find_palette, use_palette
from colorquant.palettes.given import GivenPalette
from colorquant.palettes.order import entry_order, first_uses, settled
from colorquant.pipeline.looks import grain_for, space_for, space_to_choose
from colorquant.progress import Progress

if TYPE_CHECKING:
    from colorquant.mapping.threshold import Thresholds
    from colorquant.measures.judging import DeltaE
    from colorquant.pipeline.painting import Painter

__all__ = ["Fitted"]

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
    first : Raster, optional
        The image or the first frame: order ``"source"`` is that of its palette and pixels.
    moving : bool
        Whether the images are frames of an animation. Their palette does not change, and each
        pixel's entry depends on no others, but with error diffusion.
    kept : ndarray, (m, 3 or 4), uint8, optional
        Colors that the palette must have beside the pins, but in no place of their own; of a
        depth, the nearest ones.
    progress : callable, optional
        See `find_palette`.

    Attributes
    ----------
    colors : ColorPoints
        The table, with alpha added if the palette has alpha.
    palette : Palette
        As it was found or given; an image may get one that fits its pixels better.
    space : Space
        The color space of the search.
    history : tuple of Step

    Raises
    ------
    InvalidInputError
        If an order of the source is wanted, and there is no first image.
    """

    def __init__(
        self,
        table: ColorTable,
        options: QuantizeOptions,
        given: Palette | None = None,
        *,
        first: Raster | None = None,
        moving: bool = False,
        kept: NDArray[np.uint8] | None = None,
        progress: Progress | None = None,
    ) -> None:
        pins = np.array(options.entries.pins, np.uint8)
        if (given is not None and given.has_alpha) or pins.shape[-1] == 4:
            table = table.with_alpha()
        self.colors = ColorPoints(table, space_for(options.look, given))
        self._options = options
        self._moving = moving
        self._first = first
        self._source = None if first is None else first.palette
        self._kept = np.empty((0, table.channels), np.uint8)
        if kept is not None:
            near = snapped(table.like(kept), options.entries.bits)
            self._kept = unpack(distinct(pack(near))[0], table.channels)
        self._given = None if given is None else GivenPalette(given, table)
        if self._given is not None:
            own = ColorPoints(table, space_to_choose(options.look, given))
            found = use_palette(own, self._given.distinct)._replace(space=self.colors.space)
        else:
            found = self._found(pins, progress)
        # The different colors, which pixels are mapped to.
        self._colors = found.palette.colors
        self._entries, self.space, self.history = found.entries, found.space, found.history
        self._show(found.palette)
        self.forget()

    def forget(self) -> None:
        """Forget the images that were mapped, before they are all mapped again."""
        self._squares = 0.0
        self._pixels = 0
        self._counts = np.zeros(len(self._colors), np.int64)

    def _show(self, palette: Palette) -> None:
        """Set the palette that images get, and the entry of each color in it."""
        self.palette, self._numbers = palette, None
        if self._given is not None:
            drops = self._options.entries.drop_unused
            shown = self._given.settled(palette.counts, drop_unused=drops)
            self.palette, self._numbers = shown

    def _found(self, pins: NDArray[np.uint8], progress: Progress | None) -> Found:
        """Search for a palette."""
        options = self._options
        order = options.entries.order or ("luma" if len(self._kept) else None)
        fixed = self._kept
        if len(pins):
            pins = self.colors.table.like(pins)
            fixed = np.concatenate([pins, fixed[~np.isin(pack(fixed), pack(pins))]])
        found = find_palette(
            self.colors,
            options.most_colors,
            options.search,
            fixed=fixed if len(fixed) else None,
            bits=options.entries.bits,
            order=self._source if order is None else None,
            grain=grain_for(options, moving=self._moving),
            progress=progress,
        )
        if order is None or (order == "luma" and not len(self._kept)):
            return found
        palette, first = found.palette, None
        if order == "source":
            if self._first is None:
                raise InvalidInputError("order source needs the pixels of one image", "order")
            labels = Mapping(self.colors.table, found.entries)(self._first.pixels)
            first = first_uses(labels, palette.colors, self._source)
        rows = entry_order(palette.colors, palette.counts, order, first, len(pins))
        ordered = Palette(palette.colors[rows], palette.counts[rows])
        entries = found.entries.copy()
        entries[:] = np.argsort(rows)[found.entries]
        return found._replace(palette=ordered, entries=entries)

    @cached_property
    def is_nearest(self) -> bool:
        """Whether each pixel gets the entry nearest to it, and the palette stays."""
        look = self._options.look
        if look.dithering == "none" and (look.is_plain or not self._is_tidied):
            return True
        # Keys, as what is fully transparent has no color.
        keys = pack(self._colors).take(self._entries)
        return np.array_equal(keys, self.colors.table.keys)

    @property
    def _is_tidied(self) -> bool:
        """Whether pixels are chosen again by what is seen of all."""
        return not self._moving and self._options.search.effort != "fast"

    @property
    def metrics(self) -> Metrics:
        """The error of the images that were mapped, or of all, if that is known before."""
        if self.is_nearest:
            return self.nearest_metrics
        return Metrics(self._squares / self._pixels)

    @property
    def nearest(self) -> tuple[ColorTable, NDArray[np.uint8], Labels]:
        """The table, the different colors, and the one nearest to each of the table's."""
        return self.colors.table, self._colors, self._entries

    @cached_property
    def nearest_metrics(self) -> Metrics:
        """The error if each pixel gets the entry nearest to it."""
        colors = self.colors if self.space.whole else ColorPoints(self.colors.table, SRGB)
        return measure(colors, self._colors, self._entries)

    @cached_property
    def nearest_delta_e(self) -> "DeltaE":
        """The CIEDE2000 if each pixel gets the entry nearest to it."""
        from colorquant.measures.judging import table_delta_e

        return table_delta_e(self.colors.table, self._colors, self._entries)

    @cached_property
    def _mapping(self) -> Mapping[Any]:
        return Mapping(self.colors.table, self._entries)

    @cached_property
    def _mixtures(self) -> "tuple[Thresholds, Mapping[Any]]":
        # Imported here, like what paints: most images need neither.
        from colorquant.mapping.threshold import Thresholds

        look = self._options.look
        found = Thresholds(self.colors, self._colors, look.dithering, look.strength)
        return found, Mapping(self.colors.table, found.mixtures)

    def _thresholded(self, pixels: NDArray[np.uint8], progress: Progress | None) -> Labels:
        thresholds, mapping = self._mixtures
        labels = np.empty(pixels.shape[:2], self._entries.dtype)
        # In bands, as the mixtures of many pixels take much memory.
        for start in range(0, len(pixels), _BAND):
            band = slice(start, start + _BAND)
            labels[band] = thresholds.labels(mapping(pixels[band]), start)
            if progress:
                progress(min(1.0, (start + _BAND) / len(pixels)))
        return labels

    @cached_property
    def _painter(self) -> "Painter":
        from colorquant.pipeline.painting import Painter

        options = self._options
        effort = options.search.effort if self._is_tidied else "fast"
        given = self._given is not None
        adjusts = not (given or self._moving or options.entries.depth or len(self._kept))
        pinned = len(options.entries.pins)
        return Painter(
            *(self.colors, options.look, effort), adjusts=adjusts, pinned=pinned, holds=given
        )

    def _painted(
        self, pixels: NDArray[np.uint8], progress: Progress | None = None
    ) -> tuple[NDArray[np.uint8], Labels]:
        """Return a palette and the labels of pixels that have another than the nearest entry."""
        if self._options.look.dithering in ("none", "diffusion"):
            return self._painter(pixels, self._colors, self._entries, progress)
        return self._colors, self._thresholded(pixels, progress)

    def map(self, pixels: NDArray[np.uint8], progress: Progress | None = None) -> IndexedImage:
        """Map an image.

        Parameters
        ----------
        pixels : ndarray, (H, W, 3 or 4), uint8
            All their colors must be in the table.
        progress : callable, optional
            Called with the share of the work that is done.
        """
        if self.is_nearest:
            return self._numbered(self._mapping(pixels))
        pixels = self.colors.table.like(pixels)
        colors, labels = self._painted(pixels, progress)
        if self._moving:
            self._counts += label_counts(labels, len(colors))
            indexed = self._numbered(labels)
        elif self._given is not None:
            indexed = self._given.image(labels, drop_unused=self._options.entries.drop_unused)
        else:
            entries = self._options.entries
            how, pinned = entries.order or "luma", len(entries.pins)
            indexed = settled(colors, labels, how, pinned=pinned, source=self._source)
        self._squares += measure_image(pixels, indexed).mse * indexed.indices.size
        self._pixels += indexed.indices.size
        return indexed

    def _numbered(self, labels: Labels) -> IndexedImage:
        """Return an image with the palette; encoders tell by this object that frames share it."""
        if self._numbers is not None:
            labels = relabeled(labels, self._numbers)
        return IndexedImage(labels, self.palette)

    def survey(self, images: Iterable[NDArray[np.uint8]]) -> None:
        """Look which entries of a given palette frames use, if unused ones are left out."""
        if self._given is None or not self._options.entries.drop_unused or self.is_nearest:
            return
        counts = np.zeros(len(self._colors), np.int64)
        for pixels in images:
            labels = self._painted(self.colors.table.like(pixels))[1]
            counts += label_counts(labels, len(counts))
        self._show(Palette(self._colors, counts))

    def counted(self, frame: IndexedImage) -> IndexedImage:
        """Return a frame, its palette with the numbers of pixels in all frames."""
        if self.is_nearest:
            return frame
        palette = Palette(self._colors, self._counts)
        if self._given is not None:
            drops = self._options.entries.drop_unused
            palette = self._given.settled(self._counts, drop_unused=drops)[0]
        return IndexedImage(frame.indices, palette)
