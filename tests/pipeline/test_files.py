"""From image to result, and from file to file."""

import io
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from colorquant.errors import (
    ColorquantWarning,
    ImageReadError,
    ImageWriteError,
    InvalidInputError,
    LargerThanSourceError,
    MissingExtraError,
)
from colorquant.pipeline import drawing, still
from colorquant.pipeline import files as pipeline
from colorquant.pipeline.files import quantize_file


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def opened(path, mode="RGB"):
    with Image.open(path) as image:
        return np.asarray(image.convert(mode))


def squared_error(path, source):
    """The error as a reader of the file sees it: mean over pixels, summed over R, G, B."""
    return ((opened(path).astype(float) - opened(source)) ** 2).sum(axis=2).mean()


def test_a_file_with_all_that_is_known_about_it(photo):
    output = photo.with_name("out.png")
    done = quantize_file(photo, output, k=8)
    np.testing.assert_array_equal(opened(output), done.result.indexed.pixels())
    assert (done.source, done.output, done.size) == (photo, output, (50, 40))
    assert (done.source_bytes, done.output_bytes) == (photo.stat().st_size, output.stat().st_size)
    assert (done.format, done.indexed, done.lossless) == ("PNG", True, False)
    assert list(done.result.seconds) == ["read", "colors", "palette", "map", "encode", "write"]


def test_the_default_name(photo):
    assert quantize_file(photo, k=5).output.name == "photo-5colors.png"
    assert quantize_file(str(photo)).output.name == "photo-16colors.png"


def test_the_error_of_a_written_file(samples, tmp_path):
    output = tmp_path / "out.png"
    done = quantize_file(samples / "flower.jpg", output, k=16)
    error = squared_error(output, samples / "flower.jpg")
    # Summed squared error per pixel of the file that is read back.
    assert error <= 226
    assert 3 * done.result.metrics.mse == pytest.approx(error)
    assert len(np.unique(opened(output).reshape(-1, 3), axis=0)) == 16


@pytest.mark.parametrize("k", [2, 256])
def test_graphics_that_have_the_colors_are_kept(k, samples, tmp_path):
    done = quantize_file(samples / "sprite.png", tmp_path / "out.png", k=k)
    same = np.array_equal(
        opened(tmp_path / "out.png", "RGBA"), opened(samples / "sprite.png", "RGBA")
    )
    assert done.lossless == same == (k == 256)


def test_an_existing_file_is_kept_unless_forced(photo):
    output = photo.with_name("out.png")
    output.write_bytes(b"mine")
    with pytest.raises(ImageWriteError, match=r"out.png: exists already; --force"):
        quantize_file(photo, output)
    assert output.read_bytes() == b"mine"
    quantize_file(photo, output, force=True)
    assert opened(output).shape == (40, 50, 3)


@pytest.mark.parametrize("force", [False, True])
def test_the_source_is_replaced_only_in_place(photo, force):
    before = photo.read_bytes()
    alias = photo.with_name("alias.png")
    alias.symlink_to(photo)
    for same in (photo, photo.parent / "." / photo.name, alias):
        with pytest.raises(ImageWriteError, match="is the source; --in-place"):
            quantize_file(photo, same, force=force)
    assert photo.read_bytes() == before
    with pytest.raises(InvalidInputError, match="in place the source is the output"):
        quantize_file(photo, photo.with_name("other.png"), in_place=True)
    quantize_file(photo, in_place=True, k=4)
    quantize_file(photo, photo, in_place=True, k=3)
    assert len(np.unique(opened(photo).reshape(-1, 3), axis=0)) == 3


@pytest.mark.parametrize(
    ("output", "changes", "message"),
    [
        ("no/out.png", {}, "there is no folder .*no"),
        ("out.xyz", {}, "cannot write 'xyz'"),
        ("", {}, "is a folder|is the source"),
        ("x" * 300 + ".png", {}, "cannot write it: File name too long"),
        ("out.png", {"report": "r.jpg"}, "a report is a .png, .svg or .pdf"),
        ("out.png", {"report": "out.png"}, "is the source or the output"),
        ("out.png", {"report": "photo.png"}, "is the source or the output"),
        ("out.png", {"report": "no/r.png"}, "there is no folder .*no"),
    ],
)
def test_bad_targets_are_refused_before_any_work(output, changes, message, photo, monkeypatch):
    monkeypatch.setattr(pipeline, "Source", None)
    folder = photo.parent
    changes = {name: folder / value for name, value in changes.items()}
    with pytest.raises(ImageWriteError, match=message):
        quantize_file(photo, folder / output, **changes)
    assert files(folder) == ["photo.png"]


