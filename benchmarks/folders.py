"""Folders of photographs against pngquant: ``python benchmarks/folders.py``.

Small ones are crops, flips and scalings of the sample images and scikit-image's; large ones are
scaled up from a wallpaper. pngquant runs by ``xargs -P``, as many at a time as there are cores,
each in one thread, as more would wait for one another.
"""

import argparse
import itertools
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import images
import numpy as np
from PIL import Image

SIZE = (640, 427)


def make_small(folder: Path, number: int) -> None:
    """Write photographs of 0.27 megapixel as PNG."""
    folder.mkdir()
    sources = [path for _, path in sorted(images.as_png(images_cache(), large=False).items())]
    chance = np.random.default_rng(0)
    for index, source in zip(range(number), itertools.cycle(sources)):
        with Image.open(source) as image:
            photo = image.convert("RGB")
        width, height = photo.size
        share = chance.uniform(0.5, 1.0)
        left, top = chance.uniform(0, 1 - share, 2) * photo.size
        box = (left, top, left + share * width, top + share * height)
        crop = photo.resize(SIZE, Image.Resampling.LANCZOS, box=box)
        if index % 2:
            crop = crop.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        crop.save(folder / f"{index:04}.png")


def make_large(folder: Path, number: int) -> None:
    """Write photographs of 10 megapixels as PNG."""
    folder.mkdir()
    known = images.as_png(images_cache(), large=True)
    source = next(path for name, path in known.items() if "24 MP" in name)
    with Image.open(source) as image:
        photo = image.convert("RGB")
    chance = np.random.default_rng(0)
    for index in range(number):
        left, top = chance.uniform(0, 0.3, 2) * photo.size
        box = (left, top, left + 0.7 * photo.width, top + 0.7 * photo.height)
        photo.resize((3873, 2582), Image.Resampling.BICUBIC, box=box).save(
            folder / f"{index:04}.png", compress_level=1
        )


def images_cache() -> Path:
    """Return where made images are kept."""
    return Path("build/benchmarks")


def commands(source: Path, target: Path, jobs: int) -> dict[str, str]:
    """Return shell commands that do a folder."""
    xargs = f"ls {source}/*.png | xargs -P{jobs} -I@ sh -c"
    found = {
        "colorquant": f"colorquant {source} -k 256 -o {target} --jobs {jobs}",
        "colorquant, fast": f"colorquant {source} -k 256 -o {target} --jobs {jobs} --effort fast",
        "colorquant, one process": f"colorquant {source} -k 256 -o {target} --jobs 1",
        "pngquant": f"{xargs} 'OMP_NUM_THREADS=1 pngquant --nofs 256 @ -o {target}/$(basename @)'",
    }
    return {name: line for name, line in found.items() if shutil.which(name.split(",")[0])}


def error(source: Path, target: Path) -> float:
    """Return the mean of the images' errors, on every tenth."""
    found = []
    for path in sorted(source.iterdir())[::10]:
        with Image.open(path) as before, Image.open(target / path.name) as after:
            pair = [np.asarray(image.convert("RGB")).astype(float) for image in (before, after)]
        found.append(np.square(pair[0] - pair[1]).sum(axis=2).mean())
    return float(np.mean(found))


def measure(title: str, source: Path, trials: int) -> None:
    """Print the table of a folder."""
    jobs = os.cpu_count() or 1
    target = source.parent / "out"
    times: dict[str, list[float]] = {}
    rows = {}
    for _ in range(trials):
        for name, line in commands(source, target, jobs).items():
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir()
            start = time.perf_counter()
            subprocess.run(line, shell=True, check=True, stderr=subprocess.DEVNULL)
            times.setdefault(name, []).append(time.perf_counter() - start)
            size = sum(path.stat().st_size for path in target.glob("*.png"))
            rows[name] = f"{size:,} | {error(source, target):.2f}"
    print(f"\n{title}, {jobs} cores\n\n| | seconds | of pngquant's | bytes | error |")
    print("| --- | --- | --- | --- | --- |")
    for name, found in times.items():
        peer = times.get("pngquant", found)
        ratio = statistics.median(a / b for a, b in zip(found, peer, strict=True))
        print(f"| {name} | {statistics.median(found):.2f} | {ratio:.2f} | {rows[name]} |")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=3)
    trials = parser.parse_args().trials
    if shutil.which("pngquant"):
        subprocess.run("echo pngquant $(pngquant --version)", shell=True, check=True)
    with tempfile.TemporaryDirectory() as name:
        make_small(Path(name) / "small", 200)
        measure("200 photographs of 0.27 megapixel", Path(name) / "small", trials)
        make_large(Path(name) / "large", 20)
        measure("20 photographs of 10 megapixels", Path(name) / "large", trials)


if __name__ == "__main__":
    main()
