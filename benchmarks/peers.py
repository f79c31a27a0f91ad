"""The quantizers that are compared, each as the command that its users would run.

None of them dithers, as that trades the error measured here for another one.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).parent

Command = Callable[[Path, int, Path], list[str] | None]
"""Source, k and target to a command, or to None where that k cannot be asked for."""


@dataclass(frozen=True)
class Peer:
    """A quantizer at a setting."""

    name: str
    version: str
    command: Command


def available() -> Iterator[Peer]:
    """Yield the peers that are on this machine, and this project."""
    yield from _colorquant()
    yield from _pngquant()
    yield from _from_python()
    yield from _sharp()
    for program, name, command in _COMMANDS:
        if shutil.which(program):
            yield Peer(
                name, version_of([program, _VERSION_OPTION.get(program, "--version")]), command
            )


def version_of(command: list[str]) -> str:
    """Return the version number that a command shows."""
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"\d+\.\d+[\d.-]*", shown.stdout + shown.stderr)
    return found[0].rstrip(".-") if found else "?"


def colorquant_command(options: list[str]) -> Command:
    """Return the command of this project with options."""
    return lambda source, k, target: [
        *("colorquant", str(source), "-k", str(k), "-o", str(target), "--force"),
        *options,
    ]


def pngquants() -> Iterator[tuple[str, str]]:
    """Yield program and version of each pngquant on the path: Debian's, and PyPI's."""
    seen = set()
    for folder in os.get_exec_path():
        program = Path(folder) / "pngquant"
        if program.exists() and (number := version_of([str(program), "--version"])) not in seen:
            seen.add(number)
            yield str(program), number


def sharp_version() -> str | None:
    """Return the version of sharp in this folder, if it is there."""
    if not shutil.which("node") or not Path("node_modules/sharp").exists():
        return None
    return version_of(["node", "-e", "console.log(require('sharp').versions.sharp)"])


def _colorquant() -> Iterator[Peer]:
    if not shutil.which("colorquant"):
        return
    number = version_of(["colorquant", "--version"])
    for settings in (["--effort", "fast"], [], ["--effort", "best"], ["--engine", "sklearn"]):
        label = settings[-1] if settings else "normal"
        yield Peer(f"colorquant {label}", number, colorquant_command(settings))


def _pngquant() -> Iterator[Peer]:
    for program, number in pngquants():
        for speed in (4, 1):

            def command(
                source: Path, k: int, target: Path, program: str = program, speed: int = speed
            ) -> list[str]:
                options = ["--nofs", "--force", f"--speed={speed}", "-o", str(target)]
                return [program, *options, str(k), str(source)]

            yield Peer(f"pngquant {number.split('.')[0]} speed {speed}", number, command)


_PACKAGES = {
    "Pillow median cut": "pillow",
    "Pillow median cut, kmeans 1": "pillow",
    "Pillow max coverage": "pillow",
    "Pillow max coverage, kmeans 1": "pillow",
    "Pillow octree": "pillow",
    "Pillow octree, kmeans 1": "pillow",
    "imagequant": "imagequant",
    "scikit-learn KMeans": "scikit-learn",
    "scikit-learn MiniBatchKMeans": "scikit-learn",
    "bkmeans": "bkmeans",
}


def _from_python() -> Iterator[Peer]:
    for name, package in _PACKAGES.items():
        try:
            number = version(package)
        except PackageNotFoundError:
            continue

        def command(source: Path, k: int, target: Path, name: str = name) -> list[str]:
            script = str(HERE / "python_peers.py")
            return [sys.executable, script, name, str(source), str(k), str(target)]

        yield Peer(name, number, command)


# libvips, and sharp on top of it, choose the number of colors by the bit depth.
DEPTHS = {2: 1, 4: 2, 16: 4, 256: 8}


def _sharp() -> Iterator[Peer]:
    number = sharp_version()
    if not number:
        return

    def command(source: Path, k: int, target: Path) -> list[str] | None:
        if k not in DEPTHS:
            return None
        script = (
            f"require('sharp')({str(source)!r}, {{limitInputPixels: false}})"
            f".png({{palette: true, colours: {k}, dither: 0}}).toFile({str(target)!r})"
        )
        return ["node", "-e", script]

    yield Peer("sharp", number, command)


def _imagemagick(source: Path, k: int, target: Path) -> list[str]:
    return ["convert", str(source), "+dither", "-colors", str(k), f"PNG8:{target}"]


def _graphicsmagick(source: Path, k: int, target: Path) -> list[str]:
    return ["gm", "convert", str(source), "+dither", "-colors", str(k), f"PNG8:{target}"]


def _vips(source: Path, k: int, target: Path) -> list[str] | None:
    if k not in DEPTHS:
        return None
    options = ["--palette", "--dither", "0", "--Q", "100", "--bitdepth", str(DEPTHS[k])]
    return ["vips", "pngsave", str(source), str(target), *options]


def _ffmpeg(source: Path, k: int, target: Path) -> list[str]:
    graph = (
        f"split[a][b];[a]palettegen=max_colors={k}:reserve_transparent=0[p];"
        "[b][p]paletteuse=dither=none"
    )
    quiet = ["ffmpeg", "-v", "error", "-y", "-i", str(source)]
    return [*quiet, "-filter_complex", graph, "-frames:v", "1", str(target)]


def _netpbm(source: Path, k: int, target: Path) -> list[str]:
    pipe = 'pngtopnm "$0" | pnmquant "$1" 2>/dev/null | pnmtopng > "$2" 2>/dev/null'
    return ["sh", "-c", pipe, str(source), str(k), str(target)]


_VERSION_OPTION = {"ffmpeg": "-version", "gm": "version"}
_COMMANDS: list[tuple[str, str, Command]] = [
    ("convert", "ImageMagick", _imagemagick),
    ("gm", "GraphicsMagick", _graphicsmagick),
    ("vips", "libvips", _vips),
    ("ffmpeg", "ffmpeg palettegen", _ffmpeg),
    ("pnmquant", "netpbm pnmquant", _netpbm),
]
