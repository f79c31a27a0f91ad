"""Galleries of many images."""

import json
import re
import signal
import subprocess
from html import unescape

import numpy as np
import pytest
from helpers import after, run
from PIL import Image

from colorquant.errors import ImageWriteError
from colorquant.pipeline import gallery as making


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder `in` with two images and a broken one."""
    (tmp_path / "in").mkdir()
    for name, seed in (("a", 1), ("b", 2)):
        pixels = np.random.default_rng(seed).integers(0, 256, (20, 30, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"in/{name}.png")
    (tmp_path / "in/broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


CALL = ["in", "-k", "4", "--effort", "fast", "--gallery", "page.html"]


def cards(page):
    """Return the cards of a page by name, each with its attributes."""
    found = {}
    for card in re.findall(r'<li class="card"[^>]*>', page.read_text()):
        told = {key: unescape(value) for key, value in re.findall(r'data-(\w+)="([^"]*)"', card)}
        found[told["name"]] = told
    return found


def statuses(page):
    return {name: told["status"] for name, told in cards(page).items()}


def test_a_folder_has_a_gallery(folder):
    done = run(*CALL, "-o", "out")
    assert done.exit_code == 1
    page = folder / "page.html"
    lost = sum("lost" in told and told["lost"] != "0" for told in cards(page).values())
    told = f"colors were lost in {lost} of" if lost else "no larger color was lost in"
    assert done.stderr.splitlines()[-1] == f"page.html: {told} 2 images"
    assert statuses(page) == {"in/a.png": "done", "in/b.png": "done", "in/broken.png": "failed"}
    text = page.read_text()
    assert 'href="./in/a.png"' in text
    assert 'href="./out/a.png"' in text
    assert "in/broken.png: damaged" in text


def test_json_is_the_same_with_a_gallery(folder):
    def lines(*more):
        said = run("in", "-k", "4", "--effort", "fast", "--json", *more).stdout.splitlines()
        records = [json.loads(line) for line in said]
        return [{**each, "seconds": 0, "output": 0} for each in records]

    assert lines("-o", "one") == lines("-o", "two", "--gallery", "page.html")
    # What is up to date is told, and shown.
    assert lines("-o", "one") == lines("-o", "two", "--gallery", "again.html")
    assert statuses(folder / "again.html")["in/a.png"] == "skipped"


def test_a_gallery_makes_nothing_be_done_again(folder):
    run("in", "-k", "4", "--effort", "fast", "-o", "out")
    before = (folder / "out/a.png").stat().st_mtime_ns
    run(*CALL, "-o", "out")
    assert (folder / "out/a.png").stat().st_mtime_ns == before
    told = cards(folder / "page.html")["in/a.png"]
    assert told["status"] == "skipped"
    assert float(told["error"]) > 1


def test_with_other_options_all_is_made_again_unforced(folder):
    run(*CALL, "-o", "out")
    before = (folder / "out/a.png").read_bytes()
    done = run(*CALL, "--pin", "#ff0000", "-o", "out")
    assert "2 done, 1 failed" in done.stderr
    assert (folder / "out/a.png").read_bytes() != before
    assert set(cards(folder / "page.html")) == {"in/a.png", "in/b.png", "in/broken.png"}
    palettes = re.findall(r'class="palette"[^>]*>([^<]*)', (folder / "page.html").read_text())
    assert all("#ff0000" in each for each in palettes)


def test_in_place_the_source_is_shown_before_it_is_gone(folder):
    run(*CALL, "--in-place")
    assert float(cards(folder / "page.html")["in/a.png"]["error"]) > 1
    run("in", "-k", "4", "--effort", "fast", "--gallery", "again.html", "--in-place")
    told = cards(folder / "again.html")["in/a.png"]
    assert told["status"] == "skipped"
    assert "error" not in told


@pytest.mark.parametrize(
    ("more", "status"), [(["--min-saving", "99"], "kept"), (["--max-bytes", "80"], "missed")]
)
def test_what_was_not_done_is_shown(folder, more, status):
    (folder / "in/broken.png").unlink()
    call = [each for each in CALL if each not in ("-k", "4")] if status == "missed" else CALL
    run(*call, *more, "-o", "out")
    assert set(statuses(folder / "page.html").values()) == {status}
    assert (folder / "page.html").read_text().count("in/a.png, before") > 1


def test_one_palette_for_all(folder):
    run(*CALL, "--shared-palette", "-o", "out")
    palettes = re.findall(r'class="palette"[^>]*>([^<]*)', (folder / "page.html").read_text())
    assert len(palettes) == 2
    assert palettes[0] == palettes[1]


def test_workers_return_pictures(folder):
    (folder / "in/broken.png").unlink()
    # Each worker does all that it gets.
    done = subprocess.run([*after(9, "pass"), *CALL, "-o", "out", "--jobs", "2"], check=False)
    assert done.returncode == 0
    assert statuses(folder / "page.html") == {"in/a.png": "done", "in/b.png": "done"}


def test_an_interrupted_run_leaves_what_was_done(folder):
    deed = "os.kill(os.getpid(), signal.SIGINT)"
    done = subprocess.run([*after(2, deed), *CALL, "-o", "out", "--jobs", "1"], check=False)
    assert done.returncode == -signal.SIGINT
    assert "in/a.png" in statuses(folder / "page.html")
    assert len(cards(folder / "page.html")) < 3


def test_it_is_refused_before_any_work(folder):
    (folder / "page.html").write_text("mine")
    done = run(*CALL, "-o", "out")
    assert (done.exit_code, done.stderr) == (
        *(1, "Error: page.html: exists already; --force replaces it\n"),
    )
    assert not (folder / "out").exists()
    assert (folder / "page.html").read_text() == "mine"
    done = run("in", "-k", "4", "-o", "out", "--gallery", "other.html", "--dry-run")
    assert done.exit_code == 2
    assert "a dry run writes nothing" in done.stderr


def test_a_source_is_no_place_for_it(folder):
    (folder / "in/a.png").rename(folder / "in/a.html")
    done = run("in", "-k", "4", "-o", "out", "--gallery", "in/a.html", "--force")
    assert done.exit_code == 1
    assert "in/a.html: is another file of this run" in done.stderr


def test_previews_are_no_sources_of_later_runs(folder, monkeypatch):
    monkeypatch.setattr(making, "_MOST", 1)
    monkeypatch.setattr(making, "_TINY", 1)
    run("in", "-r", "-k", "4", "--effort", "fast", "-o", "out", "--gallery", "in/page.html")
    assert len(list((folder / "in/page_files").glob("*.*"))) > 4
    said = run("in", "-r", "-k", "5", "-o", "out2", "--dry-run").stderr
    assert "page_files" not in said
    assert "2 planned, 1 not an image, 1 failed" in said


def test_what_cannot_be_written_of_it_stops_nothing(folder, monkeypatch):
    (folder / "in/broken.png").unlink()

    def full(self, place, data):
        raise ImageWriteError(f"{place}: the disk is full")

    monkeypatch.setattr(making, "_MOST", 1)
    monkeypatch.setattr(making, "_TINY", 1)
    monkeypatch.setattr(making.Gallery, "_store", full)
    done = run(*CALL, "-o", "out", "--jobs", "1")
    assert done.exit_code == 1
    assert sorted(each.name for each in (folder / "out").glob("*.png")) == ["a.png", "b.png"]
    assert done.stderr.count("Error: page_files/") == done.stderr.count("Error: ") == 1
    assert "2 done, 1 failed" in done.stderr
    assert statuses(folder / "page.html") == {"in/a.png": "done", "in/b.png": "done"}


def test_a_page_that_cannot_be_written_is_told_at_the_end(folder, monkeypatch):
    (folder / "in/broken.png").unlink()

    def occupied(self):
        raise ImageWriteError("page.html: the disk is full")

    monkeypatch.setattr(making.Gallery, "write", occupied)
    done = run(*CALL, "-o", "out", "--jobs", "1")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: page.html: the disk is full\n2 done, 1 failed")


def test_results_do_not_go_among_the_previews(folder):
    for output in ("page_files", "page_files/deep"):
        done = run(*CALL, "-o", output)
        assert done.exit_code == 1
        assert "page_files: is for the gallery's previews" in done.stderr
        assert not (folder / "page_files").exists()
    (folder / "in").rename(folder / "page_files")
    (folder / "page_files/.colorquant-gallery").touch()
    done = run("page_files", "-k", "4", "--in-place", "--gallery", "page.html")
    assert "page_files: is for the gallery's previews" in done.stderr
