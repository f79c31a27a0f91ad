"""Files of settings: found from a folder upwards, or named."""

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

from colorquant.errors import InvalidInputError, printable
from colorquant.storage.places import beginning_of

__all__ = ["Settings", "find_settings", "read_settings", "toml_of"]

_OURS, _PROJECT = "colorquant.toml", "pyproject.toml"
_PRESETS = "presets"
# No file that people write is larger; one that is may be anything.
_MOST_BYTES = 1 << 20


class Settings(NamedTuple):
    """What a file sets; the names and values are still to be checked."""

    path: Path
    """Absolute."""
    found: bool
    """Whether the file was found, not named by the user."""
    values: dict[str, Any]
    presets: dict[str, dict[str, Any]]

    @property
    def name(self) -> str:
        """The path as seen from the working folder, to be shown."""
        return _shown(self.path)


def find_settings(folder: Path) -> Settings | None:
    """Return the settings of the first file with some, in a folder or else those above it.

    In each folder that is ``colorquant.toml``, or else ``pyproject.toml`` if it has a table
    ``tool.colorquant``.

    Raises
    ------
    InvalidInputError
        If a file cannot be read, or is not TOML.
    """
    for place in (folder, *folder.parents):
        for name in (_OURS, _PROJECT):
            path = place / name
            # A pipe or a device of that name would never end.
            if os.path.isfile(path):  # noqa: PTH113  any error means that there is no such file
                settings = _read(path, found=True)
                if settings is not None:
                    return settings
    return None


def read_settings(path: Path) -> Settings:
    """Return the settings of a file that the user names.

    Raises
    ------
    InvalidInputError
        If the file cannot be read, is not TOML, or is a ``pyproject.toml`` without a table
        ``tool.colorquant``.
    """
    settings = _read(path.absolute(), found=False)
    if settings is None:
        raise InvalidInputError(f"{_shown(path)}: it has no table tool.colorquant")
    return settings


def _read(path: Path, *, found: bool) -> Settings | None:
    """Return the settings of a file; None of a project's file that has no table for them."""
    import tomllib  # Most runs have no file.

    name = _shown(path)
    content = _content(path)
    try:
        # Some editors begin a file with a mark.
        table: Any = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InvalidInputError(f"{name}: it is not TOML: {printable(str(error))}") from error
    if path.name == _PROJECT:
        tools = table.get("tool", {})
        table = tools.get("colorquant") if isinstance(tools, dict) else None
        if table is None:
            return None
    if not isinstance(table, dict):
        raise InvalidInputError(f"{name}: tool.colorquant must be a table")
    presets = table.pop(_PRESETS, {})
    if not isinstance(presets, dict) or not all(isinstance(v, dict) for v in presets.values()):
        raise InvalidInputError(f"{name}: presets must be tables, as [presets.mine]")
    return Settings(path, found, table, presets)


def _content(path: Path) -> bytes:
    try:
        content = beginning_of(path, _MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise InvalidInputError(f"{_shown(path)}: cannot read it: {why}") from error
    if content is None:
        raise InvalidInputError(f"{_shown(path)}: it is not a file")
    if len(content) > _MOST_BYTES:
        raise InvalidInputError(f"{_shown(path)}: it is larger than {_MOST_BYTES:,} bytes")
    return content


def toml_of(value: Any) -> str:
    """Return a value as TOML writes it: as JSON does, with escapes for what cannot be printed."""
    if isinstance(value, str) and value.isdecimal():
        return value
    text = json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
    return "".join(each if each.isprintable() else _escaped(ord(each)) for each in text)


def _escaped(code: int) -> str:
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _shown(path: Path) -> str:
    """Return a path as seen from the working folder, if that is not longer."""
    try:
        near = os.path.relpath(path)
    except (OSError, ValueError):
        near = str(path)
    return printable(min(near, str(path), key=len))
