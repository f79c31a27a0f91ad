"""What the eye sees of two images: ``python benchmarks/eyes_metrics.py A B [C…]``.

A is the reference. Prints one JSON object for each of the others. None of it uses colorquant, whose
own measures it is there to check. Images with alpha are compared over black, white and gray.
"""

import argparse
import json
import re
import shutil
import struct
import subprocess
import tempfile
import zlib
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter1d, uniform_filter
from skimage.color import deltaE_ciede2000

HIGHER_IS_BETTER = {"ssimulacra2"}
BACKGROUNDS = {"black": 0, "white": 255, "gray": 128}
# Of a screen seen from about 60 cm.
PIXELS_PER_DEGREE = 45
# Standard deviation of L* up to which a window of 5 x 5 pixels counts as flat.
FLAT = 0.5

_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]],
)
# From X, Y and Z to light against dark, red against green, blue against yellow, and for each the
# weight and the spread in degrees of the Gaussians that it is filtered with: Zhang and Wandell,
# "A spatial extension of CIELAB for digital color image reproduction" (1996), the matrix as in the
# authors' program. The paper prints the last number of the second row with the other sign, by
# which white would be strongly green.
_OPPONENT = np.array(
    [
        [0.2787336, 0.7218031, -0.1065520],
        [-0.4487736, 0.2898056, 0.0771569],
        [0.0859513, -0.5899859, 0.5011089],
    ]
)
_FILTERS = (
    ((0.921, 0.0283), (0.105, 0.133), (-0.108, 4.336)),
    ((0.531, 0.0392), (0.330, 0.494)),
    ((0.488, 0.0536), (0.371, 0.386)),
)


def measures(reference, other, wanted=None):
    """Return the measures of two arrays of 8-bit RGB as a dictionary.

    Those whose program or package is missing are left out. `wanted` are names; default: all.
    """
    if reference.shape != other.shape:
        raise ValueError(f"sizes differ: {reference.shape} and {other.shape}")
    found = {}
    for name, measure in MEASURES.items():
        if wanted is None or name in wanted:
            value = measure(reference, other)
            if value is not None:
                found[name] = round(float(value), 5)
    return found


def measures_of_files(reference, other, wanted=None):
    """Return the measures of two files and the bytes by one encoder.

    Files with alpha are composed over each background; names then end in its name.
    """
    one, two = loaded(reference), loaded(other)
    found = {}
    if bool((one[..., 3] < 255).any()):
        for label, level in BACKGROUNDS.items():
            pair = over(one, level), over(two, level)
            found |= {f"{name} {label}": v for name, v in measures(*pair, wanted).items()}
    else:
        found |= measures(one[..., :3], over(two, 0), wanted)
    return found | {"bytes": encoded_bytes(two), "file_bytes": Path(other).stat().st_size}


def loaded(path):
    """Return a file as an array of RGBA."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGBA"))


def over(pixels, level):
    """Compose RGBA over a gray, as viewers do: in sRGB, rounded."""
    alpha = pixels[..., 3:].astype(np.float64) / 255
    return np.rint(pixels[..., :3] * alpha + level * (1 - alpha)).astype(np.uint8)


def encoded_bytes(pixels):
    """Return the size of RGBA as `encoded`."""
    return len(encoded(pixels))


def encoded(pixels):
    """Return an indexed PNG of RGBA with the encoder that all are compared by.

    The least depth, no filters, deflate at its best: a palette in another order has the same size.
    Of more than 256 colors, a PNG that is not indexed.
    """
    keys = np.ascontiguousarray(pixels).view(np.uint32)[..., 0]
    colors, indices = np.unique(keys, return_inverse=True)
    height, width = keys.shape
    if len(colors) > 256:
        buffer = BytesIO()
        Image.fromarray(pixels).save(buffer, "PNG", optimize=True)
        return buffer.getvalue()
    # Opaque colors last, as tRNS may end before them.
    entries = colors.view(np.uint8).reshape(-1, 4)
    order = np.argsort(entries[:, 3], kind="stable")
    entries, place = entries[order], np.argsort(order).astype(np.uint8)
    translucent = entries[entries[:, 3] < 255, 3]
    depth = next(bits for bits in (1, 2, 4, 8) if len(colors) <= 1 << bits)
    bits = np.unpackbits(place[indices].reshape(height, width, 1), axis=2)[..., 8 - depth :]
    rows = np.packbits(bits.reshape(height, -1), axis=1)
    chunks = {b"IHDR": struct.pack(">IIBBBBB", width, height, depth, 3, 0, 0, 0)}
    chunks[b"PLTE"] = entries[:, :3].tobytes()
    if len(translucent):
        chunks[b"tRNS"] = translucent.tobytes()
    chunks[b"IDAT"] = zlib.compress(np.pad(rows, ((0, 0), (1, 0))).tobytes(), 9)
    chunks[b"IEND"] = b""
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks.items()
    )


def ssimulacra2(reference, other):
    """Return the score of the PyPI package ssimulacra2; up to 100, higher is better."""
    try:
        from ssimulacra2 import compute_ssimulacra2
    except ImportError:
        return None
    files = [BytesIO(), BytesIO()]
    for file, pixels in zip(files, (reference, other), strict=True):
        Image.fromarray(pixels).save(file, "PPM")
    return compute_ssimulacra2(*files)


def butteraugli(reference, other):
    """Return the 3-norm of Debian's butteraugli_main."""
    if not shutil.which("butteraugli_main"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(Path(folder) / name) for name in ("reference.ppm", "other.ppm")]
        for path, pixels in zip(paths, (reference, other), strict=True):
            Image.fromarray(pixels).save(path)
        shown = subprocess.run(
            ["butteraugli_main", *paths], capture_output=True, text=True, check=True
        ).stdout
    return float(re.search(r"3-norm: ([\d.e+-]+)", shown)[1])


