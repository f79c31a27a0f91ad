"""One palette for many images, through the command."""

import dataclasses
import json
import shutil
import signal
import subprocess

import numpy as np
import pytest
from helpers import GUARD, after, run
from PIL import Image

from colorquant.batch import counting, sharing
from colorquant.batch.counting import is_light
from colorquant.batch.discovery import Selection
from colorquant.batch.manifest import Manifest
from colorquant.batch.plan import BatchOptions, plan_batch
from colorquant.batch.sharing import find_shared
from colorquant.color.table import ColorTable
from colorquant.models import Raster
from colorquant.options import QuantizeOptions
from colorquant.pipeline.fitted import Fitted


@pytest.fixture
def photos(tmp_path, samples, monkeypatch):
    folder = tmp_path / "in"
    folder.mkdir()
    with Image.open(samples / "flower.jpg") as image:
        for index in range(5):
            box = (60 * index, 40 * index, 60 * index + 90, 40 * index + 70)
            image.crop(box).save(folder / f"{index}.png")
    monkeypatch.chdir(tmp_path)
    return folder


def palette_of(path):
    with Image.open(path) as image:
        return image.getpalette("RGBA")


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.*") if path.suffix != ".jsonl"}


def shared(folder, **settings):
    batch = BatchOptions(shared_palette=True, selection=Selection(), **settings)
    plan = plan_batch([folder], QuantizeOptions(k=16), batch)
    return find_shared(plan.files, QuantizeOptions(k=16), batch)


def test_all_results_have_the_palette_of_all_images(photos, tmp_path):
    done = run("in", "-k", 16, "-o", "out", "--shared-palette", "--palette-out", "p.json")
    assert (done.exit_code, done.stderr.split(",")[0]) == (0, "5 done")
    palettes = [palette_of(tmp_path / "out" / f"{index}.png") for index in range(5)]
    assert all(palette == palettes[0] for palette in palettes)
    together = np.concatenate([np.asarray(Image.open(path)) for path in sorted(photos.iterdir())])
    table = ColorTable.of(Raster(together))
    expected = Fitted(table, QuantizeOptions(k=16)).palette
    content = json.loads((tmp_path / "p.json").read_text())
    assert content["colors"] == expected.hex()
    assert content["counts"] == expected.counts.tolist()


def test_processes_order_and_stages_make_no_difference(photos, tmp_path, monkeypatch):
    run("in", "-k", 16, "-o", "one", "--shared-palette", "--jobs", 1, "--palette-out", "p.json")
    run("in", "-k", 16, "-o", "two", "--shared-palette", "--jobs", 2)
    run("in", "-o", "three", "--palette", "p.json")
    assert contents(tmp_path / "one") == contents(tmp_path / "two") == contents(tmp_path / "three")
    expected = shared(photos).hex()
    monkeypatch.setattr(counting, "_SHARE", 2)
    assert shared(photos, jobs=2).hex() == expected


def test_in_place_with_files_of_no_format(photos, monkeypatch):
    monkeypatch.setattr(counting, "_SHARE", 2)
    (photos / "notes.txt").write_text("words")
    with Image.open(photos / "0.png") as image:
        image.save(photos / "noext", "PNG")
    done = run("in", "-k", 16, "--in-place", "--shared-palette", "--jobs", 2)
    assert done.exit_code == 1
    assert "cannot write a name without extension" in done.stderr
    assert "5 done, 1 not an image, 1 failed" in done.stderr
    palettes = [palette_of(photos / f"{index}.png") for index in range(5)]
    assert all(palette == palettes[0] for palette in palettes)


def test_in_place_run_again(photos):
    with Image.open(photos / "0.png") as image:
        image.save(photos / "lossy.jpg")
    (photos / "broken.png").write_bytes((photos / "0.png").read_bytes()[:999])
    (photos / "readme").write_text("words")
    arguments = ("in", "-k", 16, "--in-place", "--shared-palette", "--jobs", 1)
    assert "6 done, 1 not an image, 1 failed" in run(*arguments).stderr
    before = contents(photos)
    assert "6 skipped as up to date, 1 not an image, 1 failed" in run(*arguments).stderr
    assert contents(photos) == before
    palette = palette_of(photos / "0.png")
    Image.new("RGB", (200, 200), "magenta").save(photos / "new.png")
    assert "1 done, 6 skipped" in run(*arguments).stderr
    assert palette_of(photos / "new.png") == palette_of(photos / "0.png") == palette
    assert "7 skipped" in run(*arguments).stderr
    shutil.copy(photos / "0.png", photos / "copy.png")
    Image.new("RGB", (200, 200), "magenta").save(photos / "new.png")
    assert "8 done" in run(*arguments, "--force").stderr
    assert palette_of(photos / "new.png") == palette_of(photos / "0.png") != palette
    assert "8 skipped" in run(*arguments).stderr


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (["--perceptual"], ["--perceptual", "--compact", 2]),
        (["--perceptual"], ["--objective", "perceptual", "--nearest"]),
        ([], ["--compact", 0]),
    ],
)
def test_in_place_a_look_that_the_palette_does_not_depend_on(first, second, photos):
    arguments = ("in", "-k", 16, "--in-place", "--shared-palette", "--jobs", 1)
    assert run(*arguments, *first).stderr.startswith("5 done")
    palette = palette_of(photos / "0.png")
    Image.new("RGB", (200, 200), "magenta").save(photos / "new.png")
    assert run(*arguments, *second).exit_code == 0
    assert palette_of(photos / "new.png") == palette_of(photos / "0.png") == palette


