"""Written digits: ten centers that are pictures, and what they are good for.

Run it to compute the t-SNE plane anew, which takes half a minute; it is kept in digits-tsne.npy.
"""

from pathlib import Path

import numpy as np
from drawing import COLORS, INK, bare, centers, dots, panels, plain

from colorquant import kmeans
from colorquant.clustering import KMeans

PLANE = Path(__file__).with_name("digits-tsne.npy")
STARTS = 20


def load():
    """Return 1,797 pictures of 8 by 8 pixels, a row each, and the digits that they show."""
    from sklearn.datasets import load_digits

    return load_digits(return_X_y=True)


def majority(labels, digits):
    """Return for each cluster the digit that most of its pictures show."""
    return np.array([np.bincount(digits[labels == j]).argmax() for j in range(10)])


def accuracy(labels, digits):
    """Return the share of pictures that show the digit of their cluster."""
    return (majority(labels, digits)[labels] == digits).mean()


def confusion(labels, digits):
    """Return how many pictures of each digit (rows) were taken for each digit (columns)."""
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (digits, majority(labels, digits)[labels]), 1)
    return counts


def plain_ends(pixels, digits, starts=STARTS):
    """Return inertia and accuracy, a row each, of plain EM from several starts."""
    runs = (kmeans(pixels, 10, engine="lloyd", seeding="k-means++", seed=s) for s in range(starts))
    return np.array([(run.inertia, accuracy(run.labels, digits)) for run in runs])


def embedded(pixels, seed=0):
    """Return the pictures as points of a plane, where similar ones are neighbors."""
    from sklearn.manifold import TSNE

    return TSNE(2, init="pca", random_state=seed).fit_transform(pixels)


def stored():
    """Return the plane that this script has computed and kept."""
    return np.load(PLANE).astype(float)


def numbers():
    """Return what the page says of this section."""
    pixels, digits = load()
    found = KMeans(10).fit(pixels)
    counts = confusion(found.labels_, digits)
    ends = plain_ends(pixels, digits)
    luckiest = ends[ends[:, 1].argmax()]
    plane = KMeans(10).fit(stored())
    wrong = counts - np.diag(counts.diagonal())
    digit, taken_for = map(int, np.unravel_index(wrong.argmax(), wrong.shape))
    plane_counts = confusion(plane.labels_, digits)
    return {
        "pictures": len(pixels),
        "side": 8,
        "dimensions": pixels.shape[1],
        "accuracy": accuracy(found.labels_, digits),
        "shown": sorted(majority(found.labels_, digits).tolist()),
        "starts": len(ends),
        "lowest_end_saved": 1 - ends[:, 0].min() / found.inertia_,
        "ends_below": int((ends[:, 0] < found.inertia_).sum()),
        "most_accurate": luckiest[1],
        "most_accurate_excess": luckiest[0] / found.inertia_ - 1,
        "least_accurate": ends[:, 1].min(),
        "digit": digit,
        "taken_for": taken_for,
        "taken": int(wrong.max()),
        "of_digit": int(counts[digit].sum()),
        "plane_accuracy": accuracy(plane.labels_, digits),
        "plane_taken": int(plane_counts[digit, taken_for]),
    }


def draw_digits():
    """Draw the ten centers as pictures, each with the digit of its majority."""
    figure, axes = panels(2, 5, 4.4)
    pixels, digits = load()
    found = KMeans(10).fit(pixels)
    shown = majority(found.labels_, digits)
    for each, j in zip(axes, np.argsort(shown), strict=True):
        own = digits[found.labels_ == j]
        each.imshow(found.cluster_centers_[j].reshape(8, 8), cmap="gray_r")
        bare(each, f"mostly {shown[j]}: {(own == shown[j]).sum()} of {len(own)}")
    return figure


def draw_accuracy():
    """Draw inertia and accuracy of many ends."""
    figure, (axes,) = panels(1, 1, 3.6)
    pixels, digits = load()
    found = KMeans(10).fit(pixels)
    ends = plain_ends(pixels, digits)
    ends = 100 * (ends / (found.inertia_, 1) - (1, 0))
    axes.plot(*ends.T, "o", color=COLORS[0], alpha=0.7, label=f"plain EM, {STARTS} starts")
    own = 100 * accuracy(found.labels_, digits)
    axes.plot(0, own, "X", color=INK, markersize=10, label="our engine")
    axes.legend(frameon=False)
    title = "The lowest inertia is not the highest accuracy"
    plain(axes, title, "inertia above that of our engine, %", "pictures in the right cluster, %")
    return figure


def draw_confusion():
    """Draw what was taken for what, from the pixels and from the plane."""
    figure, axes = panels(1, 2, 5.2)
    pixels, digits = load()
    cases = (("64 pixels", KMeans(10).fit(pixels)), ("plane", KMeans(10).fit(stored())))
    for each, (name, found) in zip(axes, cases, strict=True):
        counts = confusion(found.labels_, digits)
        each.imshow(counts, cmap="Blues")
        for row, column in np.argwhere(counts):
            color = "white" if counts[row, column] > 90 else "black"
            each.text(column, row, counts[row, column], ha="center", va="center", color=color)
        share = accuracy(found.labels_, digits)
        each.set_title(f"k-means on the {name}: {100 * share:.1f} % right", fontsize=11)
        each.set(xticks=range(10), yticks=range(10))
        each.set(xlabel="digit of the cluster", ylabel="digit shown")
    return figure


def draw_plane():
    """Draw the plane with the true digits, and with the clusters."""
    figure, (left, right) = panels(1, 2, 4.9)
    _, digits = load()
    plane = stored()
    found = KMeans(10).fit(plane)
    shown = majority(found.labels_, digits)
    dots(left, plane, digits, 9)
    bare(left, "t-SNE plane: colored by the digit shown")
    dots(right, plane, shown[found.labels_], 9)
    bare(right, "k-means on it: colored by the digit of the cluster")
    for place, digit in zip(found.cluster_centers_, shown, strict=True):
        for each in (left, right):
            centers(each, [place], 300, "o")
            style = {"ha": "center", "va": "center", "color": "white", "zorder": 4}
            each.text(*place, str(digit), weight="bold", **style)
    return figure


PICTURES = {
    "digits": draw_digits,
    "accuracy": draw_accuracy,
    "confusion": draw_confusion,
    "plane": draw_plane,
}

if __name__ == "__main__":
    np.save(PLANE, embedded(load()[0]).astype(np.float16))
    print(numbers())
