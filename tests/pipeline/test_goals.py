import numpy as np
import pytest

from colorquant.bounded import Reached
from colorquant.measures.judging import DeltaE
from colorquant.options import QuantizeOptions
from colorquant.pipeline.goals import DEFAULT_PSNR, all_goals


class Measures:
    """What goals may ask a trial for."""

    mse, seen_mse, ssim, power_error, quality, bytes, lost = 30.0, 8.0, 0.9, 40.0, 70, 5000, 2
    delta_e = DeltaE(2.0, 5.0, 20.0)


def names(**bounds):
    return [goal.name for goal in all_goals(QuantizeOptions(**bounds))]


def test_what_takes_longest_comes_last():
    assert names() == []
    assert names(k="auto") == ["default"]
    every = {"min_psnr": 40, "max_delta_e": 2, "min_ssim": 0.9, "max_bytes": 9, "max_lost": 0}
    expected = ["quality", "min_psnr", "max_delta_e", "min_ssim", "max_lost", "max_bytes"]
    assert names(quality=80, **every) == expected


@pytest.mark.parametrize(
    ("bounds", "met", "reached"),
    [
        ({"min_psnr": 33.35}, True, Reached("min_psnr", 33.35, 33.359591)),
        ({"min_psnr": 33.36}, False, Reached("min_psnr", 33.36, 33.359591)),
        ({"max_delta_e": 2}, True, Reached("max_delta_e", 2, 2, "mean")),
        ({"max_delta_e": "p95:4"}, False, Reached("max_delta_e", 4, 5, "p95")),
        ({"max_delta_e": "max:20"}, True, Reached("max_delta_e", 20, 20, "max")),
        ({"min_ssim": 0.91}, False, Reached("min_ssim", 0.91, 0.9)),
        ({"max_bytes": 5000}, True, Reached("max_bytes", 5000, 5000)),
        ({"max_lost": 1}, False, Reached("max_lost", 1, 2)),
        # What is wanted is the higher quality, what has to be the lower.
        ({"quality": "65-80"}, False, Reached("quality", 65, 70)),
        ({"quality": "65-70"}, True, Reached("quality", 65, 70)),
        ({"k": "auto"}, False, Reached("default", DEFAULT_PSNR, 39.099904)),
    ],
)
def test_what_is_reached(bounds, met, reached):
    (goal,) = all_goals(QuantizeOptions(**bounds))
    assert goal.is_met(Measures) == met
    found = goal.reached(Measures)
    assert found == Reached(
        reached.name, reached.bound, pytest.approx(reached.value), reached.share
    )
    # Neither a wish nor a quality that is only wanted is refused.
    assert goal.refuses(found) == (not met and reached.name not in ("default", "quality"))


@pytest.mark.parametrize(
    "bounds",
    [
        {"min_psnr": 40},
        {"max_delta_e": 2},
        {"min_ssim": 0.9},
        {"quality": 80},
        {"max_bytes": 5000},
        {"k": "auto"},
    ],
)
def test_errors_cross_where_values_do(bounds):
    (goal,) = all_goals(QuantizeOptions(**bounds))
    rng = np.random.default_rng(0)
    crossed = set()
    for _ in range(200):
        measures = Measures()
        measures.mse, measures.seen_mse = rng.uniform(0.1, 20, 2)
        measures.delta_e, measures.ssim = DeltaE(*rng.uniform(1, 3, 3)), rng.uniform(0.8, 1)
        measures.power_error = rng.uniform(10, 40)
        measures.quality = 80 if measures.power_error <= goal.wanted else 79
        measures.bytes = int(rng.integers(2000, 9000))
        within = goal.error(measures) <= goal.wanted
        # The error of a size is larger with fewer bytes.
        assert within == (goal.is_met(measures) != (goal.name == "max_bytes"))
        crossed.add(bool(within))
    assert crossed == {False, True}
