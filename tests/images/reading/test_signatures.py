"""What is an image, though it may not be readable."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from colorquant.errors import ImageReadError, NotAnImageError
from colorquant.images.reading.signatures import HEAD, format_of, is_named_as_image, refusal
from colorquant.images.source import Source
from colorquant.images.writing.formats import EXTENSIONS
from colorquant.reading import ReadingOptions


def ftyp(*brands):
    major, *others = brands
    return struct.pack(">I4s4sI", 16 + 4 * len(others), b"ftyp", major, 0) + b"".join(others)


# As the formats' specifications have them.
IMAGES = {
    "png": b"\x89PNG\r\n\x1a\n",
    "jpeg": b"\xff\xd8\xff",
    "jpeg with Exif": b"\xff\xd8\xff\xe1\x12\x34Exif\0\0",
    "gif87": b"GIF87a",
    "gif89": b"GIF89a",
    "tiff": b"II*\0\x08\0\0\0",
    "tiff, big-endian": b"MM\0*\0\0\0\x08",
    "bigtiff": b"II+\0\x08\0\0\0",
    "bmp": b"BM",
    "bmp, header": b"BM\x46\0\0\0\0\0\0\0\x36",
    "webp": b"RIFF\x24\0\0\0WEBP",
    "jp2": b"\0\0\0\x0cjP  \r\n\x87\n",
    "j2k": b"\xff\x4f\xff\x51",
    "psd": b"8BPS\0\1",
    "avif": ftyp(b"avif", b"mif1", b"miaf"),
    "avif sequence": ftyp(b"avis"),
    "heic": ftyp(b"heic", b"mif1", b"heic"),
    "heif": ftyp(b"mif1", b"heic"),
    "jxl": b"\xff\x0a",
    "jxl, box": b"\0\0\0\x0cJXL \r\n\x87\n",
    "cr2": b"II*\0\x10\0\0\0CR\x02\0",
    "cr3": ftyp(b"crx ", b"crx ", b"isom"),
    "raf": b"FUJIFILMCCD-RAW 0201",
    "orf": b"IIRO\x08\0\0\0",
    "rw2": b"IIU\0\x18\0\0\0",
}
OTHERS = {
    "text": b"This is no image.\n",
    "html": b"<html>404 Not Found</html>",
    "svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n",
    "zip": b"PK\x03\x04\x14\0\0\0\x08\0",
    "wave": b"RIFF\x24\0\0\0WAVEfmt ",
    "video": ftyp(b"isom", b"iso2", b"mp41"),
    "words": b"BMW cars, second hand",
    "zeros": bytes(100),
    "nothing": b"",
    # Pillow's decoders of these stumble, or take them for what they do not decode.
    "like a bitmap": b"P1 report of the year",
    "mpeg": b"\0\0\1\xb3\x16\0\xf0\x14" + bytes(9),
    "hdf": b"\x89HDF\r\n\x1a\n" + bytes(9),
    "drawing": b"\xd7\xcd\xc6\x9a"
    + struct.pack("<H4hHIH", 0, 0, 0, 9, 9, 72, 0, 0)
    + b"\1\0\x09\0",
}


def opened(path):
    with Source(path, ReadingOptions()):
        pass


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_by_its_first_bytes_is_a_broken_one_whatever_its_name(name, tmp_path):
    assert format_of(IMAGES[name][:HEAD])
    (tmp_path / "x.dat").write_bytes(IMAGES[name])
    with pytest.raises(ImageReadError, match=r"x.dat: ") as caught:
        opened(tmp_path / "x.dat")
    assert not isinstance(caught.value, NotAnImageError)


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_image_is_a_broken_one_by_its_name_alone(name, tmp_path):
    assert not format_of(OTHERS[name][:HEAD])
    for file, broken in [("x.dat", False), ("x", False), ("x.svg", False), ("x.JPG", True)]:
        (tmp_path / file).write_bytes(OTHERS[name])
        with pytest.raises(ImageReadError, match=f"{file}: ") as caught:
            opened(tmp_path / file)
        assert isinstance(caught.value, NotAnImageError) != broken


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("heic", "a HEIC image, which is not read; convert it first"),
        ("jxl", "a JPEG XL image, which is not read; convert it first"),
        ("cr3", "a camera raw image, which is not read; convert it first"),
        ("avif", "damaged or incomplete, or a kind of AVIF that is not read"),
    ],
)
def test_what_is_said(name, told):
    assert str(refusal("x", IMAGES[name])) == f"x: {told}"


@pytest.mark.parametrize(
    "kind", ["PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP", "AVIF", "JPEG2000", "ICNS"]
)
def test_what_pillow_writes_is_known(kind, noise):
    stream = io.BytesIO()
    Image.fromarray(np.resize(noise, (32, 32, 3))).save(stream, kind)
    assert format_of(stream.getvalue()[:HEAD])


def test_a_tiff_of_an_unknown_layout(tmp_path):
    entries = [(256, 4), (257, 4), (258, 5), (259, 1), (262, 2), (273, 8), (277, 1), (279, 9)]
    directory = b"".join(struct.pack("<HHII", tag, 3, 1, value) for tag, value in entries)
    content = struct.pack("<2sHIH", b"II", 42, 8, len(entries)) + directory + bytes(20)
    (tmp_path / "x.dat").write_bytes(content)
    with pytest.raises(ImageReadError, match="a kind of TIFF that is not read") as caught:
        opened(tmp_path / "x.dat")
    assert not isinstance(caught.value, NotAnImageError)


@pytest.mark.parametrize("extension", [*EXTENSIONS, "ico", "tga", "PNG", "heic", "Heif", "jxl"])
def test_names_of_images(extension):
    assert is_named_as_image(f"a.b.{extension}")


@pytest.mark.parametrize("extension", ["dng", "nef", "cr2", "arw"])
def test_names_of_camera_raw_files(extension):
    assert is_named_as_image(f"a.{extension}")


@pytest.mark.parametrize("name", ["png", ".png", "a", "a.txt", "a.svg", "a.pdf", "a.eps", "a.mpg"])
def test_names_of_others(name):
    assert not is_named_as_image(name)
