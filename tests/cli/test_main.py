"""The command as its users meet it: exit codes, messages, files, terminals, completion."""

import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pytest
from helpers import COMMAND, GUARD, run
from PIL import Image

from colorquant import __version__, recording
from colorquant.cli import main as cli
from colorquant.cli.shown import messages
from colorquant.look import LookOptions
from colorquant.options import QuantizeOptions
from colorquant.pipeline import files as pipeline


@pytest.fixture(autouse=True)
def in_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def refused(outcome, code, message):
    assert outcome.exit_code == code, outcome.stderr
    assert outcome.stdout == ""
    assert re.fullmatch(rf"Error: {message}\n", outcome.stderr), outcome.stderr


def test_the_main_job_says_nothing_in_a_pipe(photo):
    done = run("photo.png", "-k", 6, "-o", "out.png")
    assert (done.exit_code, done.output) == (0, "")
    with Image.open("out.png") as image:
        assert len(image.getcolors()) == 6


def test_the_verb_may_be_named(photo):
    assert run("quantize", "photo.png").exit_code == 0
    assert files(photo.parent) == ["photo-16colors.png", "photo.png"]


def test_options_go_before_or_after_the_image(photo):
    assert run("-k", 3, "photo.png", "-q").exit_code == 0
    assert run("--colors=4", "-q", "--", "photo.png").exit_code == 0
    assert run("--colors", 4, "photo.png", "--force").exit_code == 0
    assert files(photo.parent) == ["photo-3colors.png", "photo-4colors.png", "photo.png"]


def test_every_option_reaches_the_library(photo, monkeypatch):
    asked = {}

    def note(source, output, options, **rest):
        asked.update(rest, source=source, output=output, options=options)
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "quantize_file", note)
    run(
        *("photo.png", "-k", 9, "-o", "o.gif", "--report", "r.png", "--force", "--in-place"),
        *("--max-pixels", 77, "--max-frames", 6),
        *("--engine", "lloyd", "--restarts", 4, "--seed", 5),
        *("--objective", "mse", "--dither", "bayer", "--dither-strength", 0.5),
        *("--compact", 2, "--nearest"),
    )
    look = LookOptions("mse", "bayer", 0.5, 2, True)
    assert asked["options"] == QuantizeOptions(
        k=9, engine="lloyd", restarts=4, seed=5, max_pixels=77, max_frames=6, look=look
    )
    names = [str(asked[name]) for name in ("source", "output", "report")]
    assert names == ["photo.png", "o.gif", "r.png"]
    assert (asked["force"], asked["in_place"]) == (True, True)
    run("photo.png", "--effort", "best", "--perceptual")
    assert asked["options"] == QuantizeOptions(effort="best", objective="perceptual")


def test_version():
    assert run("--version").stdout == f"colorquant, version {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "usage", "parts"),
    [
        (["--help"], "IMAGE... [OPTIONS]", ("Commands:", "--report")),
        (["quantize", "--help"], "quantize IMAGE... [OPTIONS]", ("Examples:", "--report")),
        (["colors", "--help"], "colors IMAGE... -o FILE [OPTIONS]", ("Files:", "--merge")),
        (["palette", "--help"], "palette IMAGE... [OPTIONS]", ("Search:", "-k,")),
    ],
)
def test_help(arguments, usage, parts):
    shown = run(*arguments)
    assert shown.exit_code == 0
    assert shown.stdout.startswith(f"Usage: colorquant {usage}\n")
    headings = re.findall(r"^(\w[\w ]*):$", shown.stdout, re.MULTILINE)
    assert headings[0] == ("Commands" if "Commands:" in parts else "Result")
    assert headings[-1] == "Messages"
    last = shown.stdout.rpartition("Messages:")[2]
    words = {"--[no-]verbose", "--[no-]quiet", "--version", "--help"}
    assert set(re.findall(r"--[\w\[\]-]+", last)) <= words
    for part in ("Example", *parts):
        assert part in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80


@pytest.mark.parametrize("width", [40, 60, 80, 200])
@pytest.mark.parametrize("verb", [[], *([name] for name in cli.main.commands)])
def test_the_short_help_fits_a_screen(verb, width):
    lines = run(*verb, "-h", terminal_width=width).stdout.splitlines()
    assert lines[0].startswith("Usage: colorquant")
    assert len(lines) <= 30
    assert max(map(len, lines)) <= 80
    words = " ".join(lines)
    for name in cli.main.commands if not verb else ():
        assert re.search(rf"\b{name}\b", words)
    assert "--help" in words


