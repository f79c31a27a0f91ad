"""What the tests share: the sample images and small pictures."""

import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from PIL import Image

SAMPLES = Path(__file__).parent.parent / "sample_images"

# OpenMP's threads wait for each other by turning in circles. Where several workers share the cores,
# that takes as long as the work.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

# How fast the machine is, and what else it does, says nothing about the code.
settings.register_profile(
    "any speed", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any speed")


@pytest.fixture(scope="session")
def samples():
    return SAMPLES


@pytest.fixture
def noise():
    """48 x 32 pixels of noise, nearly all of different colors."""
    return np.random.default_rng(5).integers(0, 256, (32, 48, 3), dtype=np.uint8)


@pytest.fixture
def soft():
    """40 x 30 pixels with all kinds of alpha, some of them fully transparent."""
    pixels = np.random.default_rng(6).integers(0, 256, (30, 40, 4), dtype=np.uint8)
    pixels[:5, :, 3] = 0
    pixels[5:10, :, 3] = 255
    return pixels


@pytest.fixture
def photo(tmp_path):
    """A small crop of a photograph, as a PNG file."""
    path = tmp_path / "photo.png"
    Image.open(SAMPLES / "flower.jpg").crop((200, 100, 250, 140)).save(path)
    return path


@pytest.fixture
def png_header():
    """Make PNGs of any size that end after their header and an empty piece of data."""

    def make(width, height):
        chunks = [
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            (b"IDAT", b""),
        ]
        parts = [
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in chunks
        ]
        return b"\x89PNG\r\n\x1a\n" + b"".join(parts)

    return make


def icc_profile(device, space, pcs, tags):
    """Return a color profile, ICC.1:2001-04: header, table of tags, their data."""
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + bytes(78),
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
    } | tags
    at = 128 + 4 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        table += struct.pack(">4sII", name, at + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    header = struct.pack(">II", at + len(data), 0) + struct.pack(">I", 0x02400000)
    header += device + space + pcs + bytes(12) + b"acsp" + bytes(24)
    header += struct.pack(">I", 0) + xyz(0.9642, 1.0, 0.8249)[8:] + bytes(48)
    return header + table + data


def xyz(*values):
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))


def gamma(value):
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(value * 256)) + bytes(2)


@pytest.fixture(scope="session")
def wide_profile():
    """An RGB profile with the primaries of Display P3, and a gamma of 2.2."""
    curves = dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), gamma(2.2))
    primaries = {
        b"rXYZ": xyz(0.51512, 0.24120, -0.00105),
        b"gXYZ": xyz(0.29198, 0.69225, 0.04189),
        b"bXYZ": xyz(0.15710, 0.06657, 0.78407),
    }
    return icc_profile(b"mntr", b"RGB ", b"XYZ ", primaries | curves)


@pytest.fixture(scope="session")
def gray_profile():
    """A gray profile with a gamma of 1.6."""
    return icc_profile(b"mntr", b"GRAY", b"XYZ ", {b"kTRC": gamma(1.6)})


@pytest.fixture(scope="session")
def cmyk_profile():
    """A coarse CMYK profile: inks darken, cyan and magenta tint."""
    ramp = bytes(range(256))
    grid = b""
    for ink in np.ndindex(2, 2, 2, 2):
        c, m, y, k = ink
        light = 255 * (1 - k) * (1 - 0.3 * c - 0.3 * m - 0.1 * y)
        grid += bytes([round(light), round(128 + 40 * (m - c)), round(128 + 60 * (y - m / 2))])
    matrix = struct.pack(">9i", *(65536 * (i % 4 == 0) for i in range(9)))
    table = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + matrix + 4 * ramp + grid + 3 * ramp
    return icc_profile(b"prtr", b"CMYK", b"Lab ", {b"A2B0": table})
