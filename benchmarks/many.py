"""Memory and time over thousands of small images: ``python benchmarks/many.py``.

Prints the peak memory of any process for few and for many files, and what a shared palette
adds to memory and time.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

SAMPLES = Path(__file__).parent.parent / "sample_images"
# Starts a command from a small process, whose children's peak is then the command's.
LAUNCHER = """
import json, resource, subprocess, sys, time
start = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stderr=subprocess.DEVNULL)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([time.perf_counter() - start, peak / 1024]))
"""


def make(folder: Path, number: int) -> None:
    """Write photographs of 96 x 64, each a little different."""
    folder.mkdir()
    with Image.open(SAMPLES / "china.jpg") as photo:
        pixels = np.asarray(photo.resize((96, 64)))
    for index in range(number):
        shifted = np.roll(pixels, index, axis=1).astype(int) + index % 97
        image = Image.fromarray(np.clip(shifted, 0, 255).astype(np.uint8))
        image.save(folder / f"{index:05}.png", compress_level=1)


def measured(source: Path, *more: str) -> tuple[float, float]:
    """Return seconds and peak megabytes of any process."""
    target = source.parent / "out"
    shutil.rmtree(target, ignore_errors=True)
    command = ["colorquant", source, "-k", "64", "-o", target, *more]
    launched = [sys.executable, "-c", LAUNCHER, *map(str, command)]
    said = subprocess.run(launched, check=True, capture_output=True, text=True).stdout
    seconds, megabytes = json.loads(said)
    return seconds, megabytes


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=100)
    parser.add_argument("--many", type=int, default=10_000)
    parser.add_argument("--shared", type=int, default=2_000)
    asked = parser.parse_args()
    print("| files | | seconds | peak MB of any process |\n| --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as name:
        for number in (asked.few, asked.many):
            source = Path(name) / str(number)
            make(source, number)
            seconds, megabytes = measured(source)
            print(f"| {number:,} | | {seconds:.1f} | {megabytes:.0f} |", flush=True)
        source = Path(name) / "shared"
        make(source, asked.shared)
        for title, more in (("own palettes", []), ("one palette", ["--shared-palette"])):
            seconds, megabytes = measured(source, *more)
            print(f"| {asked.shared:,} | {title} | {seconds:.1f} | {megabytes:.0f} |", flush=True)


if __name__ == "__main__":
    main()
