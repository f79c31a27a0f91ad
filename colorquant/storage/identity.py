"""The identity of a file: tells whether a source is still the file that was opened."""

import stat
from pathlib import Path
from typing import Any, NamedTuple

from colorquant.errors import ImageReadError
from colorquant.storage.places import is_remote
from colorquant.storage.stamps import Stamp

__all__ = ["Identity"]


class Identity(NamedTuple):
    """The state of a file at some moment; for a URL, only its stamp is known.

    Unlike a stamp, it is of no use to a later run, but it detects more: a change that keeps size
    and time, and another file with the same content in its place.
    """

    place: Any
    stamp: Stamp
    inode: tuple[int, int] | None = None
    links: int = 0
    changed_ns: int = 0

    @classmethod
    def of(cls, place: Any) -> "Identity | None":
        """Return the identity of a file as it is now, or None if there is no regular file."""
        if is_remote(place):
            # A cached listing may be outdated or less exact.
            place.fs.invalidate_cache(place.path)
            stamp = Stamp.of(place)
            return stamp and cls(place, stamp)
        try:
            status = Path(place).stat()
        except OSError:
            return None
        if not stat.S_ISREG(status.st_mode):
            return None
        stamp = Stamp(status.st_size, status.st_mtime_ns)
        inode = (status.st_dev, status.st_ino)
        # On Windows, st_ctime_ns is the time of creation, which does no harm.
        return cls(place, stamp, inode, status.st_nlink, status.st_ctime_ns)

    def check(self) -> None:
        """Refuse a file that has changed since.

        Raises
        ------
        ImageReadError
            If the file is gone, or was changed or replaced.
        """
        if not self.tells(Identity.of(self.place)):
            raise ImageReadError(f"{self.place}: changed meanwhile")

    def tells(self, other: "Identity | None") -> bool:
        """Return whether both are of the same file, unchanged."""
        if other is None or not self.stamp.tells(other.stamp) or self.inode != other.inode:
            return False
        # A hard link added or removed also changes this time, but not the file's content.
        return self.changed_ns == other.changed_ns or self.links != other.links
