"""Galleries as they are written: one file, or a folder of previews beside it."""

import os
import re

import pytest

from colorquant import quantize_file
from colorquant.errors import ImageWriteError
from colorquant.pipeline import gallery as making
from colorquant.pipeline.gallery import Gallery, entry_of, find_gallery
from colorquant.report.gallery.picture import MARK, Entry, Picture, Shot
from colorquant.storage.files import Writing
from colorquant.storage.places import as_place


def entry(number, size=4000):
    shot = Shot(f"{number:04}".encode() * (size // 4), "image/webp", 3, 2)
    return Entry(f"{number}.png", "done", picture=Picture({"thumb": shot}, (3, 2)))


def sources(page):
    return re.findall(r'src="([^"]*)"', page.read_text())


def written(place, *entries, force=False):
    gallery = Gallery(place, Writing(force))
    for each in entries:
        gallery.add(each)
    gallery.write()
    return gallery


def test_few_previews_are_in_the_page(tmp_path):
    written(tmp_path / "page.html", entry(2), entry(1))
    assert [each.name for each in tmp_path.iterdir()] == ["page.html"]
    text = (tmp_path / "page.html").read_text()
    assert "<title>page: before and after</title>" in text
    assert text.index("1.png") < text.index("2.png")
    assert all(each.startswith("data:") for each in sources(tmp_path / "page.html") if each)


@pytest.mark.parametrize("remote", [False, True])
def test_many_previews_are_files(tmp_path, monkeypatch, remote):
    monkeypatch.setattr(making, "_MOST", 10_000)
    folder = as_place(f"memory://gallery{tmp_path.name}") if remote else tmp_path
    if remote:
        folder.mkdir(parents=True)
    written(folder / "my page.html", *(entry(number) for number in range(5)))
    names = {each.name for each in (folder / "my page_files").iterdir()} - {MARK}
    assert len(names) == 5
    stored = [each for each in sources(folder / "my page.html") if each.startswith("./")]
    assert {each.removeprefix("./my%20page_files/") for each in stored} == names
    assert {(folder / "my page_files" / name).read_bytes() for name in names} == {
        entry(number).picture.shots["thumb"].data for number in range(5)
    }


def test_previews_are_found_if_the_working_folder_is_gone(tmp_path, monkeypatch):
    monkeypatch.setattr(making, "_MOST", 1)
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    written(tmp_path / "page.html", entry(1))
    (preview,) = (tmp_path / "page_files").glob("*.webp")
    assert f"./page_files/{preview.name}" in sources(tmp_path / "page.html")


def test_previews_are_not_held_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(making, "_MOST", 10_000)
    gallery = written(tmp_path / "page.html", *(entry(number) for number in range(5)))
    kept = [shot.data for each in gallery._entries for shot in each.picture.shots.values()]
    assert kept == [b""] * 5


def test_the_next_gallery_removes_only_what_the_last_one_wrote(tmp_path, monkeypatch):
    monkeypatch.setattr(making, "_MOST", 1)
    page, folder = tmp_path / "page.html", tmp_path / "page_files"
    written(page, entry(1), entry(2))
    theirs = [folder / "photo.png", folder / f"{'0' * 24}.webp"]
    for each in theirs:
        each.write_text("of somebody else")
    written(page, entry(2), entry(3), force=True)
    ours = [each for each in folder.iterdir() if each not in theirs and each.name != MARK]
    assert {each.read_bytes() for each in ours} == {
        entry(number).picture.shots["thumb"].data for number in (2, 3)
    }
    assert all(each.read_text() == "of somebody else" for each in theirs)
    monkeypatch.setattr(making, "_MOST", 1 << 20)
    for each in theirs:
        each.unlink()
    written(page, entry(1), force=True)
    assert not folder.exists()


def test_a_damaged_preview_is_written_again(tmp_path, monkeypatch):
    monkeypatch.setattr(making, "_MOST", 1)
    page, folder = tmp_path / "page.html", tmp_path / "page_files"
    written(page, entry(1))
    (preview,) = [each for each in folder.iterdir() if each.name != MARK]
    preview.write_bytes(b"cut short")
    written(page, entry(1), force=True)
    assert preview.read_bytes() == entry(1).picture.shots["thumb"].data


def test_a_link_in_the_way_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(making, "_MOST", 1)
    page, folder = tmp_path / "page.html", tmp_path / "page_files"
    written(page, entry(1))
    (preview,) = [each for each in folder.iterdir() if each.name != MARK]
    preview.unlink()
    preview.symlink_to(tmp_path / "elsewhere")
    gallery = Gallery(page, Writing(True))
    with pytest.raises(ImageWriteError, match="is a link"):
        gallery.add(entry(1))
    assert not (tmp_path / "elsewhere").exists()
    # The others still come out.
    gallery.add(entry(2))
    gallery.write()
    text = page.read_text()
    assert "1.png" in text
    assert len([each for each in sources(page) if each.startswith("./page_files/")]) == 1


def test_nothing_is_written_of_nothing(tmp_path):
    written(tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == []


def test_places_that_are_refused(tmp_path):
    page = tmp_path / "page.html"
    with pytest.raises(ImageWriteError, match=r"a gallery is HTML; .* ends in \.html"):
        find_gallery(tmp_path / "page.png", [], force=False)
    with pytest.raises(ImageWriteError, match="is another file of this run"):
        find_gallery(page, [b"bytes", page], force=True)
    with pytest.raises(ImageWriteError, match="there is no folder"):
        find_gallery(tmp_path / "none/page.html", [], force=False)
    page.write_text("mine")
    with pytest.raises(ImageWriteError, match="exists already; --force replaces it"):
        find_gallery(page, [], force=False)
    assert find_gallery(page, [], force=True) == page
    (tmp_path / "page_files").mkdir()
    with pytest.raises(ImageWriteError, match="page_files: is in the way"):
        find_gallery(page, [], force=True)
    assert find_gallery(None, [], force=False) is None


@pytest.mark.parametrize("remote", [False, True])
def test_a_gallery_is_replaced_and_nothing_else(tmp_path, remote):
    folder = as_place(f"memory://own{tmp_path.name}") if remote else tmp_path
    if remote:
        folder.mkdir(parents=True)
    page = folder / "page.html"
    written(page, entry(1))
    assert find_gallery(page, [], force=False) == page
    written(page, entry(2))
    assert "2.png" in page.read_text()
    page.write_text("mine, of the meantime")
    with pytest.raises(ImageWriteError, match="exists already"):
        written(page, entry(1))
    assert page.read_text() == "mine, of the meantime"


def test_what_is_no_file_is_no_gallery(tmp_path):
    page = tmp_path / "page.html"
    os.mkfifo(page)
    with pytest.raises(ImageWriteError, match="exists already"):
        find_gallery(page, [], force=False)
    page.unlink()
    page.mkdir()
    with pytest.raises(ImageWriteError, match="is a folder"):
        find_gallery(page, [], force=False)


@pytest.mark.parametrize("other", ["page_files", "page_files/a.png", "page_files/deep/a.png"])
def test_previews_are_not_mixed_with_other_files(tmp_path, other):
    page = tmp_path / "page.html"
    with pytest.raises(ImageWriteError, match="page_files: is for the gallery's previews"):
        find_gallery(page, [tmp_path / "a.png", tmp_path / other], force=True)
    assert find_gallery(page, [tmp_path / "page_files.png", tmp_path / "b/a.png"], force=True)


@pytest.mark.parametrize("dangling", [True, False])
def test_previews_go_through_no_link(tmp_path, dangling):
    (tmp_path / "page_files").symlink_to(tmp_path / "theirs")
    if not dangling:
        (tmp_path / "theirs").mkdir()
        (tmp_path / "theirs" / MARK).touch()
    with pytest.raises(ImageWriteError, match="page_files: is in the way"):
        find_gallery(tmp_path / "page.html", [], force=True)


def test_entries_have_links(tmp_path):
    page = tmp_path / "page.html"
    own, other = tmp_path / "in/a.png", tmp_path / "out/a.png"
    assert entry_of(page, own, other, None, status="done").links == ("./in/a.png", "./out/a.png")
    # In place the source is gone.
    assert entry_of(page, own, own, None, status="done").links == ("", "./in/a.png")
    assert entry_of(page, "standard input", None, None, status="done").links == ("", "")


def test_one_file_has_a_gallery(photo, tmp_path):
    page = tmp_path / "page.html"
    done = quantize_file(photo, tmp_path / "out.png", k=4, effort="fast", gallery=page)
    assert f"{done.source_bytes:,} to {done.output_bytes:,}" in page.read_text()
    with pytest.raises(ImageWriteError, match=r"out\.png: exists already"):
        quantize_file(photo, tmp_path / "out.png", k=3, effort="fast", gallery=page)
    quantize_file(photo, tmp_path / "three.png", k=3, effort="fast", gallery=page)
    assert "./three.png" in page.read_text()
    page.write_text("mine")
    with pytest.raises(ImageWriteError, match=r"page\.html: exists already"):
        quantize_file(photo, tmp_path / "other.png", k=4, gallery=page)
    assert not (tmp_path / "other.png").exists()
    with pytest.raises(ImageWriteError, match="is another file"):
        quantize_file(
            photo, tmp_path / "out.html", k=4, format="png", gallery=tmp_path / "out.html"
        )


def test_bytes_have_a_gallery(photo, tmp_path):
    target = tmp_path / "out.png"
    quantize_file(photo.read_bytes(), target, k=4, effort="fast", gallery=tmp_path / "p.html")
    text = (tmp_path / "p.html").read_text()
    assert 'data-name="the image"' in text
    assert "<h1>p: before and after</h1>" in text
