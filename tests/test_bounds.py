import math

import numpy as np
import pytest

from colorquant.bounds import BoundOptions, delta_e_bound, size_of
from colorquant.errors import InvalidInputError


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2, ("mean", 2.0)),
        (np.float32(0.5), ("mean", 0.5)),
        ("2", ("mean", 2.0)),
        ("mean:1.5", ("mean", 1.5)),
        ("p95:4", ("p95", 4.0)),
        ("max:0", ("max", 0.0)),
        (("p95", 4.0), ("p95", 4.0)),
    ],
)
def test_delta_e(value, expected):
    assert BoundOptions(max_delta_e=value).max_delta_e == expected == delta_e_bound("d", value)
    # What is stored is a value, too.
    assert BoundOptions(max_delta_e=expected).max_delta_e == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1),
        (100_000, 100_000),
        ("1", 1),
        ("100k", 100_000),
        ("100 K".replace(" ", ""), 100_000),
        ("1.5M", 1_500_000),
        ("2GB", 2_000_000_000),
    ],
)
def test_sizes(value, expected):
    assert BoundOptions(max_bytes=value).max_bytes == expected == size_of("size", value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(80, (80, 80)), ("80", (80, 80)), ("65-80", (65, 80)), ((65, 80), (65, 80)), (0, (0, 0))],
)
def test_qualities(value, expected):
    assert BoundOptions(quality=value).quality == expected


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"max_colors": 0}, "max_colors must be a whole number from 1 to 65,536, not 0"),
        ({"min_psnr": -1}, "min_psnr must be a number at least 0, not -1"),
        ({"min_psnr": math.inf}, "min_psnr must be a number at least 0, not inf"),
        ({"min_psnr": math.nan}, "min_psnr must be a number at least 0, not nan"),
        ({"min_psnr": "40"}, "min_psnr must be a number at least 0, not '40'"),
        ({"min_ssim": 1.1}, "min_ssim must be a number from -1 to 1, not 1.1"),
        *(
            ({"max_delta_e": value}, "max_delta_e must be a number, p95:number or max:number, not")
            for value in (
                -1,
                "",
                "p9:1",
                "p95:",
                "p95:x",
                "max:-1",
                math.nan,
                "inf",
                True,
                None,
                [],
            )
            if value is not None
        ),
        *(
            ({"quality": value}, "quality must be a number from 0 to 100, or two as 65-80, not")
            for value in (101, -1, "80-65", "65-", "-80", "a", 1.5, True, (1, 2, 3), "1-2-3", {1})
        ),
        *(
            ({"max_bytes": value}, "max_bytes must be a number, with K, M or G behind it, not")
            for value in ("", "0", "0.1", "k", "-1", "1T", "1e3", "9" * 400, "\u0661")
        ),
        ({"max_bytes": 0}, "max_bytes must be a whole number at least 1, not 0"),
        ({"max_bytes": 1.5}, "max_bytes must be a whole number at least 1, not 1.5"),
        ({"max_lost": -1}, "max_lost must be a whole number at least 0, not -1"),
        ({"lost_colors": 1}, "lost_colors must be True or False, not 1"),
    ],
)
def test_what_is_refused(changes, message):
    with pytest.raises(InvalidInputError, match=message):
        BoundOptions(**changes)


def test_what_is_set():
    assert BoundOptions().named == ()
    assert BoundOptions(max_colors=3, lost_colors=True).named == ()
    assert BoundOptions(min_psnr=40, max_lost=0).named == ("min_psnr", "max_lost")
    assert not BoundOptions(min_psnr=40).finds_lost
    assert BoundOptions(max_lost=0).finds_lost
    assert BoundOptions(lost_colors=True).finds_lost
