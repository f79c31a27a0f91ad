import io
import warnings

import numpy as np
import pytest
from gifs import control, frame, gif
from hypothesis import given
from hypothesis import strategies as st
from palettefiles import damaged, palettes
from PIL import Image
from pngs import COLOR, COLOR_ALPHA, INDEXED, apng, chunk, chunks_of, png

from colorquant.errors import ColorquantWarning, ImageReadError, InvalidInputError, NotAnImageError
from colorquant.palette import Palette
from colorquant.palettes.files.picture import is_picture, read_picture, write_picture
from colorquant.palettes.files.rows import palette_of

COLORS = [(9, 8, 7), (1, 2, 3), (255, 0, 255), (1, 2, 3)]


def plte(colors):
    return chunk(b"PLTE", b"".join(map(bytes, colors)))


def different(k):
    """Return k different colors in no order."""
    keys = np.random.default_rng(k).permutation(1 << 20)[:k].astype(">u4")
    return np.ascontiguousarray(keys.view(np.uint8).reshape(-1, 4)[:, 1:])


def noise(k):
    return Palette(different(k), np.zeros(k, np.int64))


@given(st.one_of(palettes(channels=3, most=256), palettes(channels=4, most=256)))
def test_a_strip_reads_back(palette):
    data = write_picture(palette)
    assert is_picture(data)
    found = read_picture(data)
    expected = palette.colors.copy()
    if palette.has_alpha:
        expected[expected[:, 3] == 0] = 0
        if (expected[:, 3] == 255).all():
            expected = expected[:, :3]
    assert found.colors.tolist() == expected.tolist()


@pytest.mark.parametrize("k", [1, 2, 3, 16, 17, 256])
def test_a_strip_is_an_indexed_png_of_one_row(k):
    palette = noise(k)
    with Image.open(io.BytesIO(write_picture(palette))) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "P", (k, 1))
        assert np.array_equal(np.asarray(image), [range(k)])
        assert np.array_equal(np.reshape(image.getpalette(), (-1, 3)), palette.colors)


@pytest.mark.parametrize("k", [257, 65_536])
def test_a_strip_of_many_colors_is_true_color(k):
    palette = noise(k)
    data = write_picture(palette)
    with Image.open(io.BytesIO(data)) as image:
        assert (image.mode, image.size) == ("RGB", (k, 1))
    assert np.array_equal(read_picture(data).colors, palette.colors)


