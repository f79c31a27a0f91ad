import numpy as np
import pytest
from PIL import Image

from colorquant.color.alpha import (
    compose,
    harden,
    nearly_opaque_made_opaque,
    with_alpha,
    without_opaque_alpha,
)


@pytest.mark.parametrize("background", [(255, 255, 255), (0, 0, 0), (10, 200, 90)])
def test_compose_agrees_with_pillow(background, soft):
    image = Image.fromarray(soft)
    behind = Image.new("RGBA", image.size, background)
    expected = np.asarray(Image.alpha_composite(behind, image).convert("RGB")).astype(int)
    assert abs(compose(soft, background).astype(int) - expected).max() <= 1


def test_harden_keeps_the_colors_of_what_stays(soft):
    hard = harden(soft)
    np.testing.assert_array_equal(hard[:, :, :3], soft[:, :, :3])
    np.testing.assert_array_equal(hard[:, :, 3], np.where(soft[:, :, 3] >= 128, 255, 0))


def test_with_alpha(noise, soft):
    assert with_alpha(soft) is soft
    np.testing.assert_array_equal(with_alpha(noise)[:, :, :3], noise)
    assert (with_alpha(noise)[:, :, 3] == 255).all()


def test_alpha_that_is_opaque_is_dropped(noise, soft):
    np.testing.assert_array_equal(without_opaque_alpha(with_alpha(noise)), noise)
    assert without_opaque_alpha(soft) is soft


def test_nearly_opaque_colors_become_opaque():
    colors = np.array([[9, 8, 7, 251], [9, 8, 7, 252], [9, 8, 7, 0]], np.uint8)
    assert nearly_opaque_made_opaque(colors)[:, 3].tolist() == [251, 255, 0]
    assert nearly_opaque_made_opaque(colors[:, :3]).tolist() == colors[:, :3].tolist()
