"""File formats: what each can hold, and which one a name selects."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import features

from colorquant.errors import ImageWriteError, InvalidInputError

__all__ = ["EXTENSIONS", "FORMATS", "Format", "find_format"]


@dataclass(frozen=True)
class Format:
    """What a file format can hold.

    Parameters
    ----------
    name : str
        Pillow's name for it.
    indexed, true_color : bool
        Whether it can hold indexed, or true-color, images.
    alpha : {"full", "binary", "none"}
        Binary is one transparent color.
    lossy : bool
        Whether its compression changes colors.
    frames : bool
        Whether it can hold several frames.
    sizes : bool
        Whether frames can differ in size.
    palettes : bool
        Whether each frame can have its own palette.
    carries : set of str
        The fields of `Metadata` that it can hold.
    settings : dict
        Settings of Pillow's encoder.
    """

    name: str
    indexed: bool = False
    true_color: bool = True
    alpha: str = "full"
    lossy: bool = False
    frames: bool = False
    sizes: bool = False
    palettes: bool = True
    carries: frozenset[str] = frozenset()
    settings: dict[str, Any] = field(default_factory=dict)

    def holds_frames(self, *, uniform: bool) -> bool:
        """Return whether the format can hold several frames, of one size or not."""
        return self.frames and (uniform or self.sizes)

    def require_colors(self, k: int, about: str = "") -> None:
        """Raise an error if the format cannot hold k colors.

        Raises
        ------
        InvalidInputError
            If k is too large; the message begins with `about`.
        """
        if k > 256 and not self.true_color:
            raise InvalidInputError(f"{about}{self.name} holds at most 256 colors, not {k:,}")


_WEB = frozenset({"icc_profile", "exif", "xmp"})
_ALL = _WEB | {"dpi", "aspect", "comment"}
FORMATS = {
    "png": Format("PNG", indexed=True, frames=True, palettes=False, carries=_ALL | {"texts"}),
    "gif": Format(
        "GIF",
        indexed=True,
        true_color=False,
        alpha="binary",
        frames=True,
        carries=frozenset({"comment"}),
    ),
    "bmp": Format("BMP", indexed=True, alpha="none", carries=frozenset({"dpi"})),
    "tiff": Format(
        "TIFF",
        indexed=True,
        frames=True,
        sizes=True,
        carries=frozenset({"icc_profile", "dpi", "aspect", "xmp", "iptc"}),
    ),
    "jpeg": Format(
        "JPEG",
        alpha="none",
        lossy=True,
        carries=_ALL | {"iptc"},
        settings={"quality": 95, "subsampling": 0},
    ),
    "webp": Format("WEBP", frames=True, carries=_WEB, settings={"lossless": True, "exact": True}),
    "avif": Format(
        "AVIF",
        lossy=True,
        frames=True,
        carries=_WEB,
        settings={"quality": 95, "subsampling": "4:4:4"},
    ),
    "jp2": Format("JPEG2000"),
    "ppm": Format("PPM", alpha="none"),
}
_ALIASES = {"apng": "png", "tif": "tiff", "jpg": "jpeg"}
EXTENSIONS = tuple(sorted([*FORMATS, *_ALIASES]))
_FEATURES = {"WEBP": "webp", "AVIF": "avif", "JPEG2000": "jpg_2000"}


def find_format(name: str | None, path: Path | None) -> Format:
    """Return the format that a name, or else the extension of a path, selects.

    Parameters
    ----------
    name : str, optional
        An extension without its dot.
    path : Path, optional

    Returns
    -------
    Format
        PNG if neither is given.

    Raises
    ------
    InvalidInputError
        If the name is unknown.
    ImageWriteError
        If the extension is unknown, or this installation of Pillow cannot write the format.
    """
    extension = name or (path.suffix[1:] if path else "png")
    lower = extension.lower()
    found = FORMATS.get(_ALIASES.get(lower, lower))
    about = f"{path}: " if path else ""
    if not found:
        shown = f"{extension!r}" if extension else "a name without extension"
        error = InvalidInputError if name else ImageWriteError
        raise error(f"{about}cannot write {shown}; known are {' '.join(EXTENSIONS)}")
    feature = _FEATURES.get(found.name)
    if feature and not features.check(feature):
        raise ImageWriteError(f"{about}this Pillow was built without {found.name}")
    return found
