"""Options from files and presets, below those that are typed."""

import re
from pathlib import Path

import pytest
from helpers import run
from PIL import Image


@pytest.fixture(autouse=True)
def in_folder(photo, monkeypatch):
    monkeypatch.chdir(photo.parent)


def settings(text, name="colorquant.toml"):
    Path(name).write_text(text)


def colors(name):
    with Image.open(name) as image:
        return len(image.getcolors(1 << 24))


def refused(done, message):
    assert (done.exit_code, done.stdout) == (2, "")
    assert re.fullmatch(rf"Error: {message} See colorquant( \w+)? --help\.\n", done.stderr), (
        done.stderr
    )


def test_command_above_preset_above_file_above_default():
    def made(*arguments):
        assert run("photo.png", "-o", "out.png", "--force", *arguments).exit_code == 0
        return colors("out.png")

    assert made() == 16
    settings("colors = 5\n[presets.mine]\ncolors = 6\n")
    assert made() == 5
    assert made("--preset", "mine") == 6
    assert made("--preset", "mine", "-k", 7) == 7
    assert made("--no-config") == 16
    settings("colors = 8\n", "other.toml")
    assert made("--config", "other.toml") == 8
    Path("colorquant.toml").unlink()
    settings("[tool.colorquant]\ncolors = 9\n", "pyproject.toml")
    assert made() == 9


def test_flags_of_a_file_are_undone_by_their_opposites():
    settings("json = true\ndry-run = true\nquiet = true\n")
    done = run("photo.png")
    assert '"status": "planned"' in done.stdout
    assert run("photo.png", "--no-json", "--no-dry-run").output == ""
    assert colors("photo-16colors.png") == 16


def test_an_option_that_may_stand_alone_has_an_opposite():
    said = run("photo.png", "--optimize", "-v").stderr
    assert "optimized at level 2" in said
    for value, level in (("true", "2"), ("3", "3")):
        settings(f"optimize = {value}\n")
        assert f"optimized at level {level}" in run("photo.png", "-v", "--force").stderr
        assert "optimized" not in run("photo.png", "-v", "--force", "--no-optimize").stderr
    settings("optimize = false\n")
    assert "optimized" not in run("photo.png", "-v", "--force").stderr


def test_higher_layers_remove_what_they_exclude():
    settings("background = 'white'\n")
    refused(
        run("photo.png", "--background", "red", "--alpha", "keep"),
        "--background and --alpha exclude each other: a background leaves no alpha.",
    )
    assert run("photo.png", "--alpha", "keep", "-v").exit_code == 0
    settings("dither = 'bayer'\ndither-strength = 0.5\n")
    said = run("photo.png", "-v", "--force").stderr
    assert 'from colorquant.toml: dither = "bayer", dither-strength = 0.5\n' in said
    assert "dither bayer at strength 0.5" in said
    # The strength goes with the dithering that it is for.
    assert "dither" not in run("photo.png", "-v", "--force", "--engine", "sklearn").stderr
    assert "dither" not in run("photo.png", "-v", "--force", "--dither", "none").stderr


def test_within_one_layer_exclusions_hold():
    settings("background = 'white'\nalpha = 'keep'\n")
    refused(
        run("photo.png"),
        r"background \(colorquant.toml\) and alpha \(colorquant.toml\) exclude each other: a "
        r"background leaves no alpha\.",
    )
    settings("dither-strength = 0.5\n")
    refused(run("photo.png"), r"dither-strength \(colorquant.toml\) is for --dither\.")
    settings("[presets.x]\nmax-colors = 5\ncolors = 6\n")
    refused(
        run("photo.png", "--preset", "x"),
        r"max-colors \(preset x\) is for colors \(preset x\) auto\.",
    )


def test_a_number_of_colors_and_bounds_replace_each_other():
    settings("min-psnr = 99\n")
    assert run("photo.png", "-o", "a.png").exit_code == 99
    assert run("photo.png", "-o", "a.png", "-k", 4).exit_code == 0
    assert run("photo.png", "-o", "b.png", "--palette", "nes").exit_code == 0
    settings("colors = 3\n")
    assert run("photo.png", "-o", "c.png", "--min-psnr", 30).exit_code == 0
    assert (colors("a.png"), colors("c.png") > 3) == (4, True)
    assert run("photo.png", "-o", "d.png", "--palette", "pico-8").exit_code == 0


def test_bounds_of_two_layers_hold_together():
    settings("colors = 16\nmin-psnr = 99\n")
    done = run("config", "--max-delta-e", 2)
    assert "# colors = 16 of colorquant.toml gives way" in done.stdout
    assert "min-psnr = 99.0  # colorquant.toml" in done.stdout


def test_in_place_and_an_output_replace_each_other():
    settings("in-place = true\n", "mine.toml")
    assert run("photo.png", "--config", "mine.toml", "-o", "x.png").exit_code == 0
    assert colors("x.png") == 16
    settings("output = 'y.png'\n", "mine.toml")
    assert run("photo.png", "--config", "mine.toml", "--in-place").exit_code == 0
    assert colors("photo.png") == 16
    settings("output = 'y.png'\nin-place = true\n", "mine.toml")
    refused(run("photo.png", "--config", "mine.toml"), "in place the source is the output; .*")
    assert not Path("y.png").exists()


