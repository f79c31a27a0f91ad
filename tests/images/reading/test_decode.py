"""Pillow's images of all modes as rasters."""

import io
import struct
import zlib

import numpy as np
import pngs
import pytest
from PIL import ExifTags, Image, ImageOps

from colorquant.errors import ColorquantWarning, ImageReadError
from colorquant.images.reading.decode import as_raster
from colorquant.images.source import Source
from colorquant.metadata import Metadata
from colorquant.models import Raster
from colorquant.reading import ReadingOptions


def read(path, **options):
    with Source(path, ReadingOptions(**options)) as source:
        return source.first()


@pytest.mark.parametrize("mode", ["RGB", "L", "1", "P", "CMYK", "YCbCr", "HSV"])
def test_opaque_modes_become_rgb(mode, noise, tmp_path):
    image = Image.fromarray(noise).convert(mode)
    expected = np.asarray(image.convert("RGB"))
    raster = as_raster(image)
    assert raster.pixels.shape == (32, 48, 3)
    np.testing.assert_array_equal(raster.pixels, expected)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_modes_with_alpha_keep_it(mode, soft):
    image = Image.fromarray(soft).convert("P" if mode == "PA" else mode)
    image.putalpha(Image.fromarray(soft[:, :, 3]))
    assert image.mode == mode
    np.testing.assert_array_equal(as_raster(image).pixels, np.asarray(image.convert("RGBA")))


def test_palette_transparency_is_alpha(tmp_path):
    image = Image.new("P", (2, 1))
    image.putpalette([10, 20, 30, 40, 50, 60])
    image.putpixel((1, 0), 1)
    image.save(tmp_path / "p.png", transparency=0)
    assert read(tmp_path / "p.png").pixels.tolist() == [[[10, 20, 30, 0], [40, 50, 60, 255]]]


@pytest.mark.parametrize("make", [Image.fromarray, np.asarray])
def test_alpha_that_is_all_opaque_is_dropped(make, noise):
    opaque = np.dstack([noise, np.full(noise.shape[:2], 255, np.uint8)])
    np.testing.assert_array_equal(as_raster(make(opaque)).pixels, noise)


def test_16_bit_gray_is_rounded(tmp_path):
    # 128 and 129 of 65,535 are either side of half a level of 257.
    values = np.array([[0, 128, 129, 257, 32_896, 65_535]], np.uint16)
    Image.fromarray(values).save(tmp_path / "gray.png")
    assert read(tmp_path / "gray.png").pixels[0, :, 0].tolist() == [0, 0, 1, 1, 128, 255]


@pytest.mark.parametrize("mode", ["I", "F"])
def test_modes_without_range_are_refused(mode, tmp_path):
    Image.new(mode, (2, 2)).save(tmp_path / "x.tiff")
    with pytest.raises(ImageReadError, match=f"x.tiff: mode {mode} .* no defined range"):
        read(tmp_path / "x.tiff")


