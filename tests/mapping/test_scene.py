import numpy as np
import pytest

from colorquant.color.perceptual import PERCEPTUAL
from colorquant.color.space import SRGB
from colorquant.mapping.scene import Scene

SPACES = pytest.mark.parametrize("opaque", [PERCEPTUAL, SRGB], ids=lambda space: space.name)


def picture(channels, importance=9):
    random = np.random.default_rng(channels)
    pixels = random.integers(0, 256, (7, 5, channels), dtype=np.uint8)
    palette = random.integers(0, 256, (4, channels), dtype=np.uint8)
    labels = random.integers(0, 4, (7, 5), dtype=np.uint8)
    return pixels, palette, labels, np.full((7, 5), importance, np.uint8)


def expected_points(space, pixels):
    """Return each pixel's point, made alone, in units of the error."""
    points = [space.points(pixel.reshape(1, -1))[0] for pixel in pixels.reshape(-1, space.channels)]
    return (np.array(points) / space.unit).T.reshape(-1, *pixels.shape[:2])


@SPACES
@pytest.mark.parametrize("channels", [3, 4])
def test_points_and_errors_of_rows(opaque, channels):
    space = opaque.of(channels)
    pixels, palette, labels, importance = picture(channels)
    scene = Scene(pixels, space, importance)
    points, entries = expected_points(space, pixels), scene.entries(palette)
    assert scene.shape == (7, 5)
    np.testing.assert_allclose(entries, expected_points(space, palette[:, None])[..., 0], atol=1e-6)
    for start, stop in ((0, 7), (2, 5), (6, 7)):
        planes = scene.planes(start, stop)
        assert planes.dtype == np.float32
        np.testing.assert_allclose(planes, points[:, start:stop], atol=1e-6)
        errors = scene.errors(start, stop, entries, labels)
        assert errors.dtype == np.float32
        expected = points - expected_points(space, palette[labels])
        np.testing.assert_allclose(errors, expected[:, start:stop], atol=1e-6)


def test_pixels_that_are_not_seen_have_no_error():
    pixels, palette, labels, importance = picture(4)
    space = PERCEPTUAL.of(4)
    whole = Scene(pixels, space, importance)
    assert not whole.has_unseen
    importance = importance.copy()
    importance[2:4, 1] = 0
    scene = Scene(pixels, space, importance)
    assert scene.has_unseen
    entries = scene.entries(palette)
    expected = whole.errors(1, 6, entries, labels)
    assert expected[:, 1:3, 1].any()
    expected[:, 1:3, 1] = 0
    assert scene.errors(1, 6, entries, labels).tolist() == expected.tolist()


def test_rows_alone_have_the_bits_of_the_whole():
    pixels, _, _, importance = picture(3)
    scene = Scene(pixels, PERCEPTUAL, importance)
    whole = scene.planes(0, 7)
    alone = np.concatenate([scene.planes(row, row + 1) for row in range(7)], axis=1)
    assert (alone == whole).all()
