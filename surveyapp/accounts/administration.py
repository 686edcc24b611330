"""For those who keep accounts: who has one, who may do what where, and the log of what was done.

An administrator of a subtree sees the accounts with a role in it. To touch an account (a link for a
new password is the account) they must hold all that it holds.
"""

from __future__ import annotations

from datetime import timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import Form

from surveyapp import db, i18n
from surveyapp.accounts import audit, grants, listing, operations, second_factor, sessions
from surveyapp.accounts.blueprint import blueprint
from surveyapp.accounts.forms import AccountForm, DetailsForm, GrantForm, complain
from surveyapp.accounts.guard import Permission, requires, scope_for
from surveyapp.accounts.models import Account, RoleGrant
from surveyapp.accounts.operations import BadName, NameTaken, PersonTaken, UnknownPerson
from surveyapp.accounts.permissions import ROLE_NAMES, Role
from surveyapp.organisation.models import Person, Unit
from surveyapp.organisation.operations import UnknownUnit
from surveyapp.organisation.operations import unit as unit_by_code
from surveyapp.paging import Paging, asked_page
from surveyapp.scope import EVERYTHING

PER_PAGE = 50
Page = str | Response | tuple[str, int]
manages = requires(Permission.MANAGE_ACCOUNTS)


class PersonElsewhere(PermissionError):
    """The account belongs to a person who is out of sight, and would be taken from them."""


#: Why something is not done -> the field that it is said beside, and the words.
REFUSALS = {
    UnknownUnit: ("unit", _l("There is no unit with this code where you keep accounts.")),
    UnknownPerson: ("person", _l("There is no such person where you keep accounts.")),
    PersonElsewhere: (
        "person",
        _l("This account belongs to somebody elsewhere, whom you do not see. Leave this empty."),
    ),
    PersonTaken: ("person", _l("This person has an account already.")),
    BadName: ("username", _l("A user name has 1 to 64 visible characters.")),
    NameTaken: ("username", _l("This user name is taken.")),
    operations.EmailTaken: ("email", _l("This e-mail address belongs to another account.")),
    grants.NotYours: ("unit", _l("You cannot grant this role here: you do not hold it yourself.")),
    grants.GrantExists: ("role", _l("The account has this role there already.")),
}
REFUSED = tuple(REFUSALS)


@blueprint.get("/accounts")
@manages
def account_list() -> str:
    """The accounts with a role where the reader keeps accounts."""
    page = asked_page()
    found, total = listing.accounts(db.session(), page, PER_PAGE)
    roles = listing.shown_grants(db.session(), [one.id for one in found])
    return render_template(
        "accounts/accounts.html",
        accounts=found,
        grants=roles,
        role_names=ROLE_NAMES,
        paging=Paging(page, PER_PAGE, total),
    )


@blueprint.route("/accounts/new", methods=["GET", "POST"])
@manages
def new_account() -> Page:
    """A new account with its first role; its owner chooses the password by a link."""
    form = AccountForm()
    if request.method == "GET":
        return _new_page(form)
    if not form.validate_on_submit() or (token := _created(form)) is None:
        return _new_page(form), 422
    return _link_page(form.username.data or "", token)


@blueprint.get("/accounts/<int:account_id>")
@manages
def account(account_id: int) -> str:
    """One account."""
    of = _account(account_id)
    details = DetailsForm(email=of.email or "", person=_person_code(of))
    return _account_page(of, GrantForm(), details)


@blueprint.post("/accounts/<int:account_id>/details")
@manages
def change_details(account_id: int) -> Page:
    """The e-mail address and the person an account belongs to."""
    of = _managed(account_id)
    form = DetailsForm()
    if not form.validate_on_submit() or not _changed(of, form):
        return _account_page(of, GrantForm(formdata=None), form), 422
    return _back(account_id)


@blueprint.post("/accounts/<int:account_id>/grants")
@manages
def give_role(account_id: int) -> Page:
    """Make an account something in a unit and below."""
    of = _account(account_id)
    form = GrantForm()
    if not form.validate_on_submit() or not _granted(of, form):
        details = DetailsForm(formdata=None, email=of.email or "", person=_person_code(of))
        return _account_page(of, form, details), 422
    return _back(account_id)