def test_photographs_are_turned_upright(noise, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(noise).save(tmp_path / "phone.png", exif=exif)
    np.testing.assert_array_equal(read(tmp_path / "phone.png").pixels, np.rot90(noise, -1))


def test_16_bit_gray_with_a_transparent_level(tmp_path):
    values = np.array([[0, 1000, 65_535]], np.uint16)
    Image.fromarray(values).save(tmp_path / "gray.png", transparency=1000)
    assert read(tmp_path / "gray.png").pixels.tolist() == [
        [[0, 0, 0, 255], [4, 4, 4, 0], [255, 255, 255, 255]]
    ]


@pytest.mark.parametrize("dpi", [(0, 0), (float("nan"), 72), (float("inf"), 72), (2e9, 2e9)])
def test_impossible_resolutions_are_dropped(dpi, noise):
    image = Image.fromarray(noise)
    image.info["dpi"] = dpi
    assert as_raster(image).metadata.dpi is None


def test_arrays_and_rasters(noise):
    raster = Raster(noise)
    assert as_raster(raster) is raster
    assert np.shares_memory(as_raster(noise).pixels, noise)
    np.testing.assert_array_equal(as_raster(noise / 255).pixels, noise)


def png_16(values, color_type, *, transparent=None):
    """Return a PNG of 16 bits a sample."""
    height, width = values.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    header = struct.pack(">IIBBBBB", width, height, 16, color_type, 0, 0, 0)
    pieces = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    if transparent is not None:
        pieces.insert(1, (b"tRNS", struct.pack(f">{len(transparent)}H", *transparent)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in pieces
    )


def tiff_16(values, *, order, deflate, extra=None):
    """Return a TIFF of 16 bits a sample."""
    height, width, channels = values.shape
    strip = values.astype(order + "u2").tobytes()
    strip = zlib.compress(strip) if deflate else strip
    fields = [
        *((256, 3, width), (257, 3, height), (259, 3, 8 if deflate else 1)),
        *((262, 3, 2 if channels > 2 else 1), (273, 4, 8), (277, 3, channels), (278, 3, height)),
        (279, 4, len(strip)),
    ]
    strip += bytes(len(strip) % 2)
    bits_at = 8 + len(strip)
    bits = struct.pack(f"{order}{channels}H", *[16] * channels)
    bits += bytes(len(bits) % 4)
    fields.append((258, 3, bits_at))
    if extra is not None:
        fields.append((338, 3, extra))
    at = bits_at + len(bits)
    directory = struct.pack(order + "H", len(fields))
    for tag, kind, value in sorted(fields):
        count = channels if tag == 258 else 1
        form = "HHIHH" if kind == 3 and count < 3 and tag != 258 else "HHII"
        numbers = (value, 0) if form == "HHIHH" else (value,)
        directory += struct.pack(order + form, tag, kind, count, *numbers)
    mark = b"II*\0" if order == "<" else b"MM\0*"
    return mark + struct.pack(order + "I", at) + strip + bits + directory + bytes(4)


@pytest.fixture
def wide():
    """Make samples of 16 bits; half of them would be cut to another level than rounded to."""

    def make(channels):
        return np.random.default_rng(7).integers(0, 65_536, (23, 31, channels), dtype=np.uint16)

    return make


def rounded(values):
    return np.rint(values / 257).astype(np.uint8)


@pytest.mark.parametrize(("channels", "color_type"), [(3, 2), (4, 6)])
def test_16_bits_of_color_are_rounded(channels, color_type, wide):
    values = wide(channels)
    found = read(png_16(values, color_type))
    np.testing.assert_array_equal(found.pixels, rounded(values))
    assert not found.exact


def test_16_bits_of_gray_with_alpha_are_rounded(wide):
    values = wide(2)
    pixels = read(png_16(values, 4)).pixels
    np.testing.assert_array_equal(pixels[:, :, [0, 3]], rounded(values))
    np.testing.assert_array_equal(pixels[:, :, 0], pixels[:, :, 2])


def test_a_transparent_color_of_16_bits(wide):
    values = wide(3)
    values[3, 4] = values[0, 0] ^ 1  # The same in 8 bits.
    pixels = read(png_16(values, 2, transparent=values[0, 0])).pixels
    assert pixels[0, 0, 3] == 0
    assert pixels[3, 4, 3] == 255
    assert (pixels[:, :, 3] == 0).sum() == 1


@pytest.mark.parametrize("deflate", [False, True])
@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize(("channels", "extra"), [(3, None), (4, 2)])
def test_tiffs_of_16_bits_are_rounded(channels, extra, order, deflate, wide):
    values = wide(channels)
    data = tiff_16(values, order=order, deflate=deflate, extra=extra)
    np.testing.assert_array_equal(read(data).pixels, rounded(values))


def test_gray_of_known_range(wide):
    values = wide(1)[:, :, 0]
    data = b"P5 31 23 65535\n" + values.astype(">u2").tobytes()
    np.testing.assert_array_equal(read(data).pixels[:, :, 0], rounded(values))


def test_premultiplied_gray():
    image = Image.new("LA", (2, 1), (100, 128)).convert("La")
    # 100 * 128 / 255 is 50, and 50 * 255 / 128 is 99.6.
    assert as_raster(image).pixels.tolist() == [[[100, 100, 100, 128]] * 2]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation(orientation, noise):
    exif = Image.Exif()
    exif[0x0112] = orientation
    stream = io.BytesIO()
    image = Image.fromarray(noise)
    image.save(stream, "PNG", exif=exif)
    image.getexif()[0x0112] = orientation
    expected = np.asarray(ImageOps.exif_transpose(image))
    found = read(stream.getvalue(), metadata="keep")
    np.testing.assert_array_equal(found.pixels, expected)
    assert found.metadata.exif is None


@pytest.mark.parametrize(("kind", "turned"), [("AVIF", False), ("WEBP", True)])
def test_an_orientation_in_xmp(kind, turned, noise):
    """An AVIF file says by properties of its own how it is turned."""
    stream = io.BytesIO()
    xmp = b'<x:xmpmeta><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    Image.fromarray(noise).save(stream, kind, xmp=xmp)
    pixels = read(stream.getvalue()).pixels
    assert pixels.shape == (noise.swapaxes(0, 1) if turned else noise).shape


def test_the_palette_of_an_indexed_image():
    image = Image.new("P", (3, 1))
    image.putpalette([9, 9, 9, 1, 2, 3, 7, 7, 7, 4, 5, 6])
    image.putdata([3, 0, 1])
    image.info["transparency"] = 3
    assert as_raster(image).palette.tolist() == [
        *([9, 9, 9, 255], [1, 2, 3, 255], [7, 7, 7, 255], [4, 5, 6, 0])
    ]
    other = image.copy()
    other.putpalette(image.getpalette())
    other.info["transparency"] = b"\x10\x20"
    assert as_raster(other).palette[:, 3].tolist() == [16, 32, 255, 255]
    assert as_raster(image.convert("RGB")).palette is None


def private(kind, noise):
    """Return an image with all kinds of private data, and an orientation."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Camera"
    exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.GPSInfo)[1] = "N"
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/" tiff:Orientation="6">by me</x:xmpmeta>'
    stream = io.BytesIO()
    more = {"comment": b"words"} if kind == "JPEG" else {}
    Image.fromarray(noise).save(stream, kind, exif=exif, xmp=xmp, dpi=(72, 72), **more)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG", "TIFF"])
def test_private_data_is_dropped_unless_it_is_kept(kind, noise):
    data = private(kind, noise)
    found = read(data).metadata
    assert (found.exif, found.xmp, found.comment) == (None, None, None)
    assert read(data, metadata="none").metadata == Metadata()
    kept = read(data, metadata="keep").metadata
    exif = Image.Exif()
    exif.load(kept.exif)
    assert exif[ExifTags.Base.Make] == "Camera"
    # Pillow itself does not write it to a TIFF.
    assert kind == "TIFF" or exif.get_ifd(ExifTags.IFD.GPSInfo)[1] == "N"
    # The pixels are turned; nothing may turn them again.
    assert ExifTags.Base.Orientation not in exif
    if kind == "JPEG":
        assert kept.comment == b"words"
        assert b'tiff:Orientation="1"' in kept.xmp
    assert read(data).pixels.shape[:2] == (48, 32)


def test_exif_that_cannot_be_read_is_warned_of(noise, monkeypatch):
    def fail(_):
        raise SyntaxError("bad exif")

    data = private("JPEG", noise)
    monkeypatch.setattr(Image.Exif, "tobytes", fail)
    with pytest.warns(ColorquantWarning, match="the image: its EXIF data is damaged: bad exif"):
        assert read(data, metadata="keep").metadata.exif is None


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("over", [0, 1])
def test_a_transparent_level_of_gray(bits, over):
    """As many bits of what is named count as a sample has: PNG, section 11.3.1.1."""
    most = (1 << bits) - 1
    levels = np.arange(16) * most // 15
    samples = np.tile(levels, (3, 1))[:, :, None]
    level = int(levels[6])
    named = level | (over << bits if bits < 16 else 0)
    chunk = pngs.chunk(b"tRNS", struct.pack(">H", named))
    pixels = read(pngs.png(samples, bits, pngs.GRAY, chunk)).pixels
    np.testing.assert_array_equal(pixels[:, :, 3], np.where(samples[:, :, 0] == level, 0, 255))
    opaque = pixels[:, :, 3] > 0
    expected = np.rint(samples * (255 / most))[opaque]
    np.testing.assert_array_equal(pixels[opaque][:, :3], np.repeat(expected, 3, axis=1))


@pytest.mark.parametrize("over", [0, 0x0100])
def test_a_transparent_color_of_8_bits(over, noise):
    color = noise[3, 4].astype(int)
    chunk = pngs.chunk(b"tRNS", struct.pack(">3H", *(color | over)))
    pixels = read(pngs.png(noise.astype(int), 8, pngs.COLOR, chunk)).pixels
    np.testing.assert_array_equal(pixels[:, :, 3] == 0, (noise == color).all(axis=2))


def test_a_transparent_level_of_an_image_that_is_open(tmp_path):
    """As Pillow gives it, not from a file of ours."""
    path = tmp_path / "x.png"
    chunk = pngs.chunk(b"tRNS", b"\0\2")
    path.write_bytes(pngs.png(np.arange(4).reshape(1, 4, 1), 2, pngs.GRAY, chunk))
    with Image.open(path) as image:
        assert as_raster(image).pixels[0, :, 3].tolist() == [255, 255, 0, 255]


@pytest.mark.parametrize("color_type", [pngs.GRAY_ALPHA, pngs.COLOR_ALPHA])
def test_a_gray_profile_of_16_bits(color_type, wide, gray_profile):
    """Gray with alpha stays gray for the profile."""
    values = wide(pngs.CHANNELS[color_type])
    profile = pngs.chunk(b"iCCP", b"x\0\0" + zlib.compress(gray_profile))
    data = pngs.png(values.astype(int), 16, color_type, profile)
    if color_type == pngs.COLOR_ALPHA:
        with pytest.warns(ColorquantWarning, match="the color profile is for 'GRAY'"):
            found = read(data)
        np.testing.assert_array_equal(found.pixels, rounded(values))
        return
    found = read(data)
    assert found.notes == ("colors: color profile, converted to sRGB",)
    np.testing.assert_array_equal(found.pixels[:, :, 3], rounded(values)[:, :, 1])
    assert abs(found.pixels[:, :, 0].astype(int) - rounded(values)[:, :, 0]).mean() > 5
