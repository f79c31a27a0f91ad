"""What readers of palette files share: rows of levels become a palette."""

from collections.abc import Sequence

import numpy as np

from colorquant.choices import MAX_COLORS
from colorquant.palette import Palette

__all__ = ["palette_of"]


def palette_of(rows: Sequence[Sequence[int]], names: Sequence[str] | None = None) -> Palette:
    """Return the palette of a file.

    Parameters
    ----------
    rows : sequence of (int, int, int) or (int, int, int, int)
        R, G, B and perhaps alpha of each color, 0 to 255, in the file's order. Repeated colors
        stay. If one has alpha, the others become opaque.
    names : sequence of str, optional
        Name of each color; empty for those without.

    Returns
    -------
    Palette
        With counts of 0.

    Raises
    ------
    ValueError
        If there are too many colors, or none; `colorquant.palettes.files.formats.read_palette`
        adds the file's name to it.
    """
    if not 1 <= len(rows) <= MAX_COLORS:
        raise ValueError(f"it has {len(rows):,} colors, not 1 to {MAX_COLORS:,}")
    alpha = any(len(row) == 4 for row in rows)
    whole = b"".join(bytes(row if len(row) == 4 or not alpha else [*row, 255]) for row in rows)
    colors = np.frombuffer(whole, np.uint8).reshape(len(rows), 4 if alpha else 3)
    return Palette(colors, np.zeros(len(rows), np.int64), None if names is None else tuple(names))
