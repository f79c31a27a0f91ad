"""Tables and a chart of a comparison, from comparison.json: ``python benchmarks/tables.py``."""

import json
import statistics
from collections import defaultdict
from itertools import product
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

Data = dict[str, Any]

# Percent; a logarithmic axis cannot show what is at or below the lowest known error.
_LEAST_EXCESS = 0.1
# From a point to its label, the preferred ones first.
_DIRECTIONS = [(1, 0), (1, 0.7), (1, -0.7), (-1, 0), (-1, 0.7), (-1, -0.7), (0, 1), (0, -1)]


def write(data: Data, folder: Path) -> None:
    """Write comparison.md and comparison.png."""
    parts = [_about(data["about"]), _errors(data["rows"]), _means(data["rows"])]
    large = [row for row in data["rows"] if row["megapixels"] > 1]
    if large:
        parts.append(_large(large))
    (folder / "comparison.md").write_text("\n\n".join(parts) + "\n")
    _chart(data["rows"]).savefig(folder / "comparison.png")


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _about(about: Data) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in about["peers"].items())
    return (
        f"# Comparison\n\nOn {about['date']}: {about['processor']}, {about['cores']} cores, load "
        f"{about['load']:.1f} at the end; Python {about['python']}, NumPy {about['numpy']}. Whole "
        f"processes, PNG in and out, no dithering, medians of up to {about['trials']} runs "
        f"(fewer where a run takes more than 4 s).\n\nVersions: {versions}."
    )


def _by_peer(rows: list[Data]) -> dict[str, list[Data]]:
    found: dict[str, list[Data]] = defaultdict(list)
    for row in rows:
        found[row["peer"]].append(row)
    return found


def _errors(rows: list[Data]) -> str:
    """Tabulate the error of each peer on each image; the lowest in bold."""
    known = [row for row in rows if row["excess"] is not None]
    cells = list(dict.fromkeys((row["image"], row["k"]) for row in known))
    lowest = {
        cell: min(row["error"] for row in known if (row["image"], row["k"]) == cell)
        for cell in cells
    }
    lines = []
    for peer, own in _by_peer(known).items():
        errors = {(row["image"], row["k"]): row["error"] for row in own}
        shown = []
        for cell in cells:
            text = f"{errors[cell]:.2f}" if cell in errors else ""
            shown.append(f"**{text}**" if errors.get(cell) == lowest[cell] else text)
        lines.append([peer, *shown])
    head = ["", *(f"{image} {k}" for image, k in cells)]
    explained = "Mean over pixels of the squared difference summed over R, G and B."
    return f"## Error\n\n{explained}\n\n{_table(head, lines)}"


def _means(rows: list[Data]) -> str:
    """Tabulate means over the small images."""
    lines = []
    known = [row for row in rows if row["excess"] is not None]
    most = max((len(own) for own in _by_peer(known).values()), default=0)
    for peer, own in _by_peer(known).items():
        if len(own) < most:
            continue
        scores = [row["ssimulacra2"] for row in own if row["ssimulacra2"] is not None]
        lines.append(
            [
                peer,
                f"{100 * statistics.mean(row['excess'] for row in own):.2f} %",
                f"{100 * max(row['excess'] for row in own):.2f} %",
                f"{statistics.mean(row['ssim'] for row in own):.4f}",
                f"{statistics.mean(row['dssim'] for row in own):.4f}",
                f"{statistics.mean(scores):.1f}" if scores else "",
                f"{statistics.mean(row['bytes'] for row in own):,.0f}",
                f"{statistics.mean(row['seconds'] for row in own):.3f}",
                f"{sum(row['colors'] < row['k'] for row in own)}",
            ]
        )
    head = ["", "excess, mean", "excess, worst", "SSIM", "DSSIM", "SSIMULACRA2", "bytes"]
    head += ["seconds", "too few colors"]
    # Peers that cannot do each k, or were given up on, have no means that compare.
    explained = (
        "Means over the images and k above. Excess is the error over the lowest known, less one. "
        "The last column counts the results with fewer colors than were asked for."
    )
    return f"## Means\n\n{explained}\n\n{_table(head, lines)}"


