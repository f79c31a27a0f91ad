"""Places of files: paths, and URLs of other storage, by the drivers that fsspec knows."""

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
    "cause",
    "check_source",
    "check_target",
    "has_working_folder",
    "is_object_store",
    "is_of_process",
    "is_place",
    "is_remote",
    "make_folder",
    "read_errors",
    "resolved",
    "same_place",
    "write_errors",
]

PlaceLike = str | os.PathLike[str]

# Drivers may stand on others, as in zip://name::s3://bucket/file.
_URL = re.compile(r"([A-Za-z][\w+.-]+)(::[A-Za-z][\w+.-]+)*://")


def is_object_store(place: object) -> bool:
    """Return whether what is there has no folders, and is stored whole or not at all."""
    if not is_remote(place):
        return False
    from upath.implementations.cloud import CloudPath

    return isinstance(place, CloudPath)


def is_of_process(place: object) -> bool:
    """Return whether this is a place that only this process sees."""
    return is_remote(place) and getattr(place, "protocol", "") == "memory"


def is_place(place: object) -> bool:
    """Return whether this names a place, as other sources do not."""
    return isinstance(place, (str, os.PathLike)) or is_remote(place)


def as_place(place: Any) -> Path:
    """Return the path of a name, or for a URL what can be used like one.

    Parameters
    ----------
    place : str or path
        A URL is ``protocol://`` and what its driver makes of the rest.

    Returns
    -------
    Path
        Or a ``upath.UPath``, which `is_remote` tells.

    Raises
    ------
    InvalidInputError
        If there is no driver of that name.
    ImageReadError
        If the URL stands on a file, as an archive, that cannot be read.
    MissingExtraError
        If a package for URLs, or for this kind of them, is not installed.
    """
    if is_remote(place):
        return cast("Path", place)
    _check_name(place)
    url = _URL.match(os.fspath(place))
    if not url:
        return Path(place)
    try:
        from upath import UPath
    except ImportError as error:
        message = f"{place}: a URL needs fsspec: pip install 'colorquant[urls]'"
        raise MissingExtraError(message) from error
    try:
        found: Any = UPath(place)
        # What is known of earlier uses may have changed.
        found.fs.invalidate_cache()
    except FileNotFoundError:
        raise ImageReadError(f"{place}: no such file") from None
    except Exception as error:  # noqa: BLE001  drivers raise what they like
        kinds = {ImportError: MissingExtraError, ValueError: InvalidInputError}
        kind = next((kinds[each] for each in kinds if isinstance(error, each)), ImageReadError)
        raise kind(f"{place}: {cause(error, place)}") from tellable(error, place)
    return Path(found.path) if url[1].lower() in ("file", "local") else cast("Path", found)


def _check_name(place: object) -> None:
    """Refuse what no file can be named."""
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


@contextmanager
def read_errors(path: Path | str) -> Iterator[None]:
    """Name the file and the cause where the system, or a driver, refuses."""
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
    """Name the file and the cause where the system, or a driver, refuses."""
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
        If there is nothing, a folder, or no way to it.
    """
    with read_errors(path):
        if stat.S_ISDIR(path.stat().st_mode):
            raise IsADirectoryError


def check_target(path: Path, *, overwrite: bool) -> None:
    """Refuse a place that cannot take a file.

    Raises
    ------
    ImageWriteError
        If its folder is missing or closed to us, it is a folder, or it exists and must not
        be replaced.
    """
    with write_errors(path):
        if not is_remote(path):
            _check_folder(path)
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            # What a link to nothing names would be made elsewhere.
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
    """Make a folder, and those that it is in, where there is none.

    Raises
    ------
    ImageWriteError
        If that fails.
    """
    # There are none, and some drivers would make a bucket of a name that was mistyped.
    if is_object_store(folder):
        return
    with write_errors(folder, "cannot be made"):
        missing = [folder]
        # One after another, as folders may be deeper than calls.
        while not is_remote(folder) and not missing[-1].parent.exists():
            missing.append(missing[-1].parent)
        for each in reversed(missing):
            each.mkdir(parents=True, exist_ok=True)


def has_working_folder() -> bool:
    """Return whether names that are relative lead anywhere: the folder may be gone."""
    try:
        os.getcwd()  # noqa: PTH109  for nothing but whether it fails
    except OSError:
        return False
    return True


def resolved(place: Path) -> Path:
    """Return the place that links lead to, as far as they lead anywhere; a URL has none."""
    if is_remote(place):
        return place
    try:
        return Path(os.path.realpath(place))
    except OSError:
        # The working folder is gone.
        return place


def same_place(one: Path, other: Path) -> bool:
    """Return whether two places are one, by whatever names."""
    if is_remote(one) or is_remote(other):
        return one == other
    try:
        return one.samefile(other)
    except OSError:
        return resolved(one) == resolved(other)
