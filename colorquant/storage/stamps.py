"""What tells that a file, or what a URL holds, is still the same."""

import hashlib
from pathlib import Path
from typing import Any, NamedTuple

from colorquant.errors import ImageReadError
from colorquant.storage.places import is_remote, read_errors

__all__ = ["Stamp"]

# By which drivers tell contents from others, where they do.
_TAGS = (
    *("ETag", "etag", "e_tag", "Content-MD5", "content_md5", "md5Hash", "md5", "crc32c", "CRC"),
    *("sha", "checksum", "Digest", "generation", "Last-Modified"),
)


class Stamp(NamedTuple):
    """What tells that a file is still the same."""

    size: int
    mtime_ns: int | None
    """None where it is not known, as of an object that is yet to be stored."""
    tag: str | None = None
    """Of what a URL holds, where its driver has one for it, or else knows no time."""

    @classmethod
    def of(cls, path: Path) -> "Stamp | None":
        """Return that of a file, or None if there is none."""
        try:
            with read_errors(path):
                status = path.stat()
                if not is_remote(path):
                    return cls(status.st_size, status.st_mtime_ns)
                # Some drivers know only when a file was made, which is whenever it is written.
                changed = status.st_mtime or getattr(status, "st_birthtime", 0)
                time = round(changed * 1e9) if changed else None
                return cls(status.st_size, time, _tag(path, status, needed=time is None))
        except ImageReadError:
            return None

    def tells(self, other: "Stamp | None") -> bool:
        """Return whether both may be of one file, unchanged."""
        if other is None or self.size != other.size:
            return False
        known = [pair for pair in zip(self[1:], other[1:], strict=True) if None not in pair]
        # Of what is yet to be stored, nothing but the size is known.
        unstored = (None, None) in (self[1:], other[1:])
        return all(one == two for one, two in known) and (bool(known) or unstored)


def _tag(path: Path, status: Any, *, needed: bool) -> str | None:
    """Return what tells the content of a URL from others."""
    about = status.as_info()
    name = next((name for name in _TAGS if isinstance(about.get(name), (str, int, bytes))), None)
    if name:
        # A server may send anything.
        return hashlib.sha256(f"{name}: {about[name]!r}".encode(errors="replace")).hexdigest()[:32]
    if not needed:
        return None
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:32]
