"""Gray ramps on palettes of few colors, judged by CIEDE2000."""

import numpy as np

from colorquant.color.difference import ciede2000
from colorquant.color.lab import lab_of_xyz, to_light, xyz_of_light

# PICO-8's palette, the C64's by Pepto (2001), and the six inks of Spectra 6.
PALETTES = {
    "pico-8": "000000 1d2b53 7e2553 008751 ab5236 5f574f c2c3c7 fff1e8 ff004d ffa300 ffec27 00e436 "
    "29adff 83769c ff77a8 ffccaa",
    "c64": "000000 ffffff 68372b 70a4b2 6f3d86 588d43 352879 b8c76f 6f4f25 433900 9a6759 444444 "
    "6c6c6c 9ad284 6c5eb5 959595",
    "spectra-6": "000000 ffffff ffff00 ff0000 0000ff 00ff00",
}
GRAYS = np.arange(256, dtype=np.uint8)[:, None].repeat(3, axis=1)


def colors_of(text):
    return np.array([list(bytes.fromhex(color)) for color in text.split()], np.uint8)


def lab(colors):
    return lab_of_xyz(xyz_of_light(to_light(colors)))


def faults(chosen, palette):
    """Return how many grays are a color though a gray is about as near, by CIEDE2000."""
    is_gray = np.hypot(*lab(palette)[:, 1:].T) < 12
    apart = ciede2000(lab(GRAYS)[:, None], lab(palette))
    grays = np.where(is_gray, apart, np.inf).min(axis=1)
    return int((~is_gray[chosen] & (grays <= 1.1 * apart[np.arange(256), chosen])).sum())
