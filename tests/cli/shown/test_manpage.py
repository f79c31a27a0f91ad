"""The manual page: it tells all that is declared, and shows it as it is written."""

import re
import shutil
import subprocess

import click
import pytest
from helpers import run
from pages import rows, section

from colorquant.cli import main as cli
from colorquant.cli.options.help import Command, Group
from colorquant.cli.options.option import GroupedOption
from colorquant.cli.shown.manpage import EXITS, manual_page

# What troff makes of them, by groff_char(7).
SPECIAL = {"rs": "\\", "aq": "'", "dq": '"', "ga": "`", "ha": "^", "ti": "~"}
HARD = [
    *(".TH is no request", "'br neither", r"back\slash \n \fB", 'a "quoted" word', "it's `so`"),
    *("~/x^2", "--a-b -c", "1 → é", "...", ".. two", "word " * 30 + ".dot " * 30, "%d $1 # @"),
]


@click.group(cls=Group, add_help_option=False)
def hard():
    """Do what is hard."""


@hard.command(cls=Command, short_help="The usual.")
@click.argument("image", metavar="IMAGE...", nargs=-1)
@click.option("-s", "--size", metavar="N", cls=GroupedOption, group="Many words", help="Both.")
@click.option("--loud", is_flag=True, cls=GroupedOption, group="Messages", help="How loud.")
@click.option("--secret", hidden=True, cls=GroupedOption, group="Many words")
def usual(**_):
    pass


@hard.command(cls=Command)
@click.option("--loud", is_flag=True, cls=GroupedOption, group="Messages", help="How loud.")
@click.option("--own", is_flag=True, cls=GroupedOption, group="Result", help="Own.")
def other(**_):
    """Do the other.

    More of it.

    \b
    Examples:
      hard other --own
    """


@hard.command(cls=Command, hidden=True)
def unseen(**_):
    """Be unseen."""


for number, text in enumerate(HARD):
    option = GroupedOption([f"--o{number}"], group="Result", help=text, metavar="X.-'")
    other.params.append(option)


def plain(page):
    """Return the text of a page, as troff would show it, on lines of its own."""
    page = re.sub(r"\\f[BIR]|\\&", "", page)
    page = re.sub(r"\\\[u([0-9A-F]{4})\]", lambda found: chr(int(found[1], 16)), page)
    return re.sub(r"\\(-|\((\w\w))", lambda found: SPECIAL.get(found[2], "-"), page)


def descriptions(page):
    """Return the texts of the terms of a page, by the terms."""
    found = re.findall(r"^\.TP\n(.*)\n((?:[^.\n].*\n)+)", page, re.MULTILINE)
    return {plain(term): " ".join(plain(text).split()) for term, text in found}


def parts(page):
    """Return the lines of each section by its heading."""
    _, *found = re.split(r"^\.SH (.*)\n", page, flags=re.MULTILINE)
    return dict(zip(found[::2], found[1::2], strict=True))


PAGE = manual_page(cli.main, "colorquant", "1.2.3", "2026-01-02")
TRICKY = manual_page(hard, "hard", "1.2.3", "2026-01-02")


def records(verb):
    context = cli.main.commands[verb].make_context(verb, [], resilient_parsing=True)
    options = (each for each in context.command.params if isinstance(each, click.Option))
    return [row for each in options if (row := each.get_help_record(context))]


def test_the_page_has_the_usual_sections():
    assert PAGE.startswith('.TH COLORQUANT 1 2026-01-02 "colorquant 1.2.3"\n')
    found = list(parts(PAGE))
    commands = [f"THE COMMAND {name.upper()}" for name in list(cli.main.commands)[1:]]
    assert found == [
        *("NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS"),
        *commands,
        *("EXIT STATUS", "FILES", "EXAMPLES", "SEE ALSO"),
    ]
    assert len(commands) >= 4
    assert parts(PAGE)["NAME"] == ("colorquant \\- find a palette for an image, and recolor it\n")


