"""The palette of least visible error, against explicit matrices and dense solutions."""

import numpy as np
import pytest
from PIL import Image

from colorquant.color.importance import importance
from colorquant.color.perceptual import PERCEPTUAL
from colorquant.color.points import ColorPoints
from colorquant.color.table import ColorTable
from colorquant.mapping.nearest import nearest_entries
from colorquant.mapping.remap import Mapping
from colorquant.mapping.scene import Scene
from colorquant.models import Raster
from colorquant.palettes import solving as module
from colorquant.palettes.solving import resolved


def blur(sigma, n):
    """What of the error of each pixel of a row is seen at each other."""
    apart = np.arange(n)[:, None] - np.arange(n)
    kernel = np.exp(-(apart**2) / (4 * sigma**2)) * (np.abs(apart) <= 3)
    return kernel / np.exp(-(np.arange(-3, 4) ** 2) / (4 * sigma**2)).sum()


def kernel(shape, sigma, grain):
    """What of each pixel's error is seen at each pixel, (H * W, H * W)."""
    down, across = (blur(sigma, n) for n in shape)
    return (1 - grain) * np.kron(down, across) + grain * np.eye(shape[0] * shape[1])


def scene_of(pixels, still=None, unseen=None):
    weights = importance(pixels)
    if unseen is not None:
        weights[unseen] = 0
    return Scene(pixels, PERCEPTUAL.of(pixels.shape[2]), weights, still)


def visible_error(scene, palette, labels, sigma, grain):
    """The objective, computed from explicit matrices for rows and columns."""
    space = scene.space
    points = space.points(scene.pixels.reshape(-1, scene.pixels.shape[2]))
    errors = points - space.points(palette)[labels.reshape(-1)]
    weighted = errors * np.sqrt(scene.importance.reshape(-1, 1) / 255)
    planes = weighted.T.reshape(-1, *scene.shape)
    down, across = (blur(sigma, n) for n in scene.shape)
    seen = (1 - grain) * (down @ planes @ across) + grain * planes
    return float((planes * seen).sum()) / space.unit**2


def dense_steps(scene, palette, labels, sigma, grain):
    """The Newton step of all entries, by LAPACK."""
    k, space = len(palette), scene.space
    points = space.points(scene.pixels.reshape(-1, scene.pixels.shape[2])) / space.unit
    errors = points - (space.points(palette) / space.unit)[labels.reshape(-1)]
    roots = np.sqrt(scene.importance.reshape(-1) / 255)
    chosen = roots[:, None] * np.eye(k)[labels.reshape(-1)]
    seen = kernel(scene.shape, sigma, grain)
    matrix = chosen.T @ seen @ chosen
    right = chosen.T @ seen @ (roots[:, None] * errors)
    return np.linalg.solve(matrix + 1e-3 * np.trace(matrix) / k * np.eye(k), right)


def random_case(shape, k, channels=3, seed=0):
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (*shape, channels), dtype=np.uint8)
    palette = rng.integers(20, 236, (k, channels), dtype=np.uint8)
    labels = rng.integers(0, k, shape).astype(np.uint8 if k <= 256 else np.uint16)
    return pixels, palette, labels


@pytest.fixture
def steps(monkeypatch):
    """The steps that were solved for."""
    seen, solve = [], module.solved

    def note(matrix, right):
        seen.append(solve(matrix, right))
        return seen[-1]

    monkeypatch.setattr(module, "solved", note)
    return seen


@pytest.mark.parametrize("kernel_of", [(0.8, 0.1), (0.8, 0.3), (1.0, 0.1), (1.0, 0.0)])
@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize(
    "shape", [(1, 1), (1, 30), (30, 1), (2, 13), (7, 9), (20, 4)], ids=lambda s: f"{s[0]}x{s[1]}"
)
def test_the_step_is_that_of_a_dense_solution(kernel_of, channels, shape, steps, monkeypatch):
    sigma, grain = kernel_of
    monkeypatch.setattr(module, "_SAMPLED", 1)
    monkeypatch.setattr(module, "_BAND", 8)
    pixels, palette, labels = random_case(shape, 5, channels)
    labels = labels % min(5, labels.size)
    scene = scene_of(pixels)
    found = resolved(scene, palette, labels, sigma=sigma, grain=grain)
    expected = dense_steps(scene, palette, labels, sigma, grain)
    np.testing.assert_allclose(steps[0], expected, atol=2e-5)
    moved = scene.space.points(palette) + expected * scene.space.unit
    used = np.unique(labels)
    away = found.astype(int) - scene.space.colors(moved)
    if channels == 3:
        assert np.abs(away[used]).max() <= 1
    else:
        # Nearly opaque colors become opaque; what is nearly clear has hardly a color.
        solid = found[used, 3] > 25
        assert np.abs(away[used][solid]).max(initial=0) <= 6


