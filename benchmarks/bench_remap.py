import pytest

from colorquant.color.points import ColorPoints
from colorquant.color.space import SRGB
from colorquant.color.table import ColorTable
from colorquant.mapping.nearest import nearest_entries
from colorquant.mapping.remap import Mapping


def palette_of(table, k):
    return table.colors[:: len(table) // k][:k]


@pytest.mark.parametrize("k", [16, 256, 4096])
def test_nearest_entries(benchmark, table, k):
    benchmark(nearest_entries, ColorPoints(table, SRGB), palette_of(table, k))


@pytest.mark.parametrize("size", ["raster", "large_raster"])
def test_remap(benchmark, size, request):
    raster = request.getfixturevalue(size)
    table = ColorTable.of(raster)
    palette = palette_of(table, 256)
    entries = nearest_entries(ColorPoints(table, SRGB), palette)
    benchmark(lambda: Mapping(table, entries)(raster.pixels))
