"""Shell completion of the command's words, and the command that prints it."""

from typing import Any

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ZshComplete,
    add_completion_class,
    get_completion_class,
)

from colorquant.cli.options.help import HELP, Command, is_first_word

__all__ = ["Bash", "Fish", "Zsh", "complete_image", "completion"]

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
    local IFS=$'\\n' kind word files= begun=${COMP_WORDS[COMP_CWORD]}
    [[ $begun == = ]] && begun=
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
        mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$begun")
    elif [[ $files ]]; then
        compopt -o default
    fi
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""

    def get_completion_args(self) -> tuple[list[str], str]:
        """Join an option and its value, which Bash takes apart at ``=``."""
        args, incomplete = super().get_completion_args()
        if incomplete == "=" and args:
            return args[:-1], f"{args[-1]}="
        if args[-1:] == ["="]:
            return args[:-2], f"{args[-2]}={incomplete}"
        return args, incomplete


@add_completion_class
class Fish(FishComplete):
    """Fish, which takes an option and its value behind ``=`` for one word."""

    def get_completions(self, args: list[str], incomplete: str) -> "list[CompletionItem[Any]]":
        """Return whole words."""
        found = super().get_completions(args, incomplete)
        name, equals, _ = incomplete.partition("=")
        if not (equals and name.startswith("--")):
            return found
        return [CompletionItem(f"{name}={item.value}", item.type, item.help) for item in found]


@add_completion_class
class Zsh(ZshComplete):
    """Zsh; Click's own script needs completion to be started, and loses options before ``=``."""

    # A file in fpath is loaded by the completion system itself. -i leaves out folders that others
    # may write to, without a question.
    source_template = """\
#compdef %(prog_name)s

%(complete_func)s() {
    local kind word note
    local -a response plain described
    (( $+commands[%(prog_name)s] )) || return 1
    response=("${(@f)$(env COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT - 1)) \\
        %(complete_var)s=zsh_complete %(prog_name)s)}")
    [[ $words[CURRENT] == --*=* ]] && compset -P '*='
    for kind word note in $response; do
        case $kind in
            plain) [[ $note == _ ]] && plain+=("$word") || described+=("$word:$note") ;;
            dir) _path_files -/ ;;
            file) _path_files -f ;;
        esac
    done
    (( $#described )) && _describe -V unsorted described
    (( $#plain )) && compadd -V unsorted -a plain
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i; }
    compdef %(complete_func)s %(prog_name)s
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
