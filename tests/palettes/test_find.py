import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from colorquant.color.table import ColorTable
from colorquant.mapping.remap import nearest_entries
from colorquant.measures.error import measure
from colorquant.models import Raster
from colorquant.options import EFFORTS, ENGINES, QuantizeOptions
from colorquant.palettes import find as module
from colorquant.palettes.find import build_palette


def built(pixels, **changes):
    table = ColorTable.of(Raster(pixels))
    return table, build_palette(table, QuantizeOptions(**changes))


def check(table, result, k):
    palette = result.palette
    assert len(palette) == min(k, len(table))
    assert (
        np.bincount(result.entries, table.counts, len(palette)).tolist() == palette.counts.tolist()
    )
    assert palette.counts.min() > 0
    assert result.entries.tolist() == nearest_entries(table.colors, palette.colors).tolist()


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
    table, result = built(pixels, k=k)
    check(table, result, k)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("k", [1, 2, 7, 256, 300, 900])
@pytest.mark.parametrize("name", ["noise", "soft"])
def test_all_engines_give_exactly_k(engine, k, name, request):
    table, result = built(request.getfixturevalue(name), k=k, engine=engine)
    check(table, result, k)
    assert result.history


def test_colors_that_rounding_merges_are_replaced():
    # 40 colors within two levels of each other, and k just below.
    levels = np.stack(np.meshgrid([7, 8, 9], [7, 8, 9, 10], [7, 8, 9]), axis=-1).reshape(1, -1, 3)
    table, result = built(levels.astype(np.uint8), k=35)
    check(table, result, 35)


def test_few_colors_are_kept_as_they_are(noise):
    table, result = built(noise[:2, :5], k=10)
    assert result.history == ()
    assert measure(table, result.palette.colors, result.entries).mse == 0
    check(table, result, 10)


def test_sorted_by_alpha_then_from_dark_to_light(soft):
    _, result = built(soft, k=40)
    alpha = result.palette.colors[:, 3].astype(int)
    assert (np.diff(alpha) >= 0).all()
    _, opaque = built(soft[:, :, :3], k=9)
    luma = opaque.palette.colors @ np.array([0.299, 0.587, 0.114])
    assert (np.diff(luma) >= 0).all()


def test_bins_stand_for_too_many_colors(samples, monkeypatch):
    pixels = np.asarray(Image.open(samples / "flower.jpg"))[::2, ::2]
    table, exact = built(pixels, k=16)
    monkeypatch.setattr(module, "_EXACT_COLORS", {3: 10_000})
    _, binned = built(pixels, k=16)
    check(table, binned, 16)
    errors = [measure(table, r.palette.colors, r.entries).mse for r in (exact, binned)]
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


@pytest.mark.parametrize("effort", EFFORTS)
@pytest.mark.parametrize(("name", "k"), BOUNDS)
def test_error_on_photographs(name, k, effort, samples):
    table, result = built(np.asarray(Image.open(samples / name)), k=k, effort=effort)
    metrics = measure(table, result.palette.colors, result.entries)
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
    table, result = built(pixels, k=k)
    colors = result.palette.colors
    assert len(colors) == k
    assert colors[0].tolist() == [0, 0, 0, 0]
    assert result.palette.counts[0] >= 800
    alphas = colors[result.entries][:, 3]
    assert (alphas[table.colors[:, 3] == 0] == 0).all()
    if not faint:
        assert (colors[1:, 3] == 255).all()
        assert (alphas[table.colors[:, 3] == 255] == 255).all()
