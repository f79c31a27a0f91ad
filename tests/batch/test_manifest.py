import json
import os

import numpy as np
import pytest

from colorquant.batch.manifest import NAME, Manifest, add_record, latest, settle_palette
from colorquant.palette import Palette
from colorquant.storage.places import as_place
from colorquant.storage.stamps import Stamp


def add(folder, source, target, written):
    stamp = Stamp.of(written) if written else None
    add_record(folder, target, "k16", source=Stamp.of(source), written=written, stamp=stamp)


@pytest.fixture
def both(tmp_path):
    source, target = tmp_path / "in.jpg", tmp_path / "out.png"
    source.write_bytes(b"source")
    target.write_bytes(b"result")
    return source, target


def change(path, kind):
    if kind == "content":
        path.write_bytes(path.read_bytes() + b"!")
    elif kind == "time":
        os.utime(path, ns=(1, 1))
    else:
        path.unlink()


def test_what_is_recorded_is_current_until_something_changes(both, tmp_path):
    source, target = both
    assert not Manifest(tmp_path).is_current(source, target, "k16")
    add(tmp_path, source, target, target)
    known = Manifest(tmp_path)
    assert known.is_current(source, target, "k16")
    assert not known.is_current(source, target, "k17")
    assert not known.is_current(source, source, "k16")
    assert known.is_ours(target)
    assert not known.is_ours(source)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("kind", ["content", "time", "gone"])
def test_changes(which, kind, both, tmp_path):
    add(tmp_path, *both, both[1])
    manifest = Manifest(tmp_path)
    change(both[which], kind)
    assert not manifest.is_current(*both, "k16")
    assert manifest.is_ours(both[1]) == (which == 0)


def test_a_source_that_was_kept(both, tmp_path):
    source, target = both
    target.unlink()
    add(tmp_path, source, target, None)
    assert Manifest(tmp_path).is_current(source, target, "k16")
    assert not Manifest(tmp_path).is_ours(target)
    copy = tmp_path / "copy.jpg"
    copy.write_bytes(b"source")
    add(tmp_path, source, target, copy)
    manifest = Manifest(tmp_path)
    assert manifest.is_current(source, target, "k16")
    copy.unlink()
    assert not manifest.is_current(source, target, "k16")


def test_lines_that_are_damaged_do_not_count(both, tmp_path):
    source, target = both
    add(tmp_path, source, target, target)
    good = (tmp_path / f"{NAME}.jsonl").read_bytes()
    lists = (b'"stamp": [', b'"source": [')
    wrong = [good.replace(text, text + b"[], ") for text in lists]
    cut = [b"\xff\xfe", b"{", b"[]", b"7", b'{"version": 1}', b'{"version": 9}', good[:-20]]
    for bad in cut + wrong:
        (tmp_path / f"{NAME}.jsonl").write_bytes(bad)
        assert not Manifest(tmp_path).is_current(source, target, "k16")
        # What is added behind a line that was cut off counts.
        add(tmp_path, source, target, target)
        assert Manifest(tmp_path).is_current(source, target, "k16")


def test_a_link_is_never_ours(both, tmp_path):
    source, target = both
    victim = tmp_path.parent / f"{tmp_path.name}-victim"
    target.rename(victim)
    target.symlink_to(victim)
    add(tmp_path, source, target, target)
    assert not Manifest(tmp_path).is_ours(target)
    assert not Manifest(tmp_path).is_current(source, target, "k16")


def test_nothing_behind_a_folder_that_is_a_link_is_ours(both, tmp_path):
    source, _ = both
    home = tmp_path / "home"
    (tmp_path / "away").mkdir()
    (home / "real").mkdir(parents=True)
    (home / "sub").symlink_to(tmp_path / "away")
    (home / "same").symlink_to(home / "real")
    for name in ("sub", "same", "real"):
        target = home / name / "out.png"
        target.write_bytes(b"theirs")
        add(home, source, target, target)
        assert Manifest(home).is_ours(target) == (name == "real")
        assert Manifest(home).is_current(source, target, "k16") == (name == "real")
    # The folder itself may be one.
    link = tmp_path / "link"
    link.symlink_to(home)
    assert Manifest(link).is_ours(link / "real" / "out.png")


def test_what_is_no_file_is_never_ours(both, tmp_path):
    source, target = both
    target.unlink()
    target.mkdir()
    add(tmp_path, source, target, target)
    assert not Manifest(tmp_path).is_ours(target)


