"""Several images in memory, beside a run over a folder of them."""

import io

import numpy as np
import pytest
from helpers import run
from PIL import Image
from sklearn.cluster import KMeans

import colorquant
from colorquant.errors import BoundError, InvalidInputError


@pytest.fixture(scope="module")
def images():
    rng = np.random.default_rng(2)
    return [rng.integers(low, low + 90, (12, 10, 3)).astype(np.uint8) for low in (0, 60, 160)]


@pytest.fixture
def folder(images, tmp_path):
    for number, pixels in enumerate(images):
        Image.fromarray(pixels).save(tmp_path / f"{number}.png")
    return tmp_path


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--perceptual", "--dither", "diffusion"],
        ["--pin", "#123456", "--depth", "4", "--order", "hue"],
        ["--weight", "images"],
    ],
)
def test_a_shared_palette_is_that_of_the_command(options, images, folder):
    named = {"shared_palette": True, "k": 6, "effort": "fast"}
    if "--perceptual" in options:
        named |= {"objective": "perceptual", "dither": "diffusion"}
    if "--pin" in options:
        options = ["--pin", "#112233", *options[2:]]
        named |= {"pins": ["#112233"], "depth": 4, "order": "hue"}
    if "--weight" in options:
        named |= {"weight": "images"}
    found = colorquant.quantize_many(images, **named)
    done = run(
        folder, "-k", 6, "--effort", "fast", "--shared-palette", *options, "-o", folder / "o"
    )
    assert done.exit_code == 0, done.stderr
    assert len({tuple(result.palette.hex()) for result in found}) == 1
    for number, result in enumerate(found):
        (written,) = (folder / "o").glob(f"{number}*.png")
        with Image.open(written) as image:
            np.testing.assert_array_equal(np.asarray(image.convert("RGB")), result.indexed.pixels())


def test_each_has_its_own_palette_without_one_for_all(images, folder):
    paths = [folder / f"{number}.png" for number in range(3)]
    for found in (colorquant.quantize_many(images, k=4), colorquant.quantize_many(paths, k=4)):
        for image, result in zip(images, found, strict=True):
            alone = colorquant.quantize(image, k=4)
            np.testing.assert_array_equal(result.indexed.pixels(), alone.indexed.pixels())


def test_a_given_palette_is_for_all(images):
    for result in colorquant.quantize_many(iter(images), palette="pico-8"):
        assert result.palette.hex() == colorquant.Palette.load("pico-8").hex()


def test_alpha_of_one_image_is_in_the_palette_of_all(images, soft):
    found = colorquant.quantize_many([images[0], soft], shared_palette=True, k=8, effort="fast")
    assert all(result.palette.has_alpha for result in found)
    assert found[0].indexed.pixels()[:, :, 3].min() > 0


def test_an_array_of_images(images):
    stack = np.stack(images)
    assert len(colorquant.quantize_many(stack, shared_palette=True, k=2, effort="fast")) == 3
    assert colorquant.quantize_many([], k=2) == []


def test_bounds_are_met_by_all_together(images):
    found = colorquant.quantize_many(images, shared_palette=True, min_psnr=24, effort="fast")
    error = np.mean([result.metrics.mse for result in found])
    assert colorquant.Metrics(error).psnr >= 24
    with pytest.raises(BoundError, match="the shared palette"):
        colorquant.quantize_many(images, shared_palette=True, k=2, min_psnr=50)


def test_a_clusterer_finds_the_shared_palette(images):
    how = {"engine": KMeans(n_init=1), "k": 3}
    found = colorquant.quantize_many(images, shared_palette=True, **how)
    assert len({tuple(result.palette.hex()) for result in found}) == 1
    assert len(found[0].palette) == 3


def test_a_bar_shows_progress(images, capsys):
    colorquant.quantize_many(images, k=2, effort="fast", progress=True)
    assert "3/3" in capsys.readouterr().err
    colorquant.quantize_many(images, k=2, effort="fast")
    assert not capsys.readouterr().err


@pytest.mark.parametrize(
    ("wrong", "options", "told"),
    [
        ("a.png", {}, "several images, not str"),
        (b"data", {}, "several images, not bytes"),
        (5, {}, "several images, not int"),
        (np.zeros((4, 5, 3), np.uint8), {}, "an array of images is"),
        ([], {"shared_palette": True}, "at least one image"),
        ([io.BytesIO()], {"shared_palette": True}, "pass bytes instead of streams"),
        ([], {"shared_palette": True, "palette": "nes"}, "exclude each other"),
        ([], {"shared_palette": True, "max_bytes": 9}, "shared_palette and max_bytes exclude"),
        ([], {"shared_palette": True, "order": "source"}, "shared_palette and order source"),
        ([], {"shared_palette": 1.5}, "shared_palette must be True or False"),
        ([], {"weight": "colors"}, "weight must be one of"),
        ([], {"progress": "yes"}, "progress must be True or False"),
        ([], {"efort": "best"}, "did you mean effort"),
    ],
)
def test_wrong_arguments_are_refused(wrong, options, told):
    with pytest.raises(InvalidInputError, match=told):
        colorquant.quantize_many(wrong, **options)
