"""Places of files: what can be read or written there, and writing whole or not at all."""

import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO, NamedTuple

from colorquant.errors import ImageReadError, ImageWriteError, InvalidInputError

__all__ = [
    "Writing",
    "cause",
    "check_source",
    "check_target",
    "read_errors",
    "remove_strays",
    "source_times",
    "write_files",
    "write_stream",
]


def cause(error: Exception) -> str:
    """Return what went wrong, in one line."""
    text = str(getattr(error, "strerror", None) or error).strip()
    return text.splitlines()[0] if text else type(error).__name__


def check_source(path: Path) -> None:
    """Refuse a place where no file can be read.

    Raises
    ------
    ImageReadError
        If there is nothing, a folder, or no way to it.
    """
    with read_errors(path):
        if stat.S_ISDIR(path.stat().st_mode):
            raise IsADirectoryError


@contextmanager
def read_errors(path: Path | str) -> Iterator[None]:
    """Name the file and the cause where the system refuses."""
    try:
        yield
    except ImageReadError:
        raise
    except FileNotFoundError:
        raise ImageReadError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise ImageReadError(f"{path}: is a folder, not an image") from None
    except PermissionError:
        raise ImageReadError(f"{path}: no permission to read it") from None
    except OSError as error:
        raise ImageReadError(f"{path}: {cause(error)}") from error


def check_target(path: Path, *, overwrite: bool) -> None:
    """Refuse a place that cannot take a file.

    Raises
    ------
    ImageWriteError
        If its folder is missing or closed to us, it is a folder, or it exists and must not
        be replaced.
    """
    with _write_errors(path):
        if not path.parent.is_dir():
            raise ImageWriteError(f"{path}: there is no folder {path.parent}")
        if not os.access(path.parent, os.W_OK):
            raise ImageWriteError(f"{path}: no permission to write in the folder {path.parent}")
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            return
        if stat.S_ISDIR(mode):
            raise ImageWriteError(f"{path}: is a folder; name a file")
        if not overwrite:
            raise ImageWriteError(f"{path}: exists already; --force replaces it")


class Writing(NamedTuple):
    """How files are written."""

    overwrite: bool = False
    """Whether existing files are replaced."""
    sync: bool = False
    """Whether all is on the disk before a file takes its name."""
    times: os.stat_result | None = None
    """Of the file whose access and modification times the written ones get."""
    announce: Callable[[Path, Path], None] | None = None
    """Called with each place, and the file that is about to be moved there."""


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
            with _write_errors(path):
                place = path.resolve()
                _remove_strays_once(place.parent)
                temporary = place.parent / f"{_OURS}{os.getpid()}-{os.urandom(8).hex()}.tmp"
                temporaries[path] = temporary
                _write(temporary, data, how)
                check_target(path, overwrite=how.overwrite)
                if place.exists():
                    shutil.copymode(place, temporary)
        for path, temporary in temporaries.items():
            with _write_errors(path):
                place = path.resolve()
                if how.announce:
                    how.announce(path, temporary)
                temporary.replace(place)
                if how.sync:
                    _sync_folder(place.parent)
    finally:
        for temporary in temporaries.values():
            temporary.unlink(missing_ok=True)


def write_stream(stream: BinaryIO, data: bytes) -> None:
    """Write to where no name is to be taken.

    Raises
    ------
    ImageWriteError
        If that fails; for a closed pipe, caused by a `BrokenPipeError`.
    """
    with _write_errors("the output"):
        rest = memoryview(data)
        while rest:
            # What is not buffered may take a part; what tells nothing took all.
            taken = stream.write(rest)
            rest = rest[len(rest) if taken is None else taken :]
        stream.flush()


def source_times(source: object) -> os.stat_result:
    """Return when a source was accessed and modified.

    Raises
    ------
    InvalidInputError
        If it is no path.
    """
    if not isinstance(source, (str, os.PathLike)):
        raise InvalidInputError("only a file with a name has times to keep")
    with read_errors(str(source)):
        return Path(source).stat()


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
    if os.name != "posix":
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


@contextmanager
def _write_errors(path: Path | str) -> Iterator[None]:
    """Name the file and the cause where the system refuses."""
    try:
        yield
    except ImageWriteError:
        raise
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        shown = "no room on the disk" if full else cause(error)
        raise ImageWriteError(f"{path}: cannot write it: {shown}") from error
