"""Four blobs, their centers, and how expectation-maximization finds them."""

import numpy as np
from drawing import arrows, bare, centers, dots, panels

from colorquant import kmeans

MIDDLES = np.array([[1.0, 1.2], [5.4, 1.6], [1.8, 4.8], [5.8, 5.2]])
EACH = 80
SPREAD = 0.5
START = 70  # of the run that is drawn step by step


def blobs():
    """Return points scattered around four middles."""
    chance = np.random.default_rng(11)
    return np.concatenate([m + SPREAD * chance.standard_normal((EACH, 2)) for m in MIDDLES])


def random_start(points, k, seed):
    """Return k of the points, chosen at random, as first centers."""
    chosen = np.random.default_rng(seed).choice(len(points), k, replace=False)
    return points[chosen]


def nearest(points, places):
    """E-step: return the index of the center that is nearest to each point."""
    differences = points[:, None] - places
    return (differences**2).sum(axis=2).argmin(axis=1)


def means(points, labels, k):
    """M-step: return the mean of the points of each cluster."""
    return np.array([points[labels == j].mean(axis=0) for j in range(k)])


def plain_em(points, start):
    """Run the two steps by our engine, from a start until nothing changes."""
    return kmeans(points, len(start), engine="lloyd", seeding=start)


def track(seed=START):
    """Return the points, and the centers before each pass of one run."""
    points = blobs()
    found = plain_em(points, random_start(points, 4, seed))
    return points, [step.centers for step in found.history]


def numbers():
    """Return what the page says of this section."""
    points = blobs()
    found = kmeans(points, 4)
    off = np.sqrt(((found.centers[nearest(MIDDLES, found.centers)] - MIDDLES) ** 2).sum(axis=1))
    _, places = track()
    step_by_hand = means(points, nearest(points, places[0]), 4)
    return {
        "points": len(points),
        "k": len(found.centers),
        "farthest": off.max(),
        "passes": len(places),
        "step_by_hand": step_by_hand,
        "step_by_engine": places[1],
    }


def draw_blobs():
    """Draw the points alone, and with the clusters that k-means finds."""
    figure, (before, after) = panels(1, 2, 4.6)
    points = blobs()
    found = kmeans(points, 4)
    dots(before, points)
    bare(before, "What k-means is given: points")
    dots(after, points, found.labels)
    centers(after, found.centers)
    bare(after, "What it returns: a label for each point, and 4 centers (X)")
    return figure


def draw_step(axes, points, places, number, half):
    """Draw half a pass: the E-step colors the points, the M-step moves the centers."""
    now = places[number]
    dots(axes, points, nearest(points, now))
    if half == "E":
        centers(axes, now)
        bare(axes, f"E-step {number + 1}: label the points")
    else:
        then = places[number + 1]
        centers(axes, now, size=35, marker="o")
        centers(axes, then)
        arrows(axes, now, then)
        bare(axes, f"M-step {number + 1}: move the centers")


def draw_steps():
    """Draw a run from its random start to its end."""
    figure, axes = panels(2, 4, 4.7)
    points, places = track()
    dots(axes[0], points)
    centers(axes[0], places[0])
    bare(axes[0], "Start: 4 of the points")
    for at, each in enumerate(axes[1:7]):
        draw_step(each, points, places, at // 2, "EM"[at % 2])
    dots(axes[7], points, nearest(points, places[-1]))
    centers(axes[7], places[-1])
    bare(axes[7], f"Nothing changes: {len(places)} passes")
    return figure


def draw_run(k, step, seed=START):
    """Draw the centers of a run before a step, and the labels that they give; for sliders."""
    figure, (axes,) = panels(1, 1, 5)
    points = blobs()
    history = plain_em(points, random_start(points, k, seed)).history
    at = min(step, len(history) - 1)
    places = history[at].centers
    dots(axes, points, nearest(points, places))
    centers(axes, places)
    bare(axes, f"{k} centers, pass {at + 1} of {len(history)}: inertia {history[at].inertia:.0f}")
    return figure


PICTURES = {"blobs": draw_blobs, "steps": draw_steps}

if __name__ == "__main__":
    print(numbers())
