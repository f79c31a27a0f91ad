"""Two moons: boundaries between clusters are straight, unless the points are laid out anew."""

import numpy as np
from drawing import bare, centers, dots, panels

from colorquant.clustering import KMeans

EACH = 200
NEIGHBORS = 15


def moons():
    """Return points along two half circles that reach into each other, and whose they are."""
    chance = np.random.default_rng(5)
    turn = np.linspace(0, np.pi, EACH)
    upper = np.column_stack([np.cos(turn), np.sin(turn)])
    lower = np.column_stack([1 - np.cos(turn), 0.5 - np.sin(turn)])
    points = np.concatenate([upper, lower])
    return points + 0.06 * chance.standard_normal(points.shape), np.repeat([0, 1], EACH)


def embedded(points):
    """Return the points laid out anew: neighbors stay near, all others go far apart."""
    from sklearn.manifold import SpectralEmbedding

    layout = SpectralEmbedding(
        2, affinity="nearest_neighbors", n_neighbors=NEIGHBORS, random_state=0
    )
    return layout.fit_transform(points)


def spectral_labels(points):
    """Return the clusters of scikit-learn's SpectralClustering."""
    from sklearn.cluster import SpectralClustering

    spectral = SpectralClustering(
        2, affinity="nearest_neighbors", n_neighbors=NEIGHBORS, random_state=0
    )
    return spectral.fit_predict(points)


def agreement(labels, truth):
    """Return the share of points on their own moon, whichever number it was given."""
    same = (labels == truth).mean()
    return max(same, 1 - same)


def numbers():
    """Return what the page says of this section."""
    points, truth = moons()
    return {
        "points": len(points),
        "neighbors": NEIGHBORS,
        "straight": agreement(KMeans(2).fit_predict(points), truth),
        "spectral": agreement(spectral_labels(points), truth),
        "embedded": agreement(KMeans(2).fit_predict(embedded(points)), truth),
    }


def draw_moons():
    """Draw the cut of k-means, and how another layout of the points mends it."""
    figure, axes = panels(2, 2, 6.4)
    points, _ = moons()
    cut = KMeans(2).fit(points)
    layout = embedded(points)
    layout /= np.abs(layout).max(axis=0)
    mended = KMeans(2).fit(layout)
    for each, places, labels, title in (
        (axes[0], points, cut.labels_, "k-means: a straight cut, wrong"),
        (axes[1], points, spectral_labels(points), "SpectralClustering: right"),
        (axes[2], layout, mended.labels_, "The spectral embedding, and k-means on it"),
        (axes[3], points, mended.labels_, "The labels of that, back on the moons: right"),
    ):
        dots(each, places, labels)
        bare(each, title)
    line(axes[0], cut.cluster_centers_)
    centers(axes[0], cut.cluster_centers_)
    axes[2].set_aspect("auto")
    centers(axes[2], mended.cluster_centers_)
    return figure


def line(axes, pair):
    """Draw the line that is as far from one center as from the other."""
    middle = pair.mean(axis=0)
    across = np.array([-1, 1]) * (pair[1] - pair[0])[::-1]
    limits = axes.get_xlim(), axes.get_ylim()
    axes.axline(middle, middle + across, color="black", linestyle="--", linewidth=1.2)
    axes.set(xlim=limits[0], ylim=limits[1])


PICTURES = {"moons": draw_moons}

if __name__ == "__main__":
    print(numbers())
