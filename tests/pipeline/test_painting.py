"""Every look on every kind of image: what holds for all results, and what each look adds."""

import itertools
from functools import cache, partial

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from colorquant.color.alpha import with_alpha
from colorquant.color.importance import flat
from colorquant.color.packing import pack
from colorquant.color.perceptual import PERCEPTUAL
from colorquant.color.points import ColorPoints
from colorquant.color.space import SRGB
from colorquant.color.table import ColorTable
from colorquant.color.tints import TINTS
from colorquant.images.fitting import Fitting
from colorquant.images.writing.encode import encode
from colorquant.images.writing.formats import find_format
from colorquant.look import LookOptions
from colorquant.mapping.nearest import nearest_entries
from colorquant.mapping.remap import Mapping
from colorquant.measures.images import compared
from colorquant.metadata import Metadata
from colorquant.models import Raster
from colorquant.options import QuantizeOptions
from colorquant.palette import Palette
from colorquant.palettes.find import find_palette
from colorquant.pipeline.still import Still, quantize
from colorquant.progress import Clock
from colorquant.search import SearchOptions

LOOKS = {
    "mse": {},
    "perceptual": {"objective": "perceptual"},
    "perceptual, nearest": {"objective": "perceptual", "nearest": True},
    "perceptual, large": {"objective": "perceptual", "compact": 0},
    "perceptual, compact": {"objective": "perceptual", "compact": 2},
    "diffusion": {"dither": "diffusion"},
    "diffusion of squares": {"dither": "diffusion", "objective": "mse"},
    "diffusion of all, compact": {"dither": "diffusion", "dither_strength": 1, "compact": 2},
    "diffusion of half": {"dither": "diffusion", "dither_strength": 0.5, "compact": 0},
    "blue noise": {"dither": "blue-noise"},
    "blue noise of squares": {"dither": "blue-noise", "objective": "mse"},
    "bayer": {"dither": "bayer", "dither_strength": 0.7},
}
SEARCHES = [{}, {"effort": "fast"}, {"engine": "lloyd"}, {"effort": "best"}]
FOR_THE_EYE = [name for name in LOOKS if name != "mse"]
# One of each kind.
KINDS = ["perceptual", "diffusion", "diffusion of squares", "blue noise"]


@pytest.fixture(scope="session")
def images(samples):
    """Small images of every kind."""
    with Image.open(samples / "flower.jpg") as image:
        photo = np.asarray(image)[110:142, 210:250]
    with Image.open(samples / "logo.png") as image:
        logo = np.asarray(image)[::8, ::8]
    with Image.open(samples / "sprite.png") as image:
        sprite = np.asarray(image.convert("RGBA"))
    y, x = np.mgrid[:32, :40]
    disk = np.where((y - 16) ** 2 + (x - 20) ** 2 < 180, 255, 0).astype(np.uint8)
    ramp = np.dstack(
        [np.zeros((8, 64, 3), np.uint8), np.arange(0, 256, 4, np.uint8)[None].repeat(8, 0)]
    )
    return {
        "photo": photo,
        "logo": logo,
        "shadow": ramp,
        "cut out": np.dstack([photo, disk]),
        "sprite": sprite,
        "one pixel": photo[:1, :1],
        "one row": photo[20:21],
        "one column": photo[:, 20:21],
        "one soft row": logo[20:21],
    }


NAMES = ["photo", "logo", "shadow", "cut out", "sprite"]
THIN = ["one pixel", "one row", "one column", "one soft row"]


def mean_squared_error(one, other):
    """The error over black and over white."""
    grounds = [0, 255] if one.shape[2] == 4 else [0]
    total = 0.0
    for ground in grounds:
        over = [
            ground
            + (p[..., :3].astype(float) - ground) * (p[..., 3:] / 255 if p.shape[2] == 4 else 1)
            for p in (one, other)
        ]
        total += np.square(over[0] - over[1]).mean()
    return total / len(grounds)


