import dataclasses
import pickle

import numpy as np
import pytest

from colorquant.entries import EntryOptions
from colorquant.errors import InvalidInputError
from colorquant.look import LookOptions
from colorquant.options import QuantizeOptions, chosen_options, file_options
from colorquant.search import SearchOptions
from colorquant.shaping import ShapingOptions
from colorquant.writing import WritingOptions


def test_defaults_are_valid_and_cannot_be_changed():
    options = QuantizeOptions()
    assert (options.k, options.per_frame_palette) == (16, False)
    assert options.entries == EntryOptions((), None, None, False)
    assert options.shaping == ShapingOptions(None, None, 1, 1)
    assert options.search == SearchOptions("minibatch", "normal", 1, 0)
    assert (options.reading.icc, options.reading.metadata) == ("keep", "color")
    assert options.look == LookOptions()
    for part in (options, options.search, options.look, options.reading, WritingOptions()):
        with pytest.raises(dataclasses.FrozenInstanceError):
            part.k = 3


@pytest.mark.parametrize("k", [1, 65_536, np.int64(7)])
def test_k_in_range(k):
    assert QuantizeOptions(k=k).k == k


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"k": 0}, "k must be a whole number from 1 to 65,536, not 0"),
        ({"k": 65_537}, "not 65537"),
        ({"k": 2.5}, "not 2.5"),
        ({"k": True}, "not True"),
        ({"k": "16"}, "not '16'"),
        ({"restarts": 0}, "restarts must be"),
        ({"seed": -1}, "seed must be"),
        ({"seed": 2**32}, "seed must be"),
        ({"max_pixels": 0}, "max_pixels must be a whole number at least 1, not 0"),
        ({"max_frames": 0}, "max_frames must be a whole number at least 1, not 0"),
        ({"engine": "kmeans"}, "engine must be one of minibatch, lloyd, sklearn, not 'kmeans'"),
        ({"effort": "max"}, "effort must be one of fast, normal, best"),
        ({"engine": "lloyd", "effort": "best"}, "effort 'best' is for engine 'minibatch'"),
        ({"icc": "p3"}, "icc must be one of keep, srgb, drop, not 'p3'"),
        ({"metadata": "all"}, "metadata must be one of keep, color, none, not 'all'"),
        ({"per_frame_palette": 1}, "per_frame_palette must be True or False, not 1"),
        ({"background": "#1234"}, "background must be an opaque color like #fff or white"),
        ({"background": (1, 2, 256)}, "background must be an opaque color"),
        ({"objective": "lab"}, "objective must be one of mse, perceptual, not 'lab'"),
        ({"dither": "floyd"}, "dither must be one of none, diffusion, blue-noise, bayer"),
        ({"dither": "bayer", "dither_strength": 2}, "dither_strength must be a number from 0 to"),
        ({"dither_strength": 0.5}, "dither_strength is for dither"),
        ({"compact": 3}, "compact must be a whole number from 0 to 2, not 3"),
        ({"nearest": "no"}, "nearest must be True or False, not 'no'"),
        ({"engine": "sklearn", "objective": "perceptual"}, "engine 'sklearn' knows neither"),
        ({"engine": "sklearn", "dither": "bayer"}, "engine 'sklearn' knows neither"),
        (
            {"engine": "sklearn", "dither": "bayer", "objective": "mse"},
            "engine 'sklearn' knows neither",
        ),
        ({"engine": "sklearn", "k": 9, "max_lost": 0}, "engine 'sklearn' can keep no colors for"),
        ({"unknown": 1}, "there is no option 'unknown'"),
    ],
)
def test_what_is_out_of_range_is_refused(changes, message):
    with pytest.raises(InvalidInputError, match=message):
        QuantizeOptions(**changes)


