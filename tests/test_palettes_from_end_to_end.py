"""Pins, given palettes, alpha, block averages and orders, from files to files."""

import io
import json

import numpy as np
import pytest
from helpers import run
from PIL import Image, ImageSequence
from tints import GRAYS, PALETTES, colors_of, faults

import colorquant
from colorquant.errors import ImageWriteError, InvalidInputError
from colorquant.palette import Palette
from colorquant.palettes.files.rows import palette_of
from colorquant.pipeline.files import quantize_file

PINS = ("#e63946", "#00ff01")
PINNED = [[0xE6, 0x39, 0x46], [0, 255, 1]]
LOOKS = [
    {},
    {"objective": "perceptual"},
    {"objective": "perceptual", "effort": "fast"},
    {"dither": "diffusion"},
    {"dither": "blue-noise"},
    {"dither": "bayer", "objective": "mse"},
]
INKS = [[0, 0, 0], [255, 255, 255], [255, 0, 0], [0, 128, 0], [0, 0, 255], [255, 255, 0]]


@pytest.fixture
def flower(samples):
    with Image.open(samples / "flower.jpg") as image:
        return np.asarray(image.resize((72, 48)))


@pytest.fixture
def sprite():
    """A disk of two colors with soft edges."""
    y, x = np.mgrid[-15:16, -15:16]
    distance = np.hypot(x, y)
    pixels = np.zeros((31, 31, 4), np.uint8)
    pixels[..., :3] = np.where((x > 0)[..., None], [200, 40, 40], [40, 60, 220])
    pixels[..., 3] = np.clip((13 - distance) * 85, 0, 255)
    return pixels


def as_file(image, kind="PNG", **settings):
    stream = io.BytesIO()
    first, *rest = image if isinstance(image, list) else [image]
    frames = [Image.fromarray(each) for each in rest]
    more = {"save_all": True, "append_images": frames, "duration": 80} if frames else {}
    Image.fromarray(first).save(stream, kind, **more, **settings)
    return stream.getvalue()


def through(data, **changes):
    """Quantize a file; return the result and the frames that Pillow reads, as RGBA."""
    stream = io.BytesIO()
    done = quantize_file(data, stream, **changes)
    with Image.open(io.BytesIO(stream.getvalue())) as image:
        frames = [np.asarray(each.convert("RGBA")) for each in ImageSequence.Iterator(image)]
    return done, frames


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_pins_are_entries_exactly(look, flower, sprite):
    for pixels in (flower, sprite):
        result = colorquant.quantize(pixels, k=8, pins=PINS, **look)
        colors = result.palette.colors
        assert len(colors) == 8
        assert colors[:2, :3].tolist() == PINNED
        if pixels is sprite:
            assert colors[:2, 3].tolist() == [255, 255]
            assert not result.indexed.pixels()[0, 0].any()


@pytest.mark.parametrize("k", [2, 3, 8])
def test_pins_cost_no_more_than_free_colors_beside_them(k, flower):
    """The rest is found around the pins: it is at least as good as what is found without."""
    free = colorquant.quantize(flower, k=k).palette.colors
    both = np.unique(np.vstack([free, PINNED]), axis=0)
    apart = (flower.reshape(-1, 1, 3).astype(int) - both).astype(float)
    beside = (apart**2).sum(axis=2).min(axis=1).mean() / 3
    result = colorquant.quantize(flower, k=k + 2, pins=PINS)
    assert result.metrics.mse <= beside


def test_few_colors_are_kept_beside_pins():
    pixels = np.array([[[9, 9, 9], [1, 1, 1], [0, 255, 1]]], np.uint8)
    result = colorquant.quantize(pixels, k=4, pins=PINS)
    assert result.palette.colors.tolist() == [*PINNED, [1, 1, 1], [9, 9, 9]]
    assert result.palette.counts.tolist() == [0, 1, 1, 1]
    assert result.lossless
    # There is no room for all of them.
    tight = colorquant.quantize(pixels, k=3, pins=PINS)
    assert tight.palette.colors[:2].tolist() == PINNED
    assert len(tight.palette) == 3


