"""A palette fitted to a table, found or given."""

import numpy as np
import pytest
from linear_light import LINEAR_LIGHT

from colorquant.color.light import LIGHT
from colorquant.color.perceptual import PERCEPTUAL
from colorquant.color.space import SRGB
from colorquant.color.table import ColorTable
from colorquant.models import Raster
from colorquant.options import QuantizeOptions
from colorquant.palette import Palette
from colorquant.pipeline import fitted as module
from colorquant.pipeline.fitted import Fitted
from colorquant.pipeline.looks import for_palette


@pytest.mark.parametrize("name", ["noise", "soft"])
def test_found(name, request):
    pixels = request.getfixturevalue(name)
    fitted = Fitted(ColorTable.of(Raster(pixels)), QuantizeOptions(k=7))
    assert len(fitted.palette) == 7
    assert fitted.history
    assert fitted.space is SRGB.of(pixels.shape[2])
    shown = fitted.map(pixels).pixels().astype(float)
    if name == "noise":
        assert fitted.metrics.mse == pytest.approx(np.mean((shown - pixels) ** 2))


def test_given_with_alpha_for_an_opaque_image(noise):
    colors = np.array([[0, 0, 0, 0], [200, 0, 0, 255], [0, 200, 0, 255]], np.uint8)
    given = Palette(colors, np.zeros(3, np.int64))
    fitted = Fitted(ColorTable.of(Raster(noise)), QuantizeOptions(k=9), given)
    assert fitted.palette.colors.tolist() == colors.tolist()
    assert fitted.history == ()
    assert fitted.map(noise).indices.min() == 1


def test_colors_that_are_kept_have_the_order_that_is_asked_for(noise):
    few = noise[:1, :3]
    order = np.dstack([few, np.full((1, 3), 255, np.uint8)])[0][::-1]
    fitted = Fitted(
        ColorTable.of(Raster(few)), QuantizeOptions(k=9), first=Raster(few, palette=order)
    )
    assert fitted.palette.colors.tolist() == few[0][::-1].tolist()


LOOKS = [
    {},
    {"objective": "perceptual"},
    {"objective": "perceptual", "nearest": True},
    {"dither": "diffusion"},
    {"dither": "diffusion", "objective": "mse"},
    {"dither": "blue-noise"},
    {"dither": "bayer", "objective": "mse"},
]


def names(look):
    return ", ".join(map(str, look.values())) or "mse"


@pytest.mark.parametrize("look", LOOKS, ids=names)
@pytest.mark.parametrize("name", ["noise", "soft"])
def test_frames_have_one_palette(name, look, request):
    pixels = request.getfixturevalue(name)
    frames = [pixels, pixels[::-1].copy(), pixels[:, ::-1].copy()]
    options = QuantizeOptions(k=9, **look)
    table = ColorTable.of_all(map(Raster, frames), seen=options.look.is_perceptual)
    fitted = Fitted(table, options, moving=True)
    before = fitted.palette.colors.copy()
    images = [fitted.map(frame) for frame in frames]
    assert all(image.palette is fitted.palette for image in images)
    np.testing.assert_array_equal(fitted.palette.colors, before)
    assert len(before) == 9
    counted = fitted.counted(images[0])
    np.testing.assert_array_equal(counted.indices, images[0].indices)
    np.testing.assert_array_equal(counted.palette.colors, before)
    together = np.concatenate([image.indices.reshape(-1) for image in images])
    assert counted.palette.counts.tolist() == np.bincount(together, minlength=9).tolist()
    errors = []
    for frame, image in zip(frames, images, strict=True):
        shown = image.pixels().astype(float)
        for ground in (0, 255) if name == "soft" else (0,):
            one, other = (
                ground + (p[..., :3] - float(ground)) * (p[..., 3:] / 255 if name == "soft" else 1)
                for p in (frame.astype(float), shown)
            )
            errors.append(np.square(one - other).mean())
    assert fitted.metrics.mse == pytest.approx(np.mean(errors))


@pytest.mark.parametrize("look", LOOKS, ids=names)
def test_the_space_of_the_search(look, noise):
    options = QuantizeOptions(k=5, **look)
    table = ColorTable.of(Raster(noise), seen=options.look.is_perceptual)
    assert Fitted(table, options).space is (PERCEPTUAL if options.look.is_perceptual else SRGB)


