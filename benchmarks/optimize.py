"""Bytes and time of --optimize at each level: ``python benchmarks/optimize.py``.

Writes optimize.md and optimize.json. Each run is timed beside one without the option, as whole
processes; the time is the median of the ratios of such pairs.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from compare import machine

SAMPLES = Path(__file__).parent.parent / "sample_images"
IMAGES = ("flower.jpg", "screenshot.png")
LEVELS = ("1", "2", "3", "4", "5", "6", "max")
K = 64
# Seconds of a run above which a few pairs will do.
LONG = 4


def run(image: str, folder: Path, level: str | None) -> tuple[int, float]:
    """Return bytes and seconds."""
    target = folder / "out.png"
    command = [sys.executable, "-m", "colorquant", SAMPLES / image, "-k", str(K), "-o", target]
    command += ["--force", *([f"--optimize={level}"] if level else [])]
    start = time.perf_counter()
    subprocess.run(list(map(str, command)), check=True)
    return target.stat().st_size, time.perf_counter() - start


def measured(image: str, level: str, folder: Path, trials: int) -> dict[str, Any]:
    """Return a row: bytes, median seconds, and the median ratio of pairs."""
    pairs: list[tuple[float, float]] = []
    size = 0
    while len(pairs) < trials:
        _, plain = run(image, folder, None)
        size, seconds = run(image, folder, level)
        pairs.append((plain, seconds))
        if seconds > LONG and len(pairs) == 3:
            break
    return {
        "image": image,
        "level": level,
        "bytes": size,
        "seconds": statistics.median(seconds for _, seconds in pairs),
        "ratio": statistics.median(seconds / plain for plain, seconds in pairs),
    }


def table(rows: list[dict[str, Any]]) -> str:
    """Return the table of the documentation: a row for each level, two columns for each image."""
    lines = [
        ["level", *(title for image in IMAGES for title in (image, "time"))],
        ["---"] * (1 + 2 * len(IMAGES)),
    ]
    for level in ("none", *LEVELS):
        own = {row["image"]: row for row in rows if row["level"] == level}
        cells = (
            text
            for image in IMAGES
            for text in (f"{own[image]['bytes']:,}", f"{own[image]['ratio']:.1f}")
        )
        lines.append([level, *cells])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Measure, and write optimize.md and optimize.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=9)
    parser.add_argument("--output", type=Path, default=Path(__file__).parent)
    asked = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for image in IMAGES:
            size, seconds = run(image, folder, None)
            plain = {"image": image, "level": "none", "bytes": size, "seconds": seconds}
            rows.append(plain | {"ratio": 1.0})
            for level in LEVELS:
                rows.append(measured(image, level, folder, asked.trials))
                print(rows[-1], flush=True)
    about = {**machine(), "trials": asked.trials, "k": K, "pyoxipng": version("pyoxipng")}
    asked.output.mkdir(parents=True, exist_ok=True)
    data = {"about": about, "rows": rows}
    (asked.output / "optimize.json").write_text(json.dumps(data, indent=1) + "\n")
    told = (
        f"# --optimize\n\nOn {about['date']}: {about['processor']}, {about['cores']} cores, load "
        f"{about['load']:.1f} at the end; Python {about['python']}, pyoxipng {about['pyoxipng']}. "
        f"Bytes at {K} colors, and the time of whole processes as a multiple of that without "
        f"--optimize: medians of up to {about['trials']} pairs, of 3 where a run takes more than "
        f"{LONG} s.\n\n{table(rows)}\n"
    )
    (asked.output / "optimize.md").write_text(told)


if __name__ == "__main__":
    main()
