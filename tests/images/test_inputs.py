"""Images in memory, and files of them."""

import io

import numpy as np
import pytest
from PIL import Image

import colorquant
from colorquant.errors import ColorquantWarning, ImageReadError, InvalidInputError
from colorquant.images.inputs import taken
from colorquant.models import Raster
from colorquant.reading import ReadingOptions

PLAIN = ReadingOptions()


def test_files_are_images_too(noise, tmp_path):
    path = tmp_path / "noise.png"
    Image.fromarray(noise).save(path)
    data = path.read_bytes()
    with path.open("rb") as stream:
        inputs = [
            path,
            str(path),
            data,
            bytearray(data),
            memoryview(data),
            io.BytesIO(data),
            stream,
        ]
        for each in [*inputs, noise, Image.fromarray(noise), Raster(noise)]:
            np.testing.assert_array_equal(taken(each, PLAIN).pixels, noise)


def test_urls_are_images_too(noise):
    pytest.importorskip("upath")
    import fsspec

    stream = io.BytesIO()
    Image.fromarray(noise).save(stream, "PNG")
    fsspec.filesystem("memory").pipe("/inputs/noise.png", stream.getvalue())
    np.testing.assert_array_equal(taken("memory://inputs/noise.png", PLAIN).pixels, noise)


def test_only_the_first_frame_is_taken(noise, tmp_path):
    images = [Image.fromarray(noise), Image.fromarray(255 - noise)]
    images[0].save(tmp_path / "a.png", save_all=True, append_images=images[1:])
    with pytest.warns(ColorquantWarning, match="only the first is used of its 2 frames"):
        raster = taken(tmp_path / "a.png", PLAIN)
    np.testing.assert_array_equal(raster.pixels, noise)


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "LAB"]
)
def test_all_modes_are_taken(mode, noise):
    converted = Image.fromarray(noise).convert(mode)
    expected = np.asarray(converted.convert("RGB")).astype(int)
    # CMYK and the like are converted in another way than Pillow's by a level or two.
    assert np.abs(taken(converted, PLAIN).pixels[:, :, :3] - expected).max() <= 2


def test_what_is_no_image_is_refused(tmp_path):
    for wrong in (None, 5, [[[1, 2, 3]]], {}):
        with pytest.raises(InvalidInputError, match="an image is Pillow's, an array, a path"):
            taken(wrong, PLAIN)
    with pytest.raises(ImageReadError, match="no such file"):
        taken(tmp_path / "nothing.png", PLAIN)
    with pytest.raises(ImageReadError):
        taken(b"no image", PLAIN)
    with pytest.raises(InvalidInputError, match="open for text"):
        taken(io.StringIO("text"), PLAIN)


def test_quantize_takes_what_the_command_takes(photo):
    by_name = colorquant.quantize(photo, k=5)
    with Image.open(photo) as image:
        np.testing.assert_array_equal(
            by_name.indexed.pixels(), colorquant.quantize(image, k=5).indexed.pixels()
        )
    array = np.asarray(Image.open(photo))
    assert colorquant.quantize(array / 255, k=5).palette.hex() == by_name.palette.hex()
