"""From image to result."""

import dataclasses

import numpy as np
import pytest
from PIL import Image

import colorquant
from colorquant.errors import InvalidInputError
from colorquant.models import Raster
from colorquant.options import QuantizeOptions
from colorquant.pipeline.still import quantize


@pytest.mark.parametrize("make", [Image.fromarray, np.asarray, Raster])
def test_images_of_each_kind(make, noise):
    result = quantize(make(noise), k=7)
    assert len(result.palette) == 7
    assert result.indexed.indices.shape == (32, 48)
    assert result.source_colors == len(np.unique(noise.reshape(-1, 3), axis=0))
    error = np.mean((noise.astype(float) - result.indexed.pixels()) ** 2)
    assert result.metrics.mse == pytest.approx(error)
    assert list(result.seconds) == ["colors", "palette", "map"]
    assert result.history


def test_options_and_changes_to_them(noise):
    options = QuantizeOptions(k=5, engine="lloyd")
    assert len(quantize(noise, options).palette) == 5
    changed = quantize(noise, options, k=6)
    assert len(changed.palette) == 6
    assert {step.stage for step in changed.history} == {"full pass"}


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((2, 2, 2), np.uint8),
        np.zeros((2, 2, 3), bool),
        Image.new("F", (2, 2)),
        Image.new("I", (2, 2)),
    ],
)
def test_images_that_are_none_are_refused(image):
    with pytest.raises(InvalidInputError):
        quantize(image)


def test_with_no_more_colors_than_k_nothing_changes(noise):
    few = noise[:3, :4]
    result = quantize(few, k=12)
    np.testing.assert_array_equal(result.indexed.pixels(), few)
    assert result.lossless


@pytest.mark.parametrize("engine", ["minibatch", "lloyd"])
def test_the_order_of_pixels_makes_no_difference(engine, noise):
    shuffled = np.random.default_rng(0).permutation(noise.reshape(-1, 3)).reshape(noise.shape)
    palettes = [quantize(image, k=9, engine=engine).palette for image in (noise, shuffled)]
    np.testing.assert_array_equal(palettes[0].colors, palettes[1].colors)
    np.testing.assert_array_equal(palettes[0].counts, palettes[1].counts)


def test_the_seed_is_used(noise):
    palettes = [quantize(noise, k=40, seed=seed).palette.colors.tolist() for seed in (0, 0, 1)]
    assert palettes[0] == palettes[1] != palettes[2]


def test_results_are_immutable(noise):
    result = quantize(noise, k=3)
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.source_colors = 1
    with pytest.raises(ValueError, match="read-only"):
        result.indexed.indices[0, 0] = 1
    assert isinstance(result, colorquant.Result)
