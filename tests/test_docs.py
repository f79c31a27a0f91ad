"""README and docs: their options are complete, their commands and their Python run."""

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest
from helpers import COMMAND, run
from pages import DOCS, TEXT, blocks, rows, section
from PIL import Image

import colorquant
from colorquant.cli import main as cli
from colorquant.images.writing.formats import FORMATS


@pytest.fixture
def folder(tmp_path, samples, monkeypatch):
    """A folder that has what the examples name."""
    with Image.open(samples / "flower.jpg") as flower, Image.open(samples / "gradient.png") as soft:
        flower.crop((250, 100, 370, 190)).save(tmp_path / "flower.jpg")
        small = flower.resize((60, 40)), soft.convert("RGB").resize((60, 40))
    with Image.open(samples / "screenshot.png") as image:
        image.crop((0, 0, 240, 180)).save(tmp_path / "icon.png")
    small[0].save(tmp_path / "clip.gif", save_all=True, append_images=small[1:])
    for name in ("a.jpg", "b.png", "photos/x.png", "photos/sub/y.png", "sprites/a/x.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        small[0].save(tmp_path / name)
    for name in ("sprites/b/y.png", "more/z.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        small[1].save(tmp_path / name)
    palette = {"version": 1, "colors": ["#000000", "#ff8040", "#ffffff"]}
    (tmp_path / "palette.json").write_text(json.dumps(palette))
    monkeypatch.chdir(tmp_path)
    return tmp_path


VERBS = {
    "quantize": [
        *("The result", "The palette", "The look", "Bounds", "Files", "Many images", "The search"),
        *("Settings", "Messages"),
    ],
    "colors": ["The command `colors`"],
    "palette": ["The command `palette`"],
    "compare": ["The command `compare`"],
    "curve": ["The command `curve`"],
}
REFERENCE = "docs/options.md"
NAME = r"(?<=`)--?[a-z][a-z-]*|(?<=, )--?[a-z][a-z-]*"


def options(verb):
    command = cli.main.commands[verb]
    context = command.make_context(verb, [], resilient_parsing=True)
    found = [each for each in command.get_params(context) if isinstance(each, click.Option)]
    assert len(found) > 7
    return found


def option_rows(verb):
    """Return the rows of a command's tables by the names in their first cells."""
    found = {}
    for title in VERBS[verb]:
        for cells in rows(section(REFERENCE, title)):
            found.update(dict.fromkeys(re.findall(NAME, cells[0]), cells))
    return found


def listed(verb):
    """Return the names of the options that a command shares, in the list of them."""
    text = "".join(section(REFERENCE, title) for title in VERBS[verb])
    found = re.search(r"These options do what they do above: ([^.]*)\.", text)
    return re.findall(NAME, found[1]) if found else []


@pytest.mark.parametrize("verb", VERBS)
def test_the_options_of_each_command_are_all_there(verb):
    own, shared = option_rows(verb), listed(verb)
    assert not set(own) & set(shared)
    assert {*own, *shared} == {name for option in options(verb) for name in option.opts}
    above = option_rows("quantize")
    for option in options(verb):
        for name in option.opts:
            cells = own[name] if name in own else above[name]
            if isinstance(option.type, click.Choice):
                assert r"\|".join(option.type.choices) in cells[0]
            if option.show_default:
                assert cells[1] == str(option.default)


def test_the_settings_are_shown_for_all_options():
    context = cli.main.make_context("colorquant", ["x"], resilient_parsing=True)
    params = cli.main.get_command(context, "config").params
    own = {word for option in params for word in option.opts}
    above = {word for option in options("quantize") for word in option.opts}
    assert own - {"--help"} == above - {"--help", "--version"}


def test_defaults_that_depend_on_other_options_are_those_of_the_help():
    told = {option.opts[0]: option.help for option in options("quantize")}
    for name in ("--objective", "--dither-strength", "--alpha", "--order"):
        assert told[name].endswith(f"  [default: {option_rows('quantize')[name][1]}]")


def test_every_format_has_a_row():
    found = rows(section("docs/formats-and-color.md", "Formats that can be written"))[2:]
    named = {cells[0].upper().replace("JPEG 2000", "JPEG2000"): cells for cells in found}
    assert set(named) == {kind.name for kind in FORMATS.values()}
    words = {"full": "full", "binary": "one transparent color", "none": "flattened"}
    for kind in FORMATS.values():
        _, few, more, alpha, frames = named[kind.name]
        assert few.startswith("indexed") == kind.indexed
        assert (more == "refused") != kind.true_color
        assert alpha == words[kind.alpha]
        assert (frames == "first") != kind.frames


# Lines that are not run here: set-up, benchmarks, other machines, other shells.
ELSEWHERE = r"pip install |python benchmarks/\w+\.py|.*://|.*colorquant completion "


def examples(page):
    """Return the lines that call the command, each once; what `.ci/run` runs is left to it."""
    text = re.sub(r"^## Set up\n.*?(?=^## )", "", TEXT[page], flags=re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks(text, "sh") for line in block.splitlines()]
    cells = [cell for row in rows(text) for cell in row if re.match(r"`colorquant [^`]*`$", cell)]
    if page == "README.md":
        lines += [cell.strip("`") for cell in cells]
    for line in lines:
        assert re.match(rf"colorquant |{ELSEWHERE}", line), line
    return dict.fromkeys(line for line in lines if not re.match(ELSEWHERE, line))


def do(line):
    """Run a line; in a shell only what needs one, as this takes a process more."""
    if "<" in line:
        calls = f'colorquant() {{ {shlex.join(COMMAND)} "$@"; }}\n{line}'
        done = subprocess.run(["sh", "-c", calls], capture_output=True, text=True, check=False)
        return done.returncode, done.stderr
    done = run(*shlex.split(line, comments=True)[1:])
    return done.exit_code, done.stderr


@pytest.mark.parametrize("page", [page for page in DOCS if examples(page)])
def test_commands_do_what_they_say(page, folder):
    for line in examples(page):
        code, said = do(line)
        assert code == 0, (line, said)
        assert not re.search("Error|Warning", said), (line, said)
        for name in re.findall(r"(?:-o|>|--report|--palette-out) (\S+)", line):
            assert Path(name).stat().st_size, line
    if page == "docs/options.md":
        assert Path("flower-16colors.png").exists()
    if page == "docs/palettes.md":
        at_once, in_steps = Path("sprites.json"), Path("all.json")
        assert at_once.read_text() == in_steps.read_text()


def test_ten_examples_stand_beside_those_of_others():
    found = rows(section("README.md", "Use"))[2:]
    assert len(found) == 10
    assert all(re.match("`colorquant", ours) and theirs for _, ours, theirs in found)


def shape(line):
    # The images of these tests are so small that results may grow.
    return re.sub(r"\d[\d,.]*", "N", line).replace("% larger", "% saved").strip()


def test_what_is_said_is_what_is_shown(folder):
    Path("photos/notes.txt").write_text("words")
    Path("photos/broken.png").write_bytes(Path("icon.png").read_bytes()[:500])
    text = section(REFERENCE, "What is printed")
    one, many = map(shape, re.findall(r"^```\n(.+)\n```$", text, re.MULTILINE))
    said = [run("flower.jpg", "-o", "out.png", "-v"), run("photos")]
    assert [shape(each.stderr.splitlines()[-1]) for each in said] == [one, many]


def test_json_has_the_fields_that_are_listed(folder):
    lines = run("flower.jpg", "--json").stdout.splitlines()
    cells = [row[0] for row in rows(section("docs/many-images.md", "JSON"))]
    named = {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
    statuses = {"done", "planned", "kept", "missed", "skipped", "ignored", "failed"}
    assert set(json.loads(lines[0])) == named - statuses
    assert statuses <= named & set(json.loads(lines[-1]))


def test_python_runs(folder):
    found = blocks(TEXT["docs/python.md"], "python")
    assert len(found) == 8
    pages = {page for page in TEXT if "```python" in TEXT[page]}
    # The last is for test_story.
    assert pages == {"docs/python.md", "docs/clusterers.md", "docs/kmeans.md"}
    shutil.copy("flower.jpg", "out.png")
    names = {}
    for code in found:
        exec(compile(code, "docs/python.md", "exec"), names)
    assert names["stream"].getvalue().startswith(b"GIF89a")
    assert next(part.palette.hex() for part in names["both"]) == names["both"][1].palette.hex()
    assert names["ink"][1] == (230, 57, 70)
    assert names["inked"].palette.hex() == names["ink"].hex()
    assert names["model"].cluster_centers_.shape == (5, 3)
    assert len(names["found"].centers) == 5
    assert names["brand"].result.palette.hex()[:2] == ["#e63946", "#1d3557"]
    with Image.open("out.png") as image:
        assert len(image.getcolors()) == 64
    (call,) = re.findall(r"`(colorquant\.\w+\(.*?\))`", section("README.md", "Use"))
    exec(call, names)
    with Image.open("out.gif") as image:
        assert len(image.getcolors()) == 16


def test_other_clusterers_run(folder):
    for code in blocks(TEXT["docs/clusterers.md"], "python"):
        lines = code.splitlines()
        calls = [line for line in lines if line.startswith("colorquant.")]
        names = {}
        exec(compile("\n".join(line for line in lines if line not in calls), "page", "exec"), names)
        results = [eval(line, names) for line in calls]
        assert next(len(result.palette) for result in results) == 16


def test_errors_are_what_is_said_of_them():
    found = rows(section("docs/python.md", "Errors and threads"))[2:]
    named = {cells[0].strip("`"): cells[1].strip("`") for cells in found}
    public = {name for name in colorquant.__all__ if name.endswith("Error")}
    assert set(named) == public - {"ColorquantError"}
    for name, other in named.items():
        kind = getattr(colorquant, name)
        assert issubclass(kind, colorquant.ColorquantError)
        bases = {base.__name__ for base in kind.__mro__[1:]}
        assert other in bases if other else not bases & {"ValueError", "OSError", "ImportError"}
