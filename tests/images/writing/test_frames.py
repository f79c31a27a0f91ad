"""Frames as patches: put together again, they are the frames."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colorquant.images.writing.frames import Frame, patches
from colorquant.models import IndexedImage
from colorquant.palette import Palette

COLORS = np.array([[0, 0, 0, 0], [9, 9, 9, 255], [200, 0, 0, 255], [0, 200, 0, 255]], np.uint8)


def palette(*, alpha):
    colors = COLORS if alpha else COLORS[:, :3]
    return Palette(colors, np.ones(4, np.int64))


def played(found, size, *, over):
    """Show patches as a viewer does; yield each frame as seen."""
    canvas = np.zeros((*size, 4), np.uint8)
    for patch in found:
        height, width = patch.indices.shape
        colors = patch.palette.colors
        if patch.palette.colors.shape[1] == 3:
            colors = np.hstack([colors, np.full((len(colors), 1), 255, np.uint8)])
        colors = np.vstack([colors, np.zeros((1, 4), np.uint8)])
        place = canvas[patch.y : patch.y + height, patch.x : patch.x + width]
        shown = patch.indices != patch.transparent if over else np.ones_like(patch.indices, bool)
        place[shown] = colors[patch.indices[shown]]
        yield canvas.copy()
        if patch.clear:
            place[:] = 0


@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize(("over", "spare"), [(False, False), (True, False), (True, True)])
@given(data=st.data())
def test_patches_show_the_frames(alpha, over, spare, data):
    size = data.draw(st.tuples(st.integers(1, 5), st.integers(1, 5)))
    number = data.draw(st.integers(1, 4))
    rng = np.random.default_rng(data.draw(st.integers(0, 999)))
    shared, own = palette(alpha=alpha), data.draw(st.booleans())
    # Few changes from one to the next.
    still = rng.integers(0, 4, size, dtype=np.uint8)
    frames = []
    for _ in range(number):
        moved = np.where(rng.random(size) < 0.2, rng.integers(0, 4, size, dtype=np.uint8), still)
        colors = palette(alpha=alpha) if own else shared
        frames.append(Frame(IndexedImage(moved, colors), 40.0))
    found = list(patches(frames, over=over, spare=spare))
    assert [patch.duration for patch in found] == [40.0] * number
    for frame, seen in zip(frames, played(found, size, over=over), strict=True):
        pixels = frame.image.pixels()
        if not alpha:
            pixels = np.dstack([pixels, np.full(size, 255, np.uint8)])
        np.testing.assert_array_equal(seen, pixels)


def test_a_patch_is_no_larger_than_the_change():
    before = np.zeros((50, 60), np.uint8)
    after = before.copy()
    after[10:14, 20:27] = 1
    colors = palette(alpha=False)
    frames = [Frame(IndexedImage(indices, colors), None) for indices in (before, after, after)]
    found = list(patches(frames, over=False))
    assert [patch.indices.shape for patch in found] == [(50, 60), (4, 7), (1, 1)]
    assert (found[1].x, found[1].y) == (20, 10)
