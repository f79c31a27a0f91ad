"""Color profiles, against Pillow's own use of littlecms."""

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from colorquant.errors import ColorquantWarning
from colorquant.images.profiles.plan import in_srgb, plan_colors
from colorquant.images.reading import decode
from colorquant.reading import ReadingOptions

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
LAB = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


def raster(image, **options):
    return decode.as_raster(image, ReadingOptions(**options))


def by_littlecms(image, profile):
    return np.asarray(
        ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    )


@pytest.fixture
def wide(noise, wide_profile):
    image = Image.fromarray(noise)
    image.info["icc_profile"] = wide_profile
    return image


def test_an_rgb_profile_stays_with_its_numbers(wide, noise, wide_profile):
    kept = raster(wide)
    assert kept.metadata.icc_profile == wide_profile
    np.testing.assert_array_equal(kept.pixels, noise)
    assert kept.exact


@pytest.mark.parametrize("options", [{"icc": "srgb"}, {"metadata": "none"}])
def test_conversion_to_srgb(options, wide, noise, wide_profile):
    converted = raster(wide, **options)
    assert converted.metadata.icc_profile is None
    np.testing.assert_array_equal(
        converted.pixels, by_littlecms(Image.fromarray(noise), wide_profile)
    )
    assert abs(converted.pixels.astype(int) - noise).max() > 20
    assert not converted.exact


def test_pixels_with_a_profile_are_brought_into_srgb(noise, wide_profile):
    expected = by_littlecms(Image.fromarray(noise), wide_profile)
    np.testing.assert_array_equal(in_srgb(noise, wide_profile), expected)
    alpha = np.arange(noise[..., :1].size, dtype=np.uint8).reshape(*noise.shape[:2], 1)
    found = in_srgb(np.concatenate([noise, alpha], axis=2), wide_profile)
    np.testing.assert_array_equal(found, np.concatenate([expected, alpha], axis=2))
    assert in_srgb(noise, SRGB) is noise


def test_dropping_keeps_the_numbers(wide, noise):
    dropped = raster(wide, icc="drop")
    assert dropped.metadata.icc_profile is None
    np.testing.assert_array_equal(dropped.pixels, noise)


def test_conversion_in_strips_and_with_alpha(soft, wide_profile, monkeypatch):
    image = Image.fromarray(soft)
    image.info["icc_profile"] = wide_profile
    whole = raster(image, icc="srgb").pixels
    np.testing.assert_array_equal(whole[:, :, 3], soft[:, :, 3])
    np.testing.assert_array_equal(
        whole[:, :, :3], by_littlecms(Image.fromarray(soft[:, :, :3]), wide_profile)
    )
    monkeypatch.setattr(decode, "_STRIP", 100)
    np.testing.assert_array_equal(raster(image, icc="srgb").pixels, whole)


def test_what_is_srgb_already_is_not_rounded(noise):
    image = Image.fromarray(noise)
    image.info["icc_profile"] = SRGB
    np.testing.assert_array_equal(raster(image, icc="srgb").pixels, noise)


def test_gray_is_converted_by_its_profile(noise, gray_profile):
    image = Image.fromarray(noise[:, :, 0])
    image.info["icc_profile"] = gray_profile
    converted = raster(image)
    np.testing.assert_array_equal(converted.pixels, by_littlecms(image, gray_profile))
    assert converted.metadata.icc_profile is None
    # The numbers of gray may be meant as R, G and B, too.
    image.info["icc_profile"] = SRGB
    assert raster(image).metadata.icc_profile == SRGB


def test_cmyk_is_converted_by_its_profile(soft, cmyk_profile):
    image = Image.frombytes("CMYK", (40, 30), soft.tobytes())
    image.info["icc_profile"] = cmyk_profile
    converted = raster(image)
    np.testing.assert_array_equal(converted.pixels, by_littlecms(image, cmyk_profile))
    assert converted.metadata.icc_profile is None
    naive = raster(image, icc="drop").pixels
    np.testing.assert_array_equal(naive, np.asarray(image.convert("RGB")))
    assert abs(naive.astype(int) - converted.pixels).mean() > 5


