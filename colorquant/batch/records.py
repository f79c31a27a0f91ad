"""Records of results as lines of JSON, which are checked because anyone may have forged them."""

import json
import os
import posixpath
import re
from typing import Any, NamedTuple

import numpy as np

from colorquant.choices import MAX_COLORS
from colorquant.palette import Palette
from colorquant.storage.stamps import Stamp

__all__ = ["Record", "Shared", "read_line"]

_VERSION = 1
# Beyond any size, time or count on any system.
_HUGE = 1 << 63
_LONGEST_TAG = 1024
_BYTES = re.compile("([0-9a-f]{2})+")


class Record(NamedTuple):
    """The record of a result."""

    target: str
    """Path below the manifest's folder."""
    options: str
    """Fingerprint of the options."""
    source: Stamp | None
    file: str | None
    """Path of the written file below the folder; it need not be the target."""
    stamp: Stamp | None
    """Stamp of the written file."""

    def line(self) -> bytes:
        """Return the record as a line for `read_line`."""
        return json.dumps({"version": _VERSION, **self._asdict()}).encode()


class Shared(NamedTuple):
    """The record of the palette that all results with the same options share."""

    options: str
    palette: Palette

    def line(self) -> bytes:
        """Return the record as a line for `read_line`."""
        content = {
            "version": _VERSION,
            "palette": self.options,
            "channels": self.palette.colors.shape[1],
            "colors": self.palette.colors.tobytes().hex(),
            "counts": self.palette.counts.tolist(),
        }
        return json.dumps(content).encode()


class _InvalidError(Exception):
    pass


def read_line(line: bytes, *, local: bool) -> Record | Shared | None:
    """Parse a line; return None if it is not a valid record of this version.

    Parameters
    ----------
    line : bytes
    local : bool
        Whether the manifest's folder is not a URL; records then hold the time of each file.

    Returns
    -------
    Record, Shared or None
    """
    try:
        content = json.loads(line)
        if type(content) is not dict or _int(content.get("version")) != _VERSION:
            return None
        if "palette" in content:
            return Shared(_text(content["palette"]), _palette(content))
        file, stamp = content["file"], content["stamp"]
        if (file is None) != (stamp is None):
            return None
        source = content["source"]
        return Record(
            _name(content["target"], local=local),
            _text(content["options"]),
            None if source is None else _stamp(source, timed=False),
            None if file is None else _name(file, local=local),
            None if stamp is None else _stamp(stamp, timed=local),
        )
    except (_InvalidError, KeyError, ValueError, RecursionError):
        return None


def _require(condition: object) -> None:
    if not condition:
        raise _InvalidError


def _int(value: Any, low: int = 0, high: int = _HUGE) -> int:
    # JSON also has true, 1.0 and 1e400, which Python compares like integers.
    _require(type(value) is int and low <= value < high)
    return int(value)


def _text(value: Any) -> str:
    _require(type(value) is str and value)
    return str(value)


def _name(value: Any, *, local: bool) -> str:
    """Return a path, checked to be normalized and to stay below the folder."""
    name = _text(value)
    _require("\0" not in name)
    os.fsencode(name)
    rules: Any = os.path if local else posixpath
    _require(name == rules.normpath(name) and not rules.isabs(name))
    _require(not rules.splitdrive(name)[0])
    _require(name.split(rules.sep)[0] not in (".", ".."))
    # In a URL these would lead to another place.
    _require(local or not re.search("::|://", name))
    return name


def _stamp(value: Any, *, timed: bool) -> Stamp:
    _require(type(value) is list and 2 <= len(value) <= 3)
    size, time, *tag = value
    _int(size)
    if time is not None or timed:
        _int(time, -_HUGE)
    for each in tag:
        _require(each is None or (type(each) is str and len(each) <= _LONGEST_TAG))
    return Stamp(*value[: len(Stamp._fields)])


def _palette(content: dict[str, Any]) -> Palette:
    channels, colors, counts = (content[name] for name in ("channels", "colors", "counts"))
    _int(channels, 3, 5)
    _require(_BYTES.fullmatch(_text(colors)) and type(counts) is list)
    data = bytes.fromhex(colors)
    _require(1 <= len(counts) <= MAX_COLORS and len(data) == channels * len(counts))
    rows = np.frombuffer(data, np.uint8).reshape(-1, channels)
    # A palette that was found has different colors.
    _require(len(set(map(bytes, rows))) == len(rows))
    return Palette(rows, np.array([_int(count) for count in counts], np.int64))
