"""The mapping of one image for the eye: dithering, and the tidy pass with its palette."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.choices import Effort
from colorquant.color.importance import flat, importance
from colorquant.color.points import ColorPoints
from colorquant.look import LookOptions
from colorquant.mapping.diffusion import diffused
from colorquant.mapping.lookup import Lookup, lookup
from colorquant.mapping.remap import Mapping
from colorquant.mapping.scene import Scene
from colorquant.mapping.still import still_pixels
from colorquant.mapping.terms import SIGMA, dithered_terms, plain_terms
from colorquant.mapping.tidy import Terms, tidied
from colorquant.models import Labels
from colorquant.palettes.find import all_used, nearest_seen
from colorquant.palettes.mixing import MOST_MIXED
from colorquant.palettes.solving import resolved

__all__ = ["Painted", "Painter"]

Colors = NDArray[np.uint8]
# Rounds of sweeps and solutions, and sweeps after them.
_ROUNDS: dict[str, int] = {"fast": 0, "normal": 1, "best": 3}
_SWEEPS = 2
# Images of more pixels get one sweep only, but at the highest effort.
_LARGE = 8_000_000
# Share of the unblurred error when the palette is solved: beside sweeps, and before them.
_GRAIN, _GRAIN_DITHERED = 0.3, 0.1
# Of the blur, before sweeps.
_SIGMA_BEFORE = 1.0


class Painted(NamedTuple):
    """An image that was mapped."""

    palette: Colors
    labels: Labels


class Painter:
    """Maps an image for the eye.

    Parameters
    ----------
    colors : ColorPoints
        The colors of the image.
    look : LookOptions
    effort : {"fast", "normal", "best"}
    adjusts : bool
        Whether the palette may change.
    """

    def __init__(
        self, colors: ColorPoints, look: LookOptions, effort: Effort, *, adjusts: bool
    ) -> None:
        self._colors = colors
        self._look = look
        self._rounds = _ROUNDS[effort] if colors.space.visible else 0
        self._effort = effort
        self._adjusts = adjusts

    def __call__(self, pixels: NDArray[np.uint8], palette: Colors, entries: Labels) -> Painted:
        """Map an image.

        Parameters
        ----------
        pixels : ndarray, (H, W, 3 or 4), uint8
            With alpha if the table has alpha.
        palette : ndarray, (k, 3 or 4), uint8
        entries : ndarray, (n,), uint8 or uint16
            Palette entry nearest to each color of the table.

        Returns
        -------
        Painted
            If the palette may change and nothing is dithered, all its entries are used.
        """
        nearest = Mapping(self._colors.table, entries)(pixels)
        still = still_pixels(pixels, flat(pixels), palette, nearest)
        scene = Scene(pixels, self._colors.space, importance(pixels), still)
        if self._leaves_clear_aside(palette):
            return self._beside_clear(scene, palette, nearest)
        return self._mapped(scene, palette, nearest)

    def _leaves_clear_aside(self, palette: Colors) -> bool:
        """Return whether neither the colors nor the entries are partially transparent."""
        if not self._colors.table.is_hard:
            return False
        return not (palette[:, 3] % 255).any() and bool(palette[:, 3].any())

    def _beside_clear(self, scene: Scene, palette: Colors, nearest: Labels) -> Painted:
        """Map the opaque pixels of an image without partial transparency."""
        opaque = self._colors.of(self._colors.table.without_clear())
        inner = Painter(opaque, self._look, self._effort, adjusts=self._adjusts)
        clear = scene.pixels[..., 3] == 0
        visible = np.flatnonzero(palette[:, 3])
        number = np.zeros(len(palette), nearest.dtype)
        number[visible] = np.arange(len(visible))
        seen = np.where(clear, 0, scene.importance).astype(np.uint8)
        pixels = np.ascontiguousarray(scene.pixels[..., :3])
        part = Scene(pixels, opaque.space, seen, scene.still)
        colors, found = inner._mapped(part, palette[visible, :3], number.take(nearest))
        palette = palette.copy()
        palette[visible, :3] = colors
        labels = nearest.copy()
        np.copyto(labels, visible.take(found), where=~clear, casting="unsafe")
        return Painted(palette, labels)

    def _mapped(self, scene: Scene, palette: Colors, nearest: Labels) -> Painted:
        if self._look.dithering == "diffusion":
            return self._dithered(scene, palette, nearest)
        return self._plain(scene, palette, nearest)

    def _dithered(self, scene: Scene, palette: Colors, nearest: Labels) -> Painted:
        planes = scene.entries(palette)
        search = lookup(planes)
        labels = diffused(scene, search, nearest, self._look.strength)
        terms = dithered_terms(len(palette), self._look.compact)
        for _ in range(self._solutions(scene, palette)):
            labels = tidied(scene, search, planes, labels, terms)
            palette = resolved(scene, palette, labels, sigma=SIGMA, grain=_GRAIN_DITHERED)
            planes = scene.entries(palette)
            search = lookup(planes)
        labels = self._swept(scene, search, planes, labels, terms)
        return Painted(palette, self._closed(scene, palette, labels))

    def _plain(self, scene: Scene, palette: Colors, nearest: Labels) -> Painted:
        solutions, labels = self._solutions(scene, palette), nearest
        for _ in range(solutions):
            palette = resolved(scene, palette, nearest, sigma=_SIGMA_BEFORE, grain=_GRAIN_DITHERED)
            labels = nearest = self._nearest(scene, palette)
        terms = plain_terms(len(palette), self._look.compact)
        if not self._look.nearest:
            for _ in range(solutions):
                planes = scene.entries(palette)
                labels = tidied(scene, lookup(planes), planes, labels, terms)
                palette = resolved(scene, palette, labels, sigma=SIGMA, grain=_GRAIN)
        if solutions:
            palette, entries = all_used(self._colors, palette)
            nearest = Mapping(self._colors.table, entries)(scene.pixels)
        if self._look.nearest:
            return Painted(palette, nearest)
        planes = scene.entries(palette)
        labels = self._swept(scene, lookup(planes), planes, labels, terms)
        labels = self._closed(scene, palette, labels)
        if self._adjusts:
            labels = _all_kept(scene, labels, nearest, len(palette))
        return Painted(palette, labels)

    def _nearest(self, scene: Scene, palette: Colors) -> Labels:
        return Mapping(self._colors.table, nearest_seen(self._colors, palette))(scene.pixels)

    def _closed(self, scene: Scene, palette: Colors, labels: Labels) -> Labels:
        """Return labels by which no opaque pixel becomes fully transparent."""
        if palette.shape[1] == 3:
            return labels
        hole = (scene.pixels[..., 3] == 255) & (palette[:, 3] == 0).take(labels)
        return np.where(hole, self._nearest(scene, palette), labels) if hole.any() else labels

    def _solutions(self, scene: Scene, palette: Colors) -> int:
        """Return how often the palette is solved."""
        if not self._adjusts or not 1 < len(palette) <= MOST_MIXED or self._is_large(scene):
            return 0
        return self._rounds

    def _is_large(self, scene: Scene) -> bool:
        height, width = scene.shape
        return self._effort != "best" and height * width > _LARGE

    def _swept(
        self,
        scene: Scene,
        search: Lookup,
        planes: NDArray[np.float32],
        labels: Labels,
        terms: Terms,
    ) -> Labels:
        if not self._rounds:
            return labels
        for _ in range(1 if self._is_large(scene) else _SWEEPS):
            labels = tidied(scene, search, planes, labels, terms)
        return labels


def _all_kept(scene: Scene, labels: Labels, nearest: Labels, k: int) -> Labels:
    """Return labels with pixels for every entry, each of which is the nearest one to some."""
    labels = labels.copy()
    while True:
        unused = np.bincount(labels[scene.importance > 0], minlength=k) == 0
        if not unused.any():
            return labels
        # Pixels that get their nearest entry keep it, so this comes to an end.
        np.copyto(labels, nearest, where=unused.take(nearest))
