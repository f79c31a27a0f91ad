"""TIFF of several pages, read back by Pillow; single ones are tested with `encode`."""

import io

import numpy as np
import pytest
from PIL import Image

from colorquant.images.writing.tiff import tiff
from colorquant.metadata import Metadata
from colorquant.models import IndexedImage
from colorquant.palette import Palette


def page(k, channels, shape, seed=0):
    rng = np.random.default_rng(seed)
    colors = np.unique(rng.integers(0, 256, (4 * k + 9, channels), dtype=np.uint8), axis=0)[:k]
    indices = rng.integers(0, k, shape).astype(np.uint8 if k <= 256 else np.uint16)
    return IndexedImage(indices, Palette(colors, np.ones(k, np.int64)))


def test_pages_of_all_kinds_and_sizes():
    pages = [
        page(2, 3, (5, 7)),
        page(16, 3, (31, 2)),
        page(256, 4, (9, 9)),
        page(300, 3, (20, 30)),
        page(3, 3, (1, 1)),
    ]
    data = tiff(iter(pages), Metadata(dpi=(300.0, 150.0), xmp=b"<x/>"))
    with Image.open(io.BytesIO(data)) as image:
        assert image.n_frames == len(pages)
        for number, expected in enumerate(pages):
            image.seek(number)
            mode = "RGBA" if expected.palette.has_alpha else "RGB"
            np.testing.assert_array_equal(np.asarray(image.convert(mode)), expected.pixels())
            assert image.info["dpi"] == (300, 150)
            assert image.info["xmp"] == b"<x/>"


@pytest.mark.parametrize("k", [2, 5, 300])
def test_every_directory_stands_on_an_even_byte(k):
    data = tiff([page(k, 3, (3, 3), seed) for seed in range(3)], Metadata())
    at = int.from_bytes(data[4:8], "little")
    found = []
    while at:
        found.append(at)
        entries = int.from_bytes(data[at : at + 2], "little")
        link = at + 2 + 12 * entries
        at = int.from_bytes(data[link : link + 4], "little")
    assert len(found) == 3
    assert all(place % 2 == 0 for place in found)