def test_gif_cannot_take_more_colors_than_it_holds(photo):
    with pytest.raises(InvalidInputError, match=r"out.gif: GIF holds at most 256 colors, not 300"):
        quantize_file(photo, photo.with_name("out.gif"), k=300)
    assert quantize_file(photo, photo.with_name("out.gif"), k=256).indexed


def test_bad_sources_are_refused(tmp_path):
    for source, message in [
        (tmp_path / "none.png", "none.png: no such file"),
        (tmp_path, "is a folder, not a file"),
        (tmp_path / "none" / "x.png", "x.png: no such file"),
    ]:
        with pytest.raises(ImageReadError, match=message):
            quantize_file(source)
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("extension", "k", "indexed"),
    [
        ("gif", 9, True),
        ("bmp", 300, False),
        ("webp", 9, False),
        ("jpg", 9, False),
        ("png", 300, False),
    ],
)
@pytest.mark.filterwarnings("ignore::colorquant.ColorquantWarning")
def test_what_was_indexed(extension, k, indexed, photo):
    done = quantize_file(photo, photo.with_name(f"out.{extension}"), k=k)
    assert done.indexed is indexed
    with Image.open(done.output) as image:
        assert (image.mode == "P") is indexed


def test_lossy_formats_are_warned_of(photo):
    with pytest.warns(ColorquantWarning, match=r"out.jpg: JPEG compression brings back"):
        done = quantize_file(photo, photo.with_name("out.jpg"), k=65_536)
    assert done.result.lossless
    assert not done.lossless


def test_alpha_is_composed_where_the_format_has_none(soft, tmp_path):
    Image.fromarray(soft).save(tmp_path / "soft.png")
    with pytest.warns(ColorquantWarning, match=r"out.bmp: BMP has no alpha; composed over white"):
        done = quantize_file(tmp_path / "soft.png", tmp_path / "out.bmp", k=65_536)
    white = Image.alpha_composite(Image.new("RGBA", (40, 30), "white"), Image.fromarray(soft))
    difference = opened(tmp_path / "out.bmp").astype(int) - np.asarray(white.convert("RGB"))
    assert abs(difference).max() <= 1
    assert not done.lossless


def test_the_report_is_written_too(photo):
    picture = photo.with_name("report.png")
    done = quantize_file(photo, photo.with_name("out.png"), k=4, report=picture)
    assert files(photo.parent) == ["out.png", "photo.png", "report.png"]
    assert opened(picture).shape[1] == 1540
    assert "report" in done.result.seconds
    drawing = photo.with_name("report.svg")
    quantize_file(photo, photo.with_name("2.png"), k=4, report=drawing)
    assert drawing.read_bytes().startswith(b"<?xml")


def test_a_report_that_fails_leaves_no_output(photo, monkeypatch):
    from colorquant.report import figure as report

    def fail(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(report, "render", fail)
    with pytest.raises(KeyboardInterrupt):
        quantize_file(photo, photo.with_name("out.png"), report=photo.with_name("report.png"))
    assert files(photo.parent) == ["photo.png"]


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        (ModuleNotFoundError("No module"), r"needs matplotlib: pip install 'colorquant\[report\]'"),
        (ValueError("bad backend"), "needs matplotlib, which fails: bad backend"),
    ],
)
def test_without_matplotlib_no_work_is_done(failure, message, photo, monkeypatch):
    def fail(_):
        raise failure

    monkeypatch.setattr(drawing, "import_module", fail)
    monkeypatch.setattr(pipeline, "Source", None)
    with pytest.raises(MissingExtraError, match=message):
        quantize_file(photo, report=photo.with_name("report.png"))
    assert files(photo.parent) == ["photo.png"]


