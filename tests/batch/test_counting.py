"""What counts of an image, and how much."""

import numpy as np
import pytest
from PIL import Image

from colorquant.batch.counting import colors_of
from colorquant.images.writing.formats import FORMATS
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
