import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from colorquant.color import names
from colorquant.color.names import nearest_names
from colorquant.csscolors import NAMES


def test_every_named_color_has_its_own_name():
    colors = np.array([list(number.to_bytes(3, "big")) for number in NAMES.values()], np.uint8)
    found = nearest_names(colors)
    assert [NAMES[name] for name in found] == list(NAMES.values())
    twice = {number for number in NAMES.values() if list(NAMES.values()).count(number) > 1}
    chosen = {NAMES[name]: name for name in found}
    assert {chosen[number] for number in twice} == {
        *("aqua", "fuchsia", "gray", "darkgray", "dimgray", "lightgray"),
        *("slategray", "darkslategray", "lightslategray"),
    }


def test_the_nearest_is_that_of_the_formula(noise, monkeypatch):
    colors = noise.reshape(-1, 3)[:200]
    # In several bands.
    monkeypatch.setattr(names, "_BAND", 64)
    found = nearest_names(colors)
    known = np.array([list(number.to_bytes(3, "big")) for number in NAMES.values()], np.uint8)
    apart = deltaE_ciede2000(rgb2lab(colors)[:, None], rgb2lab(known)[None])
    own = apart[np.arange(200), [list(NAMES).index(name) for name in found]]
    assert own == pytest.approx(apart.min(axis=1), abs=1e-3)


def test_what_is_fully_transparent_is_named_so():
    colors = np.array([[255, 0, 0, 0], [255, 0, 0, 1]], np.uint8)
    assert nearest_names(colors) == ["transparent", "red"]