@blueprint.post("/accounts/<int:account_id>/grants/<int:grant_id>/withdraw")
@manages
def take_role(account_id: int, grant_id: int) -> Page:
    """Take a role back."""
    of = _account(account_id)
    given = db.session().get(RoleGrant, grant_id)
    if given is None or given.account_id != account_id:
        abort(404)
    role, unit_id = given.role, given.unit_id
    in_sight = listing.shown_grants(db.session(), [account_id])[account_id]
    try:
        # The one administrator who must be left may be out of this person's sight.
        with db.unscoped(), db.transaction() as writing:
            grants.withdraw(writing, current_user.rights, writing.get_one(RoleGrant, grant_id))
            audit.record(writing, "grant.withdrawn", of.username, {"role": role}, unit_id=unit_id)
    except grants.LastAdministrator:
        return _refused(of, _("Somebody must be left who may do everything everywhere."))
    except grants.NotYours:
        abort(403)
    if len(in_sight) > 1 or _everywhere():
        return _back(account_id)
    flash(_("%(name)s has no role any more where you keep accounts.", name=of.username))
    return redirect(url_for("accounts.account_list"), 303)


@blueprint.post("/accounts/<int:account_id>/link")
@manages
def make_link(account_id: int) -> str:
    """A link with which its owner chooses a new password."""
    of = _managed(account_id)
    with db.transaction() as writing:
        token = operations.make_reset_link(writing, writing.get_one(Account, of.id), db.now())
        audit.record(writing, "password.link", of.username, unit_id=_home(of))
    return _link_page(of.username, token)


@blueprint.post("/accounts/<int:account_id>/active")
@manages
def set_active(account_id: int) -> Page:
    """Close an account, or open it again."""
    of = _managed(account_id)
    active, home = request.form.get("active") == "yes", _home(of)
    try:
        with db.unscoped(), db.transaction() as writing:
            grants.set_active(writing, current_user.rights, writing.get_one(Account, of.id), active)
            action = "account.activated" if active else "account.deactivated"
            audit.record(writing, action, of.username, unit_id=home)
    except grants.LastAdministrator:
        return _refused(of, _("Somebody must be left who may do everything everywhere."))
    return _back(account_id)


@blueprint.post("/accounts/<int:account_id>/authenticator/remove")
@manages
def reset_authenticator(account_id: int) -> Response:
    """Take the second factor off an account whose owner lost it; its sessions end."""
    of = _managed(account_id)
    home = _home(of)
    with db.unscoped(), db.transaction() as writing:
        second_factor.remove(writing, of.id)
        sessions.end_sessions(writing, of.id)
        audit.record(writing, "authenticator.removed", of.username, unit_id=home)
    return _back(account_id)


@blueprint.get("/audit")
@requires(Permission.READ_AUDIT)
def audit_log() -> str:
    """What staff did, the latest first."""
    page = asked_page()
    found, total = audit.entries(db.session(), page, PER_PAGE)
    return render_template(
        "accounts/audit.html",
        entries=found,
        actions=audit.ACTIONS,
        at=audit.at,
        paging=Paging(page, PER_PAGE, total),
    )


def _account(account_id: int) -> Account:
    found = db.session().get(Account, account_id)
    return found if found is not None else abort(404)


def _rights(account_id: int) -> grants.Rights:
    with db.unscoped():  # what it holds elsewhere counts too
        return grants.rights(db.session(), account_id)


def _managed(account_id: int) -> Account:
    """An account that the person may touch; others in sight are 403, those out of it 404."""
    of = _account(account_id)
    if not current_user.rights.may_manage(_rights(account_id)):
        abort(403)
    return of


def _unit(form: GrantForm) -> Unit | None:
    """The unit typed, None for everywhere; raises UnknownUnit."""
    code = (form.unit.data or "").strip()
    return unit_by_code(db.session(), code) if code else None


def _person(form: DetailsForm) -> Person | None:
    """The person typed, None for nobody; raises UnknownPerson."""
    code = (form.person.data or "").strip()
    if not code:
        return None
    found = db.session().scalar(select(Person).where(Person.code == code))
    if found is None:
        raise UnknownPerson(code)
    return found


def _person_code(of: Account) -> str:
    if of.person_id is None:
        return ""
    return db.session().scalar(select(Person.code).where(Person.id == of.person_id)) or ""


