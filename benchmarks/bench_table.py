import pytest

from colorquant.color.points import ColorPoints
from colorquant.color.space import SRGB
from colorquant.color.table import ColorTable


@pytest.mark.parametrize("size", ["raster", "large_raster"])
def test_count(benchmark, size, request):
    benchmark(ColorTable.of, request.getfixturevalue(size))


@pytest.mark.parametrize("bits", [5, 6, 7])
def test_bins(benchmark, table, bits):
    benchmark(lambda: ColorPoints(table, SRGB).binned(bits))
