"""Colors by codes and figures, against published matrices and levels of light."""

import io
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pngs
import pytest
from PIL import Image

from colorquant.errors import ColorquantWarning
from colorquant.images.profiles.cicp import by_codes, by_figures
from colorquant.images.source import Source
from colorquant.pipeline.files import quantize_file
from colorquant.reading import ReadingOptions

SUITE = Path(__file__).parents[2] / "pngsuite"
# Linear light to that of sRGB: CSS Color Module Level 4, section 18; ITU-R BT.2087-0, inverted.
P3 = [[1.22494, -0.22494, 0], [-0.04206, 1.04206, 0], [-0.01964, -0.07864, 1.09827]]
BT2020 = [
    [1.66049, -0.58764, -0.07285],
    [-0.12455, 1.13290, -0.00835],
    [-0.01815, -0.10058, 1.11873],
]
SAME = np.eye(3)


def srgb_light(v):
    return np.where(v > 0.04045, ((v + 0.055) / 1.055) ** 2.4, v / 12.92)


def srgb_signal(light):
    light = np.clip(light, 0, 1)
    return np.where(light > 0.0031308, 1.055 * light ** (1 / 2.4) - 0.055, 12.92 * light)


def video_light(v):
    return np.where(v < 0.081, v / 4.5, ((v + 0.099) / 1.099) ** (1 / 0.45))


def colors():
    """Return all combinations of a few levels."""
    levels = [0, 20, 60, 128, 200, 255]
    return np.array(np.meshgrid(levels, levels, levels)).reshape(3, 12, 18).transpose(1, 2, 0)


def with_codes(primaries, transfer, full=1, samples=None):
    chunk = pngs.chunk(b"cICP", bytes([primaries, transfer, 0, full]))
    return pngs.png(colors() if samples is None else samples, 8, 2, chunk)


def read(data, **options):
    with Source(data, ReadingOptions(**options)) as source:
        return source.first()


CASES = [
    (12, 13, P3, srgb_light),
    (9, 13, BT2020, srgb_light),
    (9, 14, BT2020, video_light),
    (9, 8, BT2020, lambda v: v),
    (1, 1, SAME, video_light),
    (1, 4, SAME, lambda v: v**2.2),
    (1, 5, SAME, lambda v: v**2.8),
    (12, 4, P3, lambda v: v**2.2),
    (1, 17, SAME, lambda v: np.minimum(1, v**2.6 * 52.37 / 48)),
]


@pytest.mark.parametrize(("primaries", "transfer", "matrix", "light"), CASES)
@pytest.mark.parametrize("full", [1, 0])
def test_conversion_to_srgb(primaries, transfer, matrix, light, full):
    levels = colors() / 255 if full else np.clip((colors() - 16) / 219, 0, 1)
    expected = 255 * srgb_signal(light(levels) @ np.transpose(matrix))
    found = read(with_codes(primaries, transfer, full), icc="srgb")
    assert abs(found.pixels - expected).max() <= 1.5
    assert found.metadata.icc_profile is None
    assert not found.exact


@pytest.mark.parametrize("target", ["png", "jpeg", "tiff", "webp"])
def test_kept_numbers_keep_their_meaning(target, tmp_path):
    """What is kept, converted afterwards, is what is converted at once."""
    data = with_codes(12, 13)
    kept = read(data)
    np.testing.assert_array_equal(kept.pixels, colors())
    assert kept.notes == ("colors: Display P3, kept",)
    assert read(data, icc="srgb").notes == ("colors: Display P3, converted to sRGB",)
    path = tmp_path / f"x.{target}"
    lossy = pytest.warns(ColorquantWarning, match="brings back")
    with lossy if target == "jpeg" else nullcontext():
        done = quantize_file(data, path, k=65_536)
    assert "colors: Display P3, kept" in done.notes
    once = read(data, icc="srgb").pixels.astype(int)
    twice = read(path, icc="srgb").pixels.astype(int)
    assert abs(once - twice).mean() < (2 if target == "jpeg" else 0.2)


def test_a_format_without_profiles_gets_srgb(tmp_path):
    data = with_codes(12, 13)
    quantize_file(data, tmp_path / "x.bmp", k=65_536)
    np.testing.assert_array_equal(read(tmp_path / "x.bmp").pixels, read(data, icc="srgb").pixels)


@pytest.mark.parametrize("codes", [(1, 13), (2, 13), (1, 2), (2, 2)])
def test_srgb_and_what_is_left_open_change_nothing(codes):
    found = read(with_codes(*codes))
    assert (found.metadata.icc_profile, found.notes, found.exact) == (None, (), True)


def test_dropping_keeps_the_numbers():
    for codes in ((12, 13), (9, 16)):
        found = read(with_codes(*codes), icc="drop")
        np.testing.assert_array_equal(found.pixels, colors())
        assert found.notes == ("color profile dropped",)


