"""The part of a report on bounds: what was tried for each, and what was taken."""

from math import isfinite
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator, StrMethodFormatter

from colorquant.bounded import Bounded, Reached, Tried
from colorquant.errors import counted
from colorquant.report.page import MARGIN, WIDTH, Page, ticks

__all__ = ["draw_trials", "height_of_trials"]

# Lengths in inches: of a panel, of what stands above and below it, and of the numbers beside it.
_PANEL, _AROUND, _BESIDE = 2.2, 1.05, 0.8
_LEGEND = 2.1
# Least distance of two numbers below a panel.
_APART = 0.5
_COLUMNS = 2
_ACROSS = (WIDTH - 2 * MARGIN) / _COLUMNS
_WIDTH = _ACROSS - _BESIDE - _LEGEND
_LINE, _CHOSEN, _BOUND = "#2a5d8f", "#c8452c", "#6e6e6e"
_TITLES = {
    "min_psnr": "PSNR in dB",
    "max_delta_e": "CIEDE2000",
    "min_ssim": "SSIM",
    "quality": "Quality",
    "max_bytes": "Bytes",
    "max_lost": "Lost colors",
    "default": "PSNR after the viewing blur in dB",
}


class _Trial(NamedTuple):
    """A trial as it is drawn."""

    place: int
    """Number of colors or, if all have the same, the number of the trial."""
    value: float
    met: bool
    tried: Tried


def height_of_trials(bounded: Bounded | None) -> float:
    """Return the height that `draw_trials` needs, in inches: none if there was one trial."""
    return -(-len(_shown(bounded)) // _COLUMNS) * (_PANEL + _AROUND)


def draw_trials(page: Page, below: float, bounded: Bounded | None) -> None:
    """Draw a panel for each bound for which more than one result was tried.

    Parameters
    ----------
    page : Page
    below : float
        Distance of the first panels from the top of the page, in inches.
    bounded : Bounded, optional
        What came of the bounds, if there were some.
    """
    for number, bound in enumerate(_shown(bounded)):
        row, column = divmod(number, _COLUMNS)
        left = MARGIN + _BESIDE + column * _ACROSS
        top = below + row * (_PANEL + _AROUND)
        axes = page.axes(left, top, _WIDTH, _PANEL)
        share = f", {bound.share}" if bound.share else ""
        page.title(axes, f"{_TITLES[bound.name]}{share}: what was tried", left - _BESIDE)
        _draw(axes, bound, _trials(bounded, bound))


def _shown(bounded: Bounded | None) -> list[Reached]:
    """Return the bounds that have a panel."""
    if bounded is None:
        return []
    return [bound for bound in bounded.reached if len(_trials(bounded, bound)) > 1]


def _trials(bounded: Bounded | None, bound: Reached) -> list[_Trial]:
    """Return the trials in which a bound was measured, in order."""
    tried = bounded.tried if bounded else ()
    is_one = len({each.k for each in tried}) == 1
    return [
        _Trial(number if is_one else each.k, reached.value, reached.met, each)
        for number, each in enumerate(tried, 1)
        for reached in each.reached
        if (reached.name, reached.share) == (bound.name, bound.share) and isfinite(reached.value)
    ]


def _draw(axes: Axes, bound: Reached, trials: list[_Trial]) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    is_by_colors = any(trial.place == trial.tried.k for trial in trials)
    if is_by_colors:
        axes.set_xscale("log", base=2)
        places = [trial.place for trial in trials]
        axes.set_xlim(min(places) / 1.1, max(places) * 1.1)
        axes.xaxis.set_major_locator(FixedLocator(ticks(sorted(places), _WIDTH / _APART)))
    else:
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True, min_n_ticks=1))
    axes.set_xlabel("number of colors" if is_by_colors else "trial")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.6g}"))
    for met, face, label in ((True, _LINE, "meets the bound"), (False, "white", "misses it")):
        own = [trial for trial in trials if trial.met == met]
        if own:
            x, y = [trial.place for trial in own], [trial.value for trial in own]
            axes.plot(x, y, "o", ms=6, mfc=face, mec=_LINE, label=label)
    axes.axhline(bound.bound, color=_BOUND, linewidth=1.2, linestyle=(0, (5, 3)), label="bound")
    _mark_chosen(axes, bound, trials)
    axes.margins(y=0.15)
    axes.legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(1.01, 1))


def _mark_chosen(axes: Axes, bound: Reached, trials: list[_Trial]) -> None:
    chosen = next((trial for trial in reversed(trials) if trial.value == bound.value), None)
    if chosen is None:
        return
    k, strength = chosen.tried.k, chosen.tried.strength
    is_dithered = len({trial.tried.strength for trial in trials}) > 1
    more = f", strength {strength:.3g}" if is_dithered else ""
    label = f"{counted(k, 'color')}{more}: taken"
    axes.plot([chosen.place], [chosen.value], "o", ms=9, color=_CHOSEN, label=label)