def test_the_main_help_tells_of_the_commands():
    shown = run("--help").stdout
    for name, what in [("colors", "Count the colors of images"), ("palette", "Show the palette")]:
        assert re.search(rf"^  {name} +{what}", shown, re.MULTILINE)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["-k", "0"],
            r"--colors must be a whole number from 1 to 65,536, not 0\. See colorquant --help\.",
        ),
        (["-k", "65537"], r"--colors must be .* not 65537\. See colorquant --help\."),
        (["-k", "many"], r"Invalid value for '-k' .*neither a number of colors nor auto\. See .*"),
        (["--effort", "slow"], r"Invalid value for '--effort': 'slow' is not one of .*"),
        (
            ["--engine", "lloyd", "--effort", "best"],
            "--effort 'best' is for --engine 'minibatch'; --engine 'lloyd' runs to its own end.*",
        ),
        (
            ["--engine", "sklearn", "--perceptual"],
            "--engine 'sklearn' knows neither --objective 'perceptual' nor dithering.*",
        ),
        (["--perceptual", "--objective", "mse"], "--perceptual and --objective mse exclude each.*"),
        (["--dither", "floyd"], "Invalid value for '--dither': 'floyd' is not one of 'none', .*"),
        (["--dither-strength", "1"], r"--dither-strength is for --dither\. See .*"),
        (
            ["--dither", "bayer", "--dither-strength", "nan"],
            "--dither-strength must be a number from 0 to 1, not nan.*",
        ),
        (["--compact", "3"], "--compact must be a whole number from 0 to 2, not 3.*"),
        (["--seed", "-1"], "--seed must be a whole number from 0 .*"),
        (["--restarts", "0"], "--restarts must be .*"),
        (["--max-pixels", "0"], "--max-pixels must be .*"),
        (["--background", "k"], "--background must be an opaque color .*, not 'k'.*"),
        (["--memory", "k", "--json"], "--memory must be a number, with K, M .*, not 'k'.*"),
        (["--jobs", "0", "--json"], "--jobs must be a whole number at least 1, not 0.*"),
        (["--colour", "3"], r"No such option.*--colour\b.*--colors.*"),
        (["second.png", "--report", "r.png"], "--report is for one image.*"),
        ([""], r"Invalid value for 'IMAGE\.\.\.': an empty name is no place\..*"),
        (["-o", ""], "Invalid value for '-o' / '--output': an empty name is no place.*"),
        (["--format", ""], "Invalid value for '--format': it is empty. See .*"),
        (["--cluster", ""], "Invalid value for '--cluster': it is empty. See .*"),
        (["--memory", ""], "Invalid value for '--memory': it is empty. See .*"),
        (["--include", ""], "Invalid value for '--include': it is empty. See .*"),
        (["--jobs", "0"], "--jobs must be a whole number at least 1, not 0.*"),
        (["--memory", "5X"], "--memory must be a number, with K, M .*, not '5X'.*"),
        (["--outptu", "x"], r"No such option.*--outptu.*Did you mean '?--output'?\? See .*"),
        (["--two\nlines\x1b[m"], r"No such option.*two\\nlines\\x1b\[m.*"),
        (["-v", "-q"], "--verbose and --quiet exclude each other.*"),
        (["-o", "x.png", "--in-place"], "in place the source is the output; name no other.*"),
        (["-o", "x.gif", "-k", "300"], "x.gif: GIF holds at most 256 colors, not 300.*"),
    ],
)
def test_wrong_calls(arguments, message, photo):
    refused(run("photo.png", *arguments), 2, message)
    assert files(photo.parent) == ["photo.png"]


def test_an_image_must_be_named():
    refused(run("-k", 3), 2, r"Missing argument 'IMAGE\.\.\.'\. See colorquant --help\.")


