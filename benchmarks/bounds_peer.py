"""``--quality`` against pngquant: bytes and SSIMULACRA2 of photographs and graphics."""

import statistics
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import eyes_metrics
import oxipng
from PIL import Image

QUALITY = "65-80"
OURS = ("--quality", QUALITY, "--dither", "diffusion", "--optimize")
# What pngquant returns if it misses the least quality.
MISSED = 99

_SAMPLES = Path(__file__).parent.parent / "sample_images"
_SHARED = Path("/usr/share")
GRAPHICS = {
    "gradient": _SAMPLES / "gradient.png",
    "logo": _SAMPLES / "logo.png",
    "screenshot": _SAMPLES / "screenshot.png",
    # Of Debian's packages python3-pip, valgrind, gnupg and adwaita-icon-theme.
    "deps": _SHARED / "doc/python3-pip/html/topics/deps.png",
    "kcachegrind": _SHARED / "doc/valgrind/html/images/kcachegrind_xtree.png",
    "gnupg": _SHARED / "info/gnupg-module-overview.png",
    "office": _SHARED / "icons/Adwaita/512x512/mimetypes/x-office-document.png",
    "headset": _SHARED / "icons/Adwaita/512x512/devices/audio-headset.png",
    # Of Python packages.
    "network": ("networkx", "drawing/tests/baseline/test_display_complex.png"),
    "matplotlib": ("matplotlib", "mpl-data/sample_data/logo2.png"),
}

Row = dict[str, Any]


def graphics() -> dict[str, Path]:
    """Return the files of graphics that are here."""
    made = {}
    for name, place in GRAPHICS.items():
        path = place if isinstance(place, Path) else _packaged(*place)
        if path is None or not path.exists():
            print(f"Skipped: {name}, which is not here.")
        else:
            made[name] = path
    return made


def _packaged(package: str, path: str) -> Path | None:
    spec = find_spec(package)
    return Path(spec.origin).parent / path if spec and spec.origin else None


def seen(source: Path, target: Path, wanted: set[str]) -> dict[str, float]:
    """Return measures by name; with alpha, the means over black, white and gray."""
    found: dict[str, list[float]] = {}
    for name, value in eyes_metrics.measures_of_files(source, target, wanted).items():
        if name.split()[0] in wanted:
            found.setdefault(name.split()[0], []).append(value)
    return {name: round(statistics.mean(values), 3) for name, values in found.items()}


def against(program: str, photos: dict[str, Path], folder: Path) -> list[Row]:
    """Return a row of each image, with the results of both."""
    groups = {"photographs": photos, "graphics": graphics()}
    rows = []
    for group, files in groups.items():
        for name, file in files.items():
            source = _plain(file, folder / "plain.png")
            rows.append({"group": group, "image": name, **_both(program, source, folder)})
            print(rows[-1], flush=True)
    return rows


def _plain(file: Path, target: Path) -> Path:
    """Write an image without metadata, with alpha only if it is used."""
    with Image.open(file) as image:
        full = image.convert("RGBA")
    used = full.getextrema()[3][0] < 255
    bare = Image.new("RGBA" if used else "RGB", full.size)
    bare.putdata(list((full if used else full.convert("RGB")).getdata()))
    bare.save(target)
    return target


def _both(program: str, source: Path, folder: Path) -> Row:
    theirs, ours = folder / "theirs.png", folder / "ours.png"
    command = [program, "--force", f"--quality={QUALITY}", "-o", str(theirs), str(source)]
    done = subprocess.run(command, check=False)
    command = [sys.executable, "-m", "colorquant", str(source), "-o", str(ours), "--force"]
    subprocess.run([*command, "--quiet", *OURS], check=True)
    row: Row = {"colorquant": _told(source, ours)}
    if done.returncode != MISSED:
        done.check_returncode()
        row["pngquant"] = _told(source, theirs)
    return row


def _told(source: Path, target: Path) -> Row:
    """Return colors, bytes as they are and optimized, and SSIMULACRA2."""
    with Image.open(target) as image:
        k = len(image.palette.palette) // len(image.palette.mode)
    data = target.read_bytes()
    optimized = len(oxipng.optimize_from_memory(data, level=2))
    told = {"k": k, "bytes": len(data), "optimized": min(optimized, len(data))}
    return told | seen(source, target, {"ssimulacra2"})
