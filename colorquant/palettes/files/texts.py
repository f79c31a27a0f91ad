"""What readers and writers of palette files of text share: lines, names, hexadecimal colors."""

import codecs
import re
from collections.abc import Iterator, Sequence

from colorquant.choices import MAX_COLORS
from colorquant.palette import Palette
from colorquant.palettes.files.rows import palette_of

__all__ = [
    "Colors",
    "clean",
    "first_lines",
    "hex_row",
    "lines_of",
    "names_of",
    "shown",
    "start_of",
    "text_of",
]

_LONGEST_LINE = 4096
_LONGEST_NAME = 255
_SHOWN = 40
_HEX = re.compile(r"#?([0-9a-fA-F]{6}(?:[0-9a-fA-F]{2})?)")
# Controls, the line breaks of Unicode, and halves of pairs, which no file can hold.
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


class Colors:
    """The colors of a file while it is read: no more than a palette can have."""

    def __init__(self) -> None:
        self._rows: list[Sequence[int]] = []
        self._names: list[str] = []

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, row: Sequence[int], name: str = "") -> None:
        """Add a color.

        Raises
        ------
        ValueError
            If there are too many; what follows need not be read then.
        """
        if len(self._rows) == MAX_COLORS:
            raise ValueError(f"it has more than {MAX_COLORS:,} colors")
        self._rows.append(row)
        self._names.append(clean(name))

    def palette(self) -> Palette:
        """Return the palette.

        Raises
        ------
        ValueError
            If there are no colors.
        """
        return palette_of(self._rows, self._names)


def text_of(data: bytes) -> str:
    """Return the text of a file: UTF-8, UTF-16 with its mark, or else Latin-1.

    Raises
    ------
    ValueError
        If it is no text.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
    if "\0" in text:
        raise ValueError("it is not text")
    return text


def start_of(data: bytes) -> str:
    """Return how the text of a file begins, without space before it; empty if it is no text."""
    try:
        return text_of(data[:_LONGEST_LINE]).lstrip()
    except ValueError:
        return ""


def first_lines(data: bytes) -> list[str]:
    """Return the lines at the start of a file that are whole and not blank."""
    lines = re.split(r"[\r\n]+", start_of(data))
    if len(data) > _LONGEST_LINE:
        lines.pop()
    return [line.strip() for line in lines if line.strip()]


def lines_of(data: bytes) -> Iterator[str]:
    """Yield the lines of a file that are not blank, without space around them.

    They end as on any system. Other characters that Python takes for line breaks may be part of
    names.

    Raises
    ------
    ValueError
        If it is no text, or a line is too long.
    """
    for found in re.finditer(r"[^\r\n]+", text_of(data)):
        if found.end() - found.start() > _LONGEST_LINE:
            raise ValueError(f"it has a line of more than {_LONGEST_LINE:,} characters")
        if line := found[0].strip():
            yield line


def clean(name: str) -> str:
    """Return the name of a color without what would break a line, cut to 255 characters."""
    return _UNFIT.sub(" ", name[: 2 * _LONGEST_NAME]).strip()[:_LONGEST_NAME].strip()


def names_of(palette: Palette) -> list[str]:
    """Return a clean name for each color, empty for those without."""
    return [clean(name) for name in palette.names or [""] * len(palette)]


def hex_row(text: str) -> list[int] | None:
    """Return the levels of a color, rrggbb or rrggbbaa, perhaps after #. None if it is none."""
    found = _HEX.fullmatch(text)
    return list(bytes.fromhex(found[1])) if found else None


def shown(value: object) -> str:
    """Return part of a file as messages show it: short, and without control characters."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return repr(value[:_SHOWN]) if isinstance(value, str) else repr(value)[:_SHOWN]
