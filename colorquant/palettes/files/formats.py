"""The formats of palette files: which one a file has, reading and writing."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from colorquant.checks import check_int
from colorquant.errors import (
    ImageReadError,
    ImageWriteError,
    InvalidInputError,
    NotAnImageError,
)
from colorquant.images.reading.signatures import HEAD, is_named_as_image
from colorquant.palette import Palette
from colorquant.palettes.files.aseprite import is_aseprite, read_aseprite, write_aseprite
from colorquant.palettes.files.css import is_css, read_css, write_css, write_scss
from colorquant.palettes.files.gimp import is_gpl, read_gpl, write_gpl
from colorquant.palettes.files.lists import (
    is_hex,
    is_paintnet,
    read_hex,
    read_paintnet,
    write_hex,
    write_paintnet,
)
from colorquant.palettes.files.pal import (
    is_jasc,
    is_riff,
    read_jasc,
    read_riff,
    write_jasc,
    write_riff,
)
from colorquant.palettes.files.photoshop import (
    is_aco,
    is_act,
    read_aco,
    read_act,
    write_aco,
    write_act,
)
from colorquant.palettes.files.picture import is_picture, read_picture, write_picture
from colorquant.palettes.files.swatchexchange import is_ase, read_ase, write_ase
from colorquant.palettes.files.tables import (
    is_csv,
    is_json,
    read_csv,
    read_json,
    write_csv,
    write_json,
)
from colorquant.storage.places import read_errors

__all__ = ["FORMATS", "PaletteFormat", "palette_bytes", "palette_format", "read_palette"]

# No palette file has more bytes, except images, which have limits of their own.
_LARGEST = 1 << 24
_LARGEST_SWATCH = 1024


class PaletteFormat(NamedTuple):
    """A format of palette files."""

    name: str
    extensions: tuple[str, ...]
    """In lower case, with the dot. Files of these names are written in the format first listed."""
    is_one: Callable[[bytes], bool]
    """Tells from the bytes of a file whether they begin as this format does."""
    read: Callable[[bytes], Palette]
    """Raises ValueError, TypeError, KeyError or RecursionError for damaged files."""
    write: Callable[[Palette], bytes]
    """Raises ValueError for palettes that the format cannot hold, with what it can."""
    alpha: str = "full"
    """Full, binary or none, as for `colorquant.images.writing.formats.Format`."""


FORMATS = (
    PaletteFormat("json", (".json",), is_json, read_json, write_json),
    PaletteFormat("gpl", (".gpl",), is_gpl, read_gpl, write_gpl),
    PaletteFormat("jasc", (".pal", ".psppalette"), is_jasc, read_jasc, write_jasc, alpha="none"),
    PaletteFormat("riff", (".pal",), is_riff, read_riff, write_riff, alpha="none"),
    PaletteFormat("ase", (".ase",), is_ase, read_ase, write_ase, alpha="none"),
    PaletteFormat("aseprite", (".aseprite",), is_aseprite, read_aseprite, write_aseprite),
    PaletteFormat("aco", (".aco",), is_aco, read_aco, write_aco, alpha="none"),
    PaletteFormat("png", (".png",), is_picture, read_picture, write_picture),
    PaletteFormat("csv", (".csv",), is_csv, read_csv, write_csv),
    PaletteFormat("css", (".css",), is_css, read_css, write_css),
    PaletteFormat("scss", (".scss",), is_css, read_css, write_scss),
    # Eight digits without # are AARRGGBB, unless the file is named .hex.
    PaletteFormat("paintnet", (".txt",), is_paintnet, read_paintnet, write_paintnet),
    PaletteFormat("hex", (".hex",), is_hex, read_hex, write_hex),
    # Nothing but its size tells this one, so it comes last.
    PaletteFormat("act", (".act",), is_act, read_act, write_act, alpha="binary"),
)


def palette_format(path: Path, name: str | None = None) -> PaletteFormat:
    """Return the format in which a palette file is written.

    Parameters
    ----------
    path : Path
        Its extension decides, if there is no name.
    name : str, optional
        Name of the format.

    Raises
    ------
    InvalidInputError
        If the name or the extension is unknown.
    """
    if not isinstance(name, str | None):
        raise InvalidInputError(f"format must be a name as 'gpl', not {name!r}")
    for each in FORMATS:
        found = each.name == name.lower() if name else path.suffix.lower() in each.extensions
        if found:
            return each
    if name:
        known = " ".join(each.name for each in FORMATS)
        raise InvalidInputError(f"there is no palette format {name!r}; known are {known}")
    known = " ".join(dict.fromkeys(ext for each in FORMATS for ext in each.extensions))
    raise InvalidInputError(f"{path}: the name of a palette file ends in one of {known}")


def palette_bytes(
    palette: Palette, path: Path, name: str | None = None, *, swatch: int = 1
) -> bytes:
    """Return a palette as the bytes of a file.

    Parameters
    ----------
    palette : Palette
    path : Path
    name : str, optional
        Name of the format, instead of the extension.
    swatch : int
        Width and height of each color in a picture, 1 to 1,024 pixels.

    Raises
    ------
    InvalidInputError
        If the format is unknown, or a swatch is given for one that is no picture.
    ImageWriteError
        If the format cannot hold the palette.
    """
    kind = palette_format(path, name)
    check_int("swatch", swatch, 1, _LARGEST_SWATCH)
    if palette.has_alpha and kind.alpha != "full":
        levels = set(palette.colors[:, 3].tolist())
        if not levels <= ({0, 255} if kind.alpha == "binary" else {255}):
            only = "only full transparency" if kind.alpha == "binary" else "no alpha"
            raise ImageWriteError(f"{path}: {kind.name} has {only}; json has")
    if kind.name == "png":
        return write_picture(palette, swatch)
    if swatch != 1:
        raise InvalidInputError(f"swatch is for png, not for {kind.name}", "swatch")
    try:
        return kind.write(palette)
    except ValueError as error:
        raise ImageWriteError(f"{path}: {kind.name} {error}") from None


def read_palette(path: Path) -> Palette:
    """Read a palette file, or take the colors of an image.

    The content tells its format; if it fits several, or none, the extension does.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Palette
        All colors in the file's order, with their names; the counts are 0.

    Raises
    ------
    ImageReadError
        If the file cannot be read, or is not a palette.
    """
    named = [each for each in FORMATS if path.suffix.lower() in each.extensions]
    with read_errors(path), path.open("rb") as stream:
        data = stream.read(HEAD)
        if not named and (is_picture(data) or is_named_as_image(path.name)):
            return _picture(path)
        data += stream.read(_LARGEST + 1 - len(data))
    # Those that the name fits come first: a color table may begin as an image does.
    others = [each for each in FORMATS if each not in named]
    kind = next((each for each in named + others if each.is_one(data)), None)
    kind = kind or next(iter(named), None)
    if kind is None or kind.name == "png":
        # Some kinds of images have no signature.
        return _picture(path)
    if len(data) > _LARGEST:
        raise ImageReadError(f"{path}: not a palette: it has more than {_LARGEST:,} bytes")
    try:
        return kind.read(data)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ImageReadError(f"{path}: not a palette: {error}") from None


def _picture(path: Path) -> Palette:
    try:
        return read_picture(path)
    except NotAnImageError:
        told = "not a palette in any known format, and not an image"
        raise ImageReadError(f"{path}: {told}") from None
    except ValueError as error:
        raise ImageReadError(f"{path}: not a palette: {error}") from None