@pytest.mark.parametrize("band", [8, 64])
def test_bands_and_threads_make_no_difference(band, monkeypatch, steps):
    pixels, palette, labels = random_case((50, 20), 6)
    monkeypatch.setattr(module, "_SAMPLED", 1)
    whole = resolved(scene_of(pixels), palette, labels, sigma=0.8, grain=0.3)
    monkeypatch.setattr(module, "_BAND", band)
    for threads in ("1", "2"):
        monkeypatch.setenv("OMP_NUM_THREADS", threads)
        found = resolved(scene_of(pixels), palette, labels, sigma=0.8, grain=0.3)
        np.testing.assert_array_equal(found, whole)
    np.testing.assert_array_equal(steps[1], steps[2])


@pytest.mark.parametrize("across", [False, True])
def test_some_of_the_pixels_stand_for_all(across, steps, monkeypatch):
    """Even where each label is in one row, or in one column, only."""
    pixels, palette, _ = random_case((30, 300), 30)
    labels = np.arange(30, dtype=np.uint8)[:, None].repeat(300, 1)
    if across:
        pixels, labels = pixels.swapaxes(0, 1), labels.T
    scene = scene_of(np.ascontiguousarray(pixels))
    resolved(scene, palette, labels, sigma=0.8, grain=0.3)
    monkeypatch.setattr(module, "_SMALL", 1000)
    resolved(scene, palette, labels, sigma=0.8, grain=0.3)
    assert (steps[0] != steps[1]).any()
    np.testing.assert_allclose(steps[1], steps[0], rtol=0.25, atol=0.03)


@pytest.mark.parametrize("channels", [3, 4])
def test_entries_of_still_pixels_and_of_none_stay(channels):
    pixels, palette, labels = random_case((20, 30), 8, channels)
    labels[labels == 3] = 4
    # It would become opaque if it were moved by nothing.
    palette[3, 3:] = 254
    still = np.zeros(labels.shape, bool)
    still[2, np.flatnonzero(labels[2] == 5)[0]] = True
    found = resolved(scene_of(pixels, still), palette, labels, sigma=0.8, grain=0.3)
    same = (found == palette).all(axis=1)
    assert np.flatnonzero(same).tolist() == [3, 5]


def test_pixels_that_are_not_seen_do_not_count():
    pixels, palette, labels = random_case((20, 30), 4)
    unseen = np.zeros(labels.shape, bool)
    unseen[5:12, 3:9] = True
    still = unseen.copy()
    before = resolved(scene_of(pixels, still, unseen), palette, labels, sigma=0.8, grain=0.3)
    assert (before != palette).any(axis=1).all()
    labels[unseen] = (labels[unseen] + 1) % 4
    other = pixels.copy()
    other[unseen] = 255 - other[unseen]
    scene = Scene(other, PERCEPTUAL, scene_of(pixels, still, unseen).importance, still)
    after = resolved(scene, palette, labels, sigma=0.8, grain=0.3)
    np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("seed", range(8))
def test_entries_are_always_different(seed):
    """Where all entries want to become the same color, some cannot."""
    rng = np.random.default_rng(seed)
    pixels = np.full((12, 12, 3), 100, np.uint8) + rng.integers(0, 2, (12, 12, 3), dtype=np.uint8)
    palette = np.unique(rng.integers(95, 106, (30, 3), dtype=np.uint8), axis=0)
    labels = rng.integers(0, len(palette), (12, 12)).astype(np.uint8)
    found = resolved(scene_of(pixels), palette, labels, sigma=0.8, grain=0.3)
    assert len(np.unique(found, axis=0)) == len(palette)
    assert (found != palette).any()


@pytest.mark.parametrize("k", [2, 16, 100])
@pytest.mark.parametrize("name", ["flower", "soft shadow"])
def test_the_visible_error_falls(name, k, samples):
    with Image.open(samples / "flower.jpg") as image:
        pixels = np.asarray(image)[100:180, 200:290]
    if name != "flower":
        shadow = np.linspace(30, 255, 90)[None].repeat(80, 0)
        pixels = np.dstack([pixels, shadow.astype(np.uint8)])
    colors = ColorPoints(ColorTable.of(Raster(pixels)), PERCEPTUAL)
    palette = colors.table.colors[:: len(colors) // k][:k]
    scene = scene_of(pixels)
    for sigma, grain in ((1.0, 0.1), (0.8, 0.3)):
        labels = Mapping(colors.table, nearest_entries(colors, palette))(pixels)
        found = resolved(scene, palette, labels, sigma=sigma, grain=grain)
        before, after = (
            visible_error(scene, each, labels, sigma, grain) for each in (palette, found)
        )
        assert after < 0.9 * before
        # A second step finds little more: the first one went to the minimum.
        again = resolved(scene, found, labels, sigma=sigma, grain=grain)
        assert visible_error(scene, again, labels, sigma, grain) > 0.9 * after
