import json

import pytest
from click.testing import CliRunner
from PIL import Image

from colorquant.cli.main import main
from colorquant.cli.options.listed import NAMES


def run(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def small(photo):
    return photo


def test_a_bound_finds_the_number(small):
    done = run(small, "--min-psnr", "30", "-v")
    assert done.exit_code == 0, done.stderr
    result = small.with_name("photo-auto.png")
    with Image.open(result) as image:
        k = len(image.getcolors())
    assert f"{k} colors" in done.stderr
    assert "tried " in done.stderr
    assert "dB, at least 30 dB" in done.stderr
    # The same as with that number.
    again = run(small, "-k", k, "-o", small.with_name("k.png"))
    assert again.exit_code == 0
    assert small.with_name("k.png").read_bytes() == result.read_bytes()


@pytest.mark.parametrize("words", [["--min-psnr", "90"], ["-k", "3", "--max-delta-e", "p95:1"]])
def test_what_is_missed_is_told_in_one_line_with_its_exit_code(words, small):
    before = set(small.parent.iterdir())
    done = run(small, *words)
    assert done.exit_code == 99
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith(f"Error: {small.parent}/photo-")
    assert set(small.parent.iterdir()) == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-k", "some"], "'some' is neither a number of colors nor auto"),
        (["--quality", "80-65"], "--quality must be a number from 0 to 100, or two as 65-80"),
        (["--max-bytes", "big"], "--max-bytes must be a number, with K, M or G behind it"),
        (["--max-delta-e", "x"], "--max-delta-e must be a number, p95:number or max:number"),
        (["--min-ssim", "2"], "--min-ssim must be a number from -1 to 1"),
        (["-k", "8", "--max-colors", "9"], "--max-colors is for -k auto"),
        (["--quality", "80", "--format", "jpg"], "JPEG compression changes the colors"),
        (["--shared-palette", "--max-bytes", "9k"], "--shared-palette and --max-bytes exclude"),
        (
            ["--shared-palette", "-k", "auto"],
            "--shared-palette with --colors auto needs",
        ),
    ],
)
def test_wrong_calls(words, message, small):
    done = run(small, *words)
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
    assert message.replace("-k auto", "--colors auto") in done.stderr


def test_lost_colors_are_data(small):
    done = run(small, "-k", "2", "--lost-colors", "-o", small.with_name("o.png"), "-q")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines
    for line in lines:
        assert line.startswith("#")
        assert line.endswith("would keep it")
    piped = run(small, "-k", "2", "--lost-colors", "-o", small.with_name("p.png"), "--json")
    record = json.loads(piped.stdout.splitlines()[0])
    assert [each["color"] for each in record["lost_colors"]] == [line.split()[0] for line in lines]


def folder(photo):
    place = photo.with_name("images")
    place.mkdir()
    with Image.open(photo) as image:
        image.save(place / "photo.png")
        image.quantize(4).convert("RGB").save(place / "few.png")
    return place


def test_many_images_each_have_their_number(photo):
    place = folder(photo)
    words = ("--min-psnr", "40", "--max-colors", "20", "--json", "-o", photo.with_name("o"))
    done = run(place, *words)
    # One of two is missed, which is told, but no failure.
    assert done.exit_code == 0
    *records, summary = map(json.loads, done.stdout.splitlines())
    told = {record["source"].rpartition("/")[2]: record for record in records}
    assert told["few.png"]["status"] == "done"
    assert told["few.png"]["colors"] == 4
    assert told["few.png"]["bounds"] == [
        {"name": "min_psnr", "bound": 40, "value": None, "met": True}
    ]
    assert told["photo.png"]["status"] == "missed"
    assert "with 20 colors PSNR is" in told["photo.png"]["error"]
    assert (summary["done"], summary["missed"], summary["failed"]) == (1, 1, 0)
    assert [path.name for path in photo.with_name("o").glob("*.png")] == ["few.png"]
    assert "1 done, 1 missed a bound" in done.stderr
    assert done.stderr.startswith("Missed: ")


def test_exit_codes_of_many_images(photo):
    place = folder(photo)
    words = (place, "-o", photo.with_name("o"), "-k", "2", "--min-psnr", "99")
    assert run(*words).exit_code == 99
    (place / "broken.png").write_bytes((place / "few.png").read_bytes()[:60])
    assert run(*words).exit_code == 1


def test_a_shared_palette_has_its_number(photo):
    place = folder(photo)
    words = (place, "--shared-palette", "--min-psnr", "30", "-o", photo.with_name("o"), "--json")
    done = run(*words)
    assert done.exit_code == 0, done.stderr
    colors = {json.loads(line)["colors"] for line in done.stdout.splitlines()[:-1]}
    assert len(colors) == 1
    # Known by its bound: nothing is done again, but with another bound.
    assert "2 skipped" in run(*words).stderr
    assert (
        run(place, "--shared-palette", "--min-psnr", "99", "-o", photo.with_name("o")).exit_code
        == 99
    )


def test_all_are_options_of_the_command():
    from colorquant.cli.options.bounds import BOUNDS

    assert set(BOUNDS) <= set(NAMES)
