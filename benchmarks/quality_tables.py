"""Bounds for ``--quality``, from quality.json: ``python benchmarks/quality_tables.py``."""

import json
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

Photos = dict[str, Any]
Bounds = dict[int, float]

# Whose bounds are tabulated: that of the library.
CHOSEN = "power 1.25 tempered, plain"
MOST = 256
# Instead of no error, which has no logarithm.
_NONE = 1e-9
# Qualities that kinds of error are compared by: few photographs are capped there.
_COMPARED = range(30, 86)
# Up to here, bounds are of the photographs in color, and then of the gray ones.
_COLORED = 85
# Half-width of the window of qualities that bounds are smoothed over.
_REACH = 8.0


def error_at(photo: Photos, kind: str, ks: list[int], k: Any) -> Any:
    """Return the error at any number of colors, between the measured ones."""
    return np.exp(
        np.interp(np.log(k), np.log(ks), np.log(np.maximum(photo["errors"][kind], _NONE)))
    )


def bounds(photos: list[Photos], grays: list[Photos], kind: str, ks: list[int]) -> Bounds:
    """Return the median of the errors where pngquant has less than the most colors, by quality."""
    found = {}
    # At 0, pngquant takes 2 colors of whatever error, and at 100 as many as it can.
    for quality in (number for number in map(int, photos[0]["pngquant"]) if 0 < number < 100):
        own = photos if quality <= _COLORED else grays
        numbers = [(photo, photo["pngquant"][str(quality)]) for photo in own]
        # pngquant's bound lies between the errors of its number and of one color less.
        errors = [error_at(photo, kind, ks, k - 0.5) for photo, k in numbers if k < MOST]
        found[quality] = float(np.exp(median(map(np.log, errors))))
    return found


def smoothed(rough: Bounds) -> Bounds:
    """Return bounds that fall strictly: each from a parabola through those around it."""
    qualities = np.array(list(rough), float)
    logs = np.log(list(rough.values()))
    found: Bounds = {}
    least = np.inf
    for quality in rough:
        # The bounds of the lowest qualities fall too steeply for a window.
        reach = min(_REACH, max(1.0, quality / 2))
        apart = np.abs(qualities - quality) / reach
        weights = np.clip(1 - apart**3, 0, None) ** 1.5
        near = weights > 0
        degree = min(2, int(near.sum()) - 1)
        fitted = np.polyfit(qualities[near] - quality, logs[near], degree, w=np.sqrt(weights[near]))
        least = min(least * 0.99, float(np.exp(fitted[-1])))
        found[quality] = float(f"{least:.3g}")
    return found


def chosen(photo: Photos, kind: str, ks: list[int], bound: float) -> int:
    """Return the least number of colors, from 2, whose error is within a bound."""
    numbers = np.arange(2, MOST + 1)
    within = error_at(photo, kind, ks, numbers) <= bound
    return int(numbers[within.argmax()]) if within.any() else MOST


def held_out(
    photos: Photos, grays: list[Photos], kind: str, ks: list[int]
) -> dict[int, list[float]]:
    """Return our number of colors by pngquant's, by quality, with bounds of other photographs."""
    halves = [[photos[name] for name in sorted(photos)[start::2]] for start in (0, 1)]
    found: dict[int, list[float]] = {}
    for fitted, judged in (halves, halves[::-1]):
        for quality, bound in smoothed(bounds(fitted, grays, kind, ks)).items():
            for photo in judged:
                k = photo["pngquant"][str(quality)]
                if k < MOST:
                    ratio = chosen(photo, kind, ks, bound) / k
                    found.setdefault(quality, []).append(ratio)
    return found


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _spread(ratios: list[float]) -> list[str]:
    return [f"{each:.2f}" for each in np.percentile(ratios, [50, 10, 90])]


def _kinds(photos: Photos, grays: list[Photos], ks: list[int]) -> str:
    """Tabulate how well each kind of error tells pngquant's numbers."""
    rows = []
    for kind in next(iter(photos.values()))["errors"]:
        found = held_out(photos, grays, kind, ks)
        ratios = [r for quality, own in found.items() if quality in _COMPARED for r in own]
        middle = [r for quality, own in found.items() if 60 <= quality <= 80 for r in own]
        deviation = float(np.std(np.log(ratios)))
        rows.append((deviation, [kind, f"{deviation:.3f}", *_spread(ratios), *_spread(middle)]))
    head = ["error, palette", "deviation of ln", "median", "10 %", "90 %"]
    head += ["60 to 80: median", "10 %", "90 %"]
    return _table(head, [row for _, row in sorted(rows)])


def _numbers(photos: Photos, grays: list[Photos], ks: list[int]) -> str:
    """Tabulate numbers of colors by quality, with the bounds of all photographs."""
    ratios = held_out(photos, grays, CHOSEN, ks)
    all_bounds = smoothed(bounds(list(photos.values()), grays, CHOSEN, ks))
    other = CHOSEN.replace("plain", "perceptual")
    perceptual = smoothed(bounds(list(photos.values()), grays, other, ks))
    rows = []
    for quality in map(int, next(iter(photos.values()))["pngquant"]):
        theirs = [photo["pngquant"][str(quality)] for photo in photos.values()]
        row = [str(quality), f"{median(theirs):g}", str(theirs.count(MOST))]
        if quality in all_bounds:
            bound = all_bounds[quality]
            ours = [photo["colorquant"].get(str(quality)) for photo in photos.values()]
            taken = "" if None in ours else f"{median(ours):g}"
            row += [f"{bound:g}", f"{perceptual[quality]:g}", taken]
            row += _spread(ratios[quality]) if quality in ratios else ["", "", ""]
        rows.append(row + [""] * (9 - len(row)))
    head = ["quality", "pngquant", "capped", "bound", "bound, perceptual palette", "colorquant"]
    return _table([*head, "ratio", "10 %", "90 %"], rows)


def write(data: dict[str, Any], folder: Path) -> None:
    """Write quality.md."""
    about, photos, grays = data["about"], data["photos"], list(data["grays"].values())
    ks = about["colors"]
    programs = f"colorquant {about['colorquant']}, pngquant {about['pngquant']}"
    numbers = (
        "Medians over photographs, of the numbers of colors that pngquant and colorquant take. "
        f"Bounds are of “{CHOSEN}”. Capped are photographs for which pngquant takes {MOST} colors; "
        "they are left out of bounds and ratios. A ratio is colorquant's number by pngquant's, "
        "with a bound from the other half of the photographs, and errors interpolated between "
        f"{len(ks)} numbers of colors. Above {_COLORED}, bounds are from gray versions."
    )
    kinds = (
        "The same ratios at qualities from 30 to 85. A power is that of the stored numbers, before "
        "the difference is taken and squared."
    )
    parts = [
        f"# Quality\n\nOn {len(photos)} photographs: {programs}.",
        f"## Numbers of colors\n\n{numbers}\n\n{_numbers(photos, grays, ks)}",
        f"## Kinds of error\n\n{kinds}\n\n{_kinds(photos, grays, ks)}",
    ]
    (folder / "quality.md").write_text("\n\n".join(parts) + "\n")


if __name__ == "__main__":
    here = Path(__file__).parent
    write(json.loads((here / "quality.json").read_text()), here)
