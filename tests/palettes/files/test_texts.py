import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colorquant.palette import Palette
from colorquant.palettes.files.formats import FORMATS
from colorquant.palettes.files.rows import palette_of
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


TEXTS = {
    kind.name: kind
    for kind in FORMATS
    if kind.name in {"json", "gpl", "jasc", "riff", "csv", "css", "scss", "paintnet", "hex"}
}
NAMED = st.text(max_size=300).filter(lambda name: not name.startswith("color-"))


@st.composite
def palettes(draw):
    channels = draw(st.sampled_from([3, 4]))
    row = st.lists(st.integers(0, 255), min_size=channels, max_size=channels)
    rows = draw(st.lists(row, min_size=1, max_size=20))
    names = draw(st.lists(NAMED, min_size=len(rows), max_size=len(rows)) | st.none())
    return palette_of(rows, names)


def opaque(palette):
    return Palette(palette.colors[:, :3].copy(), palette.counts, palette.names)


@pytest.mark.slow
@pytest.mark.parametrize("kind", TEXTS.values(), ids=TEXTS)
@given(palette=palettes())
def test_colors_come_back_whatever_the_name_of_the_file(kind, palette):
    if kind.alpha == "none":
        palette = opaque(palette)
    data = kind.write(palette)
    assert next(each for each in FORMATS if each.is_one(data)).read == kind.read
    found = kind.read(data)
    if kind.name == "paintnet" and found.colors.shape != palette.colors.shape:
        assert set(palette.colors[:, 3].tolist()) == {255}
        palette = opaque(palette)
    assert found.colors.tolist() == palette.colors.tolist()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["json", "csv", "gpl"])
@given(palette=palettes())
def test_names_come_back(name, palette):
    expected = names_of(palette)
    if name == "gpl":
        codes = [code[1:] for code in palette.hex()]
        saying = [
            each != "Untitled" and each.lower().removeprefix("#") != code
            for each, code in zip(expected, codes, strict=True)
        ]
        expected = [each * says for each, says in zip(expected, saying, strict=True)]
    assert names_of(TEXTS[name].read(TEXTS[name].write(palette))) == expected


@pytest.mark.parametrize("name", ["css", "scss"])
@given(
    names=st.lists(st.from_regex(r"[a-z][a-z0-9]{0,9}", fullmatch=True), unique=True, min_size=1)
)
def test_names_that_are_identifiers_come_back(name, names):
    palette = palette_of([[1, 2, 3]] * len(names), names)
    assert TEXTS[name].read(TEXTS[name].write(palette)).names == tuple(names)


def refusal(kind, data):
    """Return why a file is refused; empty if it is read."""
    kind.is_one(data)
    try:
        assert len(kind.read(data)) > 0
    except ValueError as error:
        return str(error)
    return ""


@pytest.mark.slow
@pytest.mark.parametrize("kind", TEXTS.values(), ids=TEXTS)
@given(palette=palettes(), data=st.data())
def test_damaged_files_are_palettes_or_refused(kind, palette, data):
    whole = kind.write(opaque(palette) if kind.alpha == "none" else palette)
    at = data.draw(st.integers(0, len(whole)))
    more = data.draw(
        st.binary(max_size=9) | st.sampled_from([b'"', b",", b"\r", b"#", b"9", b"/*"])
    )
    damaged = whole[:at] + more + whole[at + data.draw(st.integers(0, 99)) :]
    for each in TEXTS.values():
        said = refusal(each, damaged)
        assert len(said) < 150
        assert said.isprintable()


@pytest.mark.slow
@pytest.mark.parametrize("kind", TEXTS.values(), ids=TEXTS)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_a_palette_or_refused(kind, data):
    assert refusal(kind, data).isprintable()
