"""Palettes as JSON and as CSV.

Documentation: RFC 8259 for JSON, RFC 4180 for CSV, and "Palette List API" at lospec.com for the
JSON of Lospec.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from colorquant.choices import MAX_COLORS
from colorquant.palette import Palette
from colorquant.palettes.files.texts import (
    Colors,
    clean,
    first_lines,
    hex_row,
    lines_of,
    names_of,
    shown,
    start_of,
    text_of,
)

__all__ = ["is_csv", "is_json", "read_csv", "read_json", "write_csv", "write_json"]

_VERSION = 1
# Bounds the memory of what is read; colors in objects have up to five values, or some more.
_MOST_VALUES = 16 * MAX_COLORS
_LEVEL = re.compile("[0-9]{1,3}")
_DELIMITERS = ",;\t"
# Style sheets may begin with other words in brackets.
_JSON = re.compile(r"\{\s*[\"}]|\[\s*[\"\[{\]0-9-]")


def is_json(data: bytes) -> bool:
    """Return whether the bytes of a file begin as JSON."""
    return bool(_JSON.match(start_of(data)))


def read_json(data: bytes) -> Palette:
    """Return the palette in the bytes of a file.

    It is a list of colors, or an object with ``colors``, such a list, and perhaps ``version`` and
    ``names``. A color is ``#rrggbb`` or ``#rrggbbaa``, also without #; a list of 3 or 4 levels; or
    an object with ``hex``, or ``r``, ``g``, ``b`` and perhaps ``a``, and perhaps ``name``.

    Raises
    ------
    ValueError
        If it is damaged.
    """
    text = text_of(data)
    if text.count(",") > _MOST_VALUES:
        raise ValueError(f"it has more than {_MOST_VALUES:,} values")
    try:
        content = json.loads(text, parse_int=_whole, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("its values are nested too deep") from None
    colors = Colors()
    for color, given in _pairs(content):
        row, own = _color(color)
        match own if given is None else given:
            case None:
                colors.add(row)
            case str(name):
                colors.add(row, name)
            case other:
                raise ValueError(f"{shown(other)} is no name")
    return colors.palette()


def _pairs(content: Any) -> Iterator[tuple[Any, Any]]:
    """Return colors of JSON, each with its name in the list of names."""
    names = None
    if isinstance(content, dict):
        version = content.get("version", _VERSION)
        if version != _VERSION or type(version) is not int:
            raise ValueError(f"its version is not {_VERSION}")
        content, names = content.get("colors"), content.get("names")
    match content, names:
        case list(), None:
            return zip(content, [None] * len(content), strict=True)
        case list(), list() if len(names) == len(content):
            return zip(content, names, strict=True)
        case list(), _:
            raise ValueError("its names are not a list with one a color")
    raise ValueError("it has no list of colors")


def _whole(digits: str) -> int:
    if len(digits) > 20:
        raise ValueError(f"{shown(digits)} is too large")
    return int(digits)


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")


def _color(color: Any) -> tuple[list[int], Any]:
    """Return the levels and the name of a color of JSON."""
    name = None
    if isinstance(color, dict):
        name = color.get("name")
        parts = [color.get(key) for key in "rgb"] + ([color["a"]] if "a" in color else [])
        color = color.get("hex", parts)
    if isinstance(color, list):
        # True is an int, too.
        if len(color) in (3, 4) and all(type(x) is int and 0 <= x <= 255 for x in color):
            return color, name
        raise ValueError(
            f"{', '.join(shown(x) for x in color[:4])[:40]} are not 3 or 4 levels, 0 to 255"
        )
    row = hex_row(color) if isinstance(color, str) else None
    if row is None:
        raise ValueError(f"{shown(color)} is not #rrggbb or #rrggbbaa")
    return row, name


def write_json(palette: Palette) -> bytes:
    """Return a palette as the bytes of a file.

    It has ``version``, ``colors`` (``#rrggbb``, with alpha ``#rrggbbaa``), ``counts`` and, if
    there are any, ``names``.
    """
    counts = palette.counts.tolist()
    content = {"version": _VERSION, "colors": palette.hex(), "counts": counts}
    if palette.names:
        content["names"] = names_of(palette)
    return (json.dumps(content, indent=1) + "\n").encode()


def is_csv(data: bytes) -> bool:
    """Return whether the first line of a file is a row of a table of colors, or its header."""
    lines = first_lines(data)[:1]
    if not lines:
        return False
    cells = next(csv.reader(lines, delimiter=_delimiter(lines[0])), [])
    return _by_header(cells) is not None or (len(cells) > 1 and _by_row(cells) is not None)


def read_csv(data: bytes) -> Palette:
    """Return the palette in the bytes of a file.

    Columns are found by a header, or else by the first row: of ``hex``, or of ``r``, ``g``, ``b``
    and perhaps ``a``; and of ``name``.

    Raises
    ------
    ValueError
        If it is damaged.
    """
    delimiter = _delimiter(next(lines_of(data), ""))
    rows = csv.reader(lines_of(data), delimiter=delimiter)
    colors = Colors()
    take: Callable[[list[str]], tuple[list[int] | None, str]] | None = None
    for cells in _rows(rows):
        if take is None:
            take = _by_header(cells)
            if take is not None:
                continue
            take = _by_row(cells)
        row, name = take(cells) if take else (None, "")
        if row is None:
            raise ValueError(f"{shown(delimiter.join(cells))} has no color")
        colors.add(row, name)
    return colors.palette()


def _rows(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    """Yield rows that are not empty, their cells without space around them."""
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield stripped
    except csv.Error as error:
        raise ValueError(str(error)) from None


def _delimiter(line: str) -> str:
    """Return what splits a line into the most cells."""
    return max(_DELIMITERS, key=lambda each: len(next(csv.reader([line], delimiter=each), [])))


def _by_header(cells: list[str]) -> Callable[[list[str]], tuple[list[int] | None, str]] | None:
    """Return what takes the color and the name from a row. None if these cells are no header."""
    columns = {cell.strip().lower(): at for at, cell in reversed(list(enumerate(cells)))}
    named = columns.get("name")
    if "hex" in columns:
        return lambda row: (hex_row(_cell(row, columns["hex"])), _cell(row, named))
    if not columns.keys() >= {"r", "g", "b"}:
        return None
    levels = [columns[key] for key in "rgba" if key in columns]
    return lambda row: (_levels([_cell(row, at) for at in levels]), _cell(row, named))


def _by_row(cells: list[str]) -> Callable[[list[str]], tuple[list[int] | None, str]] | None:
    """Return what takes the color and the name from a row like this. None if it has no color."""
    cells = [cell.strip() for cell in cells]
    at = next((at for at, cell in enumerate(cells) if hex_row(cell)), None)
    if at is not None:
        others = [other for other in range(len(cells)) if other != at]
        words = [other for other in others if cells[other] and not cells[other].isdigit()]
        named = next(iter(words or others), None)
        return lambda row: (hex_row(_cell(row, at)), _cell(row, named))
    n = 4 if _levels(cells[:4]) else 3
    if not _levels(cells[:n]):
        return None
    return lambda row: (_levels(row[:n]), _cell(row, n))


def _cell(row: list[str], at: int | None) -> str:
    return row[at] if at is not None and at < len(row) else ""


def _levels(cells: list[str]) -> list[int] | None:
    """Return levels, the last of four of them opaque if it is empty. None if they are none."""
    if len(cells) == 4 and not cells[3]:
        cells = cells[:3]
    if len(cells) < 3 or not all(_LEVEL.fullmatch(cell) for cell in cells):
        return None
    levels = [int(cell) for cell in cells]
    return levels if max(levels) <= 255 else None


def write_csv(palette: Palette) -> bytes:
    """Return a palette as the bytes of a file, with a header."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["index", "name", "hex", *"rgba"[: palette.colors.shape[1]], "count"])
    rows = zip(
        names_of(palette),
        palette.hex(),
        palette.colors.tolist(),
        palette.counts.tolist(),
        strict=True,
    )
    for at, (name, code, levels, count) in enumerate(rows):
        writer.writerow([at, clean(name), code, *levels, count])
    return stream.getvalue().encode()
