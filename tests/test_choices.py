"""The names of options are those of the classes that hold them."""

from dataclasses import fields
from typing import Unpack, get_type_hints

import pytest

import colorquant
from colorquant.choices import FileChanges, OptionChanges, require_known
from colorquant.entries import EntryOptions
from colorquant.errors import InvalidInputError
from colorquant.look import LookOptions
from colorquant.options import QuantizeOptions
from colorquant.reading import ReadingOptions
from colorquant.search import SearchOptions
from colorquant.shaping import ShapingOptions
from colorquant.writing import WritingOptions


def names(*kinds):
    return {each.name for kind in kinds for each in fields(kind)}


def test_every_option_has_its_name():
    parts = {"search", "entries", "look", "shaping", "reading"}
    kinds = (SearchOptions, EntryOptions, LookOptions, ShapingOptions, ReadingOptions)
    flat = names(QuantizeOptions, *kinds) - parts
    assert set(get_type_hints(OptionChanges)) == flat
    assert set(get_type_hints(FileChanges)) == flat | names(WritingOptions)


def test_types_are_those_of_the_classes():
    named = get_type_hints(FileChanges)
    kinds = (SearchOptions, EntryOptions, LookOptions, ShapingOptions, ReadingOptions)
    # Colors and depths may be written in other ways than they are stored.
    accepted = {"background", "pins", "depth"}
    for kind in (*kinds, WritingOptions):
        for name, annotation in get_type_hints(kind).items():
            assert name in accepted or named[name] == annotation, name
    for call in (colorquant.quantize, QuantizeOptions.changed):
        assert get_type_hints(call)["changes"] == Unpack[OptionChanges]
    assert get_type_hints(colorquant.quantize_file)["changes"] == Unpack[FileChanges]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("colors", "did you mean k"),
        ("efort", "did you mean effort"),
        ("dithering", "did you mean dither"),
        ("x", "there are k, engine, "),
    ],
)
def test_other_names_are_refused(name, hint):
    require_known({"k": 3, "seed": 1}, OptionChanges)
    with pytest.raises(InvalidInputError, match=f"there is no option '{name}'; {hint}"):
        require_known({"k": 3, name: 1}, OptionChanges)
