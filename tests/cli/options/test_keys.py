"""What a file may set of each option."""

import re
from pathlib import Path

import pytest

from colorquant.cli.options.keys import key_of
from colorquant.cli.options.listed import SETTINGS, declared
from colorquant.cli.options.option import GroupedOption
from colorquant.settings.files import Settings

OPTIONS = {each.word[2:]: each for each in declared() if isinstance(each, GroupedOption)}


def taken(name, value, *, found=True):
    return key_of(OPTIONS[name]).taken(value, Settings(Path("/x/y.toml"), found, {}, {}))


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("colors", 5, "5"),
        ("colors", "auto", "auto"),
        ("recursive", False, False),
        ("optimize", True, "2"),
        ("optimize", False, "none"),
        ("optimize", 4, "4"),
        ("seed", 3, 3),
        ("min-psnr", 36, 36),
        ("min-psnr", 36.5, 36.5),
        ("max-delta-e", 2.5, "2.5"),
        ("max-bytes", 100, "100"),
        ("quality", "65-80", "65-80"),
        ("depth", 5, "5"),
        ("include", "*.png", ("*.png",)),
        ("include", ["*.png", "b"], ("*.png", "b")),
        ("pin", ["red"], ("red",)),
        ("pin", "@mine.gpl", ("@/x/mine.gpl",)),
        ("pin", "@nes", ("@nes",)),
        ("palette", "NES", "NES"),
        ("palette", "./nes", "/x/nes"),
        ("palette", "/a.gpl", "/a.gpl"),
        ("perceptual", True, "perceptual"),
        ("perceptual", False, "mse"),
    ],
)
def test_values(name, value, expected):
    found = taken(name, value)
    assert found == expected
    assert type(found) is type(expected)


def test_streams_and_urls_of_a_file_that_is_named_stay():
    assert taken("output", "-") == "-"
    assert taken("output", "sub") == "/x/sub"
    assert taken("palette", "s3://a/b.gpl", found=False) == "s3://a/b.gpl"
    with pytest.raises(ValueError, match="may not name a URL, as 's3://a/b"):
        taken("palette", "s3://a/b.gpl")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("colors", True, "true is not text or a number"),
        ("colors", "many", "'many' is neither a number of colors nor auto"),
        ("colors", [5], "[5] is not text or a number"),
        ("seed", 3.0, "3.0 is not a whole number"),
        ("seed", "3", "'3' is not a whole number"),
        ("seed", True, "true is not a whole number"),
        ("min-psnr", "36", "'36' is not a number"),
        ("recursive", 1, "1 is not true or false"),
        ("recursive", "yes", "'yes' is not true or false"),
        ("perceptual", "mse", "'mse' is not true or false"),
        ("dither", "bayr", "'bayr' is not one of 'none', 'diffusion', 'blue-noise', 'bayer'"),
        ("format", "", "it is empty"),
        ("include", [3.5, []], "[] is not text or a number"),
        ("dither", {"kind": "bayer"}, "{'kind': 'bayer'} is not text or a number"),
    ],
)
def test_other_values_are_refused(name, value, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        taken(name, value)


def test_what_may_only_stand_in_a_file_that_is_named():
    elsewhere = {name for name, each in OPTIONS.items() if key_of(each).elsewhere}
    assert elsewhere == {
        *("output", "report", "gallery", "palette-out"),
        *("force", "in-place", "break-links", "cluster"),
    }
    assert {each.name for each in declared()} > set(SETTINGS)
