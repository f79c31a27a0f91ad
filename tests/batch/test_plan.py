from pathlib import Path

import pytest
from PIL import Image

from colorquant.batch.discovery import Selection
from colorquant.batch.plan import BatchOptions, parse_size, plan_batch, without_working_folder
from colorquant.errors import ImageWriteError, InvalidInputError
from colorquant.options import QuantizeOptions


@pytest.fixture
def tree(tmp_path):
    for name in ("a.jpg", "b.png", "sub/a.gif"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).touch()
    return tmp_path / "in"


def targets(places, k=16, **settings):
    batch = BatchOptions(selection=Selection(recursive=True), **settings)
    return [target for _, target in plan_batch(places, QuantizeOptions(k=k), batch).files]


def test_results_have_their_places(tree):
    out = tree.parent / "out"
    assert targets([tree], folder=out) == [out / "a.png", out / "b.png", out / "sub" / "a.png"]
    assert targets([tree / "a.jpg"], folder=out, format="webp") == [out / "a.webp"]
    assert targets([tree / "a.jpg"], target=out / "x.gif") == [out / "x.gif"]
    assert targets([tree], in_place=True) == [tree / "a.jpg", tree / "b.png", tree / "sub/a.gif"]
    assert targets([tree / "sub"], k=8, format="gif") == [tree / "sub" / "a-8colors.gif"]


def test_two_results_of_one_name(tree):
    (tree / "b.jpg").touch()
    # What is no image does not count.
    found = plan_batch([tree], QuantizeOptions(), BatchOptions(folder=tree.parent / "out"))
    assert [each.path.name for each in found.others] == ["b.jpg", "b.png"]
    for name in ("b.jpg", "b.png"):
        Image.new("RGB", (3, 3)).save(tree / name)
    with pytest.raises(ImageWriteError, match=r"b.png: would be the result of both .*b.jpg and "):
        targets([tree], folder=tree.parent / "out")
    assert len(targets([tree], in_place=True)) == 4


def test_a_broken_image_is_in_nobodys_way(tree):
    (tree / "b.jpg").write_bytes(b"\xff\xd8\xff")
    Image.new("RGB", (3, 3)).save(tree / "b.png")
    plan = plan_batch([tree], QuantizeOptions(), BatchOptions(folder=tree.parent / "out"))
    assert [found.path.name for found, _ in plan.files] == ["a.jpg", "b.png"]
    assert [found.error for found in plan.others] == [
        f"{tree}/b.jpg: damaged or incomplete, or a kind of JPEG that is not read"
    ]


@pytest.mark.parametrize("folder", [None, "out", "new/out"])
def test_a_result_of_a_name_that_is_too_long(folder, tree, tmp_path):
    (tmp_path / "out").mkdir()
    (tree / f"{'x' * 251}.png").touch()
    batch = BatchOptions(folder=folder and tmp_path / folder, format="jpeg")
    plan = plan_batch([tree], QuantizeOptions(), batch)
    assert [found.path.name for found, _ in plan.files] == ["a.jpg", "b.png"]
    (told,) = [found.error for found in plan.others]
    assert told.endswith("x.jpeg: cannot write it: File name too long") or not folder
    assert "x-16colors.jpeg: cannot write it: File name too long" in told or folder


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()


def test_a_working_folder_that_is_gone(nowhere, tree):
    out = tree.parent / "out"
    assert without_working_folder(BatchOptions(folder=out, jobs=4)).jobs == 1
    with pytest.raises(ImageWriteError, match="out: cannot write it: the working folder is gone"):
        without_working_folder(BatchOptions(folder=Path("out")))
    with pytest.raises(InvalidInputError, match="cluster needs a working folder"):
        without_working_folder(BatchOptions(folder=out, cluster="local"))


def test_a_result_on_a_source(tree):
    with pytest.raises(ImageWriteError, match=r"b.png: is a source; --in-place replaces it"):
        targets([tree], folder=tree)


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"in_place": True, "folder": "out"}, InvalidInputError, "in place the sources are"),
        ({"folder": "in/a.jpg"}, ImageWriteError, r"a.jpg: is a file, not a folder"),
        ({"format": "xyz"}, InvalidInputError, "cannot write 'xyz'"),
        ({"format": "gif", "optimize": 2}, InvalidInputError, "^optimize is for PNG, not for GIF$"),
        ({"format": "gif", "k": 300}, InvalidInputError, "GIF holds at most 256 colors, not 300"),
        ({"jobs": 0}, InvalidInputError, "jobs must be a whole number at least 1, not 0"),
    ],
)
def test_what_does_not_go_together(settings, error, message, tree):
    if "folder" in settings:
        settings = settings | {"folder": tree.parent / settings["folder"]}
    with pytest.raises(error, match=message):
        targets([tree], **settings)


@pytest.mark.parametrize(
    ("text", "size"), [("500", 500), ("2k", 2e3), ("1.5M", 1.5e6), (" 2 GB", None), ("2GB", 2e9)]
)
def test_sizes(text, size):
    if size is None:
        with pytest.raises(InvalidInputError, match="memory must be a number, with K, M or G"):
            parse_size(text)
    else:
        assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "0", "-1M", "M", "1T", "x"])
def test_what_is_no_size(text):
    with pytest.raises(InvalidInputError, match="memory must be a number"):
        parse_size(text)