def test_in_place_the_palette_is_recorded_before_an_image_is_replaced(photos, tmp_path):
    shutil.copytree(photos, tmp_path / "clean")
    arguments = ("-k", 16, "--in-place", "--shared-palette", "--jobs", 1, "-q")
    assert run("clean", *arguments, "--palette-out", "clean.json").exit_code == 0
    kill = after(1, "os.kill(os.getpid(), signal.SIGKILL)")
    command = [*kill, "in", *map(str, arguments)]
    assert subprocess.run(command, check=False, timeout=GUARD).returncode == -signal.SIGKILL
    done = {name for name, data in contents(photos).items() if data == clean_of(tmp_path, name)}
    assert 0 < len(done) < 5
    assert run("in", *arguments, "--palette-out", "again.json").exit_code == 0
    assert contents(photos) == contents(tmp_path / "clean")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "clean.json").read_bytes()


def clean_of(folder, name):
    return (folder / "clean" / name).read_bytes()


def test_two_runs_in_place_use_one_palette(photos, tmp_path, monkeypatch):
    shutil.copytree(photos, tmp_path / "clean")
    arguments = ("-k", 16, "--in-place", "--shared-palette", "--jobs", 1)
    run("clean", *arguments)
    real = sharing.find_shared

    def meanwhile(*arguments_of_it):
        # Another run is done before this one has its palette, which is another one by then.
        found = real(*arguments_of_it)
        monkeypatch.setattr(sharing, "find_shared", real)
        assert "5 done" in run("in", *arguments).stderr
        return dataclasses.replace(found, colors=found.colors ^ 1)

    monkeypatch.setattr(sharing, "find_shared", meanwhile)
    assert "5 skipped" in run("in", *arguments).stderr
    assert contents(photos) == contents(tmp_path / "clean")


def test_folders_that_are_done_together_have_one_palette(photos, tmp_path):
    for name, color in (("b", "magenta"), ("c", "cyan")):
        (tmp_path / name).mkdir()
        Image.new("RGB", (90, 70), color).save(tmp_path / name / "0.png")
    arguments = ("-k", 16, "--in-place", "--shared-palette", "--jobs", 1)
    assert "1 done" in run("c", *arguments).stderr
    assert "6 done" in run("in", "b", *arguments).stderr
    palettes = {name: palette_of(tmp_path / name / "0.png") for name in ("b", "c", "in")}
    assert palettes["b"] == palettes["in"] != palettes["c"]
    assert "1 done, 6 skipped" in run("c", "b", "in", *arguments).stderr
    assert palette_of(tmp_path / "c" / "0.png") == palettes["in"]


def test_a_palette_elsewhere_is_recorded_beside_it(photos, tmp_path):
    (tmp_path / "else").mkdir()
    arguments = ("in", "-k", 16, "-o", "out", "--shared-palette", "--jobs", 1, "--palette-out")
    for place, home in (("else/p.json", "else"), ("out/p.json", "out")):
        assert run(*arguments, place).exit_code == 0
        assert Manifest(tmp_path / home).is_ours(tmp_path / place)


def test_light_images(tmp_path):
    options = QuantizeOptions()
    for name, size, light in (("a", (1024, 1024), True), ("b", (1025, 1024), False)):
        Image.new("L", size).save(tmp_path / f"{name}.png")
        assert is_light(tmp_path / f"{name}.png", options) == light
    frames = [Image.new("L", (1024, 900), shade) for shade in (0, 99)]
    frames[0].save(tmp_path / "c.gif", save_all=True, append_images=frames[1:])
    assert not is_light(tmp_path / "c.gif", options)
    (tmp_path / "words.txt").write_text("words")
    assert is_light(tmp_path / "words.txt", options)


def test_a_share_whose_worker_fails_is_counted_one_by_one(photos, monkeypatch):
    expected = shared(photos).hex()
    real = counting._count

    def count(share):
        if len(share.files) > 1:
            raise RuntimeError("died")
        return real(share)

    monkeypatch.setattr(counting, "_count", count)
    assert shared(photos, jobs=1).hex() == expected


