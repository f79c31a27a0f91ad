"""Results of other tools and measures that are kept, by content."""

import hashlib
import json
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import eyes_metrics
import eyes_peers
import numpy as np

# Seconds after which a run is given up.
LIMIT = 120


@dataclass(frozen=True)
class Store:
    """A folder with results of tools and measures."""

    folder: Path

    def measures(self, source: Path, target: Path, wanted: set[str]) -> dict[str, Any]:
        """Return measures of a result; those missing in the store are made."""
        code = Path(eyes_metrics.__file__).read_bytes()
        key = digest(code, source.read_bytes(), target.read_bytes())
        path = self.folder / "measures" / f"{key}.json"
        found = json.loads(path.read_text()) if path.exists() else {}
        # Those of programs that were not installed are made when they are.
        missing = wanted - {name.split()[0] for name in found}
        if missing:
            found |= eyes_metrics.measures_of_files(source, target, missing)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(found))
        return {"colors": colors(target), **found}

    def result(self, peer: eyes_peers.Peer, source: Path, k: int, scratch: Path, trials: int):
        """Return a tool's file and seconds, or None where it cannot do this."""
        target = scratch / "out.png"
        command = peer.command(source, k, target)
        if command is None:
            return None
        if peer.ours:
            target.unlink(missing_ok=True)
            return target, run(command, target, trials)
        key = digest(source.read_bytes(), peer.version.encode(), settings(peer, k).encode())
        kept = self.folder / "results" / f"{key}.png"
        about = kept.with_suffix(".json")
        if not about.exists():
            target.unlink(missing_ok=True)
            seconds = run(command, target, trials)
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(target.read_bytes())
            about.write_text(json.dumps({"peer": peer.name, "seconds": seconds}))
        return kept, json.loads(about.read_text())["seconds"]


def settings(peer: eyes_peers.Peer, k: int) -> str:
    """Return a tool's command without where things are on this machine."""
    command = peer.command(Path("in.png"), k, Path("out.png")) or []
    return json.dumps([Path(part).name if part.startswith("/") else part for part in command])


def digest(*parts: bytes) -> str:
    """Return a name for contents."""
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


class ToolError(Exception):
    """A tool failed; the message is its last line."""


def run(command: list[str], target: Path, trials: int) -> float:
    """Run a tool, and return the median of its seconds, from a process's start to its end."""
    times = []
    for _ in range(trials):
        start = time.perf_counter()
        try:
            shown = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=LIMIT
            )
        except subprocess.TimeoutExpired as error:
            raise ToolError(f"takes longer than {LIMIT} s") from error
        times.append(time.perf_counter() - start)
        if shown.returncode or not target.exists():
            lines = (shown.stderr or shown.stdout).strip().splitlines()
            raise ToolError(lines[-1] if lines else "no message")
    return round(statistics.median(times), 3)


def colors(path: Path) -> int:
    """Return the number of colors of a file, alpha included."""
    return len(np.unique(np.ascontiguousarray(eyes_metrics.loaded(path)).view(np.uint32)))
