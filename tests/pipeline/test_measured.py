import numpy as np
import pytest

from colorquant.color.table import ColorTable
from colorquant.measures.images import averaged, compared
from colorquant.measures.judging import Judge
from colorquant.models import Raster
from colorquant.options import QuantizeOptions
from colorquant.palette import Palette
from colorquant.pipeline.fitted import Fitted
from colorquant.pipeline.measured import Measured
from colorquant.progress import Clock


class Subject:
    blind = False

    def __init__(self, frames):
        self.moving, self._frames = len(frames) > 1, frames
        self.clock = Clock()

    def frames(self):
        return iter(self._frames)


class Trial:
    """Frames that are mapped to a palette."""

    def __init__(self, frames, **options):
        colors = np.array([[20, 20, 20], [90, 160, 60], [230, 230, 230]], np.uint8)
        self.options, self.frames = QuantizeOptions(k=3, **options), frames
        table = ColorTable.of_all(map(Raster, frames), seen=True)
        given = Palette(colors, np.zeros(3, np.int64))
        self.fitted = Fitted(table, self.options, given, moving=len(frames) > 1)

    def pairs(self):
        for frame in self.frames:
            yield frame, self.fitted.map(frame)


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("look", [{}, {"objective": "perceptual"}, {"dither": "bayer"}])
def test_measures_are_those_of_the_images(look, number):
    rng = np.random.default_rng(0)
    frames = [rng.integers(0, 256, (20, 30, 3)).astype(np.uint8) for _ in range(number)]
    trial = Trial(frames, **look)
    asked = []

    def judge(pixels, soft, sparse):
        asked.append(soft)
        return Judge(pixels, soft=soft, sparse=sparse)

    soft = "dither" in look
    measured = Measured(trial, judge, soft=soft, subject=Subject(frames))
    seen = [compared(pixels, image.pixels()) for pixels, image in trial.pairs()]
    expected = averaged([each[soft] for each in seen])
    assert measured.mse == pytest.approx(expected.mse)
    assert measured.delta_e.mean == pytest.approx(expected.delta_e)
    assert measured.delta_e.p95 == pytest.approx(expected.delta_e_p95)
    assert measured.delta_e.max == pytest.approx(expected.delta_e_max)
    if not look and number == 1:
        # The color table tells all of this.
        assert not asked
    assert measured.ssim == pytest.approx(expected.ssim)
    assert measured.seen_mse == pytest.approx(averaged([each.blurred for each in seen]).mse)
    assert measured.lost == len(measured.lost_colors)
