"""Compare colorquant with its peers: ``python benchmarks/compare.py``; see docs/compared.md."""

import argparse
import json
import os
import platform
import re
import signal
import statistics
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import images
import numpy as np
import tables
from peers import Peer, available
from PIL import Image
from skimage.metrics import structural_similarity

Image.MAX_IMAGE_PIXELS = None
# Seconds after which a peer is not run again on the same image, and of a single run after
# which, or where as much is to be expected, it is given up.
PATIENCE, LIMIT = 10.0, 60.0


@dataclass(frozen=True)
class Row:
    """A peer on an image at a k."""

    image: str
    megapixels: float
    k: int
    peer: str
    error: float
    """Mean over pixels of the squared difference summed over R, G and B."""
    excess: float | None
    """Error over the best known, less one."""
    colors: int
    ssim: float
    dssim: float
    ssimulacra2: float | None
    bytes: int
    seconds: float
    """Median over the runs, of the whole process."""
    megabytes: float
    """Peak memory of the process, median."""
    runs: int


def measure(peer: Peer, name: str, source: Path, k: int, *, trials: int) -> Row | None:
    """Run a peer and measure its file; None where it cannot do this or fails."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "out.png"
        command = peer.command(source, k, target)
        if command is None:
            return None
        runs: list[tuple[float, float]] = []
        while len(runs) < trials and sum(seconds for seconds, _ in runs) < PATIENCE:
            run = timed(command)
            if run is None or not target.exists():
                return None
            runs.append(run)
        with Image.open(source) as before, Image.open(target) as after:
            quality = compared(np.asarray(before.convert("RGB")), np.asarray(after.convert("RGB")))
        best = images.BEST_KNOWN.get(name, {}).get(k)
        return Row(
            image=name,
            megapixels=round(before.width * before.height / 1e6, 2),
            k=k,
            peer=peer.name,
            excess=quality["error"] / best - 1 if best else None,
            bytes=target.stat().st_size,
            seconds=statistics.median(seconds for seconds, _ in runs),
            megabytes=statistics.median(memory for _, memory in runs),
            runs=len(runs),
            **quality,
        )


# A process's peak memory counts that of the process that started it, until it runs a program
# of its own. So a small one starts the peers, and measures them.
LAUNCHER = """
import json, os, sys, time
quiet = os.open(os.devnull, os.O_RDWR)
actions = [(os.POSIX_SPAWN_DUP2, quiet, 1), (os.POSIX_SPAWN_DUP2, quiet, 2)]
start = time.perf_counter()
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=actions)
_, status, usage = os.wait4(pid, 0)
print(json.dumps([status, time.perf_counter() - start, usage.ru_maxrss]))
"""


def timed(command: list[str]) -> tuple[float, float] | None:
    """Return seconds and peak megabytes of a process; None where it fails or takes too long."""
    launch = [sys.executable, "-I", "-S", "-c", LAUNCHER, *command]
    with subprocess.Popen(launch, stdout=subprocess.PIPE, start_new_session=True) as process:
        try:
            shown, _ = process.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return None
    status, seconds, memory = json.loads(shown)
    # Kilobytes, on macOS bytes.
    return (seconds, memory / (1e6 if sys.platform == "darwin" else 1e3)) if status == 0 else None


def compared(before: np.ndarray, after: np.ndarray) -> dict[str, float | int | None]:
    """Return the measures of quality."""
    if before.shape != after.shape:
        raise SystemExit(f"a peer changed the size: {before.shape} to {after.shape}")
    total, rows = 0.0, max(1, (1 << 20) // before.shape[1])
    for top in range(0, len(before), rows):
        difference = before[top : top + rows].astype(np.int32) - after[top : top + rows]
        total += float(np.square(difference).sum())
    keys = after.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    small = before.size < 3e6
    ssim = structural_similarity(before, after, channel_axis=2) if small else float("nan")
    return {
        "error": total / (before.shape[0] * before.shape[1]),
        "colors": len(np.unique(keys)),
        "ssim": ssim,
        "dssim": (1 - ssim) / 2,
        "ssimulacra2": ssimulacra2(before, after) if small else None,
    }


def ssimulacra2(before: np.ndarray, after: np.ndarray) -> float | None:
    """Return the score of the PyPI package ssimulacra2, where it is installed."""
    try:
        from ssimulacra2 import compute_ssimulacra2
    except ImportError:
        return None
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(Path(folder) / name) for name in ("before.png", "after.png")]
        for path, pixels in zip(paths, (before, after), strict=True):
            Image.fromarray(pixels).save(path)
        return float(compute_ssimulacra2(*paths))


def machine() -> dict[str, object]:
    """Return what the figures depend on besides the peers."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": next(
            (
                line.partition(":")[2].strip()
                for line in Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")
            )
            if Path("/proc/cpuinfo").exists()
            else (),
            platform.processor(),
        ),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "numpy": np.__version__,
    }


def main() -> None:
    """Compare, and write comparison.md, comparison.json and comparison.png."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-k", type=int, nargs="+", help="default: 16 64 256, baboon 32 128 too")
    parser.add_argument("--only", default="", help="peers whose names match this expression")
    parser.add_argument("--images", default="", help="images whose names match this expression")
    parser.add_argument("--trials", type=int, default=5, help="runs of each, default 5")
    parser.add_argument("--large", action="store_true", help="2.5 to 24 megapixels too, k 256")
    parser.add_argument("--output", type=Path, default=Path(__file__).parent, help="folder")
    parser.add_argument("--cache", type=Path, default=Path("build/benchmarks"), help="folder")
    asked = parser.parse_args()

    asked.output.mkdir(parents=True, exist_ok=True)
    peers = [peer for peer in available() if re.search(asked.only, peer.name)]
    rows: list[Row] = []
    pace: dict[str, float] = {}
    for name, source in images.as_png(asked.cache, large=asked.large).items():
        if not re.search(asked.images, name):
            continue
        ks = asked.k or (sorted(images.BEST_KNOWN[name]) if name in images.BEST_KNOWN else [256])
        for k in ks:
            with Image.open(source) as image:
                megapixels = image.width * image.height / 1e6
            for peer in peers:
                if pace.get(peer.name, 0.0) * megapixels > LIMIT:
                    continue
                row = measure(peer, name, source, k, trials=asked.trials)
                pace[peer.name] = row.seconds / megapixels if row else 0.0
                shown = f"{row.error:8.2f} {row.seconds:8.3f} s" if row else "-"
                print(f"{name:12} {k:4} {peer.name:30} {shown}", flush=True)
                rows += [row] if row else []
    about = {**machine(), "trials": asked.trials, "peers": {p.name: p.version for p in peers}}
    data = {"about": about, "rows": [asdict(row) for row in rows]}
    (asked.output / "comparison.json").write_text(json.dumps(data, indent=1) + "\n")
    tables.write(data, asked.output)


if __name__ == "__main__":
    main()
