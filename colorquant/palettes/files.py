"""Reading and writing of palette files: JSON, and GIMP's .gpl, which has no alpha."""

import json
import re
from pathlib import Path

import numpy as np

from colorquant.choices import MAX_COLORS
from colorquant.errors import ImageReadError, ImageWriteError, InvalidInputError
from colorquant.models import Palette
from colorquant.storage.places import read_errors

__all__ = ["palette_bytes", "palette_format", "read_palette"]

_VERSION = 1
_FORMATS = (".json", ".gpl")
_HEX = re.compile(r"#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?")
_GPL_COLOR = re.compile(r"\s*(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})(\s.*)?")
# No palette file has more bytes.
_LARGEST = 1 << 24


def palette_bytes(palette: Palette, path: Path) -> bytes:
    """Return a palette as the bytes of a file.

    JSON has ``version``, ``colors`` (``#rrggbb``, with alpha ``#rrggbbaa``) and ``counts``.

    Parameters
    ----------
    palette : Palette
    path : Path
        Its extension chooses the format.

    Returns
    -------
    bytes

    Raises
    ------
    InvalidInputError
        If the extension is unknown.
    ImageWriteError
        If the palette has alpha, and the format has none.
    """
    kind = palette_format(path)
    if kind == ".json":
        counts = palette.counts.tolist()
        content = {"version": _VERSION, "colors": palette.hex(), "counts": counts}
        return (json.dumps(content, indent=1) + "\n").encode()
    if palette.has_alpha:
        raise ImageWriteError(f"{path}: .gpl has no alpha; .json has")
    lines = ["GIMP Palette", "Name: colorquant", "Columns: 16", "#"]
    lines += [f"{r:3} {g:3} {b:3}\t#{r:02x}{g:02x}{b:02x}" for r, g, b in palette.colors.tolist()]
    return ("\n".join(lines) + "\n").encode()


def read_palette(path: Path) -> Palette:
    """Read a palette file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Palette
        Repeated colors are kept once; the counts are 0.

    Raises
    ------
    ImageReadError
        If the file cannot be read, or is not a palette.
    """
    kind = palette_format(path)
    with read_errors(path), path.open("rb") as stream:
        data = stream.read(_LARGEST + 1)
    try:
        return _palette(_read_json(data) if kind == ".json" else _read_gpl(data))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ImageReadError(f"{path}: not a palette: {error}") from None


def _palette(rows: list[list[int]]) -> Palette:
    if not 1 <= len(rows) <= MAX_COLORS:
        raise ValueError(f"it has {len(rows):,} colors, not 1 to {MAX_COLORS:,}")
    alpha = any(len(row) == 4 for row in rows)
    whole = [row if len(row) == 4 or not alpha else [*row, 255] for row in rows]
    colors = dict.fromkeys(map(bytes, whole))
    array = np.frombuffer(b"".join(colors), np.uint8).reshape(len(colors), 4 if alpha else 3)
    return Palette(array, np.zeros(len(array), np.int64))


def palette_format(path: Path) -> str:
    """Return the extension of a palette file in lower case.

    Raises
    ------
    InvalidInputError
        If it is unknown.
    """
    kind = path.suffix.lower()
    if kind not in _FORMATS:
        raise InvalidInputError(f"{path}: the name of a palette ends in .json or .gpl")
    return kind


def _read_json(data: bytes) -> list[list[int]]:
    content = json.loads(data)
    if not isinstance(content, dict) or content.get("version") != _VERSION:
        raise ValueError(f"its version is not {_VERSION}")
    rows = []
    for color in content["colors"]:
        if not isinstance(color, str) or not _HEX.fullmatch(color):
            raise ValueError(f"{color!r} is not #rrggbb or #rrggbbaa")
        rows.append(list(bytes.fromhex(color[1:])))
    return rows


def _read_gpl(data: bytes) -> list[list[int]]:
    first, *lines = data.decode("utf-8", "replace").splitlines() or [""]
    if first.strip() != "GIMP Palette":
        raise ValueError("its first line is not GIMP Palette")
    rows = []
    for line in lines:
        if not line.strip() or line.lstrip().startswith("#") or re.match(r"(Name|Columns):", line):
            continue
        found = _GPL_COLOR.fullmatch(line)
        levels = [int(level) for level in found.groups()[:3]] if found else []
        if not levels or max(levels) > 255:
            raise ValueError(f"{line.strip()[:40]!r} is no color")
        rows.append(levels)
    return rows