def test_lab_needs_no_profile():
    image = Image.new("LAB", (2, 1), (128, 128, 128))
    pixels = raster(image, icc="drop").pixels
    assert abs(pixels.astype(int) - 119).max() <= 2
    image.info["icc_profile"] = LAB
    np.testing.assert_array_equal(raster(image).pixels, pixels)


@pytest.mark.parametrize(
    ("profile", "message"),
    [
        (SRGB[:200], "the color profile cannot be used"),
        (b"nonsense", "the color profile is for"),
        (SRGB[:16] + b"CMYK" + SRGB[20:], "the color profile is for 'CMYK', not for the image's"),
        (SRGB[:16] + b"\xff\x00\n " + SRGB[20:], "the color profile is for"),
    ],
)
@pytest.mark.parametrize("options", [{}, {"icc": "srgb"}])
def test_a_broken_profile_is_warned_of_and_dropped(profile, message, options, noise):
    image = Image.fromarray(noise)
    image.info["icc_profile"] = profile
    with pytest.warns(ColorquantWarning, match=message):
        found = raster(image, **options)
    assert found.metadata.icc_profile is None
    np.testing.assert_array_equal(found.pixels, noise)
    assert "\n" not in message


def test_a_broken_profile_that_is_dropped_anyway_is_not_read(noise):
    image = Image.fromarray(noise)
    image.info["icc_profile"] = b"nonsense"
    assert plan_colors(image, ReadingOptions(icc="drop")).profile is None


def changed(profile, place, data):
    return profile[:place] + data + profile[place + len(data) :]


def tag_place(profile, name):
    """Return where a tag's row and its content are."""
    rows = range(132, 132 + 12 * int.from_bytes(profile[128:132]), 12)
    row = next(row for row in rows if profile[row : row + 4] == name)
    return row, int.from_bytes(profile[row + 4 : row + 8])


BROKEN = {
    "a link": changed(SRGB, 12, b"link"),
    "named colors": changed(SRGB, 12, b"nmcl"),
    "its connection": changed(SRGB, 20, b"RGB "),
    "its version": changed(SRGB, 8, b"\x07"),
    "its tags": changed(SRGB, 128, b"\0\0\1\0"),
    "a lost tail": SRGB[:400] + bytes(len(SRGB) - 400),
    "no primaries": changed(SRGB, tag_place(SRGB, b"rXYZ")[1], bytes(20)),
    "no curve": changed(SRGB, tag_place(SRGB, b"gTRC")[1], bytes(12)),
    "a name lost": changed(SRGB, tag_place(SRGB, b"gTRC")[0], b"junk"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_profiles_that_are_not_whole_are_dropped_when_they_would_be_kept(name, noise):
    image = Image.fromarray(noise)
    image.info["icc_profile"] = BROKEN[name]
    with pytest.warns(ColorquantWarning, match="the color profile cannot be used"):
        assert plan_colors(image, ReadingOptions()).profile is None


@pytest.mark.filterwarnings("ignore::colorquant.ColorquantWarning")
@pytest.mark.parametrize("length", [0, 8, 9, 39, 40, 128, 131, 132, 300])
def test_a_cut_profile_is_no_error(length, noise):
    image = Image.fromarray(noise)
    image.info["icc_profile"] = SRGB[:length]
    assert plan_colors(image, ReadingOptions()).profile is None


def test_a_whole_profile_is_kept_without_the_library(noise, monkeypatch):
    image = Image.fromarray(noise)
    image.info["icc_profile"] = SRGB
    monkeypatch.setattr(ImageCms, "ImageCmsProfile", None)
    assert plan_colors(image, ReadingOptions()).profile == SRGB
