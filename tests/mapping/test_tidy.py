import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import correlate1d

from colorquant import threads
from colorquant.color.importance import importance
from colorquant.color.perceptual import PERCEPTUAL
from colorquant.mapping import tidy
from colorquant.mapping.lookup import lookup
from colorquant.mapping.scene import Scene
from colorquant.mapping.tidy import Terms, autocorrelation, gaussian, sweep
from colorquant.models import index_type

LEVELS = np.arange(256) / 255
NO_REWARD = np.zeros(256, np.float32)


class Exact:
    """A search that compares points with all entries."""

    def __init__(self, entries):
        self.entries = entries.T.astype(np.float32)
        self.found = index_type(entries.shape[1])

    def rows(self, planes):
        return planes.reshape(len(planes), -1).T.copy()

    def into(self, points, out):
        out[:] = squares(points, self.entries).argmin(axis=1)


def tidied(scene, search, entries, labels, terms):
    labels = labels.copy()
    sweep(scene, search, entries, labels, terms)
    return labels


def squares(points, entries):
    return ((points[:, None].astype(float) - entries) ** 2).sum(axis=2)


def weights(sigma):
    values = np.exp(-(np.arange(-3, 4) ** 2) / (4 * sigma**2))
    return values / values.sum()


def terms_of(reward=0.0, distance=1, *, vertical=False, sigma=0.8):
    grain = (0.05 + 0.3 * LEVELS).astype(np.float32)
    rewards = (reward / np.maximum(LEVELS, 0.1)).astype(np.float32)
    return Terms(sigma, grain, rewards, distance, vertical)


def picture(shape, channels=3, k=6, *, still=0.0, unseen=0.0, seed=0):
    """Return a soft random picture, its entries, and labels to begin with."""
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (shape[0] // 6 + 1, shape[1] // 6 + 1, channels))
    base = coarse.repeat(6, axis=0).repeat(6, axis=1)[: shape[0], : shape[1]]
    pixels = (base + random.integers(-40, 40, base.shape)).clip(0, 255).astype(np.uint8)
    palette = random.integers(0, 256, (k, channels), dtype=np.uint8)
    seen = random.integers(1, 256, shape, dtype=np.uint8)
    hidden = random.random(shape) < unseen
    seen[hidden] = 0
    held = (random.random(shape) < still) | hidden
    scene = Scene(pixels, PERCEPTUAL.of(channels), seen, held if held.any() else None)
    entries = scene.entries(palette)
    labels = np.empty(seen.size, index_type(k))
    Exact(entries).into(scene.planes(0, shape[0]).reshape(len(entries), -1).T, labels)
    return scene, entries, labels.reshape(shape)


def errors_of(scene, entries, labels):
    points = np.moveaxis(scene.planes(0, scene.shape[0]), 0, -1).astype(float)
    return (points - entries.T.astype(float)[labels]) * (scene.importance > 0)[..., None]


def objective(scene, entries, labels, terms):
    """Return the visible error, and the price of grain."""
    errors = errors_of(scene, entries, labels)
    blurred = errors
    for axis in (0, 1):
        blurred = correlate1d(blurred, weights(terms.sigma), axis=axis, mode="constant")
    grain = terms.grain.astype(float)[scene.importance]
    return (errors * blurred).sum() + (grain[..., None] * errors**2).sum()


class OneByOne:
    """The tidy pass by definition: of all entries, or candidates, the one of least cost."""

    def __init__(self, scene, entries, labels, terms):
        self.scene, self.terms, self.labels = scene, terms, labels.copy()
        self.shape = scene.shape
        self.entries = entries.T.astype(float)
        self.points = np.moveaxis(scene.planes(0, self.shape[0]), 0, -1).astype(float)
        errors = errors_of(scene, entries, labels)
        self.errors = np.pad(errors, ((3, 3), (3, 3), (0, 0)))
        self.kernel = np.outer(weights(terms.sigma), weights(terms.sigma))

    def sweep(self, rows):
        height, width = self.shape
        for start in (*range(0, height, 2 * rows), *range(rows, height, 2 * rows)):
            stop = min(start + rows, height)
            for column in range(4):
                for line in range(start, start + 4):
                    places = [(y, x) for y in range(line, stop, 4) for x in range(column, width, 4)]
                    # All at once: of these, none sees what becomes of another.
                    self.change({place: self.best(*place) for place in places})
        return self.labels

    def change(self, chosen):
        for (y, x), label in chosen.items():
            if self.scene.still is None or not self.scene.still[y, x]:
                self.labels[y, x] = label
                self.errors[y + 3, x + 3] = self.points[y, x] - self.entries[label]

    def best(self, y, x):
        importance = self.scene.importance[y, x]
        around = self.kernel[..., None] * self.errors[y : y + 7, x : x + 7]
        around[3, 3] = 0
        errors = self.points[y, x] - self.entries
        own = self.kernel[3, 3] + float(self.terms.grain[importance])
        costs = own * (errors**2).sum(axis=1) + 2 * errors @ around.sum(axis=(0, 1))
        near = self.neighbors(y, x)
        candidates = [costs.argmin(), *near]
        np.subtract.at(costs, near, float(self.terms.reward[importance]))
        return min(candidates, key=costs.__getitem__)

    def neighbors(self, y, x):
        d = self.terms.distance
        places = [
            (y, x - d),
            (y, x + d),
            *([(y - 1, x), (y + 1, x)] if self.terms.vertical else []),
        ]
        inside = [p for p in places if 0 <= p[0] < self.shape[0] and 0 <= p[1] < self.shape[1]]
        # What is not seen is equal to nothing.
        return [self.labels[place] for place in inside if self.scene.importance[place]]


@pytest.mark.parametrize("sigma", [0.5, 0.8, 1.0])
def test_the_kernel_is_the_autocorrelation_of_a_gaussian(sigma):
    found = autocorrelation(sigma)
    np.testing.assert_allclose(found, weights(sigma), rtol=1e-14)
    assert found.sum() == pytest.approx(1)
    # By sums: that of a finely sampled Gaussian.
    places = np.arange(-200, 201) / 20
    gauss = np.exp(-(places**2) / (2 * sigma**2))
    whole = np.correlate(gauss, gauss, "same")[140:261:20]
    np.testing.assert_allclose(found, whole / whole.sum(), atol=1e-9)


@pytest.mark.parametrize(("sigma", "reach"), [(0.8, 3), (1.4, 4), (1.9, 6)])
def test_gaussians(sigma, reach):
    expected = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma**2))
    np.testing.assert_allclose(gaussian(sigma, reach), expected / expected.sum(), rtol=1e-13)


