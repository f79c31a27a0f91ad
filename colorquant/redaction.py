"""Removal of secrets from URLs in messages.

A password, a token or a signature may be in a URL that a user gives, in one that a server
redirects to, and in a driver's message about either. All messages pass through `redacted`.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

__all__ = ["redacted", "secrets_of"]

_HIDDEN = "***"
# In these schemes, the part of a URL before the @ is not a user, but part of the location.
_SCHEME = r"(?<![\w+.-])(?!(?:abfss?|wasbs?|github):)[\w+.-]{2,}:/+"
# Passwords that are not escaped may contain slashes, question marks and spaces. A number after
# a colon may be a port instead.
_NO_PORT = r"(?!:|\s|\d{1,5}(?:[\s/?#'\"]|$))"
_USER = re.compile(
    rf"(?P<scheme>{_SCHEME})"
    rf"(?P<user>[^\s/?#]*|[^\s/?#@:]+:{_NO_PORT}(?:(?:(?!::[\w+.-]+:/)\S)*|[^\n@]*))@"
)
_QUERY = re.compile(r"(?:\?|[#;](?=[\w.~%+-]+=))(?:(?!::[\w+.-]+:/)\S)+")
# Punctuation after a URL in a sentence.
_END = ":;,.!'\")]}>"
# Shorter secrets would be found everywhere, and hiding them protects nothing.
_SHORTEST_SECRET = 3


def redacted(text: str, *secrets: str) -> str:
    """Hide the parts of URLs in a text that may be secret: names, passwords, queries.

    Parameters
    ----------
    text : str
        Any text, with URLs anywhere in it, also chained ones.
    *secrets : str
        Strings to hide wherever they occur, as from `secrets_of`.
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
    """Return the parts of a URL that `redacted` hides, to find them outside of the URL, too."""
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
