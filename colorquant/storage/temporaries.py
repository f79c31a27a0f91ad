"""Files that are being written: locked, never open to more than they will be, named when whole."""

import os
import re
import stat
import sys
import time
from contextlib import suppress
from pathlib import Path

from colorquant.storage.locks import is_named, lock

__all__ = ["Temporary", "remove_abandoned"]

_NAME = re.compile(r"\.colorquant-(.+-)?[0-9a-f]{16}\.tmp")
# Binary, not inherited, nothing that exists.
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_CAREFULLY = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
# Seconds after which what nobody can lock is taken for abandoned.
_DAY = 86_400
_ACL = "system.posix_acl_access"


class Temporary:
    """A file beside the place whose name it takes when it is whole.

    It is locked as long as it lives, so that all can tell it from what a killed process left.

    Parameters
    ----------
    place : Path
        Not a link.
    """

    def __init__(self, place: Path) -> None:
        self._place = place
        self._descriptor: int | None = None
        # Known before there is anything, so that it can be removed whatever happens.
        self.path = self._new_name()

    def write(self, data: bytes) -> None:
        """Make the file, and write all of it."""
        self._descriptor = self._made()
        with open(self._descriptor, "wb", closefd=False) as stream:
            stream.write(data)
        # Network drives may say only when a file is closed that there is no room for it.
        os.close(os.dup(self._descriptor))

    def _new_name(self) -> Path:
        return self._place.parent / f".colorquant-{os.urandom(8).hex()}.tmp"

    def _made(self) -> int:
        # A new file is made as the system makes all: by the umask, or by its folder's ACL.
        mode = 0o600 if os.path.lexists(self._place) else 0o666
        while True:
            descriptor = os.open(self.path, _NEW, mode)
            if lock(descriptor) is not False and is_named(descriptor, self.path):
                return descriptor
            # Somebody took it for abandoned before it was locked.
            os.close(descriptor)
            self.path.unlink(missing_ok=True)
            self.path = self._new_name()

    def inherit(self) -> None:
        """Take over owner, group, permissions and attributes of the file that is replaced.

        What the system does not allow is left, and nobody gets more by that.
        """
        try:
            old = self._place.lstat()
        except FileNotFoundError:
            return
        if self._descriptor is None or not stat.S_ISREG(old.st_mode):
            return
        mode = stat.S_IMODE(old.st_mode)
        if sys.platform == "win32":
            self.path.chmod(mode)
            return
        # The owner first, as those of another group are not to have its permissions.
        if not _give(self._descriptor, old.st_uid, old.st_gid):
            mode &= 0o777
            if not _give(self._descriptor, -1, old.st_gid):
                mode = _without_group(mode)
        if not _copy_attributes(self._place, self._descriptor):
            mode = _without_group(mode)
        if stat.S_IMODE(os.fstat(self._descriptor).st_mode) != mode:
            os.fchmod(self._descriptor, mode)

    def sync(self) -> None:
        """Wait until all is on the disk."""
        if self._descriptor is not None:
            os.fsync(self._descriptor)

    def move(self, *, overwrite: bool) -> None:
        """Take the name of the place.

        Raises
        ------
        FileExistsError
            If there is something meanwhile that must not be replaced.
        """
        if sys.platform == "win32":
            # What is open cannot be moved there.
            self._close()
        if not overwrite:
            try:
                # Unlike a move, this never replaces anything.
                os.link(self.path, self._place)
            except FileExistsError:
                raise
            except OSError:
                # Not all systems have hard links.
                if os.path.lexists(self._place):
                    raise FileExistsError from None
            else:
                self.path.unlink(missing_ok=True)
                return
        self.path.replace(self._place)

    def end(self) -> None:
        """Close the file, and remove it if it did not take its place."""
        self._close()
        self.path.unlink(missing_ok=True)

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _give(descriptor: int, owner: int, group: int) -> bool:
    """Return whether a file has this owner, -1 for any, and this group by now."""
    own = os.fstat(descriptor)
    if owner in (-1, own.st_uid) and group == own.st_gid:
        return True
    try:
        os.chown(descriptor, owner, group)
    except OSError:
        return False
    return True


def _without_group(mode: int) -> int:
    """Return permissions by which a group may no more than all others."""
    return mode & ~0o070 | (mode & 0o007) << 3 & mode


def _copy_attributes(place: Path, descriptor: int) -> bool:
    """Return whether who may do what is the same by now, as far as an ACL says it."""
    if sys.platform != "linux":
        return True
    try:
        names = set(os.listxattr(place, follow_symlinks=False))
        inherited = set(os.listxattr(descriptor))
    except OSError:
        # There are none on this file system.
        return True
    if _ACL in inherited - names:
        os.removexattr(descriptor, _ACL)
    # By the ACL there may be no permission to set others.
    for name in sorted(names, key=lambda name: name == _ACL):
        try:
            os.setxattr(descriptor, name, os.getxattr(place, name, follow_symlinks=False))
        except OSError:
            if name == _ACL:
                return False
    return True


def remove_abandoned(folder: Path) -> None:
    """Remove the temporaries that killed processes left in a folder."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _NAME.fullmatch(entry.name):
                with suppress(OSError):
                    _remove_abandoned(Path(entry))


def _remove_abandoned(path: Path) -> None:
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        return
    descriptor = os.open(path, _CAREFULLY)
    try:
        free = lock(descriptor)
        if free is None:
            # The time of modification may be that of a source.
            free = time.time() - status.st_ctime > _DAY
        if free and is_named(descriptor, path):
            path.unlink()
    finally:
        os.close(descriptor)
