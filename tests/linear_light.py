"""A space that only tests know: the amount of light, by IEC 61966-2-1, 0 to 1 a channel."""

import numpy as np

from colorquant.color.space import OpaqueSpace


class _LinearLight(OpaqueSpace):
    name = "linear light"
    dimensions = 3
    unit = 1.0
    middle = 0.0
    reach = float(np.sqrt(3))
    whole = False

    def from_levels(self, levels):
        shares = levels / 255
        return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)

    def to_levels(self, points):
        light = np.clip(points, 0, None)
        low = light <= 0.0031308
        return 255 * np.where(low, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


LINEAR_LIGHT = _LinearLight()