def sweep_rows(monkeypatch, rows):
    monkeypatch.setattr(tidy, "_ROWS", (rows, rows))
    return rows


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("rows", [4, 8, 32])
@pytest.mark.parametrize("shape", [(1, 1), (1, 11), (11, 1), (3, 3), (10, 13), (37, 22)])
def test_pixels_are_chosen_as_one_by_one(shape, rows, channels, monkeypatch):
    scene, entries, labels = picture(shape, channels, still=0.1, unseen=0.1)
    terms = terms_of()
    expected = OneByOne(scene, entries, labels, terms).sweep(sweep_rows(monkeypatch, rows))
    found = tidied(scene, Exact(entries), entries, labels, terms)
    assert found.dtype == labels.dtype
    assert found.tolist() == expected.tolist()
    if labels.size > 100:
        assert (found != labels).mean() > 0.1


@pytest.mark.parametrize("vertical", [False, True])
@pytest.mark.parametrize("distance", [1, 2, 4, 8])
@pytest.mark.parametrize("k", [5, 256, 300])
def test_neighbors_are_rewarded_as_one_by_one(k, distance, vertical, monkeypatch):
    scene, entries, labels = picture((21, 26), k=k, still=0.1, unseen=0.1, seed=k)
    # The last entry is also at the edges, beyond which nothing is equal to it.
    labels[0], labels[:, -1] = k - 1, k - 1
    terms = terms_of(0.002, distance, vertical=vertical)
    expected = OneByOne(scene, entries, labels, terms).sweep(sweep_rows(monkeypatch, 8))
    found = tidied(scene, Exact(entries), entries, labels, terms)
    assert found.tolist() == expected.tolist()
    plain = tidied(scene, Exact(entries), entries, labels, terms_of(0.0, distance))
    assert (found != plain).mean() > 0.01
    equal = [(each[:, distance:] == each[:, :-distance]).mean() for each in (plain, found)]
    assert equal[0] < equal[1]


def photo_scene(samples, k):
    image = Image.open(samples / "flower.jpg").convert("RGB").resize((150, 100))
    pixels = np.asarray(image)
    scene = Scene(pixels, PERCEPTUAL, importance(pixels))
    palette = np.asarray(image.quantize(k).convert("RGB").getcolors(k + 1), dtype=object)
    return scene, np.array([color for _, color in palette], np.uint8)


@pytest.mark.parametrize("k", [4, 16, 64])
def test_the_visible_error_falls_in_every_sweep(k, samples):
    scene, palette = photo_scene(samples, k)
    entries, terms = scene.entries(palette), terms_of()
    search = lookup(entries)
    labels = np.empty(scene.importance.size, search.found)
    search.into(search.rows(scene.planes(0, 100)), labels)
    labels = labels.reshape(scene.shape)
    costs = [objective(scene, entries, labels, terms)]
    for _ in range(4):
        labels = tidied(scene, search, entries, labels, terms)
        costs.append(objective(scene, entries, labels, terms))
    assert costs[1] < 0.98 * costs[0]
    # The cells of the table are not exact.
    assert (np.diff(costs) < 1e-3 * costs[0]).all()


def test_with_an_exact_search_nothing_gets_worse():
    scene, entries, labels = picture((30, 41), still=0.1, unseen=0.1)
    terms = terms_of()
    costs = [objective(scene, entries, labels, terms)]
    for _ in range(12):
        before, labels = labels, tidied(scene, Exact(entries), entries, labels, terms)
        costs.append(objective(scene, entries, labels, terms))
    assert (np.diff(costs) <= 1e-6 * costs[0]).all()
    assert costs[-1] < 0.95 * costs[0]
    # It comes to an end, where each pixel is best as it is.
    assert (labels == before).all()


def test_still_pixels_stay_and_the_given_labels_are_kept():
    scene, entries, _ = picture((40, 33), still=0.3, unseen=0.1)
    # Of another type than the search gives.
    labels = np.random.default_rng(5).integers(0, 6, scene.shape, dtype=np.uint16)
    given = labels.copy()
    found = tidied(scene, Exact(entries), entries, labels, terms_of(0.002, vertical=True))
    assert found.dtype == np.uint16
    assert (labels == given).all()
    assert (found == labels)[scene.still].all()
    assert (found != labels)[~scene.still].mean() > 0.3


@pytest.mark.parametrize("rows", [4, 32])
@pytest.mark.parametrize("channels", [3, 4])
def test_threads_make_no_difference(rows, channels, monkeypatch):
    sweep_rows(monkeypatch, rows)
    scene, entries, labels = picture((200, 60), channels, still=0.1)
    terms, found = terms_of(0.002, vertical=True), []
    for number in (1, 2, 7):
        monkeypatch.setattr(threads, "_available", lambda number=number: number)
        found.append(tidied(scene, lookup(entries), entries, labels, terms).tolist())
    assert found[0] == found[1] == found[2]
