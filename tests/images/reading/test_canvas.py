"""Patches composed, against the specification's arithmetic."""

from fractions import Fraction

import numpy as np
import pytest

from colorquant.images.reading.canvas import After, Drawn, composed


def patch(color, size=(4, 4), place=(0, 0), *, over=True, after=After.KEEP):
    pixels = np.empty((size[1], size[0], len(color)), np.uint8)
    pixels[:] = color
    return Drawn(pixels, *place, over, after)


def pictures(*patches, size=(4, 4)):
    return list(composed(patches, size))


def blended(front, back):
    """Return one color over another, in exact arithmetic: PNG, section 13.16."""
    upper, lower = Fraction(front[-1], 255), Fraction(back[-1], 255)
    alpha = upper + lower * (1 - upper)
    if not alpha:
        return None
    mixed = [
        (f * upper + b * lower * (1 - upper)) / alpha
        for f, b in zip(front[:-1], back[:-1], strict=True)
    ]
    return [*mixed, alpha * 255]


@pytest.mark.parametrize("channels", [2, 4])
def test_any_color_over_any_other(channels):
    rng = np.random.default_rng(8)
    front, back = rng.integers(0, 256, (2, 20, 50, channels), dtype=np.uint8)
    front[:4, :, -1], front[4:8, :, -1], front[8:10, :, -1] = 0, 255, 1
    back[::3, :, -1], back[1::3, :, -1] = 0, 255
    patches = [Drawn(pixels, 0, 0, True, After.KEEP) for pixels in (back, front)]
    _, found = composed(patches, (50, 20))
    rows = (x.reshape(-1, channels).tolist() for x in (front, back, found))
    for f, b, c in zip(*rows, strict=True):
        expected = blended(f, b)
        if expected is None:
            assert c[-1] == 0
        else:
            assert all(
                abs(one - other) <= Fraction(1, 2) for one, other in zip(c, expected, strict=True)
            )


def test_half_transparent_red():
    over_clear = pictures(patch((0, 0, 0, 0)), patch((255, 0, 0, 128)))[1]
    assert over_clear[0, 0].tolist() == [255, 0, 0, 128]
    over_blue = pictures(patch((40, 40, 255, 255)), patch((255, 0, 0, 128)))[1]
    assert over_blue[0, 0].tolist() == [148, 20, 127, 255]


def test_a_patch_that_replaces():
    found = pictures(patch((9, 9, 9, 255)), patch((1, 2, 3, 0), (2, 2), (1, 1), over=False))
    assert found[1][:, :, 3].tolist() == [[255] * 4, *[[255, 0, 0, 255]] * 2, [255] * 4]


@pytest.mark.parametrize(
    ("after", "expected"), [(After.KEEP, 7), (After.CLEAR, 0), (After.RESTORE, 5)]
)
def test_what_becomes_of_a_patch(after, expected):
    first = patch((5, 5, 5, 255))
    second = patch((7, 7, 7, 255), (2, 4), after=after)
    third = patch((8, 8, 8, 255), (1, 1), (3, 3))
    found = pictures(first, second, third)
    assert found[1][0, 0, 0] == 7
    assert found[2][0, 0].tolist() == [expected] * 3 + [255 * (expected > 0)]
    assert found[2][0, 2].tolist() == [5, 5, 5, 255]
    assert found[2][3, 3, 0] == 8


def test_what_is_never_drawn_is_transparent_and_what_is_beyond_is_cut():
    (found,) = pictures(patch((1, 1, 1, 255), (4, 4), (2, 3)))
    drawn = np.zeros((4, 4), bool)
    drawn[3, 2:] = True
    np.testing.assert_array_equal(found[:, :, 3] > 0, drawn)
    (none,) = pictures(patch((1, 1, 1, 255), (4, 4), (9, 9)))
    assert not none.any()


def test_pictures_are_not_changed_afterwards():
    first, _ = pictures(patch((5, 5, 5, 255)), patch((7, 7, 7, 255)))
    assert first[0, 0, 0] == 5
