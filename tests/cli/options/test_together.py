"""What the options of a call make together."""

import pytest

from colorquant.cli.options.listed import declared
from colorquant.cli.options.together import image_options, quantize_options
from colorquant.errors import InvalidInputError
from colorquant.options import QuantizeOptions
from colorquant.palettes.builtin.catalog import builtin


def chosen(**changes):
    """Return the values of all options, as if nothing else were given."""
    found = {each.name: () if each.multiple else None for each in declared()}
    found |= {each.name: False for each in declared() if each.is_flag}
    kept = {name: value for name, value in QuantizeOptions().named().items() if name in found}
    found |= kept | {"k": None, "pins": (), "weight": "pixels"}
    return found | changes


def test_options_are_those_of_the_image():
    assert quantize_options(chosen()) == QuantizeOptions()
    found = quantize_options(chosen(k=60, pins=("red", "@nes"), quality="50"))
    assert found.k == 60
    assert found.entries.pins[0] == (255, 0, 0)
    of_nes = set(map(tuple, builtin("nes").colors.tolist()))
    assert set(found.entries.pins) == {(255, 0, 0), *of_nes}


@pytest.mark.parametrize(
    ("changes", "arguments"),
    [
        ({"verbose": True, "quiet": True}, {"verbose", "quiet"}),
        ({"palette": "nes", "k": 5}, {"palette", "k"}),
        ({"palette": "nes", "pins": ("red",)}, {"palette", "pins"}),
        ({"palette": "nes", "depth": "5"}, {"palette", "depth"}),
        ({"palette": "nes", "order": "hue"}, {"palette", "order"}),
        ({"palette": "nes", "shared_palette": True}, {"palette", "shared_palette"}),
        ({"weight": "images"}, {"weight", "shared_palette"}),
        ({"cluster": "local", "jobs": 2}, {"cluster", "jobs"}),
        ({"jobs": 0}, {"jobs"}),
        ({"memory": "x"}, {"memory"}),
        ({"min_saving": 101.0}, {"min_saving"}),
        (
            {"shared_palette": True, "per_frame_palette": True},
            {"shared_palette", "per_frame_palette"},
        ),
        ({"shared_palette": True, "max_lost": 0}, {"shared_palette", "max_lost"}),
        ({"background": "white", "alpha": "keep"}, {"background", "alpha"}),
        ({"k": 1, "pins": ("red", "blue")}, {"k", "pins"}),
        ({"max_colors": 5, "k": 3}, {"max_colors", "k"}),
        ({"min_psnr": 30.0, "per_frame_palette": True}, {"per_frame_palette", "k", "min_psnr"}),
        ({"engine": "sklearn", "dither": "bayer"}, {"engine", "objective", "dither"}),
    ],
)
def test_what_is_refused_names_its_options(changes, arguments):
    with pytest.raises(InvalidInputError) as refused:
        quantize_options(chosen(**changes))
    assert set(refused.value.arguments) == arguments


def test_others_replace_what_was_chosen():
    assert image_options({"effort": "fast", "more": 1}, k=3) == QuantizeOptions(3, effort="fast")
