import numpy as np
import pytest

from colorquant import threads
from colorquant.color.perceptual import PERCEPTUAL
from colorquant.color.space import SRGB
from colorquant.mapping import diffusion
from colorquant.mapping.diffusion import diffuse
from colorquant.mapping.lookup import lookup
from colorquant.mapping.scene import Scene
from colorquant.models import index_type

CHANNELS = pytest.mark.parametrize("channels", [3, 4])
BANDS = pytest.mark.parametrize("band", [1, 2, 3, 512])


def picture(shape, channels=3, k=6, still=0.0, seed=0):
    """Return soft random colors, a search among entries, and the labels of the nearest ones."""
    random = np.random.default_rng(seed)
    pixels = random.integers(60, 200, (*shape, channels), dtype=np.uint8)
    palette = random.integers(0, 256, (k, channels), dtype=np.uint8)
    held = random.random(shape) < still if still else None
    space = PERCEPTUAL.of(channels)
    scene = Scene(pixels, space, np.full(shape, 255, np.uint8), held)
    points, entries = space.points(pixels.reshape(-1, channels)), space.points(palette)
    nearest = ((points[:, None] - entries) ** 2).sum(axis=2).argmin(axis=1)
    return scene, lookup(scene.entries(palette)), nearest.reshape(shape).astype(index_type(k))


def diffused(scene, search, nearest, strength, most=None):
    labels = nearest.copy()
    diffuse(scene, search, labels, strength, most=most)
    return labels


def one_by_one(scene, search, nearest, strength, most=None):
    """Diffuse errors pixel by pixel, in the order of reading."""
    height, width = scene.shape
    points = search.rows(scene.planes(0, height)).reshape(height, width, -1)
    # An empty row above, and empty columns beside.
    errors = np.zeros((height + 1, width + 2, points.shape[2]), np.float32)
    weights = [np.float32(strength * each / 16) for each in (7, 3, 5, 1)]
    labels, found = nearest.copy(), np.empty(1, search.found)
    for y in range(height):
        for x in range(width):
            if scene.still is not None and scene.still[y, x]:
                continue
            above, before = errors[y], errors[y + 1, x]
            givers = before, above[x + 2], above[x + 1], above[x]
            parts = [error * weight for error, weight in zip(givers, weights, strict=True)]
            arrived = ((parts[0] + parts[1]) + parts[2]) + parts[3]
            goal = points[y, x] + arrived
            # Of what arrives, three quarters count for the choice.
            search.into((goal + arrived * np.float32(-0.25))[None], found)
            labels[y, x] = found[0]
            error = goal - search.entries[labels[y, x]]
            if most is not None:
                ends = np.array([[0.0, most]] * scene.space.dimensions, np.float32)
                limit = np.subtract(*search.rows(ends)[::-1])
                error = np.clip(error, -limit, limit)
            errors[y + 1, x + 1] = error
    return labels


@CHANNELS
@pytest.mark.parametrize("still", [0.0, 0.3])
@pytest.mark.parametrize(
    "shape", [(1, 1), (1, 2), (2, 1), (1, 99), (99, 1), (2, 2), (99, 2), (2, 99), (3, 5), (21, 34)]
)
def test_all_sizes_are_as_pixel_by_pixel(shape, still, channels):
    drawn = picture(shape, channels, still=still)
    labels = diffused(*drawn, 0.85)
    assert labels.dtype == np.uint8
    assert labels.tolist() == one_by_one(*drawn, 0.85).tolist()


@BANDS
@CHANNELS
@pytest.mark.parametrize("shape", [(77, 1), (38, 2), (25, 3), (6, 19)])
@pytest.mark.parametrize("strength", [0.3, 1.0])
def test_bands_are_as_pixel_by_pixel(shape, channels, strength, band, monkeypatch):
    monkeypatch.setattr(diffusion, "_BAND", band)
    monkeypatch.setattr(diffusion, "_SLAB", 2)
    drawn = picture(shape, channels, still=0.1)
    assert diffused(*drawn, strength).tolist() == one_by_one(*drawn, strength).tolist()


