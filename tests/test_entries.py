import pickle

import pytest

from colorquant.checks import check_pin
from colorquant.choices import DEPTHS
from colorquant.entries import EntryOptions
from colorquant.errors import InvalidInputError


def test_pins_become_different_numbers():
    entries = EntryOptions(pins=["red", (1, 2, 3), "#f00", "rgb(1, 2, 3)"])
    assert entries.pins == ((255, 0, 0), (1, 2, 3))
    assert EntryOptions().pins == ()
    assert pickle.loads(pickle.dumps(entries)) == entries


def test_one_pin_with_alpha_gives_all_alpha():
    entries = EntryOptions(pins=["#102030", "#ff000080", (7, 8, 9, 0), "transparent"])
    assert entries.pins == ((16, 32, 48, 255), (255, 0, 0, 128), (0, 0, 0, 0))


@pytest.mark.parametrize("pins", ["red", 7, None, {"no color"}, [None], [(1, 2)], [(1, 2, 256)]])
def test_what_are_no_pins(pins):
    with pytest.raises(InvalidInputError, match="pins must be"):
        EntryOptions(pins=pins)


@pytest.mark.parametrize(
    ("depth", "bits"), [(None, (8, 8, 8)), ("rgb565", (5, 6, 5)), (3, (3,) * 3)]
)
def test_bits_of_a_depth(depth, bits):
    assert EntryOptions(depth=depth).bits == bits


@pytest.mark.parametrize("depth", [0, 9, True, "rgb566", 5.0, ""])
def test_what_is_no_depth(depth):
    with pytest.raises(InvalidInputError, match="depth must be one of rgb565"):
        EntryOptions(depth=depth)


@pytest.mark.parametrize("depth", DEPTHS)
def test_pins_must_have_the_depth(depth):
    """The bits of a level are repeated until there are eight."""
    for channel, bits in enumerate(DEPTHS[depth]):
        levels = {int((f"{value:0{bits}b}" * 8)[:8], 2) for value in range(1 << bits)}
        for level in range(256):
            pin = [0, 0, 0]
            pin[channel] = level
            if level in levels:
                assert EntryOptions(pins=[pin], depth=depth).pins == (tuple(pin),)
            else:
                with pytest.raises(InvalidInputError, match="no color of depth"):
                    EntryOptions(pins=[pin], depth=depth)


@pytest.mark.parametrize(("name", "value"), [("order", "dark"), ("drop_unused", 1)])
def test_other_values_that_cannot_be(name, value):
    with pytest.raises(InvalidInputError, match=f"{name} must be"):
        EntryOptions(**{name: value})


def test_a_pin_alone():
    assert check_pin("pin", "#01020304") == (1, 2, 3, 4)
    with pytest.raises(InvalidInputError, match="pin must be colors like"):
        check_pin("pin", "nothing")
