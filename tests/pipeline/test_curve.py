"""Curves, held against results of `quantize_file`."""

import io

import numpy as np
import pytest
from PIL import Image
from skimage.color import deltaE_ciede2000, rgb2lab

from colorquant.errors import ColorquantWarning, InvalidInputError
from colorquant.measures.images import compared
from colorquant.options import QuantizeOptions
from colorquant.pipeline.curve import curve_of, curve_picture
from colorquant.pipeline.files import quantize_file

pytestmark = pytest.mark.slow


def by_quantize(path, **options):
    """Return the file of a result, its pixels and what was told of it."""
    stream = io.BytesIO()
    done = quantize_file(path, stream, **options)
    with Image.open(stream) as image:
        return stream.getvalue(), np.asarray(image.convert("RGB")), done


def pixels_of(path):
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def test_the_points_are_results(photo):
    curve = curve_of(photo, QuantizeOptions(max_colors=20, min_psnr=1))
    assert [point.k for point in curve.points] == [2, 3, 4, 6, 8, 12, 16, 20]
    image = pixels_of(photo)
    for point in curve.points[::3]:
        data, pixels, _ = by_quantize(photo, k=point.k)
        assert point.bytes == len(data)
        assert point.mse == pytest.approx(np.square(image - pixels.astype(float)).mean())
        different = deltaE_ciede2000(rgb2lab(image), rgb2lab(pixels)).mean()
        assert point.delta_e == pytest.approx(different, rel=2e-3)
        assert point.psnr == pytest.approx(10 * np.log10(255**2 / point.mse))
    assert curve.name == str(photo)
    assert curve.size == (50, 40)
    assert curve.colors == len(np.unique(image.reshape(-1, 3), axis=0))


def test_with_dithering_points_are_judged_after_the_blur(photo):
    curve = curve_of(photo, QuantizeOptions("auto", max_colors=8, dither="bayer"))
    data, pixels, _ = by_quantize(photo, k=8, dither="bayer")
    seen = compared(pixels_of(photo), pixels)
    point = curve.points[-1]
    assert point.bytes == len(data)
    assert point.mse == pytest.approx(seen.blurred.mse)
    assert point.delta_e == pytest.approx(seen.blurred.delta_e)
    assert seen.blurred.mse < 0.8 * seen.plain.mse


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"max_delta_e": "p95:8"},
        {"min_ssim": 0.95, "objective": "perceptual"},
        {"max_bytes": 3100},
        {"max_bytes": 3300, "dither": "bayer"},
        {"min_psnr": 28, "max_bytes": 9999, "pins": ["red"], "seed": 3, "effort": "fast"},
    ],
)
def test_what_is_chosen_is_what_quantize_makes(options, photo):
    options = {"max_colors": 32, "effort": "fast", **options}
    curve = curve_of(photo, QuantizeOptions("auto", **options))
    data, _, done = by_quantize(photo, k="auto", **options)
    assert curve.chosen in curve.points
    assert curve.chosen.bytes == len(data)
    assert curve.chosen.strength == done.look.strength
    assert curve.bounds == done.result.bounded.reached
    assert curve.chosen.k in {each.k for each in done.result.bounded.tried}
    if "dither" not in options:
        assert curve.chosen.k == len(done.result.palette)
    assert list(curve.points) == sorted(curve.points)


def test_a_strength_that_is_chosen_is_a_point_of_its_own(photo):
    options = QuantizeOptions(max_bytes=3300, dither="bayer", max_colors=64, effort="fast")
    curve = curve_of(photo, options)
    assert curve.chosen.strength < 1
    rest = [point for point in curve.points if point != curve.chosen]
    assert [point.k for point in rest] == [2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64]
    assert {point.strength for point in rest} == {1}


def test_the_distinct_colors_end_the_curve(tmp_path):
    colors = np.arange(7, dtype=np.uint8)[:, None, None] * np.uint8(30)
    path = tmp_path / "x.png"
    Image.fromarray(np.broadcast_to(colors, (7, 5, 3)).copy()).save(path)
    curve = curve_of(path, QuantizeOptions())
    assert [point.k for point in curve.points] == [2, 3, 4, 6, 7]
    last = curve.points[-1]
    assert (last.mse, last.delta_e, last.psnr) == (0, 0, np.inf)
    assert curve.facts()["points"][-1]["psnr"] is None
    assert curve_picture(curve).startswith(b"\x89PNG")


def test_an_image_of_one_color(tmp_path):
    Image.new("RGB", (4, 4), "red").save(tmp_path / "x.png")
    curve = curve_of(tmp_path / "x.png", QuantizeOptions())
    assert [point.k for point in curve.points] == [1]
    assert curve.chosen.k == 1
    assert curve_picture(curve).startswith(b"\x89PNG")


def test_more_colors_go_on_in_the_same_steps(tmp_path, noise):
    Image.fromarray(noise).save(tmp_path / "x.png")
    options = QuantizeOptions(max_colors=400, effort="fast", min_psnr=5)
    ks = [point.k for point in curve_of(tmp_path / "x.png", options).points]
    assert ks[-4:] == [192, 256, 384, 400]


def test_bounds_that_cannot_be_met(photo):
    options = QuantizeOptions(max_colors=6, min_psnr=80, max_delta_e=90, effort="fast")
    with pytest.warns(ColorquantWarning, match="with 6 colors PSNR is .* less than 80 dB"):
        curve = curve_of(photo, options)
    assert curve.chosen is None
    assert curve.miss.startswith("with 6 colors PSNR is ")
    assert [point.k for point in curve.points] == [2, 3, 4, 6]
    assert curve.facts()["chosen"] is None
    assert curve.facts()["bounds"] == [
        {"name": "min_psnr", "bound": 80},
        {"name": "max_delta_e", "bound": 90, "share": "mean"},
    ]
    assert curve_picture(curve).startswith(b"\x89PNG")


def test_all_frames_of_an_animation(tmp_path):
    frames = [Image.new("RGB", (6, 6), color) for color in ("red", "green", "blue")]
    frames[0].paste("white", (0, 0, 3, 3))
    path = tmp_path / "clip.webp"
    frames[0].save(path, save_all=True, append_images=frames[1:], lossless=True)
    curve = curve_of(path, QuantizeOptions())
    assert (curve.frames, curve.colors) == (3, 4)
    assert [point.k for point in curve.points] == [2, 3, 4]
    assert curve.points[0].mse > curve.points[-1].mse == 0
    assert curve.points[-1].bytes == len(by_quantize(path, k=4)[0])


def test_the_work_is_told(photo):
    seen = []
    curve_of(photo, QuantizeOptions("auto", max_colors=4), lambda *told: seen.append(told))
    assert seen == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]


def test_options_without_a_curve(photo):
    with pytest.raises(InvalidInputError, match="per_frame_palette"):
        curve_of(photo, QuantizeOptions(per_frame_palette=True))
    with pytest.raises(InvalidInputError, match="drop_unused"):
        curve_of(photo, QuantizeOptions(drop_unused=True))
