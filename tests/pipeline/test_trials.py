import numpy as np
import pytest
from PIL import Image

from colorquant.images.fitting import Fitting
from colorquant.images.writing.formats import find_format
from colorquant.models import Raster
from colorquant.options import QuantizeOptions
from colorquant.pipeline.still import Still
from colorquant.pipeline.trials import Trials
from colorquant.progress import Clock


@pytest.fixture(scope="module")
def raster(samples):
    with Image.open(samples / "flower.jpg") as image:
        return Raster(np.asarray(image.convert("RGB"))[::4, ::4])


def trials(raster, **options):
    fitting = Fitting(find_format("png", None), QuantizeOptions(**options), "the result")
    return Trials(Still(raster, fitting, Clock()))


def test_photographs_need_few_trials(raster):
    for bound, most in (("min_psnr", 36), ("max_delta_e", 2), ("min_ssim", 0.96), ("quality", 70)):
        one = trials(raster, **{bound: most})
        one.least(one.goals)
        assert len(one.tried) <= 5, bound


def test_numbers_that_can_be_tried(raster):
    assert trials(raster, k="auto").numbers() == (2, 256)
    assert trials(raster, k="auto", max_colors=9, pins=["red", "lime", "blue"]).numbers() == (3, 9)
    few = Raster(np.arange(36, dtype=np.uint8).reshape(3, 4, 3) * 7)
    assert trials(few, k="auto").numbers() == (2, 12)
    assert trials(few, k="auto", max_colors=1).numbers() == (1, 1)
    assert trials(few, k="auto", pins=["red"]).numbers() == (2, 13)
    assert trials(Raster(np.zeros((2, 2, 3), np.uint8)), k="auto").numbers() == (1, 1)


def test_what_was_tried_is_noted(raster):
    one = trials(raster, min_psnr=33, dither="bayer")
    (goal,) = one.goals
    measured = one.measured(7, strength=0.5)
    (reached,) = one.noted(7, measured, one.goals)
    assert one.tried[0].k == 7
    assert one.tried[0].strength == 0.5
    assert one.tried[0].reached == (reached,)
    assert reached.value == pytest.approx(goal.value(measured), abs=1e-6)


def test_no_dithering_keeps_the_objective(raster):
    options = trials(raster, max_bytes="9k", dither="diffusion").trial(7, 0.0).options
    assert options.look.dithering == "none"
    assert options.look.is_perceptual
    options = (
        trials(raster, max_bytes="9k", dither="diffusion", objective="mse").trial(7, 0.0).options
    )
    assert options.look.is_plain


def test_nothing_is_expected_of_what_has_no_error(raster):
    one = trials(raster, max_lost=0)
    assert np.isnan(one.expected(one.goals[0], 8, one.measured(8)))
    few = trials(Raster(np.zeros((2, 2, 3), np.uint8)), min_psnr=30)
    assert np.isnan(few.expected(few.goals[0], 1, few.measured(1)))