def test_all_of_them_by_name():
    named = {
        "k": 5,
        "background": (1, 2, 3),
        "alpha": None,
        "downscale": 2,
        "pixelate": 1,
        "pins": ((8, 16, 24), (0, 0, 0)),
        "depth": "rgb555",
        "order": "hue",
        "drop_unused": True,
        "max_colors": None,
        "min_psnr": None,
        "max_delta_e": None,
        "min_ssim": None,
        "quality": None,
        "max_bytes": None,
        "max_lost": None,
        "lost_colors": False,
        "per_frame_palette": True,
        "engine": "lloyd",
        "effort": "normal",
        "restarts": 2,
        "seed": 3,
        "objective": "mse",
        "dither": "bayer",
        "dither_strength": 0.5,
        "compact": 2,
        "nearest": True,
        "max_pixels": 4,
        "max_frames": 5,
        "icc": "srgb",
        "metadata": "keep",
    }
    options = QuantizeOptions(**named)
    assert options.named() == named
    assert (options.search.seed, options.reading.max_pixels) == (3, 4)
    assert options.look == LookOptions("mse", "bayer", 0.5, 2, True)
    assert pickle.loads(pickle.dumps(options)) == options
    assert "\n" not in repr(options)
    assert eval(repr(options), {"QuantizeOptions": QuantizeOptions}) == options
    assert repr(QuantizeOptions(k=3, effort="best")) == "QuantizeOptions(k=3, effort='best')"
    assert repr(QuantizeOptions()) == "QuantizeOptions(k=16)"


def test_changes():
    options = QuantizeOptions(k=5, engine="lloyd")
    changed = options.changed(k=6, icc="drop", dither="diffusion", dither_strength=0.5)
    assert changed == QuantizeOptions(
        k=6, engine="lloyd", icc="drop", dither="diffusion", dither_strength=0.5
    )
    assert changed.changed(dither="none", dither_strength=None).look == LookOptions()
    assert chosen_options(options, {}) == options
    assert chosen_options(None, {"seed": 2}).search.seed == 2
    with pytest.raises(InvalidInputError, match="options must be QuantizeOptions, not 16"):
        chosen_options(16, {})


def test_those_of_files():
    options, writing = file_options(QuantizeOptions(seed=4), {"k": 3, "force": True})
    assert options == QuantizeOptions(k=3, seed=4)
    assert writing == WritingOptions(force=True)
    assert writing.named()["force"] is True
    assert file_options(None, writing.named())[1] == writing
    with pytest.raises(InvalidInputError, match="did you mean in_place"):
        file_options(None, {"inplace": True})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"force": "yes"}, "force must be True or False"),
        ({"format": 3}, "format must be a name"),
        ({"min_saving": 101}, "min_saving must be a number from 0 to 100"),
        ({"optimize": 7}, "optimize must be a level from 1 to 6, or max"),
    ],
)
def test_writing_that_cannot_be(changes, message):
    with pytest.raises(InvalidInputError, match=message):
        WritingOptions(**changes)


def test_values_for_files_are_stored_as_what_they_stand_for():
    writing = WritingOptions(optimize=True, min_saving=np.float32(5))
    assert (writing.optimize, writing.min_saving) == (2, 5.0)
    assert WritingOptions(optimize=False) == WritingOptions()


@pytest.mark.parametrize(
    ("changes", "least"),
    [
        ({}, None),
        ({"skip_if_larger": True}, 0),
        ({"min_saving": 0}, 0),
        ({"min_saving": 5}, 5),
        ({"min_saving": 5, "skip_if_larger": True}, 5),
    ],
)
def test_the_least_that_must_be_saved(changes, least):
    assert WritingOptions(**changes).least_saving == least


def test_parts_may_be_given_whole():
    options = QuantizeOptions(k=8, effort="best", dither="bayer", icc="drop")
    expected = QuantizeOptions(k=4, effort="best", dither="bayer", icc="drop")
    assert dataclasses.replace(options, k=4) == expected
    assert QuantizeOptions(search=options.search, seed=3).search.effort == "best"
    assert QuantizeOptions(look=options.look, compact=0).look == LookOptions(
        dither="bayer", compact=0
    )
    with pytest.raises(InvalidInputError, match="search must be SearchOptions, not 'best'"):
        QuantizeOptions(search="best")
    with pytest.raises(InvalidInputError, match="look must be LookOptions, not 'bayer'"):
        QuantizeOptions(look="bayer")


@pytest.mark.parametrize("look", [{"dither": "bayer", "dither_strength": 0}, {"objective": "mse"}])
def test_a_plain_look_is_for_every_engine(look):
    options = QuantizeOptions(engine="sklearn", compact=2, nearest=True, **look)
    assert options.look.is_plain
    with pytest.raises(InvalidInputError, match="engine 'sklearn' knows neither"):
        options.changed(objective="perceptual")
