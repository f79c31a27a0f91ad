"""Tables and a chart of what the eye sees: ``python benchmarks/eyes_tables.py FOLDER``.

From the eyes.json in the folder.
"""

import json
import statistics
import sys
from pathlib import Path
from typing import Any

import eyes_metrics
import tables
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

Row = dict[str, Any]

# Title, key, factor and digits of each column.
COLUMNS = (
    ("SSIMULACRA2", "ssimulacra2", 1, 1),
    ("butteraugli", "butteraugli", 1, 2),
    ("S-CIELAB", "scielab", 1, 2),
    ("FLIP", "flip", 1, 3),
    ("CIEDE2000", "ciede2000", 1, 2),
    ("flat noise", "flat_noise", 1, 2),
    ("kB", "bytes", 1e-3, 1),
    ("seconds", "seconds", 1, 2),
)
TITLES = {
    "held-out": "Held-out photographs",
    "tune": "Photographs that constants are tuned on",
    "drawn": "Drawn images",
}
CONTEST = ("ssimulacra2", "scielab", "flip")
KINDS = {False: "undithered", True: "dithered"}


def write(data: dict[str, Any], folder: Path) -> None:
    """Write eyes.md and eyes.png."""
    rows = data["rows"]
    parts = [_about(data)]
    for group, title in TITLES.items():
        own = [row for row in rows if row["group"] == group]
        if own:
            parts += [f"## {title}", *_means(own), *_wins(own), *_sizes(own)]
    parts += _drawn(rows)
    parts += _alpha(rows)
    (folder / "eyes.md").write_text("\n\n".join(parts) + "\n")
    group = next((g for g in TITLES if any(row["group"] == g for row in rows)), None)
    chart([row for row in rows if row["group"] == group]).savefig(folder / "eyes.png")


def table(head: list[str], lines: list[list[str]]) -> str:
    """Return a Markdown table."""
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, ["---"] * len(head), *lines])


def _about(data: dict[str, Any]) -> str:
    about, rows = data["about"], data["rows"]
    versions: dict[str, list[str]] = {}
    for name, number in about["peers"].items():
        versions.setdefault(f"{name.split()[0]} {number}", [])
    images = "; ".join(
        f"{title.lower()}: {', '.join(names)}"
        for group, title in [*TITLES.items(), ("alpha", "Alpha")]
        if (names := dict.fromkeys(row["image"] for row in rows if row["group"] == group))
    )
    return (
        f"# What the eye sees\n\nOn {about['date']}: {about['processor']}, {about['cores']} cores, "
        f"Python {about['python']}, NumPy {about['numpy']}. {', '.join(versions)}.\n\n"
        f"Images: {images}.\n\n"
        "Cells are means over the images at each k. SSIMULACRA2: higher is better; all others: "
        "lower. butteraugli is the 3-norm, S-CIELAB that of CIE 1976 at 45 pixels a degree, FLIP "
        "at 67; CIEDE2000 is taken after a Gaussian of 1 pixel in linear light. Flat noise is the "
        "standard deviation of the error of L* in windows of 5 x 5 pixels that are flat in the "
        "source. kB is the size by one encoder for all, seconds those of the whole process, which "
        "for other tools may be of an earlier run."
    )


def _ks(rows: list[Row]) -> list[int]:
    return sorted({row["k"] for row in rows})


def _kinds(rows: list[Row]) -> list[tuple[bool, list[Row]]]:
    return [
        (dithered, own)
        for dithered in KINDS
        if (own := [row for row in rows if row["dithered"] == dithered])
    ]


def mean(rows: list[Row], key: str, k: int) -> float | None:
    """Return the mean of a measure at a k, None where no row has it."""
    values = [row[key] for row in rows if row["k"] == k and key in row]
    return statistics.mean(values) if values else None


def _by_peer(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["peer"], []).append(row)
    return found


def _complete(own: list[Row], rows: list[Row]) -> list[Row]:
    """Return a tool's rows at each k at which it has all of the images."""
    counts = {k: len({row["image"] for row in rows if row["k"] == k}) for k in _ks(rows)}
    done = {k for k in counts if sum(row["k"] == k for row in own) == counts[k]}
    return [row for row in own if row["k"] in done]


def _means(rows: list[Row]) -> list[str]:
    """Tabulate means over the images, each cell with one figure a k."""
    ks = _ks(rows)
    columns = [column for column in COLUMNS if any(column[1] in row for row in rows)]
    parts = []
    for dithered, some in _kinds(rows):
        lines = []
        for peer, own in _by_peer(some).items():
            cells = []
            for _, key, factor, digits in columns:
                values = [mean(_complete(own, some), key, k) for k in ks]
                cells.append(
                    " / ".join("-" if v is None else f"{v * factor:.{digits}f}" for v in values)
                )
            lines.append([peer, *cells])
        caption = f"{KINDS[dithered].capitalize()}, k = {' / '.join(map(str, ks))}:"
        parts += [caption, table(["", *(column[0] for column in columns)], lines)]
    return parts


def better(key: str, one: float, other: float) -> bool:
    """Return whether a measure is better than another."""
    return one > other if key in eyes_metrics.HIGHER_IS_BETTER else one < other


