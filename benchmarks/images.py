"""The images that are compared on, out of packages that anyone can install."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image

SAMPLES = Path(__file__).parent.parent / "sample_images"
# A photograph of 20 megapixels from Debian's package lomiri-wallpapers-20.04.
LARGE = Path("/usr/share/backgrounds/Kleiber_by_Lukas_Baubkus.jpg")
MEGAPIXELS = (2.5, 10, 24)

# Mean over pixels of the squared difference summed over R, G and B: the lowest errors known,
# found by long searches or published (baboon: palettes that are not rounded to 8 bits).
BEST_KNOWN = {
    "flower": {16: 215.90, 64: 73.78, 256: 27.00},
    "china": {16: 342.96, 64: 111.45, 256: 42.66},
    "astronaut": {16: 335.55, 64: 83.22, 256: 28.02},
    "coffee": {16: 206.16, 64: 51.98, 256: 18.12},
    "chelsea": {16: 154.19, 64: 45.73, 256: 16.22},
    "rocket": {16: 161.38, 64: 42.11, 256: 15.05},
    "baboon": {16: 627.20, 32: 371.65, 64: 232.86, 128: 148.98, 256: 94.77},
}


def sources() -> Iterator[tuple[str, Path]]:
    """Yield names and files of the images that are on this machine."""
    skimage = find_spec("skimage")
    folders = [SAMPLES]
    if skimage and skimage.origin:
        folders.append(Path(skimage.origin).parent / "data")
    folders.append(Path("node_modules/baboon-image"))
    for name in BEST_KNOWN:
        for folder in folders:
            found = sorted(folder.glob(f"{name}.*g"))
            if found:
                yield name, found[0]
                break


def as_png(folder: Path, *, large: bool) -> dict[str, Path]:
    """Write the images as PNG, which every peer reads, and return the files by name."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {}
    for name, path in sources():
        made[name] = folder / f"{name}.png"
        if not made[name].exists():
            with Image.open(path) as image:
                # Without a profile: some peers would convert by it, and be judged for that.
                Image.fromarray(np.asarray(image.convert("RGB"))).save(made[name])
    if large and LARGE.exists():
        made |= _scaled(LARGE, folder)
    return made


def _scaled(path: Path, folder: Path) -> dict[str, Path]:
    """Write a photograph at each size."""
    made = {}
    with Image.open(path) as image:
        photo = Image.fromarray(np.asarray(image.convert("RGB")))
    for megapixels in MEGAPIXELS:
        factor = (megapixels * 1e6 / (photo.width * photo.height)) ** 0.5
        name = f"{path.stem.split('_')[0].lower()} {megapixels:g} MP"
        made[name] = folder / f"{name.replace(' ', '-')}.png"
        if not made[name].exists():
            size = round(photo.width * factor), round(photo.height * factor)
            photo.resize(size, Image.Resampling.LANCZOS).save(made[name])
    return made
