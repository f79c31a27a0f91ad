"""Relative URLs of files, as a page links to them."""

import os
from pathlib import Path
from urllib.parse import quote

from colorquant.storage.places import is_remote

__all__ = ["relative_url", "url_of"]


def relative_url(place: Path | None, page: Path) -> str:
    """Return the URL of a file relative to a page, or "" if there is none.

    It begins with a dot, so that no name is taken for a scheme.

    Parameters
    ----------
    place : Path, optional
    page : Path
    """
    if place is None or is_remote(place) or is_remote(page):
        return ""
    try:
        path = os.path.relpath(place, page.parent)
    except (OSError, ValueError):
        # The working folder is gone, or the files are on different drives.
        return ""
    return url_of(*Path(path).parts)


def url_of(*names: str) -> str:
    """Return the URL of a file by the names of its folders, from that of the page, and its own."""
    parts = [quote(os.fsencode(name), safe="") for name in names]
    return "/".join(parts if parts[0] == ".." else [".", *parts])
