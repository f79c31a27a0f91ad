"""The page of equivalents: each line is run beside what it stands for, where that is installed."""

import re
import shutil
import subprocess
from contextlib import nullcontext
from functools import cache
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from helpers import COMMAND, run
from pages import TEXT, rows, section
from PIL import Image, ImageSequence
from PIL.PngImagePlugin import PngInfo

import colorquant

pytestmark = pytest.mark.slow

PAGE = "docs/equivalents.md"
TOOLS = ["pngquant", "ImageMagick", "gifsicle", "Pillow"]
ROWS = [
    pytest.param(
        (tool, [line.strip("`").replace(r"\|", "|") for line in lines], same), id=f"{tool}: {to}"
    )
    for tool in TOOLS
    for to, *lines, same in rows(section(PAGE, tool))[2:]
]


@pytest.fixture(scope="module")
def places(tmp_path_factory, samples):
    """Two folders that have what the lines name."""
    place = tmp_path_factory.mktemp("files")
    with Image.open(samples / "flower.jpg") as image:
        flower = image.crop((250, 100, 490, 276)).resize((44, 32))
    flower.save(place / "flower.png")
    (place / "b.png").write_bytes((place / "flower.png").read_bytes())
    with Image.open(samples / "logo.png") as image:
        image.resize((32, 32)).save(place / "icon.png")
    palette = flower.quantize(8)
    palette.save(place / "palette.png")
    palette.save(place / "palette.gif")
    palette.convert("RGB").save(place / "few.png")
    text = PngInfo()
    text.add_text("Author", "somebody")
    flower.save(place / "tagged.png", pnginfo=text)
    for folder in ("photos", "clips", "small"):
        (place / folder).mkdir()
    frames = [flower.transpose(Image.Transpose(turn)) for turn in (0, 1, 3)]
    for name in ("clip.gif", "clips/a.gif", "clips/b.gif"):
        frames[0].save(place / name, save_all=True, append_images=frames[1:], comment=b"words")
    for name, frame in zip("ab", frames, strict=False):
        frame.save(place / f"photos/{name}.png")
    Image.new("1", (2, 2)).save(place / "small/tiny.png", optimize=True)
    # What is compared does not depend on how long the search is.
    (place / "colorquant.toml").write_text('effort = "fast"\n')
    return place


@cache
def called(tool):
    """Return what stands for a tool's name at the start of a line, if it is installed."""
    if tool != "ImageMagick":
        return {tool: tool} if tool == "Pillow" or shutil.which(tool) else None
    if shutil.which("magick"):
        return {"magick": "magick"}
    # Version 6 has a program for each word.
    if shutil.which("convert") and shutil.which("mogrify"):
        said = subprocess.run(["convert", "-version"], capture_output=True, text=True, check=False)
        if "ImageMagick 6" in said.stdout:
            return {"magick mogrify": "mogrify", "magick": "convert"}
    return None


def in_shell(line):
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def theirs(tool, line):
    if tool == "Pillow":
        return in_python(line)
    for name, program in called(tool).items():
        if line.startswith(f"{name} "):
            return in_shell(program + line.removeprefix(name))
    raise AssertionError(line)


def ours(tool, line):
    if tool == "Pillow":
        return in_python(line)
    if re.search("[<>|]", line):
        return in_shell(line.replace("colorquant ", f"{COMMAND[0]} -m colorquant ", 1))
    _, *words = line.split()
    done = run(*chain.from_iterable(expanded(word) for word in words))
    return done.exit_code, done.stdout


def expanded(word):
    """Return what a shell makes of a word."""
    return sorted(map(str, Path().glob(word))) if "*" in word else [word]


def in_python(line):
    return 0, eval(line, {"Image": Image, "colorquant": colorquant})


def files():
    """Return what is in each file that is seen."""
    found = (path for path in Path().rglob("*") if path.is_file() and not path.name.startswith("."))
    return {str(path): path.read_bytes() for path in found}


