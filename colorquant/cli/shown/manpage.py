"""The manual page, made from the declarations of the commands when a wheel is built."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from inspect import cleandoc
from textwrap import wrap

import click

__all__ = ["EXITS", "manual_page"]

EXITS = {
    "0": "Everything was done.",
    "1": "Something failed.",
    "2": "The command was called wrongly.",
    "98": "One image with --skip-if-larger or --min-saving: the result would save too little.",
    "99": "A bound was missed, by one image or by all of many. compare: an image is farther away "
    "than it may be.",
    "129, 143": "Ended by SIGHUP or SIGTERM.",
    "130": "Interrupted.",
}
"""What each exit code means."""

_FILES = {
    "colorquant.toml, pyproject.toml": "Settings, found from the working folder upwards; in "
    "pyproject.toml those of the table tool.colorquant.",
    ".colorquant-manifest.jsonl": "What was done of many images, in the output folder or beside "
    "the sources: the next run does only what is missing.",
}
_OTHERS = ("gifsicle", "ImageMagick", "pngquant")

# What troff would take for something else. A hyphen stays the one that is typed.
_ESCAPES = {
    "\\": r"\(rs",
    "-": r"\-",
    "'": r"\(aq",
    '"': r"\(dq",
    "`": r"\(ga",
    "^": r"\(ha",
    "~": r"\(ti",
}
# Nothing that is typed is split at the end of a line, or has its blanks stretched.
_PLAIN = (".nh", ".ad l")
_NAME = r"(?<![\w-])--?(?:\[no-\])?[A-Za-z][\w-]*"
_VALUE = r"\b[A-Z]+\b"

Rows = Iterable[tuple[str, str]]


def manual_page(group: click.Group, name: str, version: str, date: str) -> str:
    """Return the page of section 1 for a command and all its subcommands.

    Parameters
    ----------
    group : click.Group
        Its first subcommand is the one whose name may be left out.
    name, version : str
    date : str
        When the version was made, as 2026-11-30.

    Returns
    -------
    str
        Text for troff with the macros of man(7), in ASCII.
    """
    with click.Context(group, info_name=name) as context:
        commands = [_Command(each, context) for each in group.commands.values() if not each.hidden]
    first, *others = commands
    purpose = (group.help or "").rstrip(".")
    lines = [f'.TH {name.upper()} 1 {date} "{name} {version}"', *_PLAIN, ".SH NAME"]
    lines += [rf"{name} \- {_escaped(purpose[:1].lower() + purpose[1:])}"]
    lines += [".SH SYNOPSIS", f"{_bold(name)} [{_bold(first.name)}] {first.usage}"]
    for each in others:
        lines += [".br", f"{_bold(f'{name} {each.name}')} {each.usage}"]
    lines += [".SH DESCRIPTION", *first.told]
    lines += [".SH COMMANDS", *_listed((each.name, each.summary) for each in commands)]
    lines += [".SH OPTIONS"]
    for heading, rows in first.sections:
        lines += [f".SS {_escaped(heading)}", *_tagged(rows)]
    for each in others:
        lines += [f".SH THE COMMAND {each.name.upper()}", *each.told, *_beside(each, first)]
    lines += [".SH EXIT STATUS", *_listed(EXITS.items()), ".SH FILES", *_listed(_FILES.items())]
    examples = [_guarded(_escaped(line.strip())) for each in commands for line in each.examples]
    lines += [".SH EXAMPLES", ".nf", *examples, ".fi", ".SH SEE ALSO"]
    lines += [", ".join(f"{_bold(each)}(1)" for each in _OTHERS)]
    return "\n".join(lines) + "\n"


class _Command:
    """What the help of a command tells, in parts."""

    def __init__(self, command: click.Command, parent: click.Context) -> None:
        self.name = command.name or ""
        self.summary = command.get_short_help_str(limit=200)
        parts = _Parts()
        with click.Context(
            command, info_name=self.name, parent=parent, **command.context_settings
        ) as context:
            command.format_usage(context, parts)
            command.format_options(context, parts)
        self.usage, self.sections = _marked(parts.usage), parts.sections
        self.told: list[str] = []
        self.examples: list[str] = []
        for paragraph in cleandoc(command.help or "").split("\n\n"):
            # Click leaves the lines of such a paragraph as they are.
            if paragraph.startswith("\b"):
                self.examples += paragraph.splitlines()[2:]
            else:
                self.told += [*[".PP"] * bool(self.told), *_text(paragraph)]


class _Parts(click.HelpFormatter):
    """Collects what a command writes into its help."""

    def __init__(self) -> None:
        super().__init__()
        self.usage = ""
        self.sections: list[tuple[str, list[tuple[str, str]]]] = []

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:  # noqa: ARG002
        self.usage = args

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        self.sections.append((name, []))
        yield

    def write_dl(self, rows: Rows, *_: int, **_widths: int) -> None:
        self.sections[-1][1].extend(rows)


def _beside(command: _Command, first: _Command) -> list[str]:
    """Return the options of a command; those that another has too are only named."""
    known = {row for _, rows in first.sections for row in rows}
    rows = [row for _, own in command.sections for row in own]
    shared = [name for row in rows if row in known for name in re.findall(_NAME, row[0])]
    lines = _tagged(row for row in rows if row not in known)
    if shared:
        lines += [".PP", *_wrapped("As above: " + ", ".join(map(_marked, shared)) + ".")]
    return lines


def _tagged(rows: Rows) -> list[str]:
    """Return options, each with a text below it."""
    return [line for term, text in rows for line in (".TP", _marked(term), *_text(text))]


def _listed(rows: Rows) -> list[str]:
    """Return terms, each with a text below it."""
    return [line for term, text in rows for line in (".TP", _bold(term), *_text(text))]


def _bold(term: str) -> str:
    return rf"\fB{_escaped(term)}\fR"


def _marked(term: str) -> str:
    """Return a term in bold, but in italics what stands for values."""
    parts = re.split(rf"({_NAME}|{_VALUE})", term)
    for at in range(1, len(parts), 2):
        font = "B" if parts[at].startswith("-") else "I"
        parts[at] = rf"\f{font}{_escaped(parts[at])}\fR"
    parts[::2] = map(_escaped, parts[::2])
    return _guarded("".join(parts))


def _text(text: str) -> list[str]:
    """Return text as troff shows it unchanged."""
    return _wrapped(_escaped(" ".join(text.split())))


def _wrapped(text: str) -> list[str]:
    return list(map(_guarded, wrap(text, 78, break_long_words=False, break_on_hyphens=False)))


def _escaped(text: str) -> str:
    return "".join(
        _ESCAPES.get(letter, letter) if letter.isascii() else rf"\[u{ord(letter):04X}]"
        for letter in text
    )


def _guarded(line: str) -> str:
    """Return a line that is no request, though it begins with a dot."""
    return rf"\&{line}" if line.startswith(".") else line