def test_running_again_does_nothing_until_the_palette_changes(photos, tmp_path):
    arguments = ("in", "-k", 16, "-o", "out", "--shared-palette", "--palette-out", "p.gpl")
    run(*arguments)
    assert "5 skipped" in run(*arguments).stderr
    Image.new("RGB", (200, 200), "magenta").save(photos / "new.png")
    assert "6 done" in run(*arguments).stderr
    assert (tmp_path / "p.gpl").read_text().count("\t#") == 16
    (tmp_path / "p.gpl").write_text("mine")
    Image.new("RGB", (200, 200), "cyan").save(photos / "newer.png")
    assert "p.gpl: exists already; --force replaces it" in run(*arguments).stderr
    assert "7 done" in run(*arguments[:-2]).stderr


def test_alpha_is_shared_too(photos, tmp_path, soft):
    Image.fromarray(soft).save(photos / "soft.png")
    run("in", "-k", 16, "-o", "out", "--shared-palette")
    palettes = [palette_of(tmp_path / "out" / name) for name in ("0.png", "soft.png")]
    assert palettes[0] == palettes[1]
    with Image.open(tmp_path / "out" / "0.png") as image:
        assert (np.asarray(image.convert("RGBA"))[:, :, 3] == 255).mean() > 0.9
    refused = run("in", "-k", 16, "-o", "no", "--shared-palette", "--palette-out", "p.pal")
    assert (refused.exit_code, refused.stderr) == (
        1,
        "Error: p.pal: jasc has no alpha; json has\n",
    )


def test_every_image_or_every_pixel_alike(photos):
    Image.new("RGB", (800, 800), (250, 0, 250)).save(photos / "large.png")
    pixels, images = (shared(photos, weight=weight) for weight in ("pixels", "images"))
    assert pixels.counts.max() / pixels.counts.sum() > 0.9
    assert images.counts.max() / images.counts.sum() < 0.5


def test_what_cannot_be_read_does_not_count(photos):
    expected = shared(photos).hex()
    (photos / "broken.png").write_bytes((photos / "0.png").read_bytes()[:999])
    (photos / "notes.txt").write_text("words")
    assert shared(photos).hex() == expected
    for path in photos.glob("[0-9].png"):
        path.unlink()
    assert shared(photos) is None


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ["--shared-palette", "--palette", "p.json"],
            2,
            "--palette and --shared-palette exclude each other",
        ),
        (
            ["--shared-palette", "--per-frame-palette"],
            2,
            "--shared-palette and --per-frame-palette exclude each other",
        ),
        (
            ["--palette-out", "q.json"],
            2,
            "--palette-out is for one palette; --shared-palette finds one",
        ),
        (
            ["--shared-palette", "--order", "source"],
            2,
            "--order source exclude each other",
        ),
        (["--shared-palette", "--drop-unused"], 2, "--drop-unused is for --palette"),
        (["--weight", "images"], 2, "--weight is for --shared-palette"),
        (
            ["--shared-palette", "--palette-out", "q.doc"],
            2,
            "q.doc: the name of a palette file ends in one of",
        ),
        (["--shared-palette", "--palette-out", "no/q.json"], 1, "there is no folder no"),
        (["--palette", "p.json", "-k", "9"], 2, "--palette has its own number of colors"),
        (["--palette", "none.json"], 1, "none.json: no such file"),
    ],
)
def test_what_does_not_go_together(arguments, code, message, photos, tmp_path):
    (tmp_path / "p.json").write_text('{"version": 1, "colors": ["#010203"]}')
    done = run("in", "-o", "out", *arguments)
    assert (done.exit_code, done.stderr.count("\n")) == (code, 1)
    assert message in done.stderr
    assert not (tmp_path / "out").exists()


def test_one_image_to_a_palette(photos, tmp_path, soft):
    (tmp_path / "p.gpl").write_text("GIMP Palette\n255 0 0\n0 0 0\n255 255 255\n0 0 255\n")
    assert run("in/0.png", "--palette", "p.gpl", "-o", "x.png").exit_code == 0
    assert palette_of(tmp_path / "x.png")[:12] == [255, 0, 0, 255, 0, 0, 0, 255, *[255] * 4]
    assert run("in/0.png", "--palette", "p.gpl").exit_code == 0
    assert (photos / "0-4colors.png").exists()
    assert run("in", "--palette", "p.gpl", "--exclude", "0*").exit_code == 0
    assert (photos / "4-4colors.png").exists()
    Image.fromarray(soft).save("soft.png")
    done = run("soft.png", "--palette", "p.gpl", "-o", "y.png")
    assert done.stderr == ""
    with Image.open(tmp_path / "y.png") as image:
        # Transparent pixels get an entry of their own.
        assert image.info["transparency"] == 4
    (tmp_path / "a.json").write_text('{"version": 1, "colors": ["#01020380", "#010203"]}')
    done = run("soft.png", "--palette", "a.json", "-o", "z.gif")
    assert "the palette has more alpha than GIF can hold" in done.stderr
