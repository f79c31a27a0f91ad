"""Tables of the search for bounds: ``python benchmarks/bounds_tables.py FOLDER``.

From the bounds.json in the folder.
"""

import json
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

Row = dict[str, Any]

# By how much a number of colors may exceed the least one: a share of it, or a number.
SLACK, FEW = 0.05, 1
# The share of the bytes that a dithered result is to have.
FILLED = 0.97
MOST = 256
# Relative change of an error that counts as a rise.
EQUAL = 1e-9


def table(head: list[str], lines: list[list[str]]) -> str:
    """Return a Markdown table."""
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, ["---"] * len(head), *lines])


def by(rows: list[Row], key: str) -> dict[Any, list[Row]]:
    """Return rows by a value, in the order of their first ones."""
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(row[key], []).append(row)
    return found


def _time(rows: list[Row]) -> Iterator[str]:
    yield (
        "Time of a whole command with a bound, over that of one with the number of colors that it "
        f"found: medians of {len(rows[0]['seconds'])} pairs each, of as many rounds; and how many "
        "numbers were tried."
    )
    lines = []
    for case, own in by(rows, "case").items():
        ratios, numbers = [row["ratio"] for row in own], [len(row["tried"]) for row in own]
        above = [f"{row['image']} {row['ratio']:.2f}" for row in own if row["ratio"] > row["goal"]]
        cells = [f"{median(ratios):.2f}", f"{max(ratios):.2f}", f"{own[0]['goal']:g}"]
        cells += [", ".join(above) or "-", f"{min(numbers)} to {max(numbers)}"]
        lines.append([f"`{case}`", *cells])
    head = ["options", "median image", "slowest image", "goal", "above it", "trials"]
    yield table(head, lines)
    lines = [
        [f"`{case}`", *(f"{row['ratio']:.2f} ({row['k']}, {len(row['tried'])})" for row in own)]
        for case, own in by(rows, "case").items()
    ]
    yield "Each image: ratio (number of colors, trials)."
    yield table(["options", *by(rows, "image")], lines)


def won(row: Row) -> bool:
    """Return whether colorquant has fewer bytes, and looks no worse."""
    ours, theirs = row["colorquant"], row["pngquant"]
    return ours["bytes"] < theirs["bytes"] and ours["ssimulacra2"] >= theirs["ssimulacra2"]


def _pngquant(rows: list[Row]) -> Iterator[str]:
    yield (
        "`--quality 65-80 --dither diffusion --optimize` against `pngquant --quality=65-80`. "
        "SSIMULACRA2 with alpha is the mean over black, white and gray; optimized are pngquant's "
        "bytes by the same optimizer."
    )
    for group, own in by(rows, "group").items():
        both = [row for row in own if "pngquant" in row]
        yield (
            f"Fewer bytes at the same or a better score on {sum(map(won, both))} of {len(both)} "
            f"{group}:"
        )
        lines = []
        for row in both:
            ours, theirs = row["colorquant"], row["pngquant"]
            cells = [f"{ours['k']}", f"{ours['bytes']:,}", f"{ours['ssimulacra2']:.2f}"]
            cells += [f"{theirs['k']}", f"{theirs['bytes']:,}", f"{theirs['optimized']:,}"]
            cells += [f"{theirs['ssimulacra2']:.2f}", "yes" if won(row) else "no"]
            lines.append([row["image"], *cells])
        head = ["", "k", "bytes", "SSIMULACRA2", "pngquant's k", "bytes", "optimized"]
        yield table([*head, "SSIMULACRA2", "better"], lines)


def near(row: Row) -> bool:
    """Return whether the number found is the least one, or little more."""
    found, best = row["found"], row["least"]
    if found is None or best is None:
        return found is best
    return bool(best <= found <= best + max(FEW, SLACK * best))


