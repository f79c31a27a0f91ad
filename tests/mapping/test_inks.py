import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from colorquant import threads
from colorquant.color.light import LIGHT
from colorquant.mapping import inks
from colorquant.mapping.inks import choose_inks
from colorquant.mapping.lookup import lookup
from colorquant.mapping.scene import Scene

INKS = np.array(
    [[0, 0, 0], [255, 255, 255], [255, 255, 0], [255, 0, 0], [0, 0, 255], [0, 255, 0]], np.uint8
)
MEASURED = np.array(
    [[31, 24, 41], [168, 180, 182], [180, 173, 0], [113, 24, 19], [36, 70, 139], [50, 84, 60]],
    np.uint8,
)
PALETTES = pytest.mark.parametrize("palette", [INKS, MEASURED], ids=["pure", "measured"])
SHAPES = pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (3, 5), (61, 37), (150, 20)])

XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
# As S-CIELAB has it: light against dark, red against green, blue against yellow.
OPPONENT = np.array(
    [
        [0.2787336, 0.7218031, -0.1065520],
        [-0.4487736, 0.2898056, 0.0771569],
        [0.0859513, -0.5899859, 0.5011089],
    ]
)


def picture(shape, seed=0):
    """Return a soft random picture."""
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (shape[0] // 9 + 1, shape[1] // 9 + 1, 3))
    base = coarse.repeat(9, axis=0).repeat(9, axis=1)[: shape[0], : shape[1]]
    return (base + random.integers(-20, 20, base.shape)).clip(0, 255).astype(np.uint8)


def nearest(scene, palette):
    planes = scene.entries(palette)
    search = lookup(planes)
    found = np.empty(scene.shape[0] * scene.shape[1], search.found)
    search.into(search.rows(scene.planes(0, scene.shape[0])), found)
    return found.reshape(scene.shape)


def chosen(scene, palette, labels, times=1):
    labels = labels.copy()
    for _ in range(times):
        choose_inks(scene, palette, labels)
    return labels


def seen(light):
    """Return CIELAB, in hundredths, with a bias before the root, of blurred light."""
    opponent = light @ (OPPONENT @ XYZ).T
    blurred = [
        gaussian_filter(opponent[..., i], sigma, mode="nearest", radius=4)
        for i, sigma in enumerate((1.0, 1.4, 1.9))
    ]
    xyz = np.stack(blurred, axis=-1) @ np.linalg.inv(OPPONENT).T / XYZ.sum(axis=1)
    x, y, z = np.moveaxis(np.cbrt(np.maximum(xyz, 0) + 0.006), -1, 0)
    return np.stack([1.16 * y, 5 * (x - y), 2 * (y - z)], axis=-1)


def error(pixels, palette, labels):
    """Return the squared error of the blurred inks."""
    light = [LIGHT.points(each.reshape(-1, 3)).reshape(each.shape) for each in (pixels, palette)]
    return np.square(seen(light[0]) - seen(light[1][labels])).sum()


@PALETTES
@pytest.mark.parametrize("shape", [(61, 37), (150, 20), (200, 90)])
def test_each_sweep_lowers_the_error_of_the_blurred_inks(shape, palette):
    pixels = picture(shape)
    scene = Scene(pixels, LIGHT)
    labels = [nearest(scene, palette)]
    for _ in range(3):
        labels.append(chosen(scene, palette, labels[-1]))
    errors = [error(pixels, palette, each) for each in labels]
    assert errors[1] < 0.75 * errors[0]
    assert errors[3] < errors[2] < errors[1]


def test_few_single_changes_would_lower_it_further():
    pixels = picture((24, 24))
    scene = Scene(pixels, LIGHT)
    random = np.random.default_rng(5)

    def better(labels):
        """Return the share of random changes of a pixel that lower the error."""
        before, count = error(pixels, INKS, labels), 0
        for y, x in random.integers(0, 24, (150, 2)):
            other = labels.copy()
            other[y, x] = (labels[y, x] + random.integers(1, 6)) % 6
            count += error(pixels, INKS, other) < before
        return count / 150

    start = nearest(scene, INKS)
    assert better(chosen(scene, INKS, start, 4)) < 0.1
    assert better(start) > 0.5


@SHAPES
@PALETTES
def test_exact_inks_stay(shape, palette):
    random = np.random.default_rng(1)
    labels = random.integers(0, 6, shape).astype(np.uint8)
    scene = Scene(palette[labels], LIGHT)
    assert chosen(scene, palette, labels).tolist() == labels.tolist()


@SHAPES
def test_still_pixels_stay(shape):
    pixels = picture(shape)
    still = np.random.default_rng(2).random(shape) < 0.5
    scene = Scene(pixels, LIGHT, still=still)
    # Far off, so that all others change.
    labels = np.full(shape, INKS[:, 1].argmin(), np.uint8)
    found = chosen(scene, INKS, labels)
    assert (found[still] == labels[still]).all()
    if found.size > 100:
        assert (found[~still] != labels[~still]).any()


def test_dark_areas_keep_their_dots():
    pixels = np.full((80, 80, 3), 50, np.uint8)
    scene = Scene(pixels, LIGHT)
    light = LIGHT.points(pixels[0, :1])[0, 0]
    start = (np.random.default_rng(0).random((80, 80)) < light).astype(np.uint8)
    palette = INKS[:2]
    found = chosen(scene, palette, start, 3)
    assert found.mean() > light / 2
    assert error(pixels, palette, found) < error(pixels, palette, start)


def test_pixels_that_nobody_sees_have_no_errors():
    pixels = picture((30, 40))
    importance = np.full((30, 40), 255, np.uint8)
    importance[:, 20:] = 0
    still = importance == 0
    scene = Scene(pixels, LIGHT, importance, still)
    labels = nearest(scene, INKS)
    other = labels.copy()
    other[:, 20:] = (other[:, 20:] + 1) % 6
    assert (
        chosen(scene, INKS, labels)[:, :20].tolist() == chosen(scene, INKS, other)[:, :20].tolist()
    )
    seen_all = Scene(pixels, LIGHT, still=still)
    found = [chosen(seen_all, INKS, each)[:, :20].tolist() for each in (labels, other)]
    assert found[0] != found[1]


def test_threads_make_no_difference(monkeypatch):
    monkeypatch.setattr(inks, "_ROWS", 16)
    scene = Scene(picture((70, 30)), LIGHT)
    labels, found = nearest(scene, INKS), []
    for number in (1, 2, 5):
        monkeypatch.setattr(threads, "_available", lambda number=number: number)
        found.append(chosen(scene, INKS, labels).tolist())
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("rows", [16, 64, 256])
def test_bands_are_about_as_good_as_one(rows, monkeypatch):
    pixels = picture((130, 60))
    scene = Scene(pixels, LIGHT)
    start = nearest(scene, INKS)
    errors = []
    for each in (rows, 1024):
        monkeypatch.setattr(inks, "_ROWS", each)
        errors.append(error(pixels, INKS, chosen(scene, INKS, start, 2)))
    assert errors[0] < 1.05 * errors[1]
