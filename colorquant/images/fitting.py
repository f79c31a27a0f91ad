"""Fitting of images to what a file format can hold, with warnings of what is lost."""

from dataclasses import fields, replace

import numpy as np
from numpy.typing import NDArray

from colorquant.choices import Alpha
from colorquant.color.alpha import compose, dithered, harden, without_opaque_alpha
from colorquant.errors import ImageReadError, ImageWriteError, InvalidInputError
from colorquant.images.source import Source
from colorquant.images.writing.formats import Format
from colorquant.mapping.masks import bayer, blue_noise
from colorquant.metadata import Metadata, text_keyword
from colorquant.models import Raster
from colorquant.options import QuantizeOptions
from colorquant.palette import Palette
from colorquant.reading import ReadingOptions
from colorquant.recording import warn

__all__ = ["Fitting", "reading_options"]

_WHITE = (255, 255, 255)
_NAMES = {
    "icc_profile": "color profile",
    "dpi": "resolution",
    "exif": "EXIF",
    "xmp": "XMP",
    "iptc": "IPTC",
    "texts": "entries of text",
    "aspect": "the shape of its pixels",
}
# The loss of these is always warned of: without them, viewers distort the image.
_NEEDED = {"aspect"}


def reading_options(options: QuantizeOptions, kind: Format) -> ReadingOptions:
    """Return the options for reading an image that is to be written in a format.

    Colors are converted to sRGB if the format cannot hold their profile.
    """
    reading = options.reading
    if reading.icc == "keep" and "icc_profile" not in kind.carries:
        return replace(reading, icc="srgb")
    return reading


