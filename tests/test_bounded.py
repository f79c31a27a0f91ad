import json
import math

import pytest

from colorquant.bounded import Bounded, LostColor, Reached, Tried, lost_line


@pytest.mark.parametrize(
    ("reached", "met", "told", "miss"),
    [
        (
            Reached("min_psnr", 40.0, 40.0),
            True,
            "PSNR is 40 dB, at least 40 dB",
            "PSNR is 40 dB, less than 40 dB",
        ),
        (
            Reached("max_delta_e", 2.0, 2.5, "p95"),
            False,
            "CIEDE2000 (p95) is 2.5, at most 2",
            "CIEDE2000 (p95) is 2.5, more than 2",
        ),
        (
            Reached("max_bytes", 100_000, 123_456),
            False,
            "the size is 123,456 bytes, at most 100,000 bytes",
            "the size is 123,456 bytes, more than 100,000 bytes",
        ),
        (
            Reached("min_ssim", 0.9, math.nan),
            False,
            "SSIM is nan, at least 0.9",
            "it is too small for SSIM, which needs 7 x 7 pixels",
        ),
    ],
)
def test_bounds_that_are_met_or_missed(reached, met, told, miss):
    assert reached.met == met
    assert (str(reached), reached.miss) == (told, miss)


def test_json():
    lost = LostColor((230, 57, 70), (12, 5, 100, 7), 61, 3)
    reached = Reached("min_psnr", 40.0, math.inf), Reached("max_delta_e", 2.0, 1.0, "mean")
    found = Bounded(auto=True, reached=reached, tried=(Tried(3, 0.0, ()),), lost=(lost,))
    assert json.loads(json.dumps(found.facts())) == {
        "auto": True,
        "bounds": [
            {"name": "min_psnr", "bound": 40.0, "value": None, "met": True},
            {"name": "max_delta_e", "bound": 2.0, "value": 1.0, "met": True, "share": "mean"},
        ],
        "lost_colors": [
            {
                "color": "#e63946",
                "box": {"width": 12, "height": 5, "left": 100, "top": 7},
                "pixels": 61,
                "more": 3,
            }
        ],
    }
    assert "lost_colors" not in Bounded(auto=False, reached=(), tried=()).facts()


@pytest.mark.parametrize(
    ("more", "end"),
    [
        (1, "1 more color would keep it"),
        (96, "96 more colors would keep it"),
        (None, "not even 256 more colors would keep it"),
    ],
)
def test_lines(more, end):
    lost = LostColor((230, 57, 70, 255), (12, 5, 100, 7), 1234, more)
    assert str(lost) == lost_line(lost.facts()) == f"#e63946ff 12x5+100+7, 1,234 pixels, {end}"
