"""Errors of images with alpha, over black and over white: ``python benchmarks/alpha.py``.

Prints a Markdown table of colorquant and the peers that keep alpha, each undithered.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import numpy as np
from PIL import Image

SAMPLES = Path(__file__).parent.parent / "sample_images"
KS = (4, 8, 16, 64, 256)


def images() -> Iterator[tuple[str, Path]]:
    """Yield names and paths of sprites, logos and photographs with soft edges."""
    yield "sprite", SAMPLES / "sprite.png"
    yield "logo", SAMPLES / "logo.png"
    yield "scikit-image logo", Path(str(resources.files("skimage"))) / "data" / "logo.png"
    yield (
        "matplotlib logo",
        Path(str(resources.files("matplotlib"))) / "mpl-data" / "sample_data" / "logo2.png",
    )


def vignette(folder: Path) -> Path:
    """Make a photograph that fades out to all sides."""
    path = folder / "vignette.png"
    with Image.open(SAMPLES / "flower.jpg") as photo:
        y, x = np.mgrid[-1 : 1 : photo.height * 1j, -1 : 1 : photo.width * 1j]
        faded = photo.convert("RGBA")
        faded.putalpha(Image.fromarray(np.uint8(np.clip(1.2 - np.hypot(x, y), 0, 1) * 255)))
    faded.save(path)
    return path


def commands(source: Path, k: int, target: Path) -> dict[str, list[str]]:
    """Return the commands of the programs that are here."""
    found = {
        "colorquant": ["colorquant", source, "-k", k, "-o", target],
        "colorquant best": ["colorquant", source, "-k", k, "-o", target, "--effort", "best"],
        "pngquant 3 speed 4": ["pngquant", "--nofs", "--output", target, k, source],
        "pngquant 3 speed 1": ["pngquant", "--nofs", "--speed", 1, "--output", target, k, source],
    }
    return {
        name: [str(part) for part in command]
        for name, command in found.items()
        if shutil.which(command[0])
    }


def errors(source: Path, target: Path) -> tuple[float, float]:
    """Return the mean over pixels of the squared errors over black and over white."""
    found = []
    for behind in (0.0, 255.0):
        seen = []
        for path in (source, target):
            with Image.open(path) as image:
                pixels = np.asarray(image.convert("RGBA")).astype(float)
            alpha = pixels[:, :, 3:] / 255
            seen.append(pixels[:, :, :3] * alpha + behind * (1 - alpha))
        found.append(float(np.square(seen[0] - seen[1]).sum(axis=2).mean()))
    return found[0], found[1]


def main() -> None:
    """Print the table."""
    print("| image | k | | over black | over white | bytes |")
    print("| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for image, source in [*images(), ("vignette", vignette(folder))]:
            for k in KS:
                target = folder / "out.png"
                for program, command in commands(source, k, target).items():
                    target.unlink(missing_ok=True)
                    subprocess.run(command, check=False, capture_output=True)
                    if target.exists():
                        black, white = errors(source, target)
                        size = f"{target.stat().st_size:,}"
                        print(f"| {image} | {k} | {program} | {black:.2f} | {white:.2f} | {size} |")


if __name__ == "__main__":
    main()
