import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from colorquant.errors import ImageWriteError
from colorquant.images.writing.encode import encode, is_indexed
from colorquant.images.writing.formats import find_format
from colorquant.metadata import Metadata
from colorquant.models import IndexedImage
from colorquant.palette import Palette

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
EXACT = [".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".jp2", ".ppm"]


def indexed_image(k, channels=3, shape=(23, 37), seed=0):
    rng = np.random.default_rng(seed)
    colors = np.unique(rng.integers(0, 256, (4 * k + 9, channels), dtype=np.uint8), axis=0)[:k]
    indices = rng.integers(0, k, shape).astype(np.uint8 if k <= 256 else np.uint16)
    indices.flat[:k] = np.arange(min(k, indices.size))
    return IndexedImage(indices, Palette(colors, np.ones(k, np.int64)))


def written(image, extension, **carried):
    return encode(image, find_format(extension[1:], None), Metadata(**carried))


def read_back(data):
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5, 16, 17, 256])
@pytest.mark.parametrize("extension", EXACT)
def test_read_back_pixel_for_pixel(k, extension):
    image = indexed_image(k)
    data = written(image, extension)
    np.testing.assert_array_equal(np.asarray(read_back(data).convert("RGB")), image.pixels())


@pytest.mark.parametrize("width", range(1, 18))
@pytest.mark.parametrize("extension", [".bmp", ".tiff"])
@pytest.mark.parametrize("k", [2, 4, 16, 200])
def test_rows_of_any_width_are_padded_right(width, extension, k):
    image = indexed_image(k, shape=(20, width))
    back = np.asarray(read_back(written(image, extension)).convert("RGB"))
    np.testing.assert_array_equal(back, image.pixels())


def depth(data, extension):
    """The bits a pixel that the file's own header says."""
    if extension == ".png":
        return data[24]
    if extension == ".gif":
        return (data[10] & 7) + 1
    if extension == ".bmp":
        return struct.unpack_from("<H", data, 28)[0]
    return read_back(data).tag_v2[258][0]


@pytest.mark.parametrize(
    ("k", "bits"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 4), (16, 4), (17, 8), (256, 8)]
)
def test_lowest_depth_that_holds_the_palette(k, bits):
    image = indexed_image(k)
    for extension in (".png", ".tiff"):
        assert depth(written(image, extension), extension) == bits
    # BMP has no 2 bits; GIF has them all, from 2 entries on, and counts entries.
    assert depth(written(image, ".bmp"), ".bmp") == {2: 4}.get(bits, bits)
    assert 1 << depth(written(image, ".gif"), ".gif") < 2 * max(k, 3)


@pytest.mark.parametrize("extension", [".png", ".webp", ".tiff", ".jp2"])
@pytest.mark.parametrize("k", [5, 200])
def test_alpha_is_kept(extension, k):
    image = indexed_image(k, channels=4)
    back = np.asarray(read_back(written(image, extension)).convert("RGBA"))
    np.testing.assert_array_equal(back, image.pixels())


@pytest.mark.parametrize("extension", [".png", ".tiff", ".webp"])
def test_over_256_colors_are_true_color(extension):
    image = indexed_image(300)
    target = find_format(extension[1:], None)
    assert not is_indexed(image, target)
    back = read_back(written(image, extension))
    assert back.mode == "RGB"
    np.testing.assert_array_equal(np.asarray(back), image.pixels())


def test_what_is_indexed():
    opaque, soft = indexed_image(9), indexed_image(9, channels=4)
    expected = {
        ".png": (True, True),
        ".gif": (True, True),
        ".tiff": (True, False),
        ".webp": (False, False),
    }
    for extension, answers in expected.items():
        target = find_format(extension[1:], None)
        assert (is_indexed(opaque, target), is_indexed(soft, target)) == answers


@pytest.mark.parametrize("extension", [".jpg", ".jpeg", ".avif"])
def test_lossy_formats_come_close(extension):
    image = indexed_image(4, shape=(64, 64))
    smooth = IndexedImage(np.sort(image.indices, axis=None).reshape(64, 64), image.palette)
    assert find_format(extension[1:], None).lossy
    back = np.asarray(read_back(written(smooth, extension)).convert("RGB")).astype(int)
    assert abs(back - smooth.pixels()).mean() < 4


@pytest.mark.parametrize("extension", [".png", ".tiff", ".jpg", ".webp"])
@pytest.mark.parametrize("k", [4, 300])
def test_the_profile_is_carried(extension, k):
    image = indexed_image(k)
    data = written(image, extension, icc_profile=PROFILE)
    assert read_back(data).info["icc_profile"] == PROFILE


@pytest.mark.parametrize("extension", [".png", ".tiff", ".jpg", ".bmp"])
@pytest.mark.parametrize("k", [4, 300])
def test_the_resolution_is_carried(extension, k):
    image = indexed_image(k)
    data = written(image, extension, dpi=(300.0, 150.0))
    assert read_back(data).info["dpi"] == pytest.approx((300, 150), abs=0.5)


@pytest.mark.parametrize("extension", [".webp", ".avif", ".gif", ".jpg"])
def test_images_too_large_for_a_format(extension):
    image = indexed_image(30, shape=(1, 70_000))
    with pytest.raises(ImageWriteError, match="cannot be written as"):
        written(image, extension)
