"""Bounds that results meet, judged by other means than those that find them."""

import io
from functools import partial

import numpy as np
import pytest
from PIL import Image, ImageDraw
from skimage.color import deltaE_ciede2000, rgb2lab
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from colorquant.color.alpha import with_alpha
from colorquant.errors import BoundError, InvalidInputError
from colorquant.measures.images import compared
from colorquant.palette import Palette
from colorquant.pipeline.files import quantize_file
from colorquant.pipeline.still import quantize as quantized

pytestmark = pytest.mark.slow

# Bounds are found alike at all efforts.
quantize = partial(quantized, effort="fast")


@pytest.fixture(scope="module")
def image(samples):
    with Image.open(samples / "flower.jpg") as image:
        return image.convert("RGB").resize((90, 60), Image.Resampling.LANCZOS)


def written(image, **options):
    """Return the pixels of the file that is written, and its description."""
    source, stream = io.BytesIO(), io.BytesIO()
    image.save(source, "PNG")
    done = quantize_file(source.getvalue(), stream, **{"effort": "fast"} | options)
    with Image.open(stream) as result:
        return np.asarray(result.convert(image.mode)), done


def psnr(one, other):
    return peak_signal_noise_ratio(one, other)


def ssim(one, other):
    grays = (each @ (0.2125, 0.7154, 0.0721) for each in (one.astype(float), other.astype(float)))
    return structural_similarity(*grays, data_range=255)


def delta_e(one, other):
    return deltaE_ciede2000(rgb2lab(one / 255), rgb2lab(other / 255))


BOUNDS = [
    ({"min_psnr": 33}, lambda one, other: psnr(one, other) >= 33),
    ({"max_delta_e": 3}, lambda one, other: delta_e(one, other).mean() <= 3),
    ({"max_delta_e": "p95:7"}, lambda one, other: np.percentile(delta_e(one, other), 95) <= 7),
    ({"max_delta_e": "max:25"}, lambda one, other: delta_e(one, other).max() <= 25),
    ({"min_ssim": 0.95}, lambda one, other: ssim(one, other) >= 0.95),
]


@pytest.mark.parametrize(
    ("bound", "holds", "look"),
    [
        *((*each, {}) for each in BOUNDS),
        *((*each, {"objective": "perceptual"}) for each in BOUNDS[:2]),
    ],
)
def test_they_hold_as_scikit_image_measures_them(bound, holds, look, image):
    pixels, done = written(image, **bound, **look)
    assert holds(np.asarray(image), pixels)
    assert done.result.bounded.auto
    assert done.result.bounded.reached[0].met


