import numpy as np
import pytest

from colorquant.color import table as colortable
from colorquant.color.perceptual import PERCEPTUAL
from colorquant.color.points import ColorPoints
from colorquant.color.space import SRGB
from colorquant.color.table import ColorTable
from colorquant.mapping.masks import MASK_LEVELS, bayer, blue_noise
from colorquant.mapping.mixtures import GRAIN, best_mixtures
from colorquant.mapping.remap import Mapping
from colorquant.mapping.threshold import Thresholds
from colorquant.models import Raster

KINDS = pytest.mark.parametrize("kind", MASK_LEVELS)
SPACES = pytest.mark.parametrize("space", [PERCEPTUAL, SRGB], ids=lambda space: space.name)
MASKS = {"bayer": bayer(), "blue-noise": blue_noise()}
BLACK_AND_WHITE = np.array([[0, 0, 0], [255, 255, 255]], np.uint8)


def dithered(pixels, palette, kind, strength=1.0, space=PERCEPTUAL):
    table = ColorTable.of(Raster(pixels))
    thresholds = Thresholds(ColorPoints(table, space), palette, kind, strength)
    return thresholds.labels(Mapping(table, thresholds.mixtures)(pixels))


def tiled(kind, shape):
    mask = MASKS[kind]
    side = len(mask)
    return np.tile(mask, (-(-shape[0] // side), -(-shape[1] // side)))[: shape[0], : shape[1]]


def share_of_white(gray, strength=1.0):
    """Return how much white shows a gray best among black and white.

    With t from 0 to 1 on the line between them, (r - t)² + g r (1 - r) is least at
    (t - g / 2) / (1 - g). The strength is a factor of the share of the farther entry.
    """
    # Grays are on a line but for the rounding of the space.
    points = PERCEPTUAL.points(np.array([[0] * 3, [gray] * 3, [255] * 3], np.uint8))
    line = points[2] - points[0]
    t = (points[1] - points[0]) @ line / (line @ line)
    share = np.clip((t - GRAIN / 2) / (1 - GRAIN), 0, 1)
    return share * strength if t < 0.5 else 1 - (1 - share) * strength


def gray_image(levels):
    return np.repeat(np.asarray(levels, np.uint8)[..., None], 3, axis=-1)


@KINDS
@pytest.mark.parametrize("strength", [1.0, 0.5, 0.1])
@pytest.mark.parametrize("gray", [0, 20, 60, 100, 120, 180, 240, 255])
def test_a_flat_area_is_mixed_by_the_share(kind, strength, gray):
    side = len(MASKS[kind])
    labels = dithered(gray_image(np.full((side, side), gray)), BLACK_AND_WHITE, kind, strength)
    expected = share_of_white(gray, strength)
    assert labels.mean() == pytest.approx(expected, abs=0.5001 / MASK_LEVELS[kind])


@KINDS
def test_half_the_strength_halves_the_share(kind):
    side = len(MASKS[kind])
    pixels = gray_image(np.full((side, side), 90))
    whole, half = (dithered(pixels, BLACK_AND_WHITE, kind, each).mean() for each in (1.0, 0.5))
    assert 0.1 < whole < 0.5
    assert half == pytest.approx(whole / 2, abs=1 / MASK_LEVELS[kind])


@KINDS
def test_blocks_of_a_gradient_have_its_mean(kind):
    levels = np.tile(np.arange(256).repeat(2), (64, 1))
    labels = dithered(gray_image(levels), BLACK_AND_WHITE, kind)
    expected = np.array([share_of_white(gray) for gray in range(256)])[levels]
    blocks = (labels - expected).reshape(4, 16, -1, 16).mean(axis=(1, 3))
    # A block has 256 pixels, of 16 neighboring grays.
    assert np.abs(blocks).max() < 0.03
    assert abs((labels - expected).mean()) < 0.003
    assert 0.3 < labels.mean() < 0.7


@KINDS
@SPACES
@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("k", [2, 9, 256, 300])
def test_pixels_get_the_second_entry_below_its_share(kind, space, channels, k):
    random = np.random.default_rng(k)
    pixels = random.integers(0, 256, (70, 66, channels), dtype=np.uint8)
    palette = random.integers(0, 256, (k, channels), dtype=np.uint8)
    if channels == 4:
        # No entry is opaque or clear, so all may be mixed.
        palette[:, 3] = palette[:, 3].clip(1, 254)
    labels = dithered(pixels, palette, kind, space=space)
    own = space.of(channels)
    points = own.points(pixels.reshape(-1, channels))
    first, second, share = best_mixtures(points, own.points(palette), GRAIN)
    count = np.rint(share * MASK_LEVELS[kind])
    ranks = tiled(kind, pixels.shape).reshape(-1)
    # The higher label comes first, so that patterns go on where the nearest entry changes.
    takes_second = np.where(second > first, ranks < count, ranks >= MASK_LEVELS[kind] - count)
    assert 0.02 < takes_second.mean() < 0.5
    assert labels.dtype == (np.uint8 if k <= 256 else np.uint16)
    assert (labels.reshape(-1) == np.where(takes_second, second, first)).all()


@KINDS
def test_each_place_changes_once_along_a_gradient(kind):
    mask = MASKS[kind]
    labels = np.array(
        [
            dithered(gray_image(np.full(mask.shape, g)), BLACK_AND_WHITE, kind)
            for g in range(0, 256, 5)
        ]
    )
    assert (np.diff(labels.astype(int), axis=0) >= 0).all()
    assert not labels[0].any()
    assert labels[-1].all()


@KINDS
@pytest.mark.parametrize("channels", [3, 4])
def test_exact_colors_are_not_dithered(kind, channels):
    random = np.random.default_rng(channels)
    palette = random.integers(0, 256, (40, channels), dtype=np.uint8)
    number = random.integers(0, 40, (50, 60))
    assert (dithered(palette[number], palette, kind) == number).all()


@KINDS
def test_a_pixel_depends_only_on_its_color_and_place(kind, noise):
    palette = np.random.default_rng(0).integers(0, 256, (7, 3), dtype=np.uint8)
    other = noise.copy()
    changed = np.random.default_rng(1).random(noise.shape[:2]) < 0.5
    other[changed] = 255 - other[changed]
    one, two = (dithered(pixels, palette, kind) for pixels in (noise, other))
    assert (one != two).any()
    assert (one == two)[~changed].all()
    side = len(MASKS[kind])
    wide = np.pad(noise, ((side, 0), (side, 0), (0, 0)))
    assert (dithered(wide, palette, kind)[side:, side:] == one).all()


@KINDS
def test_lines_alone_are_as_in_the_image(kind):
    pixels = np.random.default_rng(0).integers(0, 256, (130, 9, 3), dtype=np.uint8)
    palette = np.ascontiguousarray(pixels[0])
    table = ColorTable.of(Raster(pixels))
    thresholds = Thresholds(ColorPoints(table, PERCEPTUAL), palette, kind, 1.0)
    mixtures = Mapping(table, thresholds.mixtures)(pixels)
    whole = thresholds.labels(mixtures)
    for start in (0, 1, 63, 64, 100):
        part = thresholds.labels(mixtures[start : start + 20], start)
        assert (part == whole[start : start + 20]).all()


@KINDS
@pytest.mark.parametrize("strip", [50, 333])
@pytest.mark.parametrize("picture", ["noise", "soft"])
def test_what_is_mixed_at_once_makes_no_difference(kind, strip, picture, request, monkeypatch):
    pixels = request.getfixturevalue(picture)
    palette = pixels[::7, ::9].reshape(-1, pixels.shape[2])[3:]
    expected = dithered(pixels, palette, kind)
    monkeypatch.setattr(colortable, "_STRIP", strip)
    assert (dithered(pixels, palette, kind) == expected).all()


@KINDS
@pytest.mark.parametrize(
    "alphas", [[0, 255, 255], [0, 90, 255], [128, 200, 255], [0, 0, 255], [0, 90, 180]]
)
def test_opaque_colors_get_no_hole(kind, alphas):
    random = np.random.default_rng(3)
    pixels = random.integers(0, 256, (64, 64, 4), dtype=np.uint8)
    pixels[:, :40, 3] = 255
    # Over black, what is clear is nearer to dark colors than light entries are.
    palette = random.integers(200, 256, (3, 4), dtype=np.uint8)
    palette[:, 3] = alphas
    found = palette[dithered(pixels, palette, kind), 3]
    assert found[:, :40].min() > 0
    assert found[:, 40:].min() < 255


@KINDS
@pytest.mark.parametrize("channels", [3, 4])
def test_a_single_entry(kind, channels):
    pixels = np.random.default_rng(0).integers(0, 256, (9, 9, channels), dtype=np.uint8)
    labels = dithered(pixels, pixels[0, :1], kind)
    assert labels.dtype == np.uint8
    assert not labels.any()
