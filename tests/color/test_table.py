from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from colorquant.color import table as colortable
from colorquant.color.importance import flat, importance
from colorquant.color.packing import pack
from colorquant.color.table import ColorTable, merged_in_portions
from colorquant.models import Raster

few = st.sampled_from([0, 1, 128, 255])


def counted(table):
    return dict(zip(map(tuple, table.colors.tolist()), table.counts.tolist(), strict=True))


def by_counter(pixels):
    visible = [tuple(p) if len(p) == 3 or p[3] else (0, 0, 0, 0) for p in pixels.tolist()]
    return Counter(visible)


def seen_by_counter(*images):
    """The importance and the flat pixels of each color."""
    sums, still = Counter(), Counter()
    for pixels in images:
        weights, flats = importance(pixels), flat(pixels)
        for place in np.ndindex(*weights.shape):
            p = pixels[place]
            color = (0, 0, 0, 0) if len(p) == 4 and not p[3] else tuple(p.tolist())
            sums[color] += int(weights[place])
            still[color] += int(flats[place])
    return {color: (sums[color], still[color]) for color in sums}


def seen(table):
    rows = zip(table.importance.tolist(), table.flat.tolist(), strict=True)
    return dict(zip(map(tuple, table.colors.tolist()), rows, strict=True))


@pytest.fixture
def drawing(noise):
    """Noise beside two areas of one color each."""
    pixels = noise.copy()
    pixels[:, 10:] = 200
    pixels[:, 30:] = (0, 128, 0)
    return pixels


@pytest.mark.parametrize("channels", [3, 4])
@given(data=st.data())
def test_counts_every_color(channels, data):
    pixels = data.draw(arrays(np.uint8, (4, 6, channels), elements=few))
    table = ColorTable.of(Raster(pixels))
    assert counted(table) == by_counter(pixels.reshape(-1, channels))
    keys = pack(table.colors)
    assert (keys[1:] > keys[:-1]).all()


@pytest.mark.parametrize("channels", [3, 4])
def test_strips_and_the_large_table_make_no_difference(channels, monkeypatch):
    pixels = np.random.default_rng(0).integers(0, 12, (50, 40, channels), dtype=np.uint8)
    pixels[:20, :20] = 7
    whole = ColorTable.of(Raster(pixels), seen=True)
    assert ColorTable.of(Raster(pixels)).seen is None
    monkeypatch.setattr(colortable, "_STRIP", 300)
    monkeypatch.setattr(colortable, "_SORTED_PIXELS", 1000)
    for waiting in (0, 1000, 1 << 20):
        monkeypatch.setattr(colortable, "_WAITING_STRIPS", waiting)
        parts = ColorTable.of(Raster(pixels), seen=True)
        np.testing.assert_array_equal(parts.colors, whole.colors)
        np.testing.assert_array_equal(parts.counts, whole.counts)
        np.testing.assert_array_equal(parts.seen, whole.seen)


@pytest.mark.parametrize("with_alpha", [False, True])
@pytest.mark.parametrize("sorted_pixels", [0, 500, 1 << 20])
def test_what_the_eye_sees_of_colors(sorted_pixels, with_alpha, drawing, soft, monkeypatch):
    monkeypatch.setattr(colortable, "_SORTED_PIXELS", sorted_pixels)
    pixels = soft if with_alpha else drawing
    table = ColorTable.of(Raster(pixels), seen=True)
    assert seen(table) == seen_by_counter(pixels)
    assert table.flat.any()
    parts = [pixels[:9], pixels[9:21], pixels[21:]]
    together = ColorTable.of_all(map(Raster, parts), seen=True)
    assert seen(together) == seen_by_counter(*parts)
    assert counted(together) == by_counter(pixels.reshape(-1, pixels.shape[2]))


def test_what_the_eye_sees_stays_with_the_colors(drawing, soft):
    opaque, clear = (ColorTable.of(Raster(each), seen=True) for each in (drawing, soft))
    with_alpha = {(*color, 255): numbers for color, numbers in seen(opaque).items()}
    assert seen(opaque.with_alpha()) == with_alpha
    none, both = (0, 0), seen(opaque + clear)
    assert set(both) == set(with_alpha) | set(seen(clear))
    for color, found in both.items():
        parts = with_alpha.get(color, none), seen(clear).get(color, none)
        assert found == tuple(map(sum, zip(*parts, strict=True)))
    pixels = soft.copy()
    pixels[:, :, 3] = np.where(soft[:, :, 3] < 128, 0, 255)
    hard = ColorTable.of(Raster(pixels), seen=True)
    np.testing.assert_array_equal(hard.without_clear().seen, hard.seen[1:])
    assert ColorTable.of(Raster(pixels)).without_clear().seen is None


