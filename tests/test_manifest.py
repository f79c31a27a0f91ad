import json
import os

import pytest

from colorquant.manifest import NAME, Manifest, add_record
from colorquant.places import Stamp, as_place


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
