"""What was done in a folder, so that running again does only what is missing."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from colorquant.batch.records import Record, Shared, read_line
from colorquant.errors import ColorquantError, ImageWriteError
from colorquant.models import Palette
from colorquant.redaction import redacted
from colorquant.storage.journal import Journal, Objects
from colorquant.storage.places import is_remote
from colorquant.storage.stamps import Stamp

__all__ = ["Manifest", "add_record", "latest", "settle_palette"]

NAME = ".colorquant-manifest"
# Runs at the same time may write a file several times, and the last to record it need not be
# the last to write it.
_TIMES = 4
# So many lines are never too many.
_FEW = 1000

Key = TypeVar("Key")
Value = TypeVar("Value")


class Manifest:
    """Records of results.

    They are lines of JSON in a hidden file of the folder. Where nothing can be added to files,
    as in object stores, they are files in a hidden folder, one for each result. What is not
    whole, as of a process that was killed, or not valid, is not counted. Whoever made the
    folder may have made them up: nothing that they say lets a link be followed, or a file
    elsewhere be taken for a result.

    Parameters
    ----------
    folder : Path
    only : str, optional
        Of files one for each result, that of this target is read.

    Raises
    ------
    ImageReadError
        If there may be records, but they cannot be read.
    """

    def __init__(self, folder: Path, only: str | None = None) -> None:
        self._folder = folder
        self._forget()
        self._journal = None if is_remote(folder) else Journal(_file(folder))
        if self._journal:
            self.refresh()
        else:
            objects = Objects(folder / NAME)
            self._take(objects.all() if only is None else objects.one(only))

    def _forget(self) -> None:
        self._of_target: dict[str, list[Record]] = {}
        self._of_file: dict[str, list[Record]] = {}
        self._palettes: dict[str, Shared] = {}

    def refresh(self) -> None:
        """Read what was recorded since."""
        if self._journal:
            self._take(self._journal.news(self._forget))

    def _take(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            record = read_line(line, local=self._journal is not None)
            if isinstance(record, Shared):
                self._palettes[record.options] = record
            elif record:
                _remember(self._of_target, record.target, record)
                if record.file:
                    _remember(self._of_file, record.file, record)

    def is_ours(self, place: Path) -> bool:
        """Return whether a file is one that was written here, as it was written."""
        records = self._of_file.get(_relative(place, self._folder), ())
        return any(self._is_there(record) for record in records)

    def is_current(self, source: Path, target: Path, options: str) -> bool:
        """Return whether a result was made of this source, by these options, and is there."""
        records = self._of_target.get(_relative(target, self._folder), [])
        now = Stamp.of(source) if records else None
        for record in reversed(records):
            if record.options == options and _is_of(record.source, source, now):
                # In place these are one, by whatever link it was named.
                if source == target or self._is_there(record):
                    return True
                if record.file is None and record is records[-1]:
                    return True
        return False

    def palette(self, options: str) -> Palette | None:
        """Return the palette that results by these options have, if that is recorded."""
        shared = self._palettes.get(options)
        return shared.palette if shared else None

    def compact(self) -> None:
        """Leave out lines that later ones made void, if they are most of them."""
        if self._journal and self._journal.lines > _FEW + 2 * len(self._kept()):
            # It is no harm if that fails.
            with suppress(ColorquantError):
                self._journal.rewrite(self._lines)

    def _lines(self) -> Iterator[bytes]:
        self.refresh()
        return (each.line() for each in self._kept())

    def _kept(self) -> list[Record | Shared]:
        known = (*self._of_file.values(), *self._of_target.values())
        records = dict.fromkeys(record for records in known for record in records)
        return [*records, *self._palettes.values()]

    def _is_there(self, record: Record) -> bool:
        """Return whether the file that was written is there, unchanged."""
        if record.file is None or record.stamp is None:
            return False
        place = self._folder / record.file
        if is_remote(place):
            return record.stamp.tells(Stamp.of(place))
        try:
            status = os.lstat(place)
            # No folder on the way may be a link.
            expected = Path(os.path.realpath(self._folder), record.file).parent
            beyond = Path(os.path.realpath(place.parent)) != expected
        except OSError:
            return False
        if beyond or not stat.S_ISREG(status.st_mode):
            return False
        return record.stamp.tells(Stamp(status.st_size, status.st_mtime_ns))


def _remember(lists: dict[Key, list[Value]], key: Key, value: Value) -> None:
    known = lists.setdefault(key, [])
    if value in known:
        known.remove(value)
    known.append(value)
    del known[:-_TIMES]


def _is_of(stamp: Stamp | None, source: Path, now: Stamp | None) -> bool:
    if stamp is None or not stamp.tells(now):
        return False
    # The time of a file is always known.
    return is_remote(source) or stamp.mtime_ns is not None


def _relative(path: Path, folder: Path) -> str:
    if is_remote(folder) or is_remote(path):
        return redacted(str(path).removeprefix(f"{str(folder).rstrip('/')}/"))
    return os.path.relpath(path, folder)


def _file(folder: Path) -> Path:
    return folder / f"{NAME}.jsonl"


def _palette_key(options: str) -> str:
    # No target has a name with that.
    return f"palette::{options}"


_known = lru_cache(maxsize=64)(Manifest)


def latest(folder: Path, target: Path) -> Manifest:
    """Return what is recorded by now, at least of one target.

    Nothing is read that this process has read already.

    Parameters
    ----------
    folder : Path
        Of the manifest.
    target : Path

    Returns
    -------
    Manifest

    Raises
    ------
    ImageReadError
        If there may be records, but they cannot be read.
    """
    if is_remote(folder):
        return Manifest(folder, _relative(target, folder))
    known = _known(folder)
    known.refresh()
    return known


def add_record(
    folder: Path,
    target: Path,
    options: str,
    *,
    source: Stamp | None,
    written: Path | None,
    stamp: Stamp | None,
) -> None:
    """Record a result. Processes may do so at the same time.

    To be done when the file is whole, and before it takes its name: whatever kills the process
    then, no file of ours is taken for somebody else's, nor one that is missing for done.

    Parameters
    ----------
    folder : Path
        Of the manifest.
    target : Path
        Where the result belongs.
    options : str
        What tells the options from others.
    source : Stamp
    written : Path, optional
        The file that will be there, which need not be the target; None if there is none.
    stamp : Stamp, optional
        Of that file.

    Raises
    ------
    ImageWriteError
        If that fails.
    """
    key = _relative(target, folder)
    file = _relative(written, folder) if written else None
    record = Record(key, options, source, file, stamp)
    if not is_remote(folder):
        Journal(_file(folder)).add(record.line())
        return
    try:
        Objects(folder / NAME).put(key, record.line())
    except ImageWriteError as error:
        raise ImageWriteError(f"{target}: cannot be recorded: {error}") from error


def settle_palette(folder: Path, options: str, palette: Palette, *, anew: bool) -> Palette:
    """Record the palette of results by some options; of several runs at once the first does.

    Parameters
    ----------
    folder : Path
        Of the manifest.
    options : str
        What tells the options from others.
    palette : Palette
    anew : bool
        Whether one that is recorded is replaced.

    Returns
    -------
    Palette
        The one that is recorded then.

    Raises
    ------
    ImageReadError, ImageWriteError
        If that fails.
    """
    line = Shared(options, palette).line()
    if is_remote(folder):
        key = _palette_key(options)
        settled = None if anew else Manifest(folder, key).palette(options)
        if settled is None:
            Objects(folder / NAME).put(key, line)
        return settled or palette
    with Journal(_file(folder)).locked() as writer:
        settled = None if anew else Manifest(folder).palette(options)
        if settled is None:
            writer.add(line)
    return settled or palette