def check(pixels, result, look):
    """Assert what holds for every look."""
    image, palette = result.indexed, result.palette
    shown = image.pixels()
    counts = np.bincount(image.indices.reshape(-1), minlength=len(palette))
    assert palette.counts.tolist() == counts.tolist()
    assert result.metrics.mse == pytest.approx(mean_squared_error(pixels, shown), abs=1e-9)
    if pixels.shape[2] == 4:
        check_alpha(pixels, image, look)


def check_alpha(pixels, image, look):
    palette = image.palette.colors
    options = LookOptions(**look)
    visible = palette[:, 3] > 0
    if visible.any() and not options.is_plain:
        assert visible[image.indices[pixels[..., 3] == 255]].all()
    clear = pixels[..., 3] == 0
    if clear.any():
        space = (PERCEPTUAL if options.is_perceptual else SRGB).of(4)
        step = (space.points(palette) - space.points(np.zeros((1, 4), np.uint8))) / space.unit
        distances = np.sqrt((step**2).sum(axis=1))
        assert distances[image.indices[clear]].max() <= distances.min() + 1e-6


def check_found(pixels, k, look, **search):
    """Assert what holds for palettes that are found; return the result."""
    result = quantize(pixels, k=k, **look, **search)
    check(pixels, result, look)
    most = min(k, len(ColorTable.of(Raster(pixels))))
    assert result.palette.counts.min() > 0
    if LookOptions(**look).dithering == "none":
        assert len(result.palette) == most
    else:
        assert len(result.palette) <= most
    if most < k:
        assert result.lossless
    colors = result.palette.colors.astype(int)
    luma = colors[:, :3] @ [299, 587, 114]
    order = [(*alpha, light) for alpha, light in zip(colors[:, 3:], luma, strict=True)]
    if not result.lossless:
        assert order == sorted(order)
    return result


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", NAMES)
def test_every_look_on_every_image(name, look, images):
    """At every number of colors with another of the searches; the best takes long with many."""
    first = len(look) + len(name)
    for place, k in enumerate((1, 2, 16, 300), first):
        searches = SEARCHES if k < 16 else SEARCHES[:3]
        check_found(images[name], k, LOOKS[look], **searches[place % len(searches)])


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", THIN)
def test_every_look_on_thin_images(name, look, images):
    first = len(look) + len(name)
    for place, k in enumerate((1, 2, 16), first):
        check_found(images[name], k, LOOKS[look], **SEARCHES[place % len(SEARCHES)])


@pytest.fixture(scope="module")
def plain(images):
    """Return the palette of least squared error, and each pixel's nearest entry."""

    @cache
    def find(name, k, effort):
        pixels = images[name]
        colors = ColorPoints(ColorTable.of(Raster(pixels)), SRGB)
        found = find_palette(colors, k, SearchOptions(effort=effort))
        return found.palette, Mapping(colors.table, found.entries)(pixels)

    return find


@pytest.mark.slow
@pytest.mark.parametrize("look", [{}, {"nearest": True}, {"compact": 0}, {"compact": 2}])
@pytest.mark.parametrize("name", [*NAMES, *THIN])
def test_squared_errors_are_minimized_as_ever(name, look, images, plain):
    for k, effort in ((1, "fast"), (5, "normal"), (40, "fast")):
        palette, labels = plain(name, k, effort)
        result = quantize(images[name], k=k, effort=effort, **look)
        np.testing.assert_array_equal(result.palette.colors, palette.colors)
        np.testing.assert_array_equal(result.palette.counts, palette.counts)
        np.testing.assert_array_equal(result.indexed.indices, labels)


def assert_equal(one, other):
    np.testing.assert_array_equal(one.palette.colors, other.palette.colors)
    np.testing.assert_array_equal(one.palette.counts, other.palette.counts)
    np.testing.assert_array_equal(one.indexed.indices, other.indexed.indices)
    assert one.metrics == other.metrics