def wins(rows: list[Row], peer: str, key: str, k: int) -> tuple[int, int]:
    """Return on how many images a tool is better than all others', and of how many.

    Rows of the same kind; those of this project are not compared with each other.
    """
    won = total = 0
    for row in rows:
        if row["peer"] != peer or row["k"] != k or key not in row:
            continue
        others = [
            other[key]
            for other in rows
            if (other["image"], other["k"]) == (row["image"], k)
            and not _is_ours(other)
            and key in other
        ]
        if others:
            total += 1
            won += all(better(key, row[key], value) for value in others)
    return won, total


def _is_ours(row: Row) -> bool:
    return row["peer"].startswith("colorquant")


def _wins(rows: list[Row]) -> list[str]:
    """Tabulate on how many images colorquant is first."""
    ks, lines = _ks(rows), []
    keys = [column for column in COLUMNS if column[1] in CONTEST]
    for dithered, some in _kinds(rows):
        for peer in dict.fromkeys(row["peer"] for row in some if _is_ours(row)):
            cells, of = [], 0
            for _, key, _, _ in keys:
                counts = [wins(some, peer, key, k) for k in ks]
                of = max(of, *(total for _, total in counts))
                cells.append(" / ".join(str(won) for won, _ in counts))
            if of:
                lines.append([peer, KINDS[dithered], *cells, str(of)])
    if not lines:
        return []
    caption = "Images on which colorquant is better than every other tool of the same kind:"
    return [caption, table(["", "", *(column[0] for column in keys), "of"], lines)]


def _sizes(rows: list[Row]) -> list[str]:
    """Tabulate bytes over those of pngquant 3 at its default."""
    ks, lines = _ks(rows), []
    for dithered, some in _kinds(rows):
        base = [row for row in some if row["peer"] == "pngquant 3"]
        for peer, own in _by_peer(some).items():
            some_own, some_base = _complete(own, some), _complete(base, some)
            pairs = [(mean(some_own, "bytes", k), mean(some_base, "bytes", k)) for k in ks]
            if _is_ours(own[0]) and all(a and b for a, b in pairs):
                ratios = " / ".join(f"{a / b:.3f}" for a, b in pairs)
                lines.append([peer, KINDS[dithered], ratios])
    caption = "Bytes over those of pngquant 3 of the same kind:"
    return [caption, table(["", "", "bytes"], lines)] if lines else []


def _drawn(rows: list[Row]) -> list[str]:
    """Tabulate the SSIMULACRA2 of each drawn image."""
    some = [row for row in rows if row["group"] == "drawn" and "ssimulacra2" in row]
    return _each(some, "SSIMULACRA2 of each drawn image", [("", "ssimulacra2")]) if some else []


def _alpha(rows: list[Row]) -> list[str]:
    """Tabulate the SSIMULACRA2 of images with alpha over each background."""
    some = [row for row in rows if row["group"] == "alpha" and "ssimulacra2 gray" in row]
    keys = [(f" over {name}", f"ssimulacra2 {name}") for name in eyes_metrics.BACKGROUNDS]
    return ["## Alpha", *_each(some, "SSIMULACRA2", keys)] if some else []


def _each(rows: list[Row], title: str, keys: list[tuple[str, str]]) -> list[str]:
    images, ks = list(dict.fromkeys(row["image"] for row in rows)), _ks(rows)
    parts = []
    for dithered, some in _kinds(rows):
        lines = []
        for peer, own in _by_peer(some).items():
            cells = []
            for image in images:
                of_image = [row for row in own if row["image"] == image]
                for _, key in keys:
                    values = [mean(of_image, key, k) for k in ks]
                    cells.append(" / ".join("-" if v is None else f"{v:.1f}" for v in values))
            lines.append([peer, *cells])
        caption = f"{title}, {KINDS[dithered]}, k = {' / '.join(map(str, ks))}:"
        parts += [caption, table(["", *(i + label for i in images for label, _ in keys)], lines)]
    return parts


def chart(rows: list[Row]) -> Figure:
    """Draw SSIMULACRA2 against bytes at each k, undithered hollow, dithered filled."""
    ks = _ks(rows)
    figure = Figure(figsize=(9, 6.5 * max(1, len(ks))), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    drawn = []
    for axes, k in zip(figure.subplots(max(1, len(ks)), squeeze=False)[:, 0], ks, strict=False):
        points = {}
        for dithered, some in _kinds(rows):
            for peer, own in _by_peer(some).items():
                all_of_it = _complete(own, some)
                score, size = mean(all_of_it, "ssimulacra2", k), mean(all_of_it, "bytes", k)
                if score is None or size is None:
                    continue
                color = "tab:red" if _is_ours(own[0]) else "tab:gray"
                fill = color if dithered else "none"
                axes.plot(size / 1e3, score, "o", color=color, markerfacecolor=fill, markersize=7)
                points[peer if dithered else f"{peer}, undithered"] = size / 1e3, score
        axes.set(xlabel="kB by one encoder, mean", ylabel="SSIMULACRA2, mean")
        axes.set_title(f"{k} colors: higher and further left is better")
        axes.grid(visible=True, alpha=0.2)
        axes.margins(0.15)
        drawn.append((axes, points))
    figure.draw_without_rendering()
    for axes, points in drawn:
        tables._label(axes, points)
    return figure


if __name__ == "__main__":
    place = Path(sys.argv[1])
    write(json.loads((place / "eyes.json").read_text()), place)
