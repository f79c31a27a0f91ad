"""How good and how fast the search for bounds is: ``python benchmarks/bounds.py``.

Writes bounds.md and bounds.json. `--only` measures some of the parts again, and leaves the others
of bounds.json as they are. Parts:

time
    Whole commands with a bound, each timed beside one with the number of colors that it found.
pngquant
    ``--quality 65-80`` against pngquant: bytes and SSIMULACRA2.
least
    The numbers that are found, and the least that trying every number finds.
default
    What ``-k auto`` takes without a bound.
bytes
    ``--max-bytes`` over ten bounds from the size of 2 colors to that of 256.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

import bounds_tables
import numpy as np
from bounds_peer import against, seen
from compare import machine
from numpy.typing import NDArray
from peers import version_of
from PIL import Image
from quality import photographs

import colorquant
from colorquant.color.table import ColorTable
from colorquant.measures.judging import Judge, table_delta_e
from colorquant.measures.quality import power_error, quality_of
from colorquant.models import IndexedImage, Raster
from colorquant.palette import Palette

HERE = Path(__file__).parent
SAMPLES = HERE.parent / "sample_images"
SAMPLE_NAMES = ("flower.jpg", "china.jpg", "gradient.png", "logo.png", "screenshot.png")
PHOTOS = (
    *("flower", "coffee", "chelsea", "bridge", "hills", "storm", "nuthatch", "rocket", "sunset"),
    "bird",
)
DITHERED = ("--dither", "diffusion")
KINDS = (False, True)
MOST = 256
CASES = {
    "-k auto": 2.5,
    "--min-psnr 36": 2.5,
    "--max-delta-e 2.5": 2.5,
    "--max-delta-e p95:5": 2.5,
    "--quality 65-80": 2.5,
    "--min-ssim 0.96": 4.0,
    "--max-bytes 40 %": 4.0,
    "--dither diffusion -k auto": 2.5,
    "--dither diffusion --min-psnr 42": 2.5,
    "--dither diffusion --max-bytes 40 %": 12.0,
}
"""Options, and how many times the time of one run they should take at most."""
# Pixels of the images of which every number of colors is tried.
FEW_PIXELS = 100_000
STEPS = 10
BARE = ("--metadata", "none")

Row = dict[str, Any]
Pixels = NDArray[np.uint8]


def run(source: Path, target: Path, options: list[str]) -> tuple[dict[str, Any], float]:
    """Run colorquant on one image, and return what it tells of it, and seconds."""
    command = [sys.executable, "-m", "colorquant", str(source), "-o", str(target), "--force"]
    start = time.perf_counter()
    done = subprocess.run(
        [*command, "--json", "--quiet", *options], check=False, capture_output=True, text=True
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        print(f"Failed: {' '.join(options)}: {done.stderr}", flush=True)
        done.check_returncode()
    return json.loads(done.stdout.splitlines()[0]), seconds


def tried(source: Path, target: Path, options: list[str]) -> list[int]:
    """Return the numbers of colors that a command tries."""
    command = [sys.executable, "-m", "colorquant", str(source), "-o", str(target), "--force"]
    shown = subprocess.run(
        [*command, "--verbose", *options], check=True, capture_output=True, text=True
    ).stderr
    line = next(line for line in shown.splitlines() if line.startswith("tried "))
    return [int(word.replace(",", "")) for word in re.findall(r"[\d,]*\d", line)]


def single(options: list[str], facts: dict[str, Any]) -> list[str]:
    """Return the options for one run with what a search found."""
    found = ["-k", str(facts["colors"])]
    if options[:2] == list(DITHERED):
        strength = ["--dither-strength", str(facts["dither_strength"])]
        found += [*DITHERED, *strength, "--objective", facts["objective"]]
    return found


def times(files: dict[str, Path], folder: Path, rounds: int) -> list[Row]:
    """Return a row of each case and image: seconds of pairs, and the median ratio."""
    rows: dict[tuple[str, str], Row] = {}
    target = folder / "out.png"
    for case, name in product(CASES, files):
        options = actual(case, files[name], target)
        row: Row = {"case": case, "image": name, "goal": CASES[case], "options": options}
        rows[case, name] = row | {"tried": tried(files[name], target, options), "seconds": []}
    for number, (case, name) in product(range(rounds), rows):
        row, source = rows[case, name], files[name]
        facts, seconds = run(source, target, row["options"])
        _, alone = run(source, target, single(row["options"], facts))
        row |= {"k": facts["colors"], "strength": facts["dither_strength"]}
        row["seconds"].append([round(seconds, 3), round(alone, 3)])
        row["ratio"] = round(median(one / other for one, other in row["seconds"]), 3)
        print(number, case, name, row["k"], row["tried"], row["ratio"], flush=True)
    return list(rows.values())


def actual(case: str, source: Path, target: Path) -> list[str]:
    """Return the options of a case; a share of bytes is that of the file with most colors."""
    *options, last = case.split()
    if last != "%":
        return [*options, last]
    look = DITHERED if options[:2] == list(DITHERED) else ()
    facts, _ = run(source, target, ["-k", str(MOST), *look])
    return [*options[:-1], str(facts["output_bytes"] * int(options[-1]) // 100)]


BOUNDS: dict[str, tuple[dict[str, Any], Callable[[dict[str, float]], bool]]] = {
    "PSNR 36": ({"min_psnr": 36}, lambda known: known["psnr"] >= 36),
    "CIEDE2000 2.5": ({"max_delta_e": 2.5}, lambda known: known["mean"] <= 2.5),
    "CIEDE2000 p95 5": ({"max_delta_e": "p95:5"}, lambda known: known["p95"] <= 5),
    "SSIM 0.96": ({"min_ssim": 0.96}, lambda known: known["ssim"] >= 0.96),
    "quality 80": ({"quality": 80}, lambda known: known["quality"] >= 80),
}


def known_of(pixels: Pixels, table: ColorTable, judge: Judge, k: int) -> dict[str, float]:
    """Return the measures of one number of colors."""
    result = colorquant.quantize(pixels, k=k)
    _, first = np.unique(table.keys_of(pixels.reshape(-1, 3)), return_index=True)
    palette = result.indexed.palette.colors
    entries = result.indexed.indices.ravel()[first]
    differences = table_delta_e(table, palette, entries)
    error = power_error(table, palette, entries)
    return {
        "psnr": result.metrics.psnr,
        "mean": differences.mean,
        "p95": differences.p95,
        "ssim": judge.ssim(result.indexed) or 0.0,
        "quality": quality_of(error, perceptual=False),
    }


def least(pair: tuple[str, Path]) -> list[Row]:
    """Return a row of each bound: the number found, and the least of every number."""
    name, source = pair
    with Image.open(source) as image:
        factor = (FEW_PIXELS / (image.width * image.height)) ** 0.5
        size = round(image.width * factor), round(image.height * factor)
        pixels = np.asarray(image.convert("RGB").resize(size, Image.Resampling.LANCZOS))
    table = ColorTable.of(Raster(pixels))
    judge = Judge(pixels, soft=False)
    every = {k: known_of(pixels, table, judge, k) for k in range(2, MOST + 1)}
    rows = []
    for bound, (options, meets) in BOUNDS.items():
        best = next((k for k in every if meets(every[k])), None)
        rising = [k for k in range(3, MOST + 1) if meets(every[k - 1]) and not meets(every[k])]
        try:
            found = len(colorquant.quantize(pixels, **options).indexed.palette.colors)
        except colorquant.BoundError:
            found = None
        rows.append({"bound": bound, "image": name, "found": found, "least": best})
        rows[-1]["misses above"] = rising
        print(rows[-1], flush=True)
    return rows


def default(pair: tuple[str, Path]) -> list[Row]:
    """Return what -k auto takes, plain and dithered."""
    name, source = pair
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        reference, target = Path(folder) / "in.png", Path(folder) / "out.png"
        with Image.open(source) as image:
            image.save(reference)
        for dithered in KINDS:
            options = ["-k", "auto", *(DITHERED if dithered else ())]
            facts, _ = run(reference, target, options)
            row = {"image": name, "dithered": dithered, "k": facts["colors"]}
            row |= {"bytes": facts["output_bytes"]}
            rows.append(row | seen(reference, target, {"ssimulacra2", "scielab"}))
            print(rows[-1], flush=True)
    return rows


def by_bytes(asked: tuple[str, Path, bool]) -> list[Row]:
    """Return a row of each of ten bounds: how much of it was used, and the error."""
    name, source, dithered = asked
    look = list(DITHERED) if dithered else []
    with Image.open(source) as image:
        pixels = np.asarray(image.convert("RGBA" if "A" in image.getbands() else "RGB"))
    judge = Judge(pixels, soft=dithered)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "out.png"

        def size(k: int) -> int:
            facts, _ = run(source, target, ["-k", str(k), *look, *BARE])
            return int(facts["output_bytes"])

        ends = size(2), size(MOST)
        most = min(MOST, len(ColorTable.of(Raster(pixels))))
        for bound in np.linspace(*ends, STEPS).astype(int).tolist():
            facts, _ = run(source, target, ["--max-bytes", str(bound), *look, *BARE])
            k = facts["colors"]
            row = {"image": name, "dithered": dithered, "bound": bound, "k": k, "most": most}
            row |= {"strength": facts["dither_strength"], "bytes": facts["output_bytes"]}
            row["error"] = judge.mse(indexed(target))
            row["next"] = None if dithered or k == most else size(k + 1)
            rows.append(row)
            print(row, flush=True)
    return rows


def indexed(path: Path) -> IndexedImage:
    """Return an indexed PNG."""
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGBA"))
    keys = np.ascontiguousarray(pixels).view(np.uint32)[..., 0]
    _, first, labels = np.unique(keys, return_index=True, return_inverse=True)
    colors = pixels.reshape(-1, 4)[first]
    counts = np.bincount(labels.ravel())
    shown = colors if bool((colors[:, 3] < 255).any()) else colors[:, :3]
    return IndexedImage(labels.reshape(keys.shape).astype(np.uint8), Palette(shown, counts))


def in_pool(work: Callable[[Any], list[Row]], asked: Iterable[Any]) -> list[Row]:
    """Return the rows of several images, two at a time."""
    with ProcessPoolExecutor(2) as pool:
        return [row for rows in pool.map(work, asked) for row in rows]


def main() -> None:
    """Measure, and write bounds.md and bounds.json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=bounds_tables.PARTS, help="parts")
    parser.add_argument("--rounds", type=int, default=5, help="pairs of each case of the first")
    parser.add_argument("--pngquant", default="pngquant", help="program to compare with")
    parser.add_argument("--cache", type=Path, default=Path("build/quality"))
    parser.add_argument("--output", type=Path, default=HERE)
    asked = parser.parse_args()
    made = photographs(asked.cache)
    photos = {name: made[name] for name in PHOTOS if name in made}
    samples = {Path(name).stem: SAMPLES / name for name in SAMPLE_NAMES}
    path = asked.output / "bounds.json"
    data = json.loads(path.read_text()) if path.exists() else {}
    asked.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts: dict[str, Callable[[], list[Row]]] = {
            "time": lambda: times(photos, folder, asked.rounds),
            "pngquant": lambda: against(asked.pngquant, photos, folder),
            "least": lambda: in_pool(least, photos.items()),
            "default": lambda: in_pool(default, (photos | samples).items()),
            "bytes": lambda: in_pool(
                by_bytes,
                [(*pair, dithered) for pair in samples.items() for dithered in (False, True)],
            ),
        }
        for part in asked.only or parts:
            about = machine() | {"pngquant": version_of([asked.pngquant, "--version"])}
            data[part] = {"about": about, "rows": parts[part]()}
            path.write_text(json.dumps(data, indent=1) + "\n")
            (asked.output / "bounds.md").write_text(bounds_tables.told(data))


if __name__ == "__main__":
    main()
