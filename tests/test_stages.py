"""How far a run is: with fake stages, whose times are known."""

from itertools import pairwise

import pytest

from colorquant.options import QuantizeOptions
from colorquant.stages import Advance

FILE = ("read", "colors", "palette", "map", "encode", "write")


def shares(advance, *stages):
    """Return the shares at the begin, in the middle and at the end of each stage."""
    return [advance(stage, share) for stage in stages for share in (0.0, 0.5, 1.0)]


def run(options, *stages, **how):
    found = shares(Advance(options, **how), *stages)
    assert all(0 <= one <= other <= 1 for one, other in pairwise(found))
    return found


def test_all_stages_fill_the_whole_bar():
    for options in (QuantizeOptions(), QuantizeOptions(256, dither="diffusion")):
        found = run(options, *FILE, file=True)
        assert found[0] == 0
        assert found[-1] == pytest.approx(1)
        # In the middle of a stage is the mean of its begin and its end.
        for start, middle, end in zip(found[::3], found[1::3], found[2::3], strict=True):
            assert middle == pytest.approx((start + end) / 2)
        assert found[2:-1:3] == pytest.approx(found[3::3])


def taken(stage, options, *stages, **how):
    """Return the share of the bar that a stage has."""
    found = run(options, *stages, **how)
    place = 3 * stages.index(stage)
    return found[place + 2] - found[place]


def test_stages_have_room_by_the_time_that_they_take():
    dithered = QuantizeOptions(dither="diffusion")
    assert taken("map", dithered, *FILE, file=True) > 0.75
    assert taken("map", QuantizeOptions(), *FILE, file=True) < 0.25
    assert taken("palette", QuantizeOptions(256, effort="best"), *FILE, file=True) > 0.75
    assert taken("palette", QuantizeOptions(256, effort="fast"), *FILE, file=True) < 0.3
    twice = taken("palette", QuantizeOptions(restarts=4), *FILE, file=True)
    assert twice > 1.5 * taken("palette", QuantizeOptions(), *FILE, file=True)
    more = (*FILE[:-1], "optimize", "report", "write")
    told = {"file": True, "report": True, "optimize": 2}
    assert taken("optimize", QuantizeOptions(), *more, **told) > 0.4
    assert taken("report", QuantizeOptions(), *more, **told) > 0.15


def test_images_in_memory_have_fewer_stages():
    found = run(QuantizeOptions(), "colors", "palette", "map")
    assert found[-1] == pytest.approx(1)


def test_stages_that_do_not_come_leave_their_room_to_others():
    found = run(QuantizeOptions(), "read", "encode", "write", file=True)
    assert found[-1] == pytest.approx(1)


def test_frames_are_mapped_as_they_are_encoded():
    frames = ("colors", "palette", "encode", "write")
    assert taken("encode", QuantizeOptions(dither="diffusion"), *frames, file=True) > 0.75


BOUNDS = [
    {"k": "auto"},
    {"k": "auto", "min_ssim": 0.9},
    {"k": "auto", "max_delta_e": 2, "dither": "bayer"},
    {"k": 16, "min_psnr": 30},
    {"k": 16, "max_lost": 0},
    {"k": 16, "lost_colors": True},
]


@pytest.mark.parametrize("bounds", BOUNDS, ids=str)
@pytest.mark.parametrize("trials", [1, 2, 5, 12])
def test_trials_move_on_without_end(bounds, trials):
    trial = ("palette", "map", "measure")
    stages = ("read", "colors", *trials * trial, "encode", "write")
    found = run(QuantizeOptions(**bounds), *stages, file=True)
    ends = found[2 + 3 * 4 : -6 : 9]
    # However many trials there are, each has some room, and leaves some.
    assert all(one < other < 1 for one, other in pairwise(ends))
    assert found[-1] == pytest.approx(1)


def test_the_usual_number_of_trials_has_even_room():
    trial = ("palette", "map", "measure")
    stages = ("read", "colors", *5 * trial, "encode", "write")
    found = run(QuantizeOptions("auto", min_ssim=0.9), *stages, file=True)
    ends = [0, *found[2 + 3 * 4 : -6 : 9]]
    steps = [other - one for one, other in pairwise(ends[1:])]
    assert steps == pytest.approx([steps[0]] * 4)


def test_sizes_are_met_by_encoding():
    stages = ("read", "colors", *3 * ("palette", "map", "encode"), "write")
    found = run(QuantizeOptions("auto", max_bytes=1000), *stages, file=True)
    assert found[-1] == pytest.approx(1)
    dithered = run(QuantizeOptions("auto", max_bytes=1000, dither="bayer"), *stages, file=True)
    assert dithered[-4] < found[-4]


def test_what_is_not_told_is_guessed_by_the_pace_so_far():
    advance = Advance(QuantizeOptions(), file=True)
    assert advance.guess(5, 0) == 0
    advance("read", 0.0)
    start = advance("colors", 0.0)
    end = Advance(QuantizeOptions(), file=True)
    end = shares(end, "read", "colors")[-1]
    # The run has taken 2 seconds up to the stage.
    assert advance.guess(0.2, 2) == pytest.approx(1.1 * start)
    assert start < advance.guess(1e9, 2) < end
    assert advance("colors", 0.1) <= advance.guess(0, 2)


def test_unknown_stages_do_no_harm():
    assert run(QuantizeOptions(), "read", "magic", file=True)[-1] < 1