@pytest.mark.parametrize(
    ("look", "moving", "grain"),
    [
        ({}, False, None),
        ({"objective": "perceptual"}, False, None),
        ({"dither": "diffusion", "objective": "mse"}, False, None),
        ({"dither": "diffusion", "dither_strength": 0}, False, None),
        ({"dither": "blue-noise", "effort": "best"}, False, 0.2),
        ({"dither": "bayer"}, True, 0.2),
        ({"dither": "diffusion", "effort": "fast"}, False, 0.2),
        ({"dither": "diffusion"}, True, 0.2),
        ({"dither": "diffusion"}, False, 0.3),
        ({"dither": "diffusion", "effort": "best"}, False, 0.3),
    ],
)
def test_what_the_palette_is_made_for(look, moving, grain, noise, monkeypatch):
    asked, find = [], module.find_palette

    def note(*given, **named):
        asked.append(named["grain"])
        return find(*given, **named)

    monkeypatch.setattr(module, "find_palette", note)
    table = ColorTable.of(Raster(noise), seen=True)
    Fitted(table, QuantizeOptions(k=5, **look), moving=moving)
    assert asked == [grain]


@pytest.mark.parametrize("look", LOOKS[3:], ids=names)
def test_images_that_share_a_table(look, noise):
    """One palette for both, found once; a later image does not change what was found."""
    images = [noise[:16], noise[16:]]
    options = QuantizeOptions(k=9, **look)
    table = ColorTable.of_all(map(Raster, images), seen=options.look.is_perceptual)
    given = Fitted(table, options).palette
    results = []
    for image in (*images, images[0]):
        own = ColorTable.of(Raster(image), seen=options.look.is_perceptual)
        found = Fitted(own, options, given).map(image)
        np.testing.assert_array_equal(found.palette.colors, given.colors)
        assert int(found.palette.counts.sum()) == image[..., 0].size
        results.append(found.indices)
    np.testing.assert_array_equal(results[0], results[2])


INKS = np.array(
    [[0, 0, 0], [255, 255, 255], [255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0]], np.uint8
)


def palette_of(colors):
    return Palette(colors, np.zeros(len(colors), np.int64))


@pytest.mark.parametrize("dither", ["diffusion", "blue-noise", "bayer"])
def test_inks_mix_as_their_light_does(dither):
    """The mean intensity of black and white pixels is that of the gray that they show."""
    grays = np.linspace(0, 255, 192).round().astype(np.uint8)
    pixels = np.repeat(np.broadcast_to(grays, (192, 192))[..., None], 3, axis=2).copy()
    options = for_palette(QuantizeOptions(dither=dither), palette_of(INKS[:2]))
    fitted = Fitted(ColorTable.of(Raster(pixels), seen=True), options, palette_of(INKS[:2]))
    assert fitted.space is LIGHT
    white = fitted.map(pixels).indices.reshape(192, 12, 16).mean(axis=(0, 2))
    light = LINEAR_LIGHT.from_levels(grays.astype(float)).reshape(12, 16).mean(axis=1)
    # The price of grain lets ordered dithering keep to single entries near both ends.
    np.testing.assert_allclose(white, light, atol=0.05 if dither == "diffusion" else 0.13)
    assert np.abs(white - grays.reshape(12, 16).mean(axis=1) / 255).max() > 0.15


@pytest.mark.parametrize("effort", ["fast", "normal", "best"])
def test_solid_inks_stay_solid_beside_what_is_dithered(effort):
    random = np.random.default_rng(7)
    pixels = random.integers(0, 256, (90, 120, 3), dtype=np.uint8)
    pixels[20:50] = 90, 140, 200
    for number, ink in enumerate(INKS):
        pixels[10:80, 20 * number : 20 * number + 12] = ink
    options = for_palette(QuantizeOptions(dither="diffusion", effort=effort), palette_of(INKS))
    fitted = Fitted(ColorTable.of(Raster(pixels), seen=True), options, palette_of(INKS))
    shown = INKS[fitted.map(pixels).indices]
    exact = (pixels[..., None, :] == INKS).all(axis=-1).any(axis=-1)
    assert exact.sum() >= 70 * 12 * 6
    assert (shown == pixels)[exact].all()
    assert len(np.unique(shown[20:50, 12:20].reshape(-1, 3), axis=0)) > 2


@pytest.mark.parametrize(
    "look",
    [
        {"dither": "diffusion"},
        {"dither": "diffusion", "effort": "best"},
        {"dither": "blue-noise"},
        {"objective": "perceptual"},
        {"objective": "perceptual", "nearest": True},
    ],
    ids=str,
)
def test_what_is_mapped_so_far_is_told(look, noise):
    told = []
    chosen = QuantizeOptions(k=4, **{"effort": "normal"} | look)
    raster = Raster(noise)
    fitted = Fitted(ColorTable.of(raster, seen=True), chosen, first=raster)
    fitted.map(noise, told.append)
    assert told == sorted(told)
    assert told[0] >= 0
    assert told[-1] <= 1
    # Small images have nothing to do in the second half of a sweep.
    assert told[-1] > 0.8 or "nearest" in look
