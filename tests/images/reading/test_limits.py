"""What an image may have at most."""

import pytest
from PIL import Image

from colorquant.errors import InvalidInputError
from colorquant.images.reading.limits import check_frames, pixel_limit


def test_limits_of_several_at_a_time(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 77)
    with pixel_limit(100):
        assert Image.MAX_IMAGE_PIXELS == 50
        with pixel_limit(10), pixel_limit(300):
            assert Image.MAX_IMAGE_PIXELS == 150
        assert Image.MAX_IMAGE_PIXELS == 50
    assert Image.MAX_IMAGE_PIXELS == 77


def test_frames():
    check_frames(1_000, 1_000)
    with pytest.raises(
        InvalidInputError, match=r"more frames than the limit of 1,000; --max-frames raises it"
    ):
        check_frames(1_001, 1_000)
