"""A gallery in the making: pictures are collected, and written as a page.

Up to a size the page holds all previews. Beyond it they are files in a folder beside the page,
written as they come, so that memory does not grow with them.
"""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from colorquant.errors import ImageReadError, ImageWriteError
from colorquant.pipeline.compare import Comparison, Measured
from colorquant.pipeline.pictures import picture_of_pair
from colorquant.pipeline.targets import as_path
from colorquant.report.gallery.links import relative_url, url_of
from colorquant.report.gallery.page import HEAD, data_url, is_page, page
from colorquant.report.gallery.picture import KINDS, MARK, NAME, Entry, Figures, Picture, Shot
from colorquant.storage.files import Writing, check_replaced, write_files
from colorquant.storage.places import (
    PlaceLike,
    as_place,
    beginning_of,
    check_target,
    is_remote,
    make_folder,
    read_errors,
    resolved,
    write_errors,
)
from colorquant.storage.urls import file_name, shown

__all__ = ["Gallery", "compared_gallery", "entry_of", "find_gallery", "one_page", "replacing"]

# Bytes of previews that a page holds.
_MOST = 16 << 20
# Digits of their contents in the names of previews.
_DIGITS = 24
# Smaller previews stay in the page.
_TINY = 1024


def find_gallery(
    place: PlaceLike | None, others: Iterable[object], *, force: bool, break_links: bool = False
) -> Path | None:
    """Return the path of a gallery, or None without one.

    Parameters
    ----------
    place : path or URL, optional
    others : iterable
        Sources and other results: paths, or what else they are.
    force : bool
        Whether an existing file may be replaced that is not a gallery.
    break_links : bool
        Whether that may have other hard links.

    Raises
    ------
    ImageWriteError
        If the gallery cannot be written there.
    """
    if place is None:
        return None
    path = as_place(place)
    if path.suffix.lower() not in (".html", ".htm"):
        raise ImageWriteError(f"{path}: a gallery is HTML; give it a name that ends in .html")
    own = resolved(path)
    files = [resolved(each) for each in map(as_path, others) if each]
    if own in files:
        raise ImageWriteError(f"{path}: is another file of this run, not a place for a gallery")
    check_target(path, overwrite=force or _is_gallery(path))
    check_replaced(path, break_links=break_links)
    _check_folder(_folder(path), files)
    return path


def replacing(place: Path, how: Writing) -> Writing:
    """Return how files are written if a gallery at a place is replaced by the next one.

    Any other file there is replaced only if ``how`` says so.
    """
    return how._replace(own=place if _is_gallery(place) else None)


def _is_gallery(place: Path) -> bool:
    """Return whether a file is a gallery that colorquant wrote."""
    with suppress(ImageReadError), read_errors(place):
        return is_page(beginning_of(place, HEAD) or b"")
    return False


def _check_folder(folder: Path, files: Iterable[Path]) -> None:
    """Refuse a folder of previews that is somebody else's, or has other files of the run."""
    with write_errors(folder):
        link = not is_remote(folder) and folder.is_symlink()
        if link or (folder.exists() and not (folder / MARK).exists()):
            raise ImageWriteError(f"{folder}: is in the way of the gallery's previews")
    own = resolved(folder)
    if any(own == each or own in each.parents for each in files):
        raise ImageWriteError(
            f"{folder}: is for the gallery's previews; give sources and results another folder, "
            "or the gallery another name"
        )


def entry_of(
    place: Path,
    source: Path | str,
    output: Path | None,
    picture: Picture | None,
    *,
    status: str,
) -> Entry:
    """Return a picture with its name and its links.

    Parameters
    ----------
    place : Path
        That of the gallery.
    source : Path or str
        A text if it is no place.
    output : Path, optional
    picture : Picture, optional
    status : str
        See `Entry`.
    """
    own = source if isinstance(source, str) else shown(source)
    # In place, only the result is left.
    links = [None if isinstance(source, str) or source == output else source, output]
    urls = [relative_url(each, place) for each in links]
    return Entry(own, status, picture=picture, links=(urls[0], urls[1]))


def one_page(entry: Entry, place: Path) -> bytes:
    """Return the page of one picture at a place."""
    return page([entry], _title(place))


