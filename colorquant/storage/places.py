"""Places of files: paths, and URLs that fsspec has drivers for."""

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from colorquant.errors import (
    ImageReadError,
    ImageWriteError,
    InvalidInputError,
    MissingExtraError,
)
from colorquant.storage.urls import cause, is_remote, tellable

__all__ = [
    "PlaceLike",
    "as_place",
    "beginning_of",
    "cause",
    "check_source",
    "check_target",
    "has_working_folder",
    "is_object_store",
    "is_of_process",
    "is_place",
    "is_remote",
    "is_url",
    "make_folder",
    "read_errors",
    "resolved",
    "same_place",
    "write_errors",
]

PlaceLike = str | os.PathLike[str]

# URLs may be chained, as in zip://name::s3://bucket/file.
_URL = re.compile(r"[A-Za-z][\w+.-]+(::[A-Za-z][\w+.-]+)*://")


def is_object_store(place: object) -> bool:
    """Return whether a place is in an object store, which has no folders and writes atomically."""
    if not is_remote(place):
        return False
    from upath.implementations.cloud import CloudPath

    return isinstance(place, CloudPath)


def is_of_process(place: object) -> bool:
    """Return whether only this process sees a place."""
    return is_remote(place) and getattr(place, "protocol", "") == "memory"


def is_place(place: object) -> bool:
    """Return whether an object names a place, unlike bytes or a stream."""
    return isinstance(place, (str, os.PathLike)) or is_remote(place)


def is_url(name: str | os.PathLike[str]) -> bool:
    """Return whether a name is that of a URL: a protocol, ``://`` and a rest."""
    return _URL.match(os.fspath(name)) is not None


def as_place(place: Any) -> Path:
    """Return the path of a name, or a path-like object for a URL.

    Parameters
    ----------
    place : str or path
        A URL is ``protocol://`` and a rest that its driver interprets.

    Returns
    -------
    Path
        For a URL, a ``upath.UPath``; `is_remote` tells them apart.

    Raises
    ------
    InvalidInputError
        If no file can have the name, or no driver has the protocol.
    ImageReadError
        If the URL is chained to a file, such as an archive, that cannot be read.
    MissingExtraError
        If a package for URLs, or for this kind of URL, is not installed.
    """
    if is_remote(place):
        return cast("Path", place)
    _check_name(place)
    if not is_url(place):
        return Path(place)
    try:
        from upath import UPath
    except ImportError as error:
        message = f"{place}: a URL needs fsspec: pip install 'colorquant[urls]'"
        raise MissingExtraError(message) from error
    try:
        found: Any = UPath(place)
        # Listings that the driver cached earlier may be outdated.
        found.fs.invalidate_cache()
    except FileNotFoundError:
        raise ImageReadError(f"{place}: no such file") from None
    except Exception as error:  # noqa: BLE001  drivers raise what they like
        kinds = {ImportError: MissingExtraError, ValueError: InvalidInputError}
        kind = next((kinds[each] for each in kinds if isinstance(error, each)), ImageReadError)
        raise kind(f"{place}: {cause(error, place)}") from tellable(error, place)
    protocol = str(os.fspath(place)).partition(":")[0].lower()
    return Path(found.path) if protocol in ("file", "local") else cast("Path", found)


def _check_name(place: object) -> None:
    """Refuse a name that no file can have."""
    if not isinstance(place, (str, os.PathLike)):
        raise InvalidInputError(f"a place is a path or a URL, not {type(place).__name__}")
    try:
        name = os.fsencode(place)
    except (TypeError, UnicodeEncodeError):
        raise InvalidInputError(f"{place!r} is not a name that a file can have") from None
    if not name:
        raise InvalidInputError("an empty name is no place")
    if b"\0" in name:
        raise InvalidInputError(f"{os.fspath(place)!r}: no file has a name with NUL in it")


def beginning_of(place: Path, most: int) -> bytes | None:
    """Return at most so many first bytes of a file, or None if there is something else.

    A pipe is not waited for.

    Raises
    ------
    OSError
        If it cannot be opened or read; of a URL, whatever its driver raises.
    """
    if is_remote(place):
        with place.open("rb") as stream:
            return stream.read(most)
    with open(place, "rb", opener=_opened_at_once) as stream:
        regular = stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
        return stream.read(most) if regular else None


