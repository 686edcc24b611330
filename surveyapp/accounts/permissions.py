"""What may be done, and which role may do it: the one table of rights."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import lazy_gettext as _l


class Permission(StrEnum):
    """One thing that may be done within a subtree of the organisation."""

    DESIGN_QUESTIONNAIRES = "design_questionnaires"
    RUN_ROUNDS = "run_rounds"
    SEE_FIELDWORK = "see_fieldwork"
    VISIT_UNITS = "visit_units"
    SEE_RESULTS = "see_results"
    DOWNLOAD_RESULTS = "download_results"
    ANSWER_FINDINGS = "answer_findings"
    SIGN_OFF_FINDINGS = "sign_off_findings"
    SEE_UNITS = "see_units"
    MANAGE_UNITS = "manage_units"
    MANAGE_ACCOUNTS = "manage_accounts"
    READ_AUDIT = "read_audit"


class Role(StrEnum):
    """What somebody is in a subtree. One person may be several things in several places."""

    DESIGNER = "designer"
    ORGANISER = "organiser"
    ANALYST = "analyst"
    INSPECTOR = "inspector"
    OWNER = "owner"
    VERIFIER = "verifier"
    VIEWER = "viewer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


_P = Permission
#: Role -> what it may do where it was granted. What is not here is not allowed.
MAY: dict[Role, frozenset[Permission]] = {
    Role.DESIGNER: frozenset({_P.DESIGN_QUESTIONNAIRES, _P.SEE_UNITS}),
    Role.ORGANISER: frozenset({_P.RUN_ROUNDS, _P.SEE_FIELDWORK, _P.SEE_UNITS, _P.MANAGE_UNITS}),
    Role.ANALYST: frozenset({_P.SEE_FIELDWORK, _P.SEE_RESULTS, _P.DOWNLOAD_RESULTS, _P.SEE_UNITS}),
    Role.INSPECTOR: frozenset({_P.VISIT_UNITS, _P.SEE_UNITS}),
    Role.OWNER: frozenset({_P.SEE_RESULTS, _P.ANSWER_FINDINGS, _P.SEE_UNITS}),
    Role.VERIFIER: frozenset({_P.SEE_RESULTS, _P.SIGN_OFF_FINDINGS, _P.SEE_UNITS}),
    Role.VIEWER: frozenset({_P.SEE_FIELDWORK, _P.SEE_RESULTS, _P.SEE_UNITS}),
    Role.AUDITOR: frozenset({_P.READ_AUDIT}),
    # Whoever grants roles could grant any to themselves: better say so than pretend.
    Role.ADMINISTRATOR: frozenset(Permission),
}

ROLE_NAMES = {
    Role.DESIGNER: _l("Designer"),
    Role.ORGANISER: _l("Organiser"),
    Role.ANALYST: _l("Analyst"),
    Role.INSPECTOR: _l("Inspector"),
    Role.OWNER: _l("Owner of findings"),
    Role.VERIFIER: _l("Verifier"),
    Role.VIEWER: _l("Viewer"),
    Role.AUDITOR: _l("Auditor"),
    Role.ADMINISTRATOR: _l("Administrator"),
}

ROLE_DUTIES = {
    Role.DESIGNER: _l("writes questionnaires"),
    Role.ORGANISER: _l("runs rounds, keeps units and people"),
    Role.ANALYST: _l("sees and downloads results"),
    Role.INSPECTOR: _l("visits units for interviews and inspections"),
    Role.OWNER: _l("answers for the findings of a unit"),
    Role.VERIFIER: _l("signs findings off"),
    Role.VIEWER: _l("sees progress and results"),
    Role.AUDITOR: _l("reads the log of what staff did"),
    Role.ADMINISTRATOR: _l("may do everything and grants roles"),
}
