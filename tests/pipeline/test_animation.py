"""Animations and pages from file to file, read back by Pillow."""

import io
import itertools
import struct
import tracemalloc

import numpy as np
import pytest
from PIL import Image, ImageDraw

from colorquant.errors import ColorquantWarning, ImageReadError, InvalidInputError
from colorquant.pipeline.files import quantize_file

DURATIONS = [50, 60, 70, 80]
WRITING = {
    "GIF": {"loop": 2},
    "PNG": {"loop": 3},
    "WEBP": {"loop": 3, "lossless": True, "exact": True},
    "TIFF": {},
}


@pytest.fixture
def clip(samples):
    """Make a square that moves over a photograph; with alpha, on a soft edge, too."""

    def make(number=4, size=(48, 40), *, alpha=False):
        with Image.open(samples / "flower.jpg") as image:
            photo = image.resize(size)
        for place in range(number):
            frame = photo.copy()
            ImageDraw.Draw(frame).rectangle([3 + place * 5, 5, 14 + place * 5, 20], "red")
            if alpha:
                mask = np.full((size[1], size[0]), 255, np.uint8)
                mask[:, : 10 + 3 * place] = 0
                mask[:, 10 + 3 * place : 14 + 3 * place] = [60, 120, 180, 220]
                frame.putalpha(Image.fromarray(mask))
            yield frame

    return make


def saved(frames, kind, durations=DURATIONS):
    first, *rest = frames
    stream = io.BytesIO()
    timing = {} if kind == "TIFF" else {"duration": durations}
    first.save(stream, kind, save_all=True, append_images=rest, **timing, **WRITING[kind])
    return stream.getvalue()


def seen(data):
    with Image.open(io.BytesIO(data)) as image:
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            yield np.asarray(image.convert("RGBA")).astype(float), dict(image.info)


def quantized(data, **changes):
    stream = io.BytesIO()
    done = quantize_file(data, stream, effort="fast", **changes)
    return done, stream.getvalue()


def error(one, other):
    """Mean of the squared errors over black and over white."""
    total = 0.0
    for behind in (0, 255):
        over = [
            x[:, :, :3] * x[:, :, 3:] / 255 + behind * (1 - x[:, :, 3:] / 255) for x in (one, other)
        ]
        total += np.square(over[0] - over[1]).mean() / 2
    return total


TARGETS = ("gif", "png", "webp", "tiff")
# What becomes of frames does not depend on where they are from; PNG has no palettes of frames.
OWN = [("GIF", "gif", True), *itertools.product(["WEBP"], ["gif", "webp", "tiff"], [False, True])]


@pytest.mark.parametrize(
    ("source", "target", "alpha", "own"),
    [
        *((*each, False) for each in itertools.product(WRITING, TARGETS, [False, True])),
        *((*each, True) for each in OWN),
    ],
)
def test_all_frames_come_through(source, target, alpha, own, clip):
    data = saved(clip(alpha=alpha), source)
    done, written = quantized(data, k=64, format=target, per_frame_palette=own)
    before, after = list(seen(data)), list(seen(written))
    assert done.frames == len(before) == len(after) == 4
    errors = [error(b, a) for (b, _), (a, _) in zip(before, after, strict=True)]
    if target != "gif" or not alpha or source == "GIF":
        assert np.mean(errors) == pytest.approx(done.result.metrics.mse, rel=0.01, abs=0.01)
    else:
        # Soft edges are hard there.
        assert max(errors) < 1000
    if target != "tiff":
        expected = [1000] * 4 if source == "TIFF" else DURATIONS
        assert [info["duration"] for _, info in after] == pytest.approx(expected)
        plays = 1 if source == "TIFF" else 3
        loop = {("gif", 1): None, ("gif", 3): 2}.get((target, plays), plays)
        assert after[0][1].get("loop") == loop
    together = np.concatenate([pixels.reshape(-1, 4) for pixels, _ in after])
    colors = len(np.unique(together, axis=0))
    assert colors > 64 if own and source != "GIF" else colors <= 64 or own


def test_one_palette_for_all_is_of_all_frames(clip):
    data = saved(clip(), "WEBP")
    done, written = quantized(data, k=32, format="png")
    pixels = np.concatenate([frame.reshape(-1, 4) for frame, _ in seen(written)])
    colors, counts = np.unique(pixels, axis=0, return_counts=True)
    assert len(colors) == 32
    assert sorted(counts) == sorted(done.result.palette.counts)


def test_more_than_256_colors_stay_true_color(clip):
    data = saved(clip(alpha=True), "PNG")
    done, written = quantized(data, k=400, format="png")
    assert not done.indexed
    errors = [error(b, a) for (b, _), (a, _) in zip(seen(data), seen(written), strict=True)]
    assert np.mean(errors) == pytest.approx(done.result.metrics.mse, rel=0.01)


