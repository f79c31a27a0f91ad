"""Layers: which values hold, and which give way."""

from pathlib import Path

import pytest

from colorquant.errors import InvalidInputError
from colorquant.settings.files import Settings
from colorquant.settings.layers import Key, Layer, Layers, layers_of


def whole(value, _settings):
    if type(value) is not int:
        raise ValueError(f"{value!r} is not whole")
    return value


KEYS = {
    "colors": Key("k", False, whole),
    "seed": Key("seed", False, whole),
    "min-psnr": Key("min_psnr", False, whole),
    "in-place": Key("in_place", True, lambda value, _: value),
    "perceptual": Key("objective", False, lambda value, _: "perceptual"),
    "objective": Key("objective", False, lambda value, _: value),
}


def settings(values, found=True, **presets):
    return Settings(Path("x.toml").absolute(), found, values, presets)


def test_higher_layers_win():
    layers = Layers([Layer("low", {"a": 1, "b": 2}), Layer("high", {"b": 3})])
    assert layers.values == {"a": 1, "b": 3}
    assert [layers.source(name) for name in "abc"] == ["low", "high", None]
    assert layers.told([], {"a": "x-a", "b": "b"}) == ["from low: x-a = 1", "from high: b = 3"]
    assert layers.told(["a"], {"a": "a", "b": "b"}) == ["from high: b = 3"]
    assert layers.told([], {"a": "a"}) == ["from low: a = 1"]
    assert layers.gone == []


def test_lower_ones_of_what_excludes_each_other_give_way():
    layers = Layers([Layer("low", {"a": 1, "b": 2}), Layer("high", {"c": 3})])
    # Within one layer they exclude each other still.
    assert not layers.give_way(["a", "b"], [])
    # A default is below all layers, and cannot exclude.
    assert not layers.give_way(["a", "other"], [])
    assert layers.give_way(["a", "c"], [])
    assert layers.values == {"b": 2, "c": 3}
    assert layers.gone == [("a", 1, "low")]
    assert layers.source("a") is None
    assert not layers.give_way(["a", "c"], [])
    # What needs one that gave way gives way, too.
    assert layers.give_way(["b", "a"], [])
    assert layers.values == {"c": 3}
    assert layers.give_way(["c", "d"], ["d"])
    assert layers.values == {}


def test_what_is_typed_never_gives_way():
    layers = Layers([Layer("low", {"a": 1})])
    assert not layers.give_way(["a", "b"], ["a", "b"])
    assert layers.values == {"a": 1}


def test_a_preset_of_the_command_is_above_the_file_and_that_of_the_file_below_it():
    file = settings({"preset": "own", "seed": 1}, own={"seed": 2, "colors": 3}, top={"seed": 4})
    layers = layers_of(file, None, KEYS)
    assert layers.values == {"k": 3, "seed": 1}
    assert layers.source("k") == "preset own of x.toml"
    layers = layers_of(file, "top", KEYS)
    assert layers.values == {"k": 3, "seed": 4}
    assert [layers.source(name) for name in ("k", "seed")] == ["preset own of x.toml", "preset top"]


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (settings({"colour": 1}), r"x\.toml: there is no key 'colour'; did you mean 'colors'\?"),
        (settings({"min_psnr": 1}), "there is no key 'min_psnr'; did you mean 'min-psnr'"),
        (settings({"zzz": 1}), "there is no key 'zzz'$"),
        (settings({"a\nb": 1}), r"there is no key 'a\\+nb'$"),
        (settings({"no-seed": True}), "there is no key 'no-seed'; write seed = false"),
        (settings({"colors": "x"}), r"x\.toml: colors: 'x' is not whole"),
        (settings({"in-place": True}), r"x\.toml: in-place: a file that is found may not set"),
        (settings({}, own={"in-place": True}), "x.toml: preset own: in-place: a file that is"),
        (settings({}, own={"preset": "own"}), "x.toml: preset own: there is no key 'preset'"),
        (settings({"perceptual": True, "objective": "mse"}), "objective: another key sets"),
        (settings({"preset": 3}), r"x\.toml: preset: it is not a name"),
        (settings({"preset": "no"}), r"x\.toml: preset: there is no preset 'no'"),
    ],
)
def test_what_is_refused(file, message):
    with pytest.raises(InvalidInputError, match=message) as refused:
        layers_of(file, None, KEYS)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_named_may_set_more():
    assert layers_of(settings({"in-place": True}, found=False), None, KEYS).values == {
        "in_place": True
    }
