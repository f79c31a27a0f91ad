"""What comes along beside the pixels, from file to file, read back by Pillow."""

import io
import struct
import zlib

import numpy as np
import pngs
import pytest
from PIL import Image, IptcImagePlugin

from colorquant.errors import ColorquantWarning, ImageWriteError
from colorquant.images.reading.metadata import read_metadata
from colorquant.pipeline.files import quantize_file
from colorquant.reading import ReadingOptions

KEEP = ReadingOptions(metadata="keep")
TEXTS = {
    "Title": (b"tEXt", b"Title\0a title"),
    "Author": (b"zTXt", b"Author\0\0" + zlib.compress("Jürgen".encode("latin-1"))),
    "parameters": (b"iTXt", b"parameters\0\1\0de\0was\0" + zlib.compress("böse".encode())),
    "Comment": (b"tEXt", b"Comment\0words"),
}
IPTC = b"\x1c\x02\x05\x00\x05Title\x1c\x02\x50\x00\x02me"


def source_png(*chunks, after=()):
    samples = np.random.default_rng(3).integers(0, 256, (6, 8, 3))
    made = [[pngs.chunk(*each) for each in part] for part in (chunks, after)]
    return pngs.png(samples, 8, 2, *made[0], after=made[1])


def written(data, target, **options):
    stream = io.BytesIO()
    quantize_file(data, stream, format=target, **options)
    return stream


def chunks_of(data):
    place = 8
    while place < len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        yield kind, data[place + 8 : place + 8 + length]
        place += 12 + length


@pytest.mark.parametrize("k", [16, 1000])
@pytest.mark.parametrize("after", [False, True])
def test_all_entries_of_text_stay_as_they_are(after, k):
    given = [*TEXTS.values(), TEXTS["Title"]]
    data = source_png(*(() if after else given), after=given if after else ())
    stream = written(data, "png", metadata="keep", k=k)
    kinds = {kind for kind, _ in given}
    assert [each for each in chunks_of(stream.getvalue()) if each[0] in kinds] == given
    with Image.open(stream) as image:
        assert image.text["Author"] == "Jürgen"
        assert (image.text["parameters"], image.text["parameters"].lang) == ("böse", "de")
        assert image.text["Comment"] == "words"
    for kept in ("color", "none"):
        with Image.open(written(data, "png", metadata=kept)) as image:
            assert not image.text


def test_entries_of_an_animation():
    samples = np.zeros((4, 4, 3), int)
    frames = [(samples, {}), (samples + 9, {})]
    data = pngs.apng(frames, 8, 2, pngs.chunk(*TEXTS["Title"]))
    with Image.open(written(data, "png", metadata="keep")) as image:
        assert image.n_frames == 2
        assert image.text == {"Title": "a title"}


def test_what_a_format_has_no_place_for_is_warned_of():
    data = source_png(*TEXTS.values())
    for target in ("webp", "tiff", "bmp"):
        with pytest.warns(ColorquantWarning, match="has no place for .*entries of text"):
            written(data, target, metadata="keep")
    with pytest.warns(ColorquantWarning, match="GIF has no place for entries of text"):
        stream = written(data, "gif", metadata="keep")
    with Image.open(stream) as image:
        assert image.info["comment"] == b"words"
    alone = source_png(TEXTS["Comment"])
    with Image.open(written(alone, "gif", metadata="keep")) as image:
        assert image.info["comment"] == b"words"


def test_a_comment_becomes_an_entry_once(noise):
    stream = io.BytesIO()
    Image.fromarray(noise).save(stream, "JPEG", comment="words")
    with Image.open(written(stream.getvalue(), "png", metadata="keep")) as image:
        assert image.text == {"Comment": "words"}