def test_a_pin_may_be_transparent(flower):
    result = colorquant.quantize(flower, k=5, pins=["transparent", "#ff000080"])
    assert result.palette.colors[:2].tolist() == [[0, 0, 0, 0], [255, 0, 0, 128]]
    assert result.indexed.pixels()[..., 3].all()
    with pytest.raises(InvalidInputError, match="the palette has more alpha than GIF can hold"):
        through(as_file(flower), k=5, pins=["#ff000080"], format="gif")


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_pins_in_animations(kind, flower):
    data = as_file([flower, flower[::-1].copy(), flower[:, ::-1].copy()], "GIF")
    for look in ({}, {"dither": "diffusion"}):
        done, frames = through(data, k=8, pins=PINS, format=kind, **look)
        assert done.result.palette.colors[:2].tolist() == PINNED
        used = np.unique(np.concatenate([each.reshape(-1, 4) for each in frames]), axis=0)
        assert len(used) <= 8


def test_pins_in_shared_palettes(flower, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    for number in range(3):
        Image.fromarray(flower[number * 9 :]).save(f"in/{number}.png")
    shared = ["in", "-o", "out", "-k", 8, "--shared-palette", "--palette-out", "p.json"]
    done = run(*shared, "--pin", PINS[0], "--pin", PINS[1], "--depth", "8", "--order", "count")
    assert done.exit_code == 0, done.stderr
    colors = json.loads((tmp_path / "p.json").read_text())["colors"]
    assert colors[:2] == list(PINS)
    assert len(colors) == 8
    found = run("palette", "in", "-k", 8, "--pin", PINS[0], "--pin", PINS[1], "--order", "count")
    assert found.stdout.split() == colors


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("alpha", [None, "threshold", "dither"])
def test_an_opaque_palette_keeps_transparency(look, alpha, sprite):
    given = palette_of([*INKS, INKS[0]])
    for kind in ("png", "gif"):
        done, (shown,) = through(as_file(sprite), palette=given, format=kind, alpha=alpha, **look)
        colors = done.result.palette.colors
        assert colors[:7, :3].tolist() == [*INKS, INKS[0]]
        assert colors[7:].tolist() == [[0, 0, 0, 0]]
        assert set(np.unique(shown[..., 3])) == {0, 255}
        if alpha == "dither":
            area = sprite[..., 3].sum() / 255
            assert abs((shown[..., 3] == 255).sum() - area) < 12
        else:
            np.testing.assert_array_equal(shown[..., 3] == 255, sprite[..., 3] >= 128)
        # Every other pixel has a color of the palette.
        used = {tuple(color) for color in shown[shown[..., 3] > 0][:, :3].tolist()}
        assert used <= set(map(tuple, INKS))


def test_soft_edges_stay_where_palette_and_format_have_them(sprite):
    soft = palette_of([[0, 0, 0, 0], [200, 40, 40, 255], [40, 60, 220, 255], [120, 50, 130, 120]])
    _, (shown,) = through(as_file(sprite), palette=soft)
    assert 120 in shown[..., 3]
    _, (hard,) = through(as_file(sprite), palette=soft, alpha="threshold")
    edges = (sprite[..., 3] > 0) & (sprite[..., 3] < 128)
    assert not hard[edges][:, 3].any()
    with pytest.raises(InvalidInputError, match="the palette has no partial transparency to keep"):
        through(as_file(sprite), palette=palette_of(INKS), alpha="keep")
    with pytest.raises(InvalidInputError, match="GIF has no partial transparency to keep"):
        through(as_file(sprite), alpha="keep", format="gif")
    with pytest.raises(InvalidInputError, match="JPEG has no alpha to dither"):
        through(as_file(sprite), alpha="dither", format="jpeg")


def test_one_color_more_than_256(sprite):
    grays = [[level] * 3 for level in range(256)]
    with pytest.warns(colorquant.ColorquantWarning, match="written in true color"):
        done, (shown,) = through(as_file(sprite), palette=palette_of(grays))
    assert not done.indexed
    assert len(done.result.palette) == 257
    assert not shown[0, 0].any()
    with pytest.raises(ImageWriteError, match="transparent pixels need one more than GIF holds"):
        through(as_file(sprite), palette=palette_of(grays), format="gif")
    # Opaque images have room.
    assert through(as_file(sprite[..., :3].copy()), palette=palette_of(grays), format="gif")


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_a_pixel_that_is_an_entry_stays_it(look, flower):
    """Though all of its neighbors are others."""
    pixels = flower.copy()
    pixels[::3, ::2] = np.array(INKS, np.uint8)[np.arange(16 * 36).reshape(16, 36) % 6]
    given = palette_of(INKS)
    _, (shown,) = through(as_file(pixels), palette=given, **look)
    exact = (pixels[:, :, None] == np.array(INKS)).all(axis=3).any(axis=2)
    assert exact.sum() >= 16 * 36
    np.testing.assert_array_equal(shown[exact][:, :3], pixels[exact])


@pytest.mark.parametrize("kind", ["GIF", "PNG", "TIFF"])
@pytest.mark.parametrize("look", LOOKS[::3], ids=str)
def test_unused_entries_of_animations_are_dropped(kind, look, flower):
    dark, light = flower // 3, 160 + flower // 3
    data = as_file([dark, light], "PNG")
    greens = [[0, 250, 0], [0, 240, 5]]
    given = palette_of(
        [*greens, [20, 40, 40], [200, 190, 180], [20, 40, 40], [80, 50, 20], [210, 220, 200]]
    )
    done, frames = through(data, palette=given, drop_unused=True, format=kind, **look)
    kept = done.result.palette.colors
    assert kept.tolist() == given.colors[[2, 3, 5, 6]].tolist()
    whole, expected = through(data, palette=given, format=kind, **look)
    assert whole.result.palette.colors.tolist() == given.colors.tolist()
    assert whole.result.metrics == done.result.metrics
    np.testing.assert_array_equal(frames, expected)


def test_names_of_a_given_palette_stay(flower):
    given = Palette(np.array(INKS[:3], np.uint8), np.zeros(3, np.int64), ("ink", "paper", "red"))
    done, _ = through(as_file(flower), palette=given)
    assert done.result.palette.names == ("ink", "paper", "red")


@pytest.mark.parametrize("side", [2, 5, 50, 1000])
def test_pixelated_images_have_their_size_and_blocks_of_one_color(side, flower, sprite):
    for pixels in (flower, sprite):
        height, width = pixels.shape[:2]
        done, (shown,) = through(as_file(pixels), k=6, pixelate=side)
        assert shown.shape[:2] == (height, width)
        assert done.size == (width, height)
        for y in range(0, height, side):
            for x in range(0, width, side):
                block = shown[y : y + side, x : x + side].reshape(-1, 4)
                assert len(np.unique(block, axis=0)) == 1
        small, (own,) = through(as_file(pixels), k=6, downscale=side)
        np.testing.assert_array_equal(shown[::side, ::side], own)
        assert small.size == (-(-width // side), -(-height // side))
        assert small.result.metrics == done.result.metrics
        assert not done.lossless
        python = colorquant.quantize(pixels, k=6, pixelate=side)
        assert python.indexed.indices.shape == (height, width)


def test_pixelated_animations_and_pages(flower):
    frames = [flower, flower[::-1].copy()]
    for kind in ("GIF", "PNG", "TIFF", "WEBP"):
        _, shown = through(as_file(frames, "PNG"), k=6, pixelate=8, format=kind)
        assert [each.shape[:2] for each in shown] == [(48, 72)] * 2
        for frame in shown:
            np.testing.assert_array_equal(frame[0:8, 0:8], np.broadcast_to(frame[0, 0], (8, 8, 4)))


@pytest.mark.parametrize("order", ["hue", "count", "source", "similar"])
def test_orders_of_animations(order, flower):
    data = as_file([flower, flower[::-1].copy()], "PNG")
    plain, expected = through(data, k=9, effort="fast")
    done, frames = through(data, k=9, order=order, effort="fast")
    np.testing.assert_array_equal(frames, expected)
    counts = done.result.palette.counts.tolist()
    assert sorted(counts) == sorted(plain.result.palette.counts.tolist())
    if order == "count":
        assert counts == sorted(counts, reverse=True)
    if order == "source":
        first = [
            int((done.result.indexed.indices.reshape(-1) == each).argmax()) for each in range(9)
        ]
        assert first == sorted(first)


def test_the_order_of_an_indexed_source_is_kept_by_source_and_lost_by_luma():
    image = Image.new("P", (3, 1))
    image.putpalette([9, 9, 9, 200, 0, 0, 0, 0, 0])
    image.putdata([2, 1, 0])
    stream = io.BytesIO()
    image.save(stream, "PNG")
    expected = {None: [9, 200, 0], "source": [9, 200, 0], "luma": [0, 9, 200]}
    for order, reds in expected.items():
        done, _ = through(stream.getvalue(), k=4, order=order)
        assert done.result.palette.colors[:, 0].tolist() == reds


@pytest.mark.parametrize("look", LOOKS[:4], ids=str)
@pytest.mark.parametrize("depth", ["rgb565", "2"])
def test_depth_with_every_look(look, depth, flower, sprite):
    for pixels in (flower, sprite):
        result = colorquant.quantize(pixels, k=10, depth=depth, **look)
        bits = colorquant.EntryOptions(depth=depth).bits
        for color in result.palette.colors.tolist():
            for level, own in zip(color[:3], bits, strict=True):
                assert level == int((f"{level >> (8 - own):0{own}b}" * 8)[:8], 2)


def test_facts_of_dithered_alpha_can_be_written_as_json(sprite):
    done, _ = through(as_file(sprite), k=4, dither="bayer")
    assert json.loads(json.dumps(done.facts()))["lossless"] is False


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("effort", ["fast", "normal"])
@pytest.mark.parametrize("nearest", [False, True])
def test_gray_ramps_of_images_stay_gray(name, effort, nearest):
    palette = colors_of(PALETTES[name])
    ramp = GRAYS[None].repeat(9, axis=0)
    search = {"objective": "perceptual", "effort": effort, "nearest": nearest}
    done, _ = through(as_file(ramp), palette=palette_of(palette.tolist()), **search)
    for row in done.result.indexed.indices:
        assert faults(row, palette) == 0


def test_alpha_is_kept_in_shared_palettes(sprite, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    hard = sprite.copy()
    hard[..., 3] = np.where(sprite[..., 3] < 128, 0, 255)
    for name, pixels in {"hard": hard, "soft": sprite}.items():
        Image.fromarray(pixels).save(f"in/{name}.png")
        done = run(f"in/{name}.png", "-o", f"{name}.png", "--shared-palette", "--alpha", "keep")
        assert done.exit_code == 0, done.stderr
    with Image.open("soft.png") as image:
        assert len(set(image.convert("RGBA").getchannel("A").tobytes())) > 2


def test_one_color_too_many_is_told_once(sprite, tmp_path):
    done = run("-", "--palette", "vga", "-o", tmp_path / "x.gif", input=as_file(sprite))
    assert done.exit_code == 1
    assert done.stderr.count("x.gif") == 1


def test_unused_entries_are_not_dropped_from_found_palettes(flower):
    with pytest.raises(InvalidInputError, match="drop_unused is for palette"):
        colorquant.quantize(flower, drop_unused=True)
