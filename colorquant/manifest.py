"""What was done in a folder, so that running again does only what is missing."""

import hashlib
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from colorquant.errors import ImageWriteError
from colorquant.files import Writing, write_files
from colorquant.places import Stamp, is_remote, read_errors, write_errors
from colorquant.urls import redacted

__all__ = ["Manifest", "add_record"]

NAME = ".colorquant-manifest"
_VERSION = 1


class Manifest:
    """Records of results.

    They are lines of JSON in a hidden file of the folder. Where nothing can be added to files,
    as in object stores, they are files in a hidden folder, one for each result. What is not
    whole, as of a process that was killed, is not counted.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    ImageReadError
        If there may be records, but they cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._records: dict[str, _Record] = {}
        for text in _objects(folder) if is_remote(folder) else _lines(folder):
            with suppress(ValueError, KeyError, TypeError):
                content = json.loads(text)
                if content["version"] == _VERSION:
                    self._records[content["target"]] = _Record.of(content)

    def is_ours(self, target: Path) -> bool:
        """Return whether a file is a result as it was written."""
        record = self._records.get(_relative(target, self._folder))
        return record is not None and _is_same(record.stamp, target)

    def is_current(self, source: Path, target: Path, options: str) -> bool:
        """Return whether a result was made of this source, by these options, and is there."""
        record = self._records.get(_relative(target, self._folder))
        if record is None or record.options != options:
            return False
        return _is_same(record.source, source) and (
            record.file is None or _is_same(record.stamp, self._folder / record.file)
        )


class _Record(NamedTuple):
    options: str
    source: Stamp | None
    file: str | None
    stamp: Stamp | None

    @classmethod
    def of(cls, content: dict[str, Any]) -> "_Record":
        source, stamp = (
            Stamp.recorded(content[name]) if content[name] else None for name in ("source", "stamp")
        )
        file = content["file"]
        return cls(str(content["options"]), source, None if file is None else str(file), stamp)


def _lines(folder: Path) -> Iterable[bytes]:
    file = _file(folder)
    with read_errors(file):
        return file.read_bytes().splitlines() if file.exists() else ()


def _objects(folder: Any) -> Iterable[bytes]:
    store = folder.fs
    with read_errors(folder), suppress(FileNotFoundError):
        # The first is remembered, so that results need not be looked for one by one.
        store.invalidate_cache(folder.path)
        found = [path for path in store.find(folder.path) if f"/{NAME}/" in path]
        if found:
            yield from store.cat(found, on_error="omit").values()


def _is_same(stamp: Stamp | None, place: Path) -> bool:
    return stamp is not None and stamp.tells(Stamp.of(place))


def _relative(path: Path, folder: Path) -> str:
    if is_remote(folder) or is_remote(path):
        return redacted(str(path).removeprefix(f"{str(folder).rstrip('/')}/"))
    return os.path.relpath(path, folder)


def _file(folder: Path) -> Path:
    return folder / f"{NAME}.jsonl"


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

    Raises
    ------
    ImageWriteError
        If that fails.
    """
    key = _relative(target, folder)
    record = {
        "version": _VERSION,
        "target": key,
        "options": options,
        "source": source,
        "file": _relative(written, folder) if written else None,
        "stamp": stamp,
    }
    text = json.dumps(record)
    if is_remote(folder):
        name = hashlib.sha256(key.encode(errors="replace")).hexdigest()
        place = folder / NAME / f"{name}.json"
        try:
            write_files({place: text.encode()}, Writing(overwrite=True))
        except ImageWriteError as error:
            raise ImageWriteError(f"{target}: cannot be recorded: {error}") from error
        return
    # One write, at the end of the file; a line that was cut off must not swallow this one.
    with write_errors(_file(folder)), _file(folder).open("ab", buffering=0) as stream:
        stream.write(f"\n{text}\n".encode())
