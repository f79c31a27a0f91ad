import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from colorquant.errors import ImageReadError
from colorquant.measures.images import compared
from colorquant.pipeline.compare import compare_files, comparison_picture
from colorquant.reading import ReadingOptions

OPTIONS = ReadingOptions()


@pytest.fixture
def files(tmp_path, noise):
    """A picture, and one whose levels are a little lower."""
    lower = noise - np.minimum(noise, 9)
    for name, pixels in (("a.png", noise), ("b.png", lower)):
        Image.fromarray(pixels).save(tmp_path / name)
    return tmp_path / "a.png", tmp_path / "b.png"


def test_files_are_measured(files, noise):
    a, b = files
    reference, (same, other) = compare_files(a, [a, b], OPTIONS)
    assert (reference.name, reference.bytes) == (str(a), a.stat().st_size)
    assert reference.colors == len(np.unique(noise.reshape(-1, 3), axis=0))
    assert same.seen.plain.mse == 0
    assert other.file.name == str(b)
    assert other.seen == compared(noise, noise - np.minimum(noise, 9))


def test_frames_count_alike(tmp_path, noise):
    frames = [Image.fromarray(each) for each in (noise, 255 - noise, noise)]
    frames[0].save(tmp_path / "a.png", save_all=True, append_images=frames[1:])
    frames[0].save(tmp_path / "b.png", save_all=True, append_images=[frames[0], frames[2]])
    reference, (other,) = compare_files(tmp_path / "a.png", [tmp_path / "b.png"], OPTIONS)
    second = compared(255 - noise, noise)
    assert other.seen.plain.mse == pytest.approx(second.plain.mse / 3)
    assert other.seen.plain.delta_e_max == second.plain.delta_e_max
    assert reference.colors > other.file.colors


def test_what_is_not_alike_is_refused(files, tmp_path, noise):
    Image.fromarray(noise[:20]).save(tmp_path / "small.png")
    frames = [Image.fromarray(each) for each in (noise, 255 - noise)]
    frames[0].save(tmp_path / "two.png", save_all=True, append_images=frames[1:])
    with pytest.raises(ImageReadError, match=r"small.png: is 48 x 20, but .*a.png is 48 x 32"):
        compare_files(files[0], [tmp_path / "small.png"], OPTIONS)
    with pytest.raises(ImageReadError, match=r"two.png: has 2 frames, but .*a.png has 1"):
        compare_files(files[0], [tmp_path / "two.png"], OPTIONS)
    with pytest.raises(ImageReadError, match=r"a.png: has 1 frame, but .*two.png has 2"):
        compare_files(tmp_path / "two.png", [files[0]], OPTIONS)


def test_profiles_are_heeded(tmp_path, noise, files):
    stream = io.BytesIO()
    image = Image.fromarray(noise)
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image.save(stream, "PNG", icc_profile=lab)
    _, (other,) = compare_files(files[0], [stream.getvalue()], OPTIONS)
    assert other.seen.plain.mse < 0.5


def test_the_picture_is_a_png(files):
    a, b = files
    data = comparison_picture(*compare_files(a, [b, a], OPTIONS), ["figures", "the same"])
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.width) == ("PNG", 1540)
