"""Click classes: grouped help, one-line errors, and ``quantize`` as the default command."""

import os
from typing import Any

import click
from click.shell_completion import CompletionItem

from colorquant.cli.options.option import NOTHING, GroupedOption, LoneOption
from colorquant.errors import printable

__all__ = [
    "HELP",
    "Command",
    "Group",
    "UsageError",
    "is_first_word",
]

HELP = {"help_option_names": ["--help"]}

# The last heading, under which Click's own options stand.
_LAST = "Messages"
_DEFAULT = "quantize"
# Lines of a screen that the short help fits on.
_SCREEN = 30
# Options that other programs have as commands.
_TEXTS = ("help", "version")
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


class Command(click.Command):
    """A command with a short help, a whole one in groups, and one-line usage errors."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params.append(
            GroupedOption(
                ["-h"],
                group=_LAST,
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=_show_short,
                help="Show the options used most, and exit.",
            )
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Show the short help if there are no arguments, and one is needed."""
        if not args and not ctx.resilient_parsing and any(each.required for each in self.params):
            args = ["-h"]
        try:
            return self.parse_words(ctx, self._with_values(args))
        except click.UsageError as error:
            raise UsageError(error.format_message()) from error

    def parse_words(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments, in which each option that may stand alone has its value."""
        return super().parse_args(ctx, args)

    def short_help_text(self, ctx: click.Context) -> str:
        """Return the usage, the commands if the call names none, and the options used most.

        On a narrow terminal, what is too long for a screen is left out.
        """
        text = self._short_help(ctx, told=True)
        return text if text.count("\n") < _SCREEN else self._short_help(ctx, told=False)

    def _short_help(self, ctx: click.Context, *, told: bool) -> str:
        """Return the short help, with or without what each command and option does."""
        formatter = ctx.make_formatter()
        self.format_usage(ctx, formatter)
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text((self.help or "").partition("\n")[0])
        group = ctx.find_root().command
        commands = group.rows() if ctx.meta.get(_UNNAMED) and isinstance(group, Group) else []
        options = [
            (parameter.brief(ctx), parameter.often)
            for parameter in self.get_params(ctx)
            if isinstance(parameter, GroupedOption) and parameter.often
        ]
        options.append(("--help", "Show all options, and exit."))
        tables = {"Commands": commands, "Options used most": options}
        for heading, rows in tables.items() if told else ():
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)
        for heading, rows in () if told else tables.items():
            formatter.write_paragraph()
            formatter.write_text(f"{heading}: {', '.join(name for name, _ in rows)}")
        if commands:
            formatter.write_paragraph()
            formatter.write_text(f"{_called(ctx)} COMMAND -h shows those of a command.")
        return formatter.getvalue().rstrip("\n")

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete names of options, and one that may stand alone by its values."""
        found = super().shell_complete(ctx, incomplete)
        for option in self.params:
            if isinstance(option, LoneOption) and incomplete in option.opts:
                found += option.with_values(incomplete)
        return found

    def _with_values(self, args: list[str]) -> list[str]:
        """Give options that stand alone their values."""
        lone: dict[str, str] = {}
        for option in self.params:
            if isinstance(option, LoneOption):
                lone |= {name: f"{name}={option.lone}" for name in option.opts}
                lone[f"--no-{option.word[2:]}"] = f"{option.word}={NOTHING}"
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


def _show_short(ctx: click.Context, _option: click.Parameter, asked: bool) -> None:
    """Print the short help, and end."""
    if asked and not ctx.resilient_parsing and isinstance(ctx.command, Command):
        click.echo(ctx.command.short_help_text(ctx), color=ctx.color)
        ctx.exit()


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

        near = get_close_matches(word, self.commands, n=1, cutoff=0.8)
        for meant in [f"--{word}"] if word in _TEXTS else near:
            raise UsageError(f"{word!r} is no file and no command. Did you mean {meant!r}?")

    def rows(self) -> list[tuple[str, str]]:
        """Return the name of each command, and what it does."""
        return [(name, each.get_short_help_str(limit=66)) for name, each in self.commands.items()]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands, one per line."""
        with formatter.section("Commands"):
            formatter.write_dl(self.rows())
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
