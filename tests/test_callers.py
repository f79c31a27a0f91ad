"""What callers from Python can do wrong: an error of ours, of one sentence, each time."""

import io

import numpy as np
import pytest
from PIL import Image

import colorquant
from colorquant.clustering.kmeans import kmeans
from colorquant.errors import ColorquantError, ImageReadError, InvalidInputError

PIXELS = np.random.default_rng(4).integers(0, 256, (9, 12, 3), dtype=np.uint8)


@pytest.fixture
def flower(samples):
    return samples / "flower.jpg"


def closed(stream):
    stream.close()
    return stream


def closed_image():
    image = Image.fromarray(PIXELS)
    image.close()
    return image


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (None, "an image is .* not NoneType"),
        ([[[1, 2, 3]]], "an image is .* not list"),
        (closed_image(), "the image is closed"),
        (Image.new("RGB", (0, 5)), "the image is empty: 0 x 5 pixels"),
        (np.zeros((0, 5, 3), np.uint8), "the image is empty"),
        (np.full((4, 5), 7.0), "from 0 to 1"),
        (np.zeros((4, 5, 2), np.uint8), r"is \(H, W\), \(H, W, 3\)"),
        (np.zeros((4, 5, 3), bool), "booleans by 255"),
        (np.array([[None]]), "uint8 or uint16, .* not object"),
        (Image.new("F", (3, 3)), "no defined range"),
    ],
)
def test_images(image, said):
    with pytest.raises(InvalidInputError, match=said):
        colorquant.quantize(image, k=4)


def test_images_that_pillow_cannot_decode(flower):
    data = flower.read_bytes()
    with (
        Image.open(io.BytesIO(data[: len(data) // 2])) as image,
        pytest.raises(ImageReadError, match=r"the image: damaged or incomplete: .*truncated"),
    ):
        colorquant.quantize(image, k=4)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"colors": 8}, "there is no option 'colors'; did you mean k"),
        ({"efort": "best"}, "there is no option 'efort'; did you mean effort"),
        ({"nonsense": 1}, "there is no option 'nonsense'; there are k, engine"),
        ({"k": 8.0}, "k must be a whole number"),
        ({"k": True}, "k must be a whole number"),
        ({"k": np.array([8])}, "k must be a whole number"),
        ({"k": "8"}, "k must be a whole number"),
        ({"effort": ["best"]}, "effort must be one of"),
        ({"background": 5}, "background must be an opaque color"),
        ({"background": (1, 2)}, "background must be an opaque color"),
        ({"background": (1, 2, 300)}, "background must be an opaque color"),
        ({"background": (1.0, 2, 3)}, "background must be an opaque color"),
        ({"per_frame_palette": "yes"}, "per_frame_palette must be True or False"),
        ({"objective": "ssim"}, "objective must be one of"),
        ({"dither": True}, "dither must be one of"),
        ({"dither": "bayer", "dither_strength": True}, "dither_strength must be a number"),
        ({"dither": "bayer", "dither_strength": "1"}, "dither_strength must be a number"),
        ({"dither_strength": 1}, "dither_strength is for dither"),
        ({"compact": 1.0}, "compact must be a whole number"),
        ({"nearest": None}, "nearest must be True or False"),
    ],
)
def test_options(options, said, flower):
    with pytest.raises(InvalidInputError, match=said):
        colorquant.quantize(PIXELS, **options)
    with pytest.raises(InvalidInputError, match=said):
        colorquant.quantize_file(flower, io.BytesIO(), **options)


@pytest.mark.parametrize("options", [8, "best", {"k": 8}])
def test_options_that_are_not_named(options, flower):
    with pytest.raises(InvalidInputError, match="name each option, as k=8"):
        colorquant.quantize(PIXELS, options)
    with pytest.raises(InvalidInputError, match="name each option, as k=8"):
        colorquant.quantize_file(flower, io.BytesIO(), options)


