"""Pillow's images of all modes as rasters."""

import numpy as np
import pytest
from PIL import Image

from colorquant.decode import as_raster
from colorquant.errors import ImageReadError, InvalidInputError
from colorquant.image_io import Source
from colorquant.models import Raster
from colorquant.options import QuantizeOptions


def read(path, **options):
    with Source(path, QuantizeOptions(**options)) as source:
        return source.first()


@pytest.mark.parametrize("mode", ["RGB", "L", "1", "P", "CMYK", "YCbCr", "HSV"])
def test_opaque_modes_become_rgb(mode, noise, tmp_path):
    image = Image.fromarray(noise).convert(mode)
    expected = np.asarray(image.convert("RGB"))
    raster = as_raster(image)
    assert raster.pixels.shape == (32, 48, 3)
    np.testing.assert_array_equal(raster.pixels, expected)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_modes_with_alpha_keep_it(mode, soft):
    image = Image.fromarray(soft).convert("P" if mode == "PA" else mode)
    image.putalpha(Image.fromarray(soft[:, :, 3]))
    assert image.mode == mode
    np.testing.assert_array_equal(as_raster(image).pixels, np.asarray(image.convert("RGBA")))


def test_palette_transparency_is_alpha(tmp_path):
    image = Image.new("P", (2, 1))
    image.putpalette([10, 20, 30, 40, 50, 60])
    image.putpixel((1, 0), 1)
    image.save(tmp_path / "p.png", transparency=0)
    assert read(tmp_path / "p.png").pixels.tolist() == [[[10, 20, 30, 0], [40, 50, 60, 255]]]


@pytest.mark.parametrize("make", [Image.fromarray, np.asarray])
def test_alpha_that_is_all_opaque_is_dropped(make, noise):
    opaque = np.dstack([noise, np.full(noise.shape[:2], 255, np.uint8)])
    np.testing.assert_array_equal(as_raster(make(opaque)).pixels, noise)


def test_16_bit_gray_is_rounded(tmp_path):
    # 128 and 129 of 65,535 are either side of half a level of 257.
    values = np.array([[0, 128, 129, 257, 32_896, 65_535]], np.uint16)
    Image.fromarray(values).save(tmp_path / "gray.png")
    assert read(tmp_path / "gray.png").pixels[0, :, 0].tolist() == [0, 0, 1, 1, 128, 255]


@pytest.mark.parametrize("mode", ["I", "F"])
def test_modes_without_range_are_refused(mode, tmp_path):
    Image.new(mode, (2, 2)).save(tmp_path / "x.tiff")
    with pytest.raises(ImageReadError, match=f"x.tiff: mode {mode} .* no defined range"):
        read(tmp_path / "x.tiff")


def test_photographs_are_turned_upright(noise, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(noise).save(tmp_path / "phone.png", exif=exif)
    np.testing.assert_array_equal(read(tmp_path / "phone.png").pixels, np.rot90(noise, -1))


def test_16_bit_gray_with_a_transparent_level(tmp_path):
    values = np.array([[0, 1000, 65_535]], np.uint16)
    Image.fromarray(values).save(tmp_path / "gray.png", transparency=1000)
    assert read(tmp_path / "gray.png").pixels.tolist() == [
        [[0, 0, 0, 255], [4, 4, 4, 0], [255, 255, 255, 255]]
    ]


@pytest.mark.parametrize("dpi", [(0, 0), (float("nan"), 72), (float("inf"), 72), (2e9, 2e9)])
def test_impossible_resolutions_are_dropped(dpi, noise):
    image = Image.fromarray(noise)
    image.info["dpi"] = dpi
    assert as_raster(image).metadata.dpi is None


def test_arrays_and_rasters(noise):
    raster = Raster(noise)
    assert as_raster(raster) is raster
    assert np.shares_memory(as_raster(noise).pixels, noise)
    with pytest.raises(InvalidInputError, match="uint8"):
        as_raster(noise / 255)
