"""GIF files made by hand, and what browsers show of them."""

import io

import gifs
import numpy as np
import pytest
from PIL import Image

from colorquant.errors import ImageReadError, InvalidInputError
from colorquant.images.reading.gif import GifFile
from colorquant.images.source import Source
from colorquant.reading import ReadingOptions

RED, GREEN, BLUE, DARK = (255, 0, 0), (0, 255, 0), (0, 0, 255), (9, 9, 9)
TABLE = [RED, GREEN, BLUE, DARK]
LOCAL = [(250, 250, 0), (0, 250, 250), (250, 0, 250), (77, 88, 99)]
CLEAR = (0, 0, 0, 0)
MOST = 99


def whole(index, width=4, height=4):
    return [[index] * width] * height


def shown(data):
    """Return the frames as lists of colors with alpha, and the durations."""
    file = GifFile(io.BytesIO(data), MOST)
    frames = list(file.rasters())
    return [pixels for pixels, _ in frames], [duration for _, duration in frames]


def opaque(color):
    return (*color, 255)


def expect(pixels, width, height, default, parts=()):
    expected = np.empty((height, width, 4), np.uint8)
    expected[:] = default
    for (x, y, w, h), color in parts:
        expected[y : y + h, x : x + w] = color
    np.testing.assert_array_equal(pixels, expected)


@pytest.mark.parametrize("background", [0, 1, 3])
@pytest.mark.parametrize("tables", ["global", "local"])
@pytest.mark.parametrize("transparent", [None, 2])
def test_a_first_frame_smaller_than_the_screen(transparent, tables, background):
    table = {"local": LOCAL}.get(tables)
    data = gifs.gif(
        (8, 6),
        gifs.control(transparent=transparent),
        gifs.frame([[0, 2], [2, 0]], (3, 1), table),
        table=TABLE if tables == "global" else None,
        background=background,
    )
    own = LOCAL if tables == "local" else TABLE
    (pixels,), _ = shown(data)
    other = CLEAR if transparent else opaque(own[2])
    expect(
        pixels,
        8,
        6,
        CLEAR,
        [((3, 1, 2, 2), other), ((3, 1, 1, 1), opaque(own[0])), ((4, 2, 1, 1), opaque(own[0]))],
    )
    with Source(data, ReadingOptions()) as source:
        np.testing.assert_array_equal(source.first().pixels, pixels)


@pytest.mark.parametrize("local", [False, True])
@pytest.mark.parametrize("transparent", [None, 3])
def test_disposal(transparent, local):
    table = LOCAL if local else None
    own = LOCAL if local else TABLE
    data = gifs.gif(
        (4, 4),
        gifs.control(0, 1),
        gifs.frame(whole(0)),
        gifs.control(2, 2, transparent),
        gifs.frame(whole(1, 2, 4), (0, 0), table),  # Cleared afterwards.
        gifs.control(3, 3, transparent),
        gifs.frame(whole(2, 2, 2), (1, 1), table),  # Restored to what was before.
        gifs.control(1, 4, transparent),
        gifs.frame(whole(1, 1, 1), (3, 3), table),
        gifs.control(4, 5),
        gifs.frame(whole(2, 1, 1), (0, 3)),  # An old way to write 3.
        gifs.control(7, 6),
        gifs.frame(whole(3, 1, 1), (3, 0)),  # Nothing known: stays.
        gifs.frame(whole(0, 1, 1), (2, 0)),
        table=TABLE,
    )
    pixels, durations = shown(data)
    cyan, third = opaque(own[1]), opaque(own[2])
    left, corner = ((0, 0, 2, 4), CLEAR), ((3, 3, 1, 1), cyan)
    expect(pixels[0], 4, 4, opaque(RED))
    expect(pixels[1], 4, 4, opaque(RED), [((0, 0, 2, 4), cyan)])
    expect(pixels[2], 4, 4, opaque(RED), [left, ((1, 1, 2, 2), third)])
    expect(pixels[3], 4, 4, opaque(RED), [left, corner])
    expect(pixels[4], 4, 4, opaque(RED), [left, corner, ((0, 3, 1, 1), opaque(BLUE))])
    expect(pixels[5], 4, 4, opaque(RED), [left, corner, ((3, 0, 1, 1), opaque(DARK))])
    expect(pixels[6], 4, 4, opaque(RED), [left, corner, ((3, 0, 1, 1), opaque(DARK))])
    assert durations == [10, 20, 30, 40, 50, 60, None]


