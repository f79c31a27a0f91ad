"""Dithering to the inks of electronic paper: ``python benchmarks/eyes_epaper.py``.

Held-out photographs to palettes of 6 and 7 inks, against the PyPI package epaper-dithering, which
is made for that. Prints a Markdown table of means.
"""

import argparse
import json
import re
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import eyes_images
from eyes_peers import Peer, version_of
from eyes_store import Store, ToolError

# The last as measured on a panel, and given in the package as SPECTRA_7_3_6COLOR_V2.
INKS = {
    "6 inks": ["#000000", "#ffffff", "#ffff00", "#ff0000", "#0000ff", "#00ff00"],
    "7 inks": ["#000000", "#ffffff", "#ffff00", "#ff0000", "#0000ff", "#00ff00", "#ff8000"],
    "6 inks, measured": ["#1f1829", "#a8b4b6", "#b4ad00", "#711813", "#24468b", "#32543c"],
}
KINDS = {
    "diffusion fast": ["--dither", "diffusion", "--effort", "fast"],
    "diffusion": ["--dither", "diffusion"],
    "diffusion best": ["--dither", "diffusion", "--effort", "best"],
    "diffusion strength 1": ["--dither", "diffusion", "--dither-strength", "1"],
    "blue noise": ["--dither", "blue-noise"],
}
# A mode of the package; with its refinement, the distance at which 127 pixels an inch are 45 a
# degree, as they are for S-CIELAB.
MODES = {
    "Burkes": "mode=e.DitherMode.BURKES",
    "Floyd-Steinberg": "mode=e.DitherMode.FLOYD_STEINBERG",
    "refined": "dbs=e.DbsParams(viewing_distance_cm=51.6, ppi=127)",
}
CODE = """
import sys, epaper_dithering as e
from PIL import Image
inks = [bytes.fromhex(ink[1:]) for ink in sys.argv[3:]]
names = ["black", "white", "yellow", "red", "blue", "green", "orange"]
palette = e.ColorPalette({n: tuple(ink) for n, ink in zip(names, inks)}, accent="red")
with Image.open(sys.argv[1]) as image:
    e.dither_image(image.convert("RGB"), palette, MODE).save(sys.argv[2])
"""
COLUMNS = (("ssimulacra2", 1), ("scielab", 2), ("flip", 3), ("ciede2000", 2), ("seconds", 2))


def peers(inks: list[str], folder: Path) -> Iterator[Peer]:
    """Yield colorquant and the package, to a palette."""
    program = shutil.which("colorquant")
    if program:
        palette = folder / "inks.json"
        palette.write_text(json.dumps({"version": 1, "colors": inks}))
        number = version_of([program, "--version"])
        for kind, options in KINDS.items():

            def ours(source: Path, _k: int, target: Path, own: list[str] = options) -> list[str]:
                files = [str(source), "-o", str(target), "--force"]
                return [program, *files, "--palette", str(palette), *own]

            yield Peer(f"colorquant {kind}", number, True, ours)
    try:
        number = version("epaper-dithering")
    except PackageNotFoundError:
        print("Skipped: epaper-dithering is not here.")
        return
    for mode, argument in MODES.items():

        def command(source: Path, _k: int, target: Path, argument: str = argument) -> list[str]:
            code = CODE.replace("MODE", argument)
            return [sys.executable, "-c", code, str(source), str(target), *inks]

        yield Peer(f"epaper-dithering {number} {mode}", number, True, command)


def line(peer: Peer, photos: dict[str, Path], store: Store, folder: Path) -> str:
    """Return the cells of a tool's means."""
    found = []
    wanted = {key for key, _ in COLUMNS} - {"seconds"}
    for source in photos.values():
        target, seconds = store.result(peer, source, 0, folder, 1)
        found.append({**store.measures(source, target, wanted), "seconds": seconds})
    return " | ".join(
        f"{statistics.mean(each[key] for each in found):.{digits}f}" if key in found[0] else "-"
        for key, digits in COLUMNS
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", default="", help="images whose names match this expression")
    parser.add_argument("--tools", default="", help="tools whose names match this expression")
    parser.add_argument("--cache", type=Path, default=Path("build/benchmarks/eyes"), help="folder")
    asked = parser.parse_args()
    chosen = {n: p for n, p in eyes_images.HELD_OUT.items() if re.search(asked.images, n)}
    photos = eyes_images.photographs(chosen, asked.cache / "images" / "held-out", asked.cache)
    print("| palette | | SSIMULACRA2 | S-CIELAB | FLIP | CIEDE2000 | seconds |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as name:
        for label, inks in INKS.items():
            for peer in peers(inks, Path(name)):
                if not re.search(asked.tools, peer.name):
                    continue
                try:
                    cells = line(peer, photos, Store(asked.cache), Path(name))
                except ToolError as error:
                    print(f"Skipped: {peer.name}: {error}")
                    continue
                print(f"| {label} | {peer.name} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
