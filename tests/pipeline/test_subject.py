import numpy as np
import pytest
from PIL import Image

from colorquant.images.fitting import Fitting
from colorquant.images.source import Source
from colorquant.images.writing.formats import find_format
from colorquant.options import QuantizeOptions
from colorquant.pipeline.subject import subject_of
from colorquant.progress import Clock
from colorquant.reading import ReadingOptions


@pytest.mark.parametrize("frames", [1, 2])
def test_an_image_or_all_of_its_frames(frames, tmp_path):
    dark, light = np.zeros((2, 3, 3), np.uint8), np.full((2, 3, 3), 200, np.uint8)
    path = tmp_path / "clip.png"
    Image.fromarray(dark).save(path, save_all=True, append_images=[Image.fromarray(light)])
    fitting = Fitting(find_format("png", None), QuantizeOptions(), "x")
    clock = Clock()
    with Source(path, ReadingOptions()) as source:
        subject = subject_of(source, frames, fitting, clock)
    assert subject.moving == (frames > 1)
    assert len(subject.table) == frames
    assert np.array_equal(subject.first.pixels, dark)
    assert "colors" in clock.seconds
