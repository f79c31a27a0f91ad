"""Stamps, which tell whether a file or the content of a URL has changed."""

from pathlib import Path
from typing import Any, NamedTuple

from colorquant.errors import ImageReadError
from colorquant.storage.places import is_remote, read_errors

__all__ = ["Stamp"]

# Names that drivers use for a checksum or a version of the content.
_TAGS = (
    *("ETag", "etag", "e_tag", "Content-MD5", "content_md5", "md5Hash", "md5", "crc32c", "CRC"),
    *("sha", "checksum", "Digest", "generation", "Last-Modified"),
)


class Stamp(NamedTuple):
    """Size, time and tag of a file, which tell whether it has changed."""

    size: int
    mtime_ns: int | None
    """None if it is not known, as before an object is stored."""
    tag: str | None = None
    """For a URL: a hash of its driver's tag or, if it has neither tag nor time, of the content."""

    @classmethod
    def of(cls, path: Path) -> "Stamp | None":
        """Return the stamp of a file, or None if it cannot be read."""
        try:
            with read_errors(path):
                status = path.stat()
                if not is_remote(path):
                    return cls(status.st_size, status.st_mtime_ns)
                # Some drivers know only the time of creation, which every write renews.
                changed = status.st_mtime or getattr(status, "st_birthtime", 0)
                time = round(changed * 1e9) if changed else None
                return cls(status.st_size, time, _tag(path, status, needed=time is None))
        except ImageReadError:
            return None

    def tells(self, other: "Stamp | None") -> bool:
        """Return whether both may be of the same file, unchanged."""
        if other is None or self.size != other.size:
            return False
        known = [pair for pair in zip(self[1:], other[1:], strict=True) if None not in pair]
        # Before an object is stored, only its size is known.
        unstored = (None, None) in (self[1:], other[1:])
        return all(one == two for one, two in known) and (bool(known) or unstored)


def _tag(path: Path, status: Any, *, needed: bool) -> str | None:
    """Return a hash of a URL's tag or, if it has none and one is needed, of its content."""
    import hashlib  # It loads OpenSSL, and is needed for URLs only.

    about = status.as_info()
    name = next((name for name in _TAGS if isinstance(about.get(name), (str, int, bytes))), None)
    if name:
        # Hashed, as a server may send a tag of any length and form.
        return hashlib.sha256(f"{name}: {about[name]!r}".encode(errors="replace")).hexdigest()[:32]
    if not needed:
        return None
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:32]
