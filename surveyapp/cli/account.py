"""`surveyapp account NAME`: make an account, give it a password, grant or withdraw a role."""

from __future__ import annotations

import sys

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.accounts import audit, grants, operations, passwords, second_factor
from surveyapp.accounts.models import MAX_USERNAME, Account, RoleGrant
from surveyapp.accounts.permissions import Role
from surveyapp.cli.command import Worded
from surveyapp.cli.failure import Failure
from surveyapp.cli.store import opened, settings
from surveyapp.cli.words import language, language_option, say
from surveyapp.organisation.models import Unit
from surveyapp.organisation.operations import UnknownUnit
from surveyapp.organisation.operations import unit as unit_by_code

FAULTS = {
    "short": "password_short",
    "long": "password_long",
    "plain": "password_plain",
    "common": "password_common",
    "name": "password_name",
}


@click.command(
    "account",
    cls=Worded,
    help=say("account_help"),
    params=[
        click.Argument(["name"]),
        click.Option(
            ["--role"],
            type=click.Choice([one.value for one in Role]),
            help=say("account_role_help"),
        ),
        click.Option(["--unit"], help=say("account_unit_help")),
        click.Option(["--withdraw"], is_flag=True, help=say("account_withdraw_help")),
        click.Option(
            ["--no-authenticator", "lost"], is_flag=True, help=say("account_authenticator_help")
        ),
        language_option(),
    ],
)
def command(name: str, role: str | None, unit: str | None, withdraw: bool, lost: bool) -> None:
    name, first = name.strip(), False
    with opened(settings()) as database:
        with database.session() as reading:
            known = operations.find(reading, name) is not None
        password = "" if known and (role or lost) else _password(name)
        with database.transaction() as writing:
            account = _account(writing, name, password)
            if lost:
                second_factor.remove(writing, account.id)
                audit.record(writing, "authenticator.removed", name)
            if role:
                _change_role(writing, account, Role(role), unit, withdraw)
            elif not grants.has_administrator(writing):
                # Somebody must be the first.
                grants.grant(writing, grants.ALL_RIGHTS, account, Role.ADMINISTRATOR, None)
                audit.record(writing, "grant.given", name, {"role": Role.ADMINISTRATOR.value})
                first = True
            powerless = not grants.rights(writing, account.id).held
    click.echo(say("account_ready" if password == "" else "account_done", name=name))
    if first:
        click.echo(say("account_first"))
    elif powerless:
        click.echo(say("account_powerless", name=name))


def _account(session: Session, name: str, password: str) -> Account:
    account = operations.find(session, name)
    if account is None:
        account = operations.create(session, name, locale=language())
        audit.record(session, "account.created", name)
    if password:
        operations.set_password(session, account, password)
        audit.record(session, "password.changed", name)
    return account


def _change_role(
    session: Session, account: Account, role: Role, code: str | None, withdraw: bool
) -> None:
    unit = _unit(session, code) if code else None
    details, unit_id = {"role": role.value, "unit": code}, unit.id if unit else None
    try:
        if withdraw:
            given = _given(session, account, role, unit_id)
            grants.withdraw(session, grants.ALL_RIGHTS, given)
        else:
            grants.grant(session, grants.ALL_RIGHTS, account, role, unit)
    except grants.GrantExists:
        raise Failure(say("account_has_role", name=account.username)) from None
    except grants.LastAdministrator:
        raise Failure(say("account_last")) from None
    action = "grant.withdrawn" if withdraw else "grant.given"
    audit.record(session, action, account.username, details, unit_id=unit_id)


def _given(session: Session, account: Account, role: Role, unit_id: int | None) -> RoleGrant:
    found = session.scalar(
        select(RoleGrant).where(
            RoleGrant.account_id == account.id,
            RoleGrant.role == role.value,
            RoleGrant.unit_id == unit_id,
        )
    )
    if found is None:
        raise Failure(say("account_no_role", name=account.username))
    return found


def _unit(session: Session, code: str) -> Unit:
    try:
        return unit_by_code(session, code)
    except UnknownUnit:
        raise Failure(say("unknown_unit", code=code)) from None


def _password(name: str) -> str:
    """A password that is good enough, asked for twice; one line if the input is no terminal."""
    if not operations.is_name(name):
        raise Failure(say("account_name", limit=MAX_USERNAME))
    password = _asked()
    if fault := passwords.fault(password, name):
        raise Failure(say(FAULTS[fault], shortest=passwords.SHORTEST))
    return password


def _asked() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    asked: str = click.prompt(
        say("account_ask"),
        hide_input=True,
        confirmation_prompt=say("account_again"),
        prompt_suffix=" ",
    )
    return asked