@pytest.fixture
def bad_files(photo, samples, tmp_path, png_header):
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.png").touch()
    (tmp_path / "text.png").write_text("This is no image.\n")
    (tmp_path / "cut.jpg").write_bytes((samples / "flower.jpg").read_bytes()[:30_000])
    (tmp_path / "cut.png").write_bytes((samples / "logo.png").read_bytes()[:9_000])
    (tmp_path / "huge.png").write_bytes(png_header(60_000, 60_000))
    return tmp_path


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.png", "missing.png: no such file"),
        ("photo.png/x.png", "photo.png/x.png: Not a directory"),
        ("empty.png", "empty.png: the file is empty"),
        ("text.png", "text.png: not an image, or of an unknown format"),
        ("cut.jpg", "cut.jpg: damaged or incomplete: .*"),
        ("cut.png", "cut.png: damaged or incomplete: .*"),
        (
            "huge.png",
            "huge.png: 3,600,000,000 pixels are more than the limit of 178,956,970; .*",
        ),
    ],
)
@pytest.mark.parametrize("to", [[], ["-o", "out.png"]])
def test_bad_images(name, message, to, bad_files):
    before = files(bad_files)
    refused(run(name, *to), 1, message)
    assert files(bad_files) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-o", "taken.png"], "taken.png: exists already; --force replaces it"),
        (["-o", "photo.png"], "photo.png: is the source; --in-place replaces it"),
        (["-o", "no/out.png"], "no/out.png: there is no folder no"),
        (["-o", "out.xyz"], "out.xyz: cannot write 'xyz'; known are apng .*"),
        (["-o", "out"], "out: cannot write a name without extension; known are .*"),
        (["-o", "."], r"photo.png: is a source; --in-place replaces it"),
        (["--report", "taken.png"], "taken.png: exists already; --force replaces it"),
        (["--report", "r.jpg"], "r.jpg: a report is a .png, .svg or .pdf; .*"),
    ],
)
def test_bad_targets(arguments, message, photo):
    (photo.parent / "taken.png").write_bytes(b"mine")
    refused(run("photo.png", *arguments), 1, message)
    assert files(photo.parent) == ["photo.png", "taken.png"]
    assert (photo.parent / "taken.png").read_bytes() == b"mine"


def test_force_and_in_place(photo):
    for _ in range(2):
        assert run("photo.png", "-o", "out.png", "--force").exit_code == 0
    assert run("photo.png", "--in-place", "-k", 2).exit_code == 0
    with Image.open("photo.png") as image:
        assert len(image.getcolors()) == 2
    assert files(photo.parent) == ["out.png", "photo.png"]


def test_max_pixels_raises_the_limit(photo):
    refused(run("photo.png", "--max-pixels", 1_999), 1, ".*2,000 pixels are more than.*")
    assert run("photo.png", "--max-pixels", 8_000).exit_code == 0


AS_NOBODY = """
import difflib, os
from colorquant import recording
from colorquant.cli import main as cli
from colorquant.pipeline import files as pipeline
from PIL import Image
Image.init()  # What is imported now needs no permission later.
os.setgid(65534)
os.setuid(65534)
cli.main()
"""


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="needs another user")
def test_no_permission(photo, monkeypatch):
    # Root may read and write all; another user may not.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "photo.png").write_bytes(photo.read_bytes())
        monkeypatch.chdir(folder)

        def said():
            command = [sys.executable, "-c", AS_NOBODY, "photo.png", "-o", "out.png"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert (done.returncode, done.stdout) == (1, "")
            assert files(folder) == ["photo.png"]
            return done.stderr

        folder.chmod(0o755)
        assert said() == "Error: out.png: no permission to write in the folder .\n"
        folder.chmod(0o777)
        (folder / "photo.png").chmod(0o600)
        assert said() == "Error: photo.png: no permission to read it\n"


NO_ROOM = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))
from colorquant.cli.main import main
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on Windows")
def test_no_room_for_the_result(photo):
    command = [sys.executable, "-c", NO_ROOM, "photo.png", "-o", "out.png"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Error: out.png: cannot write it: File too large\n"
    assert files(photo.parent) == ["photo.png"]


def test_a_missing_extra(photo, monkeypatch):
    monkeypatch.setitem(sys.modules, "colorquant.report.figure", None)
    message = r"a report needs matplotlib: pip install 'colorquant\[report\]'"
    refused(run("photo.png", "--report", "r.png"), 1, message)
    assert files(photo.parent) == ["photo.png"]


def test_warnings_are_one_line_and_quiet_silences_them(photo):
    said = run("photo.png", "-o", "out.jpg").stderr
    assert said == "Warning: out.jpg: JPEG compression brings back other colors\n"
    assert run("photo.png", "-o", "out.jpg", "--force", "-q").stderr == ""


def test_names_that_would_break_the_line_are_escaped(tmp_path):
    refused(run("two\nlines\x1b[31m.png"), 1, r"two\\nlines\\x1b\[31m.png: no such file")


def test_verbose_tells_stages_format_and_summary(photo):
    *stages, form, colors, summary = run("photo.png", "-o", "out.png", "-v").stderr.splitlines()
    assert [line.split()[0] for line in stages] == [
        *("read", "colors", "palette", "map", "encode", "write"),
    ]
    assert all(re.fullmatch(r"\w+ +\d\.\d{3} s", line) for line in stages)
    assert form == "written as indexed PNG"
    assert colors == "colors: color profile, kept"
    assert re.fullmatch(
        r"out.png: 50x40, [\d,]+ -> 16 colors, MSE \d+\.\d\d, PSNR \d\d\.\d\d dB, "
        r"[\d,]+ -> [\d,]+ bytes, \d+\.\d % saved, \d+\.\d\d s",
        summary,
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--perceptual"], "objective perceptual"),
        (["--dither", "bayer"], "objective perceptual, dither bayer at strength 1"),
        (
            ["--dither", "diffusion", "--dither-strength", 0.5, "--objective", "mse"],
            "objective mse, dither diffusion at strength 0.5",
        ),
        (["--objective", "mse"], None),
        (["--dither", "bayer", "--dither-strength", 0], None),
    ],
)
def test_verbose_tells_a_look_that_is_not_plain(arguments, said, photo):
    lines = run("photo.png", "-v", *arguments).stderr.splitlines()
    told = [line for line in lines if re.match("objective|.*dither", line)]
    assert told == ([said] if said else [])
    assert not told or lines.index(said) == lines.index("written as indexed PNG") + 1


