"""Files that are hostile or unusual: published suites, and mutants of the sample images.

Suites come through the package managers: PngSuite lies in Debian's source of libspng, as it is
no npm package; Pillow's images in its source distribution, those of libpng and libtiff in
Debian's sources. A mutant is the same whenever seed, index and Pillow are.
"""

import random
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

SAMPLES = Path(__file__).parent.parent / "sample_images"
DEBIAN_SOURCES = Path("/etc/apt/sources.list.d/debian.sources")
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
SIZE = (64, 48)


class FetchError(Exception):
    """A suite cannot be had; the message says why."""


@dataclass(frozen=True)
class Suite:
    """Files of an archive that a package manager downloads."""

    name: str
    download: Callable[[Path], Path]
    """From a cache folder to an archive in it."""
    folders: tuple[str, ...]
    """Where in the archive, below its one folder."""

    def files(self, cached: Path) -> list[Path]:
        """Return the files, fetched if they are not in the cache."""
        place = cached / "suites" / self.name.replace(" ", "-")
        if not place.is_dir():
            place.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=place.parent) as scratch:
                unpacked = Path(scratch) / "unpacked"
                self._unpack(self.download(cached), unpacked)
                unpacked.rename(place)
        return sorted(path for path in place.rglob("*") if path.is_file())

    def _unpack(self, archive: Path, place: Path) -> None:
        with tarfile.open(archive) as tar:
            for member in tar:
                inside = member.name.partition("/")[2]
                if member.isfile() and inside.startswith(self.folders):
                    member.name = inside
                    tar.extract(member, place, filter="data")
        if not place.is_dir():
            raise FetchError(f"{archive.name} has no {' or '.join(self.folders)}")


def debian_source(package: str) -> Callable[[Path], Path]:
    """Return a download of a Debian source package's original archive."""

    def download(cached: Path) -> Path:
        return newest(
            Path(_apt(cached), package),
            "*.orig.tar.*",
            ["apt-get", *_apt_options(cached), "source", "--tar-only", package],
        )

    return download


def python_source(package: str) -> Callable[[Path], Path]:
    """Return a download of a Python package's source distribution, in the version installed."""

    def download(cached: Path) -> Path:
        wanted = f"{package}=={version(package)}"
        fetch = [sys.executable, "-m", "pip", "download", "--no-binary", ":all:", "--no-deps"]
        return newest(cached / "pip", f"{package}-*.tar.gz", [*fetch, wanted])

    return download


SUITES = (
    Suite("PngSuite", debian_source("libspng"), ("tests/images/",)),
    Suite("libspng crashers", debian_source("libspng"), ("tests/crashers/",)),
    Suite("libpng", debian_source("libpng1.6"), ("contrib/pngsuite/", "contrib/testpngs/")),
    Suite("libtiff", debian_source("tiff"), ("test/images/",)),
    Suite("Pillow", python_source("pillow"), ("Tests/images/",)),
)


