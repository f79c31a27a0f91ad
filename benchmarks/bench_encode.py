from pathlib import Path

import numpy as np
import pytest

from colorquant.colortable import ColorTable
from colorquant.encode import encode, find_format
from colorquant.models import Palette
from colorquant.remap import nearest_entries, remap


@pytest.mark.parametrize("extension", ["png", "gif", "tiff", "webp"])
@pytest.mark.parametrize("size", ["raster", "large_raster"])
def test_encode(benchmark, size, extension, request):
    if size == "large_raster" and extension != "png":
        pytest.skip("takes long")
    raster = request.getfixturevalue(size)
    table = ColorTable.of(raster)
    palette = Palette(table.colors[:: len(table) // 256][:256], np.ones(256, np.int64))
    indexed = remap(raster, table, nearest_entries(table.colors, palette.colors), palette)
    benchmark(encode, indexed, find_format(Path(f"x.{extension}")), raster)