def test_exif_and_xmp_are_not_carried_twice():
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif[0x0112] = 6
    profile = b"\nexif\n%8d\n" % len(exif.tobytes()) + exif.tobytes().hex().encode()
    raw = b"tEXt", b"Raw profile type exif\0" + profile
    xmp = b"iTXt", b'XML:com.adobe.xmp\0\0\0\0\0<x tiff:Orientation="6"/>'
    stream = written(source_png(raw, xmp), "png", metadata="keep")
    with Image.open(stream) as image:
        assert image.size == (6, 8)
        assert image.getexif()[0x010F] == "Maker"
        assert image.getexif().get(0x0112, 1) == 1
        assert image.text == {"XML:com.adobe.xmp": '<x tiff:Orientation="1"/>'}


@pytest.mark.parametrize("kept", ["color", "keep"])
@pytest.mark.parametrize("target", ["png", "jpeg", "tiff"])
def test_the_shape_of_pixels(target, kept):
    data = source_png((b"pHYs", struct.pack(">IIB", 3, 4, 0)))
    lossy = target == "jpeg"
    if lossy:
        with pytest.warns(ColorquantWarning, match="brings back"):
            stream = written(data, target, metadata=kept)
    else:
        stream = written(data, target, metadata=kept)
    with Image.open(stream) as image:
        image.load()
        key = {"png": "aspect", "jpeg": "jfif_density", "tiff": "resolution"}[target]
        assert image.info[key] == (3, 4)
        assert image.info.get("jfif_unit", 0) == 0
        assert "dpi" not in image.info
        assert read_metadata(image, KEEP, None).aspect == (3, 4)
    with Image.open(written(stream.getvalue(), "png", metadata=kept)) as image:
        assert image.info["aspect"] == (3, 4)
    assert "aspect" not in Image.open(written(data, "png", metadata="none")).info
    with pytest.warns(ColorquantWarning, match="has no place for the shape of its pixels"):
        written(data, "webp", metadata=kept)


@pytest.mark.parametrize("aspect", [(1, 1), (5, 5), (0, 4), (3, 0), (1 << 20, 3)])
def test_shapes_that_say_nothing_or_nonsense(aspect):
    data = source_png((b"pHYs", struct.pack(">IIB", *aspect, 0)))
    assert "aspect" not in Image.open(written(data, "png")).info


def with_iptc(kind, noise):
    stream = io.BytesIO()
    image = Image.fromarray(noise)
    if kind == "TIFF":
        image.save(stream, kind, tiffinfo={33723: IPTC})
    else:
        resource = b"8BIM" + struct.pack(">HHI", 0x0404, 0, len(IPTC)) + IPTC + b"\0"
        content = b"Photoshop 3.0\0" + resource
        segment = b"\xff\xed" + struct.pack(">H", len(content) + 2) + content
        image.save(stream, kind, extra=segment)
    return stream.getvalue()


@pytest.mark.filterwarnings("ignore:.*brings back:colorquant.errors.ColorquantWarning")
@pytest.mark.parametrize("target", ["jpeg", "tiff"])
@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_iptc(kind, target, noise):
    data = with_iptc(kind, noise)
    with Image.open(written(data, target, metadata="keep")) as image:
        assert IptcImagePlugin.getiptcinfo(image) == {(2, 5): b"Title", (2, 80): b"me"}
    with Image.open(written(data, target)) as image:
        assert not IptcImagePlugin.getiptcinfo(image)
    with pytest.warns(ColorquantWarning, match="PNG has no place for IPTC"):
        written(data, "png", metadata="keep")


@pytest.mark.filterwarnings("ignore:.*brings back:colorquant.errors.ColorquantWarning")
def test_iptc_that_is_too_long_for_a_jpeg(noise):
    stream = io.BytesIO()
    Image.fromarray(noise).save(stream, "TIFF", tiffinfo={33723: bytes(70_000)})
    with pytest.raises(ImageWriteError, match="IPTC data of 70,000 bytes is too long"):
        written(stream.getvalue(), "jpeg", metadata="keep")
