"""Image files as sources of frames, good ones and bad ones."""

import errno
import io
import struct
import warnings
from pathlib import Path

import pytest
from PIL import Image

from colorquant.errors import ColorquantWarning, ImageReadError
from colorquant.images import source as image_io
from colorquant.images.reading.decode import as_raster
from colorquant.images.source import Source
from colorquant.reading import ReadingOptions


def read(path, **options):
    with Source(path, ReadingOptions(**options)) as source:
        return source.first()


def test_postscript_is_not_run(tmp_path):
    (tmp_path / "x.eps").write_text(
        "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n"
    )
    with pytest.raises(ImageReadError, match="PostScript is a program, and is not run"):
        read(tmp_path / "x.eps")


def test_deprecations_in_pillow_are_not_passed_on(photo, monkeypatch):
    def deprecated(image, *_):
        warnings.warn("will go", DeprecationWarning, stacklevel=1)
        warnings.warn("strange", UserWarning, stacklevel=1)
        return as_raster(image)

    monkeypatch.setattr(image_io, "as_raster", deprecated)
    with pytest.warns(ColorquantWarning) as caught:
        read(photo)
    assert [str(warning.message) for warning in caught] == [f"{photo}: strange"]


def truncated(kind, noise):
    stream = io.BytesIO()
    Image.fromarray(noise).save(stream, kind)
    return stream.getvalue()[: len(stream.getvalue()) // 2]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.png", b"", "the file is empty"),
        ("text.png", b"This is no image.\n", "not an image, or of an unknown format"),
        ("zeros.jpg", bytes(1000), "not an image, or of an unknown format"),
        ("cut.jpg", "JPEG", "damaged or incomplete: .*truncated"),
        ("cut.png", "PNG", "damaged or incomplete: .*truncated"),
        ("cut.gif", "GIF", "damaged or incomplete"),
        ("cut.tiff", "TIFF", "damaged or incomplete|not an image"),
        ("cut.webp", "WEBP", "damaged or incomplete|not an image"),
    ],
)
def test_bad_files_are_refused_with_name_and_cause(name, content, message, tmp_path, noise):
    path = tmp_path / name
    path.write_bytes(truncated(content, noise) if isinstance(content, str) else content)
    with pytest.raises(ImageReadError, match=message) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_too_many_pixels_are_refused_by_the_header(tmp_path, png_header):
    path = tmp_path / "x.png"
    for size, message in [
        ((60_000, 60_000), r"x.png: 3,600,000,000 pixels are more"),
        ((1_001, 1_000), r"more than the limit of 1,000,000; --max-pixels"),
    ]:
        path.write_bytes(png_header(*size))
        with pytest.raises(ImageReadError, match=message):
            read(path, max_pixels=10**6)


def test_missing_and_folder(tmp_path):
    with pytest.raises(ImageReadError, match=r"nothing.png: no such file"):
        read(tmp_path / "nothing.png")
    with pytest.raises(ImageReadError, match="is a folder, not a file"):
        read(tmp_path)


def test_no_permission(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ImageReadError, match=r"x.png: no permission to read it"):
        read(tmp_path / "x.png")


def test_other_failures_of_the_system(tmp_path):
    with pytest.raises(ImageReadError, match="File name too long"):
        read(tmp_path / ("x" * 300))


def test_no_memory_is_one_of_the_causes(photo, monkeypatch):
    def exhaust(*_):
        raise MemoryError

    monkeypatch.setattr(image_io, "as_raster", exhaust)
    with pytest.raises(ImageReadError, match=r"photo.png: not enough memory"):
        read(photo)


def test_the_limit_can_be_raised_beyond_pillows(tmp_path, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    Image.new("RGB", (40, 40)).save(tmp_path / "x.png")
    assert read(tmp_path / "x.png", max_pixels=1600).pixels.shape == (40, 40, 3)
    assert Image.MAX_IMAGE_PIXELS == 100


def test_a_frame_much_larger_than_the_first_is_refused_before_it_is_decoded():
    stream = io.BytesIO()
    Image.new("P", (9, 9)).save(stream, "GIF")
    one = stream.getvalue()[:-1]
    place = one.index(b",")
    huge = b"," + struct.pack("<HHHHB", 0, 0, 60_000, 60_000, 0) + one[place + 10 :]
    with pytest.raises(ImageReadError, match=r"the image: .*3,600,000,000 pixels are more than"):
        Source(one + huge + b";", ReadingOptions()).__enter__()
