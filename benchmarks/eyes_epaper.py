"""Dithering to the inks of electronic paper: ``python benchmarks/eyes_epaper.py``.

Ten photographs to palettes of 6 and 7 inks, against all modes of the PyPI package epaper-dithering,
which is made for that. Prints two Markdown tables: means, and the S-CIELAB difference of each
photograph against the least of the package.
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
    "blue noise": ["--dither", "blue-noise"],
}
OURS = "colorquant diffusion"
# Modes of the package; with its refinement, the distance at which 127 pixels an inch are 45 a
# degree, as they are for S-CIELAB.
REFINED = "dbs=e.DbsParams(viewing_distance_cm=51.6, ppi=127)"
MODES = {
    **{
        mode.replace("_", " ").title(): f"mode=e.DitherMode.{mode}"
        for mode in (
            "NONE",
            "ORDERED",
            "FLOYD_STEINBERG",
            "BURKES",
            "ATKINSON",
            "STUCKI",
            "SIERRA",
            "SIERRA_LITE",
            "JARVIS_JUDICE_NINKE",
            "DIZZY",
        )
    },
    "refined": REFINED,
    "refined, fitted tone": f"{REFINED}, tone='auto', gamut='auto'",
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


def results(
    peer: Peer, photos: dict[str, Path], store: Store, folder: Path
) -> dict[str, dict[str, float]]:
    """Return the measures of a tool's results, by photograph."""
    found = {}
    wanted = {key for key, _ in COLUMNS} - {"seconds"}
    for name, source in photos.items():
        target, seconds = store.result(peer, source, 0, folder, 1)
        found[name] = {**store.measures(source, target, wanted), "seconds": seconds}
    return found


def means(found: dict[str, dict[str, float]]) -> str:
    """Return the cells of a tool's means."""
    each = list(found.values())
    return " | ".join(
        f"{statistics.mean(one[key] for one in each):.{digits}f}" if key in each[0] else "-"
        for key, digits in COLUMNS
    )


def by_photograph(found: dict[str, dict[str, dict[str, float]]]) -> Iterator[str]:
    """Yield a row for each photograph: colorquant's default, and the package's best."""
    ours = found.pop(OURS, None)
    theirs = {tool: each for tool, each in found.items() if not tool.startswith("colorquant")}
    if ours is None or not theirs:
        return
    for name, measures in ours.items():
        least, tool = min((each[name]["scielab"], tool) for tool, each in theirs.items())
        yield f"{name} | {measures['scielab']:.2f} | {least:.2f} | {tool}"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", default="", help="images whose names match this expression")
    parser.add_argument("--tools", default="", help="tools whose names match this expression")
    parser.add_argument("--tune", action="store_true", help="the photographs for tuning instead")
    parser.add_argument("--cache", type=Path, default=Path("build/benchmarks/eyes"), help="folder")
    asked = parser.parse_args()
    all_photos = eyes_images.TUNE if asked.tune else eyes_images.HELD_OUT
    chosen = {n: p for n, p in all_photos.items() if re.search(asked.images, n)}
    place = asked.cache / "images" / ("tune" if asked.tune else "held-out")
    photos = eyes_images.photographs(chosen, place, asked.cache)
    rows: list[str] = []
    print("| palette | | SSIMULACRA2 | S-CIELAB | FLIP | CIEDE2000 | seconds |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for label, inks in INKS.items():
            found = {}
            for peer in peers(inks, Path(folder)):
                if not re.search(asked.tools, peer.name):
                    continue
                try:
                    found[peer.name] = results(peer, photos, Store(asked.cache), Path(folder))
                except ToolError as error:
                    print(f"Skipped: {peer.name}: {error}")
                    continue
                print(f"| {label} | {peer.name} | {means(found[peer.name])} |", flush=True)
            rows += [f"| {label} | {row} |" for row in by_photograph(found)]
    print("\n| palette | photograph | colorquant | epaper-dithering | its best mode |")
    print("| --- | --- | --- | --- | --- |")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
