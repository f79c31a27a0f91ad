"""Find the images in files and folders, in a fixed order."""

import errno
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from colorquant.errors import ImageReadError
from colorquant.images.reading.signatures import is_named_as_image
from colorquant.report.gallery.picture import MARK, NAME
from colorquant.storage.places import (
    cause,
    check_source,
    has_working_folder,
    is_remote,
    read_errors,
    same_place,
)
from colorquant.storage.urls import file_name

__all__ = ["Found", "Selection", "discover"]

# The default name of a result beside its source.
_RESULT = re.compile(r"(.+)-\d+colors\.\w+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may be an image.

    Parameters
    ----------
    path : Path
    relative : PurePath
        Its path below the searched folder.
    root : Path
        The searched folder; for a file that the user named, its parent folder.
    named : bool
        Whether the user named it; otherwise it was found in a folder.
    error : str
        Why it cannot be used, such as a folder that cannot be searched; else empty.
    """

    path: Path
    relative: PurePath
    root: Path
    named: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which files in folders are selected.

    Parameters
    ----------
    recursive : bool
        Whether to select files in subfolders.
    include, exclude : sequence of str
        Shell patterns. They match names or, with a slash, paths below the folder. If
        ``include`` has patterns, a file must match one of them. No pattern in ``exclude`` may
        match the file or a folder that contains it.
    links : bool
        Whether to select links to files.
    """

    recursive: bool = False
    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    links: bool = True

    def takes(self, relative: PurePath) -> bool:
        """Return whether a file is selected."""
        if self.include and not any(_matches(relative, pattern) for pattern in self.include):
            return False
        return not self.excludes(relative)

    def missing(self, folder: Path) -> str:
        """Return the error message for a folder without images."""
        shown = " or ".join(map(repr, self.include))
        return f"{folder}: no image is found in it" + (f" that matches {shown}" if shown else "")

    def excludes(self, relative: PurePath) -> bool:
        """Return whether a file, or a folder with all its content, is excluded."""
        return any(_matches(relative, pattern) for pattern in self.exclude)


def discover(
    places: Iterable[Path], selection: Selection, outside: Path | None = None
) -> Iterator[Found]:
    """Yield the files at places: named files, and the files in folders, sorted by name.

    Hidden files and results beside their sources are left out. Links to folders are not
    followed: they could lead outside the folder, or to a file twice. A folder that cannot be
    searched is yielded with its error, and so is a named file that cannot be read.

    Parameters
    ----------
    places : iterable of Path
    selection : Selection
    outside : Path, optional
        A folder to skip wherever it is found.

    Yields
    ------
    Found

    Raises
    ------
    ImageReadError
        If a place does not exist.
    """
    for place in places:
        found = Found(place, PurePath(file_name(place)), place, named=True)
        try:
            with read_errors(place):
                folder = place.is_dir()
                # Not every driver of a chained URL has a parent.
                found = replace(found, root=place.parent)
            if not folder:
                check_source(place)
        except ImageReadError as error:
            if not _is_there(place):
                raise
            yield replace(found, error=str(error))
            continue
        yield from _walk(place, selection, outside) if folder else [found]


def _is_there(place: Path) -> bool:
    """Return whether a local file exists or may exist; False for a URL."""
    if not (is_remote(place) or place.is_absolute() or has_working_folder()):
        return True
    try:
        return not is_remote(place) and place.lstat() is not None
    except OSError as error:
        # On other errors, such as a lack of permission, the file may still exist.
        return error.errno not in (errno.ENOENT, errno.ENOTDIR)


class _Entry(NamedTuple):
    name: str
    is_folder: bool
    is_file: bool
    error: str = ""


def _walk(place: Path, selection: Selection, outside: Path | None) -> Iterator[Found]:
    # No recursion: folders may be nested deeper than Python allows calls to be.
    levels = [_level(Found(place, PurePath(), place), selection)]
    while levels:
        found, is_folder = next(levels[-1], (None, False))
        if found is None:
            levels.pop()
        elif not is_folder:
            yield found
        elif not (outside and same_place(found.path, outside)):
            levels.append(_level(found, selection))


def _level(folder: Found, selection: Selection) -> Iterator[tuple[Found, bool]]:
    """Yield the selected entries of a folder in order, each with whether it is a folder."""
    try:
        entries = _entries(folder.path, links=selection.links)
    except ImageReadError as error:
        yield replace(folder, error=str(error)), False
        return
    if folder.relative.parts and any(entry.name == MARK for entry in entries):
        # The previews of a gallery; other images may lie among them.
        entries = [entry for entry in entries if not NAME.fullmatch(entry.name)]
    stems = {PurePath(entry.name).stem for entry in entries}
    for entry in sorted(entries):
        if entry.error:
            yield replace(folder, error=entry.error), False
        if entry.error or entry.name.startswith("."):
            continue
        found = replace(
            folder, path=folder.path / entry.name, relative=folder.relative / entry.name
        )
        if entry.is_file:
            result = _RESULT.fullmatch(entry.name)
            if selection.takes(found.relative) and not (result and result[1] in stems):
                yield found, False
        elif entry.is_folder and selection.recursive and not selection.excludes(found.relative):
            yield found, True


def _entries(folder: Path, *, links: bool) -> list[_Entry]:
    try:
        return list(_listed(folder) if is_remote(folder) else _scanned(folder, links=links))
    except ImageReadError:
        raise
    except OSError as error:
        raise ImageReadError(f"{folder}: cannot be searched: {cause(error, folder)}") from error


def _scanned(folder: Path, *, links: bool) -> Iterator[_Entry]:
    with os.scandir(folder) as entries:
        for entry in entries:
            is_file = _is_file(entry, links=links)
            yield _Entry(entry.name, entry.is_dir(follow_symlinks=False), is_file)


def _is_file(entry: os.DirEntry[str], *, links: bool) -> bool:
    """Return whether an entry is a file, or a broken link with the name of an image."""
    try:
        if entry.is_file(follow_symlinks=links):
            return True
        broken = entry.is_symlink() and not Path(entry.path).exists()
    except OSError:
        # The link leads to itself, or into a folder without permission.
        broken = True
    return broken and links and is_named_as_image(entry.name)


def _listed(folder: Any) -> Iterator[_Entry]:
    with read_errors(folder):
        entries = folder.fs.ls(folder.path, detail=True)
    for entry in entries:
        name = entry["name"].removeprefix(f"{folder.path.rstrip('/')}/").rstrip("/")
        if not name and entry["type"] == "file":
            # Some drivers list the folder itself.
            continue
        # An object's key may be no valid file name, or would change the URL.
        usable = name not in ("", ".", "..") and not re.search(r"[/\\]|::", name)
        error = "" if usable else f"{folder}: no file can have the name of its {entry['name']!r}"
        yield _Entry(name, entry["type"] == "directory", entry["type"] == "file", error)


def _matches(relative: PurePath, pattern: str) -> bool:
    return fnmatch(relative.as_posix() if "/" in pattern else relative.name, pattern)
