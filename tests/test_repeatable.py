"""The same input gives the same palette and the same indices on any processor."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

# What each of OpenBLAS's kernels needs, as Linux calls it.
KERNELS = {
    "Prescott": {"pni"},
    "Nehalem": {"sse4_2"},
    "Haswell": {"avx2", "fma"},
    "SkylakeX": {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"},
}

RUN = """
import hashlib, json, sys
import numpy as np
from threadpoolctl import threadpool_info
from colorquant import quantize
from colorquant.clustering.kmeans import kmeans

found = {}
LOOKS = (
    {"objective": "perceptual"},
    {"dither": "diffusion"},
    {"dither": "diffusion", "objective": "mse"},
    {"dither": "blue-noise"},
    {"dither": "bayer", "objective": "mse"},
)

def note(case, *arrays):
    found[case] = hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()

def note_image(case, pixels, **options):
    result = quantize(pixels, **options)
    note(case, result.palette.colors, result.palette.counts, result.indexed.indices)

with np.load(sys.argv[1]) as images:
    for name, pixels in images.items():
        for k, effort in ((5, "best"), (24, "fast"), (60, "normal")):
            note_image(f"{name}, {k}, {effort}", pixels, k=k, effort=effort)
        note_image(f"{name}, lloyd", pixels, k=9, engine="lloyd")
        note_image(f"{name}, restarts", pixels, k=9, restarts=3, seed=5, effort="fast")
        for look in LOOKS:
            note_image(f"{name}, {look}", pixels, k=12, **look)
        points = pixels.reshape(-1, pixels.shape[2]) / 255
        for seeding in ("variance", "k-means++", "random"):
            result = kmeans(points, 7, seeding=seeding, engine="lloyd")
            note(f"{name}, {seeding}", result.centers, result.labels, np.array(result.inertia))
kernel = [library.get("architecture") for library in threadpool_info()]
simd = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
print(json.dumps({"kernel": str(kernel), "simd": simd, "found": found}))
"""


def gradient(size):
    y, x = np.mgrid[:size, :size] * 255 // (size - 1)
    return np.dstack([x, y, (x + y) // 2]).astype(np.uint8)


def gray_gradient(size):
    return np.repeat(gradient(size)[:, :, :1], 3, axis=2)


def alpha_ramp(size):
    colors = gradient(size)
    return np.dstack([colors, 255 - colors[:, :, 0]])


def soft_shadow(size):
    y, x = np.mgrid[:size, :size] - size // 2
    shadow = np.zeros((size, size, 4), np.uint8)
    shadow[:, :, 3] = 255 - (x * x + y * y) * 510 // size**2
    return shadow


def plot(size):
    """Draw thin lines over white, with soft edges."""
    large = Image.new("RGB", (3 * size, 3 * size), "white")
    draw = ImageDraw.Draw(large)
    for curve, color in enumerate(["black", "#c02020", "#2040c0"]):
        places = [(x, x * x * (curve + 2) % (3 * size)) for x in range(0, 3 * size, 7)]
        draw.line(places, fill=color, width=3)
    return np.asarray(large.reduce(3))


SIZES = {gradient: 24, gray_gradient: 48, alpha_ramp: 24, soft_shadow: 32, plot: 32}


def kernels():
    """Return the kernels that this processor can run, and NumPy's OpenBLAS can choose from."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    flags = Path("/proc/cpuinfo")
    if "DYNAMIC_ARCH" not in blas.get("openblas configuration", "") or not flags.exists():
        return []
    line = next((line for line in flags.read_text().splitlines() if line.startswith("flags")), "")
    return [kernel for kernel, needed in KERNELS.items() if needed <= set(line.split())]


def simd():
    """Return what NumPy would use of this processor, but does not need."""
    return np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])


def run(path, settings):
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", **settings}
    command = [sys.executable, "-c", RUN, path]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.slow
def test_every_processor_gives_the_same(tmp_path):
    chosen = kernels()
    if len(chosen) < 2:
        pytest.skip("this processor cannot run two kernels of NumPy's BLAS, or they are not known")
    path = tmp_path / "images.npz"
    np.savez(path, **{draw.__name__: draw(size) for draw, size in SIZES.items()})
    disabled = " ".join([os.environ.get("NPY_DISABLE_CPU_FEATURES", ""), *simd()])
    settings = [{"OPENBLAS_CORETYPE": kernel} for kernel in chosen]
    settings.append({"NPY_DISABLE_CPU_FEATURES": disabled})
    with ThreadPoolExecutor() as pool:
        *by_kernel, plain = pool.map(lambda each: run(path, each), settings)
    # What was asked for was done: there is something to compare.
    assert len({each["kernel"] for each in by_kernel}) == len(chosen)
    assert not plain["simd"]
    for each in by_kernel:
        different = [case for case in plain["found"] if each["found"][case] != plain["found"][case]]
        assert not different, each["kernel"]
