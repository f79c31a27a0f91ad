import hashlib
import io
import os
import struct
import subprocess
import sys
import zlib

import numpy as np
import oxipng
import pytest
from PIL import Image, ImageCms, ImageSequence

from colorquant.errors import ImageWriteError, InvalidInputError, MissingExtraError
from colorquant.images.writing.encode import encode
from colorquant.images.writing.formats import FORMATS
from colorquant.images.writing.frames import Frame, Sequence
from colorquant.images.writing.optimize import optimized, require_optimizer
from colorquant.metadata import Metadata
from colorquant.models import IndexedImage
from colorquant.palette import Palette

LEVELS = [1, 2, 3, 4, 5, 6, "max"]
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
METADATA = Metadata(
    icc_profile=PROFILE,
    dpi=(72.0, 72.0),
    exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0",
    texts=((b"tEXt", b"Title\0" + b"a title" * 50), (b"zTXt", b"Word\0\0" + zlib.compress(b"aa"))),
)


def waves(k, frame=0, channels=3):
    """A smooth image of gray, or of all colors with alpha, unlike in each frame; its palette
    has equal colors, unused ones and no order."""
    y, x = np.mgrid[:60, :90]
    level = (np.sin((x + 3 * frame) / 9) + np.cos((y - frame) / 7) + 2) / 4
    indices = np.minimum((level * k).astype(np.uint16), k - 2 if k > 2 else k - 1)
    rng = np.random.default_rng(k)
    order = rng.permutation(k)
    colors = np.repeat((np.arange(k) * 255 // max(1, k - 1))[:, None], channels, axis=1)
    if channels == 4 or k > 256:
        colors = rng.integers(0, 256, (k, channels))
    palette = Palette(colors[order].astype(np.uint8), np.ones(k, np.int64))
    return IndexedImage(indices.astype(np.uint8 if k <= 256 else np.uint16), palette)


def still(k, channels=3):
    return encode(waves(k, channels=channels), FORMATS["png"], METADATA)


def moving(k):
    def frames():
        return iter([Frame(waves(k, frame), 40.0 + frame) for frame in range(4)])

    return encode(Sequence(frames, 4, (90, 60), 3), FORMATS["png"], METADATA)


FILES = {
    "1 bit": lambda: still(2),
    "4 bits": lambda: still(13),
    "8 bits": lambda: still(200),
    "alpha": lambda: still(30, 4),
    "true color": lambda: still(400),
    "true color, alpha": lambda: still(400, 4),
    "moving": lambda: moving(13),
    "moving, true color": lambda: moving(400),
}


def chunks(png):
    at = 8
    while at < len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        yield kind, png[at + 8 : at + 8 + length]
        at += 12 + length


def stored(png):
    """The stored samples of each frame, so indices of an indexed image; and its duration."""
    with Image.open(io.BytesIO(png)) as image:
        return [
            (frame.mode, np.asarray(frame).tolist(), frame.info.get("duration"))
            for frame in ImageSequence.Iterator(image)
        ]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", FILES)
def test_only_pixels_are_deflated_again(name, level):
    before = FILES[name]()
    after = optimized(before, level)
    assert len(after) < len(before)
    assert stored(after) == stored(before)
    data = (b"IDAT", b"fdAT")
    others = [[each for each in chunks(png) if each[0] not in data] for png in (before, after)]
    assert others[0] == others[1]
    # Pillow writes true color in several chunks, which become one.
    kinds = [list(dict.fromkeys(kind for kind, _ in chunks(png))) for png in (before, after)]
    assert kinds[0] == kinds[1]
    numbers = [data[:4] for kind, data in chunks(after) if kind in (b"fcTL", b"fdAT")]
    assert numbers == [struct.pack(">I", number) for number in range(len(numbers))]


@pytest.mark.parametrize("name", FILES)
def test_max_saves_no_less_than_the_highest_level(name):
    before = FILES[name]()
    assert len(optimized(before, "max")) <= len(optimized(before, 6))


def test_what_gets_no_smaller_stays():
    once = optimized(still(13), 6)
    assert optimized(once, 6) == once
    assert optimized(once, 1) == once


SCRIPT = """
import hashlib, sys
from colorquant.images.writing.optimize import optimized
data = sys.stdin.buffer.read()
print(*(hashlib.sha256(optimized(data, level)).hexdigest() for level in (1, 2, 3, 4, 5, 6, "max")))
"""


@pytest.mark.parametrize("name", ["8 bits", "moving"])
def test_the_number_of_threads_makes_no_difference(name):
    png = FILES[name]()
    here = [hashlib.sha256(optimized(png, level)).hexdigest() for level in LEVELS]
    for threads in "12":
        how = {"env": os.environ | {"RAYON_NUM_THREADS": threads}, "capture_output": True}
        said = subprocess.run([sys.executable, "-c", SCRIPT], input=png, check=True, **how)
        assert said.stdout.decode().split() == here


def test_an_error_of_the_optimizer_is_one_of_writing():
    with pytest.raises(ImageWriteError, match=r"^cannot be optimized: .*truncated"):
        optimized(still(13)[:100], 2)


def test_another_palette_is_refused(monkeypatch):
    # As the optimizer would do by its own choice: colors that are not used are left out.
    real = oxipng.optimize_from_memory
    monkeypatch.setattr(oxipng, "optimize_from_memory", lambda data, **_: real(data))
    before = still(200)
    assert dict(chunks(real(before)))[b"PLTE"] != dict(chunks(before))[b"PLTE"]
    with pytest.raises(ImageWriteError, match="changed more than was asked for"):
        optimized(before, 2)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_only_png_can_be_optimized(name):
    if name == "png":
        require_optimizer(FORMATS[name])
        return
    with pytest.raises(
        InvalidInputError, match=f"^x: optimize is for PNG, not for {FORMATS[name].name}$"
    ):
        require_optimizer(FORMATS[name], "x: ")


@pytest.mark.parametrize(
    ("module", "why"),
    [(None, r"^optimize needs pyoxipng: pip install 'colorquant\[optimize\]'$"), ("x", "fails")],
)
def test_what_is_missing_is_told(module, why, monkeypatch, tmp_path):
    if module:
        (tmp_path / "oxipng.py").write_text("raise ImportError('no symbols')")
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, "oxipng")
    else:
        monkeypatch.setitem(sys.modules, "oxipng", None)
    with pytest.raises(MissingExtraError, match=why):
        require_optimizer(FORMATS["png"])
