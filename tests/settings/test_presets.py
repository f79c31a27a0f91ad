"""Presets: that each is one the command can follow, and how one is found."""

import pytest
from helpers import run
from pages import rows, section
from PIL import Image

from colorquant.errors import InvalidInputError
from colorquant.settings.presets import PRESETS, preset_named


@pytest.mark.parametrize("name", PRESETS)
def test_each_does_what_it_is_for(name, photo, monkeypatch):
    monkeypatch.chdir(photo.parent)
    # The photo is small enough that its result may be larger, which the preset for the web refuses.
    done = run("photo.png", "--preset", name, "-o", "out.png", "--no-skip-if-larger")
    assert (done.exit_code, done.stderr) == (0, "")
    with Image.open("out.png") as image:
        colors = len(image.getcolors())
    most = PRESETS[name].get("colors")
    assert 1 < colors <= (most if isinstance(most, int) else 256)


def test_the_documentation_has_what_they_set():
    told = {
        cells[0].strip("`"): cells[2] for cells in rows(section("docs/settings.md", "Presets"))[2:]
    }

    def shown(key, value):
        return f"`{key}`" if value is True else f"`{key} {value}`"

    expected = {
        name: ", ".join(shown(key, value) for key, value in preset.items())
        for name, preset in PRESETS.items()
    }
    assert told == expected


def test_own_ones_come_first():
    assert preset_named("web", {}) == PRESETS["web"]
    assert preset_named("web", {"web": {"colors": 3}}) == {"colors": 3}
    assert preset_named("mine", {"mine": {}}) == {}


def test_an_unknown_one_is_refused_with_the_one_that_is_meant():
    with pytest.raises(InvalidInputError, match="no preset 'phto'; did you mean 'photo'"):
        preset_named("phto", {})
    with pytest.raises(InvalidInputError, match=r"no preset 'x'; there are photo, .*, mine"):
        preset_named("x", {"mine": {}})