@pytest.mark.parametrize("k", [1, 15, 16, 17, 40, 300])
@pytest.mark.parametrize("swatch", [2, 5])
def test_larger_swatches_stand_in_rows_of_16(k, swatch):
    palette = noise(k)
    data = write_picture(palette, swatch)
    with Image.open(io.BytesIO(data)) as image:
        pixels = np.asarray(image.convert("RGB"))
    columns, rows = min(k, 16), -(-k // 16)
    assert pixels.shape == (rows * swatch, columns * swatch, 3)
    for place in range(rows * columns):
        y, x = divmod(place, columns)
        square = pixels[y * swatch : (y + 1) * swatch, x * swatch : (x + 1) * swatch]
        assert (square == palette.colors[min(place, k - 1)]).all()
    assert np.array_equal(read_picture(data).colors, palette.colors)


def test_a_picture_has_a_largest_size():
    with pytest.raises(InvalidInputError, match="swatch 64 makes a picture of more than") as caught:
        write_picture(noise(65_536), 64)
    assert caught.value.arguments == ("swatch",)


@pytest.mark.parametrize(("bits", "k"), [(1, 1), (1, 2), (2, 3), (4, 9), (8, 17), (8, 200)])
def test_an_indexed_png_has_all_its_colors(bits, k):
    colors = different(k)
    image = np.full((2, 3), k - 1, np.uint8)
    found = read_picture(png(image, bits, INDEXED, plte(colors)))
    assert found.colors.tolist() == colors.tolist()
    some = read_picture(png(image, bits, INDEXED, plte(colors), chunk(b"tRNS", b"\x80")))
    alpha = [128] + [255] * (k - 1)
    assert some.colors.tolist() == [
        [*row, a] for row, a in zip(colors.tolist(), alpha, strict=True)
    ]


def test_fully_transparent_colors_are_all_alike():
    image = np.zeros((1, 1), np.uint8)
    found = read_picture(png(image, 2, INDEXED, plte(COLORS), chunk(b"tRNS", b"\0\7\0")))
    assert found.colors.tolist() == [[0] * 4, [1, 2, 3, 7], [0] * 4, [1, 2, 3, 255]]


def test_a_gif_has_all_its_colors():
    still = gif((2, 1), frame([[2, 0]]), table=COLORS)
    assert read_picture(still).colors.tolist() == list(map(list, COLORS))
    clear = gif((2, 1), control(transparent=1), frame([[2, 0]]), table=COLORS)
    expected = [[*color, 255] for color in COLORS]
    expected[1] = [0] * 4
    assert read_picture(clear).colors.tolist() == expected


@pytest.mark.parametrize("kind", ["BMP", "TGA"])
def test_other_indexed_images(kind):
    image = Image.new("P", (3, 1))
    image.putpalette(bytes(range(12)))
    image.putdata([2, 0, 2])
    stream = io.BytesIO()
    image.save(stream, kind)
    assert read_picture(stream.getvalue()).colors.tolist() == np.arange(12).reshape(4, 3).tolist()


def test_the_first_frame_counts():
    frames = [np.full((1, 2, 3), level, np.uint8) for level in (7, 9)]
    moving = apng([(each, {}) for each in frames], 8, COLOR)
    assert read_picture(moving).hex() == ["#070707"]
    first = frame([[0, 1]], table=COLORS[:2])
    second = frame([[0, 1]], table=COLORS[2:])
    assert read_picture(gif((2, 1), first, second)).hex() == ["#090807", "#010203"]


def test_colors_come_as_they_appear():
    rows = np.array([[[5, 5, 5], [1, 1, 1]], [[5, 5, 5], [0, 0, 0]]], np.uint8)
    assert read_picture(png(rows, 8, COLOR)).hex() == ["#050505", "#010101", "#000000"]
    rows = np.array([[[5, 5, 5, 9], [1, 1, 1, 0]], [[5, 5, 5, 8], [2, 2, 2, 0]]], np.uint8)
    found = read_picture(png(rows, 8, COLOR_ALPHA))
    assert found.hex() == ["#05050509", "#00000000", "#05050508"]


def test_colors_come_as_they_appear_in_large_images():
    colors = different(65_536)
    # More than is looked at in one go, all colors several times.
    order = np.random.default_rng(1).integers(0, len(colors), 600_000)
    order[:65_536] = np.arange(65_536)
    image = png(colors[order].reshape(600, 1000, 3), 8, COLOR)
    assert np.array_equal(read_picture(image).colors, colors)


def test_too_many_colors():
    pixels = different(65_537)[None]
    with pytest.raises(ValueError, match="the image has more than 65,536 colors"):
        read_picture(png(pixels, 8, COLOR))


def test_what_is_no_picture():
    assert not any(map(is_picture, [b"", b"GIMP Palette\n", b'{"version": 1}', bytes(772)]))
    with pytest.raises(NotAnImageError):
        read_picture(b"GIMP Palette\n")


def test_names_are_left_out():
    data = write_picture(palette_of([[1, 2, 3]], ["a"]))
    assert [kind for kind, _ in chunks_of(data)] == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]


@given(
    st.one_of(
        damaged(write_picture(palette_of([[*color, 77] for color in COLORS]))),
        damaged(gif((2, 1), frame([[2, 0]]), table=COLORS)),
    )
)
def test_damaged(data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ColorquantWarning)
        try:
            found = read_picture(data)
        except ImageReadError:
            return
    assert isinstance(found, Palette)
