"""Every pair of options of every command works, or is refused with exit code 2 and one line."""

import itertools
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from helpers import run
from PIL import Image

from colorquant.batch import counting, many_images
from colorquant.cli import main as cli

# A value for each option that has one. Bounds are such that all images meet them.
VALUES = {
    "--alpha": "threshold",
    "--background": "white",
    "--cluster": "local",
    "--colors": "4",
    "--compact": "2",
    "--config": "mine.toml",
    "--depth": "rgb565",
    "--dither": "bayer",
    "--dither-strength": "0.5",
    "--downscale": "2",
    "--effort": "fast",
    "--engine": "lloyd",
    "--exclude": "*.txt",
    "--gallery": "gallery.html",
    "--icc": "srgb",
    "--include": "*",
    "--jobs": "1",
    "--max-bytes": "1M",
    "--max-colors": "64",
    "--max-delta-e": "90",
    "--max-frames": "9",
    "--max-lost": "90",
    "--max-pixels": "9999",
    "--memory": "2G",
    "--metadata": "keep",
    "--min-psnr": "1",
    "--min-saving": "0",
    "--min-ssim": "-0.9",
    "--objective": "perceptual",
    "--order": "hue",
    "--palette": "pico-8",
    "--palette-out": "out.gpl",
    "--pin": "#102030",
    "--pixelate": "2",
    "--preset": "pixel-art",
    "--quality": "0-50",
    "--report": "report.png",
    "--restarts": "2",
    "--seed": "7",
    "--swatch": "2",
    "--weight": "images",
}
# By command, as they mean different things.
PLACES = {
    "quantize": "out.png",
    "palette": "out.hex",
    "compare": "out.png",
    "curve": "out.csv",
    "config": "out.png",
}
FORMATS = {"quantize": "gif", "palette": "css", "colors": "png"}
# They end the command at once, are always there, or take no images.
APART = {
    "quantize": {"-h", "--version"},
    "palette": {"-h", "--list"},
    "colors": {"-h", "--output", "--merge"},
}
INPUTS = {"image": "image.png", "folder": "folder", "animation": "clip.gif", "alpha": "soft.png"}
VERBS = {
    "quantize": [],
    "palette": [],
    "colors": ["--output", "out.cqt"],
    "compare": [],
    "curve": ["--max-colors", "4"],
    "config": [],
}


def words_of(verb):
    """Return the words of each option of a command, with a value if it has one."""
    found = []
    for option in cli.main.commands[verb].params:
        name = max(option.opts, key=len)
        if option.param_type_name != "option" or name in APART.get(verb, {"-h"}):
            continue
        if name == "--output":
            found.append([name, PLACES[verb]])
        elif name == "--format":
            found.append([name, FORMATS.get(verb, "gif")])
        else:
            found.append([name] if name not in VALUES else [name, VALUES[name]])
    return found


PAIRS = {verb: list(itertools.combinations(words_of(verb), 2)) for verb in VERBS}


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """A folder with the inputs: stored without compression, so that results are smaller."""
    folder = tmp_path_factory.mktemp("sources")
    # A few more colors than are wanted, so near each other that none is lost.
    steps = np.arange(2 * 16 * 15).reshape(2, 16, 15, 1) % 23
    colors = (steps * (4, 3, 2, -2) + (60, 80, 100, 255)).astype(np.uint8)
    frames = [Image.fromarray(each[..., :3]) for each in colors]
    frames[0].save(folder / "image.png", compress_level=0)
    frames[0].save(folder / "clip.gif", save_all=True, append_images=frames[1:])
    Image.fromarray(colors[0]).save(folder / "soft.png", compress_level=0)
    (folder / "folder").mkdir()
    shutil.copy(folder / "image.png", folder / "folder")
    shutil.copy(folder / "soft.png", folder / "folder")
    (folder / "mine.toml").write_text("colors = 5\n")
    return folder


def contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def is_allowed(words, done):
    """Return whether a result may be refused although the options go together."""
    if done.exit_code == 98:
        # It is not smaller than its source.
        return "--skip-if-larger" in words or "--min-saving" in words
    # Of what is told in JSON or done by a cluster, each image fails by itself.
    told = "PNG has one palette for all frames" in done.output
    return done.exit_code == 1 and "--per-frame-palette" in words and told


def check(verb, words, kind, folder):
    """Run one call; return what is wrong with what it did."""
    name = INPUTS[kind]
    if verb == "quantize" and kind == "folder":
        words = ["made" if word == PLACES[verb] else word for word in words]
    inputs = [] if verb == "config" else [name, name] if verb == "compare" else [name]
    before = contents(folder)
    done = run(verb, *inputs, *VERBS[verb], *words)
    after = contents(folder)
    new = {path: data for path, data in after.items() if before.get(path) != data}
    if not isinstance(done.exception, (SystemExit, type(None))):
        return repr(done.exception)
    if done.exit_code == 2:
        lines = done.stderr.splitlines()
        one_line = len(lines) == 1 and lines[0].startswith("Error: ")
        return None if one_line and not new and not done.stdout else done.output
    if is_allowed(words, done):
        errors = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
        return None if len(errors) == 1 and not new else done.output
    if done.exit_code or "Error" in done.stderr:
        return f"{done.exit_code}: {done.output}"
    return wrong_files(words, before, new) or wrong_lines(words, done.stdout)


def wrong_files(words, before, new):
    """Return which files are not what they should be."""
    if "--in-place" not in words and set(new) & set(before):
        return f"changed {set(new) & set(before)}"
    if "--dry-run" in words and new:
        return f"wrote {set(new)}"
    for path in new:
        if Path(path).suffix in (".png", ".gif", ".webp"):
            with Image.open(path) as image:
                image.load()
    return None


def wrong_lines(words, printed):
    if "--json" in words:
        for line in printed.splitlines():
            json.loads(line)


def kinds_of(verb):
    """Return the inputs that a command takes."""
    if verb == "config":
        return ["image"]
    return [kind for kind in INPUTS if kind != "folder" or verb not in ("compare", "curve")]


def failures(verb, pairs, sources, kinds, monkeypatch):
    found = []
    for place, pair in enumerate(pairs):
        for kind in kinds(place):
            folder = Path(f"{verb}-{place}-{kind}").absolute()
            shutil.copytree(sources, folder)
            monkeypatch.chdir(folder)
            words = [*pair[0], *pair[1]]
            wrong = check(verb, words, kind, folder)
            monkeypatch.chdir(folder.parent)
            shutil.rmtree(folder)
            if wrong:
                found.append((verb, kind, *words, wrong))
    return found


@pytest.fixture(autouse=True)
def apart(tmp_path, monkeypatch):
    """Work in a folder, and do in this process what a cluster would; it is tested elsewhere."""
    monkeypatch.chdir(tmp_path)
    for module in (many_images, counting):
        monkeypatch.setattr(module, "opener", lambda _: None)
        monkeypatch.setattr(module, "is_light", lambda *_: True)


def one_of(number, verb):
    """Return each so manieth pair of a command's options."""
    return PAIRS[verb][number // 2 :: number]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::colorquant.ColorquantWarning")
@pytest.mark.parametrize("verb", VERBS)
def test_some_pairs_on_one_input_each(verb, monkeypatch, sources):
    kinds = kinds_of(verb)

    def chosen(place):
        return [kinds[place % len(kinds)]]

    # No image is read to show the settings, and they tell what excludes each other.
    pairs = one_of({"config": 1, "curve": 64}.get(verb, 32), verb)
    assert failures(verb, pairs, sources, chosen, monkeypatch) == []


PARTS = [(verb, part) for verb in VERBS for part in range(16)]


@pytest.mark.thorough
@pytest.mark.filterwarnings("ignore::colorquant.ColorquantWarning")
@pytest.mark.parametrize(("verb", "part"), PARTS)
def test_all_pairs_on_all_inputs(verb, part, sources, monkeypatch):
    pairs = PAIRS[verb][part::16]
    assert failures(verb, pairs, sources, lambda _: kinds_of(verb), monkeypatch) == []