@pytest.mark.slow
@pytest.mark.parametrize("look", [{}, {"objective": "mse"}, {"objective": "perceptual"}])
@pytest.mark.parametrize(
    ("name", "effort"), [("photo", "normal"), ("cut out", "fast"), ("logo", "fast")]
)
def test_a_strength_of_0_is_no_dithering(name, effort, look, images):
    quantized = partial(quantize, images[name], k=9, effort=effort, **look)
    expected = quantized()
    for dither in ("diffusion", "blue-noise", "bayer"):
        assert_equal(quantized(dither=dither, dither_strength=0), expected)
        assert quantized(dither=dither).metrics != expected.metrics


def mapped(pixels, colors, look, **search):
    """Map an image with a given palette."""
    palette = Palette(np.array(colors, np.uint8), np.zeros(len(colors), np.int64))
    options = QuantizeOptions(k=len(palette), **look, **search)
    fitting = Fitting(find_format("png", None), options, "the result", palette)
    result = Still(Raster(pixels), fitting, Clock()).trial(options).result
    expected = palette.colors
    transparent = pixels.shape[2] == 4 and not pixels[..., 3].all()
    if transparent and (expected[:, 3:] == 255).all():
        # An opaque palette gets an entry for what is fully transparent.
        expected = np.vstack([with_alpha(expected), [[0, 0, 0, 0]]])
    np.testing.assert_array_equal(result.palette.colors, expected)
    check(pixels, result, look)
    return result


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", NAMES)
def test_a_given_palette_keeps_its_order(name, look, images):
    """Some of its colors are far from the image, so that they are not used."""
    pixels = images[name]
    own = np.unique(pixels.reshape(-1, pixels.shape[2]), axis=0)[::7][:20]
    far = np.array([[255, 0, 255, 255], [0, 255, 0, 255], [9, 0, 99, 200]], np.uint8)
    colors = np.concatenate([far[:, : pixels.shape[2]], own[::-1]])
    colors = colors[np.sort(np.unique(pack(colors), return_index=True)[1])]
    for search in ({}, {"effort": "best"}):
        result = mapped(pixels, colors, LOOKS[look], **search)
    if name != "sprite":
        assert (result.palette.counts == 0).any()


@pytest.mark.parametrize("look", KINDS)
def test_a_given_palette_of_more_than_256_colors(look, images):
    colors = np.unique(images["photo"].reshape(-1, 3), axis=0)[::-4][:300]
    result = mapped(images["photo"], colors, LOOKS[look])
    assert result.indexed.indices.dtype == np.uint16
    assert result.indexed.indices.max() > 255


@pytest.mark.parametrize("look", KINDS)
@pytest.mark.parametrize(
    "colors",
    [
        [[0, 0, 0, 0]],
        [[9, 9, 9, 0]],
        [[0, 0, 0, 255]],
        [[0, 0, 0, 255], [255, 255, 255, 255]],
        [[9, 9, 9, 0], [255, 0, 0, 255]],
        [[255, 0, 0, 255], [9, 9, 9, 0], [0, 255, 0, 254], [0, 0, 0, 1]],
        [[0, 0, 0, 128], [255, 255, 255, 12]],
    ],
    ids=lambda colors: " ".join(bytes(color).hex() for color in colors),
)
def test_given_palettes_of_all_kinds_of_alpha(look, colors, images):
    clear = np.zeros((3, 5, 4), np.uint8)
    for pixels in (images["logo"], images["photo"], clear):
        alike = pixels
        if pixels.shape[2] == 3:
            alike = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
        mapped(alike, colors, LOOKS[look])


