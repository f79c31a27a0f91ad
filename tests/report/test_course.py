"""The search in a report."""

import numpy as np
import pytest
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex

from colorquant.color.space import SRGB
from colorquant.models import Step
from colorquant.report.course import draw_course, height_of_course
from colorquant.report.page import Page

STAGES = ("seeding", "mini-batches", "breath", "full pass")


def course(*stages, far=0.0):
    """Return a search in which one of two centers moves, and jumps in the last step."""
    places = np.linspace(0, 0.02, len(stages))
    places[-1] += far
    return tuple(
        Step(stage, np.array([[0.5, 0.5, 0.5], [0.1 + place, 0.1, 0.1]]), 9.0 - number)
        for number, (stage, place) in enumerate(zip(stages, places, strict=True))
    )


def drawn(history, scope=""):
    page = Page(1 + height_of_course(history))
    draw_course(page, 0.5, history, SRGB, pixels=100, scope=scope)
    page.figure.draw_without_rendering()
    return page.figure.axes


def legend(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def colors(axes):
    return {line.get_label(): to_hex(line.get_color()) for line in axes.lines[1:]}


def test_stages_have_the_same_colors_in_every_report():
    _, every = drawn(course(*STAGES))
    assert legend(every) == list(STAGES)
    assert len(set(colors(every).values())) == 4
    _, some = drawn(course("seeding", "full pass", "full pass"))
    _, other = drawn(course("KMeans on 99 weighted points"))
    assert colors(some) == {name: colors(every)[name] for name in ("seeding", "full pass")}
    assert not set(colors(other).values()) & set(colors(every).values())


def test_errors_are_those_of_a_pixel():
    _, errors = drawn(course("seeding", "full pass"))
    assert errors.lines[0].get_ydata() == pytest.approx([9 * 255**2 / 100, 8 * 255**2 / 100])


@pytest.mark.parametrize(
    ("history", "said"),
    [
        (course(*STAGES), ["seeding", "path", "end"]),
        (course(*STAGES, far=0.5), ["seeding", "path", "end"]),
        (course("seeding", "breath", far=0.5), ["seeding", "path", "jump in a breath", "end"]),
        (course("MeanShift on 9 points"), ["end"]),
    ],
)
def test_the_legend_explains_what_is_drawn(history, said):
    paths, _ = drawn(history)
    assert legend(paths) == said
    jumps, _ = (c for c in paths.collections if isinstance(c, LineCollection))
    assert bool(len(jumps.get_paths())) == ("jump in a breath" in said)


def test_centers_go_from_rings_to_dots():
    paths, _ = drawn(course(*STAGES, far=0.3))
    rings, ends = (c for c in paths.collections if isinstance(c, PathCollection))
    np.testing.assert_allclose(rings.get_offsets(), [[0.5, 0.5], [0.1, 0.1]], atol=1 / 255)
    np.testing.assert_allclose(ends.get_offsets(), [[0.5, 0.5], [0.42, 0.1]], atol=1 / 255)


def test_titles_name_the_frames():
    for axes in drawn(course(*STAGES), ", all 5 frames"):
        assert axes.get_title("left").endswith(", all 5 frames")


def test_without_a_search_there_is_nothing():
    assert drawn(()) == []
    assert height_of_course(()) == 0
