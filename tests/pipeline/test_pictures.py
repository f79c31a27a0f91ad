"""Pictures of results and of files."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageCms
from skimage.color import deltaE_ciede2000, rgb2lab

from colorquant.options import QuantizeOptions
from colorquant.pipeline.files import quantize_pictured
from colorquant.pipeline.pictures import picture_of_files, picture_of_pair
from colorquant.reading import ReadingOptions

FAST = QuantizeOptions(k=4, effort="fast")


def shown(picture, name):
    with Image.open(io.BytesIO(picture.shots[name].data)) as image:
        return np.asarray(image.convert("RGBA"))


def read(place):
    with Image.open(place) as image:
        return np.asarray(image.convert("RGBA"))


@pytest.fixture
def spotted(tmp_path):
    """Four grays, nearly, with a red square, which four colors leave out."""
    levels = np.repeat([20, 90, 160, 240], 15) + np.arange(60) % 2
    pixels = np.repeat(levels.astype(np.uint8), 40).reshape(60, 40, 1)
    pixels = np.repeat(pixels, 3, axis=2)
    pixels[10:16, 20:26] = (250, 20, 30)
    place = tmp_path / "spotted.png"
    Image.fromarray(pixels).save(place)
    return place


def test_a_result_is_shown_with_its_figures(spotted, tmp_path):
    done, picture = quantize_pictured(spotted, tmp_path / "out.png", FAST)
    assert picture.shots["after"].data == (tmp_path / "out.png").read_bytes()
    assert np.array_equal(shown(picture, "before"), read(spotted))
    assert picture.bytes == (done.source_bytes, done.output_bytes)
    assert picture.colors == (done.result.source_colors, 4)
    assert picture.figures.mse == done.result.metrics.mse
    assert picture.palette == tuple(done.result.palette.hex())
    assert sum(picture.counts) == 60 * 40


@pytest.mark.filterwarnings("ignore:.*JPEG compression")
@pytest.mark.parametrize("extension", ["bmp", "gif", "webp", "jpg"])
def test_each_format_is_shown_as_it_came_out(spotted, tmp_path, extension):
    place = tmp_path / f"out.{extension}"
    _, picture = quantize_pictured(spotted, place, FAST)
    assert np.array_equal(shown(picture, "after"), read(place))


def test_lost_colors_are_found_unasked_and_as_if_asked(spotted, tmp_path):
    _, picture = quantize_pictured(spotted, tmp_path / "a.png", FAST)
    done, asked = quantize_pictured(spotted, tmp_path / "b.png", replace(FAST, lost_colors=True))
    (loss,) = picture.lost
    assert (loss.lost.color, loss.lost.box) == ((250, 20, 30), (6, 6, 20, 10))
    reds = (read(spotted)[..., 0] == 250) & (read(spotted)[..., 1] == 20)
    now, counts = np.unique(shown(picture, "after")[reds], axis=0, return_counts=True)
    assert loss.now == tuple(now[counts.argmax(), :3].tolist())
    assert [each.lost for each in asked.lost] == list(done.result.bounded.lost)
    assert [(each.lost.color, each.lost.box, *each[1:]) for each in asked.lost] == [
        (loss.lost.color, loss.lost.box, *loss[1:])
    ]


def test_what_is_most_visibly_gone_comes_first():
    before = np.full((60, 60, 3), 200, np.uint8)
    # More pixels of a color that is almost left, and fewer of one that is not.
    before[:20, :30], before[40:, :20] = (150, 200, 200), (255, 0, 0)
    after = np.full_like(before, 200)
    losses = picture_of_pair(before, after).lost
    assert [each.lost.color for each in losses] == [(255, 0, 0), (150, 200, 200)]
    assert [each.lost.pixels for each in losses] == [400, 600]
    assert {each.now for each in losses} == {(200, 200, 200)}
    pairs = [rgb2lab(np.array([each.lost.color, each.now]) / 255) for each in losses]
    expected = [20 * deltaE_ciede2000(*pairs[0]), 600**0.5 * deltaE_ciede2000(*pairs[1])]
    assert [each.weight for each in losses] == pytest.approx(expected, rel=1e-3)


def test_what_is_lost_in_a_later_frame_is_beside_the_nearest_color(spotted, tmp_path):
    with Image.open(spotted) as image:
        frames = [Image.new("RGB", image.size, (90, 90, 90)), image.convert("RGB")]
        frames[0].save(tmp_path / "a.png", save_all=True, append_images=frames[1:])
    _, picture = quantize_pictured(tmp_path / "a.png", tmp_path / "b.png", FAST)
    (loss,) = picture.lost
    colors = [tuple(bytes.fromhex(each[1:])) for each in picture.palette]
    labs = rgb2lab(np.array(colors) / 255)
    red = np.broadcast_to(rgb2lab(np.array(loss.lost.color) / 255), labs.shape)
    differences = deltaE_ciede2000(red, labs)
    assert loss.now == colors[differences.argmin()]
    assert loss.delta_e == pytest.approx(differences.min(), abs=1e-3)


def test_files_are_shown_as_results_are(spotted, tmp_path):
    out = tmp_path / "out.png"
    _, made = quantize_pictured(spotted, out, FAST)
    found = picture_of_files(spotted, out, ReadingOptions())
    assert found.bytes == made.bytes
    assert found.colors == made.colors
    assert [each.lost.color for each in found.lost] == [each.lost.color for each in made.lost]
    assert found.figures.mse == pytest.approx(made.figures.mse)
    assert found.figures[2:] == made.figures[2:]
    assert found.palette == made.palette


def test_one_file_alone_is_shown(spotted, tmp_path):
    found = picture_of_files(None, spotted, ReadingOptions())
    assert set(found.shots) == {"after", "thumb"}
    assert found.bytes == (None, spotted.stat().st_size)
    assert picture_of_files(tmp_path / "none.png", None, ReadingOptions()) is None


def test_files_of_other_sizes_are_not_compared(spotted, photo):
    found = picture_of_files(spotted, photo, ReadingOptions())
    assert "before" not in found.shots
    assert "different sizes" in found.notes[0]


def test_blocks_are_shown_as_averages(spotted, tmp_path):
    options = replace(FAST, pixelate=4)
    _, picture = quantize_pictured(spotted, tmp_path / "out.png", options)
    assert picture.size == (10, 15)
    assert "40 x 60" in picture.notes[0]


def test_frames_with_their_own_palettes_have_no_lost_colors(spotted, tmp_path):
    frames = [Image.open(spotted), Image.open(spotted).rotate(90)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    options = replace(FAST, per_frame_palette=True)
    _, picture = quantize_pictured(tmp_path / "a.gif", tmp_path / "b.gif", options)
    assert picture.frames == 2
    assert picture.lost is None


def test_of_animations_on_disk_the_first_frames_are_compared(spotted, tmp_path):
    with Image.open(spotted) as image:
        frames = [image.convert("RGB"), image.convert("RGB").rotate(90)]
    frames[0].save(tmp_path / "a.webp", save_all=True, append_images=frames[1:], lossless=True)
    _, made = quantize_pictured(tmp_path / "a.webp", tmp_path / "b.webp", FAST)
    assert not made.of_first
    found = picture_of_files(tmp_path / "a.webp", tmp_path / "b.webp", ReadingOptions())
    assert (found.frames, found.of_first, found.notes) == (2, True, ())
    first = [np.asarray(Image.open(tmp_path / f"{name}.webp").convert("RGB")) for name in "ab"]
    assert found.figures.mse == pytest.approx(np.square(first[0].astype(float) - first[1]).mean())
    frames[0].save(tmp_path / "b.png")
    found = picture_of_files(tmp_path / "a.webp", tmp_path / "b.png", ReadingOptions())
    assert found.notes == ("The source has 2 frames, the result 1.",)


def test_alpha_is_kept(soft, tmp_path):
    Image.fromarray(soft).save(tmp_path / "in.png")
    _, picture = quantize_pictured(tmp_path / "in.png", tmp_path / "out.png", FAST)
    assert picture.clear
    found = picture_of_pair(soft, read(tmp_path / "out.png"))
    assert found.figures.delta_e == pytest.approx(picture.figures.delta_e)


def test_a_profile_goes_with_the_pixels(spotted, tmp_path, wide_profile):
    with Image.open(spotted) as image:
        image.save(tmp_path / "wide.png", icc_profile=wide_profile)
    _, picture = quantize_pictured(tmp_path / "wide.png", tmp_path / "out.png", FAST)
    for name in ("before", "after", "thumb"):
        with Image.open(io.BytesIO(picture.shots[name].data)) as image:
            assert image.info["icc_profile"] == wide_profile


def test_images_with_a_profile_are_compared_in_srgb(photo, tmp_path, wide_profile):
    with Image.open(photo) as image:
        image.save(tmp_path / "wide.png", icc_profile=wide_profile)
    out = tmp_path / "out.png"
    _, made = quantize_pictured(tmp_path / "wide.png", out, FAST)
    # What a browser shows, as littlecms has it.
    before, after = (by_littlecms(each, wide_profile) for each in (tmp_path / "wide.png", out))
    mse = np.square(before.astype(float) - after).mean()
    delta_e = deltaE_ciede2000(rgb2lab(before), rgb2lab(after))
    assert made.figures.mse == pytest.approx(mse)
    assert made.figures.psnr == pytest.approx(10 * np.log10(255**2 / mse))
    assert made.figures.delta_e == pytest.approx(delta_e.mean(), rel=1e-3)
    assert made.figures.delta_e_p95 == pytest.approx(np.percentile(delta_e, 95), rel=1e-3)
    assert made.colors == tuple(len(np.unique(e.reshape(-1, 3), axis=0)) for e in (before, after))
    shades = {"#" + bytes(each).hex() for each in after.reshape(-1, 3)}
    assert set(made.palette) == shades
    # Once more, from the files.
    found = picture_of_files(tmp_path / "wide.png", out, ReadingOptions())
    assert found.figures == made.figures
    assert found.shots["map"] == made.shots["map"]
    assert (found.colors, found.palette, found.lost) == (made.colors, made.palette, made.lost)


@pytest.mark.filterwarnings("ignore:.*JPEG compression")
@pytest.mark.parametrize("extension", ["png", "webp", "jpg"])
def test_a_picture_tells_nothing_of_who_made_it(photo, tmp_path, extension, wide_profile):
    told = Image.Exif()
    told[0x013B] = "Jane Roe"
    with Image.open(photo) as image:
        image.save(tmp_path / "in.png", exif=told, icc_profile=wide_profile)
    out = tmp_path / f"out.{extension}"
    _, picture = quantize_pictured(tmp_path / "in.png", out, replace(FAST, metadata="keep"))
    assert b"Jane Roe" in out.read_bytes()
    assert not any(b"Jane Roe" in shot.data for shot in picture.shots.values())
    assert np.array_equal(shown(picture, "after"), read(out))
    with Image.open(io.BytesIO(picture.shots["after"].data)) as image:
        assert image.info["icc_profile"] == wide_profile


def by_littlecms(place, profile):
    with Image.open(place) as image:
        return np.asarray(
            ImageCms.profileToProfile(
                image.convert("RGB"),
                ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
                flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
            )
        )
