import numpy as np
import pytest
from PIL import Image

from colorquant.color.alpha import (
    compose,
    dithered,
    harden,
    nearly_opaque_made_opaque,
    with_alpha,
    without_opaque_alpha,
)
from colorquant.mapping.masks import MASK_LEVELS, bayer, blue_noise


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


@pytest.mark.parametrize("name", ["bayer", "blue-noise"])
def test_the_share_of_opaque_pixels_is_alpha(name):
    ranks = {"bayer": bayer, "blue-noise": blue_noise}[name]()
    n = MASK_LEVELS[name]
    for alpha in range(256):
        pixels = np.full((*ranks.shape, 4), alpha, np.uint8)
        hard = dithered(pixels, ranks)
        assert set(np.unique(hard[..., 3])) <= {0, 255}
        assert abs((hard[..., 3] == 255).mean() - alpha / 255) <= max(1 / n, 1 / 255)
        assert (hard[..., :3] == alpha).all()
        if alpha in (0, 255):
            assert (hard[..., 3] == alpha).all()


def test_a_mask_is_repeated():
    ranks = bayer()
    pixels = np.full((150, 21, 4), 90, np.uint8)
    hard = dithered(pixels, ranks)[..., 3]
    np.testing.assert_array_equal(hard, np.tile(hard[:8, :8], (19, 3))[:150, :21])
