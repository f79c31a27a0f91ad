"""Whole folders through the command: run, and run again."""

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys

import numpy as np
import pytest
from helpers import COMMAND, GUARD, after, run
from PIL import Image

from colorquant import __version__
from colorquant.batch import many_images
from colorquant.batch.plan import BatchOptions
from colorquant.options import QuantizeOptions


@pytest.fixture
def tree(tmp_path, samples, monkeypatch):
    """A folder of mixed files: images, a broken one, text, subfolders, a circle of links."""
    folder = tmp_path / "in"
    (folder / "sub" / "deep").mkdir(parents=True)
    with Image.open(samples / "flower.jpg") as image:
        image.crop((200, 100, 320, 200)).save(folder / "flower.jpg")
        image.crop((300, 100, 420, 200)).save(folder / "sub" / "other.png")
    shutil.copy(samples / "sprite.png", folder / "sub" / "deep")
    (folder / "sub" / "broken.jpg").write_bytes((folder / "flower.jpg").read_bytes()[:1500])
    (folder / "notes.txt").write_text("words\n")
    (folder / "sub" / "circle").symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    return folder


def files(folder):
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {path.as_posix() for path in found if path.suffix != ".jsonl"}


def stamps(folder):
    return {name: (folder / name).stat().st_mtime_ns for name in files(folder)}


def test_a_mirrored_tree_that_is_not_done_again(tree, tmp_path):
    done = run("in", "-r", "-k", 8, "-o", "out")
    assert done.exit_code == 1
    assert done.stdout == ""
    error, summary = done.stderr.splitlines()
    assert error.startswith("Error: in/sub/broken.jpg: damaged or incomplete: ")
    assert summary.startswith("3 done, 1 not an image, 1 failed, ")
    out = tmp_path / "out"
    assert files(out) == {"flower.png", "sub/other.png", "sub/deep/sprite.png"}
    for name in files(out):
        with Image.open(out / name) as image:
            assert image.mode == "P"
    before = stamps(out)
    again = run("in", "-r", "-k", 8, "-o", "out", "--jobs", 1)
    assert "3 skipped as up to date, 1 not an image, 1 failed" in again.stderr
    assert stamps(out) == before
    os.utime(tree / "flower.jpg", ns=(10**18, 10**18))
    assert "1 done, 2 skipped" in run("in", "-r", "-k", 8, "-o", "out").stderr
    assert "3 done, 1 not an image" in run("in", "-r", "-k", 9, "-o", "out").stderr
    assert "3 done, 1 not an image" in run("in", "-r", "-k", 9, "-o", "out", "--force").stderr


@pytest.mark.parametrize(
    ("changes", "anew"),
    [
        (["--perceptual"], True),
        (["--dither", "bayer"], True),
        (["--dither", "bayer", "--objective", "mse"], True),
        (["--objective", "mse", "--compact", 2, "--nearest"], False),
        (["--dither", "bayer", "--dither-strength", 0], False),
    ],
)
def test_another_look_is_done_again(changes, anew, tree):
    run("in/flower.jpg", "in/sub/other.png", "-k", 8, "-o", "out", "-q")
    arguments = ("in/flower.jpg", "in/sub/other.png", "-k", 8, "-o", "out", *changes)
    assert run(*arguments).stderr.startswith("2 done" if anew else "2 skipped")
    assert run(*arguments).stderr.startswith("2 skipped")


def key(batch=None, **changes):
    return many_images._fingerprint(QuantizeOptions(**changes), batch or BatchOptions())


def test_a_plain_run_is_known_from_what_it_always_was():
    named = [
        *(("k", 16), ("engine", "minibatch"), ("effort", "normal"), ("restarts", 1), ("seed", 0)),
        *(("background", None), ("icc", "keep"), ("metadata", "color")),
        ("per_frame_palette", False),
    ]
    shown = repr((__version__, named, None, False, None, None))
    expected = hashlib.sha256(shown.encode()).hexdigest()[:16]
    assert key() == expected
    assert key(objective="mse", compact=0, nearest=True) == expected
    assert key(dither="diffusion", dither_strength=0) == expected


