"""What ``--quality`` is calibrated by: ``python benchmarks/quality.py``.

Writes quality.json and quality.md. Of each photograph, up to 0.27 megapixels, they have the number
of colors that pngquant chooses for a quality, and errors of colorquant's palettes. The bound of an
error at a quality is what makes colorquant choose about as many colors. The bounds of one half of
the photographs are judged on the other half. At the highest qualities pngquant takes all the 256
colors that it can, so bounds there are from photographs made gray, which need fewer.

The numbers of colors that ``colorquant.quantize`` takes are those by the bounds that it has: after
they are changed in colorquant/measures/quality.py, run this again.
"""

import argparse
import json
import os
import subprocess
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import eyes_images
import numpy as np
from eyes_images import Photo
from numpy.typing import NDArray
from peers import version_of
from PIL import Image
from quality_tables import write

import colorquant
from colorquant.color.perceptual import PERCEPTUAL
from colorquant.color.table import ColorTable
from colorquant.measures.quality import power_error
from colorquant.models import Raster

HERE = Path(__file__).parent
PIXELS = 640 * 427
QUALITIES = (
    *(0, 1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 78, 80),
    *(82, 85, 88, 90, 92, 94, 95, 96, 97, 98, 99, 100),
)
# Those that colorquant is run with.
SHOWN = (10, 20, 30, 40, 50, 60, 65, 70, 75, 80, 85, 90)
MOST = 256
# Every third photograph is made gray.
GRAY_STEP = 3
KS = (1, 2, 3, 4, 5, 6, 8, 11, 16, 23, 32, 45, 64, 91, 128, 181, MOST)

_OLDER = "lomiri-wallpapers-16.04"
_NATURE = (
    *("Aqua", "Blinds", "Dune", "FreshFlower", "Garden", "GreenMeadow", "RainDrops"),
    *("TwoWings", "YellowFlower"),
)
PHOTOS = {
    **eyes_images.TUNE,
    **eyes_images.HELD_OUT,
    "chelsea": Photo("skimage", "data/chelsea.png"),
    "fig": Photo(_OLDER, "Picture_0B_by_freespace.jpg"),
    "bird": Photo(_OLDER, "free_by_Peter_Nerlich.jpg"),
    **{name.lower(): Photo("mate-backgrounds", f"mate/nature/{name}.jpg") for name in _NATURE},
}

Colors = NDArray[np.uint8]
Float64 = NDArray[np.float64]
Error = Callable[[Colors, Colors], Float64]
"""Colors and their entries, (n, 3) both, to errors, (n,)."""


def power(exponent: float) -> Error:
    """Return the squared differences of stored numbers, 0 to 1, to a power, times 255."""
    levels = (np.arange(256) / 255) ** exponent * 255
    return lambda one, other: np.square(levels[one] - levels[other]).sum(axis=1)


def visible(one: Colors, other: Colors) -> Float64:
    """Return squared distances in the perceptual space."""
    return np.square(PERCEPTUAL.points(one) - PERCEPTUAL.points(other)).sum(axis=1)


ERRORS: dict[str, Error] = {
    "sRGB": power(1),
    **{f"power {exponent}": power(exponent) for exponent in (1.25, 1.5, 1.75)},
    "perceptual": visible,
}
# That of the library, in which colors of large areas weigh less.
LIBRARY = "power 1.25 tempered"
PALETTES = {"plain": "mse", "perceptual": "perceptual"}


def shrunk(image: Image.Image) -> Image.Image:
    """Return an image of no more than `PIXELS`."""
    factor = min(1, (PIXELS / (image.width * image.height)) ** 0.5)
    size = round(image.width * factor), round(image.height * factor)
    return image.resize(size, Image.Resampling.LANCZOS)


def photographs(folder: Path) -> dict[str, Path]:
    """Write the photographs as PNG, and return the files by name."""
    return eyes_images.photographs(PHOTOS, folder, folder, shrunk)


