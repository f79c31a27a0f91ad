"""What tells that a source is still the file that was opened."""

import stat
from pathlib import Path
from typing import Any, NamedTuple

from colorquant.errors import ImageReadError
from colorquant.storage.places import is_remote
from colorquant.storage.stamps import Stamp

__all__ = ["Identity"]


class Identity(NamedTuple):
    """A file, as it was at some moment; for a URL its stamp is all that is known.

    Unlike a stamp it means nothing to a later run, but tells more: also a change that keeps
    size and time, or a file of the same content in its place.
    """

    place: Any
    stamp: Stamp
    inode: tuple[int, int] | None = None
    links: int = 0
    changed_ns: int = 0

    @classmethod
    def of(cls, place: Any) -> "Identity | None":
        """Return that of a file as it is now, or None if there is none."""
        if is_remote(place):
            # What was listed before may have changed, and may be told less exactly.
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
        # On Windows the last is when the file was made, which does no harm.
        return cls(place, stamp, inode, status.st_nlink, status.st_ctime_ns)

    def check(self) -> None:
        """Refuse a file that is not what it was.

        Raises
        ------
        ImageReadError
            If it is gone, was changed, or another has its name.
        """
        if not self.tells(Identity.of(self.place)):
            raise ImageReadError(f"{self.place}: changed meanwhile")

    def tells(self, other: "Identity | None") -> bool:
        """Return whether both are of one file, unchanged."""
        if other is None or not self.stamp.tells(other.stamp) or self.inode != other.inode:
            return False
        # Another name for a file, or one less, is a change to the system, not of the file.
        return self.changed_ns == other.changed_ns or self.links != other.links
