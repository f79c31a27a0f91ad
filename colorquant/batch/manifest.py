"""The manifest of a folder: records of its results, so that a new run does only the rest."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from colorquant.batch.records import Record, Shared, read_line
from colorquant.errors import ColorquantError, ImageWriteError
from colorquant.palette import Palette
from colorquant.redaction import redacted
from colorquant.storage.journal import Journal, Objects
from colorquant.storage.places import is_remote
from colorquant.storage.stamps import Stamp

__all__ = ["Manifest", "add_record", "latest", "settle_palette"]

NAME = ".colorquant-manifest"
# Records kept of each file. Concurrent runs may write a file several times, and the last to
# record it need not be the last to write it.
_TIMES = 4
# A file of at most this many lines is never compacted.
_FEW = 1000

Key = TypeVar("Key")
Value = TypeVar("Value")


class Manifest:
    """The records of the results in a folder.

    They are lines of JSON in a hidden file in the folder. Behind a URL, where files often cannot
    be appended to, each record is a file of its own in a hidden folder. Invalid records are
    ignored, and so are incomplete ones, which a killed process may leave. Records are not
    trusted, as anyone may have forged them: none makes this program follow a link, or take a
    file outside the folder for a result.

    Parameters
    ----------
    folder : Path
    only : str, optional
        For a URL, the key of the only record to read: a target or a palette.

    Raises
    ------
    ImageReadError
        If the records cannot be read. It is no error if there are none.
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
        """Read the records that were added since; records behind a URL are read only once."""
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
        """Return whether a file is a recorded result, unchanged since it was written."""
        records = self._of_file.get(_relative(place, self._folder), ())
        return any(self._is_there(record) for record in records)

    def is_current(self, source: Path, target: Path, options: str) -> bool:
        """Return whether an up-to-date result of this source and these options exists."""
        records = self._of_target.get(_relative(target, self._folder), [])
        now = Stamp.of(source) if records else None
        for record in reversed(records):
            if record.options == options and _is_of(record.source, source, now):
                # In place the source is the result, even if it was named through a link.
                if source == target or self._is_there(record):
                    return True
                if record.file is None and record is records[-1]:
                    return True
        return False

    def palette(self, options: str) -> Palette | None:
        """Return the recorded palette of the results with these options, if there is one."""
        shared = self._palettes.get(options)
        return shared.palette if shared else None

    def compact(self) -> None:
        """Rewrite the file without obsolete lines, if most lines are obsolete."""
        if self._journal and self._journal.lines > _FEW + 2 * len(self._kept()):
            # A failure does no harm: the file stays as it is.
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
        """Return whether the recorded file exists and is unchanged."""
        if record.file is None or record.stamp is None:
            return False
        place = self._folder / record.file
        if is_remote(place):
            return record.stamp.tells(Stamp.of(place))
        try:
            status = os.lstat(place)
            # No folder between the manifest and the file may be a link.
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
    # A valid record of a local file always has its time.
    return is_remote(source) or stamp.mtime_ns is not None


def _relative(path: Path, folder: Path) -> str:
    if is_remote(folder) or is_remote(path):
        return redacted(str(path).removeprefix(f"{str(folder).rstrip('/')}/"))
    return os.path.relpath(path, folder)


def _file(folder: Path) -> Path:
    return folder / f"{NAME}.jsonl"


def _palette_key(options: str) -> str:
    # The name of a target never contains a double colon.
    return f"palette::{options}"


_known = lru_cache(maxsize=64)(Manifest)


def latest(folder: Path, target: Path) -> Manifest:
    """Return the manifest of a folder, up to date at least for one target.

    Local records that this process has already read are not read again.

    Parameters
    ----------
    folder : Path
        The manifest's folder.
    target : Path

    Returns
    -------
    Manifest

    Raises
    ------
    ImageReadError
        If the records cannot be read. It is no error if there are none.
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
    """Record a result. Several processes may do so at the same time.

    Call this when the file is complete, but before it gets its final name. If the process is
    then killed, its result is still known to be ours, and a missing result is not taken for done.

    Parameters
    ----------
    folder : Path
        The manifest's folder.
    target : Path
        Where the result belongs.
    options : str
        Fingerprint of the options.
    source : Stamp, optional
    written : Path, optional
        The file that will exist, which need not be the target; None if there is none.
    stamp : Stamp, optional
        Stamp of the written file.

    Raises
    ------
    ImageWriteError
        If the record cannot be written.
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
    """Record the palette of the results with some options; the first of concurrent runs decides.

    Parameters
    ----------
    folder : Path
        The manifest's folder.
    options : str
        Fingerprint of the options.
    palette : Palette
    anew : bool
        Whether to replace a recorded palette.

    Returns
    -------
    Palette
        The palette that is now recorded.

    Raises
    ------
    ImageReadError, ImageWriteError
        If the records cannot be read or written.
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
