"""The command's way with arguments; what it says is tested with `cli`."""

import re

import click
import pytest
from click.testing import CliRunner

from colorquant.cli.options.help import Command, Group, UsageError
from colorquant.cli.options.option import GroupedOption


@click.group(cls=Group, add_help_option=False)
def main():
    pass


@main.command(cls=Command, short_help="The usual.")
@click.argument("image")
@click.option("--join", is_flag=True, cls=GroupedOption, group="Result", help="Like a command.")
@click.option(
    *("--size",),
    type=int,
    cls=GroupedOption,
    group="Result",
    often="Its size.",
    help="How large.",
)
@click.option(
    *("--loud",),
    is_flag=True,
    cls=GroupedOption,
    group="Messages",
    often="Loud or not.",
    help="How loud.",
)
def quantize(image, join, size, loud):
    """Make it small."""
    click.echo(f"{image} {size} {loud}")


@main.command(cls=Command)
@click.argument("parts", nargs=-1, required=True, metavar="PART...")
@click.option("-q", is_flag=True, cls=GroupedOption, group="Messages", help="Not loud.")
@click.option("-o", "--output", required=True, cls=GroupedOption, group="Result", help="Where.")
def join(parts, q, output):
    """Make one of them."""


def run(*arguments):
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize("arguments", [("x.png",), ("quantize", "x.png")])
def test_the_verb_may_be_left_out(arguments):
    assert run(*arguments).output == "x.png None False\n"


def test_options_stand_under_their_headings():
    shown = run("--help").output
    assert shown.startswith("Usage: main IMAGE [OPTIONS]\n")
    expected = ("Commands:", "Result:", "--size", "Messages:", "--[no-]loud", "--help  ")
    places = [shown.index(text) for text in expected]
    assert places == sorted(places)


def test_commands_are_listed_where_none_is_named():
    rows = run("--help").output.partition("Commands:\n")[2].splitlines()[:4]
    assert rows == [
        *("  quantize  The usual.", "  join      Make one of them."),
        *("", "  main COMMAND --help shows the options of each."),
    ]
    for command in ("quantize", "join"):
        assert "Commands:" not in run(command, "--help").output


def test_each_command_has_its_own_usage():
    assert run("quantize", "--help").output.startswith("Usage: main quantize IMAGE [OPTIONS]\n")
    shown = run("join", "--help").output
    assert shown.startswith("Usage: main join PART... -o TEXT [OPTIONS]\n")
    places = [shown.index(text) for text in ("Result:", "--output", "Messages:", "-q", "--help")]
    assert places == sorted(places)


def test_nothing_is_a_call_for_the_short_help():
    assert (
        run().output
        == run("-h").output
        == (
            "Usage: main IMAGE [OPTIONS]\n\n  Make it small.\n\n"
            "Commands:\n  quantize  The usual.\n  join      Make one of them.\n\n"
            "Options used most:\n"
            "  --size INTEGER  Its size.\n"
            "  --loud          Loud or not.\n"
            "  --help          Show all options, and exit.\n\n"
            "main COMMAND -h shows those of a command.\n"
        )
    )
    assert "Commands" not in run("quantize", "-h").output


def test_the_short_help_of_a_command_without_frequent_options():
    assert run("join", "-h").output == (
        "Usage: main join PART... -o TEXT [OPTIONS]\n\n  Make one of them.\n\n"
        "Options used most:\n  --help  Show all options, and exit.\n"
    )


def test_every_flag_has_its_opposite():
    assert run("x.png", "--loud", "--no-loud").output == "x.png None False\n"
    assert "--[no-]loud" in run("--help").output
    assert "--no-help" not in run("--help").output


def test_wrong_usage_is_one_line():
    done = run("x.png", "--size", "large")
    assert done.exit_code == 2
    assert done.stderr == (
        "Error: Invalid value for '--size': 'large' is not a valid integer. See main --help.\n"
    )
    done = run("join", "x", "--size", "3", "-o", "y")
    assert re.fullmatch(r"Error: No such option.*--size.*\. See main join --help\.\n", done.stderr)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        *(("jooin", "join"), ("joins", "join"), ("quantise", "quantize")),
        *(("help", "--help"), ("version", "--version")),
    ],
)
def test_what_is_next_to_a_command_is_a_slip(word, meant, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run(word, "--size", "3")
    assert done.exit_code == 2
    assert done.stderr == (
        f"Error: {word!r} is no file and no command. Did you mean {meant!r}? See main --help.\n"
    )
    (tmp_path / word).touch()
    assert run(word, "--size", "3").output == f"{word} 3 False\n"


def test_an_option_is_no_slip():
    assert run("--join", "x.png").output == "x.png None False\n"


@pytest.mark.parametrize("word", ["x.png", "join.png", "in", "photos", "-", "s3://join"])
def test_other_words_are_images(word):
    assert run(word).output == f"{word} None False\n"


def test_a_question_stays_one():
    said = [UsageError(text).message for text in ("Meant 'x'?", "No. (Meant 'x', 'y'?)", "No.")]
    assert said == [
        "Meant 'x'? See colorquant --help.",
        "No. (Meant 'x', 'y'?) See colorquant --help.",
        "No. See colorquant --help.",
    ]


def test_a_message_stays_one_line():
    assert UsageError("two\nlines").message == "two\\nlines. See colorquant --help."
