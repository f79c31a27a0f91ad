"""Samples of every layout of TIFF that Pillow opens, against arithmetic."""

import io
import itertools
import re
import struct

import numpy as np
import pytest
import tifffile
import tiffs
from PIL import Image, TiffImagePlugin

from colorquant.errors import ImageReadError
from colorquant.images.reading.decode import as_raster
from colorquant.images.reading.wide import Wide, read_wide, straight, to_8_bits
from colorquant.images.source import Source
from colorquant.reading import ReadingOptions

# Photometric interpretations: how many samples a color has.
COLORS = {0: 1, 1: 1, 2: 3, 3: 1, 5: 4, 6: 3, 8: 3}
MULTIPLIED, LAB = 1, 8
RANGES = "no defined range"
# Layouts that are refused, by what Pillow or we say of them.
PLANES = "samples in separate planes of this kind|a kind of TIFF that is not read|unknown raw mode"
REVERSED = "unknown raw mode"
# Photometric interpretations whose samples of less than 8 bits, or of 8, Pillow does not turn.
UNREAD = {(3, True), (0, False)}


def layouts():
    for key in TiffImagePlugin.OPEN_INFO:
        prefix, photometric, sample_format, fill_order, bits, extra = key
        for planar, deflate in itertools.product((1, 2), (False, True)):
            if planar == 2 and len(bits) == 1:
                continue
            name = "-".join(
                [
                    *(prefix.decode(), str(photometric), str(sample_format[0]), str(fill_order)),
                    *("x".join(map(str, bits)), "x".join(map(str, extra)) or "none"),
                    *("chunky" if planar == 1 else "planar", "deflate" if deflate else "raw"),
                ]
            )
            yield pytest.param(key, planar, deflate, id=name)


def refusal(key, planar, deflate):
    """Return what may be said of a layout that is not read; None if it must be."""
    _, photometric, sample_format, fill_order, bits, extra = key
    ignored = bool(extra) and max(extra) == 0
    said = {
        RANGES: sample_format[0] != 1 or bits[0] == 32,
        PLANES: planar == 2 and (photometric in (3, 6, 8) or (ignored and not deflate)),
        REVERSED: fill_order == 2 and not deflate and (photometric, bits[0] < 8) in UNREAD,
        "decoder error": photometric == 6 and len(bits) == 1 and deflate,
    }
    return next((message for message, fits in said.items() if fits), None)


def read(data):
    """Return pixels, or None and what is said instead."""
    try:
        with Source(data, ReadingOptions(icc="drop")) as source:
            return source.first().pixels.astype(int), None
    except ImageReadError as error:
        return None, str(error)


