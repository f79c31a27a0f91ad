"""A shared palette in stages, through the command."""

import pytest
from helpers import run
from PIL import Image

from colorquant.batch import counting
from colorquant.look import LookOptions
from colorquant.options import QuantizeOptions


@pytest.fixture
def photos(tmp_path, samples, soft, monkeypatch):
    for index in range(5):
        folder = tmp_path / "in" / "ab"[index % 2]
        folder.mkdir(parents=True, exist_ok=True)
        with Image.open(samples / "flower.jpg") as image:
            box = (60 * index, 40 * index, 60 * index + 90, 40 * index + 70)
            image.crop(box).save(folder / f"{index}.png")
    Image.fromarray(soft).save(tmp_path / "in" / "soft.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "in"


def contents(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob("*.*")
        if path.suffix != ".jsonl"
    }


@pytest.mark.parametrize("weight", ["pixels", "images"])
def test_stages_give_the_same_bytes(weight, photos, tmp_path):
    weighing = ("--weight", weight)
    run("in", "-r", "-k", 24, "-o", "whole", "--shared-palette", *weighing)
    assert run("colors", "in/a", "-o", "a.cqt", *weighing).exit_code == 0
    assert run("colors", "in/b", "in/soft.png", "-o", "b.cqt", "--jobs", 2, *weighing).stderr != ""
    merged = run("colors", "--merge", "b.cqt", "a.cqt", "-o", "all.cqt")
    assert merged.exit_code == 0
    assert merged.stderr.startswith("all.cqt: ")
    assert merged.stderr.endswith(" colors\n")
    assert run("palette", "all.cqt", "-k", 24, "-o", "p.json").exit_code == 0
    assert run("in", "-r", "--palette", "p.json", "-o", "stages").exit_code == 0
    assert contents(tmp_path / "whole") == contents(tmp_path / "stages")
    assert len(contents(tmp_path / "whole")) == 6


@pytest.mark.parametrize("weight", ["pixels", "images"])
@pytest.mark.parametrize("look", [["--perceptual"], ["--dither", "blue-noise"]])
def test_stages_give_the_same_palette_for_the_eye(look, weight, photos, tmp_path):
    weighing, few = ("--weight", weight), ("-k", 12, "--effort", "fast")
    sharing = ("--shared-palette", "--palette-out", "p.json")
    assert run("in", "-r", *few, "-o", "whole", *sharing, *weighing, *look).exit_code == 0
    assert run("colors", "in/a", "-o", "a.cqt", *weighing, *look).exit_code == 0
    assert run("colors", "in/b", "in/soft.png", "-o", "b.cqt", *weighing, *look).exit_code == 0
    assert run("colors", "--merge", "b.cqt", "a.cqt", "-o", "all.cqt").exit_code == 0
    assert run("palette", "all.cqt", *few, "-o", "q.json", *look).exit_code == 0
    assert (tmp_path / "q.json").read_bytes() == (tmp_path / "p.json").read_bytes()
    # Without them, the same file gives the palette of least squared error.
    run("colors", "in", "-r", "-o", "plain.cqt", *weighing)
    for name in ("all", "plain"):
        assert run("palette", f"{name}.cqt", *few, "-o", f"{name}.json").exit_code == 0
    squares = (tmp_path / "all.json").read_bytes()
    assert (tmp_path / "plain.json").read_bytes() == squares != (tmp_path / "q.json").read_bytes()


def test_files_counted_for_different_objectives_do_not_add_up(photos, tmp_path):
    run("colors", "in/a", "-o", "a.cqt", "--perceptual")
    run("colors", "in/b", "-o", "b.cqt")
    done = run("colors", "--merge", "a.cqt", "b.cqt", "-o", "all.cqt")
    message = "Error: b.cqt: counted without --objective perceptual, unlike a.cqt\n"
    assert (done.exit_code, done.stderr) == (1, message)
    assert not (tmp_path / "all.cqt").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["colors", "in", "-o", "x.json"], 2, "x.json: the name of a file of colors ends in .cqt"),
        (["colors", "in"], 2, "Missing option '-o'"),
        (["colors", "in", "-o", "x.cqt", "--jobs", "0"], 2, "--jobs must be"),
        (
            ["colors", "in", "-o", "x.cqt", "--perceptual", "--objective", "mse"],
            *(2, "--perceptual and --objective mse exclude each other"),
        ),
        (
            ["colors", "in", "-o", "x.cqt", "--dither-strength", "0.5"],
            *(2, "--dither-strength is for --dither"),
        ),
        (["palette", "none.cqt", "-o", "p.doc"], 2, "p.doc: the name of a palette file ends in"),
        (["colors", "--merge", "in", "-o", "x.cqt"], 1, "in: is a folder, not a file"),
        (["colors", "none", "-o", "x.cqt"], 1, "none: no such file"),
        (["colors", "--merge", "in/soft.png", "-o", "x.cqt"], 1, "not a file of colors"),
        (["colors", "empty", "-o", "x.cqt"], 1, "empty: no image is found in it"),
        (["colors", "notes.txt", "-o", "x.cqt"], 1, "notes.txt: not an image, or of an unknown"),
        (["colors", "in", "-o", "x.cqt", "--format", "xyz"], 2, "cannot write 'xyz'"),
    ],
)
def test_what_does_not_work(arguments, code, message, photos, tmp_path):
    (tmp_path / "notes.txt").write_text("words")
    (tmp_path / "empty").mkdir()
    done = run(*arguments)
    assert (done.exit_code, done.stderr.count("\n")) == (code, 1)
    assert message in done.stderr
    assert not list(tmp_path.glob("*.cqt"))


@pytest.mark.parametrize(
    ("arguments", "look"),
    [
        (["--perceptual"], LookOptions("perceptual")),
        (["--dither", "bayer", "--dither-strength", 0.5], LookOptions(None, "bayer", 0.5)),
    ],
)
def test_the_look_reaches_the_library(arguments, look, photos, monkeypatch):
    asked = []

    def note(*given, **_):
        asked.extend(each for each in given if isinstance(each, QuantizeOptions))
        raise KeyboardInterrupt

    monkeypatch.setattr(counting, "gather", note)
    run("colors", "in", "-o", "x.cqt", *arguments)
    assert asked == [QuantizeOptions(look=look)]


def test_one_color_is_no_colors(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (3, 3)).save("one.png")
    assert run("colors", "one.png", "-o", "x.cqt").stderr == "x.cqt: 1 color\n"


def test_broken_images_are_told_and_do_not_count(photos, tmp_path):
    run("colors", "in", "-o", "whole.cqt")
    (photos / "broken.png").write_bytes((photos / "soft.png").read_bytes()[:200])
    (photos / "notes.txt").write_text("words")
    done = run("colors", "in", "-o", "x.cqt")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: in/broken.png: damaged or incomplete")
    assert done.stderr.splitlines()[1].startswith("x.cqt: ")
    assert (tmp_path / "x.cqt").read_bytes() == (tmp_path / "whole.cqt").read_bytes()


def test_existing_files_are_kept_unless_forced(photos, tmp_path):
    (tmp_path / "x.cqt").write_bytes(b"mine")
    assert "x.cqt: exists already" in run("colors", "in", "-o", "x.cqt").stderr
    assert run("colors", "in", "-o", "x.cqt", "--force", "-q").stderr == ""
