"""What the eye sees of animations: ``python benchmarks/eyes_animation.py``.

A badge with a soft shadow crosses a photograph that stands still. gifski takes the frames as they
are, colorquant and ffmpeg one animated PNG of them. Prints a Markdown table: measures over frames,
flicker (the mean change of L* from frame to frame where the source does not change), bytes and
seconds.
"""

import argparse
import re
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

import eyes_images
import eyes_metrics
import numpy as np
from eyes_peers import version_of
from eyes_store import ToolError, run
from PIL import Image

SIZE, FRAMES, RATE = (320, 240), 24, 20
# In the folder that npm installs to.
GIFSKI = Path("node_modules/gifski/bin/debian/gifski")
CONTEST = {"ssimulacra2", "scielab", "flip"}
# Frames from one that is measured to the next.
STRIDE = 4


def clip(photo: Path) -> list[np.ndarray]:
    """Return the frames."""
    with Image.open(photo) as image:
        behind = image.convert("RGBA").resize(SIZE, Image.Resampling.LANCZOS)
    badge = eyes_images.logo().resize((128, 128), Image.Resampling.LANCZOS)
    frames = []
    for number in range(FRAMES):
        frame = behind.copy()
        frame.alpha_composite(badge, (8 * number, 40 + number % 12 * 4))
        frames.append(np.asarray(frame.convert("RGB")))
    return frames


def commands(frames: list[Path], clip: Path, target: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield names and commands of the tools that are here."""
    ours = ["colorquant", str(clip), "-k", "256", "--force", "-o", str(target)]
    each = "--per-frame-palette"
    if shutil.which("colorquant"):
        yield "colorquant mse", ours
        for kind in ("blue-noise", "diffusion"):
            yield f"colorquant {kind}", [*ours, "--dither", kind]
            yield f"colorquant {kind}, a palette each", [*ours, "--dither", kind, each]
    gifski = shutil.which("gifski") or (str(GIFSKI.resolve()) if GIFSKI.exists() else None)
    if gifski:
        for quality in (90, 100):
            options = ["--quiet", "--fps", str(RATE), "--quality", str(quality)]
            name = f"gifski {version_of([gifski, '--version'])} quality {quality}"
            yield name, [gifski, *options, "-o", str(target), *map(str, frames)]
    else:
        print("Skipped: gifski is not here.")
    if shutil.which("ffmpeg"):
        for kind in ("sierra2_4a", "bayer"):
            graph = f"split[a][b];[a]palettegen[p];[b][p]paletteuse=dither={kind}"
            quiet = ["ffmpeg", "-v", "error", "-y", "-f", "apng", "-i", str(clip)]
            yield f"ffmpeg {kind}", [*quiet, "-filter_complex", graph, str(target)]
    else:
        print("Skipped: ffmpeg is not here.")


def shown(path: Path) -> list[np.ndarray]:
    """Return the frames of a file as a viewer shows them."""
    found = []
    with Image.open(path) as image:
        for number in range(image.n_frames):
            image.seek(number)
            found.append(np.asarray(image.convert("RGB")))
    return found


def flicker(before: list[np.ndarray], after: list[np.ndarray]) -> float:
    """Return the mean change of L* between frames where the source does not change."""
    changes = []
    lightness = [eyes_metrics.lab(eyes_metrics.xyz(eyes_metrics.light(f)))[..., 0] for f in after]
    for number in range(1, len(before)):
        still = (before[number] == before[number - 1]).all(axis=2)
        changes.append(np.abs(lightness[number] - lightness[number - 1])[still].mean())
    return float(np.mean(changes))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tools", default="", help="tools whose names match this expression")
    parser.add_argument("--images", nargs="+", default=["bridge", "dandelions"], metavar="NAME")
    parser.add_argument("--cache", type=Path, default=Path("build/benchmarks/eyes"), help="folder")
    asked = parser.parse_args()
    photos = {name: eyes_images.HELD_OUT[name] for name in asked.images}
    held = eyes_images.photographs(photos, asked.cache / "images" / "held-out", asked.cache)
    print("| image | | SSIMULACRA2 | S-CIELAB | FLIP | flicker | kB | seconds |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for image, photo in held.items():
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            before = clip(photo)
            paths = [folder / f"{number:03}.png" for number in range(FRAMES)]
            pictures = [Image.fromarray(frame) for frame in before]
            for path, picture in zip(paths, pictures, strict=True):
                picture.save(path)
            source, target = folder / "clip.apng", folder / "out.gif"
            later = {"save_all": True, "append_images": pictures[1:], "duration": 1000 // RATE}
            pictures[0].save(source, "PNG", loop=0, **later)
            for tool, command in commands(paths, source, target):
                if re.search(asked.tools, tool):
                    target.unlink(missing_ok=True)
                    print(row(image, tool, command, before, target), flush=True)


def row(image: str, tool: str, command: list[str], before: list[np.ndarray], target: Path) -> str:
    """Run a tool and return a line of the table, or the reason that there is none."""
    try:
        seconds = run(command, target, 1)
    except ToolError as error:
        return f"Skipped: {tool}: {error}"
    after = shown(target)
    if len(after) != len(before):
        return f"Skipped: {tool}: {len(after)} frames of {len(before)}"
    found = [
        eyes_metrics.measures(one, other, CONTEST)
        for one, other in list(zip(before, after, strict=True))[::STRIDE]
    ]
    cells = [
        f"{statistics.mean(each[key] for each in found):.{digits}f}" if key in found[0] else "-"
        for key, digits in (("ssimulacra2", 1), ("scielab", 2), ("flip", 3))
    ]
    cells += [f"{flicker(before, after):.2f}", f"{target.stat().st_size / 1e3:.0f}"]
    return f"| {image} | {tool} | {' | '.join([*cells, f'{seconds:.2f}'])} |"


if __name__ == "__main__":
    main()
