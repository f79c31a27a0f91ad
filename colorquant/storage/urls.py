"""URLs: how they are told from paths, and shown without their secrets."""

import re
import sys
from pathlib import Path, PurePosixPath

from colorquant.redaction import redacted, secrets_of

__all__ = ["cause", "file_name", "is_remote", "shown", "tellable"]


def is_remote(place: object) -> bool:
    """Return whether a place is a URL."""
    # Before the package is imported, no place can be one.
    known = sys.modules.get("upath")
    return known is not None and isinstance(place, known.UPath) and not isinstance(place, Path)


def shown(place: object) -> str:
    """Return the name of a place for output, without the secrets of a URL."""
    return redacted(str(place)) if is_remote(place) else str(place)


def file_name(place: Path | str) -> str:
    """Return the last part of a place, without the query of a URL."""
    if isinstance(place, Path) and not is_remote(place):
        return place.name
    path = redacted(str(getattr(place, "path", place)))
    # The path of some URLs is the whole URL, and a web address may name no file.
    path = path.partition("://")[2].partition("/")[2] if "://" in path else path
    return PurePosixPath(re.split(r"[?#;]\*\*\*", path)[0]).name or "index"


def cause(error: Exception, *places: object) -> str:
    """Describe an error in one line, without the secrets of the places that are URLs."""
    text = str(getattr(error, "strerror", None) or error).strip()
    return redacted(text.splitlines()[0], *_secrets(places)) if text else type(error).__name__


def _secrets(places: tuple[object, ...]) -> set[str]:
    found: set[str] = set()
    for place in places:
        found |= secrets_of(str(place))
        options = getattr(place, "storage_options", {}) if is_remote(place) else {}
        for name, value in options.items():
            if re.search("pass|secret|token|key|sig|cred", name) and isinstance(value, str):
                found.add(value)
    return found - {""}


def tellable(error: Exception, place: object) -> Exception | None:
    """Return an error, or None if it or one of its causes shows secrets of a URL."""
    link: BaseException | None = error
    secrets = _secrets((place,))
    while link:
        if redacted(str(link), *secrets) != str(link):
            return None
        link = link.__cause__ or link.__context__
    return error
