"""Measure what the eye sees of each tool's results: ``python benchmarks/eyes.py``.

Writes eyes.md, eyes.json and eyes.png. Results of other tools are kept in the cache, so that a
second run makes only colorquant's again; measures are kept by the content of both images.
"""

import argparse
import json
import re
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import eyes_images
import eyes_metrics
import eyes_peers
import eyes_tables
from compare import machine
from eyes_store import Store, ToolError

QUICK = {
    "images": "^(bridge|dogs|ladybird)$",
    "tools": "^(colorquant (mse|perceptual|diffusion)|pngquant 3)$",
    "measures": {"ssimulacra2", "scielab", "flip"},
}


def images(asked: argparse.Namespace) -> Iterator[tuple[str, str, Path]]:
    """Yield group, name and file of each image that is asked for."""
    groups = {}
    if asked.held_out or not asked.tune:
        groups["held-out"] = eyes_images.HELD_OUT
    if asked.tune:
        groups["tune"] = eyes_images.TUNE
    found = {
        group: eyes_images.photographs(photos, asked.cache / "images" / group, asked.cache)
        for group, photos in groups.items()
    }
    drawn = asked.cache / "images" / "drawn"
    found["drawn"] = eyes_images.drawings(eyes_images.DRAWN, drawn)
    found["alpha"] = eyes_images.drawings(eyes_images.ALPHA, drawn)
    for group, files in found.items():
        for name, path in files.items():
            if re.search(asked.images, name):
                yield group, name, path


def rows(asked: argparse.Namespace, peers: list[eyes_peers.Peer]) -> Iterator[dict[str, Any]]:
    """Yield the measures of each tool on each image at each k."""
    store = Store(asked.cache)
    wanted = QUICK["measures"] if asked.quick else set(eyes_metrics.MEASURES)
    works: dict[eyes_peers.Peer, bool] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for (group, name, source), k, peer in product(list(images(asked)), asked.k, peers):
            # What fails from the start is not there.
            if not works.get(peer, True) or (group == "alpha" and not peer.alpha):
                continue
            try:
                made = store.result(peer, source, k, Path(scratch), asked.trials)
            except ToolError as error:
                print(f"Skipped: {peer.name}, {name}, {k}: {error}", flush=True)
                works.setdefault(peer, False)
                continue
            if made is None:
                continue
            works[peer] = True
            row = {"group": group, "image": name, "k": k, "peer": peer.name}
            row |= {"dithered": peer.dithered, "seconds": made[1]}
            yield row | store.measures(source, made[0], wanted)


def main() -> None:
    """Measure, and write the tables and the chart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-k", "--k", type=int, nargs="+", default=[16, 64, 256])
    parser.add_argument("--images", default="", help="images whose names match this expression")
    parser.add_argument("--tools", default="", help="tools whose names match this expression")
    parser.add_argument("--held-out", action="store_true", help="the default")
    parser.add_argument("--tune", action="store_true", help="the photographs that are tuned on")
    parser.add_argument("--quick", action="store_true", help="a few images, tools and measures")
    parser.add_argument("--trials", type=int, default=1, help="runs of each tool, for its time")
    parser.add_argument("--output", type=Path, default=Path("build/eyes"), help="folder")
    parser.add_argument("--cache", type=Path, default=Path("build/benchmarks/eyes"), help="folder")
    asked = parser.parse_args()
    if asked.quick:
        asked.images = asked.images or QUICK["images"]
        asked.tools = asked.tools or QUICK["tools"]
    asked.output.mkdir(parents=True, exist_ok=True)

    peers = [peer for peer in eyes_peers.available() if re.search(asked.tools, peer.name)]
    found = []
    for row in rows(asked, peers):
        found.append(row)
        shown = row.get("ssimulacra2", row.get("ssimulacra2 gray", float("nan")))
        kind = "dithered" if row["dithered"] else ""
        print(f"{row['image']:12} {row['k']:4} {row['peer']:32} {kind:9} {shown:7.2f}", flush=True)
    used = {row["peer"] for row in found}
    versions = {peer.name: peer.version for peer in peers if peer.name in used}
    about = {**machine(), "trials": asked.trials, "peers": versions}
    data = {"about": about, "rows": found}
    (asked.output / "eyes.json").write_text(json.dumps(data, indent=1) + "\n")
    eyes_tables.write(data, asked.output)


if __name__ == "__main__":
    main()
