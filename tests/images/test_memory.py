"""Estimates of memory, against measured peaks."""

import io
import os
import subprocess
import sys

import numpy as np
import pngs
import pytest
import tiffs
from PIL import Image

from colorquant.images.memory import BASE, estimate
from colorquant.images.source import Source
from colorquant.reading import ReadingOptions

SIZE = 1000, 800
MEGABYTE = 1 << 20


def noise(channels):
    return np.random.default_rng(0).integers(0, 256, (*SIZE, channels), dtype=np.uint8)


def saved(kind, channels):
    stream = io.BytesIO()
    fast = {"PNG": {"compress_level": 0}, "WEBP": {"method": 0}, "AVIF": {"speed": 10}}
    Image.fromarray(noise(channels)).save(stream, kind, **fast.get(kind, {}))
    return stream.getvalue()


IMAGES = {
    "png": lambda: saved("PNG", 3),
    "png, alpha": lambda: saved("PNG", 4),
    "png, 16 bits": lambda: pngs.png(noise(3).astype(np.int64) * 257, 16, pngs.COLOR),
    "tiff, 16 bits": lambda: tiffs.tiff_of(noise(3).astype(np.int64) * 257, 16, 2),
    "jpeg": lambda: saved("JPEG", 3),
    "webp": lambda: saved("WEBP", 3),
    "webp, alpha": lambda: saved("WEBP", 4),
    "avif, alpha": lambda: saved("AVIF", 4),
    "jpeg 2000": lambda: saved("JPEG2000", 3),
}


def estimated(data):
    with Source(data, ReadingOptions()) as source:
        return estimate(source)


# A process that is started is given the peak of the one that starts it; a small one starts it.
PEAK = """
import os, subprocess, sys
process = subprocess.Popen([sys.executable, "-m", "colorquant", *sys.argv[1:]])
_, status, usage = os.wait4(process.pid, 0)
print(status, usage.ru_maxrss)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peaks are told in other units elsewhere")
@pytest.mark.parametrize("name", IMAGES)
def test_an_image_of_noise_takes_no_more(name, tmp_path):
    data = IMAGES[name]()
    (tmp_path / "in").write_bytes(data)
    run = [sys.executable, "-c", PEAK, tmp_path / "in", "-o", tmp_path / "x.png", "-k", "2"]
    environment = os.environ | {"PYTHONWARNINGS": "ignore"}
    said = subprocess.run(run, capture_output=True, text=True, check=True, env=environment).stdout
    status, peak = map(int, said.split())
    assert status == 0
    assert peak * 1024 <= estimated(data) + 10 * MEGABYTE


def test_more_pixels_bits_and_alpha_take_more():
    def png(width, samples=3, bits=8):
        kind = pngs.COLOR if samples == 3 else pngs.COLOR_ALPHA
        return estimated(pngs.png(np.zeros((500, width, samples), np.int64), bits, kind))

    assert BASE < png(500) < png(600) < png(600, 4)
    assert png(500) < png(500, 3, 16) < png(500, 4, 16)


def test_formats_that_take_more_to_write():
    with Source(saved("PNG", 3), ReadingOptions()) as source:
        assert estimate(source, "png") < estimate(source, "WEBP") < estimate(source, "jp2")


def test_alpha_in_a_table_of_colors_takes_no_more():
    stream = io.BytesIO()
    image = Image.new("P", (500, 500))
    image.save(stream, "PNG")
    opaque = estimated(stream.getvalue())
    stream = io.BytesIO()
    image.save(stream, "PNG", transparency=0)
    assert estimated(stream.getvalue()) == opaque


def test_what_is_done_for_the_eye_takes_more(samples):
    with Source(samples / "flower.jpg", ReadingOptions()) as source:
        pixels = 640 * 427
        more = estimate(source, plain=False) - estimate(source)
        # The table of mixtures alone has 2^24 entries of four bytes.
        assert 4 << 24 < more < (4 << 24) + 16 * pixels


@pytest.mark.skipif(sys.platform != "linux", reason="peaks are told in other units elsewhere")
def test_what_a_gallery_shows_takes_no_more_than_is_said(tmp_path, samples):
    more = ["-o", tmp_path / "x.png", "-k", "64", "--effort", "fast"]
    run = [sys.executable, "-c", PEAK, samples / "flower.jpg", *more]
    said = subprocess.run(
        [*run, "--gallery", tmp_path / "x.html"], capture_output=True, text=True, check=True
    ).stdout
    status, peak = map(int, said.split())
    assert status == 0
    with Source(samples / "flower.jpg", ReadingOptions()) as source:
        assert peak * 1024 <= estimate(source, pictured=True)