@pytest.mark.parametrize("look", KINDS)
def test_faint_entries_are_not_taken_for_opaque_ones(look, images):
    """Gray is nearer to another gray than to nearly nothing, be that of the same color."""
    pixels = images["cut out"].copy()
    pixels[..., :3] = 30 + pixels[..., :3] // 16
    result = mapped(pixels, [[0, 0, 0, 0], [30, 30, 30, 20], [90, 90, 90, 255]], LOOKS[look])
    opaque = pixels[..., 3] == 255
    assert (result.indexed.indices[opaque] == 2).mean() > 0.9


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", ["photo", "sprite", "logo"])
def test_an_image_of_a_palettes_colors_is_not_changed(name, look, images):
    """Nothing is dithered, and no pixel takes the entry of its neighbors."""
    pixels = images[name]
    if name == "photo":
        pixels = quantize(pixels, k=9).indexed.pixels()
    own = np.unique(pixels.reshape(-1, pixels.shape[2]), axis=0)
    if pixels.shape[2] == 4:
        own = own[own[:, 3] > 0]
        # All that is transparent is alike.
        own = np.concatenate([own, [[7, 8, 9, 0]]])
    more = np.full((1, own.shape[1]), 77, np.uint8)
    result = mapped(pixels, np.concatenate([own, more]), LOOKS[look])
    assert result.lossless
    assert mean_squared_error(pixels, result.indexed.pixels()) == 0
    found = quantize(pixels, k=len(own), **LOOKS[look])
    assert found.lossless