LOOKS = [
    {"objective": "perceptual"},
    {"objective": "perceptual", "compact": 0},
    {"objective": "perceptual", "nearest": True},
    {"dither": "diffusion"},
    {"dither": "diffusion", "dither_strength": 0.5},
    {"dither": "diffusion", "compact": 2},
    {"dither": "diffusion", "objective": "mse"},
    {"dither": "bayer"},
    {"dither": "bayer", "dither_strength": 0.5},
    {"dither": "blue-noise"},
]


def test_looks_of_other_results_have_other_fingerprints():
    assert len({key(), *(key(**look) for look in LOOKS)}) == 1 + len(LOOKS)
    assert key(dither="diffusion") == key(dither="diffusion", dither_strength=0.85)
    assert key(dither="bayer") == key(dither="bayer", objective="perceptual")
    assert key(objective="perceptual", dither="bayer", dither_strength=0) == key(
        objective="perceptual"
    )


def test_a_shared_palette_depends_on_the_objective_and_on_whether_it_is_for_dithering():
    shared = BatchOptions(shared_palette=True)
    keys = [key(shared, **look) for look in ({}, *LOOKS)]
    plain, seen, mixed, mixed_mse = (keys[at] for at in (0, 1, 4, 7))
    assert len({plain, seen, mixed, mixed_mse}) == 4
    assert keys == [plain, *[seen] * 3, *[mixed] * 3, mixed_mse, *[mixed] * 3]


def test_what_is_asked_of_bytes_changes_the_fingerprint():
    settings = [{}, *({"optimize": level} for level in (1, 2, "max")), {"min_saving": 5}]
    settings += [{"min_saving": 6}, {"min_saving": 6, "optimize": 2}, {"skip_if_larger": True}]
    assert len({key(BatchOptions(**each)) for each in settings}) == len(settings)
    assert key(BatchOptions(optimize=True)) == key(BatchOptions(optimize=2))


def test_many_are_optimized_and_known_as_such(tree, tmp_path):
    (tree / "sub" / "broken.jpg").unlink()
    arguments = ("in", "-r", "-k", 8, "-o", "out")
    sizes = {}
    for option, level in ((None, None), ("--optimize", 2), ("--optimize=6", 6)):
        lines = run(*arguments, *filter(None, [option]), "--jobs", 2, "--json").stdout.splitlines()
        records = [json.loads(line) for line in lines]
        done = [record for record in records[:-1] if record["status"] == "done"]
        assert {record["optimize"] for record in done} == {level}
        assert records[-1]["done"] == 3
        sizes[option] = records[-1]["output_bytes"]
    assert sizes[None] > sizes["--optimize"] >= sizes["--optimize=6"]
    assert run(*arguments, "--optimize=6").stderr.startswith("3 skipped")


def test_in_place_only_pngs_can_be_optimized(tree):
    done = run("in", "-k", 8, "--in-place", "--optimize")
    assert done.exit_code == 1
    assert "flower.jpg: optimize is for PNG, not for JPEG" in done.stderr
    assert run("in", "-k", 8, "-o", "out.gif/", "--format", "gif", "--optimize").exit_code == 2


def test_results_that_save_too_little_are_not_taken(tree, tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (90, 90, 3), np.uint8)
    Image.fromarray(pixels).save(tree / "noise.png")
    size = (tree / "noise.png").stat().st_size
    run("in/noise.png", "-k", 8, "-o", "small.png")
    saved = 100 * (size - (tmp_path / "small.png").stat().st_size) / size
    for least, kept in ((saved - 0.5, False), (saved + 0.5, True)):
        arguments = ("in", "-k", 8, "--min-saving", least, "--include", "noise.png", "-o", "out")
        assert run(*arguments).stderr.startswith("1 kept" if kept else "1 done")
        taken = (tmp_path / "out" / "noise.png").read_bytes()
        assert (taken == (tree / "noise.png").read_bytes()) == kept
        assert run(*arguments).stderr.startswith("1 skipped")