def pixels(image):
    """Return R, G, B and A of all frames; what is not seen is all the same."""
    parts = [np.asarray(each.convert("RGBA")) for each in ImageSequence.Iterator(image)]
    found = np.concatenate([part.reshape(-1, 4) for part in parts])
    return np.where(found[:, 3:] > 0, found, 0)


def colors(image):
    return {tuple(color) for color in np.unique(pixels(image), axis=0).tolist()}


def colors_of(name):
    with Image.open(name) as image:
        return colors(image)


def levels(number):
    return {255 * step // (number - 1) for step in range(number)}


def told(image):
    """Return what an image tells beside its pixels."""
    return image.getexif() or image.info.get("comment") or getattr(image, "text", None)


IMAGE = {
    r"(\d+) colors": lambda image, number: len(colors(image)) == int(number),
    r"up to (\d+) colors": lambda image, number: 2 <= len(colors(image)) <= int(number),
    r"(\d+) frames": lambda image, number: image.n_frames == int(number),
    r"(\d+) x (\d+)": lambda image, *size: image.size == tuple(map(int, size)),
    "(PNG|GIF)": lambda image, name: image.format == name,
    "indexed": lambda image: image.mode == "P",
    r"colors of (\w+\.\w+)": lambda image, name: colors(image) <= colors_of(name),
    r"colors of (\d) levels": lambda image, number: (
        set(pixels(image)[:, :3].flat) <= levels(int(number))
    ),
    "gray": lambda image: all(r == g == b for r, g, b, _ in colors(image)),
    "opaque": lambda image: {color[3] for color in colors(image)} == {255},
    "alpha": lambda image: min(color[3] for color in colors(image)) < 255,
    "no metadata": lambda image: not told(image),
}
"""What may be said of the images, and how it is seen."""

OTHER = r"exit code \d+|\d+ files|[\w/-]+\.(?:png|gif)|the same (?:number|colors)"


def require(said, changed, output, code):
    """Check what is said of the files that were written, or of the output."""
    if found := re.fullmatch(r"exit code (\d+)", said):
        assert code == int(found[1])
        assert not changed
        return
    assert code == 0
    if found := re.fullmatch(r"(\d+) files", said):
        assert len(changed) == int(found[1])
    elif re.fullmatch(OTHER, said):
        assert "the same" in said or said in changed
    else:
        ((test, found),) = [
            (test, found) for form, test in IMAGE.items() if (found := re.fullmatch(form, said))
        ]
        assert changed or isinstance(output, Image.Image)
        for each in changed or [output]:
            with Image.open(each) if changed else nullcontext(each) as image:
                assert test(image, *found.groups()), each


@pytest.mark.parametrize("row", ROWS)
def test_both_do_the_job(row, places, tmp_path, monkeypatch):
    tool, lines, same = row
    if called(tool) is None:
        pytest.skip(f"{tool} is not installed")
    outputs = []
    for side, line in zip((theirs, ours), lines, strict=True):
        folder = tmp_path / side.__name__
        shutil.copytree(places, folder)
        monkeypatch.chdir(folder)
        before = files()
        code, output = side(tool, line)
        changed = [name for name, data in files().items() if before.get(name) != data]
        outputs.append(output)
        for said in same.split(", "):
            require(said, changed, output, code)
    if same == "the same number":
        assert int(outputs[0]) == int(outputs[1]) > 1
    if same == "the same colors":
        first, second = (set(re.findall("#[0-9a-f]{6}", output.lower())) for output in outputs)
        assert first == second
        assert len(first) > 1


def test_there_are_lines_for_each_tool():
    numbers = [len(rows(section(PAGE, tool))) - 2 for tool in TOOLS]
    assert min(numbers) > 8
    assert TEXT[PAGE].count("\n| ") == sum(numbers) + 2 * len(TOOLS)
