from itertools import permutations

import numpy as np
import pytest

from colorquant.color.perceptual import PERCEPTUAL
from colorquant.palettes.order import from_dark_to_light
from colorquant.palettes.paths import hue_classes, short_path


def palette(k, seed, channels=3):
    rng = np.random.default_rng(seed)
    colors = rng.integers(0, 256, (k, channels), dtype=np.uint8)
    return colors[from_dark_to_light(colors)]


def length(colors, path):
    points = PERCEPTUAL.of(colors.shape[1]).points(colors)[path]
    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("k", [1, 2, 3, 16, 90, 300, 600, 5000])
def test_a_path_visits_all_colors_from_the_first(k, channels):
    colors = palette(k, k, channels)
    path = short_path(colors)
    assert sorted(path.tolist()) == list(range(k))
    if k <= 4096:
        assert path[0] == 0
    if 2 < k <= 512:
        assert length(colors, path) <= length(colors, np.arange(k))


@pytest.mark.parametrize("seed", range(8))
def test_few_colors_have_nearly_the_shortest_path(seed):
    colors = palette(7, seed)
    shortest = min(length(colors, [0, *rest]) for rest in permutations(range(1, 7)))
    assert length(colors, short_path(colors)) <= 1.1 * shortest


def test_no_part_can_be_turned_around():
    colors = palette(40, 3)
    path = short_path(colors).tolist()
    own = length(colors, path)
    for start in range(1, 40):
        for stop in range(start + 1, 41):
            turned = path[:start] + path[start:stop][::-1] + path[stop:]
            assert length(colors, turned) >= own - 1e-9


def test_far_colors_are_far_apart_on_a_curve_too():
    colors = palette(5000, 1)
    assert length(colors, short_path(colors)) < length(colors, np.arange(5000)) / 2


def test_hues_follow_the_rainbow():
    rainbow = ["ff0000", "ff8800", "ffff00", "00ff00", "00ffff", "0088ff", "0000ff", "8800ff"]
    colors = np.array([list(bytes.fromhex(color)) for color in rainbow], np.uint8)
    classes = hue_classes(colors)
    assert classes.tolist() == sorted(classes.tolist())
    assert len(set(classes.tolist())) > 5
    assert classes.min() > 0
    assert not hue_classes(np.array([[0, 0, 0], [99, 99, 99], [250, 252, 250]], np.uint8)).any()


def test_classes_are_those_of_the_angle():
    colors = palette(999, 5)
    _, a, b = PERCEPTUAL.points(colors).T
    classes = hue_classes(colors)
    some = classes > 0
    angle = np.degrees(np.arctan2(b, a)) % 360
    order = np.argsort(angle[some])
    assert (np.diff(classes[some][order]) >= 0).all()
    assert (np.hypot(a, b)[~some] < 0.02).all()