def test_one_source_that_is_kept(tree):
    Image.new("L", (300, 300), 7).save(tree / "small.webp", lossless=True)
    before = (tree / "small.webp").read_bytes()
    for option in (["--skip-if-larger"], ["--min-saving", "0"], ["--min-saving", "5"]):
        beside = run("in/small.webp", "-k", 8, *option)
        assert (beside.exit_code, beside.stderr.count("\n")) == (98, 1)
        kept = run("in/small.webp", "-k", 8, *option, "--in-place", "--format", "png")
        assert kept.exit_code == 0
        assert kept.stderr.count("\n") == 1
        assert kept.stderr.startswith("Kept in/small.webp: would have ")
        quiet = run("in/small.webp", "-k", 8, *option, "--in-place", "--format", "png", "-q")
        assert (quiet.exit_code, quiet.stderr) == (0, "")
    assert (tree / "small.webp").read_bytes() == before


def test_the_number_of_processes_makes_no_difference(tree, tmp_path, monkeypatch):
    # None of them waits for this process to be slow.
    monkeypatch.setattr(many_images, "is_light", lambda *_: False)
    for jobs in (1, 3):
        run("in", "-r", "-k", 8, "-o", f"out{jobs}", "--jobs", jobs, "--memory", "1G")
    assert len(files(tmp_path / "out1")) == 3
    for name in files(tmp_path / "out1"):
        contents = {(tmp_path / f"out{jobs}" / name).read_bytes() for jobs in (1, 3)}
        assert len(contents) == 1


def test_files_of_others_are_kept_unless_forced(tree, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "flower.png").write_bytes(b"mine")
    done = run("in", "-k", 8, "-o", "out")
    assert "Error: out/flower.png: exists already; --force replaces it" in done.stderr
    assert (tmp_path / "out" / "flower.png").read_bytes() == b"mine"
    assert run("in", "-k", 8, "-o", "out", "--force").exit_code == 0


def test_results_beside_their_sources_are_no_sources(tree):
    for _ in range(2):
        assert run("in", "-k", 8).exit_code == 0
    assert {name for name in files(tree) if "/" not in name} == {
        *("flower.jpg", "flower-8colors.png", "notes.txt"),
    }


def test_a_tree_in_place(tree):
    (tree / "sub" / "broken.jpg").unlink()
    before = stamps(tree)
    assert run("in", "-r", "-k", 8, "--in-place", "--keep-times", "-q").exit_code == 0
    assert stamps(tree) == before
    with Image.open(tree / "sub" / "other.png") as image:
        assert len(image.getcolors()) == 8
    assert "3 skipped" in run("in", "-r", "-k", 8, "--in-place", "--keep-times").stderr


def test_a_dry_run_writes_nothing(tree, tmp_path):
    done = run("in", "-r", "-k", 8, "-o", "out", "--dry-run")
    assert "planned: in/flower.jpg -> out/flower.png\n" in done.stderr
    assert not (tmp_path / "out").exists()
    estimated = run("in", "-k", 8, "-o", "out", "--dry-run", "-v").stderr
    run("in", "-k", 8, "-o", "out")
    size = (tmp_path / "out" / "flower.png").stat().st_size
    assert f"-> {size:,} bytes, " in estimated


@pytest.mark.parametrize("more", [(), ("-v",)])
def test_a_dry_run_refuses_what_the_run_would(more, tree, tmp_path):
    Image.new("RGB", (9, 9)).save(tree / "x.tga")
    arguments = ("in", "-k", 8, *more)
    foreseen = run(*arguments, "--in-place", "--dry-run", "--include", "x*")
    assert foreseen.exit_code == 1
    assert "cannot write 'tga'" in foreseen.stderr
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "flower.png").write_text("mine")
    foreseen = run(*arguments, "-o", "out", "--dry-run", "--include", "f*")
    assert "out/flower.png: exists already" in foreseen.stderr
    (tmp_path / "file").touch()
    foreseen = run(*arguments, "-o", "file/out", "--dry-run", "--include", "f*")
    assert "file: exists already" in foreseen.stderr
    assert foreseen.exit_code == 1


