"""An animation against gifsicle: ``python benchmarks/animation.py``.

A clip of 100 frames of 480 x 270, each with a palette of its own, to one palette of 256 colors.
Prints medians over runs in turn, and the ratio of each pair.
"""

import argparse
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

SAMPLES = Path(__file__).parent.parent / "sample_images"
SIZE, FRAMES = (480, 270), 100


def clip(path: Path) -> None:
    """Write a GIF that pans over a photograph, with a few still frames between."""
    with Image.open(SAMPLES / "china.jpg") as photo:
        large = photo.convert("RGB").resize((1100, 734), Image.Resampling.LANCZOS)
    frames = []
    for number in range(FRAMES):
        step = number - number % 4 // 3
        place = (step * 6, step * 4)
        frame = large.crop((*place, place[0] + SIZE[0], place[1] + SIZE[1]))
        frames.append(frame.quantize(256, dither=Image.Dither.NONE))
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=40, loop=0)


def frames_of(path: Path) -> Iterator[np.ndarray]:
    """Yield the frames as a viewer shows them."""
    with Image.open(path) as image:
        for number in range(image.n_frames):
            image.seek(number)
            yield np.asarray(image.convert("RGB")).astype(float)


def error(before: Path, after: Path) -> float:
    """Return the mean over pixels and frames of the squared error summed over R, G and B."""
    pairs = zip(frames_of(before), frames_of(after), strict=True)
    return float(np.mean([np.square(one - other).sum(axis=2).mean() for one, other in pairs]))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=7)
    trials = parser.parse_args().trials
    with tempfile.TemporaryDirectory() as name:
        source, target = Path(name) / "clip.gif", Path(name) / "out.gif"
        clip(source)
        ours = ["colorquant", source, "-k", "256", "--force", "-o", target]
        commands = {
            "colorquant": ours,
            "colorquant fast": [*ours, "--effort", "fast"],
            "colorquant, a palette each": [*ours, "--per-frame-palette"],
            "gifsicle": ["gifsicle", "--no-warnings", "--colors", "256", source, "-o", target],
        }
        commands = {name: c for name, c in commands.items() if shutil.which(c[0])}
        times: dict[str, list[float]] = {program: [] for program in commands}
        rows = {}
        for _ in range(trials):
            for program, command in commands.items():
                start = time.perf_counter()
                subprocess.run(command, check=True)
                times[program].append(time.perf_counter() - start)
                rows[program] = f"{target.stat().st_size:,} | {error(source, target):.2f}"
        print("| | seconds | times gifsicle's | bytes | error |\n| --- | --- | --- | --- | --- |")
        for program, found in times.items():
            others = times.get("gifsicle", found)
            ratio = statistics.median(a / b for a, b in zip(found, others, strict=True))
            print(f"| {program} | {statistics.median(found):.2f} | {ratio:.2f} | {rows[program]} |")


if __name__ == "__main__":
    main()