@pytest.mark.parametrize(
    ("output", "k", "said"),
    [
        ("out.png", 300, "written as true-color PNG: over 256 colors"),
        ("out.webp", 16, "written as true-color WEBP: it cannot be indexed"),
        ("out.tiff", 16, "written as indexed TIFF"),
    ],
)
def test_verbose_tells_how_it_was_written(output, k, said, photo):
    assert said in run("photo.png", "-o", output, "-k", k, "-v").stderr.splitlines()


@pytest.mark.filterwarnings("ignore::colorquant.ColorquantWarning")
def test_the_summary_of_few_colors(samples):
    def summary(output):
        return run(samples / "sprite.png", "-o", output, "-v").stderr.splitlines()[-1]

    assert ", 8 colors, unchanged (lossless), " in summary("out.png")
    # Composed over white: eight other colors.
    assert ", its 8 colors kept, " in summary("out.bmp")


@pytest.mark.filterwarnings("ignore::colorquant.ColorquantWarning")
def test_the_summary_of_one_color(photo):
    assert re.search(r"[\d,]+ -> 1 color, MSE", run("photo.png", "-k", 1, "-v").stderr)
    Image.new("RGBA", (3, 3)).save("one.png")
    said = [run("one.png", "-o", name, "-v").stderr for name in ("x.png", "x.bmp")]
    assert ", 1 color, unchanged (lossless), " in said[0]
    assert ", its 1 color kept, " in said[1]


TALLIED = r"[\d,]+ -> [\d,]+ bytes, \d+\.\d % saved, \d+\.\d\d s\n"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["photo.png"], ""),
        (["photo.png", "-o", "-"], ""),
        (["photo.png", "--json"], rf"1 done, {TALLIED}"),
        (["photo.png", "--shared-palette"], rf"1 done, {TALLIED}"),
        (
            ["photo.png", "--dry-run"],
            r"planned: photo\.png -> photo-16colors\.png\n1 planned, .* s\n",
        ),
        (["photo.png", "other.png", "-o", "out", "--jobs", "2"], rf"2 done, {TALLIED}"),
        (["folder"], rf"1 done, 1 not an image, {TALLIED}"),
        (["colors", "folder", "-o", "x.cqt"], r"x\.cqt: [\d,]+ colors\n"),
    ],
)
def test_what_is_said_in_a_pipe(arguments, expected, photo, monkeypatch):
    shutil.copy(photo, "other.png")
    Path("folder").mkdir()
    shutil.copy(photo, "folder")
    Path("folder/notes.txt").write_text("words")
    # A bar would appear at once.
    monkeypatch.setattr(messages, "_BAR_DELAY", 0)
    done = run(*arguments)
    assert done.exit_code == 0
    assert re.fullmatch(expected, done.stderr), done.stderr
    assert run(*arguments, "-q", "--force").stderr == ""


