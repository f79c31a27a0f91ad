import pytest

from colorquant.errors import InvalidInputError
from colorquant.shaping import ShapingOptions


def test_blocks():
    assert ShapingOptions().block == 1
    assert ShapingOptions(downscale=3).block == 3
    assert ShapingOptions(pixelate=4).block == 4


def test_a_background_is_stored_as_numbers():
    assert ShapingOptions(background="white").background == (255, 255, 255)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"background": "#1234"}, "background must be an opaque color"),
        ({"alpha": "cut"}, "alpha must be one of keep, threshold, dither"),
        ({"alpha": "keep", "background": "red"}, "background and alpha exclude each other"),
        ({"downscale": 0}, "downscale must be a whole number from 1"),
        ({"pixelate": 1.5}, "pixelate must be a whole number from 1"),
        ({"pixelate": 2, "downscale": 2}, "downscale and pixelate exclude each other"),
    ],
)
def test_what_is_refused(options, message):
    with pytest.raises(InvalidInputError, match=message):
        ShapingOptions(**options)