def compared_gallery(
    place: Path, reference: Measured, others: Sequence[Comparison], how: Writing
) -> None:
    """Write a gallery of images, each beside what it is compared with.

    Parameters
    ----------
    place : Path
        That of `find_gallery`.
    reference, others
        Those of `colorquant.pipeline.compare.compare_files`.
    how : Writing
    """
    gallery = Gallery(place, how)
    for file, seen in others:
        own = seen.plain
        picture = replace(
            picture_of_pair(reference.first.pixels, file.first.pixels),
            figures=Figures(own.mse, own.psnr, own.delta_e, own.delta_e_p95, own.ssim),
            frames=file.frames,
            bytes=(reference.bytes, file.bytes),
            colors=(reference.colors, file.colors),
        )
        gallery.add(Entry(file.name, "compared", picture=picture))
    gallery.write()


def _title(place: Path) -> str:
    return f"{Path(file_name(place)).stem}: before and after"


def _folder(place: Path) -> Path:
    """Return the folder of the previews of a page."""
    return place.with_name(f"{Path(file_name(place)).stem}_files")


class Gallery:
    """A gallery in the making.

    Parameters
    ----------
    place : Path
        That of `find_gallery`.
    how : Writing
        How files are written.
    """

    def __init__(self, place: Path, how: Writing) -> None:
        self._place, self._how = place, how
        self._entries: list[Entry] = []
        self._size = 0
        self._stored: set[str] = set()

    def add(self, entry: Entry) -> None:
        """Add a picture.

        Raises
        ------
        ImageWriteError
            If its previews cannot be written; it is then listed without them.
        """
        if entry.picture:
            self._size += sum(len(shot.data) for shot in entry.picture.shots.values())
        self._entries.append(entry)
        if self._size <= _MOST:
            return
        try:
            if not self._stored:
                self._open_folder()
                self._entries = [self._kept_in_files(each) for each in self._entries]
            else:
                self._entries[-1] = self._kept_in_files(entry)
        except ImageWriteError:
            self._entries[-1] = replace(entry, picture=None)
            raise

    def write(self) -> None:
        """Write the page, if there are pictures.

        Raises
        ------
        ImageWriteError
            If it cannot be written.
        """
        if self._entries:
            write_files({self._place: self.page()}, replacing(self._place, self._how))
            self._remove_others()

    def page(self) -> bytes:
        """Return the page."""
        in_order = sorted(self._entries, key=lambda each: (each.name.casefold(), each.name))
        return page(in_order, _title(self._place), data_url)

    def _open_folder(self) -> None:
        folder = _folder(self._place)
        make_folder(folder)
        with write_errors(folder):
            marked = (folder / MARK).exists()
        if not marked:
            write_files({folder / MARK: b""}, Writing())

    def _kept_in_files(self, entry: Entry) -> Entry:
        if entry.picture is None:
            return entry
        shots = {key: self._stored_shot(shot) for key, shot in entry.picture.shots.items()}
        return replace(entry, picture=replace(entry.picture, shots=shots))

    def _stored_shot(self, shot: Shot) -> Shot:
        if len(shot.data) < _TINY:
            return shot
        name = f"{_named(shot.data)}.{KINDS[shot.media]}"
        folder = _folder(self._place)
        if name not in self._stored:
            self._store(folder / name, shot.data)
            self._stored.add(name)
        return replace(shot, data=b"", stored=url_of(file_name(folder), name))

    def _store(self, place: Path, data: bytes) -> None:
        with write_errors(place):
            if not is_remote(place) and place.is_symlink():
                raise ImageWriteError(f"{place}: is a link, in the way of the gallery's previews")
            if place.is_file() and place.read_bytes() == data:
                return
        # Its name tells that it is a preview, damaged or cut short.
        write_files({place: data}, Writing(overwrite=True, sync=self._how.sync))

    def _remove_others(self) -> None:
        """Remove the previews of an earlier gallery, which this one has replaced."""
        folder = _folder(self._place)
        if is_remote(folder) or not (folder / MARK).is_file():
            return
        with suppress(OSError):
            for each in list(folder.iterdir()):
                ours = NAME.fullmatch(each.name) and not each.is_symlink()
                if (
                    ours
                    and each.name not in self._stored
                    and _named(each.read_bytes()) == each.stem
                ):
                    each.unlink()
            if not self._stored and [each.name for each in folder.iterdir()] == [MARK]:
                (folder / MARK).unlink()
                folder.rmdir()


def _named(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_DIGITS]
