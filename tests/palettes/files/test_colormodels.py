import itertools
import math

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageColor
from skimage.color import lab2xyz

from colorquant.color.lab import from_light
from colorquant.palettes.files.colormodels import of_cmyk, of_gray, of_hsb, of_lab, of_rgb


@pytest.mark.parametrize("share", [0, 0.1, 0.25, 0.5, 0.75, 1])
def test_hsb_as_pillow_has_it(share):
    for hue in range(0, 361, 24):
        told = ImageColor.getrgb(f"hsv({hue}, 75%, {100 * share}%)")
        np.testing.assert_allclose(of_hsb(hue / 360, 0.75, share), told, atol=0.5)


@pytest.mark.parametrize(
    ("inks", "levels"),
    [
        ((0, 0, 0, 0), (255, 255, 255)),
        ((1, 0, 0, 0), (0, 255, 255)),
        ((0, 1, 0, 0), (255, 0, 255)),
        ((0, 0, 1, 0), (255, 255, 0)),
        ((0, 0, 0, 1), (0, 0, 0)),
        ((0.2, 0.4, 0.6, 0.5), (102, 77, 51)),
    ],
)
def test_cmyk_by_the_plain_formula(inks, levels):
    assert of_cmyk(*inks) == levels


@pytest.mark.parametrize(
    ("lab", "levels"),
    [
        # W3C, CSS Color Module Level 4, whose lab() has the white D50, too.
        ((46.2775, -47.5621, 48.5837), (0, 128, 0)),
        ((29.2345, 39.3825, 20.0664), (125, 35, 41)),
        ((0, 0, 0), (0, 0, 0)),
        ((100, 0, 0), (255, 255, 255)),
    ],
)
def test_lab_as_published(lab, levels):
    assert of_lab(*lab) == levels


def test_lab_as_little_cms_converts_it():
    # All have a place in sRGB, and are exact in 8 bits a sample.
    labs = list(itertools.product((40, 60, 80), (-16, 0, 16), (-16, 0, 16)))
    samples = np.array([[51 * light // 20, a & 255, b & 255] for light, a, b in labs], np.uint8)
    image = Image.frombytes("LAB", (len(labs), 1), samples.tobytes())
    lab, srgb = (ImageCms.createProfile(name) for name in ("LAB", "sRGB"))
    convert = ImageCms.buildTransform(
        lab, srgb, "LAB", "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC
    )
    theirs = np.asarray(ImageCms.applyTransform(image, convert))[0]
    np.testing.assert_allclose([of_lab(*lab) for lab in labs], theirs, atol=1)


def test_lab_as_scikit_image_and_bradford_have_it():
    # Lindbloom's matrix from D50 to D65, and that of IEC 61966-2-1 from XYZ to linear sRGB.
    bradford = [
        [0.9555766, -0.0230393, 0.0631636],
        [-0.0282895, 1.0099416, 0.0210077],
        [0.0122982, -0.0204830, 1.3299098],
    ]
    linear = [[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]]
    labs = np.array(list(itertools.product((0, 5, 50, 95), (-60, 0, 60), (-60, 0, 60))), float)
    # With a negative Z, scikit-image warns.
    labs = labs[labs[:, 0] / 116 >= labs[:, 2] / 200]
    xyz = lab2xyz(labs, illuminant="D50")
    theirs = from_light(xyz @ np.transpose(bradford) @ np.transpose(linear))
    inside = (xyz > 0).all(axis=1)
    ours = np.array([of_lab(*lab) for lab in labs])
    assert inside.sum() > 20
    np.testing.assert_allclose(ours[inside], theirs[inside], atol=0.8)


def test_amounts_beyond_their_range_are_clipped():
    assert of_rgb(-1, 2, math.inf) == (0, 255, 255)
    assert of_gray(7) == (255, 255, 255)
    assert of_hsb(2, 1, 1) == of_hsb(1, 1, 1) == (255, 0, 0)
    assert of_cmyk(-math.inf, 3, 0, 0) == (255, 0, 255)
    assert of_lab(1000, -1000, 0) == of_lab(100, -128, 0)
    assert of_lab(math.inf, 0, 0) == (255, 255, 255)


@pytest.mark.parametrize(
    ("of", "count"), [(of_rgb, 3), (of_gray, 1), (of_hsb, 3), (of_cmyk, 4), (of_lab, 3)]
)
def test_what_is_no_number_is_refused(of, count):
    for place in range(count):
        amounts = [0.5] * count
        amounts[place] = math.nan
        with pytest.raises(ValueError, match="an amount that is not a number"):
            of(*amounts)


def test_levels_are_rounded():
    assert of_gray(0.5) == (128, 128, 128)
    assert [of_gray(level / 255)[0] for level in range(256)] == list(range(256))