@CHANNELS
@pytest.mark.parametrize("most", [0.0, 0.05, 0.1])
def test_limited_errors_are_as_pixel_by_pixel(most, channels):
    drawn = picture((21, 34), channels, still=0.1)
    labels = diffused(*drawn, 1.0, most)
    assert labels.tolist() == one_by_one(*drawn, 1.0, most).tolist()
    assert (labels != diffused(*drawn, 1.0)).any()


def test_limited_errors_do_not_smear():
    # White is far beyond the grays, of which one is exactly that of the right half.
    pixels = np.full((60, 80, 3), 128, np.uint8)
    pixels[:, :40] = 255
    palette = np.array([[90] * 3, [128] * 3, [150] * 3], np.uint8)
    scene = Scene(pixels, SRGB)
    nearest = np.where(pixels[..., 0] == 255, 2, 1).astype(np.uint8)
    wrong = [
        int((diffused(scene, lookup(scene.entries(palette)), nearest, 1.0, most) != nearest).sum())
        for most in (None, 0.16)
    ]
    assert wrong[0] > 600
    assert wrong[1] < 200


def test_without_strength_pixels_get_their_own_entry():
    scene, search, nearest = picture((20, 30))
    expected = np.empty(600, search.found)
    search.into(search.rows(scene.planes(0, 20)), expected)
    labels = diffused(scene, search, nearest, 0.0)
    assert labels.reshape(-1).tolist() == expected.tolist()
    assert (diffused(scene, search, nearest, 0.85) != labels).any()


@pytest.mark.parametrize(("k", "dtype"), [(6, np.uint8), (6, np.uint16), (300, np.uint16)])
def test_labels_have_the_type_of_the_nearest(k, dtype):
    scene, search, nearest = picture((12, 15), k=k)
    nearest = nearest.astype(dtype)
    # Also where lines are not one after another in memory.
    labels = diffused(scene, search, np.asfortranarray(nearest), 0.85)
    assert labels.dtype == dtype
    assert labels.tolist() == one_by_one(scene, search, nearest, 0.85).tolist()


@pytest.mark.parametrize("space", [PERCEPTUAL, SRGB], ids=lambda space: space.name)
def test_blocks_of_a_gradient_have_its_mean(space):
    gray = np.tile(np.arange(256), (128, 1))
    pixels = np.repeat(gray[..., None], 3, axis=2).astype(np.uint8)
    palette = np.array([[0, 0, 0], [255, 255, 255]], np.uint8)
    scene = Scene(pixels, space, np.full(gray.shape, 255, np.uint8))
    entries = scene.entries(palette)
    nearest = (gray > 127).astype(np.uint8)
    labels = diffused(scene, lookup(entries), nearest, 1.0)
    shown = entries[0].take(labels)
    error = shown - scene.planes(0, 128)[0]
    blocks = error.reshape(4, 32, 8, 32).mean(axis=(1, 3)) / entries[0, 1]
    # Only what crosses the edge of a block is missing: less than half of the range at each of
    # its 128 pixels, of which most cancels out, among 1024.
    assert np.abs(blocks).max() < 0.02
    plain = entries[0].take(nearest) - scene.planes(0, 128)[0]
    assert np.abs(plain.reshape(4, 32, 8, 32).mean(axis=(1, 3)) / entries[0, 1]).max() > 0.2


def test_still_pixels_neither_take_nor_give():
    # A still column parts the picture: either side is as if it were alone.
    scene, search, nearest = picture((15, 21))
    still = np.zeros(scene.shape, bool)
    still[:, 10] = True
    whole = Scene(scene.pixels, scene.space, scene.importance, still)
    labels = diffused(whole, search, nearest, 0.85)
    assert (labels[:, 10] == nearest[:, 10]).all()
    for side in (slice(0, 10), slice(11, 21)):
        part = Scene(scene.pixels[:, side], scene.space, scene.importance[:, side])
        assert (diffused(part, search, nearest[:, side], 0.85) == labels[:, side]).all()


def test_threads_make_no_difference(monkeypatch):
    drawn = picture((70, 30), 4)
    found = []
    for number in (1, 2, 5):
        monkeypatch.setattr(threads, "_available", lambda number=number: number)
        found.append(diffused(*drawn, 0.85).tolist())
    assert found[0] == found[1] == found[2]
