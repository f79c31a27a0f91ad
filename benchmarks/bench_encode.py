import numpy as np
import pytest

from colorquant.color.points import ColorPoints
from colorquant.color.space import SRGB
from colorquant.color.table import ColorTable
from colorquant.images.writing.encode import encode
from colorquant.images.writing.formats import find_format
from colorquant.mapping.nearest import nearest_entries
from colorquant.mapping.remap import Mapping
from colorquant.metadata import Metadata
from colorquant.palette import Palette


@pytest.mark.parametrize("extension", ["png", "gif", "tiff", "webp"])
@pytest.mark.parametrize("size", ["raster", "large_raster"])
def test_encode(benchmark, size, extension, request):
    if size == "large_raster" and extension != "png":
        pytest.skip("takes long")
    raster = request.getfixturevalue(size)
    table = ColorTable.of(raster)
    palette = Palette(table.colors[:: len(table) // 256][:256], np.ones(256, np.int64))
    entries = nearest_entries(ColorPoints(table, SRGB), palette.colors)
    indexed = Mapping(table, entries, palette)(raster.pixels)
    benchmark(encode, indexed, find_format(extension, None), Metadata())
