import errno
import io
import os
import subprocess
import sys
import warnings

import numpy as np
import pytest
from PIL import Image, ImageCms

from colorquant import image_io
from colorquant.errors import ColorquantWarning, ImageReadError, ImageWriteError, InvalidInputError
from colorquant.image_io import as_raster, check_target, read_image, write_files
from colorquant.models import Raster

LIMIT = 10**6


def read(path, limit=LIMIT):
    return read_image(path, limit)


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


def test_profile_and_resolution_are_kept(noise, tmp_path):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.fromarray(noise).save(tmp_path / "p.png", icc_profile=profile, dpi=(300, 150))
    raster = read(tmp_path / "p.png")
    assert raster.icc_profile == profile
    assert raster.dpi == pytest.approx((300, 150), abs=0.1)
    gray = bytearray(profile)
    gray[16:20] = b"GRAY"
    Image.fromarray(noise[:, :, 0]).save(tmp_path / "g.png", icc_profile=bytes(gray))
    assert read(tmp_path / "g.png").icc_profile is None


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
    assert as_raster(image).dpi is None


def test_arrays_and_rasters(noise):
    raster = Raster(noise)
    assert as_raster(raster) is raster
    assert np.shares_memory(as_raster(noise).pixels, noise)
    with pytest.raises(InvalidInputError, match="uint8"):
        as_raster(noise / 255)


def test_the_first_frame_is_read_with_a_warning(noise, tmp_path):
    frames = [Image.fromarray(noise), Image.fromarray(noise[::-1])]
    frames[0].save(tmp_path / "two.gif", save_all=True, append_images=frames[1:])
    with pytest.warns(ColorquantWarning, match=r"two.gif: only the first of 2 frames"):
        raster = read(tmp_path / "two.gif")
    with Image.open(tmp_path / "two.gif") as image:
        np.testing.assert_array_equal(raster.pixels, np.asarray(image.convert("RGB")))


def test_further_frames_are_not_lost_where_the_file_must_be_whole(noise, tmp_path):
    frames = [Image.fromarray(noise), Image.fromarray(noise[::-1])]
    frames[0].save(tmp_path / "two.tiff", save_all=True, append_images=frames[1:])
    frames[0].save(tmp_path / "phone.jpg", format="MPO", save_all=True, append_images=frames[1:])
    with pytest.raises(ImageReadError, match="all but the first of 2 frames would be lost"):
        read_image(tmp_path / "two.tiff", LIMIT, whole=True)
    assert read_image(tmp_path / "phone.jpg", LIMIT, whole=True).pixels.shape == (32, 48, 3)


def test_postscript_is_not_run(tmp_path):
    (tmp_path / "x.eps").write_text(
        "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n"
    )
    with pytest.raises(ImageReadError, match="PostScript is a program, and is not run"):
        read(tmp_path / "x.eps")


def test_deprecations_in_pillow_are_not_passed_on(photo, monkeypatch):
    def deprecated(image):
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
        ((60_000, 60_000), r"x.png: 60,000 x 60,000 = 3,600,000,000 pixels are"),
        ((1_001, 1_000), r"more than the limit of 1,000,000; --max-pixels"),
    ]:
        path.write_bytes(png_header(*size))
        with pytest.raises(ImageReadError, match=message):
            read(path)


def test_missing_and_folder(tmp_path):
    with pytest.raises(ImageReadError, match=r"nothing.png: no such file"):
        read(tmp_path / "nothing.png")
    with pytest.raises(ImageReadError, match="is a folder, not an image"):
        read(tmp_path)


def test_no_permission(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(image_io.Path, "open", refuse)
    with pytest.raises(ImageReadError, match=r"x.png: no permission to read it"):
        read(tmp_path / "x.png")


def test_other_failures_of_the_system(tmp_path):
    with pytest.raises(ImageReadError, match="File name too long"):
        read(tmp_path / ("x" * 300))


def test_no_memory_is_one_of_the_causes(photo, monkeypatch):
    def exhaust(_):
        raise MemoryError

    monkeypatch.setattr(image_io, "as_raster", exhaust)
    with pytest.raises(ImageReadError, match=r"photo.png: not enough memory"):
        read(photo)


def test_the_limit_can_be_raised_beyond_pillows(tmp_path, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    Image.new("RGB", (40, 40)).save(tmp_path / "x.png")
    assert read(tmp_path / "x.png", 1600).pixels.shape == (40, 40, 3)
    assert Image.MAX_IMAGE_PIXELS == 100


def test_targets_are_checked(tmp_path):
    taken = tmp_path / "taken.png"
    taken.touch()
    check_target(tmp_path / "free.png", overwrite=False)
    check_target(taken, overwrite=True)
    for path, overwrite, message in [
        (taken, False, "exists already; --force replaces it"),
        (tmp_path, True, "is a folder; name a file"),
        (tmp_path / "no" / "x.png", True, "there is no folder .*no"),
    ]:
        with pytest.raises(ImageWriteError, match=message):
            check_target(path, overwrite=overwrite)


def test_writing_is_whole(tmp_path):
    path = tmp_path / "x.png"
    write_files({path: b"new"}, overwrite=False)
    assert path.read_bytes() == b"new"
    write_files({path: b"newer"}, overwrite=True)
    assert path.read_bytes() == b"newer"
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_mode & 0o777 == 0o666 & ~current_umask()


def current_umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_file_that_appeared_meanwhile_is_not_replaced(tmp_path):
    path = tmp_path / "x.png"
    path.write_bytes(b"theirs")
    with pytest.raises(ImageWriteError, match="exists already"):
        write_files({path: b"ours"}, overwrite=False)
    assert path.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [path]


def test_permissions_and_links_stay(tmp_path):
    path, link, dangling = tmp_path / "x.png", tmp_path / "link.png", tmp_path / "dangling.png"
    path.write_bytes(b"old")
    path.chmod(0o640)
    link.symlink_to(path)
    dangling.symlink_to(tmp_path / "y.png")
    write_files({link: b"new", dangling: b"new"}, overwrite=True)
    assert path.read_bytes() == (tmp_path / "y.png").read_bytes() == b"new"
    assert link.is_symlink()
    assert dangling.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "No space"), KeyboardInterrupt()])
def test_a_failure_leaves_nothing_behind(tmp_path, monkeypatch, failure):
    def fail(*_):
        raise failure

    path, other = tmp_path / "x.png", tmp_path / "y.png"
    path.write_bytes(b"old")
    monkeypatch.setattr(image_io.Path, "replace", fail)
    expected = ImageWriteError if isinstance(failure, OSError) else KeyboardInterrupt
    with pytest.raises(expected):
        write_files({path: b"new", other: b"more"}, overwrite=True)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


FULL_DISK = """
import resource, sys
from pathlib import Path
from colorquant.image_io import write_files
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
try:
    write_files({Path(sys.argv[1]): b"fits", Path(sys.argv[2]): bytes(10_000)}, overwrite=True)
except OSError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on Windows")
def test_no_room_for_the_file(tmp_path):
    path = tmp_path / "x.png"
    run = [sys.executable, "-c", FULL_DISK, str(tmp_path / "y.png"), str(path)]
    said = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert said == f"ImageWriteError {path}: cannot write it: File too large\n"
    assert list(tmp_path.iterdir()) == []