@pytest.mark.parametrize(("repeats", "plays"), [(None, 1), (0, 0), (2, 3)])
@pytest.mark.parametrize("name", [b"NETSCAPE2.0", b"ANIMEXTS1.0"])
@pytest.mark.parametrize("late", [False, True])
def test_how_often_it_is_played(repeats, plays, name, late):
    loop = b"" if repeats is None else gifs.loop(repeats, name)
    frames = [gifs.frame(whole(0)), gifs.frame(whole(1))]
    frames.insert(int(late), loop)
    data = gifs.gif((4, 4), *frames, table=TABLE)
    with Source(data, ReadingOptions()) as source:
        assert (source.frames, source.plays) == (2, plays)


def test_interlaced_rows():
    rows = [[index % 4] * 3 for index in range(11)]
    order = [*range(0, 11, 8), *range(4, 11, 8), *range(2, 11, 4), *range(1, 11, 2)]
    stored = [rows[row] for row in order]
    data = gifs.gif((5, 11), gifs.frame(stored, (1, 0), interlaced=True), table=TABLE)
    (pixels,), _ = shown(data)
    for row in range(11):
        assert pixels[row, 2].tolist() == [*TABLE[row % 4], 255]


def test_gray_tables_and_indices_beyond_a_table():
    gray = [(i, i, i) for i in range(4)]
    (pixels,), _ = shown(gifs.gif((5, 4), gifs.frame([[0, 1, 2, 3]] * 4), table=gray))
    assert pixels[0, :, 0].tolist() == [0, 1, 2, 3, 0]
    assert pixels[0, :, 3].tolist() == [255] * 4 + [0]
    (pixels,), _ = shown(gifs.gif((5, 4), gifs.frame([[0, 1, 2, 3]] * 4), table=TABLE[:2]))
    assert pixels[0].tolist() == [[*RED, 255], [*GREEN, 255], [0] * 4, [0] * 4, [0] * 4]


def test_the_screen_grows_to_the_first_frame_alone():
    data = gifs.gif(
        (2, 2), gifs.frame(whole(0, 3, 3)), gifs.frame(whole(1, 9, 9), (1, 1)), table=TABLE
    )
    pixels, _ = shown(data)
    expect(pixels[1], 3, 3, opaque(RED), [((1, 1, 2, 2), opaque(GREEN))])


@pytest.mark.parametrize("end", [b";", b"", b"\0\0;", b"!\xfe\x03abc\0;", b"!\x01\x01x\0;"])
def test_what_stands_at_the_end(end):
    data = gifs.gif((5, 4), gifs.frame(whole(0)), table=TABLE, end=end)
    assert len(shown(data)[0]) == 1


def test_files_that_are_cut_off():
    data = gifs.gif(
        (4, 4), gifs.frame(whole(0)), gifs.control(0, 9), gifs.frame(whole(1)), table=TABLE
    )
    for length in range(14, len(data)):
        try:
            with Source(data[:length], ReadingOptions()) as source:
                frames = [raster.pixels for raster in source.rasters()]
        except ImageReadError:
            continue
        # What is there is whole.
        assert all((frame == frame[0, 0]).all() for frame in frames)


def test_the_palette_keeps_its_order():
    data = gifs.gif((8, 6), gifs.control(transparent=2), gifs.frame([[3, 2, 0, 1]]), table=TABLE)
    with Source(data, ReadingOptions()) as source:
        assert source.first().palette[:, 3].tolist() == [255, 255, 0, 255]
    alike = gifs.gif((4, 4), gifs.frame(whole(1)), table=TABLE)
    assert GifFile(io.BytesIO(alike), MOST).plain


def test_composed_as_pillow_does_where_it_is_right(samples):
    """An animation that covers its screen at first, and clears nothing."""
    stream = io.BytesIO()
    with Image.open(samples / "flower.jpg") as image:
        small = image.resize((40, 30))
    frames = [small.rotate(20 * number).quantize(64) for number in range(4)]
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:], duration=70)
    with Image.open(stream) as image:
        for number, (pixels, duration) in enumerate(GifFile(stream, MOST).rasters()):
            image.seek(number)
            np.testing.assert_array_equal(pixels, np.asarray(image.convert("RGBA")))
            assert duration == 70


def test_no_more_frames_are_looked_for_than_are_allowed():
    many = gifs.gif((4, 4), *[gifs.frame(whole(0))] * 50, table=TABLE)
    assert len(GifFile(io.BytesIO(many), 50).frames) == 50
    # The rest is not even read.
    stream = io.BytesIO(many)
    with pytest.raises(InvalidInputError, match="more frames than the limit of 9; --max-frames"):
        GifFile(stream, 9)
    assert stream.tell() < len(many) / 4
