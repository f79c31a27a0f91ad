import numpy as np
import pytest

from colorquant.errors import InvalidInputError
from colorquant.palette import Palette
from colorquant.palettes.described import described, described_contrast


def palette(rows, counts=None, names=None):
    counts = [0] * len(rows) if counts is None else counts
    return Palette(np.array(rows, np.uint8), np.array(counts, np.int64), names)


def test_what_is_told_of_a_color():
    red, gray = described(palette([[255, 0, 0], [128, 128, 128]], [3, 1], ["Lip", ""]))
    assert red == {
        "hex": "#ff0000",
        "rgb": [255, 0, 0],
        "oklch": [pytest.approx(0.62796, abs=1e-5), pytest.approx(0.25768, abs=1e-5), 29.234],
        "share": 0.75,
        "count": 3,
        "name": "red",
        "label": "Lip",
    }
    assert gray["oklch"][1:] == [0, None]
    assert (gray["share"], gray["count"], gray["label"]) == (0.25, 1, None)


def test_colors_that_were_not_counted_have_no_share():
    found = palette([[0, 0, 0, 255], [1, 2, 3, 4]])
    last = described(found)[1]
    assert (last["hex"], last["rgb"]) == ("#01020304", [1, 2, 3, 4])
    assert (last["share"], last["count"]) == (None, None)


def test_contrast_is_told_of_each_two():
    found = palette([[0, 0, 0, 255], [255, 255, 255, 255], [0, 0, 0, 0]])
    assert described_contrast(found) == [[1, 21, None], [21, 1, None], [None, None, None]]


def test_contrast_of_too_many_is_refused():
    assert len(described_contrast(palette([[0, 0, 0]] * 256))) == 256
    with pytest.raises(InvalidInputError, match="contrast is for up to 256 colors"):
        described_contrast(palette([[0, 0, 0]] * 257))