@pytest.mark.parametrize("given", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_nearest_gives_each_pixel_its_nearest_entry(name, given, images):
    pixels, look = images[name], LOOKS["perceptual, nearest"]
    for search in SEARCHES:
        if given:
            colors = np.unique(pixels.reshape(-1, pixels.shape[2]), axis=0)[1::9][:12]
            result = mapped(pixels, colors, look, **search)
        else:
            result = quantize(pixels, k=12, **look, **search)
        colors = ColorPoints(ColorTable.of(Raster(pixels)), TINTS if given else PERCEPTUAL)
        entries = nearest_entries(colors, result.palette.colors)
        nearest = Mapping(colors.table, entries)(pixels)
        away = result.indexed.indices != nearest
        if pixels.shape[2] == 4:
            # But opaque pixels are not seen through.
            away &= result.palette.colors[nearest, 3] > 0
        assert not away.any()


@pytest.mark.slow
@pytest.mark.parametrize("dither", ["none", "diffusion"])
@pytest.mark.parametrize("k", [4, 16, 256])
def test_compact_images_take_fewer_bytes(k, dither, samples):
    with Image.open(samples / "flower.jpg") as image:
        pixels = np.asarray(image)[80:180, 200:300]
    sizes, errors = [], []
    for compact in (0, 1, 2):
        look = {"objective": "perceptual", "dither": dither, "compact": compact}
        result = quantize(pixels, k=k, **look)
        sizes.append(len(encode(result.indexed, find_format("png", None), Metadata())))
        errors.append(compared(pixels, result.indexed.pixels()).plain.scielab)
    assert sizes[0] > sizes[1] > sizes[2]
    # With very few colors, the error is that of the colors.
    assert k < 16 or errors[0] < errors[2]


@pytest.mark.slow
@pytest.mark.parametrize("k", [8])
def test_each_step_is_better_for_the_eye(k, samples):
    """S-CIELAB falls from squared errors to visible ones, with effort, and with dithering."""
    with Image.open(samples / "flower.jpg") as image:
        pixels = np.asarray(image)[60:260, 180:420]
    looks = [
        {},
        {"objective": "perceptual", "nearest": True},
        {"objective": "perceptual"},
        {"dither": "diffusion", "effort": "fast"},
        {"dither": "diffusion"},
        {"dither": "diffusion", "compact": 0},
    ]
    shown = [quantize(pixels, k=k, **look).indexed.pixels() for look in looks]
    errors = [compared(pixels, each).plain.scielab for each in shown]
    assert errors == sorted(errors, reverse=True)


def test_more_entries_than_are_mixed_or_solved(images):
    for k, look in itertools.product((1024, 1025), ("perceptual", "diffusion")):
        check_found(images["photo"], k, LOOKS[look])


def drawn(samples):
    """A user interface with antialiased text, and a photograph in it."""
    image = Image.new("RGB", (320, 240), "#f6f7f9")
    draw = ImageDraw.Draw(image)
    boxes = {
        (0, 0, 319, 27): "#24292f",
        (0, 28, 79, 239): "#eaeef2",
        (90, 40, 180, 70): "#1f883d",
        (190, 40, 280, 70): "#cf222e",
        (90, 80, 110, 100): "#ffc83d",
    }
    for box, color in boxes.items():
        draw.rectangle(box, fill=color)
    font = ImageFont.load_default(14)
    for line in range(6):
        draw.text((92, 110 + 20 * line), f"Line {line} of a text", font=font, fill="#1f2328")
    for place, text in {(10, 6): "Menu", (100, 47): "Save", (200, 47): "Delete"}.items():
        draw.text(place, text, font=font, fill="white")
    with Image.open(samples / "flower.jpg") as photo:
        image.paste(photo.resize((60, 60)), (10, 170))
    return np.array(image)


@pytest.mark.slow
@pytest.mark.parametrize("k", [16, 32])
@pytest.mark.parametrize("look", [name for name in FOR_THE_EYE if "squares" not in name])
@pytest.mark.parametrize("name", ["screenshot", "drawn"])
def test_large_flat_areas_of_drawings_are_exact(name, look, k, samples):
    pixels = drawn(samples)
    if name == "screenshot":
        with Image.open(samples / "screenshot.png") as image:
            pixels = np.asarray(image.convert("RGB"))[250:490, 240:560]
    keys = pack(pixels.reshape(-1, 3)).reshape(pixels.shape[:2])
    areas = flat(pixels)
    colors, counts = np.unique(keys[areas], return_counts=True)
    large = colors[counts >= 0.004 * keys.size]
    assert len(large) >= 6
    result = quantize(pixels, k=k, **LOOKS[look])
    shown = pack(result.indexed.pixels().reshape(-1, 3)).reshape(keys.shape)
    for color in large:
        area = areas & (keys == color)
        assert (shown[area] == color).all()
        assert len(np.unique(result.indexed.indices[area])) == 1


@pytest.mark.slow
@pytest.mark.parametrize("look", KINDS)
@pytest.mark.parametrize("name", ["photo", "logo", "cut out"])
def test_threads_and_repeated_calls_make_no_difference(name, look, samples, images, monkeypatch):
    pixels = images[name]
    if name == "photo":
        # Of several bands.
        with Image.open(samples / "flower.jpg") as image:
            pixels = np.asarray(image)[:, 200:230]
    results = []
    for threads in ("1", "2", "1"):
        monkeypatch.setenv("OMP_NUM_THREADS", threads)
        results.append(quantize(pixels, k=12, **LOOKS[look]))
    assert_equal(results[1], results[0])
    assert_equal(results[2], results[0])


@pytest.mark.slow
@pytest.mark.parametrize("look", KINDS)
@pytest.mark.parametrize("name", ["photo", "logo"])
def test_any_layout_in_memory_will_do(name, look, images):
    pixels = images[name]
    locked = pixels.copy()
    locked.setflags(write=False)
    search = {"k": 12, "effort": "normal" if name == "photo" else "fast"} | LOOKS[look]
    expected = quantize(locked, **search)
    for other in (
        np.asfortranarray(pixels),
        pixels[:, ::-1].copy()[:, ::-1],
    ):
        assert not other.flags["C_CONTIGUOUS"]
        assert_equal(quantize(other, **search), expected)


@pytest.mark.slow
@pytest.mark.parametrize("look", ["perceptual", "diffusion", "diffusion of squares", "blue noise"])
def test_very_long_rows_and_columns(look, samples):
    with Image.open(samples / "flower.jpg") as image:
        row = np.asarray(image).reshape(1, -1, 3)[:, 90_000:100_000]
    for pixels in (row, row.transpose(1, 0, 2)):
        check_found(pixels, 5, LOOKS[look], effort="fast")
    short = row[:, :1000]
    for pixels in (short, short.transpose(1, 0, 2)):
        check_found(pixels, 5, LOOKS[look])
