import numpy as np
import pytest

from colorquant.color.light import LIGHT
from colorquant.color.perceptual import PERCEPTUAL
from colorquant.color.space import SRGB
from colorquant.color.tints import TINTS
from colorquant.errors import InvalidInputError
from colorquant.look import LookOptions
from colorquant.options import QuantizeOptions
from colorquant.palette import Palette
from colorquant.pipeline.looks import for_palette, grain_for, space_for, space_to_choose

INKS = np.array(
    [[0, 0, 0], [255, 255, 255], [255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0]], np.uint8
)


def palette_of(colors):
    return Palette(colors, np.zeros(len(colors), np.int64))


@pytest.mark.parametrize(
    ("colors", "look", "strength"),
    [
        (INKS, {"dither": "diffusion"}, 1),
        (INKS, {"dither": "diffusion", "dither_strength": 0.5}, 0.5),
        (INKS, {"dither": "diffusion", "objective": "mse"}, 0.85),
        (INKS, {"dither": "blue-noise"}, 1),
        (INKS, {"objective": "perceptual"}, 0),
        (INKS // 16, {"dither": "diffusion"}, 0.85),
    ],
)
def test_the_strength_of_diffusion_between_inks(colors, look, strength):
    options = for_palette(QuantizeOptions(k=9, **look), palette_of(colors))
    assert (options.k, options.look.strength) == (6, strength)


@pytest.mark.parametrize(
    ("look", "colors", "space"),
    [
        ({}, None, SRGB),
        ({"dither": "diffusion"}, None, PERCEPTUAL),
        ({"dither": "diffusion"}, INKS, LIGHT),
        ({"dither": "diffusion"}, INKS // 16, PERCEPTUAL),
        ({"objective": "perceptual"}, INKS, PERCEPTUAL),
        ({"objective": "mse", "dither": "diffusion"}, INKS, SRGB),
    ],
)
def test_the_space_of_comparison(look, colors, space):
    given = None if colors is None else palette_of(colors)
    assert space_for(LookOptions(**look), given) is space


def test_mixtures_count_where_something_is_dithered_for_the_eye():
    def grain(moving=False, **changes):
        return grain_for(QuantizeOptions(**changes), moving=moving)

    assert grain() is grain(objective="perceptual") is None
    assert grain(dither="bayer", objective="mse") is None
    tidied = grain(dither="diffusion")
    assert tidied > grain(dither="bayer") == grain(dither="diffusion", effort="fast") > 0
    assert grain(moving=True, dither="diffusion") == grain(dither="bayer")


@pytest.mark.parametrize(
    ("changes", "name"),
    [({"pins": ["red"]}, "pins"), ({"depth": 4}, "depth"), ({"order": "luma"}, "order")],
)
def test_what_only_a_search_can_follow(changes, name):
    with pytest.raises(InvalidInputError, match=f"palette and {name} exclude each other"):
        for_palette(QuantizeOptions(**changes), palette_of(INKS))


@pytest.mark.parametrize(
    ("look", "space"),
    [
        ({}, SRGB),
        ({"objective": "perceptual"}, TINTS),
        ({"dither": "diffusion"}, LIGHT),
        ({"objective": "mse", "dither": "diffusion"}, SRGB),
    ],
)
def test_the_space_in_which_entries_are_chosen(look, space):
    assert space_to_choose(LookOptions(**look), palette_of(INKS)) is space
    assert space_to_choose(LookOptions(**look), None) is space_for(LookOptions(**look), None)