def test_codes_that_are_not_known_are_warned_of():
    with pytest.warns(ColorquantWarning, match="color primaries 99 with transfer 13"):
        found = read(with_codes(99, 13))
    np.testing.assert_array_equal(found.pixels, colors())
    with pytest.raises(ValueError, match="transfer 3 are not known"):
        by_codes(1, 3, full=True)


# ITU-R BT.2408-7, table 1: white of 203 cd/m2 is 58 % of PQ and 75 % of HLG; black is black.
@pytest.mark.parametrize(("transfer", "white"), [(16, 0.58), (18, 0.75)])
def test_hdr_is_brought_into_range(transfer, white):
    signals = np.array([0.0, 0.1, 0.2, 0.3, 0.4, white, 0.8, 0.9, 1.0])
    samples = np.repeat(np.rint(255 * signals)[None, :, None], 3, axis=2).astype(int)
    with pytest.warns(ColorquantWarning, match="it is HDR, whose light by .* white at 203 cd/m2"):
        found = read(with_codes(9, transfer, samples=samples))
    gray = found.pixels[0].astype(int)
    assert (abs(gray - gray[:, :1]) <= 1).all()
    levels = gray[:, 1]
    assert levels[0] == 0
    assert levels[-1] == 255
    assert (np.diff(levels) >= 0).all()
    # White stays near white, and leaves room for what is brighter.
    assert 215 <= levels[5] < levels[6] <= 255
    assert found.metadata.icc_profile is None


def test_light_of_hdr_below_the_knee_is_not_changed():
    """50 cd/m2 are 44.0 % of PQ (BT.2100): 0.2463 of white, 136.0 of 255 in sRGB."""
    signal = 0.4401
    samples = np.full((2, 2, 3), round(255 * signal))
    power = (round(255 * signal) / 255) ** (1 / 78.84375)
    nits = 10_000 * (max(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)) ** (
        1 / 0.1593017578125
    )
    with pytest.warns(ColorquantWarning, match="HDR"):
        found = read(with_codes(1, 16, samples=samples))
    assert abs(found.pixels - 255 * srgb_signal(np.array(nits / 203))).max() <= 1.5
    assert 45 < nits < 55


@pytest.mark.parametrize("kind", ["n2c08", "n0g16", "n3p04"])
@pytest.mark.parametrize("gamma", ["03", "04", "05", "07", "25"])
def test_gamma_images_of_the_suite_look_alike(gamma, kind):
    """PngSuite's g03 to g25 are one image, stored with gammas of 0.35 to 2.5."""
    path, linear = SUITE / f"g{gamma}{kind}.png", SUITE / f"g10{kind}.png"
    shown, expected = (read(each, icc="srgb").pixels.astype(int) for each in (path, linear))
    stored, other = (read(each, icc="drop").pixels.astype(int) for each in (path, linear))
    # What was stored with few levels is coarse.
    assert 3 * abs(shown - expected).mean() < abs(stored - other).mean()
    assert bool(read(path).metadata.icc_profile) == (gamma != "04")


def test_chromaticities():
    chunk = pngs.chunk(
        b"cHRM",
        b"".join(v.to_bytes(4) for v in (31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)),
    )
    found = read(pngs.png(colors(), 8, 2, chunk), icc="srgb")
    by_code = read(with_codes(12, 13), icc="srgb")
    assert abs(found.pixels.astype(int) - by_code.pixels).max() <= 1
    gamma = pngs.chunk(b"gAMA", (55_556).to_bytes(4))
    found = read(pngs.png(colors(), 8, 2, chunk, gamma), icc="srgb").pixels
    expected = 255 * srgb_signal((colors() / 255) ** 1.8 @ np.transpose(P3))
    assert abs(found - expected).max() <= 1.5


def test_other_information_counts_first():
    gamma = pngs.chunk(b"gAMA", (100_000).to_bytes(4))
    srgb = pngs.chunk(b"sRGB", b"\0")
    found = read(pngs.png(colors(), 8, 2, gamma, srgb), icc="srgb")
    np.testing.assert_array_equal(found.pixels, colors())
    codes = pngs.chunk(b"cICP", bytes([12, 13, 0, 1]))
    found = read(pngs.png(colors(), 8, 2, codes, srgb, gamma), icc="srgb")
    np.testing.assert_array_equal(found.pixels, read(with_codes(12, 13), icc="srgb").pixels)


@pytest.mark.parametrize("gamma", [0.45455, 0.45, 0.454, None])
@pytest.mark.parametrize("points", [None, (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)])
def test_what_is_meant_as_srgb(gamma, points):
    found = by_figures(gamma, points)
    assert found is None if not (gamma or points) else found.profile is None


def test_figures_that_make_no_space_are_warned_of():
    image = Image.fromarray(colors().astype(np.uint8))
    image.info["chromaticity"] = (0.3,) * 8
    with pytest.warns(ColorquantWarning, match="colors cannot be used: the primaries make no"):
        quantize_file(png_of(image), io.BytesIO(), format="png")


def png_of(image):
    chunk = pngs.chunk(b"cHRM", (30_000).to_bytes(4) * 8)
    return pngs.png(np.asarray(image).astype(int), 8, 2, chunk)