def test_in_place_follows_links_and_keeps_permissions(photo):
    link = photo.with_name("link.png")
    link.symlink_to(photo)
    photo.chmod(0o600)
    quantize_file(link, in_place=True, k=3)
    assert link.is_symlink()
    assert photo.stat().st_mode & 0o777 == 0o600
    assert len(np.unique(opened(photo).reshape(-1, 3), axis=0)) == 3


def test_in_place_refuses_to_lose_layers(noise, tmp_path):
    path = tmp_path / "two.bmp"
    frames = [Image.fromarray(noise), Image.fromarray(noise[::-1])]
    frames[0].save(path, "TIFF", save_all=True, append_images=frames[1:])
    before = path.read_bytes()
    with pytest.raises(ImageReadError, match="all but the first of its frames, as BMP holds one"):
        quantize_file(path, in_place=True)
    assert path.read_bytes() == before


def test_the_observer_hears_of_every_stage(photo):
    heard = []
    done = quantize_file(photo, observer=lambda *told: heard.append(told))
    assert list(dict.fromkeys(stage for stage, _ in heard)) == list(done.result.seconds)
    assert all(0 <= share <= 1 for _, share in heard)
    assert len([share for stage, share in heard if stage == "palette"]) > 5


# What is large enough for several parts and threads at each stage is made small.
SAME = """
import hashlib, io, sys
from colorquant.clustering import nearest
from colorquant.color import table
from colorquant.images.writing import png
from colorquant.pipeline.files import quantize_file
nearest._PART, table._STRIP, png._STRIP = 1 << 16, 1 << 10, 1 << 12
for path in sys.argv[1:]:
    for options in ({}, {"effort": "fast"}, {"engine": "lloyd"}):
        stream = io.BytesIO()
        quantize_file(path, stream, k=64, **options)
        print(path, options, hashlib.sha256(stream.getvalue()).hexdigest())
"""


