"""The page of a gallery: one HTML file, with its own style and script, which loads nothing else."""

import hashlib
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from html import escape
from importlib.resources import files

from colorquant import __version__
from colorquant.errors import printable
from colorquant.report.gallery.cards import UNWRITTEN, WORDS, card, saved, shown_bytes
from colorquant.report.gallery.picture import Entry, Shot

__all__ = ["HEAD", "data_url", "is_page", "page"]

HEAD = 2048
"""Number of the bytes by which a page is known."""

# Cards of a list: full rows of 1 to 6 columns.
_TOGETHER = 60
_GENERATOR = re.compile(
    rb'<head>\s*<meta charset="utf-8">\s*<meta name="generator" content="colorquant [^"]* gallery">'
)
_SORTS = {
    "name": "name",
    "saved": "least saved first",
    "error": "largest error first",
    "lost": "most lost colors first",
    "gone": "worst lost color first",
}


def data_url(shot: Shot) -> str:
    """Return the URL of a preview: that of its file, or else one that holds the preview itself."""
    return shot.stored or f"data:{shot.media};base64,{b64encode(shot.data).decode()}"


def is_page(data: bytes) -> bool:
    """Return whether the first bytes of a file are those of a page that `page` made."""
    return _GENERATOR.search(data[:HEAD]) is not None


def page(entries: Sequence[Entry], title: str, source: Callable[[Shot], str] = data_url) -> bytes:
    """Return the page of pictures.

    Parameters
    ----------
    entries : sequence of Entry
        In their order by name.
    title : str
        The heading; any text.
    source : callable
        Returns the URL of a preview, as `data_url` does.
    """
    title = escape(printable(title))
    style, script, viewer = (_asset(name) for name in ("gallery.css", "gallery.js", "viewer.html"))
    stored = any(
        shot.stored for each in entries if each.picture for shot in each.picture.shots.values()
    )
    parts = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
        f'<meta name="generator" content="colorquant {__version__} gallery">\n',
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(style, script, stored)}">\n',
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
        '<meta name="referrer" content="no-referrer">\n',
        '<meta name="color-scheme" content="light dark">\n',
        f"<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n",
        f'<header class="top"><h1>{title}</h1>{_theme()}</header>\n<main>\n',
        f'<dl class="totals">{"".join(_totals(entries))}</dl>\n',
        _tools(entries),
        '<h2 class="aside">Pictures</h2>\n<div id="pictures">\n',
        *_lists(entries, source),
        f"</div>\n</main>\n{viewer}<script>{script}</script>\n</body>\n</html>\n",
    ]
    return "".join(parts).encode()


def _lists(entries: Sequence[Entry], source: Callable[[Shot], str]) -> Iterator[str]:
    """Yield the cards, as lists that a browser lays out only when they are near."""
    for start in range(0, len(entries), _TOGETHER):
        yield '<ul class="cards">\n'
        for number, each in enumerate(entries[start : start + _TOGETHER], start + 1):
            yield f"{card(each, number, source)}\n"
        yield "</ul>\n"


@cache
def _asset(name: str) -> str:
    return (files("colorquant.report.gallery") / name).read_text(encoding="utf-8")


def _policy(style: str, script: str, stored: bool) -> str:
    """Return what the page may do: use its own style and script, and show pictures of its own."""
    images = "data: 'self'" if stored else "data:"
    return (
        f"default-src 'none'; img-src {images}; style-src {_hash(style)}; "
        f"script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _theme() -> str:
    return (
        '<button type="button" class="scripted" id="theme" aria-label="Theme, dark or light">'
        "Theme</button>"
    )


def _totals(entries: Sequence[Entry]) -> Iterator[str]:
    """Yield the tiles at the top."""
    counts = Counter(each.status for each in entries)
    pictures = [each.picture for each in entries if each.picture]
    yield _tile("Pictures", f"{len(entries):,}")
    if set(counts) - {"done"}:
        known = (f"{counts[status]:,} {word}" for status, word in WORDS.items() if counts[status])
        yield _tile("Of them", ", ".join(known))
    pairs = [each.bytes for each in pictures if None not in each.bytes]
    sizes = [sum(each or 0 for each in column) for column in zip(*pairs, strict=True)]
    if sizes:
        yield _tile("Bytes", " to ".join(map(shown_bytes, sizes)))
        percent = saved(*sizes)
        if percent is not None:
            yield _tile("Saved" if percent >= 0 else "Larger by", f"{abs(percent):.1f} %")
    looked = [each.lost for each in pictures if each.lost is not None]
    if looked:
        number = sum(map(bool, looked))
        told = f"in {number:,} of {len(looked):,}" if number else f"none in {len(looked):,}"
        if missing := sum(counts[status] for status in UNWRITTEN):
            told += f"; {missing:,} not written"
        yield _tile("Lost colors", told, "bad" if number else "")


def _tile(term: str, told: str, kind: str = "") -> str:
    name = f' class="{kind}"' if kind else ""
    return f"<div{name}><dt>{term}</dt><dd>{told}</dd></div>"


def _tools(entries: Sequence[Entry]) -> str:
    """Return the controls for searching and sorting, which only a script makes work."""
    counts = Counter(each.status for each in entries)
    shows = {"": "all", "lost": "with lost colors"}
    shows |= {status: word for status, word in WORDS.items() if counts[status]}
    selects = "".join(
        f'<label>{name} <select id="{name.lower()}">'
        + "".join(f'<option value="{value}">{word}</option>' for value, word in options.items())
        + "</select></label>"
        for name, options in (("Sort", _SORTS), ("Show", shows))
    )
    return (
        '<form class="tools scripted" role="search"><label>Search '
        '<input type="search" id="search" autocomplete="off" spellcheck="false"></label>'
        f'{selects}<p id="found" role="status"></p></form>\n'
    )
