"""What clusterers of scikit-learn make of a photograph: ``python benchmarks/clusterers.py``.

Writes clusterers.md, clusterers.json and docs/clusterers.png. Times are of `colorquant.quantize` in
this process, each the least of the trials.
"""

import argparse
import json
import time
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from compare import machine
from PIL import Image
from sklearn.cluster import (
    DBSCAN,
    HDBSCAN,
    OPTICS,
    AffinityPropagation,
    AgglomerativeClustering,
    Birch,
    BisectingKMeans,
    MeanShift,
    SpectralClustering,
)
from sklearn.cluster import KMeans as Peer
from sklearn.mixture import GaussianMixture

import colorquant

ROOT = Path(__file__).parent.parent
IMAGE = "flower.jpg"
K = 16
# Each with the text that makes it; None is our own engine.
ENGINES: dict[str, Any] = {
    "colorquant": None,
    "KMeans()": Peer(),
    "BisectingKMeans()": BisectingKMeans(),
    "AgglomerativeClustering()": AgglomerativeClustering(),
    "GaussianMixture()": GaussianMixture(),
    "Birch(threshold=0.1)": Birch(threshold=0.1),
    "SpectralClustering()": SpectralClustering(),
    "AffinityPropagation()": AffinityPropagation(),
    "MeanShift(bandwidth=0.2)": MeanShift(bandwidth=0.2),
    "DBSCAN(eps=0.03)": DBSCAN(eps=0.03),
    "HDBSCAN()": HDBSCAN(copy=True),
    "OPTICS()": OPTICS(),
}
# Our own engine is asked for as many colors as these found.
COUNTED = ("AffinityPropagation()", "MeanShift(bandwidth=0.2)", "DBSCAN(eps=0.03)")
COUNTED += ("HDBSCAN()", "OPTICS()")


def measured(engine: Any, k: int | None, trials: int) -> tuple[colorquant.Result, float]:
    """Return the result of an engine, and the seconds it took."""
    image = np.asarray(Image.open(ROOT / "sample_images" / IMAGE))
    times = []
    options = {} if engine is None else {"engine": engine}
    for _ in range(trials):
        start = time.perf_counter()
        with warnings.catch_warnings():
            # Of clusterers that do not converge.
            warnings.simplefilter("ignore", colorquant.ColorquantWarning)
            result = colorquant.quantize(image, k=k, **options)
        times.append(time.perf_counter() - start)
    return result, min(times)


def row(name: str, trials: int) -> tuple[dict[str, Any], colorquant.Result]:
    """Return the figures of an engine, and its result."""
    counted = name in COUNTED
    result, seconds = measured(ENGINES[name], None if counted else K, trials)
    colors = len(result.palette)
    own, _ = measured(None, colors, 1)
    given = result.history[-1].stage.partition(" on ")[2]
    found = {"colors": colors, "mse": result.metrics.mse, "seconds": seconds}
    return {"engine": name, "given": given, **found, "own_mse": own.metrics.mse}, result


def table(rows: list[dict[str, Any]]) -> str:
    """Return the table of the documentation."""
    lines = [["engine", "given", "colors", "MSE", "ours with as many", "time"], ["---"] * 6]
    for each in rows:
        own = each["engine"] == "colorquant"
        lines.append(
            [
                each["engine"] if own else f"`{each['engine']}`",
                "all colors, weighted" if own else each["given"],
                str(each["colors"]),
                f"{each['mse']:.1f}",
                f"{each['own_mse']:.1f}",
                f"{each['seconds']:.2f} s",
            ]
        )
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def draw(shown: dict[str, colorquant.Result], path: Path) -> None:
    """Draw a part of each result, with its name and its palette."""
    figure, axes = plt.subplots(3, 4, figsize=(10, 7.2), dpi=100, layout="constrained")
    for axis, (name, result) in zip(axes.flat, shown.items(), strict=True):
        picture = result.indexed.pixels()[60:360, 130:530]
        axis.imshow(picture)
        order = np.argsort(-result.palette.counts)
        strip = np.repeat(result.palette.colors[order], 1 + 399 // len(order), axis=0)[:400]
        axis.imshow(strip[None], extent=(0, 400, 340, 305), aspect="auto")
        axis.set(xlim=(0, 400), ylim=(340, 0))
        axis.set_title(f"{name}\n{len(result.palette)} colors, MSE {result.metrics.mse:.0f}")
        axis.title.set_fontsize(9)
        axis.axis("off")
    figure.savefig(path)
    plt.close(figure)
    colorquant.quantize_file(path, path, k=128, in_place=True)


def main() -> None:
    """Measure, and write clusterers.md, clusterers.json and the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=3)
    parser.add_argument("--output", type=Path, default=Path(__file__).parent)
    parser.add_argument("--picture", type=Path, default=ROOT / "docs" / "clusterers.png")
    asked = parser.parse_args()
    rows, shown = [], {}
    for name in ENGINES:
        figures, shown[name] = row(name, asked.trials)
        rows.append(figures)
        print(figures, flush=True)
    draw(shown, asked.picture)
    about = {**machine(), "trials": asked.trials, "scikit-learn": version("scikit-learn")}
    (asked.output / "clusterers.json").write_text(
        json.dumps({"about": about, "rows": rows}, indent=1) + "\n"
    )
    told = (
        f"# Clusterers of scikit-learn\n\nOn {about['date']}: {about['processor']}, "
        f"{about['cores']} cores, load {about['load']:.1f} at the end; Python {about['python']}, "
        f"scikit-learn {about['scikit-learn']}. {IMAGE}, each the fastest of {about['trials']} "
        f"trials.\n\n{table(rows)}\n"
    )
    (asked.output / "clusterers.md").write_text(told)


if __name__ == "__main__":
    main()
