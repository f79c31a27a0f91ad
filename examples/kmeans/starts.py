"""Starts that end badly, and what restarts and breathing do about it."""

import numpy as np
from blobs import blobs, nearest, plain_em, random_start
from drawing import COLORS, bare, centers, dots, panels, plain

from colorquant import kmeans

TRIED = 100
SIDE = 5  # blobs in a row and in a column of the grid
RESTARTS = 10


def grid():
    """Return many small blobs in rows and columns."""
    chance = np.random.default_rng(3)
    middles = [(x, y) for x in range(SIDE) for y in range(SIDE)]
    return np.concatenate([m + 0.14 * chance.standard_normal((40, 2)) for m in np.array(middles)])


def ends(points, k, search, tried):
    """Return the inertia that a search ends with, from each of many random starts."""
    return np.array(
        [search(points, random_start(points, k, seed)).inertia for seed in range(tried)]
    )


def our_engine(points, start):
    """Run the default engine, which breathes, from the very same kind of start."""
    return kmeans(points, len(start), seeding=start, effort="fast")


def is_bad(inertias, best):
    """Tell which runs ended in a worse optimum, and not only some rounding above the best."""
    return np.asarray(inertias) > 1.01 * best


def first_bad(points, k, best):
    """Search for the first seed whose start plain EM does not recover from."""
    for seed in range(TRIED):
        if is_bad(plain_em(points, random_start(points, k, seed)).inertia, best):
            return seed
    raise LookupError("all starts end well")


def numbers():
    """Return what the page says of this section."""
    told = {"tried": TRIED, "ours_bad": 0, "ours_best": 1}
    for name, points, k in (("blobs", blobs(), 4), ("grid", grid(), SIDE**2)):
        best = kmeans(points, k).inertia
        em = ends(points, k, plain_em, TRIED)
        # The best of each ten starts in a row is what ten restarts would have found.
        restarted = em.reshape(-1, RESTARTS).min(axis=1)
        seed = first_bad(points, k, best)
        told |= {
            f"{name}_k": k,
            f"{name}_bad": int(is_bad(em, best).sum()),
            f"{name}_tries": len(restarted),
            f"{name}_restarted_bad": int(is_bad(restarted, best).sum()),
            f"{name}_seed": seed,
            f"{name}_ratio": em[seed] / best,
        }
        ours = ends(points, k, our_engine, TRIED)
        told["ours_bad"] += int(is_bad(ours, best).sum())
        told["ours_best"] = min(told["ours_best"], ours.min() / best)
    return told


def draw_starts():
    """Draw a bad end beside a good one from the same start, and the way to both."""
    figure, axes = panels(2, 3, 6.6)
    for row, (points, k) in zip((axes[:3], axes[3:]), ((blobs(), 4), (grid(), 25)), strict=True):
        best = kmeans(points, k).inertia
        seed = first_bad(points, k, best)
        start = random_start(points, k, seed)
        bad, good = plain_em(points, start), our_engine(points, start)
        size = 120 if k == 4 else 60
        titles = ("Start: {} of the points", "Plain EM from there", "Our engine from there")
        cases = (start, bad.centers, good.centers)
        for each, title, places in zip(row, titles, cases, strict=True):
            dots(each, points, None if places is start else nearest(points, places), 8)
            centers(each, places, size)
            bare(each, title.format(k))
        row[1].set_xlabel(f"inertia {bad.inertia:.0f}")
        row[2].set_xlabel(f"inertia {good.inertia:.0f}")
    return figure


def draw_restarts():
    """Draw how often plain EM ends badly by the number of restarts."""
    figure, axes = panels(1, 2, 3.4)
    names = ("4 blobs", "25 blobs")
    for each, name, points, k in zip(axes, names, (blobs(), grid()), (4, 25), strict=True):
        best = kmeans(points, k).inertia
        em = ends(points, k, plain_em, TRIED) / best
        ours = ends(points, k, our_engine, TRIED) / best
        chance = np.random.default_rng(0)
        for at, inertias in enumerate((em, em.reshape(-1, RESTARTS).min(axis=1), ours)):
            jitter = 0.25 * (chance.random(len(inertias)) - 0.5)
            style = {"s": 22, "alpha": 0.5, "linewidths": 0, "color": COLORS[at]}
            each.scatter(at + jitter, inertias, **style)
        each.set_xticks(range(3), ("plain EM", f"best of {RESTARTS} starts", "our engine"))
        plain(each, f"{name}: where {TRIED} random starts end", "", "inertia, 1 = lowest known")
        each.set_ylim(0.8, None)
    return figure


PICTURES = {"starts": draw_starts, "restarts": draw_restarts}

if __name__ == "__main__":
    print(numbers())