@pytest.mark.slow
def test_same_bytes_run_after_run_on_one_thread_and_on_two(photo, samples):
    large = photo.with_name("large.png")
    with Image.open(samples / "flower.jpg") as image:
        image.crop((200, 100, 350, 200)).save(large)
    found = []
    for threads in ("1", "2"):
        environment = os.environ | {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
        command = [sys.executable, "-c", SAME, photo, samples / "logo.png", large]
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        found.append(done.stdout.splitlines())
    assert len(found[0]) == 9
    assert found[0] == found[1]


def edge():
    """A disk with a soft edge, of a color that changes, on nothing."""
    y, x = np.mgrid[-40:40, -40:40]
    alpha = np.clip((30 - np.hypot(x, y)) * 40, 0, 255)
    colors = np.stack([120 + 2 * x, 60 + y, 200 - x - y], axis=-1)
    return np.dstack([np.clip(colors, 0, 255), alpha]).astype(np.uint8)


@pytest.mark.parametrize("background", ["black", "white", "red", "gray"])
@pytest.mark.parametrize("extension", ["png", "webp", "tiff"])
def test_soft_edges_have_no_fringes(extension, background, tmp_path):
    source, output = tmp_path / "edge.png", tmp_path / f"out.{extension}"
    Image.fromarray(edge()).save(source)
    quantize_file(source, output, k=64)
    seen = []
    for path in (source, output):
        image = Image.open(path).convert("RGBA")
        behind = Image.new("RGBA", image.size, background)
        seen.append(np.asarray(Image.alpha_composite(behind, image).convert("RGB")).astype(int))
    soft = (edge()[:, :, 3] > 0) & (edge()[:, :, 3] < 255)
    difference = (seen[1] - seen[0])[soft]
    # Neither darker nor lighter on the whole, nor far off anywhere.
    assert abs(difference.mean()) < 1
    assert np.square(difference).mean() < 60
    assert abs(difference).max() < 50


def test_gif_edges_keep_their_own_color(tmp_path):
    Image.fromarray(edge()).save(tmp_path / "edge.png")
    done = quantize_file(tmp_path / "edge.png", tmp_path / "out.gif", k=256)
    pixels = opened(tmp_path / "out.gif", "RGBA").astype(int)
    shown = edge()[:, :, 3] >= 128
    np.testing.assert_array_equal(pixels[:, :, 3] == 255, shown)
    assert abs(pixels[shown][:, :3] - edge()[shown][:, :3]).mean() < 3
    assert done.notes
    with Image.open(tmp_path / "out.gif") as image:
        assert image.info["transparency"] == 0


def test_hidden_colors_make_no_difference(soft, tmp_path):
    hidden = soft.copy()
    hidden[soft[:, :, 3] == 0, :3] = [1, 2, 3]
    for name, pixels in (("one", soft), ("other", hidden)):
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
        quantize_file(tmp_path / f"{name}.png", tmp_path / f"{name}-out.png", k=20)
    assert (tmp_path / "one-out.png").read_bytes() == (tmp_path / "other-out.png").read_bytes()


@pytest.mark.parametrize("extension", ["png", "gif", "tiff"])
def test_opaque_alpha_makes_no_difference(extension, photo):
    with Image.open(photo) as image:
        image.convert("RGBA").save(photo.with_name("alpha.png"))
    files = []
    for name in ("photo", "alpha"):
        output = photo.with_name(f"{name}-out.{extension}")
        quantize_file(photo.with_name(f"{name}.png"), output, k=20)
        files.append(output.read_bytes())
    assert files[0] == files[1]


@pytest.mark.parametrize("extension", ["png", "gif"])
@pytest.mark.parametrize("transparent", [None, 2])
def test_an_indexed_source_keeps_the_order_of_its_palette(extension, transparent, tmp_path):
    image = Image.new("P", (4, 4))
    image.putpalette([200, 0, 0, 9, 9, 9, 0, 200, 0, 1, 1, 1, 0, 0, 200])
    image.putdata([0, 1, 2, 4] * 4)
    transparency = {} if transparent is None else {"transparency": transparent}
    image.save(tmp_path / "in.png", **transparency)
    done = quantize_file(tmp_path / "in.png", tmp_path / f"out.{extension}", k=4)
    assert done.lossless
    expected = opened(tmp_path / "in.png", "RGBA").copy()
    expected[expected[:, :, 3] == 0] = 0
    np.testing.assert_array_equal(opened(tmp_path / f"out.{extension}", "RGBA"), expected)
    colors = done.result.palette.colors
    rows = [[200, 0, 0], [9, 9, 9], [0, 200, 0] if transparent is None else [0, 0, 0], [0, 0, 200]]
    assert colors[:, :3].tolist() == rows
    assert transparent is None or colors[:, 3].tolist() == [255, 255, 0, 255]


@pytest.mark.parametrize(
    ("extension", "kept"),
    [
        ("png", "all"),
        ("jpg", "all"),
        ("webp", "web"),
        ("avif", "web"),
        ("tiff", "xmp"),
        ("gif", ""),
    ],
)
@pytest.mark.filterwarnings("ignore::colorquant.ColorquantWarning")
def test_metadata_from_file_to_file(extension, kept, photo, wide_profile):
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"
    source = photo.with_name("in.jpg")
    with Image.open(photo) as image:
        image.save(source, exif=exif, xmp=xmp, comment=b"words", icc_profile=wide_profile)

    def carried(**options):
        output = photo.with_name(f"out.{extension}")
        quantize_file(source, output, k=4, effort="fast", force=True, **options)
        with Image.open(output) as image:
            image.load()
            info = image.info
            return {
                "icc": info.get("icc_profile") == wide_profile,
                "exif": image.getexif().get(0x010F) == "Camera",
                "xmp": info.get("xmp") == xmp,
                "comment": (info.get("comment") or info.get("Comment")) in (b"words", "words"),
            }

    holds = {
        "all": {"icc", "exif", "xmp", "comment"},
        "web": {"icc", "exif", "xmp"},
        "xmp": {"icc", "xmp"},
        "": {"comment"},
    }[kept]

    def found(**options):
        return {name for name, there in carried(**options).items() if there}

    assert found(metadata="keep") == holds
    assert found() == holds & {"icc"}
    assert found(metadata="none") == set()
    assert found(icc="drop") == set()


def test_what_was_rounded_or_converted_is_not_called_lossless(tmp_path):
    values = np.array([[0, 1000, 65_535]], np.uint16)
    Image.fromarray(values).save(tmp_path / "gray.png")
    done = quantize_file(tmp_path / "gray.png")
    assert done.result.lossless
    assert not done.lossless


FLICKER = "error diffusion may flicker in animations; blue noise does not"


@pytest.fixture
def frames(noise, tmp_path):
    paths = [tmp_path / "still.png", tmp_path / "moving.png"]
    for path, others in zip(paths, ([], [Image.fromarray(noise[::-1])]), strict=True):
        Image.fromarray(noise).save(path, save_all=True, append_images=others)
    return paths


@pytest.mark.parametrize("changes", [{}, {"dither_strength": 0.1, "objective": "mse"}])
def test_diffusion_in_animations_is_noted(changes, frames):
    still, moving = (quantize_file(path, k=4, dither="diffusion", **changes) for path in frames)
    assert FLICKER not in still.notes
    assert FLICKER in moving.notes


@pytest.mark.parametrize(
    ("k", "changes"),
    [
        (4, {}),
        (4, {"objective": "perceptual"}),
        (4, {"dither": "blue-noise"}),
        (4, {"dither": "diffusion", "dither_strength": 0}),
        # All colors are kept, and nothing is dithered.
        (2000, {"dither": "diffusion"}),
    ],
)
def test_what_does_not_flicker_is_not_noted(k, changes, frames):
    done = quantize_file(frames[1], k=k, **changes)
    assert (done.frames, done.result.lossless) == (2, k == 2000)
    assert FLICKER not in done.notes


def test_bytes_and_file_objects(photo):
    done = quantize_file(photo, photo.with_name("out.png"), k=5, effort="fast")
    expected = done.output.read_bytes()
    data = photo.read_bytes()
    for source in (data, io.BytesIO(data), photo.open("rb"), Unseekable(data)):
        stream = io.BytesIO()
        done = quantize_file(source, stream, k=5, effort="fast")
        assert stream.getvalue() == expected
        assert (done.source, done.output, done.source_bytes) == (None, None, len(data))
        if hasattr(source, "close"):
            assert not source.closed
            source.close()
    after = io.BytesIO(b"before" + data)
    after.seek(6)
    stream = io.BytesIO()
    quantize_file(after, stream, k=5, effort="fast")
    assert stream.getvalue() == expected


class Unseekable(io.RawIOBase):
    """A stream as a pipe is."""

    def __init__(self, data):
        self._data = io.BytesIO(data)

    def readable(self):
        return True

    def readinto(self, buffer):
        return self._data.readinto(buffer)


def at_the_stage(wanted, deed):
    """Return an observer that does something once the work has come there."""
    done = []

    def observe(stage, _share):
        if stage == wanted and not done:
            done.append(deed())

    return observe


@pytest.mark.parametrize("stage", ["read", "palette", "write"])
@pytest.mark.parametrize("replaced", [False, True])
@pytest.mark.parametrize("how", [{"in_place": True}, {"output": "x.png"}, {"output": None}])
def test_a_source_that_changes_meanwhile_has_no_result(how, replaced, stage, photo, monkeypatch):
    monkeypatch.chdir(photo.parent)
    stream = io.BytesIO()
    how = how | {"output": stream} if how.get("output", "") is None else how

    def save():
        place = photo.with_name("saved") if replaced else photo
        place.write_bytes(b"an edit of the user")
        place.replace(photo)

    with pytest.raises(ImageReadError, match=r"photo.png: changed meanwhile$"):
        quantize_file(photo, **how, k=4, observer=at_the_stage(stage, save))
    assert photo.read_bytes() == b"an edit of the user"
    assert files(photo.parent) == ["photo.png"]
    assert stream.getvalue() == b""


def test_a_source_that_is_gone_meanwhile_is_not_made_again(photo):
    with pytest.raises(ImageReadError, match=r"photo.png: changed meanwhile$"):
        quantize_file(photo, in_place=True, k=4, observer=at_the_stage("map", photo.unlink))
    assert files(photo.parent) == []


def test_a_source_behind_a_link_that_changes_its_aim(photo):
    link, other = photo.with_name("link.png"), photo.with_name("other.png")
    other.write_bytes(photo.read_bytes())
    link.symlink_to(photo)
    before = photo.read_bytes()

    def turn():
        link.unlink()
        link.symlink_to(other)

    with pytest.raises(ImageReadError, match=r"link.png: changed meanwhile$"):
        quantize_file(link, in_place=True, k=4, observer=at_the_stage("map", turn))
    assert photo.read_bytes() == other.read_bytes() == before


def test_a_source_with_several_names(photo):
    other, before = photo.with_name("other.png"), photo.read_bytes()
    os.link(photo, other)
    with pytest.raises(ImageWriteError, match=r"photo.png: is one of 2 hard links to a file"):
        quantize_file(photo, in_place=True, k=4)
    assert photo.read_bytes() == before
    quantize_file(photo, in_place=True, k=4, break_links=True)
    assert (photo.read_bytes() == before, other.read_bytes() == before) == (False, True)


@pytest.mark.parametrize("level", [True, 4, "max"])
def test_an_optimized_file_has_the_same_palette_and_pixels(level, photo):
    plain = quantize_file(photo, photo.with_name("plain.png"), k=24)
    done = quantize_file(photo, photo.with_name("small.png"), k=24, optimize=level)
    assert list(done.result.seconds)[-2:] == ["optimize", "write"]
    assert done.output_bytes == done.output.stat().st_size < plain.output_bytes
    with Image.open(plain.output) as one, Image.open(done.output) as other:
        assert one.mode == other.mode == "P"
        assert one.getpalette() == other.getpalette()
        np.testing.assert_array_equal(one, other)
    assert (plain.optimize, done.optimize) == (None, 2 if level is True else level)


def test_what_cannot_be_optimized_is_refused_before_any_work(photo, monkeypatch):
    monkeypatch.setattr(pipeline, "Source", None)
    with pytest.raises(InvalidInputError, match=r"out.gif: optimize is for PNG, not for GIF$"):
        quantize_file(photo, photo.with_name("out.gif"), optimize=2)
    monkeypatch.setitem(sys.modules, "oxipng", None)
    with pytest.raises(MissingExtraError, match=r"^optimize needs pyoxipng: pip install"):
        quantize_file(photo, photo.with_name("out.png"), optimize=2)
    assert files(photo.parent) == ["photo.png"]


def test_an_error_of_the_optimizer_names_the_output(photo, monkeypatch):
    monkeypatch.setattr(still, "encode", lambda *_: b"no PNG")
    with pytest.raises(ImageWriteError, match=r"out\.png: cannot be optimized: "):
        quantize_file(photo, photo.with_name("out.png"), optimize=1)
    assert files(photo.parent) == ["photo.png"]


@pytest.mark.parametrize(
    ("size", "least", "message"),
    [
        (9_999, {"skip_if_larger": True}, None),
        (10_000, {"skip_if_larger": True}, "10,000 bytes, not less than the 10,000 of its source"),
        (10_001, {"min_saving": 0}, "10,001 bytes, not less than the 10,000 of its source"),
        (9_000, {"min_saving": 10}, None),
        (9_001, {"min_saving": 10}, "9,001 bytes, which saves less than 10 % of the 10,000 of its"),
        (9_001, {"min_saving": 10, "skip_if_larger": True}, "saves less than 10 %"),
        # The binary number nearest to 0.07, times 100, is more than 7.
        (9_993, {"min_saving": 0.07}, None),
        (9_994, {"min_saving": 0.07}, "saves less than 0.07 %"),
        (1, {"min_saving": 100}, "saves less than 100 %"),
        (20_000, {}, None),
    ],
)
def test_what_saves_too_little_is_refused(size, least, message, photo, monkeypatch):
    # A reader ignores what follows the end.
    photo.write_bytes(photo.read_bytes().ljust(10_000, b"\0"))
    assert photo.stat().st_size == 10_000
    monkeypatch.setattr(still, "encode", lambda *_: bytes(size))
    output = photo.with_name("out.png")
    if message is None:
        assert quantize_file(photo, output, **least).output_bytes == size
        return
    with pytest.raises(LargerThanSourceError, match=f"out.png: would have .*{message}"):
        quantize_file(photo, output, **least)
    assert files(photo.parent) == ["photo.png"]
