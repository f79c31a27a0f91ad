"""The part of a report on the search: the paths of the centers, and the error of each step."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from colorquant.color.space import Space
from colorquant.models import Step
from colorquant.report.page import MARGIN, WIDTH, Page
from colorquant.report.planes import unit_square

__all__ = ["draw_course", "height_of_course"]

# Lengths in inches.
_PLOT, _LABELS, _AROUND, _LEGEND = 2.6, 0.5, 1.05, 1.75
_MOST_PATHS = 256
# From more centers on, all is drawn smaller.
_MANY = 64
# Longer moves in one breath are drawn as jumps; in units of the axes.
_JUMP = 0.04
# Colors that people with any vision of colors can tell apart: Okabe and Ito, "Color Universal
# Design" (2008). A stage has the same in each report.
_STAGES = {
    "seeding": "#0072b2",
    "mini-batches": "#e69f00",
    "breath": "#009e73",
    "full pass": "#d55e00",
}
_OTHER = "#cc79a7"


def height_of_course(history: tuple[Step, ...]) -> float:
    """Return the height that `draw_course` needs, in inches: none without a search."""
    return _PLOT + _AROUND if history else 0.0


def draw_course(
    page: Page, below: float, history: tuple[Step, ...], space: Space, *, pixels: int, scope: str
) -> None:
    """Draw the course of a search.

    Parameters
    ----------
    page : Page
    below : float
        Distance of the plots from the top of the page, in inches.
    history : tuple of Step
    space : Space
        The space of the history.
    pixels : int
        How many pixels the palette was found for.
    scope : str
        What of an animation it is of, with a comma before it.
    """
    if not history:
        return
    axes = page.axes(MARGIN + _LABELS, below, _PLOT, _PLOT)
    page.title(axes, f"Centers from seeding to end{scope}")
    _paths(axes, history, space)
    left = MARGIN + _LABELS + _PLOT + _LEGEND
    area = page.axes(left + 0.8, below, WIDTH - MARGIN - left - 0.8, _PLOT)
    page.title(area, f"Inertia per step{scope}", left)
    _inertia(area, history, pixels, space)


def _paths(axes: Axes, history: tuple[Step, ...], space: Space) -> None:
    """Draw the path of each center from the seeding (ring) to the end (dot)."""
    unit_square(axes, "red", "green")
    k = len(history[-1].centers)
    steps = [step for step in history if len(step.centers) == k]
    drawn = np.unique(np.linspace(0, k - 1, min(k, _MOST_PATHS)).astype(int))
    colors = np.stack([space.colors(step.centers * space.unit)[drawn] / 255 for step in steps])
    places, final = colors[:, :, :2], colors[-1, :, :3]
    moves = np.stack([places[:-1], places[1:]], axis=2)
    jumps = np.square(places[1:] - places[:-1]).sum(axis=2) > _JUMP * _JUMP
    jumps &= np.array([step.stage == "breath" for step in steps[1:]], bool)[:, None]
    tints = np.broadcast_to(final, (*jumps.shape, 3))
    # Thousands of short lines would make drawings large.
    many = k > _MANY
    jumped = LineCollection(list(moves[jumps]), colors="#00000050", linestyles=":", rasterized=many)
    moved = LineCollection(
        list(moves[~jumps]), colors=tints[~jumps], linewidths=1.2, rasterized=many
    )
    axes.add_collection(jumped)
    axes.add_collection(moved)
    size = 12 if many else 30
    first, last = places[0], places[-1]
    rings = [tuple(color) for color in final]
    axes.scatter(
        first[:, 0], first[:, 1], s=size, facecolors="none", edgecolors=rings, linewidths=0.8
    )
    axes.scatter(last[:, 0], last[:, 1], s=size, c=final, edgecolors="black", linewidths=0.4)
    _explain(axes, any_jump=bool(jumps.any()), one_step=len(steps) == 1)


def _explain(axes: Axes, *, any_jump: bool, one_step: bool) -> None:
    """Write beside the paths what rings, dots and lines are."""
    gray = "#505050"
    dot = Line2D([], [], marker="o", ls="", color=gray, mec="black", mew=0.4, ms=5.5, label="end")
    ring = Line2D([], [], marker="o", ls="", mfc="none", mec=gray, ms=5.5, label="seeding")
    path = Line2D([], [], color=gray, lw=1.2, label="path")
    jump = Line2D([], [], color=gray, ls=":", label="jump in a breath")
    signs = [dot] if one_step else [ring, path, *([jump] if any_jump else []), dot]
    axes.legend(
        handles=signs, frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(1.01, 1.02)
    )


def _inertia(axes: Axes, history: tuple[Step, ...], pixels: int, space: Space) -> None:
    """Draw the inertia of each step, marked by stage.

    It is a squared error per pixel or, if colors weigh what the eye sees, a multiple of the last.
    """
    errors = np.array([step.inertia for step in history])
    if space.visible:
        axes.set(xlabel="step", ylabel="visible error, the last one = 1")
        errors /= max(errors[-1], np.finfo(float).tiny)
    else:
        axes.set(xlabel="step", ylabel="squared error per pixel")
        errors = errors * 255**2 / pixels
    last = max(1, len(history) - 1)
    axes.set_xlim(-0.02 * last, 1.02 * last)
    axes.plot(errors, color="#909090", linewidth=1)
    stages = np.array([step.stage for step in history])
    for stage in dict.fromkeys(stages.tolist()):
        at = np.flatnonzero(stages == stage)
        color = _STAGES.get(stage, _OTHER)
        axes.plot(at, errors[at], "o", markersize=5, color=color, label=stage)
    axes.legend(frameon=False)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.ticklabel_format(useOffset=False)
