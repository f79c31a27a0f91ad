import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays

from colorquant.color import perceptual
from colorquant.color.perceptual import PERCEPTUAL

# The XYZ of each of R, G and B, by IEC 61966-2-1.
PRIMARIES = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
# The way back, as Ottosson has it.
TO_ROOTS = np.array(
    [
        [1, 0.3963377774, 0.2158037573],
        [1, -0.1055613458, -0.0638541728],
        [1, -0.0894841775, -1.2914855480],
    ]
)
TO_LIGHT = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)
BIAS = 0.002
CONES, OPPONENTS = np.array(perceptual._CONES), np.array(perceptual._OPPONENTS)
WITH_ALPHA = PERCEPTUAL.of(4)
SPACES = pytest.mark.parametrize("space", [PERCEPTUAL, WITH_ALPHA], ids=["opaque", "alpha"])


def oklab(light, bias=0.0):
    return (np.cbrt(light @ CONES.T + bias) - np.cbrt(bias)) @ OPPONENTS.T


def decoded(levels):
    shares = np.asarray(levels) / 255
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)


def encoded(light):
    low = light <= 0.0031308
    return 255 * np.where(low, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def grays():
    return np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)


def random_colors(n, channels, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, channels), dtype=np.uint8)


def cube(*levels):
    return np.stack(np.meshgrid(*levels), -1).reshape(-1, len(levels)).astype(np.uint8)


def dark():
    return cube(*[np.arange(40)] * 3)


def over(colors, ground):
    """Compose over a gray, in levels, by definition."""
    values = colors.astype(float)
    alpha = values[:, 3:] / 255
    return values[:, :3] * alpha + ground * (1 - alpha)


@pytest.mark.parametrize(
    ("xyz", "lab"),
    [
        ((0.950, 1.000, 1.089), (1.000, 0.000, 0.000)),
        ((1.000, 0.000, 0.000), (0.450, 1.236, -0.019)),
        ((0.000, 1.000, 0.000), (0.922, -0.671, 0.263)),
        ((0.000, 0.000, 1.000), (0.153, -1.415, -0.449)),
    ],
)
def test_the_matrices_are_ottossons(xyz, lab):
    # His table has three decimals, and the primaries have four.
    light = np.linalg.solve(PRIMARIES, xyz)
    np.testing.assert_allclose(oklab(light), lab, atol=0.0015)


def assert_near_formula(points, levels):
    light = decoded(levels)
    # Each of a response's three parts is rounded to 16 bits.
    slope = (light @ CONES.T + BIAS - 1.5 / 65535) ** (-2 / 3) / 3
    bound = 1.5 / 65535 * slope @ np.abs(OPPONENTS).T + 1e-12
    assert (np.abs(points - oklab(light, BIAS)) <= bound).all()


@pytest.mark.parametrize("colors", [grays(), dark(), random_colors(20_000, 3)])
def test_points_are_those_of_the_formula(colors):
    assert_near_formula(PERCEPTUAL.points(colors), colors)


def test_with_alpha_points_are_those_over_black_and_over_white():
    colors = random_colors(20_000, 4)
    points = WITH_ALPHA.points(colors)
    assert_near_formula(points[:, :3], over(colors, 0))
    assert_near_formula(points[:, 3:], over(colors, 255))


def test_black_is_the_origin_and_grays_have_no_hue():
    points = PERCEPTUAL.points(grays())
    assert points[0].tolist() == [0, 0, 0]
    assert (np.diff(points[:, 0]) > 0).all()
    # The rounding of responses, as above.
    assert np.abs(points[:, 1:]).max() < 1e-3
    assert points[-1, 0] == pytest.approx(np.cbrt(1 + BIAS) - np.cbrt(BIAS), abs=1e-5)


@pytest.mark.parametrize("colors", [grays(), dark(), random_colors(50_000, 3)])
def test_there_and_back(colors):
    assert (PERCEPTUAL.colors(PERCEPTUAL.points(colors)) == colors).all()


