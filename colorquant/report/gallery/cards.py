"""The cards of a gallery: the HTML of each picture, readable without scripts."""

from collections.abc import Callable, Iterator
from html import escape

from colorquant.errors import counted, printable
from colorquant.report.gallery.picture import Entry, Figures, Loss, Picture, Shot

__all__ = ["UNWRITTEN", "WORDS", "card", "saved", "shown_bytes"]

Source = Callable[[Shot], str]
"""Returns the URL of a preview."""

WORDS = {
    "done": "done",
    "compared": "compared",
    "kept": "kept as it was",
    "skipped": "up to date",
    "missed": "missed a bound",
    "failed": "failed",
}
"""What became of a picture, by its status."""

UNWRITTEN = ("missed", "failed")
"""Statuses of pictures without a result."""

# Side of a drawing in pixels, at most.
_DRAWN = 160
_UNITS = ("bytes", "kB", "MB", "GB")


def shown_bytes(number: int) -> str:
    """Return a size with a unit, as ``12.3 kB``."""
    size, unit = float(number), 0
    while size >= 999.5 and unit + 1 < len(_UNITS):
        size, unit = size / 1000, unit + 1
    return f"{size:.3g} {_UNITS[unit]}" if unit else f"{number} bytes"


def saved(before: int | None, after: int | None) -> float | None:
    """Return the percentage of bytes that is saved, below 0 if there are more; None if unknown."""
    if not before or after is None:
        return None
    return 100 * (before - after) / before


def card(entry: Entry, number: int, source: Source) -> str:
    """Return the card of a picture.

    Parameters
    ----------
    entry : Entry
    number : int
        Its place in the gallery, from 1.
    source : callable
        Returns the URL of a preview.
    """
    name = printable(entry.name)
    picture = entry.picture
    named = f'<span class="name">{_breakable(name)}</span>'
    parts = [
        f'<li class="card" id="p{number}" {_data(entry, name)}>',
        f'<h3><a class="open" href="#d{number}">{_thumbs(entry, name, source)}{named}</a></h3>',
        f'<p class="brief">{_brief(entry)}</p>',
    ]
    if entry.message:
        parts.append(f'<p class="message">{escape(printable(entry.message))}</p>')
    if picture is not None:
        inside = "".join(_inside(entry, picture, name, source))
        # To a browser that runs scripts this is one text, which is fast to load. The script
        # makes elements of it when it is looked at.
        parts.append(
            f'<noscript><details><summary>Details<span class="aside"> of {escape(name)}</span>'
            f'</summary><div class="inside" id="d{number}">{inside}</div></details></noscript>'
        )
    return "".join([*parts, "</li>"])


def _breakable(name: str) -> str:
    """Return a name that may be broken behind its folders."""
    folder, slash, last = name.rpartition("/")
    if not slash:
        return escape(last)
    # The last part comes first to the eye, so the folders are small above it.
    return f'<span class="folder">{escape(folder)}/</span><wbr>{escape(last)}'


def _data(entry: Entry, name: str) -> str:
    """Return the attributes by which the script searches and sorts."""
    found: dict[str, object] = {"name": name, "status": entry.status}
    picture = entry.picture
    if picture is not None:
        figures, percent = picture.figures, saved(*picture.bytes)
        found |= {
            "saved": None if percent is None else f"{percent:.4g}",
            "error": None if figures is None else f"{figures.delta_e:.4g}",
            "lost": None if picture.lost is None else len(picture.lost),
            "gone": f"{max(each.weight for each in picture.lost):.4g}" if picture.lost else None,
            "side": picture.side,
            "detail": "{} {}".format(*picture.detail),
            "worst": None if picture.worst is None else "{} {}".format(*picture.worst),
            "full": f"{picture.full:g}",
            "clear": "" if picture.clear else None,
        }
    known = ((key, value) for key, value in found.items() if value is not None)
    return " ".join(f'data-{key}="{escape(str(value))}"' for key, value in known)


def _image(shot: Shot, kind: str, alt: str, source: Source) -> str:
    # Drawings of few pixels are enlarged without a blur.
    drawn = " drawn" if max(shot.width, shot.height) <= _DRAWN else ""
    return (
        f'<img class="{kind}{drawn}" src="{escape(source(shot))}" alt="{escape(alt)}" '
        f'width="{shot.width}" height="{shot.height}" loading="lazy" decoding="async">'
    )


def _thumbs(entry: Entry, name: str, source: Source) -> str:
    picture = entry.picture
    shots = picture.shots if picture else {}
    images = []
    if after := shots.get("thumb"):
        images.append(_image(after, "thumb", f"{name}, after", source))
    if before := shots.get("thumb_before"):
        # It lies over the other one, and is seen while the card is pointed at.
        kind, alt = ("thumb over", "") if after else ("thumb", f"{name}, before")
        images.append(_image(before, kind, alt, source))
    if not images:
        return f'<span class="pics none">{WORDS[entry.status]}</span>'
    clear = " clear" if picture and picture.clear else ""
    if entry.status in UNWRITTEN:
        images.append('<span class="ribbon">source, not written</span>')
    return f'<span class="pics{clear}">{"".join(images)}</span>'


