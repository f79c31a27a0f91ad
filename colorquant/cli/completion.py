"""Shell completion of the command's words, and the command that prints it."""

from typing import Any

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    ZshComplete,
    add_completion_class,
    get_completion_class,
)

from colorquant.cli.options.help import HELP, Command, is_first_word

__all__ = ["Bash", "Zsh", "complete_image", "completion"]

_SHELLS = ("bash", "zsh", "fish")
_PROGRAM, _VARIABLE = "colorquant", "_COLORQUANT_COMPLETE"


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


@add_completion_class
class Zsh(ZshComplete):
    """Zsh, also where nothing has started its completion yet, as a plain configuration does not."""

    def source(self) -> str:
        """Return the script, which starts the completion system before it registers a function."""
        head, line, rest = super().source().partition("\n")
        return f"{head}{line}{_ZSH_START}{rest}"


# A file in fpath is loaded by the system itself. -i leaves out folders that others may write to,
# without a question.
_ZSH_START = """\
if [[ $zsh_eval_context[-1] != loadautofunc ]] && (( ! $+functions[compdef] )); then
    autoload -Uz compinit && compinit -i
fi
"""


@click.command(cls=Command, context_settings=HELP)
@click.argument("shell", type=click.Choice(_SHELLS))
def completion(shell: str) -> None:
    """Print the script that completes words for bash, zsh or fish.

    \b
    Examples:
      eval "$(colorquant completion bash)"         in ~/.bashrc
      eval "$(colorquant completion zsh)"          in ~/.zshrc, below compinit if that is there
      colorquant completion fish > ~/.config/fish/completions/colorquant.fish
    """  # noqa: D301
    kind = get_completion_class(shell)
    if kind is None:
        raise AssertionError(shell)
    root = click.get_current_context().find_root().command
    click.echo(kind(root, {}, _PROGRAM, _VARIABLE).source())
