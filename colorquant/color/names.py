"""The CSS names of colors."""

import numpy as np
from numpy.typing import NDArray

from colorquant.color.difference import ciede2000
from colorquant.color.lab import lab_of_light, to_light
from colorquant.csscolors import NAMES

__all__ = ["nearest_names"]

# Of two names of one color, the other one is used: gray, aqua and fuchsia.
_LEFT_OUT = tuple(name for name in NAMES if "grey" in name or name in ("cyan", "magenta"))
_NAMED = {name: number for name, number in NAMES.items() if name not in _LEFT_OUT}
# Colors compared at once with all named ones.
_BAND = 512


def nearest_names(colors: NDArray[np.uint8]) -> list[str]:
    """Return the name of the CSS color that looks most like each color, by CIEDE2000.

    Parameters
    ----------
    colors : ndarray, (k, 3 or 4), uint8
        Alpha does not matter, but that what is fully transparent is ``transparent``.

    Returns
    -------
    list of str
    """
    names = list(_NAMED)
    numbers = np.array(list(_NAMED.values()), ">u4")
    known = _lab(numbers.view(np.uint8).reshape(-1, 4)[:, 1:])
    found: list[str] = []
    for start in range(0, len(colors), _BAND):
        seen = _lab(colors[start : start + _BAND, :3])
        nearest = ciede2000(seen[:, None], known[None]).argmin(axis=1)
        found += [names[row] for row in nearest]
    if colors.shape[1] == 4:
        clear = (colors[:, 3] == 0).tolist()
        found = ["transparent" if c else name for c, name in zip(clear, found, strict=True)]
    return found


def _lab(colors: NDArray[np.uint8]) -> NDArray[np.float64]:
    return lab_of_light(to_light(colors))
