"""`surveyapp audit verify`: is the log of what staff did still whole?"""

from __future__ import annotations

import click

from surveyapp.accounts import audit
from surveyapp.cli.command import Worded
from surveyapp.cli.failure import Failure
from surveyapp.cli.store import opened, settings
from surveyapp.cli.words import language_option, say

BROKEN = {
    "changed": "audit_changed",
    "missing": "audit_missing",
    "cut": "audit_cut",
    "replaced": "audit_replaced",
}


@click.command(
    "audit",
    cls=Worded,
    help=say("audit_help"),
    params=[
        click.Argument(["action"], type=click.Choice(["verify"])),
        click.Option(["--head"], help=say("audit_head_help")),
        language_option(),
    ],
)
def command(action: str, head: str | None) -> None:
    kept = _head(head) if head else None
    with opened(settings()) as database, database.session() as reading:
        found, broken = audit.verify(reading, kept)
    if broken is not None:
        raise Failure(say(BROKEN[broken.kind], number=broken.number, good=found.count))
    click.echo(say("audit_whole", count=found.count))
    click.echo(say("audit_head", head=found))


def _head(text: str) -> audit.Head:
    try:
        return audit.Head.parse(text)
    except ValueError:
        raise Failure(say("audit_bad_head")) from None
