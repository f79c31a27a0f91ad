"""The panels of trials."""

import pytest

from colorquant.bounded import Bounded, Reached, Tried
from colorquant.report.page import Page
from colorquant.report.trials import draw_trials, height_of_trials


def psnr(value):
    return Reached("min_psnr", 30, value)


def size(value):
    return Reached("max_bytes", 500, value)


def tries(*values, of=psnr, strength=0.0):
    return tuple(Tried(k, strength, (of(value),)) for k, value in values)


def drawn(bounded):
    page = Page(3 + height_of_trials(bounded))
    draw_trials(page, 1, bounded)
    page.figure.draw_without_rendering()
    return page.figure.axes


def points(axes):
    """Return the places that are drawn by what the legend says of them."""
    return {
        line.get_label(): list(zip(line.get_xdata(), line.get_ydata(), strict=True))
        for line in axes.lines
    }


def test_trials_are_drawn_with_the_bound_and_what_was_taken():
    bounded = Bounded(True, (psnr(30.1),), tries((64, 33.0), (40, 29.0), (43, 30.1)))
    (axes,) = drawn(bounded)
    assert axes.get_title("left") == "PSNR in dB: what was tried"
    assert axes.get_xscale() == "log"
    found = points(axes)
    assert found["meets the bound"] == [(64, 33.0), (43, 30.1)]
    assert found["misses it"] == [(40, 29.0)]
    assert [y for _, y in found["bound"]] == [30, 30]
    assert found["43 colors: taken"] == [(43, 30.1)]
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert labels[-1] == "64"


@pytest.mark.parametrize(
    "bounded",
    [
        None,
        Bounded(True, (), ()),
        Bounded(True, (psnr(30.1),), tries((43, 30.1))),
        Bounded(False, (), (Tried(8, 0.0, ()),)),
    ],
)
def test_one_trial_has_no_panel(bounded):
    assert height_of_trials(bounded) == 0
    assert drawn(bounded) == []


def test_each_bound_has_a_panel_of_its_own():
    share = Reached("max_delta_e", 4, 3.5, "p95")
    tried = (
        Tried(64, 0.0, (psnr(33.0), share)),
        Tried(40, 0.0, (psnr(29.0),)),
        Tried(43, 0.0, (psnr(30.1), Reached("max_delta_e", 4, 3.9, "p95"))),
    )
    bounded = Bounded(True, (psnr(33.0), share, size(400)), tried)
    first, second = drawn(bounded)
    assert second.get_title("left") == "CIEDE2000, p95: what was tried"
    assert len(points(second)["meets the bound"]) == 2
    assert "misses it" not in points(second)
    assert points(second)["64 colors: taken"] == [(64, 3.5)]
    assert first.get_position().y0 == second.get_position().y0
    assert height_of_trials(bounded) > 0


def test_strengths_of_dithering_are_told():
    tried = tries((64, 700), (20, 480), of=size, strength=0.3)
    tried += tries((20, 520), of=size, strength=0.85) + tries((20, 496), of=size, strength=0.5)
    (axes,) = drawn(Bounded(True, (size(496),), tried))
    assert points(axes)["20 colors, strength 0.5: taken"] == [(20, 496)]


def test_trials_with_one_number_of_colors_stand_in_order():
    tried = tuple(Tried(8, 0.0, (Reached("max_lost", 1, lost),)) for lost in (4, 2, 1))
    (axes,) = drawn(Bounded(False, (Reached("max_lost", 1, 1),), tried))
    assert axes.get_xlabel() == "trial"
    assert axes.get_xscale() == "linear"
    assert points(axes)["misses it"] == [(1, 4), (2, 2)]
    assert points(axes)["8 colors: taken"] == [(3, 1)]


def test_infinite_values_are_left_out():
    bounded = Bounded(True, (psnr(31.0),), tries((64, float("inf")), (40, 31.0), (30, 20.0)))
    (axes,) = drawn(bounded)
    assert points(axes)["meets the bound"] == [(40, 31.0)]
