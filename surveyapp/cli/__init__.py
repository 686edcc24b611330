"""The command line: `surveyapp COMMAND`. Commands are loaded when they are asked for."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

import click

from surveyapp.cli import words
from surveyapp.cli.command import Worded
from surveyapp.cli.failure import guard

COMMANDS = (
    "demo",
    "run",
    "check",
    "try",
    "convert",
    "analyse",
    "report",
    "organisation",
    "account",
    "audit",
    "mail",
    "backup",
)


class _Commands(Worded, click.Group):
    """Knows the names and one-line descriptions; imports a command only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"surveyapp.cli.{cmd_name}").command
        return command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(words.say("commands")):
            formatter.write_dl([(name, words.say(f"{name}_help")) for name in COMMANDS])


def program() -> click.Group:
    """The command with its words in the language chosen."""
    return _Commands(
        "surveyapp",
        help=words.say("program_help"),
        params=[
            words.language_option(),
            click.Option(["--debug"], is_flag=True, help=words.say("debug_help")),
        ],
        no_args_is_help=True,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and end the process; an error is one line, never a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    words.choose_language(given)
    sys.exit(guard(program(), given))
