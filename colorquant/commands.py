"""How the command behaves: grouped help, errors of one line, ``quantize`` where none is named."""

from typing import Any

import click

from colorquant.errors import printable

__all__ = ["HELP", "Command", "Group", "GroupedOption", "UsageError"]

HELP = {"help_option_names": ["-h", "--help"]}

# Where Click's own options stand.
_LAST = "Messages"


class GroupedOption(click.Option):
    """An option that knows under which heading of the help it stands."""

    def __init__(self, *args: Any, group: str, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.group = group


class Command(click.Command):
    """A command with grouped help, and with usage errors of one line."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take nothing as a call for help."""
        if not args and not ctx.resilient_parsing:
            args = ["--help"]
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise UsageError(error.format_message()) from error

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Name the image first, as users do."""
        formatter.write_usage(ctx.find_root().info_name or "", "IMAGE [OPTIONS]")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the options under their headings."""
        rows: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            row = parameter.get_help_record(ctx)
            if row and isinstance(parameter, click.Option):
                rows.setdefault(getattr(parameter, "group", _LAST), []).append(row)
        for group, own in rows.items():
            with formatter.section(group):
                formatter.write_dl(own)


class Group(click.Group):
    """``colorquant IMAGE`` is ``colorquant quantize IMAGE``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take what is no command's name for the image."""
        if not args or args[0] not in self.commands:
            args = ["quantize", *args]
        return super().parse_args(ctx, args)


class UsageError(click.ClickException):
    """What Click says of a wrong call, in one line."""

    exit_code = 2

    def __init__(self, message: str) -> None:
        super().__init__(f"{printable(message.rstrip('.?'))}. See colorquant --help.")
