import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colorquant.models import Palette
from colorquant.palettes.files.texts import (
    Colors,
    clean,
    first_lines,
    hex_row,
    lines_of,
    names_of,
    shown,
    start_of,
    text_of,
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding):
    assert text_of("Höhe 青".encode(encoding)) == "Höhe 青"


def test_bytes_that_are_not_utf_8_are_latin_1():
    assert text_of("Höhe".encode("latin-1")) == "Höhe"


def test_what_is_not_text():
    with pytest.raises(ValueError, match="it is not text"):
        text_of(b"a\0b")
    assert start_of(b"a\0b") == ""


def test_lines():
    assert list(lines_of(b"\n a\tb\r\nc\rd\x0be\n\n")) == ["a\tb", "c", "d\x0be"]
    with pytest.raises(ValueError, match="a line of more than 4,096 characters"):
        list(lines_of(b"a\n" + b"b" * 4097))


def test_first_lines_are_whole():
    assert first_lines(b"\n a\r\n\r\nbc") == ["a", "bc"]
    assert first_lines(b"abcd\n" * 1000) == ["abcd"] * 819
    assert first_lines(b"a" * 5000) == []


@given(st.text())
def test_clean_names_break_no_line_and_stay(name):
    found = clean(name)
    assert clean(found) == found
    assert len(found.splitlines()) <= 1
    found.encode()


def test_names_of_colors():
    colors = np.zeros((2, 3), np.uint8)
    counts = np.zeros(2, np.int64)
    assert names_of(Palette(colors, counts)) == ["", ""]
    assert names_of(Palette(colors, counts, (" a\nb", ""))) == ["a b", ""]
    assert clean("a" * 256) == "a" * 255


def test_hex_row():
    assert hex_row("#0aB1ff") == hex_row("0aB1ff") == [10, 177, 255]
    assert hex_row("0aB1ff80") == [10, 177, 255, 128]
    assert [hex_row(text) for text in ("", "#fff", "0ab1fff", "##0ab1ff", "0ab1fg")] == [None] * 5


def test_what_messages_show_is_short_and_printable():
    assert shown("a\x1b" + "b" * 100) == repr("a\x1b" + "b" * 38)
    assert shown(10**100) == "1" + "0" * 39
    assert [shown(value) for value in ([1], {}, True)] == ["a list", "an object", "True"]


def test_colors_are_no_more_than_a_palette_has():
    colors = Colors()
    for _ in range(65_536):
        colors.add([1, 2, 3])
    assert len(colors) == len(colors.palette()) == 65_536
    with pytest.raises(ValueError, match="more than 65,536 colors"):
        colors.add([1, 2, 3])
    with pytest.raises(ValueError, match="it has 0 colors"):
        Colors().palette()
