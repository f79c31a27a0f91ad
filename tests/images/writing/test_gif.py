"""GIF, read back by Pillow."""

import io

import numpy as np
import pytest
from PIL import Image

from colorquant.images.writing.frames import Frame, patches
from colorquant.images.writing.gif import gif
from colorquant.models import IndexedImage
from colorquant.palette import Palette


def images(k, number, shape=(20, 30), *, alpha=False, own=False):
    rng = np.random.default_rng(k)
    found = []
    colors = None
    for _ in range(number):
        if colors is None or own:
            rows = np.unique(rng.integers(0, 256, (3 * k + 9, 3), dtype=np.uint8), axis=0)[:k]
            if alpha:
                rows = np.hstack([rows, np.full((k, 1), 255, np.uint8)])
                rows[0] = 0
            colors = Palette(rows, np.ones(k, np.int64))
        found.append(IndexedImage(rng.integers(0, k, shape, dtype=np.uint8), colors))
    return found


def written(found, *, durations=None, plays=1, comment=None):
    durations = durations or [100.0] * len(found)
    frames = [Frame(*both) for both in zip(found, durations, strict=True)]
    height, width = found[0].indices.shape
    changes = patches(frames, over=True, spare=len(found) > 1)
    return gif(changes, (width, height), plays, comment)


def seen(data):
    with Image.open(io.BytesIO(data)) as image:
        for frame in range(image.n_frames):
            image.seek(frame)
            yield np.asarray(image.convert("RGBA")), image.info


@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("k", [2, 3, 16, 17, 255, 256])
def test_frames_come_back(k, own, alpha):
    found = images(k, 4, alpha=alpha, own=own)
    for image, (pixels, _) in zip(found, seen(written(found)), strict=True):
        expected = image.pixels()
        np.testing.assert_array_equal(pixels[:, :, : expected.shape[2]], expected)
        assert alpha or (pixels[:, :, 3] == 255).all()


@pytest.mark.parametrize(
    ("duration", "kept"),
    # Hundredths of a second; one of them would be shown as ten.
    [(40.0, 40), (10.0, 10), (16.7, 20), (4.0, 20), (33.3, 30), (1e9, 655_350)],
)
def test_durations(duration, kept):
    data = written(images(4, 2), durations=[duration] * 2)
    assert [info["duration"] for _, info in seen(data)] == [kept, kept]


@pytest.mark.parametrize(("plays", "loop"), [(1, None), (0, 0), (2, 1), (5, 4), (10**6, 65535)])
def test_plays(plays, loop):
    for _, info in seen(written(images(4, 2), plays=plays)):
        assert info.get("loop") == loop


def test_a_still_has_no_more_than_it_needs():
    data = written(images(4, 1))
    assert 1 << (data[10] & 7) + 1 == 4
    assert next(seen(data))[1].get("transparency") is None


def test_the_comment_is_kept():
    comment = b"words " * 100
    assert next(seen(written(images(4, 1), comment=comment)))[1]["comment"] == comment


def test_what_does_not_change_costs_little():
    still = images(200, 1)[0]
    one, many = (len(written([still] * number)) for number in (1, 9))
    assert many < one + 8 * 40 + 100
