"""What can be told in JSON of a file that was written."""

import json

import pytest

from colorquant.look import LookOptions
from colorquant.pipeline.files import quantize_file


def test_facts(photo):
    facts = json.loads(json.dumps(quantize_file(photo, k=5).facts()))
    assert [facts[name] for name in ("width", "height", "frames", "colors")] == [50, 40, 1, 5]
    assert (facts["format"], facts["indexed"], facts["lossless"]) == ("PNG", True, False)
    assert facts["source_bytes"] == photo.stat().st_size
    assert facts["psnr"] == pytest.approx(facts["psnr"], abs=1e-4)
    assert (facts["objective"], facts["dither"]) == ("mse", "none")
    assert facts["optimize"] is None
    assert len(facts) == 15


@pytest.mark.parametrize(
    ("changes", "objective", "dither"),
    [
        ({"objective": "perceptual"}, "perceptual", "none"),
        ({"dither": "blue-noise"}, "perceptual", "blue-noise"),
        ({"dither": "bayer", "dither_strength": 0}, "mse", "none"),
        ({"dither": "diffusion", "objective": "mse"}, "mse", "diffusion"),
    ],
)
def test_the_look_is_told_as_it_was_resolved(changes, objective, dither, photo):
    done = quantize_file(photo, k=5, **changes)
    assert done.look == LookOptions(**changes)
    assert (done.facts()["objective"], done.facts()["dither"]) == (objective, dither)


def test_infinite_psnr_is_null(photo):
    facts = quantize_file(photo, k=60_000, format="png", output=photo.with_name("o.png")).facts()
    assert (facts["psnr"], facts["mse"], facts["lossless"]) == (None, 0, True)
