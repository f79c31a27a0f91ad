"""Memory of one image by format and mode against the estimate: ``python benchmarks/memory.py``.

Each image is converted by a process of its own, in three sizes; the bytes a pixel are the
difference of the last two peaks. The photograph is a sample image, scaled up, with a
little noise, so that it has about as many colors as a camera's.
"""

import argparse
import multiprocessing
import os
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from colorquant.images.memory import estimate
from colorquant.images.source import Source
from colorquant.images.writing.png import SIGNATURE, chunk
from colorquant.reading import ReadingOptions

SAMPLE = Path(__file__).parent.parent / "sample_images" / "flower.jpg"
SIZES = ((640, 480), (2000, 1200), (6000, 4000))
Samples = NDArray[np.uint8]
Make = Callable[[Samples, Path], object]


def photograph(width: int, height: int) -> Samples:
    """Return a photograph with alpha of all kinds, (H, W, 4)."""
    with Image.open(SAMPLE) as image:
        scaled = np.asarray(image.convert("RGB").resize((width, height)), np.int16)
    chance = np.random.default_rng(0)
    noisy = np.clip(scaled + chance.integers(-4, 5, scaled.shape), 0, 255).astype(np.uint8)
    alpha = np.linspace(0, 255, width).astype(np.uint8)
    return np.dstack([noisy, np.broadcast_to(alpha, (height, width))])


def saved(mode: str, **settings: object) -> Make:
    """Return what saves a photograph in a mode."""

    def save(samples: Samples, path: Path) -> None:
        image = Image.fromarray(samples)
        whole = image if mode.endswith("A") else image.convert("RGB")
        whole.convert(mode).save(path, **settings)

    return save


def wide_png(channels: int) -> Make:
    """Return what saves a PNG of 16 bits a sample."""

    def save(samples: Samples, path: Path) -> None:
        kind = {1: 0, 3: 2, 4: 6}[channels]
        height, width = samples.shape[:2]
        wide = samples[:, :, :channels].astype(">u2") * 257
        rows = np.zeros((height, 1 + width * channels * 2), np.uint8)
        rows[:, 1:] = wide.reshape(height, -1).view(np.uint8)
        header = struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0)
        chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 1)), (b"IEND", b"")]
        path.write_bytes(SIGNATURE + b"".join(chunk(*each) for each in chunks))

    return save


def wide_tiff(channels: int) -> Make:
    """Return what saves a TIFF of 16 bits a sample, not compressed."""

    def save(samples: Samples, path: Path) -> None:
        height, width = samples.shape[:2]
        data = (samples[:, :, :channels].astype("<u2") * 257).tobytes()
        tags = [
            (256, 4, 1, width),
            (257, 4, 1, height),
            (258, 3, 1, 16),
            (259, 3, 1, 1),
            (262, 3, 1, 2 if channels > 2 else 1),
            (273, 4, 1, 8),
            (277, 3, 1, channels),
            (278, 4, 1, height),
            (279, 4, 1, len(data)),
        ]
        extra = b""
        if channels > 1:
            bits = 8 + len(data)
            tags[2] = (258, 3, channels, bits)
            extra = struct.pack(f"<{channels}H", *[16] * channels)
        if channels == 4:
            tags.append((338, 3, 1, 2))
        entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
        directory = struct.pack("<H", len(tags)) + entries + bytes(4)
        at = 8 + len(data) + len(extra)
        path.write_bytes(struct.pack("<2sHI", b"II", 42, at) + data + extra + directory)

    return save


