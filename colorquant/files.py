"""Files written whole or not at all, whatever stops it."""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from colorquant.errors import ImageWriteError, InvalidInputError
from colorquant.places import (
    Stamp,
    as_place,
    check_target,
    is_object_store,
    is_place,
    is_remote,
    read_errors,
    write_errors,
)

__all__ = ["Writing", "remove_strays", "source_times", "write_files", "write_stream"]


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


def write_files(files: dict[Path, bytes], how: Writing) -> None:
    """Write files beside their places, then move them there.

    A file that is replaced hands on its permissions; a symbolic link stays, and what it
    points to is written. What a killed process left in these folders is removed.

    Parameters
    ----------
    files : dict of Path to bytes
    how : Writing

    Raises
    ------
    ImageWriteError
        If that fails. Before all are whole no place is touched, and nothing is left beside.
    """
    temporaries: dict[Path, Path] = {}
    try:
        for path, data in files.items():
            with write_errors(path):
                if not is_remote(path):
                    temporaries[path] = _temporary(path)
                    _write(temporaries[path], data, how)
                check_target(path, overwrite=how.overwrite)
                if path in temporaries and path.exists():
                    shutil.copymode(path, temporaries[path])
        for path, data in files.items():
            with write_errors(path):
                if path in temporaries:
                    _move(temporaries[path], path, how)
                else:
                    _put(path, data, how)
    finally:
        for temporary in temporaries.values():
            temporary.unlink(missing_ok=True)


def _temporary(path: Path) -> Path:
    folder = path.resolve().parent
    _remove_strays_once(folder)
    return folder / f"{_OURS}{os.getpid()}-{os.urandom(8).hex()}.tmp"


def _move(temporary: Path, path: Path, how: Writing) -> None:
    place = path.resolve()
    stamp = Stamp.of(temporary)
    if how.announce and stamp:
        how.announce(path, stamp)
    temporary.replace(place)
    if how.sync:
        _sync_folder(place.parent)


def _put(place: Any, data: bytes, how: Writing) -> None:
    if how.announce:
        how.announce(place, Stamp(len(data), None))
    if is_object_store(place):
        place.fs.pipe_file(place.path, data)
        return
    # Within a transaction drivers give a file its name when all of it is there.
    with place.fs.transaction, place.fs.open(place.path, "wb") as stream:
        stream.write(data)


def write_stream(stream: BinaryIO, data: bytes) -> None:
    """Write to where no name is to be taken.

    Raises
    ------
    ImageWriteError
        If that fails; for a closed pipe, caused by a `BrokenPipeError`.
    """
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


def _write(temporary: Path, data: bytes, how: Writing) -> None:
    with temporary.open("xb") as stream:
        stream.write(data)
        if how.sync:
            stream.flush()
            os.fsync(stream.fileno())
    if how.times:
        os.utime(temporary, ns=(how.times.st_atime_ns, how.times.st_mtime_ns))


def _sync_folder(folder: Path) -> None:
    # A new name is on the disk only when its folder is; not all systems can be asked to.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


# Temporaries name the machine and the process that they are of: one whose process is gone
# was left by a killed one.
_MACHINE = os.uname().nodename if hasattr(os, "uname") else "machine"
_OURS = f".colorquant-{_MACHINE.replace('/', '_')[:64]}-"


def remove_strays(folder: Path) -> None:
    """Remove the temporaries of processes that are gone from a folder."""
    if os.name != "posix" or is_remote(folder):
        return
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(_OURS) and entry.name.endswith(".tmp"):
                process = entry.name[len(_OURS) :].partition("-")[0]
                if process.isdecimal() and not _is_alive(int(process)):
                    with suppress(OSError):
                        Path(entry).unlink()


# Folders may be large, and a process that writes many files meets them with each.
_remove_strays_once = cache(remove_strays)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True
