import numpy as np
import pytest

from colorquant.checks import (
    check_bool,
    check_choice,
    check_color,
    check_int,
    check_level,
    check_pins,
    check_share,
)
from colorquant.errors import InvalidInputError


@pytest.mark.parametrize("value", [1, 9, np.uint8(3)])
def test_whole_numbers_become_ints(value):
    found = check_int("n", value, 1, 9)
    assert (found, type(found)) == (value, int)


@pytest.mark.parametrize("value", [0, 10, 1.0, "1", None, True, np.float64(2)])
def test_other_numbers_are_refused(value):
    with pytest.raises(InvalidInputError, match="n must be a whole number from 1 to 9, not"):
        check_int("n", value, 1, 9)
    with pytest.raises(InvalidInputError, match="at least 11"):
        check_int("n", value, 11, None)


@pytest.mark.parametrize("value", [0, 1, 0.25, np.float32(0.5), np.uint8(1)])
def test_shares_become_floats(value):
    found = check_share("s", value)
    assert (found, type(found)) == (value, float)


@pytest.mark.parametrize("value", [-0.1, 1.1, True, "0.5", None, float("nan"), np.bool_(1)])
def test_what_is_no_share_is_refused(value):
    with pytest.raises(InvalidInputError, match="s must be a number from 0 to 1, not"):
        check_share("s", value)


@pytest.mark.parametrize(
    ("value", "level"),
    [(None, None), (False, None), (True, 2), (1, 1), (6, 6), (np.uint8(3), 3), ("max", "max")],
)
def test_levels(value, level):
    found = check_level("n", value)
    assert (found, type(found)) == (level, type(level))


@pytest.mark.parametrize("value", [0, 7, -1, 2.0, "2", "MAX", "", [2]])
def test_what_is_no_level_is_refused(value):
    with pytest.raises(InvalidInputError, match=r"n must be a level from 1 to 6, or max, not"):
        check_level("n", value)


def test_choices():
    check_choice("how", "a", ("a", "b"))
    with pytest.raises(InvalidInputError, match="how must be one of a, b, not 'c'"):
        check_choice("how", "c", ("a", "b"))


@pytest.mark.parametrize("value", [1, 0, "yes", None, "True", "False"])
def test_true_and_false(value):
    for each in (True, False, np.True_):
        check_bool("so", each)
    with pytest.raises(InvalidInputError, match="so must be True or False, not"):
        check_bool("so", value)


@pytest.mark.parametrize("color", ["white", "#fff", (255, 255, 255), np.array([255, 255, 255])])
def test_colors(color):
    assert check_color("matte", color) == (255, 255, 255)


@pytest.mark.parametrize("color", ["", "#1234", (1, 2), (1, 2, 256), (1, 2, 3.5), 7, None])
def test_other_colors_are_refused(color):
    with pytest.raises(InvalidInputError, match="matte must be an opaque color like #fff or white"):
        check_color("matte", color)


def test_colors_have_alpha_alike():
    assert check_pins("pins", ["red", (1, 2, 3)]) == [(255, 0, 0), (1, 2, 3)]
    assert check_pins("pins", ["#ff000080", (1, 2, 3)]) == [(255, 0, 0, 128), (1, 2, 3, 255)]
    assert check_pins("pins", []) == []
    with pytest.raises(InvalidInputError, match="pins must be colors"):
        check_pins("pins", ["red", 5])
