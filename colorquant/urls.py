"""URLs: told from paths, and told of without the secrets that they hold.

A password, a token or a signature may stand in a URL that a user names, in one that a server
leads to, and in what a driver says of either. Whatever we say goes through `redacted`.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

__all__ = ["cause", "file_name", "is_remote", "redacted", "secrets_of", "shown", "tellable"]

_HIDDEN = "***"
# Before the @ of some URLs there is no name and no password, but a part of the place.
_SCHEME = r"(?<![\w+.-])(?!(?:abfss?|wasbs?|github):)[\w+.-]{2,}:/+"
# Passwords that are not escaped may hold slashes, question marks and spaces. What follows a
# colon may be a port, too.
_NO_PORT = r"(?!:|\s|\d{1,5}(?:[\s/?#'\"]|$))"
_USER = re.compile(
    rf"(?P<scheme>{_SCHEME})"
    rf"(?P<user>[^\s/?#]*|[^\s/?#@:]+:{_NO_PORT}(?:(?:(?!::[\w+.-]+:/)\S)*|[^\n@]*))@"
)
_QUERY = re.compile(r"(?:\?|[#;](?=[\w.~%+-]+=))(?:(?!::[\w+.-]+:/)\S)+")
# What ends a URL in a sentence.
_END = ":;,.!'\")]}>"
# Shorter ones would be found everywhere, and protect nothing.
_SHORTEST_SECRET = 3


def redacted(text: str, *secrets: str) -> str:
    """Hide what URLs in a text hold that may be secret: names, passwords, queries.

    Parameters
    ----------
    text : str
        Anything, with URLs anywhere in it, also such that stand on others.
    *secrets : str
        What is hidden wherever it stands, as from `secrets_of`.
    """
    for secret in sorted(secrets, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", _HIDDEN, text)
    url = re.search(r"[\w+.-]{2}:/", text)
    if not url:
        return text
    text = _USER.sub(rf"\g<scheme>{_HIDDEN}@", text)
    return text[: url.end()] + _QUERY.sub(_without_query, text[url.end() :])


def _without_query(found: re.Match[str]) -> str:
    query = found[0].rstrip(_END)
    return found[0] if len(query) <= 1 else query[0] + _HIDDEN + found[0][len(query) :]


def secrets_of(url: str) -> set[str]:
    """Return what `redacted` hides of a URL, as others may tell it in other words."""
    found = set(_hidden_parts(url))
    found |= {unquote(part) for part in found}
    return {part for part in found if len(part) >= _SHORTEST_SECRET and part != _HIDDEN}


def _hidden_parts(url: str) -> Iterator[str]:
    for user in _USER.finditer(url):
        yield user["user"]
        yield from user["user"].split(":", 1)
    for query in _QUERY.findall(_USER.sub("", url)):
        yield query[1:]
        yield from (pair.partition("=")[2] for pair in re.split("[&;#?]", query[1:]))


def is_remote(place: object) -> bool:
    """Return whether this is the place of a URL."""
    # There is none before the package is imported.
    known = sys.modules.get("upath")
    return known is not None and isinstance(place, known.UPath) and not isinstance(place, Path)


def shown(place: object) -> str:
    """Return what a place is called where others may read it: without the secrets of a URL."""
    return redacted(str(place)) if is_remote(place) else str(place)


def file_name(place: Path | str) -> str:
    """Return the last part of a place, without the query of a URL."""
    if isinstance(place, Path) and not is_remote(place):
        return place.name
    path = redacted(str(getattr(place, "path", place)))
    # Of some URLs the path is all of it, and an address need not name a file.
    path = path.partition("://")[2].partition("/")[2] if "://" in path else path
    return PurePosixPath(re.split(r"[?#;]\*\*\*", path)[0]).name or "index"


def cause(error: Exception, *places: object) -> str:
    """Return what went wrong, in one line, without the secrets of places that are URLs."""
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
    """Return an error, or None if it or what led to it tells secrets of URLs."""
    link: BaseException | None = error
    secrets = _secrets((place,))
    while link:
        if redacted(str(link), *secrets) != str(link):
            return None
        link = link.__cause__ or link.__context__
    return error
