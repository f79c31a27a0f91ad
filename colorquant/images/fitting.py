"""Fitting of images to what a file format can hold, with warnings of what is lost."""

from dataclasses import fields, replace

from colorquant.color.alpha import compose, harden, without_opaque_alpha
from colorquant.errors import ImageReadError, InvalidInputError
from colorquant.images.source import Source
from colorquant.images.writing.formats import Format
from colorquant.metadata import Metadata, text_keyword
from colorquant.models import Palette, Raster
from colorquant.options import QuantizeOptions, ReadingOptions
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
        The only colors that the output may have.

    Attributes
    ----------
    kind, options, palette
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
        self._alpha, self._without = kind.alpha, kind.name
        if palette and not palette.has_alpha:
            self._alpha, self._without = "none", "the palette"
        elif palette and kind.alpha != "full" and not _is_hard(palette, kind.alpha):
            raise InvalidInputError(
                f"{target}: the palette has more alpha than {kind.name} can hold"
            )
        self.kind = kind
        self.options = options
        self.palette = palette
        self._target = target
        self.changed = False
        self.notes: list[str] = []
        if kind.lossy:
            self._warn(f"{kind.name} compression brings back other colors")

    def __call__(self, raster: Raster) -> Raster:
        """Return the raster, changed to what the format can hold."""
        if raster.pixels.shape[2] == 3:
            return raster
        if self.options.background is not None or self._alpha == "none":
            return self._composed(raster)
        if self._alpha == "binary":
            return self._hardened(raster)
        return raster

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
                    f"{self._target}: {kind.name} has one palette for all frames"
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

    def _composed(self, raster: Raster) -> Raster:
        background = self.options.background or _WHITE
        if not self.changed and self._alpha == "none":
            shown = "white" if background == _WHITE else "#{:02x}{:02x}{:02x}".format(*background)
            self._warn(f"{self._without} has no alpha; composed over {shown}")
        self.changed = True
        return replace(raster, pixels=compose(raster.pixels, background), palette=None)

    def _hardened(self, raster: Raster) -> Raster:
        if self.options.k == 1:
            raise InvalidInputError(
                f"{self._target}: of a transparent {self.kind.name}, one color is transparent; "
                "it needs 2 or more"
            )
        alpha = raster.pixels[:, :, 3]
        if not ((alpha > 0) & (alpha < 255)).any():
            return raster
        if not self.changed:
            self.notes.append(
                f"{self.kind.name} has no soft edges: transparent below half alpha, else opaque"
            )
        self.changed = True
        pixels = without_opaque_alpha(harden(raster.pixels))
        return replace(raster, pixels=pixels, palette=None)

    def _warn(self, message: str) -> None:
        warn(f"{self._target}: {message}")


def _is_comment_alone(metadata: Metadata) -> bool:
    return {text_keyword(text) for text in metadata.texts or ()} <= {b"Comment"}


def _is_hard(palette: Palette, alpha: str) -> bool:
    """Return whether a format without full alpha can hold the alpha of a palette."""
    levels = set(palette.colors[:, 3].tolist())
    return levels <= ({0, 255} if alpha == "binary" else {255})
