"""What can be told in JSON of a file that was written."""

import json

import pytest

from colorquant.pipeline.files import quantize_file


def test_facts(photo):
    facts = json.loads(json.dumps(quantize_file(photo, k=5).facts()))
    assert [facts[name] for name in ("width", "height", "frames", "colors")] == [50, 40, 1, 5]
    assert (facts["format"], facts["indexed"], facts["lossless"]) == ("PNG", True, False)
    assert facts["source_bytes"] == photo.stat().st_size
    assert facts["psnr"] == pytest.approx(facts["psnr"], abs=1e-4)
    assert len(facts) == 12


def test_infinite_psnr_is_null(photo):
    facts = quantize_file(photo, k=60_000, format="png", output=photo.with_name("o.png")).facts()
    assert (facts["psnr"], facts["mse"], facts["lossless"]) == (None, 0, True)
