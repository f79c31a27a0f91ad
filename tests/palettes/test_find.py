import numpy as np
import pytest
from helpers import mixture_costs
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from linear_light import LINEAR_LIGHT
from PIL import Image

from colorquant.choices import EFFORTS, ENGINES
from colorquant.color import points as module
from colorquant.color.perceptual import PERCEPTUAL
from colorquant.color.points import ColorPoints
from colorquant.color.space import SRGB
from colorquant.color.table import ColorTable
from colorquant.errors import InvalidInputError
from colorquant.mapping.mixtures import best_mixtures
from colorquant.mapping.nearest import nearest_entries
from colorquant.measures.error import measure, squared_errors
from colorquant.models import Raster
from colorquant.palettes.find import all_used, find_palette, nearest_seen, use_palette
from colorquant.search import SearchOptions


def found_for(pixels, k, space=SRGB, fixed=None, **search):
    colors = ColorPoints(ColorTable.of(Raster(pixels)), space)
    return colors, find_palette(colors, k, SearchOptions(**search), fixed=fixed)


def check(colors, result, k):
    table = colors.table
    palette = result.palette
    assert len(palette) == min(k, len(table))
    assert (
        np.bincount(result.entries, table.counts, len(palette)).tolist() == palette.counts.tolist()
    )
    assert palette.counts.min() > 0
    assert result.entries.tolist() == nearest_entries(colors, palette.colors).tolist()


@settings(max_examples=60)
@given(
    pixels=arrays(
        np.uint8,
        st.tuples(st.integers(1, 8), st.integers(1, 8), st.sampled_from([3, 4])),
        elements=st.one_of(st.integers(0, 255), st.sampled_from([0, 1, 2, 254, 255])),
    ),
    k=st.integers(1, 20),
)
def test_exactly_k_colors_all_of_them_used(pixels, k):
    colors, result = found_for(pixels, k)
    check(colors, result, k)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("k", [1, 2, 7, 256, 300, 400])
@pytest.mark.parametrize("name", ["noise", "soft"])
def test_all_engines_give_exactly_k(engine, k, name, request):
    colors, result = found_for(request.getfixturevalue(name)[:16], k, engine=engine)
    check(colors, result, k)
    assert result.history


def test_colors_that_rounding_merges_are_replaced():
    # 40 colors within two levels of each other, and k just below.
    levels = np.stack(np.meshgrid([7, 8, 9], [7, 8, 9, 10], [7, 8, 9]), axis=-1).reshape(1, -1, 3)
    colors, result = found_for(levels.astype(np.uint8), k=35)
    check(colors, result, 35)


def test_few_colors_are_kept_as_they_are(noise):
    colors, result = found_for(noise[:2, :5], k=10)
    assert result.history == ()
    assert measure(colors, result.palette.colors, result.entries).mse == 0
    check(colors, result, 10)


def test_bins_stand_for_too_many_colors(samples, monkeypatch):
    pixels = np.asarray(Image.open(samples / "flower.jpg"))[::2, ::2]
    colors, exact = found_for(pixels, k=16)
    monkeypatch.setattr(module, "_EXACT_COLORS", {3: 10_000})
    _, binned = found_for(pixels, k=16)
    check(colors, binned, 16)
    errors = [measure(colors, r.palette.colors, r.entries).mse for r in (exact, binned)]
    assert errors[1] < 1.03 * errors[0]


# Summed squared error per pixel that the file must not exceed, at effort normal.
BOUNDS = {
    ("flower.jpg", 16): 226,
    ("flower.jpg", 64): 77,
    ("flower.jpg", 256): 28.6,
    ("china.jpg", 16): 356,
    ("china.jpg", 64): 116,
    ("china.jpg", 256): 45.0,
}


# With many colors "best" takes long; that it is no worse than "normal" is tested on fewer points.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "k", "effort"),
    [(*cell, effort) for cell in BOUNDS for effort in EFFORTS if effort != "best" or cell[1] == 16],
)
def test_error_on_photographs(name, k, effort, samples):
    colors, result = found_for(np.asarray(Image.open(samples / name)), k, effort=effort)
    metrics = measure(colors, result.palette.colors, result.entries)
    assert 3 * metrics.mse <= BOUNDS[name, k]


