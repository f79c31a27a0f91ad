"""What formats cannot hold."""

import numpy as np
import pytest

from colorquant.color.alpha import compose
from colorquant.errors import ColorquantWarning, InvalidInputError
from colorquant.images.fitting import Fitting, reading_options
from colorquant.images.writing.formats import FORMATS
from colorquant.metadata import Metadata
from colorquant.models import Raster
from colorquant.options import QuantizeOptions


def fitting(name, **options):
    return Fitting(FORMATS[name], QuantizeOptions(**options), "out")


@pytest.mark.parametrize("name", ["png", "webp", "tiff", "jp2"])
def test_what_fits_is_left_alone(name, soft, noise):
    fit = fitting(name)
    for pixels in (soft, noise):
        raster = Raster(pixels)
        assert fit(raster) is raster
    assert not fit.changed


@pytest.mark.parametrize(("background", "shown"), [(None, "white"), ("#0a0b0c", "#0a0b0c")])
def test_without_alpha_images_are_composed_with_one_warning(background, shown, soft):
    fit = fitting("bmp", background=background)
    behind = (255, 255, 255) if background is None else (10, 11, 12)
    with pytest.warns(ColorquantWarning, match=f"^out: BMP has no alpha; composed over {shown}$"):
        found = fit(Raster(soft))
    np.testing.assert_array_equal(found.pixels, compose(soft, behind))
    fit(Raster(soft))
    assert fit.changed


def test_a_background_that_is_asked_for_is_no_surprise(soft):
    np.testing.assert_array_equal(
        fitting("png", background="red")(Raster(soft)).pixels, compose(soft, (255, 0, 0))
    )


def test_one_transparent_color(soft):
    fit = fitting("gif")
    hard = fit(Raster(soft)).pixels
    np.testing.assert_array_equal(hard[:, :, 3], np.where(soft[:, :, 3] < 128, 0, 255))
    assert fit.notes == ["GIF has no soft edges: transparent below half alpha, else opaque"]
    soft = soft.copy()
    soft[:, :, 3] |= 128
    assert fit(Raster(soft)).pixels.shape == (30, 40, 3)
    sharp = fitting("gif")
    raster = Raster(hard)
    assert sharp(raster) is raster
    assert not sharp.changed
    with pytest.raises(InvalidInputError, match="it needs 2 or more"):
        fitting("gif", k=1)(raster)


def test_metadata_that_has_no_place():
    all_of_it = Metadata(b"profile", (72.0, 72.0), b"exif", b"xmp", b"comment")
    assert fitting("png", metadata="keep").metadata(all_of_it) == all_of_it
    with pytest.warns(ColorquantWarning, match="GIF has no place for color profile, resolution, E"):
        kept = fitting("gif", metadata="keep").metadata(all_of_it)
    assert kept == Metadata(comment=b"comment")
    # Where not all of it was asked for, nothing is said.
    assert fitting("bmp").metadata(Metadata(dpi=(72.0, 72.0), exif=b"exif")).exif is None


def test_a_profile_that_has_no_place_is_used_up():
    options = QuantizeOptions()
    assert reading_options(options, FORMATS["png"]).icc == "keep"
    assert reading_options(options, FORMATS["gif"]).icc == "srgb"
    dropped = QuantizeOptions(icc="drop")
    assert reading_options(dropped, FORMATS["gif"]).icc == "drop"


def test_lossy_formats_are_warned_of():
    with pytest.warns(ColorquantWarning, match="^out: JPEG compression brings back other colors$"):
        fitting("jpeg")
