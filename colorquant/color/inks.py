"""The space in which errors are diffused between inks: almost light, by lightness and hue.

The eye blurs inks, so that their light is what mixes. But dots on dark ground look weaker than the
light that they add, which a power a little below 1 makes up for. Differences of lightness show
more than those of hue among such dots, so hues count less than in light itself.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from colorquant.color.light import STEPS, encoded_levels, linear_levels, root
from colorquant.color.space import Float64, OpaqueSpace
from colorquant.linear import product

__all__ = ["INKS"]

# From linear sRGB to Y, X - Y and (Y - Z) / 2, with X, Y and Z of 1 for white; and back.
_OPPONENTS = (
    (0.2126000000, 0.7152000000, 0.0722000000),
    (0.2212769069, -0.3389769595, 0.1177000526),
    (0.0974386593, 0.3028708907, -0.4003095500),
)
_BACK = (
    (1.0000000000, 3.0802145161, 1.0860130880),
    (1.0000000000, -0.9209686443, -0.0904251669),
    (1.0000000000, 0.0529524694, -2.3021371625),
)


class _Inks(OpaqueSpace):
    """Linear light to the power of 0.9, by lightness and two differences of colors."""

    name = "inks"
    dimensions = 3
    unit = 1.0
    middle = 0.25
    reach = 1.2
    whole = False

    def from_levels(self, levels: Float64) -> Float64:
        """See `OpaqueSpace.from_levels`."""
        steps = np.rint(levels.T * STEPS).astype(np.intp)
        return np.stack(product(_OPPONENTS, _raised_levels().take(steps))).T

    def to_levels(self, points: NDArray[np.floating]) -> NDArray[np.floating]:
        """See `OpaqueSpace.to_levels`."""
        raised = np.clip(np.stack(product(_BACK, points.T.astype(np.float64))), 0, 1).T
        # The power of 10 / 9 is the ninth root times the number.
        ninth = root(root(np.maximum(raised, _LEAST), 3), 3)
        return encoded_levels(raised * ninth)


# Roots of less take more iterations.
_LEAST = 1e-6


@cache
def _raised_levels() -> Float64:
    """Return the light of each level to the power of 0.9: divided by its tenth root."""
    linear = linear_levels(STEPS)
    raised: Float64 = linear / np.sqrt(root(np.maximum(linear, _LEAST), 5))
    return raised


INKS = _Inks()
"""The space in which errors are diffused between inks."""
