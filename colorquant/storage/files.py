"""Atomic writing of files: each is written completely or not at all."""

import io
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from colorquant.errors import ImageWriteError, InvalidInputError
from colorquant.storage.places import (
    as_place,
    check_target,
    is_object_store,
    is_place,
    is_remote,
    read_errors,
    resolved,
    write_errors,
)
from colorquant.storage.stamps import Stamp
from colorquant.storage.temporaries import Temporary, remove_abandoned

__all__ = [
    "Writing",
    "check_replaced",
    "check_stream",
    "remove_strays",
    "source_times",
    "write_files",
    "write_stream",
]


class Writing(NamedTuple):
    """How files are written."""

    overwrite: bool = False
    """Whether to replace existing files."""
    sync: bool = False
    """Whether to flush a file to disk (fsync) before it gets its final name."""
    times: os.stat_result | None = None
    """Status of the file whose access and modification times the written files get."""
    announce: Callable[[Path, Stamp], None] | None = None
    """Called with each place and its new file's stamp, before the file gets its final name."""
    check: Callable[[], None] | None = None
    """Called just before the first file gets its final name; an exception prevents that."""
    break_links: bool = True
    """Whether to replace a file that has other hard links."""
    own: Path | None = None
    """A place that may be replaced without ``overwrite``."""

    def replaces(self, path: Path) -> bool:
        """Return whether an existing file may be replaced."""
        return self.overwrite or path == self.own


def write_files(files: dict[Path, bytes], how: Writing) -> None:
    """Write temporary files beside their places, then rename them.

    The new file takes over owner, permissions and attributes of the file that it replaces. A
    symbolic link stays a link; the file that it points to is written. Temporary files that
    killed processes left in these folders are removed.

    Parameters
    ----------
    files : dict of Path to bytes
    how : Writing

    Raises
    ------
    ImageWriteError
        If writing fails. No place is touched before all files are complete, and no temporary
        file stays.
    Exception
        Whatever ``how.check`` raises.
    """
    temporaries: dict[Path, Temporary] = {}
    try:
        for path, data in files.items():
            with write_errors(path):
                if not is_remote(path):
                    temporaries[path] = _temporary(path)
                    _write(temporaries[path], data, how)
                check_target(path, overwrite=how.replaces(path))
                check_replaced(path, break_links=how.break_links)
        for path, data in files.items():
            if path in temporaries:
                _move(temporaries[path], path, how)
            else:
                _put(path, data, how)
            how = how._replace(check=None)
    finally:
        for temporary in temporaries.values():
            temporary.end()


def check_replaced(path: Path, *, break_links: bool) -> None:
    """Refuse to replace a pipe or a device, or a file with hard links that must not be broken.

    Raises
    ------
    ImageWriteError
        If the path is one of these.
    """
    if is_remote(path):
        return
    with write_errors(path):
        try:
            status = path.stat()
        except FileNotFoundError:
            return
    if not stat.S_ISREG(status.st_mode):
        raise ImageWriteError(f"{path}: is a pipe or a device, which is never replaced")
    if status.st_nlink > 1 and not break_links:
        raise ImageWriteError(
            f"{path}: is one of {status.st_nlink} hard links to a file; --break-links replaces "
            "this one, and leaves the others as they are"
        )


def _temporary(path: Path) -> Temporary:
    place = resolved(path)
    _remove_strays_once(place.parent)
    return Temporary(place)


def _move(temporary: Temporary, path: Path, how: Writing) -> None:
    _call(how.check)
    with write_errors(path):
        stamp = Stamp.of(temporary.path)
        if how.announce and stamp:
            how.announce(path, stamp)
    # Check again: announcing took time, in which the source may have changed.
    _call(how.check)
    with write_errors(path):
        try:
            temporary.move(overwrite=how.replaces(path))
        except FileExistsError:
            raise ImageWriteError(f"{path}: exists already; --force replaces it") from None
        if how.sync:
            _sync_folder(temporary.path.parent)


def _put(place: Any, data: bytes, how: Writing) -> None:
    _call(how.check)
    with write_errors(place):
        if how.announce:
            how.announce(place, Stamp(len(data), None))
        _store(place, data)


def _call(check: Callable[[], None] | None) -> None:
    if check:
        check()


def _store(place: Any, data: bytes) -> None:
    if is_object_store(place):
        place.fs.pipe_file(place.path, data)
        return
    # In a transaction, drivers give a file its name only when it is complete.
    with place.fs.transaction, place.fs.open(place.path, "wb") as stream:
        stream.write(data)


def check_stream(stream: Any, role: str, verb: str, able: str) -> None:
    """Refuse an object from which no bytes can be read, or to which none can be written.

    Parameters
    ----------
    stream : object
    role : str
        Its name in messages.
    verb, able : str
        The method that it must have, and the method that tells whether that works.

    Raises
    ------
    InvalidInputError
        If it is another object, closed, or open for text.
    """
    if role == "source" and isinstance(stream, (bytes, bytearray, memoryview)):
        return
    if not callable(getattr(stream, verb, None)):
        kinds = "a path, a URL, bytes" if role == "source" else "a path, a URL"
        raise InvalidInputError(
            f"the {role} must be {kinds} or a binary file, not {type(stream).__name__}"
        )
    if isinstance(stream, io.TextIOBase):
        raise InvalidInputError(f"the {role} is open for text; open it in binary mode")
    if getattr(stream, "closed", False):
        raise InvalidInputError(f"the {role} is closed")
    if isinstance(stream, io.IOBase) and not getattr(stream, able)():
        raise InvalidInputError(f"the {role} is not {able}")


def write_stream(stream: BinaryIO, data: bytes, check: Callable[[], None] | None = None) -> None:
    """Write to a stream, such as stdout.

    Parameters
    ----------
    stream : binary file
    data : bytes
    check : callable, optional
        Called first; an exception prevents the writing.

    Raises
    ------
    ImageWriteError
        If writing fails. A `BrokenPipeError` is its cause if the pipe is closed.
    """
    _call(check)
    with write_errors("the output"):
        rest = memoryview(data)
        try:
            while rest:
                # An unbuffered stream may take only a part. One that returns None took all.
                taken = stream.write(rest)
                rest = rest[len(rest) if taken is None else taken :]
            stream.flush()
        except (TypeError, ValueError) as error:
            # The stream takes text, or is closed.
            raise ImageWriteError(f"the output: takes no bytes: {error}") from error


def source_times(source: object, target: Path | None) -> os.stat_result:
    """Return the status of a source, which holds the times that the target is to get.

    Raises
    ------
    InvalidInputError
        If the source or the target has no times.
    ImageReadError
        If the source is missing or unreachable.
    """
    if not is_place(source):
        raise InvalidInputError("only a file with a name has times to keep")
    place = as_place(source)
    for each in (place, target):
        if is_remote(each):
            raise InvalidInputError(f"{each}: the times of a URL are not kept")
    with read_errors(place):
        return place.stat()


def _write(temporary: Temporary, data: bytes, how: Writing) -> None:
    temporary.write(data)
    temporary.inherit()
    if how.times:
        os.utime(temporary.path, ns=(how.times.st_atime_ns, how.times.st_mtime_ns))
    if how.sync:
        temporary.sync()


def _sync_folder(folder: Path) -> None:
    # A rename is durable only after an fsync of the folder, which not all systems support.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_strays(folder: Path) -> None:
    """Remove the temporary files that killed processes left in a folder."""
    if not is_remote(folder):
        remove_abandoned(folder)


# Once per folder: it may be large, and a process may write many files to it.
_remove_strays_once = cache(remove_strays)
