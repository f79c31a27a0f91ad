"""Results that save themselves, read by Pillow."""

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

import colorquant
from colorquant.errors import ColorquantWarning, ImageWriteError, InvalidInputError
from colorquant.images.writing.formats import EXTENSIONS, find_format


@pytest.fixture(scope="module")
def result():
    pixels = np.random.default_rng(5).integers(0, 256, (32, 48, 3), dtype=np.uint8)
    return colorquant.quantize(pixels, k=7, effort="fast")


@pytest.mark.parametrize("kind", ["png", "gif", "webp", "tiff", "bmp"])
def test_pixels_stay_in_all_lossless_formats(kind, result, tmp_path):
    result.save(tmp_path / f"a.{kind}")
    with Image.open(tmp_path / f"a.{kind}") as image:
        np.testing.assert_array_equal(np.asarray(image.convert("RGB")), result.indexed.pixels())


def test_the_bytes_are_those_of_the_command(photo, tmp_path):
    colorquant.quantize_file(photo, tmp_path / "file.png", k=7)
    colorquant.quantize(photo, k=7).save(tmp_path / "result.png")
    stream = io.BytesIO()
    colorquant.quantize(photo, k=7).save(stream)
    expected = (tmp_path / "file.png").read_bytes()
    assert (tmp_path / "result.png").read_bytes() == expected
    assert stream.getvalue() == expected


def test_profiles_are_kept_or_colors_are_converted(noise, tmp_path, samples):
    with Image.open(samples / "flower.jpg") as flower:
        profile = flower.info["icc_profile"]
    image = Image.fromarray(noise)
    image.info["icc_profile"] = profile
    result = colorquant.quantize(image, k=3, effort="fast")
    assert result.metadata.icc_profile == profile
    result.save(tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as again:
        assert again.info["icc_profile"] == profile
    result.save(tmp_path / "a.gif")
    with Image.open(tmp_path / "a.gif") as again:
        shown = np.asarray(again.convert("RGB")).astype(int)
    kept = Image.fromarray(result.indexed.pixels())
    own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    expected = ImageCms.profileToProfile(kept, own, ImageCms.createProfile("sRGB"))
    assert np.abs(shown - np.asarray(expected)).max() <= 1


def test_alpha_that_a_format_cannot_hold_is_refused(soft, tmp_path):
    result = colorquant.quantize(soft, k=9, effort="fast")
    with pytest.raises(InvalidInputError, match="GIF has no partial transparency; quantize with"):
        result.save(tmp_path / "a.gif")
    with pytest.raises(InvalidInputError, match="JPEG has no alpha; quantize with background"):
        result.save(tmp_path / "a.jpg")
    assert not list(tmp_path.iterdir())
    result.save(tmp_path / "a.webp")
    with Image.open(tmp_path / "a.webp") as image:
        alpha = np.asarray(image.convert("RGBA"))[:, :, 3]
    np.testing.assert_array_equal(alpha, result.indexed.pixels()[:, :, 3])


def test_lossy_formats_are_warned_of(result, tmp_path):
    with pytest.warns(ColorquantWarning, match="JPEG compression brings back other colors"):
        result.save(tmp_path / "a.jpg")


def test_existing_files_stay_without_force(result, tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"mine")
    with pytest.raises(ImageWriteError, match="exists"):
        result.save(path)
    assert path.read_bytes() == b"mine"
    result.save(path, force=True)
    assert path.read_bytes().startswith(b"\x89PNG")


def test_options_of_files(result, tmp_path):
    result.save(tmp_path / "a.dat", format="gif")
    assert (tmp_path / "a.dat").read_bytes().startswith(b"GIF")
    result.save(tmp_path / "plain.png")
    pytest.importorskip("oxipng")
    result.save(tmp_path / "small.png", optimize=2)
    sizes = [(tmp_path / f"{name}.png").stat().st_size for name in ("small", "plain")]
    assert sizes[0] <= sizes[1]
    with pytest.raises(InvalidInputError, match="optimize is for PNG"):
        result.save(tmp_path / "a.gif", optimize=2)


def test_wrong_places_and_formats_are_refused(result, tmp_path):
    with pytest.raises(InvalidInputError, match="the output must be"):
        result.save(5)
    with pytest.raises(ImageWriteError, match="cannot write 'xyz'"):
        result.save(tmp_path / "a.xyz")
    with pytest.raises(InvalidInputError, match="open for text"):
        result.save(io.StringIO())
    with pytest.raises(ImageWriteError):
        result.save(tmp_path / "missing" / "a.png")
    many = colorquant.quantize(
        np.random.default_rng(0).integers(0, 256, (40, 40, 3), np.uint8), k=300
    )
    with pytest.raises(InvalidInputError, match="GIF"):
        many.save(tmp_path / "a.gif")
    assert not list(tmp_path.iterdir())
    assert {find_format(name, None).name for name in EXTENSIONS} >= {"PNG", "GIF"}
