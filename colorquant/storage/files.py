"""Files written whole or not at all, whatever stops it."""

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
    "remove_strays",
    "source_times",
    "write_files",
    "write_stream",
]


class Writing(NamedTuple):
    """How files are written."""

    overwrite: bool = False
    """Whether existing files are replaced."""
    sync: bool = False
    """Whether all is on the disk before a file takes its name."""
    times: os.stat_result | None = None
    """Of the file whose access and modification times the written ones get."""
    announce: Callable[[Path, Stamp], None] | None = None
    """Called with each place, and the stamp of the whole file that is about to get there."""
    check: Callable[[], None] | None = None
    """Called directly before the first file takes its name; what it raises stops that."""
    break_links: bool = True
    """Whether a file that has other names, too, is replaced under this one."""


def write_files(files: dict[Path, bytes], how: Writing) -> None:
    """Write files beside their places, then move them there.

    A file that is replaced hands on its owner, permissions and attributes; a symbolic link
    stays, and what it points to is written. What a killed process left in these folders is
    removed.

    Parameters
    ----------
    files : dict of Path to bytes
    how : Writing

    Raises
    ------
    ImageWriteError
        If that fails. Before all are whole no place is touched, and nothing is left beside.
    Exception
        What ``how.check`` raises.
    """
    temporaries: dict[Path, Temporary] = {}
    try:
        for path, data in files.items():
            with write_errors(path):
                if not is_remote(path):
                    temporaries[path] = _temporary(path)
                    _write(temporaries[path], data, how)
                check_target(path, overwrite=how.overwrite)
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
    """Refuse to replace what is no file, or has other names that would keep the old one.

    Raises
    ------
    ImageWriteError
        If there is such a thing.
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
    # That took its time, and what is announced is true only now.
    _call(how.check)
    with write_errors(path):
        try:
            temporary.move(overwrite=how.overwrite)
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
    # Within a transaction drivers give a file its name when all of it is there.
    with place.fs.transaction, place.fs.open(place.path, "wb") as stream:
        stream.write(data)


def write_stream(stream: BinaryIO, data: bytes, check: Callable[[], None] | None = None) -> None:
    """Write to where no name is to be taken.

    Parameters
    ----------
    stream : binary file
    data : bytes
    check : callable, optional
        Called before; what it raises stops that.

    Raises
    ------
    ImageWriteError
        If that fails; for a closed pipe, caused by a `BrokenPipeError`.
    """
    _call(check)
    with write_errors("the output"):
        rest = memoryview(data)
        try:
            while rest:
                # What is not buffered may take a part; what tells nothing took all.
                taken = stream.write(rest)
                rest = rest[len(rest) if taken is None else taken :]
            stream.flush()
        except (TypeError, ValueError) as error:
            # Of a file that takes text, or that was closed.
            raise ImageWriteError(f"the output: takes no bytes: {error}") from error


def source_times(source: object, target: Path | None) -> os.stat_result:
    """Return when a source was accessed and modified, for a target to get.

    Raises
    ------
    InvalidInputError
        If one of the two has no times.
    ImageReadError
        If there is nothing.
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
    # A new name is on the disk only when its folder is; not all systems can be asked to.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_strays(folder: Path) -> None:
    """Remove the temporaries of killed processes from a folder."""
    if not is_remote(folder):
        remove_abandoned(folder)


# Folders may be large, and a process that writes many files meets them with each.
_remove_strays_once = cache(remove_strays)