def _hides_person(of: Account) -> bool:
    """Whether the account belongs to a person who is not in sight here."""
    return of.person_id is not None and not _person_code(of)


def _home(of: Account) -> int | None:
    """The unit of the account's first role in sight: its auditors read what is done to it."""
    first = select(RoleGrant.unit_id).where(RoleGrant.account_id == of.id).order_by(RoleGrant.id)
    return db.session().scalar(first.limit(1))


def _granted(of: Account, form: GrantForm) -> bool:
    """Carry a grant out; False with a problem on the form when it is refused."""
    try:
        unit = _unit(form)
        with db.transaction() as writing:
            _grant(writing, of, form, unit)
    except REFUSED as refusal:
        return _told(form, refusal)
    return True


def _created(form: AccountForm) -> str | None:
    """Make the account with its role; the token of its link, or None with problems on the form."""
    try:
        unit, person = _unit(form), _person(form)
        # Whether a name is taken anywhere must be known even to those who do not see it.
        with db.unscoped(), db.transaction() as writing:
            name, tag = (form.username.data or "").strip(), i18n.language()
            made = operations.create(writing, name, locale=tag)
            operations.set_details(writing, made, form.email.data, person)
            unit_id = unit.id if unit else None
            audit.record(writing, "account.created", name, unit_id=unit_id)
            _grant(writing, made, form, unit)
            return operations.make_reset_link(writing, made, db.now())
    except REFUSED as refusal:
        _told(form, refusal)
    return None


def _changed(of: Account, form: DetailsForm) -> bool:
    try:
        person, hidden, home = _person(form), _hides_person(of), _home(of)
        if hidden and person:
            raise PersonElsewhere
        with db.unscoped(), db.transaction() as writing:
            account = writing.get_one(Account, of.id)
            kept = writing.get(Person, of.person_id) if hidden else person
            operations.set_details(writing, account, form.email.data, kept)
            audit.record(writing, "account.changed", of.username, unit_id=home)
    except REFUSED as refusal:
        return _told(form, refusal)
    return True


def _grant(writing: Session, to: Account, form: GrantForm, unit: Unit | None) -> None:
    role = Role(form.role.data)
    grants.grant(writing, current_user.rights, to, role, unit)
    details = {"role": role.value, "unit": unit.code if unit else None}
    unit_id = unit.id if unit else None
    audit.record(writing, "grant.given", to.username, details, unit_id=unit_id)


def _told(form: Form, refusal: Exception) -> bool:
    """Put the reason of a refusal beside its field; False, as nothing was done."""
    field, reason = REFUSALS[type(refusal)]
    complain(form, field, str(reason))
    return False


def _new_page(form: AccountForm) -> str:
    return render_template("accounts/new_account.html", form=form, everywhere=_everywhere())


def _account_page(of: Account, role: GrantForm, details: DetailsForm, problem: str = "") -> str:
    held = _rights(of.id)
    with db.unscoped():
        second = second_factor.is_on(db.session(), of.id)
    return render_template(
        "accounts/account.html",
        of=of,
        grants=listing.shown_grants(db.session(), [of.id])[of.id],
        elsewhere=len(held.held),
        mine=current_user.rights,
        managed=current_user.rights.may_manage(held),
        second_factor=second,
        form=role,
        details=details,
        role_names=ROLE_NAMES,
        everywhere=_everywhere(),
        problem=problem,
    )


def _link_page(username: str, token: str) -> str:
    link = url_for("accounts.new_password", token=token, _external=True)
    hours = operations.LINK_LASTS // timedelta(hours=1)
    return render_template("accounts/link.html", username=username, link=link, hours=hours)


def _refused(of: Account, problem: str) -> Page:
    details = DetailsForm(formdata=None, email=of.email or "", person=_person_code(of))
    return _account_page(of, GrantForm(formdata=None), details, problem), 409


def _everywhere() -> bool:
    """Whether the person keeps accounts everywhere, and may grant without naming a unit."""
    return scope_for(Permission.MANAGE_ACCOUNTS) == EVERYTHING


def _back(account_id: int) -> Response:
    return redirect(url_for("accounts.account", account_id=account_id), 303)