def grays(files: dict[str, Path]) -> dict[str, Path]:
    """Write gray versions of some photographs, and return the files by name."""
    made = {}
    for name in list(files)[::GRAY_STEP]:
        path = files[name].with_name(f"{name} gray.png")
        with Image.open(files[name]) as image:
            image.convert("L").convert("RGB").save(path)
        made[path.stem] = path
    return made


def chosen(program: str, source: Path, quality: int) -> int:
    """Return how many colors pngquant chooses."""
    target = source.with_suffix(".chosen")
    command = [program, "--force", f"--quality=0-{quality}", "-o", str(target), str(source)]
    subprocess.run(command, check=True)
    with Image.open(target) as image:
        assert image.palette is not None
        return len(image.palette.palette) // 3


def errors(source: Path) -> dict[str, list[float]]:
    """Return errors of palettes of `KS` colors, by what is measured of which palettes."""
    with Image.open(source) as image:
        pixels = np.asarray(image.convert("RGB"))
    table = ColorTable.of(Raster(pixels))
    colors, weights = table.colors_of(slice(None)), table.counts / table.counts.sum()
    _, first = np.unique(table.keys_of(pixels.reshape(-1, 3)), return_index=True)
    found: dict[str, list[float]] = {}
    for palette, objective in PALETTES.items():
        for k in KS:
            changes: Any = {"k": k, "objective": objective, "nearest": True}
            indexed = colorquant.quantize(pixels, **changes).indexed
            entries, labels = indexed.palette.colors[:, :3], indexed.indices.ravel()[first]
            own = {LIBRARY: power_error(table, entries, labels)}
            for name, error in ERRORS.items():
                own[name] = float(error(colors, entries[labels]) @ weights)
            for name, mean in own.items():
                found.setdefault(f"{name}, {palette}", []).append(float(f"{mean:.6g}"))
    return found


def taken(source: Path) -> dict[int, int]:
    """Return how many colors colorquant takes, by quality."""
    with Image.open(source) as image:
        pixels = np.asarray(image.convert("RGB"))
    return {
        quality: len(colorquant.quantize(pixels, quality=(0, quality)).palette) for quality in SHOWN
    }


def measured(program: str, source: Path) -> dict[str, Any]:
    """Return what is known of a photograph; it is kept beside it."""
    kept = source.with_suffix(".json")
    if not kept.exists():
        kept.write_text(json.dumps(_measured(program, source)))
    found: dict[str, Any] = json.loads(kept.read_text())
    return found


def _measured(program: str, source: Path) -> dict[str, Any]:
    numbers: dict[int, int] = {}
    for quality in QUALITIES:
        # Higher ones would have as many.
        capped = MOST in numbers.values()
        numbers[quality] = MOST if capped else chosen(program, source, quality)
    return {"pngquant": numbers, "errors": errors(source)}


def main() -> None:
    """Measure all photographs, and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pngquant", default="pngquant", help="program to compare with")
    parser.add_argument("--cache", type=Path, default=Path("build/quality"))
    parser.add_argument("--output", type=Path, default=HERE)
    asked = parser.parse_args()
    files = photographs(asked.cache)
    made_gray = grays(files)
    every = files | made_gray
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(partial(measured, asked.pngquant), every.values())
        known = dict(zip(every, found, strict=True))
        ours = dict(zip(files, pool.map(taken, files.values()), strict=True))
    about = {
        "pngquant": version_of([asked.pngquant, "--version"]),
        "colorquant": version("colorquant"),
        "colors": KS,
    }
    parts = {
        "photos": {name: known[name] | {"colorquant": ours[name]} for name in files},
        "grays": {name: known[name] for name in made_gray},
    }
    text = json.dumps({"about": about, **parts})
    asked.output.mkdir(parents=True, exist_ok=True)
    (asked.output / "quality.json").write_text(text + "\n")
    write(json.loads(text), asked.output)


if __name__ == "__main__":
    main()