def _opened_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


@contextmanager
def read_errors(path: Path | str) -> Iterator[None]:
    """Turn errors of the system or a driver into an `ImageReadError` with file and cause."""
    try:
        yield
    except ImageReadError:
        raise
    except FileNotFoundError:
        raise ImageReadError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise ImageReadError(f"{path}: is a folder, not a file") from None
    except PermissionError:
        raise ImageReadError(f"{path}: no permission to read it") from None
    except Exception as error:
        if not (isinstance(error, OSError) or is_remote(path)):
            raise
        raise ImageReadError(f"{path}: {cause(error, path)}") from tellable(error, path)


@contextmanager
def write_errors(path: Path | str, failed: str = "cannot write it") -> Iterator[None]:
    """Turn errors of the system or a driver into an `ImageWriteError` with file and cause."""
    try:
        yield
    except ImageWriteError:
        raise
    except Exception as error:
        if not (isinstance(error, OSError) or is_remote(path)):
            raise
        full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT)
        why = "no room on the disk" if full else cause(error, path)
        if isinstance(error, NotImplementedError):
            why = "files of such a URL can only be read"
        raise ImageWriteError(f"{path}: {failed}: {why}") from tellable(error, path)


def check_source(path: Path) -> None:
    """Refuse a place where no file can be read.

    Raises
    ------
    ImageReadError
        If the place is missing, unreachable or a folder.
    """
    with read_errors(path):
        if stat.S_ISDIR(path.stat().st_mode):
            raise IsADirectoryError


def check_target(path: Path, *, overwrite: bool) -> None:
    """Refuse a place that cannot take a file.

    Raises
    ------
    ImageWriteError
        If its folder is missing or not writable, if it is a folder itself, or if it exists and
        must not be replaced.
    """
    with write_errors(path):
        if not is_remote(path):
            _check_folder(path)
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            # A broken link counts as existing: its file would be created elsewhere.
            if overwrite or is_remote(path) or not path.is_symlink():
                return
            mode = 0
        if stat.S_ISDIR(mode):
            raise ImageWriteError(f"{path}: is a folder; name a file")
        if not overwrite:
            raise ImageWriteError(f"{path}: exists already; --force replaces it")


def _check_folder(path: Path) -> None:
    if not path.parent.is_dir():
        raise ImageWriteError(f"{path}: there is no folder {path.parent}")
    if not os.access(path.parent, os.W_OK):
        raise ImageWriteError(f"{path}: no permission to write in the folder {path.parent}")


def make_folder(folder: Path) -> None:
    """Create a folder and its parents where they are missing.

    Raises
    ------
    ImageWriteError
        If a folder cannot be created.
    """
    # These have no folders, and some drivers would create a bucket for a mistyped name.
    if is_object_store(folder):
        return
    with write_errors(folder, "cannot be made"):
        missing = [folder]
        # One after another: folders may be nested deeper than Python allows calls to be.
        while not is_remote(folder) and not missing[-1].parent.exists():
            missing.append(missing[-1].parent)
        for each in reversed(missing):
            each.mkdir(parents=True, exist_ok=True)


def has_working_folder() -> bool:
    """Return whether the working folder still exists, which relative paths need."""
    try:
        os.getcwd()  # noqa: PTH109  for nothing but whether it fails
    except OSError:
        return False
    return True


def resolved(place: Path) -> Path:
    """Return a path with its symbolic links resolved, as far as they exist; a URL as it is."""
    if is_remote(place):
        return place
    try:
        return Path(os.path.realpath(place))
    except OSError:
        # The working folder is gone.
        return place


def same_place(one: Path, other: Path) -> bool:
    """Return whether two places are the same file, even by different names."""
    if is_remote(one) or is_remote(other):
        return one == other
    try:
        return one.samefile(other)
    except OSError:
        return resolved(one) == resolved(other)
