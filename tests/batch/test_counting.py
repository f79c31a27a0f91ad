"""What counts of an image, and how much."""

import numpy as np
import pytest
from PIL import Image

from colorquant.batch.counting import colors_of
from colorquant.color import gathering
from colorquant.color.table import ColorTable
from colorquant.images.writing.formats import FORMATS
from colorquant.models import Raster
from colorquant.options import QuantizeOptions


@pytest.mark.parametrize("alike", [False, True])
def test_what_an_image_weighs(alike, noise, tmp_path):
    for name, pixels in (("large", np.tile(noise, (3, 3, 1))), ("small", noise[:4, :4])):
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    large, small = (
        colors_of(tmp_path / f"{n}.png", FORMATS["png"], QuantizeOptions(), alike=alike)
        for n in ("large", "small")
    )
    ratio = large.counts.sum() / small.counts.sum()
    assert ratio == pytest.approx(1 if alike else 9 * 32 * 48 / 16, rel=0.001)


@pytest.mark.parametrize(("name", "frames"), [("gif", 2), ("bmp", 1)])
def test_all_frames_count_that_the_format_holds(name, frames, noise, tmp_path):
    images = [Image.fromarray(noise), Image.fromarray(255 - noise)]
    images[0].save(tmp_path / "x.webp", save_all=True, append_images=images[1:], lossless=True)
    found = colors_of(tmp_path / "x.webp", FORMATS[name], QuantizeOptions())
    assert int(found.counts.sum()) == frames * 32 * 48


@pytest.mark.parametrize("options", [{"objective": "perceptual"}, {"dither": "diffusion"}])
def test_what_the_eye_sees_counts_if_asked_for(options, noise, tmp_path):
    pixels = np.tile(noise, (3, 3, 1))
    pixels[:40, :40] = 7
    Image.fromarray(pixels).save(tmp_path / "x.png")
    png, options = FORMATS["png"], QuantizeOptions(**options)
    assert colors_of(tmp_path / "x.png", png, QuantizeOptions()).seen is None
    found = colors_of(tmp_path / "x.png", png, options)
    table = ColorTable.of(Raster(pixels), seen=True)
    np.testing.assert_array_equal(found.seen, table.seen)


@pytest.mark.parametrize("weight", [3, 1 << 10, 1 << 24])
def test_what_the_eye_sees_is_scaled_like_the_counts(weight, noise, tmp_path, monkeypatch):
    monkeypatch.setattr(gathering, "_IMAGE_WEIGHT", weight)
    pixels = np.tile(noise, (3, 3, 1))
    pixels[:70, :140] = 7
    Image.fromarray(pixels).save(tmp_path / "x.png")
    options = QuantizeOptions(objective="perceptual")
    found = colors_of(tmp_path / "x.png", FORMATS["png"], options, alike=True)
    found.check()
    table = ColorTable.of(Raster(pixels), seen=True)
    exact = table.seen * (weight / pixels.shape[0] / pixels.shape[1])
    counts = found.counts[:, None]
    expected = np.clip(exact, counts * [1, 0], counts * [255, 1])
    assert (abs(found.seen - expected) <= 0.5).all()


@pytest.mark.parametrize("name", ["gif", "bmp"])
def test_what_the_eye_sees_of_all_frames(name, noise, tmp_path):
    frames = [noise, np.full_like(noise, 9)]
    images = [Image.fromarray(each) for each in frames]
    images[0].save(tmp_path / "x.webp", save_all=True, append_images=images[1:], lossless=True)
    options = QuantizeOptions(objective="perceptual")
    found = colors_of(tmp_path / "x.webp", FORMATS[name], options)
    held = frames if name == "gif" else frames[:1]
    expected = ColorTable.of_all(map(Raster, held), seen=True)
    np.testing.assert_array_equal(found.seen, expected.seen)