@pytest.mark.parametrize("k", [2, 3, 9])
@pytest.mark.parametrize("faint", [False, True])
def test_what_is_transparent_stays_so_and_what_is_opaque_too(faint, k):
    rng = np.random.default_rng(3)
    pixels = rng.integers(0, 256, (40, 40, 4), dtype=np.uint8)
    pixels[:, :, 3] = 255
    pixels[:20, :, 3] = 0
    if faint:
        pixels[20:25, :, 3] = rng.integers(1, 90, (5, 40))
    points, result = found_for(pixels, k)
    table, colors = points.table, result.palette.colors
    assert len(colors) == k
    assert colors[0].tolist() == [0, 0, 0, 0]
    assert result.palette.counts[0] >= 800
    alphas = colors[result.entries][:, 3]
    assert (alphas[table.colors[:, 3] == 0] == 0).all()
    if not faint:
        assert (colors[1:, 3] == 255).all()
        assert (alphas[table.colors[:, 3] == 255] == 255).all()


def kmeans_by_hand(places, weights, centers, fixed=0):
    """Plain k-means from given centers, of which the first stay."""
    while True:
        labels = ((places[:, None] - centers) ** 2).sum(axis=2).argmin(axis=1)
        after = centers.copy()
        for label in range(fixed, len(centers)):
            own = labels == label
            if own.any():
                after[label] = np.average(places[own], axis=0, weights=weights[own])
        if np.allclose(after, centers, rtol=0, atol=1e-9):
            distances = ((places - after[labels]) ** 2).sum(axis=1)
            return after, (distances * weights).sum()
        centers = after


@pytest.mark.parametrize("name", ["noise", "soft"])
def test_a_palette_in_a_space_that_tests_add(name, request):
    """Found by the same search, as good there as k-means by hand from 20 starts."""
    colors, result = found_for(request.getfixturevalue(name), 6, LINEAR_LIGHT, effort="best")
    check(colors, result, 6)
    assert result.space is LINEAR_LIGHT.of(colors.table.channels)
    weights = colors.table.counts.astype(float)
    errors = squared_errors(colors, result.palette.colors, result.entries) @ weights
    rng = np.random.default_rng(0)
    starts = (colors[:][rng.choice(len(colors), 6, replace=False)] for _ in range(20))
    least = min(kmeans_by_hand(colors[:], weights, start)[1] for start in starts)
    assert result.history[-1].inertia <= 1.001 * least
    if name == "noise":
        # Colors are rounded to 8 bits, which costs a little; with alpha more, as not all that is
        # seen over black and over white can be the same color with alpha.
        assert errors <= 1.002 * least
    # In sRGB another palette is better.
    in_srgb, other = found_for(request.getfixturevalue(name), 6, SRGB, effort="best")
    there = measure(in_srgb, result.palette.colors, result.entries).mse
    assert measure(in_srgb, other.palette.colors, other.entries).mse < there


def test_a_nearest_center_becomes_the_color_nearest_to_it():
    pixels = np.array([[[0, 0, 0], [255, 255, 255]]], np.uint8)
    _, result = found_for(pixels, 1, LINEAR_LIGHT)
    # Half the light of white.
    assert result.palette.colors.tolist() == [[188, 188, 188]]


PINS = np.array([[255, 0, 255], [10, 20, 30], [250, 250, 250]], np.uint8)


@pytest.mark.parametrize("engine", ["minibatch", "lloyd"])
@pytest.mark.parametrize("k", [3, 4, 12, 400])
def test_fixed_colors_come_first_and_the_others_are_used(engine, k, noise):
    colors, result = found_for(noise, k, fixed=PINS, engine=engine)
    palette = result.palette
    assert palette.colors[:3].tolist() == PINS.tolist()
    assert len(palette) == k
    assert (palette.counts[3:] > 0).all()
    assert result.entries.tolist() == nearest_entries(colors, palette.colors).tolist()


@pytest.mark.parametrize("k", [4, 8])
def test_with_fixed_colors_it_is_as_good_as_by_hand(k, noise):
    colors, result = found_for(noise, k, fixed=PINS, effort="best")
    weights = colors.table.counts.astype(float)
    errors = squared_errors(colors, result.palette.colors, result.entries) @ weights
    rng = np.random.default_rng(0)
    pins = SRGB.points(PINS)
    draws = (colors[:][rng.choice(len(colors), k - 3, replace=False)] for _ in range(20))
    starts = (np.concatenate([pins, draw]) for draw in draws)
    assert errors <= 1.002 * min(kmeans_by_hand(colors[:], weights, s, 3)[1] for s in starts)


def test_fixed_colors_and_few_others_are_all_kept(noise):
    colors, result = found_for(noise[:1, :4], 20, fixed=PINS)
    assert len(result.palette) == 7
    assert measure(colors, result.palette.colors, result.entries).mse == 0


