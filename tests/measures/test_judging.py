import numpy as np
import pytest

from colorquant.color.lab import from_light, to_light
from colorquant.color.table import ColorTable
from colorquant.measures.blur import blurred
from colorquant.measures.images import compared
from colorquant.measures.judging import DeltaE, Judge, averaged_delta_e, table_delta_e
from colorquant.models import IndexedImage, Raster
from colorquant.palette import Palette


def case(height, width, channels, k=7, seed=0):
    """Return pixels of smooth colors, and an indexed image near them."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:height, :width]
    planes = [rows, columns, rows + columns, 3 * rows][:channels]
    pixels = np.stack([(plane + rng.integers(0, 30)) % 256 for plane in planes], axis=2)
    colors = rng.integers(0, 256, (k, channels)).astype(np.uint8)
    indices = rng.integers(0, k, (height, width)).astype(np.uint8)
    palette = Palette(colors, np.zeros(k, np.int64))
    return pixels.astype(np.uint8), IndexedImage(indices, palette)


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("soft", [False, True])
# The end of a band and the begin of the next must fit together.
@pytest.mark.parametrize("height", [5, 16, 20, 33, 70])
def test_bands_measure_what_whole_images_do(height, soft, channels, monkeypatch):
    monkeypatch.setattr("colorquant.measures.judging._BAND", 16 * 23)
    pixels, image = case(height, 23, channels)
    expected = compared(pixels, image.pixels())[soft]
    judge = Judge(pixels, soft=soft)
    # What is prepared for the first result serves the second.
    for _ in range(2):
        assert judge.mse(image) == pytest.approx(expected.mse, rel=1e-9)
        found = judge.delta_e(image)
        assert found.mean == pytest.approx(expected.delta_e, rel=1e-9)
        assert found.p95 == pytest.approx(expected.delta_e_p95, rel=1e-9)
        assert found.max == pytest.approx(expected.delta_e_max, rel=1e-9)
        if expected.ssim is None:
            assert judge.ssim(image) is None
        else:
            assert judge.ssim(image) == pytest.approx(expected.ssim, rel=1e-9)


def test_images_that_are_not_kept_measure_the_same(monkeypatch):
    pixels, image = case(150, 40, 3)
    kept = Judge(pixels, soft=True)
    values = kept.mse(image), kept.ssim(image), kept.delta_e(image)
    monkeypatch.setattr("colorquant.measures.judging._KEPT", 0)
    judge = Judge(pixels, soft=True)
    assert (judge.mse(image), judge.ssim(image), judge.delta_e(image)) == values


def test_some_rows_tell_nearly_the_same(monkeypatch):
    pixels, image = case(400, 50, 3)
    whole = Judge(pixels, soft=True).mse(image)
    # Small images are compared whole.
    assert Judge(pixels, soft=True, sparse=True).mse(image) == whole
    monkeypatch.setattr("colorquant.measures.judging._SPARSE", 5000)
    some = Judge(pixels, soft=True, sparse=True).mse(image)
    # The bands in the middle of each four are rows 32 to 47, 96 to 111 and so on.
    rows = [row for start in range(32, 400, 64) for row in range(start, start + 16)]
    one, other = (from_light(blurred(to_light(each), 1.0)) for each in (pixels, image.pixels()))
    assert some == pytest.approx(float(np.square(one - other)[rows].mean()), rel=1e-9)
    assert some != whole


def test_a_low_and_wide_image_has_rows_to_compare(monkeypatch):
    monkeypatch.setattr("colorquant.measures.judging._SPARSE", 100)
    for height in (1, 15, 16, 17, 33, 50):
        pixels, image = case(height, 90, 3)
        assert Judge(pixels, soft=True, sparse=True).mse(image) > 0


@pytest.mark.parametrize("channels", [3, 4])
def test_the_table_tells_what_the_pixels_do(channels):
    pixels, image = case(40, 31, channels)
    pixels //= 32
    table = ColorTable.of(Raster(pixels))
    entries = np.arange(len(table)) % 7
    rows = np.searchsorted(table.keys, table.keys_of(pixels.reshape(-1, channels)))
    mapped = IndexedImage(entries[rows].reshape(40, 31).astype(np.uint8), image.palette)
    found = table_delta_e(table, image.palette.colors, entries.astype(np.uint8))
    assert found == pytest.approx(Judge(pixels, soft=False).delta_e(mapped), rel=1e-9)


def test_means_are_averaged_and_the_worst_of_the_others_counts():
    found = averaged_delta_e([DeltaE(1, 4, 9), DeltaE(3, 2, 10)])
    assert found == DeltaE(2, 4, 10)
