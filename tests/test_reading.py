import dataclasses

import pytest

from colorquant.errors import InvalidInputError
from colorquant.reading import ReadingOptions


def test_defaults():
    assert dataclasses.astuple(ReadingOptions()) == (178_956_970, 10_000, "keep", "color")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"max_pixels": 0}, "max_pixels must be a whole number at least 1, not 0"),
        ({"max_frames": True}, "max_frames must be a whole number at least 1, not True"),
        ({"icc": "p3"}, "icc must be one of keep, srgb, drop, not 'p3'"),
        ({"metadata": "all"}, "metadata must be one of keep, color, none, not 'all'"),
    ],
)
def test_what_is_refused(changes, message):
    with pytest.raises(InvalidInputError, match=message):
        ReadingOptions(**changes)
