"""What was done in a folder, so that running again does only what is missing."""

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["Manifest", "Stamp", "add_record"]

NAME = ".colorquant-manifest.jsonl"
_VERSION = 1


class Stamp(NamedTuple):
    """What tells that a file is still the same."""

    size: int
    mtime_ns: int

    @classmethod
    def of(cls, path: Path) -> "Stamp | None":
        """Return that of a file, or None if there is none."""
        try:
            status = path.stat()
        except OSError:
            return None
        return cls(status.st_size, status.st_mtime_ns)


class Manifest:
    """Records of results, a line of JSON each, in a hidden file of their folder.

    A line that is not whole, as of a process that was killed, is not counted.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / NAME
        self._records: dict[str, dict[str, Any]] = {}
        try:
            lines = self._path.read_bytes().splitlines()
        except OSError:
            lines = []
        for line in lines:
            try:
                record = json.loads(line)
                if record["version"] == _VERSION:
                    self._records[str(record["target"])] = record
            except (ValueError, KeyError, TypeError):
                continue

    def is_ours(self, target: Path) -> bool:
        """Return whether a file is a result as it was written."""
        record = self._records.get(self._key(target))
        stamp = _listed(Stamp.of(target))
        return record is not None and stamp is not None and record["stamp"] == stamp

    def is_current(self, source: Path, target: Path, options: str) -> bool:
        """Return whether a result was made of this source, by these options, and is there."""
        record = self._records.get(self._key(target))
        if record is None or record["options"] != options:
            return False
        written = self._folder / record["file"] if record["file"] else None
        return record["source"] == _listed(Stamp.of(source)) and (
            written is None or record["stamp"] == _listed(Stamp.of(written))
        )

    def _key(self, path: Path) -> str:
        return os.path.relpath(path, self._folder)


def _listed(stamp: Stamp | None) -> list[int] | None:
    return list(stamp) if stamp else None


def add_record(
    folder: Path,
    target: Path,
    options: str,
    *,
    source: Stamp | None,
    written: Path | None,
    stamp: Stamp | None,
) -> None:
    """Record a result. Processes may do so at the same time.

    To be done when the file is whole, and before it takes its name: whatever kills the process
    then, no file of ours is taken for somebody else's, nor one that is missing for done.

    Parameters
    ----------
    folder : Path
        Of the manifest.
    target : Path
        Where the result belongs.
    options : str
        What tells the options from others.
    source : Stamp
    written : Path, optional
        The file that will be there, which need not be the target; None if there is none.
    stamp : Stamp, optional
        Of that file.
    """
    record = {
        "version": _VERSION,
        "target": os.path.relpath(target, folder),
        "options": options,
        "source": source,
        "file": os.path.relpath(written, folder) if written else None,
        "stamp": stamp,
    }
    # One write, at the end of the file; a line that was cut off must not swallow this one.
    with (folder / NAME).open("ab", buffering=0) as stream:
        stream.write(f"\n{json.dumps(record)}\n".encode())