def test_a_dry_run_in_place_knows_the_format(tree):
    said = run("in/flower.jpg", "in", "--include", "o*", "--in-place", "--dry-run", "--json").stdout
    record = json.loads(said.splitlines()[0])
    assert (record["status"], record["output"]) == ("planned", "in/flower.jpg")
    said = run("in/flower.jpg", "--in-place", "--dry-run", "-v", "--json").stdout
    assert json.loads(said.splitlines()[0])["format"] == "JPEG"


def test_words_beside_an_image_of_the_same_name(tree, tmp_path):
    (tree / "flower.xmp").write_text("<xmp/>")
    done = run("in", "-k", 8, "-o", "out")
    assert (done.exit_code, done.stderr.split(", ")[:2]) == (0, ["1 done", "2 not images"])
    assert files(tmp_path / "out") == {"flower.png"}


def test_two_runs_at_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    noise = np.random.default_rng(0).integers(0, 256, (30, 40, 3), np.uint8)
    (tmp_path / "in").mkdir()
    for index in range(12):
        Image.fromarray(np.roll(noise, index, axis=1)).save(tmp_path / "in" / f"{index:02}.png")
    search = ["-k", "8", "--effort", "fast"]
    command = [*COMMAND, "in", *search, "-o", "out", "--jobs", "1"]
    pipes = {"stderr": subprocess.PIPE, "text": True}
    both = [subprocess.Popen(command, **pipes) for _ in range(2)]
    said = [process.communicate(timeout=GUARD)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert len(files(tmp_path / "out")) == 12
    assert "12 skipped" in run("in", *search, "-o", "out").stderr


def test_larger_results_are_not_taken(tree, tmp_path):
    Image.new("L", (300, 300), 7).save(tree / "small.webp", lossless=True)
    arguments = ("in", "-k", 8, "--skip-if-larger", "--include", "small.*")
    done = run(*arguments, "-o", "out")
    assert done.stderr.startswith("1 kept as the result saved too little")
    assert (tmp_path / "out" / "small.webp").read_bytes() == (tree / "small.webp").read_bytes()
    assert "1 skipped" in run(*arguments, "-o", "out").stderr
    before = (tree / "small.webp").read_bytes()
    assert "1 kept" in run(*arguments, "--in-place").stderr
    assert (tree / "small.webp").read_bytes() == before
    beside = run(*arguments, "-o", "in")
    assert beside.stderr.startswith("1 kept")
    assert (tree / "small.webp").read_bytes() == before
    assert "1 skipped" in run(*arguments, "-o", "in").stderr
    single = run("in/small.webp", "-k", 8, "--skip-if-larger")
    assert single.exit_code == 98
    assert "not less than the" in single.stderr
    assert not (tree / "small-8colors.png").exists()


def test_json(tree):
    lines = run("in", "-r", "-k", 8, "-o", "out", "--json", "-q").stdout.splitlines()
    *records, summary = map(json.loads, lines)
    assert {record["type"] for record in records} == {"file"}
    by_source = {record["source"]: record for record in records}
    flower = by_source["in/flower.jpg"]
    assert (flower["width"], flower["height"], flower["colors"]) == (120, 100, 8)
    assert flower["output_bytes"] > 0
    assert by_source["in/notes.txt"]["status"] == "ignored"
    assert (summary["done"], summary["failed"], summary["ignored"]) == (3, 1, 1)
    one = run("in/flower.jpg", "-o", "x.png", "--json", "-q").stdout.splitlines()
    assert json.loads(one[0])["output"] == "x.png"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["in", "--report", "r.png"], 2, "--report is for one image"),
        (["in", "-o", "-"], 2, "- is for one image"),
        (["in", "-o", "out.PNG"], 2, "out.PNG names a file, and in is a folder; name a folder"),
        (["in/flower.jpg", "in/sub/other.png", "-o", "out.png"], 2, "there is more than one image"),
        (["in", "-", "-o", "out"], 2, "- is for one image"),
        (["in", "none"], 1, "none: no such file"),
        (["in", "in/flower.jpg", "-o", "out"], 1, "would be the result of both"),
        (["in", "--in-place", "-o", "out"], 2, "in place the sources are the outputs"),
        (["in", "--memory", "lots"], 2, "--memory must be a number"),
        (["in", "in/flower.jpg", "-o", "in/notes.txt"], 2, "in/notes.txt names a file"),
    ],
)
def test_what_does_not_go_together(arguments, code, message, tree, tmp_path):
    done = run(*arguments)
    assert done.exit_code == code
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.glob("out*"))


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize(
    ("redirection", "jobs", "expected"),
    [
        (
            "--json >/dev/full",
            2,
            (1, "Error: the output: cannot write it: no room on the disk\n"),
        ),
        ("--json >&-", 1, (2, "Error: --json writes to stdout, which is closed. See colorquant")),
        ("--json | true", 1, (1, "")),
        (">&-", 2, (0, "2 done")),
        (">&- 2>&-", 2, (0, "")),
        ("2>&-", 1, (0, "")),
    ],
)
def test_where_nobody_can_hear(redirection, jobs, expected, tree, tmp_path):
    code, said = expected
    arguments = ["in/flower.jpg", "in/sub/deep", "-k", "4", "-o", "out"]
    program = shlex.join([*after(0, "pass"), *arguments])
    line = f"{program} --jobs {jobs} {redirection}; exit ${{PIPESTATUS[0]}}"
    command = ["bash", "-c", line]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=GUARD)
    assert done.returncode == code
    assert done.stderr.startswith(said)
    assert done.stderr.count("\n") == (said != "")
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.fixture
def folders(tmp_path, photo, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("full", "words", "empty", "nested/sub"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "words" / "notes.txt").write_text("words")
    (tmp_path / "nested" / "sub" / "a.png").write_bytes(photo.read_bytes())
    photo.rename(tmp_path / "full" / "a.png")
    return tmp_path


@pytest.mark.parametrize("folder", ["words", "empty", "nested"])
@pytest.mark.parametrize("more", [[], ["--dry-run"], ["--shared-palette"], ["--in-place"]])
def test_a_folder_without_an_image(folder, more, folders):
    done = run(folder, "-k", 4, *more)
    assert done.exit_code == 1
    assert f"Error: {folder}: no image is found in it\n" in done.stderr


def test_an_include_that_matches_nothing(folders):
    done = run("full", "--include", "*.jpg", "--include", "*.gif")
    assert done.exit_code == 1
    said = "Error: full: no image is found in it that matches '*.jpg' or '*.gif'\n"
    assert done.stderr.startswith(said)


def test_each_folder_is_told_of_and_the_others_are_done(folders):
    done = run("full", "words", "empty", "nested", "-r", "-k", 4, "-o", "out", "--json")
    assert done.exit_code == 1
    records = [json.loads(line) for line in done.stdout.splitlines()][:-1]
    failed = [record["source"] for record in records if record["status"] == "failed"]
    assert failed == ["words", "empty"]
    assert (folders / "out" / "a.png").exists()
    assert (folders / "out" / "sub" / "a.png").exists()


@pytest.mark.parametrize("second", [[], ["--force"], ["--skip-if-larger"]])
def test_a_folder_that_was_done_is_not_without_images(second, folders):
    first = run("full", "-k", 4, "-o", "out")
    again = run("full", "-k", 4, "-o", "out", *second)
    assert (first.exit_code, again.exit_code) == (0, 0)


def test_a_folder_of_broken_images_alone_has_its_errors_only(folders):
    (folders / "empty" / "a.png").touch()
    done = run("empty", "-q")
    assert (done.exit_code, done.stderr) == (1, "Error: empty/a.png: the file is empty\n")
