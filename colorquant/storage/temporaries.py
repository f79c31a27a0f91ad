"""Temporary files: locked, never more accessible than the final file, renamed when complete."""

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
# Create a file in binary mode; fail if it exists.
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_CAREFULLY = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
# Without file locks, seconds after which a file counts as abandoned.
_DAY = 86_400
_ACL = "system.posix_acl_access"


class Temporary:
    """A file that is written beside its place, and renamed when it is complete.

    It is locked while in use, which tells it from a file that a killed process left.

    Parameters
    ----------
    place : Path
        The final place, not a symbolic link.
    """

    def __init__(self, place: Path) -> None:
        self._place = place
        self._descriptor: int | None = None
        # Chosen before the file exists, so that it can be removed whatever happens.
        self.path = self._new_name()

    def write(self, data: bytes) -> None:
        """Create the file and write all of it."""
        self._descriptor = self._made()
        with open(self._descriptor, "wb", closefd=False) as stream:
            stream.write(data)
        # Network drives may report a full disk only when a file is closed.
        os.close(os.dup(self._descriptor))

    def _new_name(self) -> Path:
        return self._place.parent / f".colorquant-{os.urandom(8).hex()}.tmp"

    def _made(self) -> int:
        # A new file gets the permissions of the umask, or of its folder's ACL. One that
        # replaces another is private until it inherits.
        mode = 0o600 if os.path.lexists(self._place) else 0o666
        while True:
            descriptor = os.open(self.path, _NEW, mode)
            if lock(descriptor) is not False and is_named(descriptor, self.path):
                return descriptor
            # Another process took it for abandoned before it was locked.
            os.close(descriptor)
            self.path.unlink(missing_ok=True)
            self.path = self._new_name()

    def inherit(self) -> None:
        """Take over owner, group, permissions and attributes of the replaced file.

        If the system refuses one of them it is left out, and nobody gains access by that.
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
        # Owner and group first: members of another group must not get these permissions.
        if not _give(self._descriptor, old.st_uid, old.st_gid):
            mode &= 0o777
            if not _give(self._descriptor, -1, old.st_gid):
                mode = _without_group(mode)
        if not _copy_attributes(self._place, self._descriptor):
            mode = _without_group(mode)
        if stat.S_IMODE(os.fstat(self._descriptor).st_mode) != mode:
            os.fchmod(self._descriptor, mode)

    def sync(self) -> None:
        """Flush the file to disk (fsync)."""
        if self._descriptor is not None:
            os.fsync(self._descriptor)

    def move(self, *, overwrite: bool) -> None:
        """Rename the file to its final place.

        Raises
        ------
        FileExistsError
            If a file exists there by now, and must not be replaced.
        """
        if sys.platform == "win32":
            # Windows cannot rename an open file.
            self._close()
        if not overwrite:
            try:
                # Unlike a rename, a hard link never replaces anything.
                os.link(self.path, self._place)
            except FileExistsError:
                raise
            except OSError:
                # Not all file systems have hard links.
                if os.path.lexists(self._place):
                    raise FileExistsError from None
            else:
                self.path.unlink(missing_ok=True)
                return
        self.path.replace(self._place)

    def end(self) -> None:
        """Close the file, and remove it unless it was renamed."""
        self._close()
        self.path.unlink(missing_ok=True)

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _give(descriptor: int, owner: int, group: int) -> bool:
    """Give a file an owner (-1: any) and a group; return whether it has them now."""
    own = os.fstat(descriptor)
    if owner in (-1, own.st_uid) and group == own.st_gid:
        return True
    try:
        os.chown(descriptor, owner, group)
    except OSError:
        return False
    return True


def _without_group(mode: int) -> int:
    """Reduce the group's permissions to those that all others have, too."""
    return mode & ~0o070 | (mode & 0o007) << 3 & mode


def _copy_attributes(place: Path, descriptor: int) -> bool:
    """Copy the extended attributes; return False if the ACL cannot be copied."""
    if sys.platform != "linux":
        return True
    try:
        names = set(os.listxattr(place, follow_symlinks=False))
        inherited = set(os.listxattr(descriptor))
    except OSError:
        # This file system has no extended attributes.
        return True
    if _ACL in inherited - names:
        os.removexattr(descriptor, _ACL)
    # The ACL comes last, as it may forbid setting the others.
    for name in sorted(names, key=lambda name: name == _ACL):
        try:
            os.setxattr(descriptor, name, os.getxattr(place, name, follow_symlinks=False))
        except OSError:
            if name == _ACL:
                return False
    return True


def remove_abandoned(folder: Path) -> None:
    """Remove the temporary files that killed processes left in a folder."""
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
            # Not the time of modification, which may be copied from a source.
            free = time.time() - status.st_ctime > _DAY
        if free and is_named(descriptor, path):
            path.unlink()
    finally:
        os.close(descriptor)
