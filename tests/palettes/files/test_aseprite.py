import base64
import struct
import zlib
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from palettefiles import damaged, palettes

from colorquant.palette import Palette
from colorquant.palettes.files.aseprite import is_aseprite, read_aseprite, write_aseprite
from colorquant.palettes.files.rows import palette_of

# indexed.aseprite of ase-parser 0.0.19 (JavaScript), which Aseprite wrote.
SPRITE = zlib.decompress(
    base64.b85decode(
        b"c-ni!#K7=iDI)^|BLgD`kYHd)VL%1~42+BrT7ZETAPH#yua9hCTiJkE42ank7|~Q&0Wk~6bs$Il|Np<k(kOk~-"
        b"fsJ8p$j}6414#VE9wr>40mGKk(m?_5KvK3G37yLMdp$D^XDspbSf|-ne`utxfq-hle5!{@=Nnl<guz?XYfg^Of6C{%"
        b"mZ>*6`&GKa5cc-s+jZkAUJRuCj49fj)RNBkjP@-XJ8Cw1lh)j-"
        b"L~_m8Jz<d7#vkNetx~bR_WS9*)*#enOV;=I^_c2{H6%p|5Wdmy~VZq$$LtG{h|M&vKJ-"
        b"yD%Vp2{tNz_|3dojqI!xQ!(@A`AqxPhb|3Q"
    )
)


def chunk(kind, content):
    return struct.pack("<IH", len(content) + 6, kind) + content


def new(size, first, *entries, last=None):
    """Return a palette chunk of entries, which are R, G, B, alpha, and perhaps a name."""
    last = first + len(entries) - 1 if last is None else last
    content = struct.pack("<III8x", size, first, last)
    for *color, name in (
        entry if isinstance(entry[-1], str) else (*entry, "") for entry in entries
    ):
        content += struct.pack("<HBBBB", bool(name), *color)
        content += struct.pack("<H", len(name.encode())) + name.encode() if name else b""
    return chunk(0x2019, content)


def old(kind, *packets):
    content = struct.pack("<H", len(packets))
    for skipped, *colors in packets:
        content += bytes([skipped, len(colors) % 256]) + b"".join(map(bytes, colors))
    return chunk(kind, content)


def sprite(*chunks, depth=32, transparent=0, after=b"", count=None):
    """Return a sprite of one frame; ``count`` are its fields for the number of chunks."""
    few, many = (len(chunks), len(chunks)) if count is None else count
    content = b"".join(chunks)
    frame = struct.pack("<IHHHHI", 16 + len(content), 0xF1FA, few, 100, 0, many) + content
    header = struct.pack("<IHHHHHIHIIB", 0, 0xA5E0, 1, 1, 1, depth, 1, 100, 0, 0, transparent)
    return header.ljust(128, b"\0") + frame + after


RED, GREEN = (255, 0, 0, 255), (0, 255, 0, 255)
SMALL = sprite(old(4, [0, (1, 2, 3)]), new(3, 0, (*RED, "red"), (1, 2, 3, 4), GREEN))


@given(st.one_of(palettes(channels=3, most=300), palettes(channels=4, most=300)))
def test_read_back(palette):
    data = write_aseprite(palette)
    assert is_aseprite(data)
    found = read_aseprite(data)
    # Where all is opaque, it has no alpha.
    opaque = palette.has_alpha and (palette.colors[:, 3] == 255).all()
    colors = palette.colors[:, :3] if opaque else palette.colors
    assert found.colors.tolist() == colors.tolist()
    assert found.names == palette.names


def test_the_largest_palette_reads_back():
    colors = np.arange(65_536 * 3).astype(np.uint8).reshape(-1, 3)
    palette = Palette(colors, np.zeros(65_536, np.int64))
    assert np.array_equal(read_aseprite(write_aseprite(palette)).colors, colors)


def test_a_written_sprite_is_whole():
    data = write_aseprite(palette_of([[1, 2, 3], [4, 5, 6]]))
    size, magic, frames, width, height, depth = struct.unpack("<IHHHHH", data[:14])
    assert (size, magic, frames, width, height, depth) == (len(data), 0xA5E0, 1, 1, 1, 32)
    length, magic, few, _, many = struct.unpack("<IHHHxxI", data[128:144])
    assert (length, magic, few, many) == (len(data) - 128, 0xF1FA, 4, 4)
    at, kinds = 144, []
    while at < len(data):
        length, kind = struct.unpack("<IH", data[at : at + 6])
        kinds.append(kind)
        cel = data[at + 6 : at + length]
        at += length
    assert (at, kinds) == (len(data), [0x2007, 0x2019, 0x2004, 0x2005])
    # A compressed cel on layer 0, of one pixel.
    assert struct.unpack("<HhhBHhxxxxxHH", cel[:20]) == (0, 0, 0, 255, 2, 0, 1, 1)
    assert zlib.decompress(cel[20:]) == bytes([1, 2, 3, 255])