def to_8(samples, maximum):
    return (samples * 255 + maximum // 2) // maximum


def expected_of(samples, key, color_map):
    """Return R, G, B and alpha, or None without alpha, of samples as they were written."""
    _, photometric, _, _, bits, extra = key
    maximum = (1 << bits[0]) - 1
    count = min(COLORS[photometric], len(bits))
    color = samples[:, :, :count].astype(np.int64)
    alpha = None
    if (extra and extra[0]) or (photometric == 2 and len(bits) == 4 and not extra):
        alpha = samples[:, :, count].astype(np.int64)
    if photometric == 0:
        color = maximum - color
    if extra and extra[0] == MULTIPLIED:
        whole = np.maximum(alpha, 1)[:, :, None]
        color = np.minimum(maximum, (color * maximum + whole // 2) // whole)
    if photometric == 3:
        return color_map[color[:, :, 0]] // 257, alpha
    eight = to_8(color, maximum).astype(np.uint8)
    if photometric in (5, 6) and count > 1:
        mode = "CMYK" if photometric == 5 else "YCbCr"
        size = samples.shape[1::-1]
        eight = np.asarray(Image.frombytes(mode, size, eight.tobytes()).convert("RGB"))
    return np.broadcast_to(eight, (*eight.shape[:2], 3)), alpha


@pytest.mark.parametrize(("key", "planar", "deflate"), list(layouts()))
def test_every_layout_that_pillow_opens(key, planar, deflate):
    prefix, photometric, sample_format, fill_order, bits, extra = key
    maximum = (1 << bits[0]) - 1
    rng = np.random.default_rng(3)
    samples = rng.integers(0, maximum + 1, (23, 31, len(bits)))
    if extra and extra[0] == MULTIPLIED:
        count = len(bits) - len(extra)
        samples[:, :, :count] = samples[:, :, :count] * samples[:, :, count, None] // maximum
    color_map = rng.integers(0, 256, (1 << bits[0], 3)) * 257 if photometric == 3 else None
    data = tiffs.tiff_of(
        samples,
        bits[0],
        photometric,
        order="<" if prefix == b"II" else ">",
        extra=extra,
        planar=planar,
        fill_order=fill_order,
        compression=tiffs.DEFLATE if deflate else 1,
        color_map=color_map,
        sample_format=sample_format[0] if sample_format[0] != 1 else None,
        more={530: ("H", [1, 1])} if photometric == 6 else None,
    )
    pixels, said = read(data)
    if pixels is None:
        assert re.search(refusal(key, planar, deflate) or "must be read", said)
        return
    if photometric == LAB:
        # See below.
        return
    colors, alpha = expected_of(samples, key, color_map)
    difference = abs(pixels[:, :, :3] - colors)
    if alpha is None:
        assert pixels.shape[2] == 3
    else:
        expected = to_8(alpha, maximum)
        np.testing.assert_array_equal(pixels[:, :, 3], expected)
        difference = difference[expected > 0]
    # libtiff has its own arithmetic for YCbCr.
    assert difference.max() <= (photometric == 6)


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 12, 16])
@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("planar", [1, 2])
def test_the_files_are_what_they_are_meant_to_be(bits, order, planar):
    """As an independent reader sees them."""
    samples = np.random.default_rng(4).integers(0, 1 << bits, (9, 16, 3 if bits > 4 else 1))
    data = tiffs.tiff_of(samples, bits, 2 if bits > 4 else 1, order=order, planar=planar)
    found = tifffile.imread(io.BytesIO(data))
    found = found.transpose(1, 2, 0) if planar == 2 and found.ndim == 3 else found
    np.testing.assert_array_equal(found.reshape(samples.shape), samples)


def test_neutral_lab_is_gray():
    levels = np.zeros((1, 11, 3), np.int64)
    levels[0, :, 0] = np.rint(np.linspace(0, 255, 11))
    with Source(tiffs.tiff_of(levels, 8, 8), ReadingOptions()) as source:
        pixels = source.first().pixels.astype(int)
    # CIE 15:2004, 8.2.1; IEC 61966-2-1.
    lightness = levels[0, :, 0] / 255 * 100
    light = np.where(lightness > 8, ((lightness + 16) / 116) ** 3, lightness / (24389 / 27))
    srgb = np.where(light > 0.0031308, 1.055 * light ** (1 / 2.4) - 0.055, 12.92 * light)
    assert abs(pixels[0] - np.rint(255 * srgb)[:, None]).max() <= 2


def test_turned_planes(noise):
    data = tiffs.tiff_of(noise.astype(int) * 257, 16, 2, planar=2, more={274: ("H", [6])})
    with Source(data, ReadingOptions()) as source:
        np.testing.assert_array_equal(source.first().pixels, np.rot90(noise, -1))


def test_pages_of_16_bits(tmp_path):
    pages = np.random.default_rng(5).integers(0, 65_536, (3, 20, 30, 3), dtype=np.uint16)
    path = tmp_path / "pages.tiff"
    tifffile.imwrite(path, pages, photometric="rgb", metadata=None)
    with Source(path, ReadingOptions()) as source:
        found = np.stack([raster.pixels for raster in source.rasters()])
    np.testing.assert_array_equal(found, np.rint(pages / 257))


@pytest.mark.parametrize("tile", [None, (16, 32)])
@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("predictor", [False, True])
@pytest.mark.parametrize("order", "<>")
def test_tiles_and_predictors_as_tifffile_writes_them(tile, planar, predictor, order, tmp_path):
    shape = (3, 40, 50) if planar == "separate" else (40, 50, 3)
    samples = np.random.default_rng(6).integers(0, 65_536, shape, dtype=np.uint16)
    path = tmp_path / "x.tiff"
    tifffile.imwrite(
        path,
        samples,
        photometric="rgb",
        planarconfig=planar,
        tile=tile,
        predictor=predictor or None,
        compression="zlib",
        byteorder=order,
    )
    rows = samples.transpose(1, 2, 0) if planar == "separate" else samples
    with Source(path, ReadingOptions()) as source:
        np.testing.assert_array_equal(source.first().pixels, np.rint(rows / 257))


def test_big_tiffs(tmp_path):
    samples = np.random.default_rng(6).integers(0, 65_536, (3, 40, 50), dtype=np.uint16)
    path = tmp_path / "x.tiff"
    tifffile.imwrite(path, samples, photometric="rgb", planarconfig="separate", bigtiff=True)
    with Source(path, ReadingOptions()) as source:
        np.testing.assert_array_equal(
            source.first().pixels, np.rint(samples / 257).transpose(1, 2, 0)
        )


def test_subsampled_colors_that_pillow_mixes_up_are_refused():
    samples = np.random.default_rng(6).integers(0, 256, (8, 12, 3))
    for more in (None, {530: ("H", [2, 1])}):
        data = tiffs.tiff_of(samples, 8, 6, more=more)
        with Source(data, ReadingOptions()) as source, pytest.raises(ImageReadError) as caught:
            source.first()
        assert "fewer samples of color" in str(caught.value)


@pytest.mark.parametrize("maximum", [255, 4095, 65_535])
def test_rounding_and_alpha_against_exact_arithmetic(maximum):
    rng = np.random.default_rng(9)
    alpha = rng.integers(0, maximum + 1, (30, 40, 1))
    alpha[0] = 0
    color = rng.integers(0, alpha + 1, (30, 40, 3))
    multiplied = np.dstack([color, alpha]).astype(np.uint16)
    found = straight(multiplied, maximum).astype(float)
    expected = np.divide(color * maximum, alpha, out=np.zeros(color.shape), where=alpha > 0)
    assert abs(found[:, :, :3] - expected).max() <= 0.5
    np.testing.assert_array_equal(found[:, :, 3:], alpha)
    eight = to_8_bits(Wide("RGBA", multiplied, maximum))
    assert abs(eight - multiplied.astype(float) * 255 / maximum).max() <= 0.5


def test_what_exceeds_its_alpha_is_full():
    multiplied = np.array([[[200, 100]]], np.uint8)
    assert straight(multiplied, 255).tolist() == [[[255, 100]]]


def sgi(samples, *, packed):
    """Return a file of 16 bits a sample: the SGI Image File Format, version 1.00."""
    height, width, channels = samples.shape
    kinds = struct.pack(
        ">HBBHHHH", 474, packed, 2, 2 if channels == 1 else 3, width, height, channels
    )
    planes = np.moveaxis(samples[::-1], -1, 0).astype(">u2")
    if not packed:
        return kinds.ljust(512, b"\0") + planes.tobytes()
    # A count of 0x80 and more says how many samples follow as they are.
    rows = [
        struct.pack(">H", 0x80 | width) + row.tobytes() + bytes(2)
        for row in planes.reshape(-1, width)
    ]
    start = 512 + 8 * len(rows)
    places = [start + number * len(rows[0]) for number in range(len(rows))]
    tables = struct.pack(f">{2 * len(rows)}I", *places, *map(len, rows))
    return kinds.ljust(512, b"\0") + tables + b"".join(rows)


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("packed", [False, True])
def test_sgi_of_16_bits_is_rounded(channels, packed):
    samples = np.random.default_rng(2).integers(0, 65_536, (5, 9, channels))
    with Source(sgi(samples, packed=packed), ReadingOptions()) as source:
        found = source.first().pixels
    expected = np.rint(samples / 257)
    np.testing.assert_array_equal(found, np.repeat(expected, 3, 2) if channels == 1 else expected)


def test_sgi_that_is_cut_off():
    data = sgi(np.zeros((5, 9, 3), int), packed=False)
    with Source(data[:-1], ReadingOptions()) as source, pytest.raises(ImageReadError) as caught:
        source.first()
    assert "truncated" in str(caught.value)


def words(samples, bits):
    """Return pixels of a word each, red highest."""
    red, green, blue = np.moveaxis(samples, -1, 0)
    return (red << bits[1] + bits[2] | green << bits[2] | blue).astype("<u2").tobytes()


@pytest.mark.parametrize("kind", ["TGA", "DDS", "DDS-565"])
def test_samples_of_few_bits_are_rounded(kind):
    bits = (5, 6, 5) if kind == "DDS-565" else (5, 5, 5)
    most = np.array([(1 << count) - 1 for count in bits])
    samples = np.arange(64)[None, :, None] * most // 63
    data = words(samples, bits)
    if kind == "TGA":
        # Of 16 bits, true-color, from the top.
        head = bytes([0, 0, 2]) + bytes(9) + struct.pack("<HHBB", 64, 1, 16, 0x20)
    else:
        masks = (0xF800, 0x7E0, 0x1F) if bits[1] == 6 else (0x7C00, 0x3E0, 0x1F)
        head = b"DDS " + struct.pack("<7I44x", 124, 0x100F, 1, 64, 128, 0, 0)
        head += struct.pack("<8I5I", 32, 0x40, 0, 16, *masks, 0, 0x1000, 0, 0, 0, 0)
    with Source(head + data, ReadingOptions()) as source:
        found = source.first().pixels
    np.testing.assert_array_equal(found, np.rint(samples * 255 / most))
    # What is loaded already is taken as Pillow has it.
    with Image.open(io.BytesIO(head + data)) as image:
        image.load()
        loaded = as_raster(image).pixels
    assert abs(loaded.astype(int) - found).max() == 1


def test_what_pillow_reads_right_is_left_to_it(noise):
    stream = io.BytesIO()
    Image.fromarray(noise).save(stream, "PNG")
    with Image.open(stream) as image:
        assert read_wide(image, stream) is None