@pytest.mark.parametrize(("bound", "holds"), BOUNDS[:2])
def test_few_colors_suffice(bound, holds, image):
    k = len(quantize(image, **bound).palette)
    # By more than 5 %, or 1, there is no lower number.
    rest = k - 1 - max(1, k // 21)
    for fewer in (rest, rest - 1, rest - 2, rest - 5, rest // 2):
        assert not holds(np.asarray(image), quantize(image, k=fewer).indexed.pixels())


def test_the_result_is_that_of_its_number_of_colors(image):
    found = quantized(image, min_psnr=32)
    expected = quantized(image, k=len(found.palette))
    np.testing.assert_array_equal(found.indexed.indices, expected.indexed.indices)
    np.testing.assert_array_equal(found.palette.colors, expected.palette.colors)


def test_dithered_results_are_judged_after_the_viewing_blur(image):
    pixels, done = written(image, min_psnr=36, dither="diffusion")
    seen = compared(np.asarray(image), pixels)
    assert seen.plain.psnr < 36 <= seen.blurred.psnr
    assert done.result.bounded.reached[0].value == pytest.approx(seen.blurred.psnr, abs=1e-6)


def test_all_of_several_bounds_hold(image):
    alone = [quantize(image, **bound) for bound, _ in BOUNDS]
    together = quantize(
        image, **{name: value for bound, _ in BOUNDS for name, value in bound.items()}
    )
    # One name has several values here, of which the last counts.
    expected = max(len(alone[number].palette) for number in (0, 3, 4))
    assert len(together.palette) == pytest.approx(expected, abs=max(1, 0.05 * expected))
    assert [each.met for each in together.bounded.reached] == [True] * 3


def test_a_number_of_colors_is_only_checked(image):
    done = quantize(image, k=64, min_psnr=30)
    assert len(done.palette) == 64
    assert not done.bounded.auto
    message = r"^the result: with 4 colors PSNR is 2\d\.\d+ dB, less than 30 dB$"
    with pytest.raises(BoundError, match=message):
        quantize(image, k=4, min_psnr=30)


def test_what_no_number_of_colors_meets(image, tmp_path):
    with pytest.raises(BoundError, match=r"with 256 colors PSNR is .* less than 70 dB"):
        quantize(image, min_psnr=70)
    found = quantize(image, min_psnr=42, max_colors=60_000)
    assert 256 < len(found.palette) < found.source_colors
    source = tmp_path / "a.png"
    image.save(source)
    with pytest.raises(BoundError):
        quantize_file(source, min_psnr=70)
    assert list(tmp_path.iterdir()) == [source]


def test_few_colors_are_all_kept():
    pixels = np.arange(60, dtype=np.uint8).reshape(4, 5, 3) * 4
    assert len(quantize(pixels, min_psnr=300).palette) == 20
    assert len(quantize(np.zeros((3, 3, 3), np.uint8), min_psnr=40).palette) == 1
    # Only a lossless result has this quality.
    assert len(quantize(pixels, quality=100).palette) == 20
    assert len(quantize(pixels, quality=0).palette) == 2


def test_the_default_is_a_wish(image):
    done = quantize(image, k="auto")
    (reached,) = done.bounded.reached
    assert (reached.name, reached.bound) == ("default", 44)
    few = quantize(image, k="auto", max_colors=8)
    assert len(few.palette) == 8
    assert not few.bounded.reached[0].met
    seen = compared(np.asarray(image), done.indexed.pixels())
    assert reached.value == pytest.approx(seen.blurred.psnr, abs=1e-6)


def test_qualities(image):
    numbers = [len(quantize(image, quality=each).palette) for each in (10, 40, 70, 80)]
    assert numbers == sorted(set(numbers))
    assert len(quantize(image, quality="20-70").palette) == numbers[2]
    # As many as the higher needs, but fewer if there are no more: the lower counts.
    assert len(quantize(image, quality="20-100", max_colors=60).palette) == 60
    with pytest.raises(BoundError, match=r"with 8 colors quality is .*, less than 60"):
        quantize(image, quality="60-80", max_colors=8)


def size(image, **options):
    return written(image, **options)[1].output_bytes


@pytest.mark.parametrize("options", [{}, {"optimize": 1}, {"objective": "perceptual"}])
def test_sizes_are_filled_with_colors(options, image):
    whole = size(image, k=128, **options)
    bound = whole * 2 // 3
    _, done = written(image, max_bytes=bound, **options)
    k = len(done.result.palette)
    assert done.output_bytes <= bound < size(image, k=k + 1, **options)
    assert done.output_bytes == size(image, k=k, **options)
    _, done = written(image, max_bytes=whole, max_colors=128, **options)
    assert len(done.result.palette) == 128


def test_sizes_are_filled_with_dithering(image):
    bound = size(image, k=24, dither="diffusion")
    _, done = written(image, max_bytes=bound, dither="diffusion")
    assert 0.97 * bound <= done.output_bytes <= bound
    assert 0 < done.look.strength <= 0.85
    # A strength that is given stays.
    _, done = written(image, max_bytes=bound, dither="diffusion", dither_strength=0.6)
    assert done.look.strength == 0.6
    assert done.output_bytes <= bound


def test_errors_never_rise_with_the_size_that_is_allowed(image):
    whole = size(image, k=128, dither="diffusion")
    errors = []
    for tenths in (5, 7, 10):
        pixels, _ = written(image, max_bytes=whole * tenths // 10, dither="diffusion")
        errors.append(compared(np.asarray(image), pixels).blurred.mse)
    assert errors == sorted(errors, reverse=True)


@pytest.mark.parametrize("options", [{}, {"dither": "diffusion"}, {"dither": "bayer"}])
def test_sizes_that_are_too_small(options, image):
    with pytest.raises(
        BoundError, match=r"with 2 colors the size is .* bytes, more than 200 bytes"
    ):
        quantize(image, max_bytes=200, **options)


def test_a_size_beside_an_error(image):
    found = quantize(image, min_psnr=30, max_bytes="1M")
    assert len(found.palette) == len(quantize(image, min_psnr=30).palette)
    with pytest.raises(BoundError, match=r"the size is .* bytes, more than 2,000 bytes$"):
        quantize(image, min_psnr=30, max_bytes="2k")


def sign():
    """Return a map of greens and grays, with one small red sign."""
    rows, columns = np.mgrid[:200, :300]
    pixels = np.stack([rows // 2, 100 + columns // 3, 60 + (rows + columns) // 8], axis=2)
    image = Image.fromarray(pixels.astype(np.uint8))
    ImageDraw.Draw(image).rectangle((250, 20, 257, 27), fill=(220, 20, 30))
    return image


def chart():
    """Return a chart with a thin line, on a ground that takes all of a few colors."""
    ramp = np.linspace(0, 255, 256).astype(np.uint8)
    image = Image.fromarray(np.repeat(np.tile(ramp, (200, 1))[..., None], 3, axis=2))
    ImageDraw.Draw(image).line((10, 150, 240, 30), fill=(0, 90, 255))
    return image


@pytest.mark.parametrize(
    ("picture", "box"), [(sign(), (8, 8, 250, 20)), (chart(), (231, 121, 10, 30))]
)
def test_lost_colors_are_named_and_kept(picture, box):
    lost = quantize(picture, k=4, lost_colors=True).bounded.lost
    line = next(each for each in lost if each.box == box)
    exact = np.asarray(picture)[line.box[3] + line.box[1] - 1, line.box[2]]
    assert line.color == tuple(exact.tolist())
    assert line.pixels == (np.asarray(picture) == exact).all(axis=2).sum()
    # The line is right: so many more colors keep it.
    more = quantize(picture, k=4 + line.more, lost_colors=True).bounded.lost
    assert line.color not in [each.color for each in more]
    # Enough colors are taken, or others give way.
    found = quantize(picture, max_lost=0)
    assert found.bounded.lost == ()
    assert 4 < len(found.palette) <= 20
    fixed = quantize(picture, k=6, max_lost=0)
    assert fixed.bounded.lost == ()
    assert len(fixed.palette) == 6
    assert list(line.color) in fixed.palette.colors.tolist()
    # They have their places by lightness, as all others do.
    luma = fixed.palette.colors @ (299, 587, 114)
    assert (np.diff(luma) >= 0).all()


def test_colors_that_cannot_all_be_kept():
    with pytest.raises(BoundError, match=r"the number of lost colors is .*, more than 0"):
        quantize(sign(), k=1, max_lost=0)
    palette = Palette(np.zeros((1, 3), np.uint8), np.zeros(1, np.int64))
    with pytest.raises(BoundError, match="with 1 color the number of lost colors"):
        written(sign(), palette=palette, max_lost=0)
    _, done = written(sign(), palette=palette, lost_colors=True)
    assert {each.more for each in done.result.bounded.lost} == {1}


def test_pins_stay_beside_colors_that_are_kept():
    found = quantize(sign(), k=8, max_lost=0, pins=["#0000ff"], dither="diffusion")
    assert found.palette.hex()[0] == "#0000ff"
    assert [220, 20, 30] in found.palette.colors.tolist()


def test_colors_that_are_kept_have_the_depth():
    found = quantize(sign(), k=8, max_lost=0, depth="rgb444")
    assert found.bounded.lost == ()
    assert (found.palette.colors % 17 == 0).all()


def test_alpha(image):
    pixels = with_alpha(np.asarray(image)).copy()
    pixels[:, :40, 3] = np.linspace(0, 255, 40).astype(np.uint8)
    whole = Image.fromarray(pixels)
    result, done = written(whole, min_psnr=32)
    assert compared(pixels, result).plain.psnr >= 32
    assert done.indexed
    result, _ = written(whole, max_delta_e="p95:8", format="gif")
    assert (result[..., 3] % 255 == 0).all()
    assert quantize(whole, k=16, lost_colors=True).bounded.lost is not None


def test_pixels_of_an_animation_are_counted_once(image, tmp_path):
    source = tmp_path / "a.png"
    other = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    image.save(source, save_all=True, append_images=[other], duration=50)
    for bounds in ({"k": 9}, {"min_psnr": 30, "lost_colors": True}):
        options = {"format": "png", "dither": "bayer", "effort": "fast"} | bounds
        done = quantize_file(source, io.BytesIO(), **options)
        assert done.result.palette.counts.sum() == 2 * image.width * image.height


@pytest.mark.parametrize("bound", [{"min_psnr": 30}, {"max_bytes": "4k"}, {"min_ssim": 0.9}])
def test_animations(bound, image, tmp_path):
    source, output = tmp_path / "a.png", tmp_path / "b.png"
    other = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    image.save(source, save_all=True, append_images=[other], duration=50)
    done = quantize_file(source, output, effort="fast", **bound)
    assert done.frames == 2
    with Image.open(output) as result:
        for number, frame in enumerate((image, other)):
            result.seek(number)
            pixels = np.asarray(result.convert("RGB"))
            if "min_psnr" in bound:
                assert psnr(np.asarray(frame), pixels) >= 30
            if "min_ssim" in bound:
                assert ssim(np.asarray(frame), pixels) >= 0.895
    if "max_bytes" in bound:
        assert output.stat().st_size <= 4000


def test_lost_colors_of_an_animation_in_a_format_of_few_colors(image, tmp_path):
    source = tmp_path / "a.gif"
    other = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    image.save(source, save_all=True, append_images=[other], duration=50)
    done = quantize_file(source, tmp_path / "b.gif", k=6, lost_colors=True)
    assert done.result.bounded.lost


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"format": "jpg", "min_psnr": 30}, "JPEG compression changes the colors, so no bound"),
        ({"format": "avif", "quality": 80}, "AVIF compression changes the colors"),
        ({"format": "jpg", "k": "auto"}, "JPEG compression changes the colors"),
        ({"k": 8, "max_colors": 9}, "max_colors is for k auto"),
        (
            {"per_frame_palette": True, "min_psnr": 30, "format": "gif"},
            "and bounds exclude",
        ),
        ({"per_frame_palette": True, "k": "auto"}, "per_frame_palette and bounds exclude"),
        ({"format": "gif", "k": "auto", "max_colors": 300}, "GIF holds at most 256 colors"),
    ],
)
def test_what_does_not_go_together(options, message, image):
    with pytest.raises(InvalidInputError, match=message):
        written(image, **options)


def test_small_images_have_no_ssim():
    pixels = np.random.default_rng(0).integers(0, 256, (6, 50, 3)).astype(np.uint8)
    with pytest.raises(BoundError, match="too small for SSIM, which needs 7 x 7 pixels"):
        quantize(pixels, min_ssim=0.5)


def test_blocks_are_judged_as_they_are_averaged(image):
    found = quantize(image, pixelate=4, min_psnr=32)
    assert found.indexed.indices.shape == (60, 90)
    assert found.metrics.psnr >= 32