def test_avif_holds_frames(clip):
    with pytest.warns(ColorquantWarning, match="AVIF compression"):
        done, written = quantized(saved(clip(), "WEBP"), k=64, format="avif")
    assert [info["duration"] for _, info in seen(written)] == DURATIONS
    assert done.frames == 4


def test_png_has_one_palette(clip):
    with pytest.raises(InvalidInputError, match="the output: PNG has one palette for all"):
        quantized(saved(clip(), "GIF"), per_frame_palette=True)


def test_a_still_format_gets_the_first_frame(clip):
    data = saved(clip(), "PNG")
    with pytest.warns(ColorquantWarning, match="only the first is used of its frames, as BMP"):
        done, written = quantized(data, k=65_536, format="bmp")
    assert done.frames == 1
    assert error(next(seen(data))[0], next(seen(written))[0]) == 0


def test_pages_of_different_sizes(noise):
    pages = [Image.fromarray(noise), Image.fromarray(noise[:20, :30]), Image.fromarray(noise[5:])]
    data = saved(pages, "TIFF")
    _, written = quantized(data, k=64, format="tiff")
    assert [pixels.shape for pixels, _ in seen(written)] == [
        (*page.size[::-1], 4) for page in pages
    ]
    with pytest.warns(ColorquantWarning, match="only the first is used of its pages, as they"):
        quantized(data, k=64, format="gif")


def test_an_animation_in_place(clip, tmp_path):
    path = tmp_path / "clip.gif"
    path.write_bytes(saved(clip(), "GIF"))
    assert quantize_file(path, in_place=True, k=8).frames == 4
    assert len(list(seen(path.read_bytes()))) == 4


def test_the_picture_for_other_viewers_is_left_out(clip):
    stream = io.BytesIO()
    first, *rest = clip()
    first.save(stream, "PNG", save_all=True, append_images=rest, default_image=True)
    with pytest.warns(ColorquantWarning, match="its picture for viewers without animation"):
        done, written = quantized(stream.getvalue(), k=256, format="png")
    assert done.frames == len(list(seen(written))) == 3


def test_durations_that_a_gif_does_not_tell(clip):
    data = saved(clip(), "GIF", [0, 0, 0, 0])
    for target, expected in [("gif", 0), ("png", 100), ("webp", 100)]:
        shown = [info.get("duration", 0) for _, info in seen(quantized(data, format=target)[1])]
        assert shown == [expected] * 4


def test_frames_count_together_against_the_limit(clip):
    data = saved(clip(), "GIF")
    with pytest.raises(ImageReadError, match=r"4 frames = 7,680 pixels are more than the limit"):
        quantized(data, max_pixels=7679)
    assert quantized(data, max_pixels=7680)[0].frames == 4


def test_memory_does_not_grow_with_frames(clip):
    size = (160, 100)

    def peak(number):
        data = saved(clip(number, size), "PNG", [40] * number)
        tracemalloc.start()
        done, _ = quantized(data, k=16, format="png")
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert done.frames == number
        return found

    # What is loaded once is not counted.
    peak(2)
    frame = size[0] * size[1] * 4
    assert peak(30) < peak(10) + frame


def test_metadata_is_that_of_the_first_frame(clip, wide_profile):
    stream = io.BytesIO()
    first, *rest = clip()
    first.save(stream, "WEBP", save_all=True, append_images=rest, icc_profile=wide_profile)
    for target in ("png", "webp", "tiff"):
        _, written = quantized(stream.getvalue(), k=4, format=target)
        assert next(seen(written))[1]["icc_profile"] == wide_profile
    assert "icc_profile" not in next(seen(quantized(stream.getvalue(), k=4, format="gif")[1]))[1]


def test_every_pair_of_formats_agrees(clip):
    """What goes through all formats in turn keeps its few colors."""
    data = quantized(saved(clip(), "PNG"), k=32, format="png")[1]
    expected = [pixels for pixels, _ in seen(data)]
    for target in itertools.chain(["gif", "webp", "tiff", "png"], ["webp", "gif", "png"]):
        done, data = quantized(data, k=32, format=target)
        assert done.lossless
        for before, (after, _) in zip(expected, seen(data), strict=True):
            np.testing.assert_array_equal(before, after)


def test_frames_that_reach_beyond_the_first(noise):
    screen = b"GIF89a" + struct.pack("<HHBBB", 2, 2, 0, 0, 0)
    frames = []
    for size in (2, 5):
        stream = io.BytesIO()
        Image.fromarray(noise[:size, :size]).quantize(8).save(stream, "GIF")
        frames.append(stream.getvalue()[:-1])
    # Of the second, only the image, which has a table of its own then.
    first, second = frames
    table = second[13 : 13 + 3 * 8]
    image = second[second.index(b",", 13 + 3 * 8) :]
    local = image[:9] + bytes([0x82]) + table + image[10:]
    data = screen[:6] + first[6:] + local + b";"
    done, written = quantized(data, k=256, format="png")
    assert done.size == (2, 2)
    assert [pixels.shape for pixels, _ in seen(written)] == [(2, 2, 4)] * 2


