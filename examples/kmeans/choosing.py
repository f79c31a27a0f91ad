"""The number of clusters must be chosen: the elbow of the inertia, and the BIC."""

from itertools import pairwise

from blobs import blobs
from drawing import COLORS, bare, centers, dots, panels, plain

from colorquant import kmeans

MOST = 8


def inertias(points):
    """Return the lowest inertia for each number of clusters."""
    return [kmeans(points, k, effort="fast").inertia for k in range(1, MOST + 1)]


def criteria(points):
    """Return the Bayesian information criterion of a Gaussian mixture for each number.

    It starts from the centers of k-means.
    """
    from sklearn.mixture import GaussianMixture

    found = []
    for k in range(1, MOST + 1):
        start = kmeans(points, k, effort="fast").centers
        mixture = GaussianMixture(k, means_init=start, random_state=0).fit(points)
        found.append(mixture.bic(points))
    return found


def gains(curve):
    """Return by which share each center after the first lowers the inertia."""
    return [1 - after / before for before, after in pairwise(curve)]


def numbers():
    """Return what the page says of this section."""
    points = blobs()
    saved = gains(inertias(points))
    bic = criteria(points)
    # The elbow is where the gain drops most.
    drops = [before - after for before, after in pairwise(saved)]
    return {
        "gain_4": saved[2],
        "gain_5": saved[3],
        "elbow": drops.index(max(drops)) + 2,
        "lowest_bic": bic.index(min(bic)) + 1,
    }


def draw_choosing():
    """Draw six clusters of four blobs, the curve of the inertia, and that of the BIC."""
    figure, (six, elbow, bend) = panels(1, 3, 3.8)
    points = blobs()
    found = kmeans(points, 6)
    dots(six, points, found.labels)
    centers(six, found.centers, 90)
    bare(six, "Asked for 6 clusters: it finds 6")
    counts = range(1, MOST + 1)
    curve, bic = inertias(points), criteria(points)
    for axes, values, title, name in (
        (elbow, curve, "Inertia always falls", "inertia of k-means"),
        (bend, bic, "BIC falls, then rises", "BIC of a Gaussian mixture"),
    ):
        axes.plot(counts, values, "o-", color=COLORS[0])
        axes.set_xticks(counts)
        plain(axes, title, "number of clusters k", name)
    elbow.annotate(
        *("the elbow: k = 4", (4, curve[3]), (4.2, 0.45 * curve[0])),
        arrowprops={"arrowstyle": "->"},
    )
    lowest = min(counts, key=lambda k: bic[k - 1])
    bend.annotate(
        *(f"lowest: k = {lowest}", (lowest, bic[lowest - 1]), (lowest + 0.2, 0.93 * max(bic))),
        arrowprops={"arrowstyle": "->"},
    )
    return figure


PICTURES = {"choosing": draw_choosing}

if __name__ == "__main__":
    print(numbers())
