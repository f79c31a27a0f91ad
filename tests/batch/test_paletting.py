"""The palette of one image or many, of palette files and of counted colors."""

import io

import numpy as np
import pytest
from helpers import run
from PIL import Image

from colorquant.batch.discovery import Selection
from colorquant.batch.paletting import palette_of
from colorquant.batch.plan import BatchOptions
from colorquant.errors import ImageReadError, InvalidInputError, NotAnImageError
from colorquant.options import QuantizeOptions


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def taken(*inputs, searched=False, told=None, **options):
    batch = BatchOptions(format="png", selection=options.pop("selection", Selection()))
    found = palette_of(inputs, QuantizeOptions(**options), batch, searched=searched, told=told)
    assert found.errors == []
    return found.palette


def indexed(path, levels, pixels, **how):
    image = Image.fromarray(np.array(pixels, np.uint8)).convert("P")
    image.putdata(np.ravel(pixels).tolist())
    image.putpalette(levels)
    image.save(path, **how)
    return path


def test_an_indexed_image_has_its_own_entries(tmp_path):
    levels = [9, 8, 7, 0, 0, 0, 9, 8, 7, 255, 0, 0]
    path = indexed(tmp_path / "x.png", levels, [[0, 2, 3], [3, 3, 3]])
    found = taken(path)
    assert found.hex() == ["#090807", "#000000", "#090807", "#ff0000"]
    # Pixels of an entry that is repeated count for the first.
    assert found.counts.tolist() == [2, 0, 0, 4]


def test_transparent_entries_stay_unless_flattened(tmp_path):
    levels = [9, 8, 7, 0, 0, 255]
    path = indexed(tmp_path / "x.png", levels, [[0, 1, 1]], transparency=bytes([0, 255]))
    assert taken(path).hex() == ["#09080700", "#0000ffff"]
    assert taken(path).counts.tolist() == [1, 2]
    assert taken(path, background="#fff").hex() == ["#ffffff", "#0000ff"]


def test_frames_with_colors_of_their_own_are_not_all_in_the_first_palette(tmp_path):
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    frames[0].putpixel((0, 0), (0, 255, 0))
    frames[0].save(tmp_path / "x.png", save_all=True, append_images=frames[1:])
    assert taken(tmp_path / "x.png").hex() == ["#00ff00", "#ff0000", "#0000ff"]
    quick = [frame.quantize(4) for frame in frames]
    quick[0].save(tmp_path / "x.gif", save_all=True, append_images=quick[1:])
    found = taken(tmp_path / "x.gif")
    assert {"#00ff00", "#ff0000", "#0000ff"} <= set(found.hex())
    assert found.counts.sum() == 128


def test_few_colors_come_as_they_appear(tmp_path):
    pixels = np.zeros((2, 3, 3), np.uint8)
    pixels[0, 1] = pixels[1, 0] = 200
    pixels[1, 2] = 100
    Image.fromarray(pixels).save(tmp_path / "x.png")
    found = taken(tmp_path / "x.png")
    assert found.hex() == ["#000000", "#c8c8c8", "#646464"]
    assert found.counts.tolist() == [3, 2, 1]


@pytest.mark.parametrize(("number", "expected"), [(256, 256), (257, 16)])
def test_many_colors_are_searched_for_16(number, expected, tmp_path):
    values = np.arange(number)[::-1]
    pixels = np.stack([values % 256, values // 256, 0 * values], axis=1).astype(np.uint8)
    Image.fromarray(pixels[None]).save(tmp_path / "x.png")
    found = taken(tmp_path / "x.png")
    assert len(found) == expected
    if expected == number:
        np.testing.assert_array_equal(found.colors, pixels)


def test_a_search_finds_so_many_even_in_an_indexed_image(tmp_path):
    path = indexed(tmp_path / "x.png", [9, 8, 7, 0, 0, 0, 255, 0, 0], [[0, 1, 2]])
    assert len(taken(path, searched=True, k=2)) == 2
    # All are kept, from dark to light, as for a shared palette.
    assert taken(path, searched=True, k=3).hex() == ["#000000", "#090807", "#ff0000"]


@pytest.mark.parametrize("searched", [False, True])
def test_a_stream_is_an_image(searched, photo):
    stream = io.BytesIO(photo.read_bytes())
    expected = taken(photo, searched=searched)
    np.testing.assert_array_equal(taken(stream, searched=searched).colors, expected.colors)


def test_many_have_one_palette_whatever_each_has(tmp_path, photo):
    indexed(tmp_path / "x.png", [9, 8, 7, 0, 0, 0], [[0, 1]])
    done = []
    both = taken(photo, tmp_path / "x.png", told=lambda *counts: done.append(counts))
    assert done == [(2, 2)]
    assert len(both) == 16
    folder = taken(tmp_path, selection=Selection(exclude=["y.png"]))
    np.testing.assert_array_equal(both.colors, folder.colors)


def test_palette_files_are_told_by_name_or_content(tmp_path):
    (tmp_path / "p.json").write_text('{"version": 1, "colors": ["#010203", "#010203"]}')
    (tmp_path / "p").write_bytes((tmp_path / "p.json").read_bytes())
    for name in ("p.json", "p"):
        assert taken(tmp_path / name).hex() == ["#010203", "#010203"]
    with pytest.raises(
        InvalidInputError, match=r"p\.json: a palette file is no image; leave out k"
    ):
        taken(tmp_path / "p.json", searched=True)
    with pytest.raises(NotAnImageError):
        taken(tmp_path / "p", searched=True)


def test_counted_colors_are_told_by_name_or_content(tmp_path, photo):
    run("colors", photo, "-o", "x.cqt", "-q")
    (tmp_path / "x.bin").write_bytes((tmp_path / "x.cqt").read_bytes())
    for name in ("x.cqt", "x.bin"):
        found = taken(tmp_path / name)
        np.testing.assert_array_equal(found.colors, taken(photo).colors)
    (tmp_path / "x.cqt").write_bytes(b"CQX")
    with pytest.raises(ImageReadError, match=r"x\.cqt: not a file of colors"):
        taken(tmp_path / "x.cqt")


def test_an_image_that_is_no_image_is_named_as_such(tmp_path):
    for name in ("x.png", "x"):
        (tmp_path / name).write_bytes(b"words")
        with pytest.raises(ImageReadError, match=f"{name}: not an image"):
            taken(tmp_path / name)


def test_folders_without_images_have_no_palette(tmp_path):
    found = palette_of([tmp_path], QuantizeOptions(), BatchOptions(format="png"))
    assert found.palette is None
    assert found.errors == [f"{tmp_path}: no image is found in it"]
