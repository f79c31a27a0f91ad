"""Profiles that we write, as littlecms and published figures have them."""

import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from colorquant.images.profiles.icc import Curve, Primaries, rgb_profile

D65 = (0.3127, 0.3290)
SRGB = Primaries((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), D65)
P3 = Primaries((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), D65)
SRGB_CURVE = Curve(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
# Columns of the profiles that ICC and Apple publish: sRGB v4 and Display P3.
PUBLISHED = {
    "sRGB": (
        SRGB,
        [[0.43607, 0.22249, 0.01392], [0.38515, 0.71687, 0.09708], [0.14307, 0.06061, 0.71410]],
    ),
    "Display P3": (
        P3,
        [[0.51512, 0.24120, -0.00105], [0.29198, 0.69225, 0.04189], [0.15710, 0.06657, 0.78407]],
    ),
}


def opened(profile):
    return ImageCms.ImageCmsProfile(io.BytesIO(profile))


def tag(profile, name):
    count = struct.unpack_from(">I", profile, 128)[0]
    for place in range(132, 132 + 12 * count, 12):
        found, offset, size = struct.unpack_from(">4sII", profile, place)
        if found == name:
            return profile[offset : offset + size]
    raise AssertionError(name)


@pytest.mark.parametrize("name", PUBLISHED)
def test_columns_as_published(name):
    primaries, columns = PUBLISHED[name]
    profile = rgb_profile(name, primaries, SRGB_CURVE)
    for channel, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns, strict=True):
        found = np.array(struct.unpack_from(">3i", tag(profile, channel), 8)) / 65_536
        np.testing.assert_allclose(found, column, atol=2e-4)
    assert ImageCms.getProfileDescription(opened(profile)).strip() == name
    assert len(profile) == struct.unpack_from(">I", profile)[0]
    assert len(profile) < 1024


@pytest.mark.parametrize(
    "curve",
    [
        SRGB_CURVE,
        Curve(1.8),
        Curve(),
        Curve(samples=tuple((level / 255) ** 2.6 for level in range(256))),
        Curve(1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081),
    ],
)
def test_gray_goes_through_the_curve(curve):
    """As littlecms converts it to sRGB, against arithmetic."""
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    found = ImageCms.profileToProfile(
        Image.fromarray(ramp),
        opened(rgb_profile("test", SRGB, curve)),
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )
    levels = np.arange(256) / 255
    light = np.array(curve.samples) if curve.samples else np.array([curve(x) for x in levels])
    expected = np.where(light > 0.0031308, 1.055 * light ** (1 / 2.4) - 0.055, 12.92 * light)
    assert abs(np.asarray(found)[0].astype(float) - 255 * expected[:, None]).max() <= 1


@pytest.mark.parametrize(
    "primaries",
    [
        Primaries((0.3, 0.3), (0.3, 0.3), (0.3, 0.3), D65),
        Primaries((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), (0.3, 0.0)),
        Primaries((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), (0.0, -1.0)),
    ],
)
def test_primaries_that_make_no_space(primaries):
    with pytest.raises(ValueError, match=r"make no space|white point is none"):
        rgb_profile("test", primaries, Curve())
