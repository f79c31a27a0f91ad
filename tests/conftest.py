"""What the tests share: the sample images and small pictures."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

SAMPLES = Path(__file__).parent.parent / "sample_images"


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
    Image.open(SAMPLES / "flower.jpg").crop((200, 100, 300, 180)).save(path)
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
