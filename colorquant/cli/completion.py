"""Shell completion of the command's words."""

from typing import Any

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class

from colorquant.cli.help import is_first_word

__all__ = ["Bash", "complete_image"]


def complete_image(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> "list[CompletionItem[Any]]":
    """Complete file names; for the first word, also the names of the commands."""
    found: list[CompletionItem[Any]] = []
    group = ctx.find_root().command
    if is_first_word(ctx) and isinstance(group, click.Group):
        found += [
            CompletionItem(name, help=command.get_short_help_str(limit=60))
            for name, command in group.commands.items()
            if name.startswith(incomplete)
        ]
    return [*found, *parameter.type.shell_complete(ctx, parameter, incomplete)]


@add_completion_class
class Bash(BashComplete):
    """Bash, which offers files and other words together; Click's own script offers only one."""

    # If there are no words to offer, Bash completes files itself, and handles quotes and ~.
    source_template = """\
%(complete_func)s() {
    local IFS=$'\\n' kind word files=
    COMPREPLY=()
    while IFS=, read -r kind word; do
        case $kind in
            plain) COMPREPLY+=("$word") ;;
            dir) compopt -o dirnames ;;
            file) files=yes ;;
        esac
    done < <(env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD="$COMP_CWORD" \\
        %(complete_var)s=bash_complete "$1")
    if [[ $files && ${#COMPREPLY[@]} -gt 0 ]]; then
        compopt -o filenames
        mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")
    elif [[ $files ]]; then
        compopt -o default
    fi
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""
