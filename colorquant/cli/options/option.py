"""Options of Click: with headings, with opposites, and such that may stand alone."""

from collections.abc import Sequence
from typing import Any

import click
from click.shell_completion import CompletionItem

__all__ = ["NOTHING", "GroupedOption", "LoneOption"]

NOTHING = "none"
"""The value of an option that may stand alone, if its opposite is given."""


class GroupedOption(click.Option):
    """An option with its heading in the help. A flag also has its opposite, ``--no-...``.

    Parameters
    ----------
    group : str
        The heading.
    often : str, optional
        What it does in a few words, for the short help; by default it is not listed there.
    elsewhere : bool
        Whether it makes the command write elsewhere, replace or run something.
    """

    def __init__(
        self,
        words: Sequence[str],
        *,
        group: str,
        often: str | None = None,
        elsewhere: bool = False,
        **settings: Any,
    ) -> None:
        if settings.get("is_flag") and not settings.get("is_eager"):
            words = [_with_opposite(word) for word in words]
        super().__init__(words, **settings)
        self.group, self.often, self.elsewhere = group, often, elsewhere

    @property
    def word(self) -> str:
        """The option's long name, or its only one."""
        return max(self.opts, key=len)

    def brief(self, ctx: click.Context) -> str:
        """Return its names and what stands for its value, without the values to choose from."""
        names = ", ".join(self.opts)
        if self.is_flag:
            return names
        return (
            f"{names} {'KIND' if isinstance(self.type, click.Choice) else self.make_metavar(ctx)}"
        )

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Show a flag and its opposite as one word."""
        record = super().get_help_record(ctx)
        if record is None or not self.secondary_opts:
            return record
        names = [*self.opts[:-1], self.opts[-1].replace("--", "--[no-]", 1)]
        return ", ".join(names), record[1]


def _with_opposite(word: str) -> str:
    if not word.startswith("--") or word.startswith("--no-"):
        return word
    return f"{word}/--no-{word[2:]}"


class LoneOption(GroupedOption):
    """An option that may stand alone: its value is behind ``=``, never the next word.

    It has an opposite, as a flag has.

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
        told = record[0].replace("--", "--[no-]", 1).replace(f" {metavar}", f"[={metavar}]")
        return told, record[1]

    def with_values(self, name: str) -> list[CompletionItem]:
        """Return the option with each of its values."""
        return [CompletionItem(f"{name}={value}") for value in self.values]

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the value in the same word; the next word is none, and completed as a file."""
        if ctx.get_parameter_source(self.name or "") is click.core.ParameterSource.COMMANDLINE:
            return click.Path().shell_complete(ctx, self, incomplete)
        return [CompletionItem(value) for value in self.values if value.startswith(incomplete)]
