"""What the benchmarks of the stages work on: the same photograph, the same colors."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from colorquant.clustering.points import Grid, Points
from colorquant.color.points import ColorPoints
from colorquant.color.space import SRGB
from colorquant.color.table import ColorTable
from colorquant.models import Raster

FLOWER = Path(__file__).parent.parent / "sample_images" / "flower.jpg"


@pytest.fixture(scope="session")
def raster():
    with Image.open(FLOWER) as image:
        return Raster(np.asarray(image))


@pytest.fixture(scope="session")
def large_raster():
    """Return 24 megapixels of a photograph."""
    with Image.open(FLOWER) as image:
        return Raster(np.asarray(image.resize((6000, 4000), Image.Resampling.BICUBIC)))


@pytest.fixture(scope="session")
def table(raster):
    return ColorTable.of(raster)


@pytest.fixture(scope="session")
def bins(table):
    """Return about 16,000 bins of 6 bits and their weights."""
    return ColorPoints(table, SRGB).binned(6)[0]


@pytest.fixture(scope="session")
def points(bins):
    coordinates, weights = bins
    return Points(coordinates, weights, Grid.over(coordinates, 288))


@pytest.fixture(scope="session")
def exact(table):
    coordinates = SRGB.points(table.colors)
    return Points(coordinates, table.counts.astype(float), Grid.over(coordinates, 288))
