"""Images in files and folders, in order, each with its place in the result."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePath

from colorquant.errors import ImageReadError
from colorquant.files import check_source, read_errors

__all__ = ["Found", "Selection", "discover"]

# How `colorquant` names a result beside its source.
_RESULT = re.compile(r"(.+)-\d+colors\.\w+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may be an image.

    Parameters
    ----------
    path : Path
    relative : Path
        Its place below the folder that was searched.
    root : Path
        That folder; of a file that was named, the one that it is in.
    named : bool
        Whether it was named, not found.
    """

    path: Path
    relative: Path
    root: Path
    named: bool


@dataclass(frozen=True, slots=True)
class Selection:
    """Which files of folders are taken.

    Parameters
    ----------
    recursive : bool
        Whether those of subfolders are.
    include, exclude : sequence of str
        Patterns as of a shell, for names, or with a slash for places below the folder. Of
        some to include, one must match; of those to exclude, none may.
    links : bool
        Whether links to files are.
    """

    recursive: bool = False
    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    links: bool = True

    def takes(self, relative: PurePath) -> bool:
        """Return whether a file is taken."""
        if self.include and not any(_matches(relative, pattern) for pattern in self.include):
            return False
        return not any(_matches(relative, pattern) for pattern in self.exclude)


def discover(
    places: Iterable[Path], selection: Selection, outside: Path | None = None
) -> Iterator[Found]:
    """Yield the files at places: those that are named, and those in folders by name.

    What is hidden is left out, and so are results beside their sources. Links to folders are
    not followed, so that nothing is met twice, or outside of the folder.

    Parameters
    ----------
    places : iterable of Path
    selection : Selection
    outside : Path, optional
        A folder that is left out where it is met.

    Yields
    ------
    Found

    Raises
    ------
    ImageReadError
        If a place is not there or closed.
    """
    for place in places:
        with read_errors(place):
            folder = place.is_dir()
        if not folder:
            check_source(place)
            yield Found(place, Path(place.name), place.parent, named=True)
            continue
        for path in _walk(place, selection, outside and outside.resolve()):
            relative = path.relative_to(place)
            if selection.takes(relative):
                yield Found(path, relative, place, named=False)


def _walk(folder: Path, selection: Selection, outside: Path | None) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise ImageReadError(f"{folder}: cannot be searched: {error.strerror}") from error
    stems = {PurePath(entry.name).stem for entry in entries}
    for entry in entries:
        if entry.name.startswith("."):
            continue
        path = folder / entry.name
        if entry.is_dir(follow_symlinks=False):
            if selection.recursive and path.resolve() != outside:
                yield from _walk(path, selection, outside)
        elif _is_file(entry, links=selection.links):
            result = _RESULT.fullmatch(entry.name)
            if not (result and result[1] in stems):
                yield path


def _is_file(entry: os.DirEntry[str], *, links: bool) -> bool:
    try:
        return entry.is_file(follow_symlinks=links)
    except OSError:
        # A link that leads to itself.
        return False


def _matches(relative: PurePath, pattern: str) -> bool:
    return fnmatch(relative.as_posix() if "/" in pattern else relative.name, pattern)