def _large(rows: list[Data]) -> str:
    """Tabulate time, memory, size and error on large images."""
    lines = [
        [
            row["image"],
            row["peer"],
            f"{row['seconds']:.2f}",
            f"{row['megabytes']:.0f}" if row["megabytes"] else "",
            f"{row['bytes']:,}",
            f"{row['error']:.2f}",
        ]
        for row in rows
    ]
    head = ["image", "", "seconds", "peak MB", "bytes", "error"]
    return f"## Large images, 256 colors\n\n{_table(head, lines)}"


def _chart(rows: list[Data]) -> Figure:
    """Draw mean excess against mean time at 16 and 256 colors, both axes logarithmic."""
    figure = Figure(figsize=(10, 13), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    panels = dict(zip((16, 256), figure.subplots(2, 1), strict=True))
    points = {k: _points(rows, k) for k in panels}
    for k, axes in panels.items():
        for peer, point in points[k].items():
            axes.plot(*point, "o", color="tab:red" if _is_ours(peer) else "tab:gray", markersize=7)
        axes.set(xscale="log", yscale="log", xlabel="seconds, whole process")
        axes.set_ylabel(f"excess over the lowest known error in %, drawn at {_LEAST_EXCESS} and up")
        axes.set_title(
            f"{k} colors, photographs of 0.13 to 0.27 megapixels: lower and further left is better"
        )
        axes.grid(visible=True, which="both", alpha=0.2)
        axes.margins(0.12)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda value, _: f"{value:g}")
            axis.set_minor_formatter(lambda _value, _: "")
    figure.draw_without_rendering()
    for k, axes in panels.items():
        _label(axes, points[k])
    return figure


def _points(rows: list[Data], k: int) -> dict[str, tuple[float, float]]:
    """Return each peer's mean seconds and excess in percent on small photographs."""
    small = [row for row in rows if row["excess"] is not None and row["k"] == k]
    points = {}
    for peer, own in _by_peer(small).items():
        seconds = statistics.geometric_mean(row["seconds"] for row in own)
        excess = 100 * statistics.mean(row["excess"] for row in own)
        points[peer] = seconds, max(_LEAST_EXCESS, excess)
    return points


def _is_ours(peer: str) -> bool:
    return peer.startswith("colorquant") and not peer.endswith("sklearn")


def _label(axes: Axes, points: dict[str, tuple[float, float]]) -> None:
    """Put each label at the nearest place where it covers no label and no point."""
    taken = []
    for point in points.values():
        x, y = axes.transData.transform(point)
        taken.append(Bbox.from_extents(x - 5, y - 5, x + 5, y + 5))
    distances = range(8, 80, 4)
    for peer, point in sorted(points.items(), key=lambda item: not _is_ours(item[0])):
        weight = "bold" if _is_ours(peer) else "normal"
        for distance, (x, y) in product(distances, _DIRECTIONS):
            label = axes.annotate(
                peer,
                point,
                xytext=(x * distance, y * distance),
                textcoords="offset points",
                size=8,
                weight=weight,
                ha=("right", "center", "left")[round(x) + 1],
                va="center",
                arrowprops={"arrowstyle": "-", "color": "silver"} if distance > 16 else None,
            )
            box = label.get_window_extent()
            inside = axes.bbox.containsx(box.x0) and axes.bbox.containsx(box.x1)
            if inside and axes.bbox.containsy(box.y0) and not box.count_overlaps(taken):
                taken.append(box)
                break
            label.remove()


if __name__ == "__main__":
    here = Path(__file__).parent
    write(json.loads((here / "comparison.json").read_text()), here)
