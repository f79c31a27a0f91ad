import dataclasses
from fractions import Fraction

import numpy as np
import pytest

from colorquant.choices import DITHERS
from colorquant.errors import InvalidInputError
from colorquant.look import LookOptions


def test_the_default_is_plain():
    look = LookOptions()
    assert look == LookOptions(None, "none", None, 1, False)
    assert (look.is_plain, look.is_perceptual, look.dithering, look.strength) == (
        *(True, False, "none", 0),
    )
    with pytest.raises(dataclasses.FrozenInstanceError):
        look.compact = 2


@pytest.mark.parametrize(
    ("objective", "dither", "strength", "perceptual", "plain"),
    [
        (None, "none", None, False, True),
        (None, "bayer", None, True, False),
        (None, "bayer", 0, False, True),
        ("mse", "none", None, False, True),
        ("mse", "bayer", None, False, False),
        ("mse", "bayer", 0, False, True),
        ("perceptual", "none", None, True, False),
        ("perceptual", "bayer", None, True, False),
        ("perceptual", "bayer", 0, True, False),
    ],
)
def test_the_objective_follows_the_dithering_unless_it_is_given(
    objective, dither, strength, perceptual, plain
):
    look = LookOptions(objective, dither, strength)
    assert (look.is_perceptual, look.is_plain) == (perceptual, plain)


@pytest.mark.parametrize("dither", DITHERS)
def test_every_dithering_has_a_strength(dither):
    look = LookOptions(dither=dither)
    assert look.dithering == dither
    assert 0 <= look.strength <= 1
    assert (look.strength > 0) == (dither != "none")


@pytest.mark.parametrize("dither", [kind for kind in DITHERS if kind != "none"])
def test_a_strength_that_is_given(dither):
    assert LookOptions(dither=dither, dither_strength=0.25).strength == 0.25
    none = LookOptions(dither=dither, dither_strength=0)
    assert (none.dither, none.strength, none.dithering) == (dither, 0, "none")


@pytest.mark.parametrize(
    "strength", [0, 1, 0.5, Fraction(1, 2), np.float32(0.5), np.float64(0.5), np.int64(1)]
)
def test_a_strength_becomes_a_float(strength):
    found = LookOptions(dither="bayer", dither_strength=strength).dither_strength
    assert (found, type(found)) == (strength, float)


@pytest.mark.parametrize(
    "strength",
    [-0.01, 1.01, float("nan"), float("inf"), np.float32("nan"), True, np.True_, "0.5", 1j, [0.5]],
)
def test_a_strength_that_is_no_share(strength):
    with pytest.raises(InvalidInputError, match="dither_strength must be a number from 0 to 1, no"):
        LookOptions(dither="bayer", dither_strength=strength)


@pytest.mark.parametrize("strength", [0, 0.5])
def test_a_strength_of_nothing(strength):
    with pytest.raises(InvalidInputError, match="dither_strength is for dither") as caught:
        LookOptions("perceptual", dither_strength=strength)
    assert caught.value.renamed({"dither": "--d", "dither_strength": "--s"}) == "--s is for --d"


def test_numbers_and_switches_of_numpy():
    look = LookOptions(compact=np.uint8(2), nearest=np.True_)
    assert look == LookOptions(compact=2, nearest=True)
    assert (type(look.compact), type(look.nearest)) == (int, bool)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"objective": "lab"}, "objective must be one of mse, perceptual, not 'lab'"),
        ({"objective": ["mse"]}, "objective must be one of mse, perceptual"),
        ({"dither": "floyd"}, "dither must be one of none, diffusion, blue-noise, bayer, not 'fl"),
        ({"dither": None}, "dither must be one of .*, not None"),
        ({"compact": 3}, "compact must be a whole number from 0 to 2, not 3"),
        ({"compact": -1}, "compact must be a whole number from 0 to 2, not -1"),
        ({"compact": True}, "compact must be a whole number from 0 to 2, not True"),
        ({"compact": 1.0}, "compact must be a whole number from 0 to 2, not 1.0"),
        ({"nearest": 1}, "nearest must be True or False, not 1"),
    ],
)
def test_what_is_out_of_range_is_refused(changes, message):
    with pytest.raises(InvalidInputError, match=message) as caught:
        LookOptions(**changes)
    assert caught.value.arguments == tuple(changes)
