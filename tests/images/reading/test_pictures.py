"""What files are said to hold before anything is decoded."""

import io

import gifs
import numpy as np
import pngs
import pytest
from PIL import Image

from colorquant.errors import InvalidInputError
from colorquant.images.reading.pictures import examine

MOST = 10**6


def contents(data):
    return examine(io.BytesIO(data), MOST, 99)


def saved(kind, *frames, **how):
    stream = io.BytesIO()
    frames[0].save(stream, kind, save_all=len(frames) > 1, append_images=frames[1:], **how)
    return stream.getvalue()


@pytest.fixture
def frames(noise):
    return [Image.fromarray(np.roll(noise, 3 * number, axis=1)) for number in range(3)]


@pytest.mark.parametrize(
    ("kind", "frames_kept", "pages"),
    [
        *(("GIF", 3, False), ("PNG", 3, False), ("WEBP", 3, False), ("TIFF", 3, True)),
        *(("PPM", 1, False), ("JPEG", 1, False), ("BMP", 1, False)),
    ],
)
def test_frames_and_pages(kind, frames_kept, pages, frames):
    found = contents(saved(kind, *(frames if frames_kept > 1 else frames[:1])))
    assert found.format == kind
    assert found.sizes == [(48, 32)] * frames_kept
    assert (found.pages, found.partial, found.hidden) == (pages, False, False)
    assert sum(1 for _ in found.pictures()) == frames_kept
    # As often as asked.
    assert sum(1 for _ in found.pictures()) == frames_kept


@pytest.mark.parametrize(("loop", "plays"), [(0, 0), (3, 3)])
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_how_often_it_is_played(kind, loop, plays, frames):
    assert contents(saved(kind, *frames, loop=loop)).plays == plays


def test_previews_of_the_first_are_more_than_its_pictures(frames):
    icon = io.BytesIO()
    frames[0].resize((64, 64)).save(icon, "ICO", sizes=[(16, 16), (64, 64)])
    assert contents(icon.getvalue()).sizes == [(64, 64)]
    assert not contents(saved("MPO", *frames)).partial


def test_parts_that_are_larger_than_the_screen():
    table = [(0, 0, 0), (255, 255, 255)]
    data = gifs.gif((2, 2), gifs.frame([[0, 1]] * 2), gifs.frame([[0] * 50] * 40), table=table)
    assert contents(data).largest == (50, 40)
    assert contents(data).sizes == [(2, 2)] * 2


def test_hidden_pictures():
    samples = np.zeros((4, 5, 3), int)
    data = pngs.apng([(samples + 9, {})], 8, 2, hidden=samples)
    found = contents(data)
    assert (found.hidden, found.sizes) == (True, [(5, 4)])


def test_pictures_of_16_bits_are_not_exact():
    samples = np.zeros((4, 5, 3), int)
    for bits in (8, 16):
        data = pngs.apng([(samples, {}), (samples + 1, {})], bits, 2)
        assert {picture.exact for picture in contents(data).pictures()} == {bits == 8}


def test_camera_raw_is_refused_at_once(frames):
    data = saved("TIFF", frames[0], tiffinfo={50706: b"\1\4\0\0"})
    with pytest.raises(InvalidInputError, match="camera raw"):
        contents(data)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF", "TIFF"])
def test_more_frames_than_are_allowed(kind, frames):
    data = saved(kind, *frames)
    assert len(examine(io.BytesIO(data), MOST, 3).sizes) == 3
    with pytest.raises(InvalidInputError, match="more frames than the limit of 2; --max-frames"):
        examine(io.BytesIO(data), MOST, 2)
