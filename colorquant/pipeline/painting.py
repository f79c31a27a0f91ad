"""The mapping of one image for the eye: dithering, and the tidy pass with its palette."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.choices import Effort
from colorquant.color.importance import flat, importance
from colorquant.color.inks import INKS
from colorquant.color.light import LIGHT
from colorquant.color.points import ColorPoints
from colorquant.look import LookOptions
from colorquant.mapping.diffusion import diffuse
from colorquant.mapping.inks import choose_inks
from colorquant.mapping.lookup import lookup
from colorquant.mapping.remap import Mapping, label_counts, relabeled
from colorquant.mapping.scene import Scene
from colorquant.mapping.still import exact_pixels, still_pixels
from colorquant.mapping.terms import SIGMA, dithered_terms, plain_terms
from colorquant.mapping.tidy import sweep
from colorquant.models import Labels
from colorquant.palettes.find import all_used, nearest_seen
from colorquant.palettes.mixing import MOST_MIXED
from colorquant.palettes.solving import resolved
from colorquant.palettes.spacing import has_gaps
from colorquant.progress import Progress, Steps

__all__ = ["Painted", "Painter"]

Colors = NDArray[np.uint8]
# Rounds of sweeps and solutions, and sweeps after them.
_ROUNDS: dict[str, int] = {"fast": 0, "normal": 1, "best": 3}
_SWEEPS = 2
# Between inks, the rounds of choices, and the largest error by the inks' largest extent.
_CHOICES: dict[str, int] = {"fast": 0, "normal": 2, "best": 4}
_MOST_ERROR = 0.7
# But at the highest effort, images of more pixels get one sweep after the rounds, and those of more
# than the second number one sweep in all.
_MEDIUM, _LARGE = 1_000_000, 8_000_000
# Share of the unblurred error when the palette is solved: beside sweeps, and before them.
_GRAIN, _GRAIN_DITHERED = 0.3, 0.1
# Levels between the channels of a gray.
_GRAY = 8
# Of the blur, before sweeps.
_SIGMA_BEFORE = 1.0
# About how long an error diffusion, a sweep, a solution and a choice of inks take, by each other.
_DIFFUSING, _SWEEPING, _SOLVING, _CHOOSING = 5, 6, 3, 6


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
    pinned : int
        Number of entries, the first ones, that stay in any case.
    holds : bool
        Whether pixels keep the entries that were chosen for a given palette: those that are
        exact and, if nothing is dithered, those of grays.
    """

    def __init__(
        self,
        colors: ColorPoints,
        look: LookOptions,
        effort: Effort,
        *,
        adjusts: bool,
        pinned: int = 0,
        holds: bool = False,
    ) -> None:
        self._colors = colors
        self._look = look
        self._rounds = _ROUNDS[effort] if colors.space.visible else 0
        self._effort = effort
        self._adjusts = adjusts
        self._pinned = pinned
        self._holds = holds
        self._progress: Progress | None = None

    def __call__(
        self,
        pixels: NDArray[np.uint8],
        palette: Colors,
        entries: Labels,
        progress: Progress | None = None,
    ) -> Painted:
        """Map an image.

        Parameters
        ----------
        pixels : ndarray, (H, W, 3 or 4), uint8
            With alpha if the table has alpha.
        palette : ndarray, (k, 3 or 4), uint8
        entries : ndarray, (n,), uint8 or uint16
            Palette entry nearest to each color of the table.
        progress : callable, optional
            Called with the share of the work that is done.

        Returns
        -------
        Painted
            If the palette may change and nothing is dithered, all its entries are used.
        """
        self._progress = progress
        nearest = Mapping(self._colors.table, entries)(pixels)
        still = still_pixels(pixels, flat(pixels), palette, nearest)
        if self._holds:
            held = exact_pixels(pixels, palette, nearest)
            if self._look.dithering == "none" and has_gaps(palette):
                held |= _is_gray(pixels)
            if held.any():
                still = held if still is None else still | held
        scene = Scene(pixels, self._colors.space, still=still)
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
        clear = scene.pixels[..., 3] == 0
        visible = np.flatnonzero(palette[:, 3])
        pinned = int((visible < self._pinned).sum())
        inner = Painter(opaque, self._look, self._effort, adjusts=self._adjusts, pinned=pinned)
        inner._progress = self._progress
        number = np.zeros(len(palette), nearest.dtype)
        number[visible] = np.arange(len(visible))
        seen = np.where(clear, 0, importance(scene.pixels)).astype(np.uint8)
        pixels = np.ascontiguousarray(scene.pixels[..., :3])
        part = Scene(pixels, opaque.space, seen, scene.still)
        colors, found = inner._mapped(part, palette[visible, :3], relabeled(nearest, number))
        palette = palette.copy()
        palette[visible, :3] = colors
        labels = nearest.copy()
        np.copyto(labels, relabeled(found, visible.astype(nearest.dtype)), where=~clear)
        return Painted(palette, labels)

    def _mapped(self, scene: Scene, palette: Colors, labels: Labels) -> Painted:
        """Map an image; the labels, those of the nearest entries, are overwritten."""
        if self._look.dithering == "diffusion":
            return self._dithered(scene, palette, labels)
        return self._plain(scene, palette, labels)

    def _dithered(self, scene: Scene, palette: Colors, labels: Labels) -> Painted:
        if scene.space.name == LIGHT.name:
            return self._inked(scene, palette, labels)
        planes = scene.entries(palette)
        search = lookup(planes)
        solutions, sweeps = self._solutions(scene, palette), self._sweeps(scene)
        step = Steps(
            self._progress,
            _DIFFUSING + solutions * (_SWEEPING + _SOLVING) + sweeps * _SWEEPING,
        ).step
        diffuse(scene, search, labels, self._look.strength, progress=step(_DIFFUSING))
        terms = dithered_terms(len(palette), self._look.compact, self._look.strength)
        for _ in range(solutions):
            sweep(scene, search, planes, labels, terms, progress=step(_SWEEPING))
            step(_SOLVING)
            palette = self._solved(scene, palette, labels, SIGMA, _GRAIN_DITHERED)
            planes = scene.entries(palette)
            search = lookup(planes)
        for _ in range(sweeps):
            sweep(scene, search, planes, labels, terms, progress=step(_SWEEPING))
        self._close(scene, palette, labels)
        return Painted(palette, labels)

    def _inked(self, scene: Scene, palette: Colors, labels: Labels) -> Painted:
        """Map an image to entries that are far apart, between which no grain is to be saved."""
        start = Scene(scene.pixels, INKS.of(scene.pixels.shape[2]), still=scene.still)
        planes = start.entries(palette)
        most = _MOST_ERROR * float(np.ptp(planes, axis=1).max())
        choices = _CHOICES[self._effort] if palette.shape[1] == 3 else 0
        if self._exceeds(scene, _MEDIUM):
            choices = 0 if self._exceeds(scene, _LARGE) else min(choices, 1)
        step = Steps(self._progress, _DIFFUSING + choices * _CHOOSING).step
        strength = self._look.strength
        diffuse(
            *(start, lookup(planes), labels, strength, 1.0), most=most, progress=step(_DIFFUSING)
        )
        for _ in range(choices):
            choose_inks(scene, palette, labels, step(_CHOOSING))
        self._close(scene, palette, labels)
        return Painted(palette, labels)

    def _plain(self, scene: Scene, palette: Colors, labels: Labels) -> Painted:
        solutions, sweeps = self._solutions(scene, palette), self._sweeps(scene)
        swept = 0 if self._look.nearest else solutions
        total = solutions * _SOLVING + swept * (_SWEEPING + _SOLVING) + sweeps * _SWEEPING
        step = Steps(self._progress, total).step
        for _ in range(solutions):
            step(_SOLVING)
            palette = self._solved(scene, palette, labels, _SIGMA_BEFORE, _GRAIN_DITHERED)
            labels = self._nearest(scene, nearest_seen(self._colors, palette))
        terms = plain_terms(len(palette), self._look.compact)
        for _ in range(swept):
            planes = scene.entries(palette)
            sweep(scene, lookup(planes), planes, labels, terms, progress=step(_SWEEPING))
            step(_SOLVING)
            palette = self._solved(scene, palette, labels, SIGMA, _GRAIN)
        if solutions:
            palette, entries = all_used(self._colors, palette, self._pinned)
            nearest = self._nearest(scene, entries)
        else:
            nearest = labels.copy()
        if self._look.nearest:
            return Painted(palette, nearest)
        planes = scene.entries(palette)
        search = lookup(planes)
        for _ in range(sweeps):
            sweep(scene, search, planes, labels, terms, progress=step(_SWEEPING))
        self._close(scene, palette, labels)
        if self._adjusts:
            _keep_all(scene, labels, nearest, len(palette))
        return Painted(palette, labels)

    def _solved(
        self, scene: Scene, palette: Colors, labels: Labels, sigma: float, grain: float
    ) -> Colors:
        return resolved(scene, palette, labels, sigma=sigma, grain=grain, pinned=self._pinned)

    def _nearest(self, scene: Scene, entries: Labels) -> Labels:
        return Mapping(self._colors.table, entries)(scene.pixels)

    def _close(self, scene: Scene, palette: Colors, labels: Labels) -> None:
        """Let no opaque pixel become fully transparent."""
        if palette.shape[1] == 3:
            return
        hole = (scene.pixels[..., 3] == 255) & relabeled(labels, palette[:, 3] == 0)
        if hole.any():
            nearest = self._nearest(scene, nearest_seen(self._colors, palette))
            np.copyto(labels, nearest, where=hole)

    def _solutions(self, scene: Scene, palette: Colors) -> int:
        """Return how often the palette is solved."""
        if not self._adjusts or not 1 < len(palette) <= MOST_MIXED or self._exceeds(scene, _LARGE):
            return 0
        return self._rounds

    def _exceeds(self, scene: Scene, pixels: int) -> bool:
        height, width = scene.shape
        return self._effort != "best" and height * width > pixels

    def _sweeps(self, scene: Scene) -> int:
        """Return the number of sweeps after those between solutions."""
        if not self._rounds:
            return 0
        return 1 if self._exceeds(scene, _MEDIUM) else _SWEEPS


def _keep_all(scene: Scene, labels: Labels, nearest: Labels, k: int) -> None:
    """Give pixels to every entry that is the nearest one to some."""
    while True:
        seen = labels[scene.importance > 0] if scene.has_unseen else labels
        unused = label_counts(seen, k) == 0
        # Pixels that get their nearest entry keep it, so this comes to an end.
        if not unused.any():
            return
        back = relabeled(nearest, unused) & (labels != nearest)
        if not back.any():
            return
        np.copyto(labels, nearest, where=back)


def _is_gray(pixels: Colors) -> NDArray[np.bool_]:
    """Return where pixels are gray, or nearly so, (H, W)."""
    red, green, blue = (pixels[..., channel] for channel in range(3))
    most, least = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    gray: NDArray[np.bool_] = most - least <= _GRAY
    return gray
