"""The quantizers whose results are looked at, dithered and not, each at its best setting.

What is best was found on the photographs that are tuned on.
"""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from peers import DEPTHS, Command, colorquant_command, pngquants, sharp_version, version_of

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Peer:
    """A quantizer at a setting."""

    name: str
    version: str
    dithered: bool
    command: Command
    alpha: bool = False
    """Whether it keeps partial alpha."""

    @property
    def ours(self) -> bool:
        """Return whether it is this project's."""
        return self.name.startswith("colorquant")


def available() -> Iterator[Peer]:
    """Yield what is on this machine; one line tells of each that is missing."""
    for name, found in (
        ("colorquant", _colorquant()),
        ("pngquant", _pngquant()),
        ("imagequant", _python("imagequant", "imagequant", alpha=True)),
        ("Pillow", _python("Pillow", "pillow", alpha=False)),
        ("sharp", _sharp()),
        ("ImageMagick", _imagemagick()),
        ("ffmpeg", _ffmpeg()),
    ):
        peers = list(found)
        yield from peers
        if not peers:
            print(f"Skipped: {name} is not here.")


_UNDITHERED = {
    "mse": [],
    "perceptual fast": ["--perceptual", "--effort", "fast"],
    "perceptual": ["--perceptual"],
    "perceptual best": ["--perceptual", "--effort", "best"],
    "perceptual nearest": ["--perceptual", "--nearest"],
    "perceptual compact 2": ["--perceptual", "--compact", "2"],
}
_DITHERED = {
    "diffusion fast": ["--dither", "diffusion", "--effort", "fast"],
    "diffusion": ["--dither", "diffusion"],
    "diffusion best": ["--dither", "diffusion", "--effort", "best"],
    "diffusion compact 0": ["--dither", "diffusion", "--compact", "0"],
    "diffusion compact 2": ["--dither", "diffusion", "--compact", "2"],
    "blue noise fast": ["--dither", "blue-noise", "--effort", "fast"],
    "blue noise": ["--dither", "blue-noise"],
}


def _colorquant() -> Iterator[Peer]:
    if not shutil.which("colorquant"):
        return
    number = version_of(["colorquant", "--version"])
    for dithered, settings in ((False, _UNDITHERED), (True, _DITHERED)):
        for label, options in settings.items():
            command = colorquant_command(options)
            yield Peer(f"colorquant {label}", number, dithered, command, alpha=True)


def _pngquant() -> Iterator[Peer]:
    for program, number in pngquants():
        for label, slow in (("", []), (" speed 1", ["--speed=1"])):
            for dithered in (False, True):
                own = slow if dithered else ["--nofs", *slow]

                def command(
                    source: Path, k: int, target: Path, program: str = program, own=own
                ) -> list[str]:
                    files = ["-o", str(target), str(k), str(source)]
                    return [program, "--force", *own, *files]

                name = f"pngquant {number.split('.')[0]}{label}"
                yield Peer(name, number, dithered, command, alpha=True)


def _python(name: str, package: str, *, alpha: bool) -> Iterator[Peer]:
    try:
        number = version(package)
    except PackageNotFoundError:
        return
    for dithered in (False, True):
        label = f"{name} {'dithered' if dithered else 'plain'}"

        def command(source: Path, k: int, target: Path, label: str = label) -> list[str]:
            script = str(HERE / "eyes_python_peers.py")
            return [sys.executable, script, label, str(source), str(k), str(target)]

        yield Peer(name, number, dithered, command, alpha=alpha)


def _sharp() -> Iterator[Peer]:
    number = sharp_version()
    if not number:
        return
    for dithered in (False, True):
        level = 1 if dithered else 0

        def command(source: Path, k: int, target: Path, level: int = level) -> list[str] | None:
            if k not in DEPTHS:
                return None
            options = f"{{palette: true, colours: {k}, effort: 10, dither: {level}}}"
            script = f"require('sharp')({str(source)!r}).png({options}).toFile({str(target)!r})"
            return ["node", "-e", script]

        yield Peer("sharp", number, dithered, command, alpha=True)


def _imagemagick() -> Iterator[Peer]:
    if not shutil.which("convert"):
        return
    number = version_of(["convert", "--version"])
    for name, dithered, own in (
        ("ImageMagick", False, ["+dither"]),
        ("ImageMagick Luv", False, ["-quantize", "Luv", "+dither"]),
        ("ImageMagick Riemersma", True, ["-dither", "Riemersma"]),
        ("ImageMagick Floyd-Steinberg", True, ["-dither", "FloydSteinberg"]),
    ):

        def command(source: Path, k: int, target: Path, own: list[str] = own) -> list[str]:
            return ["convert", str(source), *own, "-colors", str(k), f"PNG8:{target}"]

        yield Peer(name, number, dithered, command)


def _ffmpeg() -> Iterator[Peer]:
    if not shutil.which("ffmpeg"):
        return
    number = version_of(["ffmpeg", "-version"])
    for dithered, kind in ((False, "none"), (True, "sierra2_4a")):

        def command(source: Path, k: int, target: Path, kind: str = kind) -> list[str]:
            graph = (
                f"split[a][b];[a]palettegen=max_colors={k}:reserve_transparent=0[p];"
                f"[b][p]paletteuse=dither={kind}"
            )
            quiet = ["ffmpeg", "-v", "error", "-y", "-i", str(source)]
            return [*quiet, "-filter_complex", graph, "-frames:v", "1", str(target)]

        yield Peer("ffmpeg sierra2_4a" if dithered else "ffmpeg", number, dithered, command)