class Terminal:
    """The command on a pseudo-terminal of its own."""

    def __init__(self, *arguments, program=COMMAND):
        import pty
        import termios

        ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (24, 100))
        self.process = subprocess.Popen(
            [*program, *map(str, arguments)], stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        self.shown = ""
        while select.select([ours], [], [], GUARD)[0]:
            try:
                data = os.read(ours, 65_536)
            except OSError:  # Linux says so at the end.
                break
            if not data:
                break
            self.shown += data.decode()
        os.close(ours)
        self.code = self.process.wait(GUARD)


needs_terminals = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")


def barring(seconds):
    """Return the command with a bar that appears after so many seconds."""
    code = f"""
from colorquant.cli import main
from colorquant.cli.shown import messages
messages._BAR_DELAY = {seconds}
main.main()
"""
    return [sys.executable, "-c", code]


@needs_terminals
def test_one_line_on_a_terminal(photo):
    terminal = Terminal("photo.png", "-o", "out.png", "-k", 5, program=barring(GUARD))
    assert terminal.code == 0
    assert re.fullmatch(r"out\.png: 50x40, [\d,]+ -> 5 colors, .* s\r\n", terminal.shown)


@needs_terminals
def test_long_work_shows_a_bar_on_a_terminal(photo):
    terminal = Terminal("photo.png", "-k", 9, program=barring(0))
    assert terminal.code == 0
    assert re.search(r"palette +\d+%\|.*\| 00:00, \S+ left", terminal.shown)
    shares = [int(share) for share in re.findall(r"(\d+)%", terminal.shown)]
    assert shares == sorted(shares)
    assert shares[-1] == 100
    # The bar is gone in the end; the summary stays.
    assert re.search(r"\r *\r[^\r]*photo-9colors.png: .* s\r\n$", terminal.shown)
    quiet = Terminal("photo.png", "-k", 8, "-q", program=barring(0))
    assert quiet.shown == ""


@needs_terminals
def test_many_show_a_bar_on_a_terminal(photo):
    shutil.copy(photo, "other.png")
    terminal = Terminal("photo.png", "other.png", "-o", "out")
    assert terminal.code == 0
    assert "0/2 files" in terminal.shown
    assert re.search(rf"\r *\r2 done, {TALLIED[:-2]}\r\n$", terminal.shown)
    assert Terminal("photo.png", "other.png", "-o", "out", "-q").shown == ""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize("redirection", ["2>&-", "<&- >&- 2>&-", "-v 2>/dev/full"])
def test_nobody_to_hear_is_no_failure(redirection, photo):
    command = f"{sys.executable} -m colorquant photo.png -o out.png {redirection}"
    assert subprocess.run(command, shell=True, check=False).returncode == 0
    assert files(photo.parent) == ["out.png", "photo.png"]


def test_no_memory(photo, monkeypatch):
    def fail(*_, **__):
        raise MemoryError

    monkeypatch.setattr(pipeline, "subject_of", fail)
    refused(run("photo.png"), 1, "photo.png: not enough memory for it")


@needs_terminals
def test_interrupting_leaves_nothing_behind(photo):
    stopper = """
import os, signal
from colorquant import __main__
from colorquant.pipeline import fitted
fitted.Mapping = lambda *_: os.kill(os.getpid(), signal.SIGINT)
__main__.run()
"""
    command = [sys.executable, "-c", stopper, "photo.png"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (-signal.SIGINT, "Aborted!")
    assert files(photo.parent) == ["photo.png"]


def answered(instruction, **variables):
    environment = os.environ | variables | {"_COLORQUANT_COMPLETE": instruction}
    done = subprocess.run([*COMMAND], env=environment, capture_output=True, text=True, check=False)
    return done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell):
    assert f"_COLORQUANT_COMPLETE={shell}_complete" in answered(f"{shell}_source")
    word = "co" if shell == "fish" else "1"
    offered = answered(f"{shell}_complete", COMP_WORDS="colorquant co", COMP_CWORD=word)
    assert "colors" in offered
    assert "file" in offered


def test_unexpected_warnings_stay_with_their_owners(photo, monkeypatch):
    original = pipeline.quantize_file

    def warns(*args, **kwargs):
        recording.warn("ours")
        warnings.warn("theirs", DeprecationWarning, stacklevel=1)
        return original(*args, **kwargs)

    monkeypatch.setattr(pipeline, "quantize_file", warns)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        assert run("photo.png").stderr == "Warning: ours\n"


def test_a_palette_over_256_colors(noise, tmp_path):
    Image.fromarray(noise).save(tmp_path / "noise.png")
    assert run("noise.png", "-k", 700, "--effort", "fast", "-o", "out.png").exit_code == 0
    with Image.open("out.png") as image:
        assert len(np.unique(np.asarray(image).reshape(-1, 3), axis=0)) == 700
