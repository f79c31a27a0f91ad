"""One image as a worker does it; whole runs are tested with `batch`."""

import dataclasses
import warnings
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from colorquant.batch import one_image as tasks
from colorquant.batch.discovery import Found
from colorquant.batch.manifest import Manifest
from colorquant.batch.one_image import Task, memory_of, perform
from colorquant.batch.plan import BatchOptions
from colorquant.errors import ColorquantError, ColorquantWarning
from colorquant.options import QuantizeOptions
from colorquant.pipeline import still as pipeline


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "in" / "a.png"
    path.parent.mkdir()
    noise = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    Image.fromarray(noise).save(path)
    return path


def task(path, target=None, *, named=False, **settings):
    folder = path.parent.parent / "out"
    batch = BatchOptions(folder=None if settings.get("in_place") else folder, **settings)
    found = Found(path, Path(path.name), path.parent, named=named)
    home = batch.manifest_folder(found)
    options = QuantizeOptions(k=8)
    return Task(found, target or folder / "a.png", options, batch, home, "key", ours=False)


def test_done_and_recorded(photo):
    one = task(photo)
    done = perform(one)
    assert (done.status, done.source, done.output) == ("done", photo, one.target)
    assert done.facts["colors"] == 8
    assert done.facts["output_bytes"] == one.target.stat().st_size
    assert Manifest(one.folder).is_current(photo, one.target, "key")
    assert not Manifest(one.folder).is_current(photo, one.target, "other")


def test_what_another_run_wrote_meanwhile(photo, monkeypatch):
    one = task(photo)
    perform(one)
    monkeypatch.setattr(Task, "replace", False)
    assert perform(one).status == "skipped"
    one.target.write_bytes(b"theirs")
    assert "exists already" in perform(one).error
    assert one.target.read_bytes() == b"theirs"


def test_a_result_of_ours_is_made_again(photo):
    one = task(photo)
    perform(one)
    assert one.replace
    assert perform(dataclasses.replace(one, key="other")).status == "done"


def test_what_is_done_by_now_is_not_done_again(photo):
    assert perform(task(photo)).status == "done"
    assert perform(task(photo)).status == "skipped"
    assert perform(task(photo, force=True)).status == "done"


@pytest.mark.parametrize("when", ["asked", "read"])
def test_in_place_another_run_is_quicker(when, photo, monkeypatch):
    """Whenever the other comes, the file is what it makes of the original."""
    original = photo.read_bytes()
    one = task(photo, photo, in_place=True)
    perform(one)
    expected = photo.read_bytes()
    photo.write_bytes(original)

    def other_comes(real, *arguments, **settings):
        monkeypatch.undo()
        if when == "asked":
            assert perform(one).status == "done"
            return real(*arguments, **settings)
        done = real(*arguments, **settings)
        assert perform(one).status == "done"
        return done

    # After this run has asked whether the file is done, but before it opens it; or after that.
    replaced = (tasks, "Source") if when == "asked" else (pipeline, "encode")
    monkeypatch.setattr(*replaced, partial(other_comes, getattr(*replaced)))
    assert perform(one).status == "skipped"
    assert photo.read_bytes() == expected


@pytest.mark.parametrize("in_place", [False, True])
def test_a_source_that_changes_meanwhile(in_place, photo, monkeypatch):
    one = task(photo, photo if in_place else None, in_place=in_place)
    real = pipeline.encode

    def edited(*arguments):
        with Image.open(photo) as image:
            image.rotate(180).save(photo)
        return real(*arguments)

    monkeypatch.setattr(pipeline, "encode", edited)
    assert perform(one).error == f"{photo}: changed meanwhile"
    edit = photo.read_bytes()
    assert in_place or not one.target.exists()
    monkeypatch.undo()
    assert perform(one).status == "done"
    assert in_place == (photo.read_bytes() != edit)


def test_a_kept_source_replaces_only_what_is_ours(photo):
    Image.new("L", (9, 9)).save(photo)
    named = photo.rename(photo.with_name("a.webp"))
    Image.new("L", (300, 300), 7).save(named, lossless=True)
    one = task(named, skip_if_larger=True)
    one.folder.mkdir()
    copy = one.folder / "a.webp"
    copy.write_bytes(b"theirs")
    assert "a.webp: exists already" in perform(one).error
    assert copy.read_bytes() == b"theirs"
    copy.unlink()
    copy.symlink_to(photo.with_name("new"))
    assert "a.webp: exists already" in perform(one).error
    copy.unlink()
    assert perform(one).status == "kept"
    assert Manifest(one.folder).is_ours(copy)
    assert copy.read_bytes() == named.read_bytes()
    Image.new("L", (301, 300), 7).save(named, lossless=True)
    assert perform(one).status == "kept"
    assert copy.read_bytes() == named.read_bytes()


def test_failures(photo, monkeypatch):
    words = photo.with_name("words.txt")
    words.write_text("words")
    assert perform(task(words)).status == "ignored"
    assert "not an image" in perform(task(words, named=True)).error
    photo.write_bytes(photo.read_bytes()[:500])
    assert "damaged or incomplete" in perform(task(photo)).error

    def exhaust(*_, **__):
        raise MemoryError

    monkeypatch.setattr(tasks, "quantize_file", exhaust)
    assert perform(task(photo)).error == f"{photo}: not enough memory for it"


def test_warnings_come_along(photo):
    Image.new("RGBA", (30, 30), (9, 9, 9, 99)).save(photo)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ColorquantWarning)
        done = perform(task(photo, photo.parent.parent / "out" / "x.jpg"))
    assert done.status == "done"
    assert "composed over white" in " ".join(done.warnings)


@pytest.mark.parametrize("estimate", [False, True])
def test_foreseen(estimate, photo):
    one = task(photo, dry_run=True, estimate=estimate)
    done = perform(one)
    assert (done.status, done.output) == ("planned", one.target)
    assert bool(done.facts) == estimate
    assert not one.folder.exists()
    one.folder.mkdir()
    one.target.touch()
    assert "exists already" in perform(one).error


def test_memory_by_the_header(photo):
    small = memory_of(task(photo))
    Image.new("L", (3000, 1000)).save(photo)
    assert memory_of(task(photo)) - small > 3e6
    photo.write_bytes(b"words")
    assert 0 < memory_of(task(photo)) < small


@pytest.mark.parametrize("error", [MemoryError(), ColorquantError("none")])
def test_what_became_of_an_image_does_not_depend_on_its_picture(photo, monkeypatch, error):
    def fail(*_):
        raise error

    one = task(photo, gallery=photo.parent / "page.html")
    perform(one)
    monkeypatch.setattr("colorquant.pipeline.pictures.picture_of_files", fail)
    done = perform(one)
    assert (done.status, done.picture) == ("skipped", None)
    tight = QuantizeOptions(max_bytes=80, effort="fast")
    done = perform(dataclasses.replace(one, options=tight, key="other"))
    assert (done.status, done.picture) == ("missed", None)
