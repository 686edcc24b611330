"""`surveyapp account NAME`: make a staff account, or give one a new password."""

from __future__ import annotations

import sys

import click

from surveyapp.accounts.operations import set_account
from surveyapp.cli.command import Worded
from surveyapp.cli.failure import Failure
from surveyapp.cli.store import opened, settings
from surveyapp.cli.words import language, language_option, say

#: NIST SP 800-63B, section 5.1.1.2: at least 8 characters; length counts, not odd signs.
SHORTEST = 10
LONGEST_NAME = 64


@click.command(
    "account",
    cls=Worded,
    help=say("account_help"),
    params=[click.Argument(["name"]), language_option()],
)
def command(name: str) -> None:
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise Failure(say("account_name", limit=LONGEST_NAME))
    password = _password()
    if len(password) < SHORTEST:
        raise Failure(say("account_password", limit=SHORTEST))
    with opened(settings()) as database, database.transaction() as writing:
        set_account(writing, name, password, language())
    click.echo(say("account_done", name=name))


def _password() -> str:
    """Ask for it twice; take one line when the input is not a terminal."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    asked: str = click.prompt(
        say("account_ask"),
        hide_input=True,
        confirmation_prompt=say("account_again"),
        prompt_suffix=" ",
    )
    return asked