def test_scikit_learn_cannot_keep_colors(noise):
    with pytest.raises(InvalidInputError, match="none can be fixed"):
        found_for(noise, 9, fixed=PINS, engine="sklearn")


@pytest.mark.parametrize("place", [None, 0, 2])
def test_fixed_colors_beside_what_is_transparent(place, noise):
    clear = np.where(noise[:, :, :1] < 100, 0, 255).astype(np.uint8)
    pixels = np.concatenate([noise, clear], axis=2)
    fixed = np.hstack([PINS, np.full((3, 1), 255, np.uint8)])
    if place is not None:
        fixed = np.insert(fixed, place, 0, axis=0)
    colors, result = found_for(pixels, 9, fixed=fixed)
    palette = result.palette.colors
    assert palette[: len(fixed)].tolist() == fixed.tolist()
    entry = len(fixed) if place is None else place
    assert palette[entry].tolist() == [0, 0, 0, 0]
    alpha = palette[result.entries][:, 3]
    np.testing.assert_array_equal(alpha, colors.table.colors[:, 3])
    assert len(palette) == 9


def test_a_palette_that_is_given_is_used_as_it_is(soft):
    colors = ColorPoints(ColorTable.of(Raster(soft)), SRGB)
    given = np.array([[9, 9, 9, 0], [255, 0, 0, 255], [0, 0, 255, 128], [0, 0, 0, 255]], np.uint8)
    result = use_palette(colors, given)
    assert result.palette.colors.tolist() == given.tolist()
    assert result.history == ()
    opaque = colors.table.colors[:, 3] == 255
    assert (given[result.entries[opaque]][:, 3] > 0).all()
    free = nearest_entries(colors, given)
    np.testing.assert_array_equal(result.entries[~opaque], free[~opaque])
    assert int(result.palette.counts.sum()) == int(colors.table.counts.sum())


def test_fixed_colors_leave_no_room_for_a_clear_one(noise):
    clear = np.where(noise[:, :, :1] < 100, 0, 255).astype(np.uint8)
    fixed = np.hstack([PINS[:2], np.full((2, 1), 255, np.uint8)])
    colors, result = found_for(np.concatenate([noise, clear], axis=2), 2, fixed=fixed)
    assert result.palette.colors.tolist() == fixed.tolist()
    assert int(result.palette.counts.sum()) == int(colors.table.counts.sum())


@pytest.mark.parametrize("fixed", [[[255, 0, 0, 255]], [[0, 0, 0, 0]], []])
def test_fixed_colors_of_an_image_that_is_all_clear(fixed):
    pins = np.array(fixed, np.uint8).reshape(-1, 4)
    _, result = found_for(np.zeros((3, 3, 4), np.uint8), 4, fixed=pins)
    assert result.palette.colors[: len(pins)].tolist() == pins.tolist()
    assert [0, 0, 0, 0] in result.palette.colors.tolist()


def test_no_color_stands_unused_beside_fixed_ones(soft):
    fixed = np.array([[1, 2, 3, 4]], np.uint8)
    _, result = found_for(soft[:12], 400, fixed=fixed)
    assert (result.palette.counts[1:] > 0).all()


def seen_colors(pixels):
    return ColorPoints(ColorTable.of(Raster(pixels), seen=True), PERCEPTUAL)


def test_unused_colors_are_replaced_and_the_others_keep_their_places():
    palette = np.array([[200, 0, 0], [0, 0, 0], [255, 255, 255], [1, 0, 0], [0, 200, 0]], np.uint8)
    colors = [[199, 0, 0], [255, 255, 255], [0, 199, 0], [0, 0, 3], [9, 99, 255], [0, 90, 255]]
    points = seen_colors(np.array([colors], np.uint8))
    found, entries = all_used(points, palette)
    # Of the colors next to black, the second; both blues are far from all entries.
    kept = [0, 1, 2, 4]
    np.testing.assert_array_equal(found[kept], palette[kept])
    assert found[3].tolist() in colors[4:]
    np.testing.assert_array_equal(entries, nearest_entries(points, found))
    assert sorted(set(entries.tolist())) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("name", ["noise", "soft"])
def test_many_unused_colors_are_replaced(name, request):
    points = seen_colors(request.getfixturevalue(name))
    rng = np.random.default_rng(3)
    # Most are so near to each other that they have no colors.
    palette = np.unique(rng.integers(0, 9, (60, points.table.channels), dtype=np.uint8), axis=0)
    palette = rng.permutation(palette[palette[:, -1] > 0][:40])
    used = np.bincount(nearest_seen(points, palette), minlength=40) > 0
    found, entries = all_used(points, palette)
    same = (found == palette).all(axis=1)
    # Beside better ones, others may be needed no more.
    assert not same[~used].any()
    assert len(np.unique(found, axis=0)) == 40
    assert np.bincount(entries, minlength=40).all()
    apart = points[:] - points.space.points(found[entries])
    best = points[:] - points.space.points(found[nearest_seen(points, found)])
    np.testing.assert_allclose((apart**2).sum(axis=1), (best**2).sum(axis=1), atol=1e-6)


