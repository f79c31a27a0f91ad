"""Click classes: grouped help, one-line errors, and ``quantize`` as the default command."""

import os
from collections.abc import Sequence
from typing import Any

import click
from click.shell_completion import CompletionItem

from colorquant.errors import printable

__all__ = [
    "HELP",
    "Command",
    "Group",
    "GroupedOption",
    "LoneOption",
    "UsageError",
    "is_first_word",
]

HELP = {"help_option_names": ["-h", "--help"]}

# The last heading, under which Click's own options stand.
_LAST = "Messages"
_DEFAULT = "quantize"
# Keys of a context's meta: whether the call names no command, and whether it has no words yet.
_UNNAMED, _EMPTY = "colorquant.unnamed", "colorquant.empty"


def is_first_word(ctx: click.Context) -> bool:
    """Return whether the word to complete is the first of the call."""
    return bool(ctx.meta.get(_EMPTY))


def _called(ctx: click.Context | None) -> str:
    """Return the words with which the user called a command."""
    if ctx is None:
        return "colorquant"
    return (ctx.find_root().info_name or "") if ctx.meta.get(_UNNAMED) else ctx.command_path


class GroupedOption(click.Option):
    """An option with its heading in the help."""

    def __init__(self, *args: Any, group: str, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.group = group


class LoneOption(GroupedOption):
    """An option that may stand alone: its value is behind ``=``, never the next word.

    Parameters
    ----------
    lone : str
        The value of the option alone.
    values : sequence of str
        The values that are offered to complete it.
    """

    def __init__(self, *args: Any, lone: str, values: Sequence[str], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.lone, self.values = lone, values

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Show the value as one that may be left out."""
        record = super().get_help_record(ctx)
        if record is None:
            return None
        metavar = self.make_metavar(ctx)
        return record[0].replace(f" {metavar}", f"[={metavar}]"), record[1]

    def with_values(self, name: str, incomplete: str = "") -> list[CompletionItem]:
        """Return the option with each of its values that begins so."""
        values = (value for value in self.values if value.startswith(incomplete))
        return [CompletionItem(f"{name}={value}") for value in values]

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the value in the same word; the next word is none, and completed as a file."""
        if ctx.get_parameter_source(self.name or "") is click.core.ParameterSource.COMMANDLINE:
            return click.Path().shell_complete(ctx, self, incomplete)
        return self.with_values(self.opts[0], incomplete)


class Command(click.Command):
    """A command with grouped help and one-line usage errors."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Show the help if there are no arguments."""
        if not args and not ctx.resilient_parsing:
            args = ["--help"]
        try:
            return super().parse_args(ctx, self._with_values(args))
        except click.UsageError as error:
            raise UsageError(error.format_message()) from error

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete names of options, and one that may stand alone by its values."""
        found = super().shell_complete(ctx, incomplete)
        for option in self.params:
            if isinstance(option, LoneOption) and incomplete in option.opts:
                found += option.with_values(incomplete)
        return found

    def _with_values(self, args: list[str]) -> list[str]:
        """Give options that stand alone their values."""
        lone = {
            name: f"{name}={option.lone}"
            for option in self.params
            if isinstance(option, LoneOption)
            for name in option.opts
        }
        end = args.index("--") if "--" in args else len(args)
        return [*(lone.get(word, word) for word in args[:end]), *args[end:]]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write required arguments and options before the optional ones."""
        words = []
        for parameter in self.get_params(ctx):
            if isinstance(parameter, click.Argument):
                words.append(parameter.make_metavar(ctx))
            elif parameter.required:
                words.append(f"{parameter.opts[0]} {parameter.make_metavar(ctx)}")
        formatter.write_usage(_called(ctx), " ".join([*words, "[OPTIONS]"]))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the options under their headings, after the commands if the call names none."""
        group = ctx.find_root().command
        if ctx.meta.get(_UNNAMED) and isinstance(group, Group):
            group.format_commands(ctx, formatter)
        rows: dict[str, list[tuple[str, str]]] = {}
        last: list[tuple[str, str]] = []
        for parameter in self.get_params(ctx):
            row = parameter.get_help_record(ctx)
            if row and isinstance(parameter, click.Option):
                heading = getattr(parameter, "group", _LAST)
                (last if heading == _LAST else rows.setdefault(heading, [])).append(row)
        for heading, own in [*rows.items(), (_LAST, last)]:
            with formatter.section(heading):
                formatter.write_dl(own)


class Group(click.Group):
    """A group with a default: ``colorquant IMAGE`` means ``colorquant quantize IMAGE``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Use the default command if the first word does not name one."""
        ctx.meta[_EMPTY] = not args
        if not args or args[0] not in self.commands:
            ctx.meta[_UNNAMED] = True
            if args and not ctx.resilient_parsing:
                self._require_no_slip(args[0])
            args = [_DEFAULT, *args]
        return super().parse_args(ctx, args)

    def _require_no_slip(self, word: str) -> None:
        """Refuse a likely typo of a command's name, unless a file has that name."""
        if word.startswith("-") or os.path.lexists(word):
            return
        from difflib import get_close_matches

        for meant in get_close_matches(word, self.commands, n=1, cutoff=0.8):
            raise UsageError(f"{word!r} is no file and no command. Did you mean {meant!r}?")

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands, one per line."""
        rows = [(name, each.get_short_help_str(limit=60)) for name, each in self.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
            formatter.write_paragraph()
            formatter.write_text(f"{_called(ctx)} COMMAND --help shows the options of each.")


class UsageError(click.ClickException):
    """A usage error, reported in one line."""

    exit_code = 2

    def __init__(self, message: str) -> None:
        called = _called(click.get_current_context(silent=True))
        told = printable(message.rstrip("."))
        end = "" if told.endswith(("?", "?)")) else "."
        super().__init__(f"{told}{end} See {called} --help.")