def test_a_source_in_place_may_be_named_by_a_link(both, tmp_path):
    source, _ = both
    link = tmp_path / "link.jpg"
    link.symlink_to(source)
    add(tmp_path, link, link, link)
    assert Manifest(tmp_path).is_current(link, link, "k16")
    source.write_bytes(b"edited")
    assert not Manifest(tmp_path).is_current(link, link, "k16")


def test_of_runs_at_once_the_last_to_record_need_not_be_the_last_to_write(both, tmp_path):
    source, target = both
    stamps = []
    for time in (1, 2):
        os.utime(target, ns=(time, time))
        stamps.append(Stamp.of(target))
    for stamp in (*stamps, *stamps):
        settings = {"source": Stamp.of(source), "written": target, "stamp": stamp}
        add_record(tmp_path, target, "k16", **settings)
    for time in (1, 2):
        os.utime(target, ns=(time, time))
        assert Manifest(tmp_path).is_ours(target)
        assert Manifest(tmp_path).is_current(source, target, "k16")
    os.utime(target, ns=(3, 3))
    assert not Manifest(tmp_path).is_ours(target)


def test_a_local_source_has_a_time(both, tmp_path):
    source, target = both
    settings = {"written": target, "stamp": Stamp.of(target)}
    unknown = Stamp(Stamp.of(source).size, None)
    add_record(tmp_path, target, "k16", source=unknown, **settings)
    assert not Manifest(tmp_path).is_current(source, target, "k16")


def test_the_latest(both, tmp_path):
    source, target = both
    assert not latest(tmp_path, target).is_ours(target)
    add(tmp_path, source, target, target)
    assert latest(tmp_path, target).is_ours(target)
    assert latest(tmp_path, target) is latest(tmp_path, target)
    (tmp_path / f"{NAME}.jsonl").unlink()
    assert not latest(tmp_path, target).is_ours(target)


def test_compacted(both, tmp_path):
    source, target = both
    file = tmp_path / f"{NAME}.jsonl"
    colors = Palette(np.array([[1, 2, 3]], np.uint8), np.array([7]))
    settle_palette(tmp_path, "k16", colors, anew=False)
    add(tmp_path, source, target, None)
    line = file.read_bytes().splitlines()[-1] + b"\n"
    file.write_bytes(file.read_bytes() + line * 900 + b"{}\n" * 90)
    add(tmp_path, source, target, target)
    before = file.read_bytes()
    Manifest(tmp_path).compact()
    assert file.read_bytes() == before
    file.write_bytes(line * 50 + before)
    Manifest(tmp_path).compact()
    assert file.read_bytes().count(b"\n") == 3
    manifest = Manifest(tmp_path)
    assert manifest.is_ours(target)
    assert manifest.is_current(source, target, "k16")
    assert manifest.palette("k16").hex() == ["#010203"]


@pytest.mark.parametrize("place", ["folder", "url"])
def test_the_first_palette_stays(place, tmp_path):
    folder = tmp_path
    if place == "url":
        upath = pytest.importorskip("upath")
        folder = upath.UPath(f"memory://palettes-{os.urandom(4).hex()}")
    one, two = (Palette(np.full((1, 4), n, np.uint8), np.array([n])) for n in (1, 2))
    assert settle_palette(folder, "k16", one, anew=False) is one
    assert settle_palette(folder, "k16", two, anew=False).hex() == one.hex()
    assert settle_palette(folder, "k9", two, anew=False) is two
    assert Manifest(folder).palette("k16").counts.tolist() == [1]
    assert settle_palette(folder, "k16", two, anew=True) is two
    assert Manifest(folder).palette("k16").hex() == two.hex()
    assert Manifest(folder).palette("k8") is None


def test_no_secret_of_a_url_is_recorded(both, tmp_path):
    source, _ = both
    url = as_place("http://name:secret@host/out.png?Signature=secret")
    add_record(tmp_path, url, "k16", source=Stamp.of(source), written=url, stamp=Stamp(6, None))
    assert "secret" not in (tmp_path / f"{NAME}.jsonl").read_text()


def test_records_without_tags_count(both, tmp_path):
    """Those of earlier versions had two figures for each file."""
    source, target = both
    stamps = {each: list(Stamp.of(path))[:2] for each, path in (("source", source), ("x", target))}
    record = {"version": 1, "target": "out.png", "options": "k16", "file": "out.png"}
    record |= {"source": stamps["source"], "stamp": stamps["x"]}
    (tmp_path / f"{NAME}.jsonl").write_text(json.dumps(record))
    assert Manifest(tmp_path).is_current(source, target, "k16")