@pytest.mark.parametrize("name", ["noise", "soft"])
def test_palettes_without_unused_colors_stay(name, request):
    points = seen_colors(request.getfixturevalue(name))
    palette = points.table.colors[5::90][::-1]
    found, entries = all_used(points, palette)
    np.testing.assert_array_equal(found, palette)
    np.testing.assert_array_equal(entries, nearest_seen(points, palette))


def gray_beside_white_and_nothing():
    """A few grays that are nearer to what is transparent than to white, and a faint pixel."""
    pixels = np.zeros((50, 50, 4), np.uint8)
    pixels[20:40] = 255
    pixels[40, :, :3], pixels[40, :, 3] = 100, 255
    pixels[41, 0] = [0, 0, 0, 9]
    return pixels


@pytest.mark.parametrize("grain", [None, 0.2])
@pytest.mark.parametrize("k", [2, 3])
def test_for_the_eye_opaque_colors_are_never_seen_through(k, grain):
    colors = seen_colors(gray_beside_white_and_nothing())
    result = find_palette(colors, k, grain=grain)
    palette, table = result.palette, colors.table
    assert palette.colors[0].tolist() == [0, 0, 0, 0]
    assert (palette.colors[result.entries[table.opaque], 3] > 0).all()
    assert len(palette) == k
    assert np.bincount(result.entries, table.counts).tolist() == palette.counts.tolist()
    if k == 2:
        # The gray is among those for which it matters.
        assert result.entries.tolist() != nearest_entries(colors, palette.colors).tolist()


@pytest.mark.parametrize("k", [3, 4, 12])
def test_fixed_colors_of_a_palette_for_dithering(k, noise):
    colors = seen_colors(noise)
    result = find_palette(colors, k, fixed=PINS, grain=0.2)
    assert result.palette.colors[:3].tolist() == PINS.tolist()
    assert len(result.palette) == k
    assert int(result.palette.counts.sum()) == noise[..., 0].size


def mixing_error(colors, palette):
    """The weighted cost of the best mixtures of two entries."""
    entries = colors.space.points(palette)
    mixtures = best_mixtures(colors[:], entries, 0.2)
    return colors.weights @ mixture_costs(colors[:], entries, mixtures, 0.2)


@pytest.mark.parametrize("k", [2, 8, 32])
@pytest.mark.parametrize("name", ["photo", "soft"])
def test_a_palette_for_dithering_mixes_better(name, k, samples, soft):
    pixels = soft
    if name == "photo":
        pixels = np.asarray(Image.open(samples / "flower.jpg"))[::3, ::3]
    colors = seen_colors(pixels)
    means, mixing = (find_palette(colors, k, grain=grain).palette for grain in (None, 0.2))
    assert len(mixing) == len(means) == k
    assert mixing_error(colors, mixing.colors) < mixing_error(colors, means.colors)
    errors = [
        squared_errors(colors, each.colors, nearest_entries(colors, each.colors)) @ colors.weights
        for each in (means, mixing)
    ]
    assert errors[0] < errors[1]


@pytest.mark.parametrize("name", ["noise", "soft"])
def test_with_few_colors_there_is_nothing_to_mix(name, request):
    colors = seen_colors(request.getfixturevalue(name)[10:12, :6])
    result = find_palette(colors, len(colors), grain=0.2)
    assert sorted(result.palette.colors.tolist()) == sorted(colors.table.colors.tolist())


@pytest.mark.parametrize("k", [1000, 1024, 1100])
def test_of_few_colors_nearly_all_are_kept_for_dithering(k, noise):
    """Entries that mixing brings together are replaced."""
    colors = seen_colors(noise)
    result = find_palette(colors, k, grain=0.2)
    assert len(result.palette) == k


def test_entries_for_mixtures_may_be_the_nearest_to_no_color(samples):
    with Image.open(samples / "flower.jpg") as image:
        colors = seen_colors(np.asarray(image)[100:200, 200:300])
    assert len(colors) > 1 << 12
    counts = find_palette(colors, 1000, grain=0.2).palette.counts
    assert (len(counts), int(counts.min())) == (1000, 0)
    assert find_palette(colors, 1000).palette.counts.min() > 0
