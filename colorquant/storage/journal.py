"""Lines that processes write at the same time, in folders that anybody may have made."""

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

# Bytes of a line; longer ones are read in parts.
_LONGEST = 1 << 21
# Bytes of the file. What is added leaves room, so that it can be read again.
_LARGEST = 1 << 28
# What is remembered of what was read, to know the file again.
_MARK = 64
# Links are not followed, and what is no file, but for instance a pipe, is not waited for.
_SAFE = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))


class _Writer(NamedTuple):
    add: Callable[[bytes], None]
    """Adds a line."""
    alone: bool
    """Whether nobody else can add any meanwhile."""


class Journal:
    """Lines, read as they are added.

    Only a regular file of bounded size that has no other name is read or written.

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
        """Yield the lines that were added since the last call, or parts of very long ones.

        A last line that has no end yet is yielded, and yielded again.

        Parameters
        ----------
        forget : callable
            Called if it is not the same file any more; all lines are new then.

        Yields
        ------
        bytes

        Raises
        ------
        ImageReadError
            If the file is none that may be read.
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
        """Keep other processes from adding lines, where the system can.

        Yields
        ------
        _Writer

        Raises
        ------
        ImageWriteError
            If the file is none that may be written.
        """
        while True:
            with write_errors(self._path):
                descriptor = self._open(os.O_WRONLY | os.O_APPEND | os.O_CREAT, room=_LONGEST)
            try:
                alone = bool(lock(descriptor, wait=True))
                if alone and not is_named(descriptor, self._path):
                    # It was written anew while this process waited.
                    continue
                yield _Writer(partial(self._add, descriptor), alone)
                return
            finally:
                os.close(descriptor)

    def add(self, line: bytes) -> None:
        """Add a line.

        Raises
        ------
        ImageWriteError
            If that fails.
        """
        with self.locked() as writer:
            writer.add(line)

    def rewrite(self, lines: Callable[[], Iterable[bytes]]) -> None:
        """Replace all lines at once, where the system lets nobody add some meanwhile.

        Parameters
        ----------
        lines : callable
            Returns the new ones, which it may take from the file as it is then.

        Raises
        ------
        ImageReadError, ImageWriteError
            If that fails; all is as before then.
        """
        with self.locked() as writer:
            if writer.alone:
                data = b"".join(line + b"\n" for line in lines())
                write_files({self._path: data}, Writing(overwrite=True))

    def _open(self, flags: int, room: int = 0) -> int:
        # To open a device may do something.
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
        # A line that was cut off must not swallow this one.
        rest = memoryview(b"\n" + line + b"\n")
        with write_errors(self._path):
            while rest:
                rest = rest[os.write(descriptor, rest) :]


class Objects:
    """Lines, each in a file of its own, where nothing can be added to files.

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
            # All is remembered of it, so that files need not be looked for one by one.
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
            If that fails.
        """
        write_files({self._place(key): line}, Writing(overwrite=True))

    def _place(self, key: str) -> Any:
        name = hashlib.sha256(key.encode(errors="replace")).hexdigest()
        return self._folder / f"{name}.json"


def _is_short(info: dict[str, Any]) -> bool:
    return (info.get("size") or 0) <= _LONGEST


def _require_ours(status: os.stat_result, room: int) -> None:
    """Refuse what this program would not have made."""
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