def _brief(entry: Entry) -> str:
    """Return the line of figures below a name."""
    told = []
    picture = entry.picture
    if entry.status not in ("done", "compared"):
        told.append(f'<span class="status {entry.status}">{WORDS[entry.status]}</span>')
    if picture is None:
        return " ".join(told)
    percent = saved(*picture.bytes)
    if percent is not None:
        word = "smaller" if percent >= 0 else "larger"
        told.append(f"<span>{abs(percent):.0f} % {word}</span>")
    if picture.figures:
        told.append(f"<span>error {picture.figures.delta_e:.2f}</span>")
    if picture.frames > 1:
        told.append(f"<span>{picture.frames:,} frames</span>")
    if picture.lost:
        told.append(f'<span class="lost">{counted(len(picture.lost), "color")} lost</span>')
    elif picture.lost is not None:
        told.append("<span>no larger color lost</span>")
    return " ".join(told)


def _inside(entry: Entry, picture: Picture, name: str, source: Source) -> Iterator[str]:
    """Yield what the details of a card hold."""
    titles = {"before": "Before", "after": "After", "map": "Errors"}
    titles |= {"detail_before": "Before, a part", "detail": "After, a part"}
    figures = []
    for key, title in titles.items():
        if shot := picture.shots.get(key):
            image = _image(shot, key.replace("_", "-"), f"{name}, {title.lower()}", source)
            figures.append(f"<figure>{image}<figcaption>{title}</figcaption></figure>")
    clear = " clear" if picture.clear else ""
    yield f'<div class="pair{clear}">{"".join(figures)}</div>'
    rows = [*_facts(entry, picture)]
    yield "<dl>"
    yield from (f"<div><dt>{term}</dt><dd>{told}</dd></div>" for term, told in rows)
    yield "</dl>"
    for note in _notes(picture):
        yield f'<p class="note">{escape(note)}</p>'
    if picture.lost:
        yield '<ul class="losses">'
        yield from map(_loss, picture.lost)
        yield "</ul>"
    if picture.palette:
        strip = picture.shots.get("palette")
        if strip:
            yield _image(strip, "strip", f"{name}, its palette", source)
        counts = " ".join(map(str, picture.counts))
        yield f'<p class="palette" data-counts="{counts}">{" ".join(picture.palette)}</p>'


def _notes(picture: Picture) -> Iterator[str]:
    if picture.side > 1:
        yield (
            f"Before and after show averages of {picture.side} x {picture.side} pixels. The part "
            "shows all pixels around the place that differs most."
        )
    if picture.frames > 1:
        told = "all figures are those of frame 1"
        if not picture.of_first:
            told = "PSNR and colors are those of all"
        yield f"Frame 1 of {picture.frames:,} is shown; {told}."
    if picture.figures and picture.figures.sampled:
        yield "CIEDE2000 and SSIM are measured on rows spread over the image."
    yield from picture.notes


def _facts(entry: Entry, picture: Picture) -> Iterator[tuple[str, str]]:
    """Yield names and values of figures, as HTML."""
    yield "Size", "{:,} x {:,} pixels".format(*picture.size)
    colors = [f"{each:,}" for each in picture.colors if each is not None]
    if colors:
        yield "Colors", " to ".join(colors)
    sizes = [f"{each:,}" for each in picture.bytes if each is not None]
    if sizes:
        yield "Bytes", " to ".join(sizes)
    percent = saved(*picture.bytes)
    if percent is not None:
        yield "Saved", f"{percent:.1f} %"
    if picture.figures:
        yield from _errors(picture.figures)
    if picture.lost is not None:
        yield "Lost colors", f"{len(picture.lost):,}"
    links = [
        f'<a href="{escape(link)}">{word}</a>'
        for word, link in zip(("source", "result"), entry.links, strict=True)
        if link
    ]
    if links:
        yield "Files", ", ".join(links)


def _errors(figures: Figures) -> Iterator[tuple[str, str]]:
    yield "CIEDE2000, mean", f"{figures.delta_e:.2f}"
    yield "CIEDE2000, 95 %", f"{figures.delta_e_p95:.2f}"
    if figures.ssim is not None:
        yield "SSIM", f"{figures.ssim:.4f}"
    yield "PSNR", f"{figures.psnr:.2f} dB" if figures.mse else "nothing differs"
    yield "MSE", f"{figures.mse:.2f}"


def _loss(loss: Loss) -> str:
    color, instead = (f"#{bytes(each).hex()}" for each in (loss.lost.color, loss.now))
    width, height, left, top = loss.lost.box
    pixels = counted(loss.lost.pixels, "pixel")
    return (
        f'<li data-color="{color}" data-now="{instead}" data-box="{width} {height} {left} {top}" '
        f'data-pixels="{pixels}" data-far="{loss.delta_e:.1f}"><strong>{color}</strong> is lost: '
        f"{pixels} in {width:,} x {height:,} at {left:,}, {top:,}. It is now "
        f"{instead}, at a CIEDE2000 of {loss.delta_e:.1f}. "
        f"<code>--pin &quot;{color}&quot;</code> keeps it.</li>"
    )