SOURCES: dict[str, tuple[str, Make]] = {
    "PNG, gray": ("png", saved("L")),
    "PNG, indexed": ("png", saved("P")),
    "PNG": ("png", saved("RGB", compress_level=1)),
    "PNG, alpha": ("png", saved("RGBA", compress_level=1)),
    "PNG, gray and alpha": ("png", saved("LA", compress_level=1)),
    "PNG, 16 bits, gray": ("png", wide_png(1)),
    "PNG, 16 bits": ("png", wide_png(3)),
    "PNG, 16 bits, alpha": ("png", wide_png(4)),
    "JPEG": ("jpg", saved("RGB", quality=92)),
    "JPEG, progressive": ("jpg", saved("RGB", quality=92, progressive=True)),
    "JPEG, gray": ("jpg", saved("L", quality=92)),
    "JPEG, CMYK": ("jpg", saved("CMYK", quality=92)),
    "TIFF": ("tif", saved("RGB")),
    "TIFF, alpha": ("tif", saved("RGBA")),
    "TIFF, deflated": ("tif", saved("RGB", compression="tiff_adobe_deflate")),
    "TIFF, CMYK": ("tif", saved("CMYK")),
    "TIFF, 16 bits, gray": ("tif", wide_tiff(1)),
    "TIFF, 16 bits": ("tif", wide_tiff(3)),
    "TIFF, 16 bits, alpha": ("tif", wide_tiff(4)),
    "GIF": ("gif", saved("P")),
    "BMP": ("bmp", saved("RGB")),
    "PPM": ("ppm", saved("RGB")),
    "WebP": ("webp", saved("RGB", quality=90, method=0)),
    "WebP, lossless": ("webp", saved("RGB", lossless=True, method=0, quality=0)),
    "WebP, alpha": ("webp", saved("RGBA", quality=90, method=0)),
    "AVIF": ("avif", saved("RGB", quality=80, speed=10)),
    "AVIF, alpha": ("avif", saved("RGBA", quality=80, speed=10)),
    "JPEG 2000": ("jp2", saved("RGB", quality_mode="rates", quality_layers=[20])),
    "JPEG 2000, alpha": ("jp2", saved("RGBA", quality_mode="rates", quality_layers=[20])),
    "JPEG 2000, gray": ("jp2", saved("L", quality_mode="rates", quality_layers=[20])),
    "TGA": ("tga", saved("RGB")),
}
OUTPUTS = ("png", "gif", "bmp", "tiff", "jpg", "webp", "avif", "jp2", "ppm")


def make(name: str, size: tuple[int, int], path: Path) -> None:
    """Save a photograph as one of the sources."""
    SOURCES[name][1](photograph(*size), path)


def peak(source: Path, extension: str) -> int:
    """Return the most bytes that the command takes for an image."""
    output = source.with_name(f"out.{extension}")
    run = [sys.executable, "-m", "colorquant", source, "-o", output, "-k", 4, "--force", "-q"]
    process = subprocess.Popen(list(map(str, run)))
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        raise SystemExit(f"{source}: failed")
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def measured(name: str, output: str, folder: Path) -> str:
    """Return a row of the table."""
    extension = SOURCES[name][0]
    peaks, guesses = [], []
    for width, height in SIZES:
        path = folder / f"in.{extension}"
        # What starts a process hands on its own peak; so this one stays small.
        maker = multiprocessing.Process(target=make, args=(name, (width, height), path))
        maker.start()
        maker.join()
        peaks.append(peak(path, output))
        with Source(path, ReadingOptions()) as source:
            guesses.append(estimate(source, output))
    pixels = [width * height for width, height in SIZES]
    slope = (peaks[-1] - peaks[-2]) / (pixels[-1] - pixels[-2])
    shown = " | ".join(f"{value / 1e6:.0f}" for value in peaks)
    shares = ", ".join(f"{guess / value:.2f}" for guess, value in zip(guesses, peaks, strict=True))
    return f"| {name} | {output} | {shown} | {slope:.1f} | {shares} |"


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="of sources; all if left out")
    names = parser.parse_args().names or list(SOURCES)
    print("| source | to | MB of 0.3 MP | of 2.4 MP | of 24 MP | bytes a pixel | estimate / peak |")
    print("|---|---|---:|---:|---:|---:|---|")
    with tempfile.TemporaryDirectory() as home:
        for name in names:
            print(measured(name, "png", Path(home)), flush=True)
        for name in sorted({"PNG", "PNG, alpha"} & set(names)):
            for output in OUTPUTS[1:]:
                print(measured(name, output, Path(home)), flush=True)


if __name__ == "__main__":
    main()