def flip(reference, other):
    """Return the mean of FLIP by its authors' package flip-evaluator, 67 pixels a degree."""
    try:
        from flip_evaluator import evaluate
    except ImportError:
        return None
    pair = [pixels.astype(np.float32) / 255 for pixels in (reference, other)]
    return evaluate(*pair, "LDR", applyMagma=False)[1]


def scielab(reference, other):
    """Return the mean S-CIELAB difference of CIE 1976."""
    first, second = (lab(seen(xyz(light(pixels)))) for pixels in (reference, other))
    return np.sqrt(np.square(first - second).sum(axis=-1)).mean()


def ciede2000(reference, other):
    """Return the mean CIEDE2000 after a Gaussian of 1 pixel in linear light."""
    first, second = (lab(xyz(blurred(light(pixels), 1.0))) for pixels in (reference, other))
    return deltaE_ciede2000(first, second).mean()


def flat_noise(reference, other):
    """Return the mean deviation of the error of L* in windows of 5 x 5 that are flat before.

    None where no window is.
    """
    before, after = (lab(xyz(light(pixels)))[..., 0] for pixels in (reference, other))
    flat = deviation(before) <= FLAT
    return deviation(after - before)[flat].mean() if flat.any() else None


def deviation(plane):
    """Return the standard deviation in each window of 5 x 5 pixels that lies inside."""
    mean, square = (uniform_filter(p, 5)[2:-2, 2:-2] for p in (plane, plane * plane))
    return np.sqrt(np.maximum(square - mean * mean, 0))


@cache
def _light_of_byte():
    values = np.arange(256) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def light(pixels):
    """Return 8-bit sRGB as linear light, 0 to 1."""
    return _light_of_byte()[pixels]


def xyz(linear):
    """Return X, Y and Z of linear sRGB."""
    return linear @ _XYZ.T


def lab(values):
    """Return CIELAB of X, Y and Z for the white of sRGB."""
    share = values / _XYZ.sum(axis=1)
    root = np.where(share > (6 / 29) ** 3, np.cbrt(share), share * (29 / 6) ** 2 / 3 + 4 / 29)
    x, y, z = np.moveaxis(root, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def seen(values):
    """Return X, Y and Z after the filters of S-CIELAB."""
    opponent = values @ _OPPONENT.T
    planes = []
    for channel, gaussians in enumerate(_FILTERS):
        total = sum(weight for weight, _ in gaussians)
        # The published spreads are those of exp(-(r / spread)^2).
        planes.append(
            sum(
                weight
                / total
                * blurred(opponent[..., channel], spread * PIXELS_PER_DEGREE / np.sqrt(2))
                for weight, spread in gaussians
            )
        )
    return np.stack(planes, axis=-1) @ np.linalg.inv(_OPPONENT).T


def blurred(planes, sigma):
    """Convolve with a Gaussian, the image mirrored beyond its edges."""
    for axis in (0, 1):
        planes = gaussian_filter1d(planes, sigma, axis=axis, truncate=4.0)
    return planes


MEASURES = {
    "ssimulacra2": ssimulacra2,
    "butteraugli": butteraugli,
    "scielab": scielab,
    "flip": flip,
    "ciede2000": ciede2000,
    "flat_noise": flat_noise,
}


def main():
    """Print one JSON object a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reference")
    parser.add_argument("others", nargs="+")
    parser.add_argument("--only", help="measures, with commas between", default=",".join(MEASURES))
    asked = parser.parse_args()
    for other in asked.others:
        found = measures_of_files(asked.reference, other, asked.only.split(","))
        print(json.dumps({"file": other, **found}), flush=True)


if __name__ == "__main__":
    main()
