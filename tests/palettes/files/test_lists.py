import pytest

from colorquant.palettes.files.lists import (
    is_hex,
    is_paintnet,
    read_hex,
    read_paintnet,
    write_hex,
    write_paintnet,
)
from colorquant.palettes.files.rows import palette_of


def test_hex_as_lospec_writes_it():
    data = b"574368\r\n8584b0\r\n"
    assert read_hex(data).colors.tolist() == [[0x57, 0x43, 0x68], [0x85, 0x84, 0xB0]]


def test_hex_with_marks_alpha_and_blank_lines():
    data = b"\xef\xbb\xbf\n#010203\n\n 0A0B0C0D \n"
    assert read_hex(data).colors.tolist() == [[1, 2, 3, 255], [10, 11, 12, 13]]


def test_paintnet_as_lospec_and_paintnet_write_it():
    data = b";paint.net Palette File\r\n;Colors: 2\r\nFF574368\r\n008584B0 ; clear\r\n8584B0\r\n"
    assert read_paintnet(data).colors.tolist() == [
        [0x57, 0x43, 0x68, 255],
        [0x85, 0x84, 0xB0, 0],
        [0x85, 0x84, 0xB0, 255],
    ]
    assert read_paintnet(b"; all\nFF574368\n").colors.tolist() == [[0x57, 0x43, 0x68]]


def test_what_is_written():
    opaque, clear = palette_of([[1, 2, 3]]), palette_of([[1, 2, 3, 10]])
    assert write_hex(opaque) == b"010203\n"
    assert write_hex(clear) == b"#0102030a\n"
    assert write_paintnet(opaque).splitlines()[-1] == b"FF010203"
    assert write_paintnet(clear).splitlines()[-1] == b"0A010203"


@pytest.mark.parametrize(
    ("data", "fits_hex", "fits_paintnet"),
    [
        (b"010203\n", True, False),
        (b"#010203\n", True, False),
        (b"#01020304\n", True, False),
        (b"01020304\n", True, True),
        (b"; a\n010203\n", False, True),
        (b"; a\n#010203\n", False, False),
        (b"01020304 ; a\n", False, True),
        (b"010203\nred\n", False, False),
        (b"0102\n", False, False),
        (b"", False, False),
        (b"010203\n" * 9999, True, False),
        (b"f" * 9999, False, False),
    ],
)
def test_what_begins_so(data, fits_hex, fits_paintnet):
    assert is_hex(data) is fits_hex
    assert is_paintnet(data) is fits_paintnet


@pytest.mark.parametrize("line", ["red", "#fff", "0102030", "0x010203", "010203,", "a" * 99])
def test_what_is_damaged(line):
    with pytest.raises(ValueError, match=f"'{line[:40]}' is not rrggbb or rrggbbaa"):
        read_hex(f"010203\n{line}\n".encode())
    with pytest.raises(ValueError, match=f"'{line[:40]}' is not AARRGGBB"):
        read_paintnet(f"010203\n{line}\n".encode())


@pytest.mark.parametrize("read", [read_hex, read_paintnet])
def test_none_or_too_many(read):
    with pytest.raises(ValueError, match="it has 0 colors"):
        read(b"\n")
    with pytest.raises(ValueError, match="it has more than 65,536 colors"):
        read(b"010203\n" * 65_537)
