"""Previews of an image before and after."""

import io

import numpy as np
import pytest
from PIL import Image

from colorquant.images.writing.previews import Encoded
from colorquant.palette import Palette
from colorquant.report.gallery import previews
from colorquant.report.gallery.previews import MAP_COLORS, pictured


def pixels_of(shot):
    with Image.open(io.BytesIO(shot.data)) as image:
        assert image.size == (shot.width, shot.height)
        assert Image.MIME[image.format] == shot.media
        return np.asarray(image.convert("RGB"))


def test_small_images_are_shown_as_they_are(noise):
    after = noise // 64 * 64
    picture = pictured(noise, after, palette=Palette.from_hex(["#000000", "#ffffff"]))
    assert set(picture.shots) == {"before", "after", "thumb_before", "thumb", "map", "palette"}
    assert np.array_equal(pixels_of(picture.shots["before"]), noise)
    assert np.array_equal(pixels_of(picture.shots["after"]), after)
    assert np.array_equal(pixels_of(picture.shots["thumb"]), after)
    assert pixels_of(picture.shots["palette"]).tolist() == [[[0, 0, 0], [255, 255, 255]]]
    assert picture.palette == ("#000000", "#ffffff")
    assert (picture.size, picture.side, picture.clear) == ((48, 32), 1, False)


def test_large_images_are_shown_as_averages_and_a_part(noise, monkeypatch):
    monkeypatch.setattr(previews, "_WHOLE", 16 * 24)
    monkeypatch.setattr(previews, "_PART", 12)
    after = noise.copy()
    after[20:28, 30:40] ^= 128
    picture = pictured(noise, after)
    assert picture.side == 2
    assert pixels_of(picture.shots["before"]).shape == (16, 24, 3)
    left, top = picture.detail
    part = noise[top : top + 12, left : left + 12]
    assert np.array_equal(pixels_of(picture.shots["detail_before"]), part)
    assert np.array_equal(
        pixels_of(picture.shots["detail"]), after[top : top + 12, left : left + 12]
    )
    assert 20 <= picture.worst[1] < 28
    assert 30 <= picture.worst[0] < 40


def test_the_file_itself_is_the_image_after(noise):
    encoded = Encoded(b"a file", "image/png")
    picture = pictured(noise, noise, encoded=encoded)
    assert picture.shots["after"].data == b"a file"
    assert picture.shots["after"].media == "image/png"


@pytest.mark.parametrize("name", ["before", "after"])
def test_one_image_alone(noise, name):
    picture = pictured(**{"before": None, "after": None, name: noise})
    assert set(picture.shots) == {name, "thumb" if name == "after" else "thumb_before"}
    assert picture.figures is None


def test_the_map_goes_from_no_error_to_the_largest():
    before = np.full((40, 40, 3), 30, np.uint8)
    after = before.copy()
    after[:, 30:] = 250
    picture = pictured(before, after)
    found = pixels_of(picture.shots["map"])
    assert tuple(found[20, 0]) == MAP_COLORS[0]
    assert tuple(found[20, 39]) == MAP_COLORS[-1]
    assert picture.full == 40


def test_transparent_pixels_are_told(soft):
    assert pictured(soft, soft).clear