class Fitting:
    """Makes rasters fit what a format can hold.

    Parameters
    ----------
    kind : Format
    options : QuantizeOptions
    target : str
        The output's name in messages.
    palette : Palette, optional
        The only visible colors that the output may have.

    Attributes
    ----------
    kind, options, target, palette
        As given.
    changed : bool
        Whether some raster was changed to fit.
    notes : list of str
        What was done, for verbose output.
    """

    def __init__(
        self,
        kind: Format,
        options: QuantizeOptions,
        target: str,
        palette: Palette | None = None,
    ) -> None:
        self.kind = kind
        self.options = options
        self.palette = palette
        self.target = target
        self._limit, self._limiting = kind.alpha, kind.name
        if palette:
            self._require_alpha(palette.colors[:, 3:])
            if kind.alpha == "full" and not _is_soft(palette.colors[:, 3:]):
                self._limit, self._limiting = "binary", "the palette"
        pins = np.array(options.entries.pins, np.uint8)
        self._require_alpha(pins[:, 3:] if len(pins) else pins)
        self._require_possible(options.shaping.alpha)
        if kind.lossy and (options.is_auto or options.bounds.named):
            raise InvalidInputError(
                f"{target}: {kind.name} compression changes the colors, so no bound can be kept; "
                "write another format"
            )
        self.changed = self._composes = False
        self.notes: list[str] = []
        if kind.lossy:
            self._warn(f"{kind.name} compression brings back other colors")

    def _require_alpha(self, alpha: NDArray[np.uint8]) -> None:
        """Refuse entries with more alpha than the format can hold."""
        allowed = {"full": None, "binary": (0, 255), "none": (255,)}[self.kind.alpha]
        if allowed and not np.isin(alpha, allowed).all():
            raise InvalidInputError(
                f"{self.target}: the palette has more alpha than {self.kind.name} can hold"
            )

    def _require_possible(self, alpha: Alpha | None) -> None:
        """Refuse a treatment of alpha that neither the format nor the palette allows."""
        if alpha and self.kind.alpha == "none":
            raise InvalidInputError(
                f"{self.target}: {self.kind.name} has no alpha to {alpha}; "
                "background says what is behind images with alpha",
                *("alpha", "background"),
            )
        if alpha == "keep" and self._limit == "binary":
            raise InvalidInputError(
                f"{self.target}: {self._limiting} has no partial transparency to keep; "
                "alpha can be threshold or dither",
                "alpha",
            )

    def __call__(self, raster: Raster) -> Raster:
        """Return the raster, its blocks averaged, changed to what the format can hold."""
        shaping = self.options.shaping
        if shaping.block > 1:
            raster = self._averaged(raster)
        if raster.pixels.shape[2] == 3:
            return raster
        if shaping.background is not None or self.kind.alpha == "none":
            return self._composed(raster)
        if self._limit == "binary" or shaping.alpha in ("threshold", "dither"):
            return self._hardened(raster)
        return raster

    def check(self, colors: int) -> None:
        """Refuse more colors than the format can hold.

        Raises
        ------
        InvalidInputError
            If there are more.
        ImageWriteError
            If only the entry for transparent pixels of a given palette is too many. The
            output's name is left out.
        """
        if self.palette and colors == 1 + len(self.palette) == 257:
            message = "the palette has 256 colors, and transparent pixels need one more"
            if not self.kind.true_color:
                raise ImageWriteError(f"{message} than {self.kind.name} holds")
            self._warn(f"{message}; written in true color")
        self.kind.require_colors(colors, f"{self.target}: ")

    def frames_of(self, source: Source, *, in_place: bool) -> int:
        """Return how many frames of a source the output gets, and warn if some are lost.

        Raises
        ------
        ImageReadError
            If some would be lost and the output replaces the source.
        InvalidInputError
            If each frame is to have its own palette, and the format has one for all.
        """
        kind = self.kind
        several = source.frames > 1 or source.partial
        if source.partial:
            lost = "layers, sizes or previews"
        elif not kind.frames:
            lost = f"frames, as {kind.name} holds one"
        elif not kind.holds_frames(uniform=source.uniform):
            lost = "pages, as they differ in size"
        else:
            if several and self.options.per_frame_palette and not kind.palettes:
                raise InvalidInputError(
                    f"{self.target}: {kind.name} has one palette for all frames"
                )
            return source.frames
        if several and in_place:
            raise ImageReadError(f"{source.name}: all but the first of its {lost}, would be lost")
        if several:
            warn(f"{source.name}: only the first is used of its {lost}")
        return 1

    def metadata(self, metadata: Metadata) -> Metadata:
        """Return the metadata that the format can hold, and warn of the rest."""
        lost = [
            field.name
            for field in fields(metadata)
            if getattr(metadata, field.name) is not None and field.name not in self.kind.carries
        ]
        told = [name for name in lost if name in _NEEDED or self.options.reading.metadata == "keep"]
        if "texts" in told and _is_comment_alone(metadata) and "comment" not in lost:
            told.remove("texts")
        if told:
            shown = ", ".join(_NAMES.get(name, name) for name in told)
            self._warn(f"{self.kind.name} has no place for {shown}")
        return replace(metadata, **dict.fromkeys(lost))

    def _averaged(self, raster: Raster) -> Raster:
        """Return a raster with each block of pixels averaged to one."""
        from colorquant.color.blocks import averaged

        shaping = self.options.shaping
        self.changed = True
        height, width = raster.pixels.shape[:2]
        pixels = averaged(raster.pixels, shaping.block)
        full = (height, width) if shaping.pixelate > 1 else None
        return replace(raster, pixels=pixels, palette=None, exact=False, full_size=full)

    def _composed(self, raster: Raster) -> Raster:
        background = self.options.shaping.background or _WHITE
        if not self._composes and self.kind.alpha == "none":
            shown = "white" if background == _WHITE else "#{:02x}{:02x}{:02x}".format(*background)
            self._warn(f"{self.kind.name} has no alpha; composed over {shown}")
        self._composes = True
        self.changed = True
        return replace(raster, pixels=compose(raster.pixels, background), palette=None)

    def _hardened(self, raster: Raster) -> Raster:
        """Return a raster without partial transparency."""
        if self.options.most_colors == 1 and not self.palette and self.kind.alpha == "binary":
            raise InvalidInputError(
                f"{self.target}: of a transparent {self.kind.name}, one color is transparent; "
                "it needs 2 or more"
            )
        if not _is_soft(raster.pixels[:, :, 3]):
            return raster
        dithers = self.options.shaping.alpha == "dither"
        how = "dithered" if dithers else "transparent below half alpha, else opaque"
        reason = f"{self._limiting} has no soft edges: " if self._limit == "binary" else ""
        note = f"{reason}{how}"
        if note not in self.notes:
            self.notes.append(note)
        self.changed = True
        if dithers:
            mask = bayer() if self.options.look.dithering == "bayer" else blue_noise()
            pixels = dithered(raster.pixels, mask)
        else:
            pixels = harden(raster.pixels)
        return replace(raster, pixels=without_opaque_alpha(pixels), palette=None)

    def _warn(self, message: str) -> None:
        warn(f"{self.target}: {message}")


def _is_comment_alone(metadata: Metadata) -> bool:
    return {text_keyword(text) for text in metadata.texts or ()} <= {b"Comment"}


def _is_soft(alpha: NDArray[np.uint8]) -> bool:
    """Return whether some alpha is partial."""
    return bool(((alpha > 0) & (alpha < 255)).any())
