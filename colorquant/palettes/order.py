"""Order of the colors in a palette."""

import numpy as np
from numpy.typing import NDArray

from colorquant.choices import Order
from colorquant.color.packing import pack
from colorquant.color.table import strips
from colorquant.mapping.remap import label_counts, relabeled
from colorquant.models import IndexedImage, Labels, index_type
from colorquant.palette import Palette
from colorquant.palettes.paths import hue_classes, short_path

__all__ = [
    "entry_order",
    "first_uses",
    "from_dark_to_light",
    "in_order",
    "order_as",
    "ordered",
    "settled",
]


def from_dark_to_light(colors: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Return the order of colors by alpha, then luma (ITU-R BT.601), then the channels.

    Parameters
    ----------
    colors : ndarray, (k, 3 or 4), uint8

    Returns
    -------
    ndarray, (k,), intp
        Rows of the colors.
    """
    luma = colors[:, :3].astype(np.int64) @ (299, 587, 114)
    return np.lexsort((pack(colors), luma, *colors.T[3:]))


def in_order(
    colors: NDArray[np.uint8],
    counts: NDArray[np.int64],
    how: Order,
    first: NDArray[np.int64] | None = None,
) -> NDArray[np.intp]:
    """Return the order of the colors of a palette.

    Parameters
    ----------
    colors : ndarray, (k, 3 or 4), uint8
    counts : ndarray, (k,), int64
        Number of pixels of each color.
    how : {"luma", "hue", "count", "source", "similar"}
        From dark to light; grays, then twelve classes of hue, each from dark to light; most
        pixels first; by `first`; along a short path.
    first : ndarray, (k,), int64, optional
        For order ``"source"``, see `first_uses`.

    Returns
    -------
    ndarray, (k,), intp
        Rows of the colors. Fully transparent ones come first, but in order ``"source"``. Ties go
        from dark to light.
    """
    rows = from_dark_to_light(colors)
    if how == "luma":
        return rows
    if how == "source" and first is not None:
        return rows[np.argsort(first[rows], kind="stable")]
    visible = colors[rows, 3] > 0 if colors.shape[1] == 4 else np.ones(len(rows), bool)
    clear, rows = rows[~visible], rows[visible]
    if how == "similar":
        rows = rows[short_path(colors[rows])]
    else:
        rank = hue_classes(colors[rows]) if how == "hue" else -counts[rows]
        rows = rows[np.argsort(rank, kind="stable")]
    return np.concatenate([clear, rows])


def ordered(palette: Palette, how: Order) -> Palette:
    """Return a palette in another order; ``"source"`` is its own.

    Parameters
    ----------
    palette : Palette
    how : {"luma", "hue", "count", "source", "similar"}
        See `in_order`.
    """
    rows = in_order(palette.colors, palette.counts, how, np.arange(len(palette)))
    names = None if palette.names is None else tuple(palette.names[row] for row in rows)
    return Palette(palette.colors[rows], palette.counts[rows], names)


def order_as(given: NDArray[np.uint8], colors: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Return the order of colors as in a given list; colors that it lacks come last.

    Parameters
    ----------
    given : ndarray, (m, 4), uint8
        A color may occur several times; the first one counts.
    colors : ndarray, (k, 3 or 4), uint8

    Returns
    -------
    ndarray, (k,), intp
        Rows of the colors.
    """
    first = _first_places(given[:, : colors.shape[1]])
    places = [first.get(key, len(given)) for key in pack(colors).tolist()]
    return np.argsort(places, kind="stable")


def _first_places(colors: NDArray[np.uint8]) -> dict[int, int]:
    """Return the row in which each color comes first, by its key."""
    keys = pack(colors).tolist()
    return dict(zip(reversed(keys), reversed(range(len(keys))), strict=True))


def entry_order(
    colors: NDArray[np.uint8],
    counts: NDArray[np.int64],
    how: Order,
    first: NDArray[np.int64] | None,
    pinned: int,
) -> NDArray[np.intp]:
    """Return the order of a palette whose first entries stay where they are.

    Parameters
    ----------
    colors, counts, how, first
        As for `in_order`.
    pinned : int
        Number of entries that stay.

    Returns
    -------
    ndarray, (k,), intp
        Rows of the colors.
    """
    later = None if first is None else first[pinned:]
    rest = in_order(colors[pinned:], counts[pinned:], how, later)
    return np.concatenate([np.arange(pinned), rest + pinned])


def first_uses(
    labels: Labels, colors: NDArray[np.uint8], source: NDArray[np.uint8] | None = None
) -> NDArray[np.int64]:
    """Return where each entry of a palette comes first.

    Parameters
    ----------
    labels : ndarray, (H, W)
    colors : ndarray, (k, 3 or 4), uint8
    source : ndarray, (m, 4), uint8, optional
        Colors of an older palette; their order comes before that of the pixels.

    Returns
    -------
    ndarray, (k,), int64
        Ascending for entries in the order of the older palette, then by the first pixel that
        uses them, row by row; then the same for all that no pixel uses.
    """
    flat, k = labels.reshape(-1), len(colors)
    first = np.full(k, len(flat), np.int64)
    for part in strips(len(flat)):
        found, place = np.unique(flat[part], return_index=True)
        first[found] = np.minimum(first[found], place + part.start)
        if (first < len(flat)).all():
            break
    if source is not None:
        older = _first_places(source[:, : colors.shape[1]])
        places = [older.get(key, -1) for key in pack(colors).tolist()]
        known = np.array(places, np.int64)
        first = np.where(known >= 0, known, first + len(source))
    return first


def settled(
    colors: NDArray[np.uint8],
    labels: Labels,
    how: Order = "luma",
    *,
    pinned: int = 0,
    source: NDArray[np.uint8] | None = None,
) -> IndexedImage:
    """Return an image with its palette counted and ordered, without unused entries.

    Parameters
    ----------
    colors : ndarray, (k, 3 or 4), uint8
    labels : ndarray, (H, W), uint8 or uint16
    how : {"luma", "hue", "count", "source", "similar"}
        See `in_order`.
    pinned : int
        Number of entries, the first ones, that stay, used or not.
    source : ndarray, (m, 4), uint8, optional
        For order ``"source"``, see `first_uses`.
    """
    counts = label_counts(labels, len(colors))
    used = np.concatenate([np.arange(pinned), pinned + np.flatnonzero(counts[pinned:])])
    first = first_uses(labels, colors, source)[used] if how == "source" else None
    rows = used[entry_order(colors[used], counts[used], how, first, pinned)]
    number = np.zeros(len(colors), index_type(len(rows)))
    number[rows] = np.arange(len(rows))
    return IndexedImage(relabeled(labels, number), Palette(colors[rows], counts[rows]))
