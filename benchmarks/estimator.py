"""Inertia and time of KMeans beside scikit-learn's: ``python benchmarks/estimator.py``.

Writes estimator.md and estimator.json. All fit the same samples in turn, in one process; times are
medians of the trials, and each trial has another seed.
"""

import argparse
import json
import statistics
import time
import warnings
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from compare import machine
from numpy.typing import NDArray
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.datasets import load_digits, make_blobs
from sklearn.exceptions import ConvergenceWarning

from colorquant.clustering import KMeans as Ours

DIMENSIONS = (2, 4, 8, 16, 32, 64)
PEERS = {
    "KMeans(n_init=10)": lambda k, seed: KMeans(k, n_init=10, random_state=seed),
    "MiniBatchKMeans": lambda k, seed: MiniBatchKMeans(k, random_state=seed),
}
OURS = {
    "fast": lambda k, seed: Ours(k, effort="fast", random_state=seed),
    "normal": lambda k, seed: Ours(k, random_state=seed),
}


def cases() -> Iterator[tuple[str, NDArray[np.float64], int]]:
    """Yield a name, samples and a number of clusters."""
    yield "digits, 1,797 x 64", load_digits().data, 10
    for d in DIMENSIONS:
        samples, _ = make_blobs(10_000, d, centers=20, cluster_std=2.0, random_state=d)
        yield f"blobs, 10,000 x {d}", samples, 20
    rng = np.random.default_rng(0)
    clouds = [
        rng.normal(rng.uniform(0, 1, 3), rng.uniform(0.02, 0.1), (20_000, 3)) for _ in range(50)
    ]
    yield "clouds, 1,000,000 x 3", rng.permutation(np.concatenate(clouds)), 16


def measured(model: Any, samples: Any, weights: Any) -> tuple[float, float]:
    """Return the inertia and the seconds of a fit."""
    start = time.perf_counter()
    with warnings.catch_warnings():
        # MiniBatchKMeans may end before it has converged.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(samples, sample_weight=weights)
    seconds = time.perf_counter() - start
    # The inertia of mini-batches is that of the last one.
    labels = model.predict(samples)
    misses = samples - model.cluster_centers_[labels]
    errors = (misses * misses).sum(axis=1)
    return float((errors if weights is None else errors * weights).sum()), seconds


def row(name: str, samples: Any, k: int, weights: Any, trials: int) -> dict[str, Any]:
    """Return inertia and time of all as multiples of those of KMeans(n_init=10)."""
    found: dict[str, list[tuple[float, float]]] = {}
    for seed in range(trials):
        for model, make in {**PEERS, **OURS}.items():
            found.setdefault(model, []).append(measured(make(k, seed), samples, weights))
    first, *others = found
    base = found[first]
    pairs = {model: list(zip(found[model], base, strict=True)) for model in others}
    ratios = {
        model: {
            "inertia": statistics.mean(own[0] / peer[0] for own, peer in both),
            "worst": max(own[0] / peer[0] for own, peer in both),
            "time": statistics.median(own[1] / peer[1] for own, peer in both),
        }
        for model, both in pairs.items()
    }
    seconds = statistics.median(second for _, second in base)
    return {"samples": name, "weighted": weights is not None, "k": k, "s": seconds, **ratios}


def table(rows: list[dict[str, Any]]) -> str:
    """Return the table of the documentation."""
    names = [name for name in (*PEERS, *OURS) if name in rows[0]]
    titles = {"fast": 'ours, `effort="fast"`', "normal": "ours"}
    head = ["samples", "k", "`KMeans(n_init=10)`"]
    head += [title for name in names for title in (titles.get(name, f"`{name}`"), "time")]
    lines = [head, ["---"] * len(head)]
    for each in rows:
        weights = ", weighted" if each["weighted"] else ""
        cells = (
            text
            for name in names
            for text in (f"{each[name]['inertia']:.4f}", f"{each[name]['time']:.2f}")
        )
        lines.append([each["samples"] + weights, str(each["k"]), f"1, {each['s']:.2f} s", *cells])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Measure, and write estimator.md and estimator.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=5)
    parser.add_argument("--output", type=Path, default=Path(__file__).parent)
    asked = parser.parse_args()
    rows = []
    for name, samples, k in cases():
        weights = np.random.default_rng(k).gamma(1.0, 1.0, len(samples))
        for own in (None, weights):
            rows.append(row(name, samples, k, own, asked.trials))
            print(rows[-1], flush=True)
    about = {**machine(), "trials": asked.trials, "scikit-learn": version("scikit-learn")}
    asked.output.mkdir(parents=True, exist_ok=True)
    data = {"about": about, "rows": rows}
    (asked.output / "estimator.json").write_text(json.dumps(data, indent=1) + "\n")
    told = (
        f"# The estimator\n\nOn {about['date']}: {about['processor']}, {about['cores']} cores, "
        f"load {about['load']:.1f} at the end; Python {about['python']}, scikit-learn "
        f"{about['scikit-learn']}. Inertia (mean) and time (median) as multiples of those of "
        f"`KMeans(n_init=10)`, {about['trials']} trials with other seeds.\n\n{table(rows)}\n"
    )
    (asked.output / "estimator.md").write_text(told)


if __name__ == "__main__":
    main()