def _least(rows: list[Row]) -> Iterator[str]:
    yield (
        "The number found / the least of all from 2 to 256, each tried, on photographs of 0.1 "
        "megapixels. A dash: not even 256 colors are enough. The last column counts images where "
        f"the number is at most {SLACK:.0%}, or {FEW}, more than the least one."
    )
    lines = []
    for bound, own in by(rows, "bound").items():
        pairs = [[row["found"], row["least"]] for row in own]
        cells = [" / ".join("-" if each is None else str(each) for each in pair) for pair in pairs]
        lines.append([bound, *cells, f"{sum(map(near, own))} of {len(own)}"])
    yield table(["", *by(rows, "image"), "near"], lines)


def _default(rows: list[Row]) -> Iterator[str]:
    yield "`-k auto` without a bound, and with `--dither diffusion`:"
    lines = []
    for image, own in by(rows, "image").items():
        cells = [
            f"{row[key]:{shape}}"
            for row in own
            for key, shape in (
                ("k", ""),
                ("bytes", ","),
                ("scielab", ".2f"),
                ("ssimulacra2", ".1f"),
            )
        ]
        lines.append([image, *cells])
    head = ["k", "bytes", "S-CIELAB", "SSIMULACRA2"]
    yield table(["", *head, *(f"{each}, dithered" for each in head)], lines)


def flaws(own: list[Row]) -> dict[str, list[Row]]:
    """Return the rows of one image that are not as they should be, by what is wrong.

    Where a bound is too small for any result, nothing is.
    """
    found: dict[str, list[Row]] = {"over": [row for row in own if row["bytes"] > row["bound"]]}
    found["rises"] = [
        after for before, after in pairwise(own) if after["error"] > before["error"] * (1 + EQUAL)
    ]
    if own[0]["dithered"]:
        found["unfilled"] = [
            row for row in own if row["bytes"] < FILLED * row["bound"] and row["k"] < row["most"]
        ]
    else:
        found["one more fits"] = [
            row for row in own if row["next"] is not None and row["next"] <= row["bound"]
        ]
    return found


def _bytes(rows: list[Row]) -> Iterator[str]:
    yield (
        "`--max-bytes` over ten bounds, evenly spaced from the bytes of 2 colors to those of 256. "
        "Rises: bounds at which the error is larger than at the one before. One more fits: the "
        "file with one more color is no larger than the bound. Unfilled: less than "
        f"{FILLED:.0%} of the bytes, and not all colors. The error is the mean squared one, if "
        "dithered after the viewing blur."
    )
    for dithered, some in by(rows, "dithered").items():
        yield "With `--dither diffusion`:" if dithered else "Plain:"
        lines = []
        for image, own in by(some, "image").items():
            wrong = {key: len(each) for key, each in flaws(own).items()}
            cells = [" ".join(str(row["k"]) for row in own)]
            cells += [" ".join(f"{row['error']:.3g}" for row in own)]
            cells += [" ".join(f"{row['bytes'] / row['bound']:.3f}" for row in own)]
            lines.append([image, *cells, *map(str, wrong.values())])
        yield table(["", "k", "error", "share of the bytes", *wrong], lines)


_TITLES: dict[str, tuple[str, Callable[[list[Row]], Iterator[str]]]] = {
    "time": ("Time", _time),
    "pngquant": ("Against pngquant", _pngquant),
    "least": ("Every number", _least),
    "default": ("Without a bound", _default),
    "bytes": ("Bytes", _bytes),
}
PARTS = tuple(_TITLES)


def told(data: dict[str, Any]) -> str:
    """Return the tables of bounds.json as Markdown."""
    parts = ["# Bounds"]
    for key, (title, tell) in _TITLES.items():
        if key not in data:
            continue
        about = data[key]["about"]
        parts += [f"## {title}", *tell(data[key]["rows"])]
        parts.append(
            f"On {about['date']}: {about['processor']}, {about['cores']} cores, load "
            f"{about['load']:.1f} at the end; Python {about['python']}, NumPy {about['numpy']}, "
            f"pngquant {about['pngquant']}."
        )
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    place = Path(sys.argv[1])
    (place / "bounds.md").write_text(told(json.loads((place / "bounds.json").read_text())))