def test_the_colors_that_rounding_moves_most_come_back():
    # The light that comes back is off by a sum of three numbers, each of one channel's level. So
    # for each channel, the worst of all colors of a level is the worst of the others' levels.
    one = 1 << perceptual._FIELD
    packed = perceptual._responses(1).astype(object)
    parts = np.array([packed // one**2, packed // one % one, packed % one], float)
    exact = CONES[:, :, None] * decoded(np.arange(256)) * perceptual._TOP
    off = np.einsum("oc,ckl->okl", TO_LIGHT, parts - exact)
    worst = []
    for channel in range(3):
        others = [each for each in range(3) if each != channel]
        for pick in (np.argmin, np.argmax):
            colors = np.empty((256, 3), np.uint8)
            colors[:, channel] = np.arange(256)
            colors[:, others] = pick(off[channel], axis=1)[others]
            worst.append(colors)
    colors = np.concatenate(worst)
    assert (PERCEPTUAL.colors(PERCEPTUAL.points(colors)) == colors).all()


@given(points=arrays(np.float64, (20, 3), elements={"min_value": -0.4, "max_value": 1.0}))
def test_colors_of_any_points_are_those_of_the_formula(points):
    light = (((points @ TO_ROOTS.T) + np.cbrt(BIAS)) ** 3 - BIAS).clip(0) @ TO_LIGHT.T
    expected = encoded(light.clip(0, 1))
    np.testing.assert_allclose(PERCEPTUAL.to_levels(points), expected, rtol=1e-6, atol=2e-4)
    assert np.abs(PERCEPTUAL.colors(points) - expected).max() < 0.501


@pytest.mark.parametrize("colors", [dark(), grays(), random_colors(50_000, 3)])
@pytest.mark.parametrize("kind", ["points", "planes"])
def test_distinct_colors_have_distinct_points(colors, kind):
    found = getattr(PERCEPTUAL, kind)(colors)
    points = found if kind == "points" else found.T
    assert len(np.unique(points, axis=0)) == len(np.unique(colors, axis=0))


@SPACES
def test_reach_bounds_the_distance_of_all_colors_from_the_middle(space):
    levels = np.arange(0, 256, 15)
    colors = cube(*[levels] * 3, *[np.array([0, 1, 128, 255])] * (space.channels - 3))
    distances = np.sqrt(((space.points(colors) - space.middle) ** 2).sum(axis=1))
    assert distances.max() <= space.reach
    # It is not so large that it says nothing.
    assert distances.max() >= space.reach / 2


@SPACES
def test_planes_are_points_in_units_of_the_error(space):
    colors = random_colors(5000, space.channels)
    planes = space.planes(colors)
    assert (planes.dtype, planes.shape) == (np.float32, (space.dimensions, 5000))
    assert planes.flags.c_contiguous
    np.testing.assert_allclose(planes, space.points(colors).T / space.unit, atol=1e-6)


@SPACES
def test_bits_do_not_depend_on_what_is_converted_at_once(space):
    colors = random_colors(1003, space.channels)
    points, planes = space.points(colors), space.planes(colors)
    back = space.colors(points)
    for size in (1, 7, 64, 500):
        parts = [slice(start, start + size) for start in range(0, len(colors), size)]
        assert (np.concatenate([space.points(colors[part]) for part in parts]) == points).all()
        alone = [space.planes(colors[part]) for part in parts]
        assert (np.concatenate(alone, axis=1) == planes).all()
        assert (np.concatenate([space.colors(points[part]) for part in parts]) == back).all()
    assert (space.points(colors[::3]) == points[::3]).all()


def test_whole_levels_are_colors():
    colors = random_colors(2000, 3)
    expected = PERCEPTUAL.points(colors)
    assert np.abs(PERCEPTUAL.from_levels(colors.astype(float)) - expected).max() == 0


def test_opaque_colors_with_alpha_come_back():
    solid = np.hstack([random_colors(20_000, 3), np.full((20_000, 1), 255, np.uint8)])
    assert (WITH_ALPHA.colors(WITH_ALPHA.points(solid)) == solid).all()


@pytest.mark.parametrize(("low", "high"), [(0, 1), (1, 8), (8, 64), (64, 255)])
def test_translucent_colors_come_back_as_they_look(low, high):
    colors = random_colors(20_000, 4, seed=low)
    colors[:, 3] = np.random.default_rng(low).integers(low, high, len(colors))
    back = WITH_ALPHA.colors(WITH_ALPHA.points(colors))
    assert (back[:, 3] == colors[:, 3]).all()
    for ground in (0, 255):
        assert np.abs(over(back, ground) - over(colors, ground)).max() <= 1
    if low >= 64:
        assert np.abs(back.astype(int) - colors).max() <= 2


def test_hidden_colors_are_one():
    hidden = np.array([[9, 8, 7, 0], [255, 0, 255, 0]], np.uint8)
    points = WITH_ALPHA.points(hidden)
    assert (points[0] == points[1]).all()
    assert WITH_ALPHA.colors(points).tolist() == [[0, 0, 0, 0]] * 2