def test_numbers_of_numpy():
    expected = colorquant.quantize(PIXELS, k=8, seed=3, background=(1, 2, 3))
    for kind in (np.uint8, np.int16, np.int64, np.array):
        background = np.array([1, 2, 3], np.uint8)
        found = colorquant.quantize(PIXELS, k=kind(8), seed=kind(3), background=background)
        assert found.palette.hex() == expected.palette.hex()
    options = colorquant.QuantizeOptions(k=np.uint8(8), max_pixels=np.int32(10**6))
    assert {type(options.k), type(options.reading.max_pixels)} == {int}


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (None, "source must be .*, not NoneType"),
        (5, "source must be .*, not int"),
        (["a.png"], "source must be .*, not list"),
        (io.StringIO("x"), "source is open for text"),
        (closed(io.BytesIO(b"x")), "source is closed"),
        ("a\0.png", "no file has a name with NUL"),
        ("\ud800.png", "not a name that a file can have"),
        ("", "an empty name is no place"),
    ],
)
def test_sources(source, said):
    with pytest.raises(InvalidInputError, match=said):
        colorquant.quantize_file(source, io.BytesIO())


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (5, "output must be .*, not int"),
        (b"x.png", "output must be .*, not bytes"),
        (io.StringIO(), "output is open for text"),
        (closed(io.BytesIO()), "output is closed"),
        ("a\0.png", "no file has a name with NUL"),
        ("\ud800.png", "not a name that a file can have"),
        ("", "an empty name is no place"),
    ],
)
def test_outputs(output, said, flower):
    with pytest.raises(InvalidInputError, match=said):
        colorquant.quantize_file(flower, output)


def test_files_that_are_open_the_wrong_way(flower, tmp_path):
    target = tmp_path / "x.png"
    with target.open("wb") as stream, pytest.raises(InvalidInputError, match="is not readable"):
        colorquant.quantize_file(stream, io.BytesIO())
    with flower.open("rb") as stream, pytest.raises(InvalidInputError, match="is not writable"):
        colorquant.quantize_file(flower, stream)
    with target.open("w") as stream, pytest.raises(InvalidInputError, match="open for text"):
        colorquant.quantize_file(flower, stream)


def test_streams_that_are_not_what_they_seem(flower):
    class Words:
        def write(self, text):
            raise TypeError("text is wanted")

        def read(self, _=-1):
            return "text"

    with pytest.raises(ColorquantError, match="takes no bytes: text is wanted"):
        colorquant.quantize_file(flower, Words())
    with pytest.raises(ColorquantError, match="gives text, not bytes"):
        colorquant.quantize_file(Words(), io.BytesIO())


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"format": 5}, "format must be a name"),
        ({"format": "x"}, "cannot write 'x'"),
        ({"report": 5}, "a place is a path or a URL, not int"),
        ({"report": "a\0.png"}, "NUL"),
        ({"palette": [(1, 2, 3)]}, "palette must be a Palette, a name or a path, not list"),
        ({"observer": 5}, "observer must be callable"),
        ({"announce": 5}, "announce must be callable"),
    ],
)
def test_settings(settings, said, flower):
    with pytest.raises(InvalidInputError, match=said):
        colorquant.quantize_file(flower, io.BytesIO(), **settings)


@pytest.mark.parametrize("make", [bytes, bytearray, memoryview])
def test_data_of_every_kind(make, flower):
    done = colorquant.quantize_file(make(flower.read_bytes()), io.BytesIO(), effort="fast")
    assert done.size == (640, 427)


def test_models(flower):
    palette = colorquant.Palette(PIXELS[0, :2], np.ones(2, np.int64))
    for make, said in [
        (lambda: colorquant.Raster([[1]]), "pixels must be an array"),
        (lambda: colorquant.Palette([[1, 2, 3]], [1]), "colors must be an array"),
        (lambda: colorquant.Palette(PIXELS[0, :2], [1, 2]), "counts must be an array"),
        (lambda: colorquant.IndexedImage([[0]], palette), "indices must be an array"),
        (lambda: colorquant.IndexedImage(np.zeros((1, 1), np.uint8), None), "must be a Palette"),
    ]:
        with pytest.raises(InvalidInputError, match=said):
            make()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"points": "abc"}, "points must be numbers"),
        ({"points": None}, "points must be numbers"),
        ({"points": [[1, 2], [3]]}, "points must be an array of numbers"),
        ({"points": [[1j, 2]]}, "points must be numbers"),
        ({"k": "2"}, "k must be a whole number"),
        ({"engine": 3}, "engine must be one of"),
        ({"seeding": 5}, r"seeding must be \(n, d\)"),
        ({"weights": "a"}, "weights must be"),
        ({"weights": [[1], [2, 3]]}, "weights must be an array of numbers"),
        ({"coarse": 5}, "coarse must be pairs"),
        ({"coarse": [5]}, "coarse must be pairs"),
    ],
)
def test_the_engine(arguments, said):
    with pytest.raises(InvalidInputError, match=said):
        kmeans(**({"points": [[1.0, 2.0], [3.0, 4.0]], "k": 1} | arguments))
