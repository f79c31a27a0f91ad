"""Bars, as they appear on stderr."""

import re
import sys

import pytest

import colorquant
from colorquant.errors import InvalidInputError
from colorquant.options import QuantizeOptions
from colorquant.pipeline.bar import counted_bar, stages


def test_a_bar_shows_the_stages(capsys):
    # Colors, palette and mapping take 0.45, 2 + 0.03 * 200 and 0.2 seconds.
    with stages(QuantizeOptions(200, effort="best"), wanted=True) as observer:
        observer("colors", 0.0)
        observer("palette", 0.5)
    said = capsys.readouterr().err
    assert f"palette: {100 * 4.45 / 8.65:3.0f}%" in said
    assert re.search(r"\| 00:00, \S+ left", said)
    assert said.rstrip().rpartition("palette: ")[2].startswith("100%")


def test_none_is_shown_that_is_not_wanted(noise, capsys):
    with stages(QuantizeOptions(), wanted=False) as observer:
        assert observer is None
    items = [1, 2]
    assert counted_bar(items, 2, wanted=False) is items
    colorquant.quantize(noise, k=2, effort="fast")
    assert capsys.readouterr().err == ""
    colorquant.quantize(noise, k=2, effort="fast", progress=True)
    assert "map: 100%" in capsys.readouterr().err


def test_items_are_counted(capsys):
    assert list(counted_bar([1, 2], 2, wanted=True)) == [1, 2]
    assert "2/2" in capsys.readouterr().err


def test_only_true_and_false_are_answers():
    with (
        pytest.raises(InvalidInputError, match="progress must be"),
        stages(QuantizeOptions(), wanted=2),
    ):
        pass


def test_a_bar_ends_with_an_error(capsys):
    with pytest.raises(KeyError), stages(QuantizeOptions(), wanted=True):  # noqa: PT012
        print("work", file=sys.stderr)
        raise KeyError
    assert "100%" not in capsys.readouterr().err