def test_a_dry_run_gives_way_to_nothing():
    settings("dry-run = true\n")
    refused(
        run("photo.png", "--gallery", "x.html"),
        r"--gallery and dry-run \(colorquant.toml\) exclude each other: .*",
    )
    assert run("photo.png", "--gallery", "x.html", "--no-dry-run").exit_code == 0


@pytest.mark.parametrize(
    "text",
    [
        "colors = " + "9" * 9999,
        "min-psnr = 0x" + "f" * 999,
        "seed = 0x" + "f" * 5000,
        "preset = 0x" + "f" * 5000,
        "pin = [{a = 0x" + "f" * 5000 + "}]",
        "seed = 1979-05-27",
        "min-psnr = 'nan'",
        "quality = [[[]]]",
    ],
)
def test_values_that_nobody_means_are_one_line(text):
    settings(f"{text}\n")
    done = run("config")
    assert (done.exit_code, done.stdout) == (2, "")
    assert re.fullmatch("Error: colorquant.toml: [^\n]{5,200}\n", done.stderr), done.stderr


def test_other_commands_take_what_they_share():
    settings("colors = 5\neffort = 'fast'\nquality = 50\nmax-pixels = 10\n")
    # Its own --colors means something else.
    refused_line = "Error: photo.png: 2,000 pixels are more than the limit of 10; "
    for words in (["palette"], ["colors", "-o", "x.cqt"], ["curve"], ["compare", "photo.png"]):
        done = run(*words, "photo.png")
        assert done.exit_code == 1
        assert done.stderr.startswith(refused_line), done.stderr
    found = run("palette", "photo.png", "--max-pixels", 9999, "--json").stdout
    assert found.count("#") == 16


def test_paths_of_a_file_are_seen_from_its_folder(photo):
    Path("mine.hex").write_text("ff0000\n00ff00\n0000ff\n")
    settings("palette = 'mine.hex'\n")
    Path("below").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir("below")
        assert run(photo, "-o", "out.png").exit_code == 0
        assert colors("out.png") <= 3
        Path("../colorquant.toml").write_text("pin = ['@mine.hex', '#123456']\ncolors = 4\n")
        done = run(photo, "-o", "out2.png", "--palette-out", "out.hex")
        assert (done.exit_code, done.stderr) == (0, "")
        pins = {"ff0000", "00ff00", "0000ff", "123456"}
        assert set(Path("out.hex").read_text().lower().split()) == pins


@pytest.mark.parametrize(
    "text",
    [
        "in-place = true",
        "force = true",
        "output = 'x.png'",
        "report = 'x.png'",
        "palette-out = 'x.gpl'",
        "cluster = 'tcp://host:1'",
        "break-links = true",
    ],
)
def test_a_file_that_is_found_may_not_write_elsewhere(text, photo):
    settings(f"{text}\n")
    key = text.partition(" ")[0]
    refused(
        run("photo.png"),
        rf"colorquant\.toml: {key}: a file that is found may not set this; name the file by "
        r"--config\.",
    )
    assert sorted(path.name for path in photo.parent.iterdir()) == ["colorquant.toml", "photo.png"]


@pytest.mark.parametrize("key", ["config = 'x'", "no-config = true", "help = true"])
def test_no_file_chooses_files(key):
    settings(f"{key}\n")
    refused(run("photo.png"), r"colorquant\.toml: there is no key '[\w-]+'.*[.?]")


def test_a_file_that_is_named_may():
    settings("output = 'x.png'\nforce = true\n", "mine.toml")
    for _ in range(2):
        assert run("photo.png", "--config", "mine.toml").exit_code == 0
    assert colors("x.png") == 16
    refused(
        run("photo.png", "--config", "mine.toml", "--no-config"),
        r"--config and --no-config exclude each other\.",
    )
    refused(run("photo.png", "--config", "no.toml"), "no.toml: cannot read it: No such file.*")


def test_a_url_is_not_read_because_a_file_was_found():
    settings("palette = 'memory://x.gpl'\n")
    refused(run("photo.png"), r"colorquant\.toml: palette: a file that is found may not name .*")


def test_help_and_version_need_no_file():
    settings("broken")
    for word in ("-h", "--help", "--version"):
        assert run(word).exit_code == 0
    refused(run("photo.png"), r"colorquant\.toml: it is not TOML: .*")


def test_a_working_folder_that_is_gone(photo, monkeypatch):
    gone = photo.parent / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert run(photo, "-o", photo.parent / "x.png").exit_code == 0


def test_no_perceptual_is_mse():
    settings("perceptual = true\n")
    assert "objective perceptual" in run("photo.png", "-v").stderr
    assert "objective perceptual" not in run("photo.png", "-v", "--force", "--no-perceptual").stderr
    refused(
        run("photo.png", "--no-perceptual", "--objective", "perceptual"),
        "--no-perceptual and --objective perceptual exclude each other.",
    )
