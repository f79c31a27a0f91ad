"""Palettes as JSON."""

import json
import re

from colorquant.models import Palette
from colorquant.palettes.files.rows import palette_of

__all__ = ["is_json", "read_json", "write_json"]

_VERSION = 1
_HEX = re.compile(r"#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?")


def is_json(data: bytes) -> bool:
    """Return whether the bytes of a file begin as JSON."""
    return data.lstrip().startswith((b"{", b"["))


def read_json(data: bytes) -> Palette:
    """Return the palette in the bytes of a file.

    Raises
    ------
    ValueError
        If it is damaged.
    """
    content = json.loads(data)
    if not isinstance(content, dict) or content.get("version") != _VERSION:
        raise ValueError(f"its version is not {_VERSION}")
    rows = []
    for color in content["colors"]:
        if not isinstance(color, str) or not _HEX.fullmatch(color):
            raise ValueError(f"{color!r} is not #rrggbb or #rrggbbaa")
        rows.append(list(bytes.fromhex(color[1:])))
    return palette_of(rows)


def write_json(palette: Palette) -> bytes:
    """Return a palette as the bytes of a file.

    It has ``version``, ``colors`` (``#rrggbb``, with alpha ``#rrggbbaa``) and ``counts``.
    """
    counts = palette.counts.tolist()
    content = {"version": _VERSION, "colors": palette.hex(), "counts": counts}
    return (json.dumps(content, indent=1) + "\n").encode()
