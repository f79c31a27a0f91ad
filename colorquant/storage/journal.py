"""Journals: lines that several processes append to, in folders that are not trusted."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from colorquant.storage.files import Writing, write_files
from colorquant.storage.locks import is_named, lock
from colorquant.storage.places import read_errors, write_errors

__all__ = ["Journal", "Objects"]

# Bytes of a line. Longer lines are read in parts.
_LONGEST = 1 << 21
# Bytes of the file. Writers stop earlier, so that the file always stays readable.
_LARGEST = 1 << 28
# The last bytes read that are remembered, to recognize the file later.
_MARK = 64
# Do not follow links, and do not block on a pipe.
_SAFE = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))


class _Writer(NamedTuple):
    add: Callable[[bytes], None]
    """Appends a line."""
    alone: bool
    """Whether the file is locked, so that no other process can append lines."""


class Journal:
    """Lines in a file that several processes may append to and read.

    Only a regular file of bounded size without other hard links is read or written.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._forget()

    def _forget(self) -> None:
        self._seen, self._mark = 0, b""
        self.lines = 0

    def news(self, forget: Callable[[], None]) -> Iterator[bytes]:
        """Yield the lines appended since the last call; very long ones in parts.

        An unfinished last line is yielded, and then again by the next call.

        Parameters
        ----------
        forget : callable
            Called if the file is gone or was replaced. All lines are new then.

        Yields
        ------
        bytes

        Raises
        ------
        ImageReadError
            If the file cannot be read, or must not be.
        """
        with read_errors(self._path):
            try:
                descriptor = self._open(os.O_RDONLY)
            except (FileNotFoundError, NotADirectoryError):
                self._forget()
                forget()
                return
            with os.fdopen(descriptor, "rb") as stream:
                stream.seek(self._seen - len(self._mark))
                if stream.read(len(self._mark)) != self._mark:
                    self._forget()
                    forget()
                stream.seek(self._seen)
                while line := stream.readline(_LONGEST):
                    if line.endswith(b"\n") or len(line) == _LONGEST:
                        self._seen += len(line)
                        self._mark = (self._mark + line[-_MARK:])[-_MARK:]
                    if line.strip():
                        self.lines += 1
                        yield line

    @contextmanager
    def locked(self) -> Iterator[_Writer]:
        """Lock the file against other writers, where the system has file locks.

        Yields
        ------
        _Writer

        Raises
        ------
        ImageWriteError
            If the file cannot be written, or must not be.
        """
        while True:
            with write_errors(self._path):
                descriptor = self._open(os.O_WRONLY | os.O_APPEND | os.O_CREAT, room=_LONGEST)
            try:
                alone = bool(lock(descriptor, wait=True))
                if alone and not is_named(descriptor, self._path):
                    # Another process replaced the file while this one waited.
                    continue
                yield _Writer(partial(self._add, descriptor), alone)
                return
            finally:
                os.close(descriptor)

    def add(self, line: bytes) -> None:
        """Append a line.

        Raises
        ------
        ImageWriteError
            If the line cannot be written.
        """
        with self.locked() as writer:
            writer.add(line)

    def rewrite(self, lines: Callable[[], Iterable[bytes]]) -> None:
        """Replace all lines at once; do nothing if the file cannot be locked.

        Parameters
        ----------
        lines : callable
            Returns the new lines. The file is locked meanwhile, so it may read the old ones.

        Raises
        ------
        ImageReadError, ImageWriteError
            If that fails. The file is unchanged then.
        """
        with self.locked() as writer:
            if writer.alone:
                data = b"".join(line + b"\n" for line in lines())
                write_files({self._path: data}, Writing(overwrite=True))

    def _open(self, flags: int, room: int = 0) -> int:
        # Look before opening: opening a device may have effects.
        with suppress(FileNotFoundError):
            _require_ours(os.lstat(self._path), room)
        descriptor = os.open(self._path, flags | _SAFE, 0o666)
        try:
            _require_ours(os.fstat(descriptor), room)
        except OSError:
            os.close(descriptor)
            raise
        return descriptor

    def _add(self, descriptor: int, line: bytes) -> None:
        # Begin a new line, as the last one may be unfinished.
        rest = memoryview(b"\n" + line + b"\n")
        with write_errors(self._path):
            while rest:
                rest = rest[os.write(descriptor, rest) :]


class Objects:
    """Lines, each in a file of its own, for storage where files cannot be appended to.

    Parameters
    ----------
    folder : UPath
    """

    def __init__(self, folder: Any) -> None:
        self._folder = folder

    def all(self) -> Iterator[bytes]:
        """Yield all lines.

        Raises
        ------
        ImageReadError
            If they cannot be read.
        """
        home = self._folder.parent
        with read_errors(home), suppress(FileNotFoundError):
            # The driver caches this listing, so that no file needs a request of its own later.
            home.fs.invalidate_cache(home.path)
            found = home.fs.find(home.path, detail=True).items()
            name = f"/{self._folder.name}/"
            paths = [path for path, info in found if name in path and _is_short(info)]
            if paths:
                yield from home.fs.cat(paths, on_error="omit").values()

    def one(self, key: str) -> Iterator[bytes]:
        """Yield the line of a key, if there is one.

        Raises
        ------
        ImageReadError
            If it cannot be read.
        """
        place = self._place(key)
        with read_errors(self._folder), suppress(FileNotFoundError):
            place.fs.invalidate_cache(self._folder.path)
            if _is_short(place.fs.info(place.path)):
                yield place.fs.cat_file(place.path)

    def put(self, key: str, line: bytes) -> None:
        """Write the line of a key.

        Raises
        ------
        ImageWriteError
            If the line cannot be written.
        """
        write_files({self._place(key): line}, Writing(overwrite=True))

    def _place(self, key: str) -> Any:
        name = hashlib.sha256(key.encode(errors="replace")).hexdigest()
        return self._folder / f"{name}.json"


def _is_short(info: dict[str, Any]) -> bool:
    return (info.get("size") or 0) <= _LONGEST


def _require_ours(status: os.stat_result, room: int) -> None:
    """Refuse a file that this program would not have made."""
    if stat.S_ISLNK(status.st_mode):
        why = "is a symbolic link"
    elif not stat.S_ISREG(status.st_mode):
        why = "is no regular file"
    elif status.st_nlink > 1:
        why = "has a second name, a hard link"
    elif status.st_size + room > _LARGEST:
        why = f"has {status.st_size:,} bytes, too many for records"
    else:
        return
    raise OSError(f"{why}; colorquant did not make it so, remove it")