def test_as_aseprite_writes_it():
    # The colors of the C64. The first stands for transparency.
    assert is_aseprite(SPRITE)
    found = read_aseprite(SPRITE)
    assert found.names is None
    assert "".join(color[1:7] for color in found.hex()) == (
        "000000ffffff88393267b6bd8b3f9655a04940318dbfce728b5429574200b8696250505078787894e0897869c4"
        "9f9f9f"
    )
    assert found.colors[:, 3].tolist() == [0] + [255] * 15


def test_names_and_alpha():
    found = read_aseprite(SMALL)
    assert found.colors.tolist() == [[*RED], [1, 2, 3, 4], [*GREEN]]
    assert found.names == ("red", "", "")


def test_chunks_change_parts_of_the_palette():
    found = read_aseprite(sprite(new(4, 1, RED, GREEN), new(3, 2, (9, 9, 9, 255))))
    assert found.colors.tolist() == [[0, 0, 0], [255, 0, 0], [9, 9, 9]]


def test_old_chunks_stand_in():
    found = read_aseprite(sprite(old(4, [1, (1, 2, 3)], [2, (4, 5, 6), (7, 8, 9)])))
    assert found.colors.tolist() == [[0] * 3, [1, 2, 3], [0] * 3, [0] * 3, [4, 5, 6], [7, 8, 9]]
    # Levels of 6 bits; what is larger is the largest.
    found = read_aseprite(sprite(old(0x11, [0, (0, 21, 63), (1, 62, 64)])))
    assert found.colors.tolist() == [[0, 85, 255], [4, 251, 255]]
    many = [(index, 0, 0) for index in range(256)]
    assert len(read_aseprite(sprite(old(4, [0, *many])))) == 256


@pytest.mark.parametrize("order", [1, -1])
def test_old_chunks_beside_a_new_one_do_not_count(order):
    chunks = [new(1, 0, RED), old(4, [0, (1, 2, 3), (4, 5, 6)])]
    assert read_aseprite(sprite(*chunks[::order])).hex() == ["#ff0000"]


@pytest.mark.parametrize(
    ("depth", "transparent", "alpha"),
    [(8, 0, [0, 255]), (8, 1, [255, 0]), (8, 2, None), (32, 0, None), (16, 1, None)],
)
def test_only_indexed_sprites_have_a_transparent_color(depth, transparent, alpha):
    found = read_aseprite(
        sprite(new(2, 0, (*RED, "a"), (*GREEN, "b")), depth=depth, transparent=transparent)
    )
    assert found.names == ("a", "b")
    assert found.has_alpha == (alpha is not None)
    if alpha:
        assert found.colors[:, 3].tolist() == alpha
        assert found.colors[transparent].tolist() == [0, 0, 0, 0]


def test_only_the_first_frame_counts():
    second = sprite(new(1, 0, GREEN))[128:]
    assert read_aseprite(sprite(new(1, 0, RED), after=second)).hex() == ["#ff0000"]


@pytest.mark.parametrize("count", [(2, 0), (0xFFFF, 2)])
def test_the_number_of_chunks_has_an_old_and_a_new_field(count):
    found = read_aseprite(sprite(chunk(0x2007, b""), new(1, 0, RED), count=count))
    assert found.hex() == ["#ff0000"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "does not begin as a sprite"),
        (SMALL[:127], "does not begin as a sprite"),
        (SMALL[:128], "it ends too early"),
        (SMALL[:-1], "it ends too early"),
        (SMALL[:128] + bytes(16), "its first frame does not begin as one"),
        (sprite(), "it has 0 colors"),
        (sprite(old(4)), "it has 0 colors"),
        (sprite(new(1, 0, RED), count=(0, 1 << 31)), "it ends too early"),
        (sprite(struct.pack("<IH", 5, 0x2004)), "it has a chunk of 5 bytes"),
        (sprite(struct.pack("<IH", 0xFFFFFFFF, 0x2004)), "it ends too early"),
        (sprite(new(65_537, 0, RED)), "it has a palette of 65,537 colors"),
        (sprite(new(0xFFFFFFFF, 0, RED)), "it has a palette of 4,294,967,295 colors"),
        (sprite(new(1, 0, RED, GREEN)), "it has a palette of 1 color, and changes 0 to 1"),
        (sprite(new(2, 1, last=0)), "it has a palette of 2 colors, and changes 1 to 0"),
        (sprite(new(65_536, 0, RED, last=65_535)), "it ends too early"),
        (sprite(old(4, [255, (0, 0, 0), (0, 0, 0)])), "old palette of more than 256 colors"),
        (sprite(chunk(4, b"\1\0\0\2" + bytes(5))), "it ends too early"),
    ],
)
def test_what_is_no_palette(data, told):
    with pytest.raises(ValueError, match=told):
        read_aseprite(data)


def test_names_have_an_end():
    longest = palette_of([[0, 0, 0]], ["ä" * 32_767])
    assert read_aseprite(write_aseprite(longest)).names == longest.names
    with pytest.raises(ValueError, match="holds names of up to 65,535 bytes of UTF-8"):
        write_aseprite(palette_of([[0, 0, 0]], ["ä" * 32_768]))


@given(st.one_of(damaged(SMALL), damaged(SPRITE)))
def test_damaged(data):
    # Any other error fails.
    with suppress(ValueError):
        assert isinstance(read_aseprite(data), Palette)
