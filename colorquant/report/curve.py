"""The picture of a curve: error and size by the number of colors."""

from collections.abc import Sequence
from math import inf, isfinite, log2, nan
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter

from colorquant.errors import counted, printable
from colorquant.report.page import MARGIN, OUR_LOOKS, WIDTH, Page, saved, ticks

__all__ = ["Panel", "render"]

# Lengths in inches.
_LEFT = MARGIN + 0.9
_ACROSS = WIDTH - _LEFT - MARGIN
_PANEL, _BETWEEN = 1.95, 0.6
_TOP = 1.65
# Least distance of two numbers below the panels.
_APART = 0.5
_LINE, _CHOSEN, _BOUND = "#2a5d8f", "#c8452c", "#6e6e6e"


class Panel(NamedTuple):
    """What is shown by the number of colors."""

    title: str
    values: Sequence[float]
    chosen: float | None
    """The value of the chosen result, which may be off the line."""
    bound: float | None
    """What the values must reach, or must not exceed."""
    form: str
    """The format of a value."""
    from_zero: bool = True
    """Whether the scale begins at zero."""


@OUR_LOOKS
def render(
    name: str,
    facts: Sequence[str],
    numbers: Sequence[int],
    panels: Sequence[Panel],
    *,
    chosen: int | None,
    kind: str = "png",
) -> bytes:
    """Draw a curve.

    Parameters
    ----------
    name : str
        Name of the image.
    facts : sequence of str
        Lines below the title.
    numbers : sequence of int
        Numbers of colors, ascending.
    panels : sequence of Panel
        With a value for each number; infinite ones are not drawn.
    chosen : int, optional
        The number of colors that is marked.
    kind : {"png", "svg", "pdf"}

    Returns
    -------
    bytes
        The file.
    """
    page = Page(_TOP + len(panels) * (_PANEL + _BETWEEN) + 0.3)
    page.text(f"{printable(name)} by the number of colors", 20, below=0.2)
    for place, line in enumerate(facts):
        page.text(printable(line), 11, below=0.65 + 0.26 * place)
    for place, panel in enumerate(panels):
        below = _TOP + place * (_PANEL + _BETWEEN)
        axes = page.axes(_LEFT, below, _ACROSS, _PANEL)
        _draw(axes, numbers, panel, chosen)
        axes.tick_params(labelbottom=place == len(panels) - 1)
    axes.set_xlabel("number of colors", size=12)
    return saved(page.figure, kind)


def _draw(axes: Axes, numbers: Sequence[int], panel: Panel, chosen: int | None) -> None:
    axes.set_title(panel.title, size=13, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#e6e6e6", linewidth=0.8)
    axes.set_axisbelow(True)
    _scale(axes, [*numbers, chosen] if chosen else numbers)
    axes.xaxis.set_major_locator(FixedLocator(ticks(numbers, _ACROSS / _APART)))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.6g}"))
    axes.plot(
        numbers, [_drawn(each) for each in panel.values], "o-", color=_LINE, ms=5, clip_on=False
    )
    _set_heights(axes, panel)
    if panel.bound is not None:
        _mark_bound(axes, panel)
    if chosen is not None and panel.chosen is not None:
        _mark_chosen(axes, panel, chosen)


def _drawn(value: float) -> float:
    return value if isfinite(value) else nan


def _set_heights(axes: Axes, panel: Panel) -> None:
    """Set the scale of the values, with room for the bound if it is not far away from them."""
    known = [*panel.values, *([] if panel.chosen is None else [panel.chosen])]
    known = [each for each in known if isfinite(each)] or [0.0]
    low, high = min(known), max(known)
    if panel.bound is not None and low - (high - low) < panel.bound < 2 * high - low:
        low, high = min(low, panel.bound), max(high, panel.bound)
    if panel.from_zero:
        low = 0.0
    room = (high - low or 1.0) * 0.14
    axes.set_ylim(0 if panel.from_zero else low - room, high + room)


def _scale(axes: Axes, numbers: Sequence[int]) -> None:
    axes.set_xscale("log", base=2)
    axes.set_xlim(min(numbers) / 1.12, max(numbers) * 1.12)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))


def _mark_bound(axes: Axes, panel: Panel) -> None:
    """Draw the bound, unless it is far away from all values."""
    bound = panel.bound
    low, high = axes.get_ylim()
    if bound is None or not low <= bound <= high:
        return
    axes.axhline(bound, color=_BOUND, linewidth=1.2, linestyle=(0, (5, 3)))
    axes.annotate(
        f"bound {bound:{panel.form}}",
        (0, bound),
        xycoords=axes.get_yaxis_transform(),
        xytext=(6, 4),
        textcoords="offset points",
        color=_BOUND,
        size=10,
    )


def _mark_chosen(axes: Axes, panel: Panel, chosen: int) -> None:
    """Draw the chosen result, with its number of colors and its value."""
    axes.axvline(chosen, color=_CHOSEN, linewidth=1, alpha=0.45)
    value = inf if panel.chosen is None else panel.chosen
    axes.plot([chosen], [_drawn(value)], "o", color=_CHOSEN, markersize=9, clip_on=False)
    low, high = axes.get_xlim()
    is_right = log2(chosen / low) > 0.8 * log2(high / low)
    axes.annotate(
        f"{counted(chosen, 'color')}: {value:{panel.form}}",
        (chosen, 1),
        xycoords=axes.get_xaxis_transform(),
        xytext=(-6 if is_right else 6, -2),
        textcoords="offset points",
        ha="right" if is_right else "left",
        va="top",
        color=_CHOSEN,
        size=12,
        weight="bold",
        bbox={"color": "white", "pad": 1},
    )