LOOKS = {
    "perceptual": {"objective": "perceptual"},
    "diffusion": {"dither": "diffusion"},
    "diffusion of squares": {"dither": "diffusion", "objective": "mse"},
    "blue noise": {"dither": "blue-noise"},
    "bayer": {"dither": "bayer", "objective": "mse"},
}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("look", [name for name in LOOKS if "diffusion" not in name])
@pytest.mark.parametrize("alpha", [False, True])
def test_still_parts_stay_still(look, target, alpha, clip):
    """Pixels that do not change in the source do not change in the result."""
    data = saved(clip(alpha=alpha), "PNG")
    _, written = quantized(data, k=12, format=target, **LOOKS[look])
    sources, frames = ([pixels for pixels, _ in seen(each)] for each in (data, written))
    moved = 0
    for (one, other), (before, after) in zip(
        itertools.pairwise(sources), itertools.pairwise(frames), strict=True
    ):
        still = (one == other).all(axis=2)
        np.testing.assert_array_equal(before[still], after[still])
        moved += np.count_nonzero((before != after).any(axis=2) & ~still)
    assert moved > 100


def local_tables(data):
    """The number of color tables of a GIF beside the global one."""
    number, place = 0, 13 + (3 << (data[10] & 7) + 1)
    while data[place] != ord(";"):
        if data[place] == ord(","):
            flags = data[place + 9]
            number += flags >> 7
            place += 10 + (3 << (flags & 7) + 1) * (flags >> 7) + 1
        else:
            place += 2
        while data[place]:
            place += data[place] + 1
        place += 1
    return number


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("own", [False, True])
def test_for_the_eye_all_frames_have_one_table(look, alpha, own, clip):
    data = saved(clip(alpha=alpha), "WEBP")
    done, written = quantized(data, k=20, format="gif", per_frame_palette=own, **LOOKS[look])
    assert local_tables(written) == (3 if own else 0)
    noted = any("may flicker" in note for note in done.notes)
    assert noted == ("diffusion" in look)
    frames = [frame for frame, _ in seen(written)]
    assert len(frames) == done.frames == 4
    for frame in frames:
        assert len(np.unique(frame.reshape(-1, 4), axis=0)) <= 20
    together = np.concatenate([frame.reshape(-1, 4) for frame in frames])
    found, counts = np.unique(together, axis=0, return_counts=True)
    counted = done.result.palette.counts
    if own:
        assert len(found) > 20
        assert counted.sum() == 48 * 40
    else:
        # Of an entry that no pixel of a frame has, there are none.
        assert sorted(counts) == sorted(counted[counted > 0])
        assert counted.sum() == 4 * 48 * 40


@pytest.mark.parametrize("look", [name for name in LOOKS if name != "perceptual"])
def test_dithered_frames_are_nearer_after_a_blur(look, clip):
    """Means over 4 x 4 pixels are shown better than by the nearest colors."""
    data = saved(clip(size=(96, 80)), "PNG")
    errors = []
    for chosen in ({}, LOOKS[look]):
        done, written = quantized(data, k=8, format="png", **chosen)
        both = zip(seen(data), seen(written), strict=True)
        apart = np.stack([after - before for (before, _), (after, _) in both])
        assert done.result.metrics.mse == pytest.approx((apart[..., :3] ** 2).mean())
        means = apart.reshape(4, 20, 4, 24, 4, 4).mean(axis=(2, 4))
        errors.append(np.square(means).mean())
    assert errors[1] < errors[0]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("k", [2, 6, 40])
def test_a_transparent_gif_has_no_halo(look, k, clip):
    """What is opaque has colors of the picture, not of what is behind soft edges."""
    frames = list(clip(alpha=True))
    data = saved(frames, "PNG")
    _, written = quantized(data, k=k, format="gif", **LOOKS[look])
    # The same picture, cut out with scissors.
    cut = []
    for frame in frames:
        pixels = np.array(frame)
        pixels[..., 3] = np.where(pixels[..., 3] < 128, 0, 255)
        cut.append(Image.fromarray(pixels))
    _, expected = quantized(saved(cut, "PNG"), k=k, format="gif", **LOOKS[look])
    for (before, _), (after, _), (other, _) in zip(
        seen(data), seen(written), seen(expected), strict=True
    ):
        visible = before[..., 3] >= 128
        np.testing.assert_array_equal(after[..., 3], np.where(visible, 255, 0))
        np.testing.assert_array_equal(after, other)
        if k == 40:
            edge = visible & (before[..., 3] < 255)
            assert edge.sum() == 2 * 40
            near, far = (
                np.square(after[part, :3] - before[part, :3]).mean() for part in (edge, visible)
            )
            assert near < 2 * far


def test_without_errors_nothing_may_flicker(clip):
    few = [frame.quantize(8).convert("RGB") for frame in clip()]
    done, _ = quantized(saved(few, "PNG"), k=40, format="gif", dither="diffusion")
    assert done.lossless
    assert not done.notes
