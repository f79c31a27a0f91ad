"""Files that are unusual, damaged or made to do harm: right pixels, or one line."""

import importlib.util
import io
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pngs
import pytest
from PIL import Image

from colorquant.errors import ColorquantError, ColorquantWarning, ImageReadError
from colorquant.pipeline.files import quantize_file

HERE = Path(__file__).parent
SUITE = sorted((HERE / "pngsuite").glob("*.png"))


# Those that begin with x are broken.
@pytest.mark.parametrize("path", [p for p in SUITE if p.name[0] != "x"], ids=lambda p: p.stem)
def test_every_good_file_of_the_suite_comes_out_as_it_is(path):
    """As a plain decoder has it, not Pillow."""
    stream = io.BytesIO()
    done = quantize_file(path, stream, k=65_536)
    before, after = (pngs.decoded(data) for data in (path.read_bytes(), stream.getvalue()))
    visible = before[:, :, 3] > 0
    np.testing.assert_array_equal(after[:, :, 3], before[:, :, 3])
    np.testing.assert_array_equal(after[visible], before[visible])
    assert done.result.lossless


# Pillow does not check the sum that is wrong in one of them.
BROKEN = [path for path in SUITE if path.name[0] == "x" and path.stem != "xcsn0g01"]


@pytest.mark.parametrize("path", BROKEN, ids=lambda p: p.stem)
def test_every_broken_file_of_the_suite_is_refused(path):
    stream = io.BytesIO()
    with pytest.raises(ImageReadError, match=rf"^{path}: [^\n]+$"):
        quantize_file(path, stream)
    assert stream.getvalue() == b""


def test_mutants_are_converted_or_refused_in_a_line(tmp_path):
    spec = importlib.util.spec_from_file_location(
        "hostile_files", HERE.parent / "benchmarks" / "hostile_files.py"
    )
    files = sys.modules["hostile_files"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(files)
    seeds = files.resaved(tmp_path / "seeds")
    found = {"converted": 0, "refused": 0}
    for path in files.mutants(seeds, tmp_path / "mutants", 300, seed=1):
        output = tmp_path / "out.png"
        refusal = ""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ColorquantWarning)
                quantize_file(path, output, k=2, effort="fast", max_pixels=10**7)
        except ColorquantError as error:
            refusal = str(error)
        found["refused" if refusal else "converted"] += 1
        if refusal:
            assert refusal.startswith((f"{path}: ", f"{output}: "))
            assert "\n" not in refusal
            assert not output.exists()
        else:
            with Image.open(output) as image:
                image.load()
            output.unlink()
    assert min(found.values()) > 60


BOMB = """
import resource, sys, time
from colorquant.__main__ import run
resource.setrlimit(resource.RLIMIT_DATA, (400 << 20, 400 << 20))
sys.argv = ["colorquant", sys.argv[1], "-o", "out.png"]
run()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on Windows")
def test_a_bomb_is_refused_by_its_header(tmp_path, png_header):
    (tmp_path / "bomb.png").write_bytes(png_header(100_000, 100_000))
    command = [sys.executable, "-c", BOMB, "bomb.png"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(b"Error: bomb.png: 10,000,000,000 pixels are more than the limit")
    assert [path.name for path in tmp_path.iterdir()] == ["bomb.png"]


def test_directories_that_go_in_circles(noise, tmp_path):
    path = tmp_path / "circle.tiff"
    frames = [Image.fromarray(noise), Image.fromarray(noise[::-1])]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    data = bytearray(path.read_bytes())
    first = int.from_bytes(data[4:8], "little")
    link = first + 2 + 12 * int.from_bytes(data[first : first + 2], "little")
    second = int.from_bytes(data[link : link + 4], "little")
    last = second + 2 + 12 * int.from_bytes(data[second : second + 2], "little")
    data[last : last + 4] = first.to_bytes(4, "little")
    path.write_bytes(data)
    assert quantize_file(path, tmp_path / "out.tiff", k=4).frames == 2