@pytest.mark.parametrize("verb", cli.main.commands)
def test_every_option_is_told(verb):
    own = parts(PAGE)[f"THE COMMAND {verb.upper()}" if verb != "quantize" else "OPTIONS"]
    told = descriptions(own)
    above = descriptions(parts(PAGE)["OPTIONS"])
    shared = re.findall(r"--?[a-z][\w-]*", plain(own).partition("As above:")[2])
    for names, text in records(verb):
        if names in told:
            assert told[names] == " ".join(text.split())
        else:
            assert above[names] == " ".join(text.split())
            assert set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", names)) <= set(shared)
    assert plain(parts(PAGE)["SYNOPSIS"]).count(f"colorquant {verb} ") == (verb != "quantize")


def test_headings_are_those_of_the_help():
    shown = re.findall(r"^\.SS (.*)$", PAGE, re.MULTILINE)
    helped = run("quantize", "--help").output
    assert shown == re.findall(r"^(\w[\w ]*):$", helped, re.MULTILINE)


def test_exit_codes_are_those_of_the_documentation():
    found = rows(section("docs/options.md", "Exit codes"))[2:]
    assert {code: text.replace("`", "") for code, text in found} == EXITS
    assert descriptions(parts(PAGE)["EXIT STATUS"]) == EXITS


def test_examples_are_those_of_the_help():
    lines = plain(parts(PAGE)["EXAMPLES"]).splitlines()
    assert len(lines) > 10
    assert (lines[0], lines[-1]) == (".nf", ".fi")
    for line in lines[1:-1]:
        assert any(f"  {line}\n" in each.help for each in cli.main.commands.values())


def test_the_parts_of_a_command_have_their_places():
    found = parts(TRICKY)
    assert (
        plain(found["SYNOPSIS"]) == "hard [usual] IMAGE... [OPTIONS]\n.br\nhard other [OPTIONS]\n"
    )
    assert r"\fBhard\fR [\fBusual\fR] \fIIMAGE\fR..." in found["SYNOPSIS"]
    assert descriptions(found["COMMANDS"]) == {"usual": "The usual.", "other": "Do the other."}
    assert found["OPTIONS"].startswith(
        ".SS Many words\n.TP\n\\fB\\-s\\fR, \\fB\\-\\-size\\fR \\fIN\\fR\nBoth.\n.SS Messages\n"
    )
    own = found["THE COMMAND OTHER"]
    assert own.startswith("Do the other.\n.PP\nMore of it.\n.TP\n")
    shared = plain(own).partition(".PP\nAs above: ")[2]
    assert shared == "--[no-]loud, -h, --help.\n"
    assert descriptions(own)["--[no-]own"] == "Own."
    assert found["EXAMPLES"] == ".nf\nhard other \\-\\-own\n.fi\n"
    assert not re.search("secret|unseen", TRICKY)


def test_what_is_hard_is_escaped():
    found = descriptions(TRICKY)
    for number, text in enumerate(HARD):
        assert found[f"--o{number} X.-'"] == text.strip()
    for page in (PAGE, TRICKY):
        assert page.isascii()
        assert not re.search(r"^'", page, re.MULTILINE)
        requests = set(re.findall(r"^\.\w*", page, re.MULTILINE))
        assert requests <= {*(".TH", ".SH", ".SS", ".TP", ".PP", ".br", ".nf", ".fi"), ".nh", ".ad"}


VIEWERS = {
    "man": ["man", "--warnings", "-E", "UTF-8", "-l", "-"],
    "groff": ["groff", "-man", "-ww", "-Tutf8"],
    "mandoc": ["mandoc", "-Tutf8", "-Wall"],
}


@pytest.mark.parametrize("page", [PAGE, TRICKY])
@pytest.mark.parametrize("viewer", VIEWERS)
def test_viewers_show_it_without_a_warning(page, viewer):
    if shutil.which(viewer) is None:
        pytest.skip(f"{viewer} is not installed")
    done = subprocess.run(VIEWERS[viewer], input=page.encode(), capture_output=True, check=True)
    assert done.stderr == b""
    shown = " ".join(re.sub("\x1b\\[[0-9;]*m|.\x08", "", done.stdout.decode()).split())
    for text in descriptions(page).values():
        assert text in shown
