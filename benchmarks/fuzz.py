"""Coverage-guided fuzzing: ``python benchmarks/fuzz.py loading|interface [libFuzzer's arguments]``.

Needs ``pip install atheris``. For example, for twenty minutes from a folder of seeds::

    python benchmarks/fuzz.py loading corpus -max_total_time=1200 -rss_limit_mb=3000 -timeout=10

What is found is written to a file crash-..., timeout-... or oom-...; the same command with that
file in place of the folder shows it again.
"""

import io
import sys
import warnings

import atheris

with atheris.instrument_imports(include=["colorquant", "PIL"]):
    from PIL import Image

    import colorquant
    from colorquant.images.source import Source
    from colorquant.images.writing.formats import FORMATS
    from colorquant.options import EFFORTS, ENGINES, ICC, METADATA

    Image.init()

import numpy as np

PIXELS = 100_000


def loading(data: bytes) -> None:
    """Read all frames of an image file, by all ways of profiles and metadata."""
    for icc, metadata in (("keep", "keep"), ("srgb", "color")):
        options = colorquant.QuantizeOptions(max_pixels=PIXELS, icc=icc, metadata=metadata)
        try:
            with Source(data, options) as source:
                for _ in source.rasters():
                    pass
        except colorquant.ColorquantError:
            pass


def interface(data: bytes) -> None:
    """Call with arrays, images and options of all kinds."""
    given = atheris.FuzzedDataProvider(data)
    changes = options(given)
    try:
        if given.ConsumeBool():
            target = given.PickValueInList([*FORMATS, "xyz", ""])
            colorquant.quantize_file(
                given.ConsumeBytes(100_000), io.BytesIO(), format=target, **changes
            )
        else:
            colorquant.quantize(array(given), **changes)
    except colorquant.ColorquantError as error:
        if "\n" in str(error):
            raise AssertionError(f"more than a line: {error}") from error


def options(given: atheris.FuzzedDataProvider) -> dict[str, object]:
    """Return options of which most are allowed."""
    return {
        "k": given.PickValueInList([1, 2, 3, 5, 16, 255, 256, 257, 400, 0, -1, 65_537, 2.0, "x"]),
        "effort": given.PickValueInList(["fast", "fast", "fast", *EFFORTS[1:2], "slow"]),
        "engine": given.PickValueInList(["minibatch"] * 4 + [ENGINES[1]]),
        "seed": given.PickValueInList([0, 0, 1, -1, 2**32]),
        "restarts": given.PickValueInList([1, 1, 2, 0]),
        "icc": given.PickValueInList([*ICC, "no"]),
        "metadata": given.PickValueInList([*METADATA, "no"]),
        "background": given.PickValueInList([None, None, "red", "#12", (1, 2, 3), (1, 2), "x"]),
        "max_pixels": PIXELS,
        "per_frame_palette": given.ConsumeBool(),
    }


def array(given: atheris.FuzzedDataProvider) -> object:
    """Return what may be an image."""
    shape = [given.ConsumeIntInRange(0, 40) for _ in range(given.ConsumeIntInRange(0, 3))]
    shape += [given.PickValueInList([1, 3, 3, 3, 4, 4, 4, 5])]
    kind = given.PickValueInList(["u1", "u1", "u1", "u1", "f4", "i8", "?"])
    count = int(np.prod(shape)) * np.dtype(kind).itemsize
    filled = given.ConsumeBytes(count).ljust(count, b"\x07")
    pixels = np.frombuffer(filled, kind).reshape(shape)
    if given.ConsumeBool() and pixels.dtype == np.uint8 and pixels.size and pixels.ndim == 3:
        mode = given.PickValueInList(["RGB", "RGBA", "L", "LA", "P", "1", "CMYK", "HSV", "I", "F"])
        if shape[2] == 3:
            return Image.fromarray(pixels).convert(mode)
    return pixels


if __name__ == "__main__":
    target = {"loading": loading, "interface": interface}[sys.argv.pop(1)]
    warnings.simplefilter("error")
    warnings.simplefilter("ignore", colorquant.ColorquantWarning)
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
