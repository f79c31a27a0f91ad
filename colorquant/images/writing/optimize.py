"""Optimizing of PNG files by oxipng: other filters and more work to deflate, the same pixels."""

from types import ModuleType
from typing import Any

from colorquant.choices import Level
from colorquant.errors import ImageWriteError, InvalidInputError, MissingExtraError
from colorquant.images.writing.formats import Format
from colorquant.images.writing.png import SIGNATURE, chunk, chunks

__all__ = ["optimized", "require_optimizer"]

# How often Zopfli tries, as often as oxipng's own command does.
_ITERATIONS = 15
# Pixels are only deflated again: the header, the palette and the metadata stay.
_KEPT = {
    "bit_depth_reduction": False,
    "color_type_reduction": False,
    "palette_reduction": False,
    "grayscale_reduction": False,
}
# What gives pixels their meaning.
_MEANING = (b"IHDR", b"PLTE", b"tRNS")


def require_optimizer(kind: Format, about: str = "") -> None:
    """Raise an error if files of a format cannot be optimized.

    Parameters
    ----------
    kind : Format
    about : str, optional
        The beginning of a message.

    Raises
    ------
    InvalidInputError
        If the format is not PNG.
    MissingExtraError
        If pyoxipng is not installed, or fails.
    """
    if kind.name != "PNG":
        raise InvalidInputError(f"{about}optimize is for PNG, not for {kind.name}", "optimize")
    _oxipng()


def optimized(data: bytes, level: Level) -> bytes:
    """Return a PNG file with the same content in fewer bytes, or as it is if there are none.

    Only the chunks of pixels may change, so each index of a palette keeps its meaning.

    Parameters
    ----------
    data : bytes
        A still PNG file or an animated one, with one chunk for each further frame.
    level : int or "max"
        1 to 6. ``"max"`` is the smaller of level 6 and Zopfli.

    Returns
    -------
    bytes

    Raises
    ------
    ImageWriteError
        If the optimizer fails.
    MissingExtraError
        If pyoxipng is not installed, or fails.
    """
    oxipng = _oxipng()
    tries: list[dict[str, Any]] = [{"level": 6 if level == "max" else level}]
    if level == "max":
        # Zopfli deflates only by the filter that looks best: all take ten times as long, and
        # hardly ever save more.
        zopfli = oxipng.Deflaters.zopfli(_ITERATIONS)
        tries.append({"level": 6, "fast_evaluation": True, "deflate": zopfli})
    strip = oxipng.StripChunks.none()
    try:
        made = [
            oxipng.optimize_from_memory(data, strip=strip, **_KEPT, **settings)
            for settings in tries
        ]
    except oxipng.PngError as error:
        raise ImageWriteError(f"cannot be optimized: {error}") from error
    return min([data, *(_with_data_of(each, data) for each in made)], key=len)


def _with_data_of(other: bytes, png: bytes) -> bytes:
    """Return a PNG with the chunks of pixels of another one, and all else as it is."""
    if _meaning(other) != _meaning(png):
        raise ImageWriteError("cannot be optimized: oxipng changed more than was asked for")
    # Several chunks of the first image are one stream of data.
    still = b"".join(data for kind, data in chunks(other) if kind == b"IDAT")
    frames = (data for kind, data in chunks(other) if kind == b"fdAT")
    parts = [SIGNATURE]
    for kind, data in chunks(png):
        if kind == b"IDAT":
            parts += [chunk(kind, still)] if still else []
            still = b""
        elif kind == b"fdAT":
            # Its number stands before the data.
            parts.append(chunk(kind, data[:4] + next(frames)[4:]))
        else:
            parts.append(chunk(kind, data))
    return b"".join(parts)


def _meaning(png: bytes) -> list[tuple[bytes, bytes]]:
    return [each for each in chunks(png) if each[0] in _MEANING]


def _oxipng() -> ModuleType:
    try:
        import oxipng
    except ModuleNotFoundError as error:
        message = "optimize needs pyoxipng: pip install 'colorquant[optimize]'"
        raise MissingExtraError(message) from error
    except ImportError as error:
        raise MissingExtraError(f"optimize needs pyoxipng, which fails: {error}") from error
    return oxipng
