"""Many samples: mini-batches against full passes, on a million points.

Run it to measure anew. The times are kept in batches.json, from which the picture is drawn.
"""

import json
import statistics
import time
from pathlib import Path

import numpy as np
from blobs import nearest, random_start
from drawing import COLORS, panels, plain

from colorquant import kmeans

STORE = Path(__file__).with_name("batches.json")
POINTS = 1_000_000
K = 64
SIZE = 1024  # points in a mini-batch
BATCHES = 1024
ROUNDS = 5
FEW = 8  # mini-batches that the page compares with full passes
BOXES = 32  # along each side of the grid of boxes


def clouds(n=POINTS):
    """Return points in 3 dimensions, in 300 clouds of different sizes that run together."""
    chance = np.random.default_rng(9)
    middles = chance.random((300, 3))
    spreads = chance.uniform(0.01, 0.08, 300)
    cloud = chance.integers(300, size=n)
    return middles[cloud] + spreads[cloud, None] * chance.standard_normal((n, 3))


def mini_batches(points, start, batches=BATCHES, size=SIZE):
    """Move the centers by a few random points at a time, and yield them after each batch."""
    chance = np.random.default_rng(0)
    places, seen = start.copy(), np.zeros(len(start))
    for _ in range(batches):
        batch = points[chance.integers(len(points), size=size)]
        labels = nearest(batch, places)
        for j in np.unique(labels):
            own = batch[labels == j]
            seen[j] += len(own)
            # The more points a center has seen, the less the next ones move it.
            places[j] += (own - places[j]).sum(axis=0) / seen[j]
        yield places.copy()


def boxed(points, boxes):
    """Return the mean of the points in each box of a grid, and how many they are."""
    low, high = points.min(axis=0), points.max(axis=0)
    cells = np.minimum((boxes * (points - low) / (high - low)).astype(np.int64), boxes - 1)
    numbers = (cells[:, 0] * boxes + cells[:, 1]) * boxes + cells[:, 2]
    counts = np.bincount(numbers)
    sums = np.column_stack([np.bincount(numbers, column) for column in points.T])
    return sums[counts > 0] / counts[counts > 0, None], counts[counts > 0]


def inertia(points, places):
    """Return the sum of squared distances to the nearest centers."""
    from scipy.spatial import KDTree

    return float((KDTree(places).query(points)[0] ** 2).sum())


def time_engine(points, start, boxes=(), **options):
    """Return the time and the inertia after each pass of the engine."""
    passed = []
    began = time.perf_counter()
    coarse = [boxed(points, each) for each in boxes]
    found = kmeans(
        *(points, len(start)),
        seeding=start,
        coarse=coarse,
        progress=lambda _: passed.append(time.perf_counter() - began),
        **options,
    )
    total = time.perf_counter() - began
    rows = [
        {"stage": step.stage, "seconds": seconds, "inertia": step.inertia}
        for step, seconds in zip(found.history, passed, strict=True)
    ]
    return [*rows, {"stage": "end", "seconds": total, "inertia": found.inertia}]


def time_batches(points, start, batches=BATCHES):
    """Return the time and the inertia after 1, 2, 4, 8... mini-batches."""
    rows, spent = [], 0.0
    began = time.perf_counter()
    for number, places in enumerate(mini_batches(points, start, batches), 1):
        if number & (number - 1) == 0:
            spent += time.perf_counter() - began
            rows.append({"batches": number, "seconds": spent, "inertia": inertia(points, places)})
            began = time.perf_counter()
    return rows


def measured(n=POINTS, batches=BATCHES, rounds=ROUNDS):
    """Return how low each search got after which time: medians of some rounds."""
    points = clouds(n)
    start = random_start(points, K, 1)
    searches = {
        "full passes": lambda: time_engine(points, start, engine="lloyd"),
        "mini-batches": lambda: time_batches(points, start, batches),
        "our engine": lambda: time_engine(points, start, (BOXES,)),
    }
    # In turns, so that a busy moment of the machine meets all of them.
    runs = [{name: search() for name, search in searches.items()} for _ in range(rounds)]
    found = runs[0]
    for name, rows in found.items():
        for at, row in enumerate(rows):
            row["seconds"] = statistics.median(run[name][at]["seconds"] for run in runs)
    return {"points": n, "clusters": K, "batch": SIZE, "rounds": rounds, "searches": found}


def until(rows, low):
    """Return the first row of a search that is as low as that."""
    return next(row for row in rows if row["inertia"] <= low)


def numbers(kept=None):
    """Return what the page says of this section, from the times that were measured."""
    kept = kept or json.loads(STORE.read_text())
    full, batches, ours = kept["searches"].values()
    (few,) = (row for row in batches if row["batches"] == FEW)
    same = until(full, few["inertia"])
    return {
        "points": kept["points"],
        "clusters": kept["clusters"],
        "batch": kept["batch"],
        "passes": len(full) - 1,
        "few": few["batches"],
        "few_points": few["batches"] * kept["batch"],
        "few_passes": full.index(same),
        "few_gain": same["seconds"] / few["seconds"],
        "most": batches[-1]["batches"],
        "most_excess": batches[-1]["inertia"] / full[-1]["inertia"] - 1,
        "ours_gain": full[-1]["seconds"] / ours[-1]["seconds"],
        "ours_saved": 1 - ours[-1]["inertia"] / full[-1]["inertia"],
    }


def draw_batches():
    """Draw the inertia over the time, from the stored figures."""
    figure, (axes,) = panels(1, 1, 4.2)
    kept = json.loads(STORE.read_text())["searches"]
    lowest = min(row["inertia"] for rows in kept.values() for row in rows)
    for (name, rows), color, marker in zip(kept.items(), COLORS, "os^", strict=False):
        above = [100 * (row["inertia"] / lowest - 1) for row in rows]
        seconds = [row["seconds"] for row in rows]
        axes.plot(seconds, above, f"{marker}-", color=color, markersize=4, label=name)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_ylim(-2, 60)
    axes.legend(frameon=False)
    plain(
        axes,
        "A million points, 64 clusters",
        "seconds since the start",
        "inertia above the lowest, %",
    )
    return figure


PICTURES = {"batches": draw_batches}

if __name__ == "__main__":
    STORE.write_text(json.dumps(measured(), indent=1) + "\n")
    print(numbers())