def newest(folder: Path, pattern: str, command: list[str]) -> Path:
    """Return what a command downloads into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    _run(command, folder)
    found = sorted(folder.glob(pattern), key=lambda path: path.stat().st_mtime)
    if not found:
        raise FetchError(f"{command[0]} has downloaded no {pattern}")
    return found[-1]


@cache
def _apt(cached: Path) -> Path:
    """Return a folder for apt to work in, the list of source packages in it."""
    home = cached.resolve() / "apt"
    for part in ("sources", "lists/partial", "cache/archives/partial"):
        (home / part).mkdir(parents=True, exist_ok=True)
    try:
        binary = DEBIAN_SOURCES.read_text()
    except OSError as error:
        raise FetchError(f"no Debian package sources: {error}") from error
    text = binary.replace("Types: deb\n", "Types: deb-src\n")
    (home / "sources" / "debian.sources").write_text(text)
    _run(["apt-get", *_apt_options(cached), "update"], home)
    return home


def _apt_options(cached: Path) -> list[str]:
    home = cached.resolve() / "apt"
    settings = {
        "APT::Sandbox::User": "root",
        "Dir::Etc::sourcelist": "/dev/null",
        "Dir::Etc::sourceparts": home / "sources",
        "Dir::State::lists": home / "lists",
        "Dir::Cache": home / "cache",
    }
    return [f"--option={name}={value}" for name, value in settings.items()]


def _run(command: list[str], folder: Path) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=300
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FetchError(str(error)) from error
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise FetchError(f"{command[0]}: {lines[-1] if lines else done.returncode}")


@dataclass(frozen=True)
class Variant:
    """A way to save a sample image."""

    extension: str
    mode: str = "RGB"
    frames: int = 1
    settings: dict[str, Any] = field(default_factory=dict)

    def save(self, image: Image.Image, path: Path) -> None:
        frames = [self._converted(image), *self._changed(image)]
        more = {"save_all": True, "append_images": frames[1:]} if self.frames > 1 else {}
        frames[0].save(path, **more, **self.settings)

    def _changed(self, image: Image.Image) -> Iterator[Image.Image]:
        for frame in range(1, self.frames):
            yield self._converted(ImageOps.posterize(image, 8 - 2 * frame))

    def _converted(self, image: Image.Image) -> Image.Image:
        if self.mode == "P":
            return image.quantize(64)
        if self.mode in ("RGBA", "LA"):
            image = image.copy()
            image.putalpha(image.convert("L").point(lambda value: max(0, 2 * value - 255)))
        if self.mode == "I;16":
            return image.convert("L").convert("I").point(lambda value: value * 257).convert("I;16")
        return image.convert(self.mode)


VARIANTS = {
    "png-rgb": Variant(".png"),
    "png-rgba": Variant(".png", "RGBA"),
    "png-p": Variant(".png", "P"),
    "png-la": Variant(".png", "LA"),
    "png-gray16": Variant(".png", "I;16"),
    "apng": Variant(".png", "RGBA", frames=3),
    "gif": Variant(".gif", "P"),
    "gif-animated": Variant(".gif", "P", frames=3),
    "webp": Variant(".webp", "RGBA"),
    "webp-lossless": Variant(".webp", settings={"lossless": True}),
    "webp-animated": Variant(".webp", frames=3),
    "tiff-raw": Variant(".tif"),
    "tiff-lzw": Variant(".tif", settings={"compression": "tiff_lzw"}),
    "tiff-deflate": Variant(".tif", "RGBA", settings={"compression": "tiff_adobe_deflate"}),
    "tiff-pages": Variant(".tif", frames=3, settings={"compression": "packbits"}),
    "jpeg": Variant(".jpg"),
    "jpeg-progressive": Variant(".jpg", settings={"progressive": True}),
    "jpeg-cmyk": Variant(".jpg", "CMYK"),
    "bmp": Variant(".bmp"),
    "bmp-p": Variant(".bmp", "P"),
    "tga": Variant(".tga", "RGBA", settings={"compression": "tga_rle"}),
    "ppm": Variant(".ppm"),
    "ico": Variant(".ico", "RGBA"),
    "jp2": Variant(".jp2", "RGBA"),
    "avif": Variant(".avif"),
}


def resaved(folder: Path) -> list[Path]:
    """Save each sample image small, in each variant."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    made = []
    for sample in sorted((*SAMPLES.glob("*.png"), *SAMPLES.glob("*.jpg"))):
        with Image.open(sample) as image:
            small = image.convert("RGB").resize(SIZE)
        for name, variant in VARIANTS.items():
            made.append(folder / f"{sample.stem}.{name}{variant.extension}")
            variant.save(small, made[-1])
    return made


def mutants(seeds: list[Path], folder: Path, count: int, seed: int) -> list[Path]:
    """Write damaged copies of files, named by what was done to which."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    made = []
    for index in range(count):
        chance = random.Random(f"{seed}-{index}")
        source = chance.choice(seeds)
        damage = chance.choice((flip, flip, flip_header, truncate, splice))
        data = damage(source, seeds, chance)
        # Else a PNG's checksums would refuse most of what a decoder should see.
        if data.startswith(PNG_SIGNATURE) and chance.random() < 0.7:
            data = resealed(data)
        made.append(folder / f"{index:05}.{damage.__name__}.{source.name}")
        made[-1].write_bytes(data)
    return made


def flip(source: Path, _seeds: list[Path], chance: random.Random, end: int | None = None) -> bytes:
    """Change some bytes, each to any value or in one bit."""
    data = bytearray(source.read_bytes())
    for _ in range(chance.choice((1, 2, 4, 16))):
        at = chance.randrange(min(len(data), end or len(data)))
        data[at] ^= chance.choice((1 << chance.randrange(8), chance.randrange(1, 256)))
    return bytes(data)


def flip_header(source: Path, seeds: list[Path], chance: random.Random) -> bytes:
    return flip(source, seeds, chance, end=100)


def truncate(source: Path, _seeds: list[Path], chance: random.Random) -> bytes:
    data = source.read_bytes()
    return data[: chance.randrange(len(data))]


def splice(source: Path, seeds: list[Path], chance: random.Random) -> bytes:
    """Put the end of a file, mostly of the same format, behind the start of this one."""
    alike = [path for path in seeds if path.suffix == source.suffix]
    start = source.read_bytes()
    rest = chance.choice(alike if chance.random() < 0.7 else seeds).read_bytes()
    at = chance.randrange(len(start))
    return start[:at] + rest[min(len(rest), max(0, at + chance.randrange(-20, 21))) :]


def resealed(data: bytes) -> bytes:
    """Set the checksums of a PNG's chunks right, as far as the chunks can be followed."""
    result = bytearray(data)
    at = len(PNG_SIGNATURE)
    while at + 12 <= len(data):
        end = at + 8 + struct.unpack_from(">I", data, at)[0]
        if end + 4 > len(data):
            break
        struct.pack_into(">I", result, end, zlib.crc32(data[at + 4 : end]))
        at = end + 4
    return bytes(result)
