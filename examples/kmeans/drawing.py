"""How all pictures of the k-means story look."""

import io
from pathlib import Path

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

import colorquant

# Ten colors that color-blind readers can tell apart as well as ten can be.
COLORS = (
    *("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9"),
    *("#d55e00", "#7f7f00", "#6a3d9a", "#8c564b", "#444444"),
)
GRAY = "#9a9a9a"
INK = "#222222"
MAP = ListedColormap(COLORS)

FOLDER = Path(__file__).parents[2] / "docs" / "kmeans"
WIDTH = 10.0  # inches
DPI = 100


def panels(rows, columns, height):
    """Return a figure of the page's width, and its axes in reading order."""
    figure = Figure(figsize=(WIDTH, height), dpi=DPI, layout="constrained")
    figure.get_layout_engine().set(h_pad=0.1, w_pad=0.05)
    axes = figure.subplots(rows, columns, squeeze=False)
    return figure, list(axes.flat)


def bare(axes, title):
    """Leave out the scales of a map of points, where only places matter."""
    axes.set_title(title, fontsize=11)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_aspect("equal")
    axes.spines[:].set_color("#cccccc")


def plain(axes, title, x, y):
    """Name the two scales of a curve."""
    axes.set_title(title, fontsize=11)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.spines[["top", "right"]].set_visible(False)


def dots(axes, points, labels=None, size=14):
    """Draw points, each in the color of its cluster."""
    colors = GRAY if labels is None else np.array(COLORS)[np.asarray(labels) % len(COLORS)]
    axes.scatter(*points.T, s=size, c=colors, alpha=0.75, linewidths=0)


def centers(axes, places, size=130, marker="X", label=None):
    """Draw centers in black with a white edge, which shows on points of any color."""
    axes.scatter(
        *np.transpose(places),
        s=size,
        c=INK,
        marker=marker,
        edgecolors="white",
        linewidths=1.3,
        zorder=3,
        label=label,
    )


def arrows(axes, before, after):
    """Draw how centers moved."""
    reach = 0.05 * np.ptp([*before, *after])
    for tail, tip in zip(before, after, strict=True):
        if np.hypot(*(tip - tail)) < reach:
            continue  # the center hides such an arrow
        axes.annotate("", tip, tail, arrowprops={"arrowstyle": "->", "color": INK, "lw": 1.6})


def save(figure, name, folder=FOLDER, k=64):
    """Save a picture in few colors, found by what it explains."""
    path = Path(folder) / f"{name}.png"
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png")
    colorquant.quantize_file(drawn.getvalue(), path, k=k, effort="best", force=True)
    return path