def test_importance_that_was_not_counted(noise):
    without, known = (ColorTable.of(Raster(noise), seen=each) for each in (False, True))
    for name in ("importance", "flat"):
        with pytest.raises(ValueError, match="importance of these colors was not counted"):
            getattr(without, name)
    with pytest.raises(ValueError, match="some colors was counted"):
        without + known


def test_tables_add_up(noise, photo):
    left, right = noise[:, :30], noise[:, 20:]
    both = np.concatenate([left.reshape(-1, 3), right.reshape(-1, 3)])[None]
    total = ColorTable.of(Raster(left)) + ColorTable.of(Raster(right))
    assert counted(total) == by_counter(both[0])


def test_an_opaque_table_adds_up_with_one_that_has_alpha(noise, soft):
    total = ColorTable.of(Raster(noise)) + ColorTable.of(Raster(soft))
    assert (
        int(total.counts.sum()) == noise.shape[0] * noise.shape[1] + soft.shape[0] * soft.shape[1]
    )
    opaque = total.colors[:, 3] == 255
    assert set(map(tuple, noise.reshape(-1, 3))) <= set(map(tuple, total.colors[opaque, :3]))


def test_many_small_tables_are_looked_at_once_each():
    """What is done for each does not grow with their number."""
    asked = []

    class Part:
        def __len__(self):
            asked.append(self)
            return 1

    parts = [Part() for _ in range(1000)]
    assert merged_in_portions(parts, lambda found: found) == parts
    assert len(asked) == 1000


@pytest.mark.parametrize("waiting", [0, 100, 1 << 20])
def test_many_tables_are_merged_in_any_portions(waiting, noise, monkeypatch):
    monkeypatch.setattr(colortable, "_WAITING", waiting)
    parts = [noise[row : row + 2] for row in range(0, len(noise), 2)]
    total = ColorTable.total(ColorTable.of(Raster(part)) for part in parts)
    whole = ColorTable.of(Raster(noise))
    np.testing.assert_array_equal(total.colors, whole.colors)
    np.testing.assert_array_equal(total.counts, whole.counts)


@pytest.mark.parametrize("sorted_pixels", [0, 500, 1 << 20])
def test_several_images_are_counted_as_one(sorted_pixels, noise, soft, monkeypatch):
    monkeypatch.setattr(colortable, "_SORTED_PIXELS", sorted_pixels)
    parts = [noise[row : row + 4] for row in range(0, len(noise), 4)]
    together = ColorTable.of_all(Raster(part) for part in parts)
    assert counted(together) == by_counter(noise.reshape(-1, 3))
    mixed = ColorTable.of_all([*(Raster(part) for part in parts), Raster(soft)])
    expected = ColorTable.of(Raster(noise)) + ColorTable.of(Raster(soft))
    assert counted(mixed) == counted(expected)


def test_alpha_of_a_table(noise, soft):
    opaque, clear = ColorTable.of(Raster(noise)), ColorTable.of(Raster(soft))
    assert opaque.opaque.all()
    np.testing.assert_array_equal(clear.opaque, clear.colors[:, 3] == 255)
    assert (opaque.has_clear, opaque.is_hard) == (False, False)
    assert (clear.has_clear, clear.is_hard) == (True, False)
    pixels = soft.copy()
    pixels[:, :, 3] = np.where(soft[:, :, 3] < 128, 0, 255)
    hard = ColorTable.of(Raster(pixels))
    assert hard.is_hard
    rest = hard.without_clear()
    np.testing.assert_array_equal(rest.colors, hard.colors[1:, :3])
    np.testing.assert_array_equal(rest.counts, hard.counts[1:])
    np.testing.assert_array_equal(rest.with_alpha().colors, hard.colors[1:])
    assert clear.with_alpha() is clear


def test_pixels_are_found_by_their_keys(noise, soft):
    for table in (ColorTable.of(Raster(noise)), ColorTable.of(Raster(soft)).with_alpha()):
        pixels = (noise if table.channels == 3 else soft).reshape(-1, table.channels)
        rows = np.searchsorted(table.keys, table.keys_of(pixels))
        np.testing.assert_array_equal(np.bincount(rows), table.counts)
    mixed = ColorTable.of(Raster(noise)) + ColorTable.of(Raster(soft))
    assert np.isin(mixed.keys_of(noise.reshape(-1, 3)), mixed.keys).all()
