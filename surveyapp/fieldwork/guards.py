"""What the database itself refuses: triggers with one meaning on SQLite and PostgreSQL.

A published round is frozen, a round only goes forward, and names have no place in a round that
promised none. The operations refuse it first, with a reason; these hold against everything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import DDL, event


@dataclass(frozen=True)
class Guard:
    """A change of ``table`` (INSERT, UPDATE or DELETE) that is refused when ``condition`` holds.

    ``condition`` is SQL over NEW and OLD that both databases understand.
    """

    name: str
    table: str
    change: str
    condition: str
    message: str

    def statements(self, dialect: str) -> list[str]:
        """Return the statements that set the guard up on ``sqlite`` or ``postgresql``."""
        head = f"BEFORE {self.change} ON {self.table}"
        if dialect == "sqlite":
            refusal = f"SELECT RAISE(ABORT, '{self.message}')"
            return [f"CREATE TRIGGER {self.name} {head} WHEN {self.condition} BEGIN {refusal}; END"]
        back = "OLD" if self.change == "DELETE" else "NEW"
        refusal = f"RAISE EXCEPTION '{self.message}' USING ERRCODE = 'check_violation'"
        return [
            f"CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {self.condition} THEN {refusal}; END IF; RETURN {back}; END $$",
            f"CREATE TRIGGER {self.name} {head} FOR EACH ROW EXECUTE FUNCTION {self.name}()",
        ]


def attach(table: Any, guards: tuple[Guard, ...]) -> None:
    """Let ``guards`` be set up whenever ``table`` is created from the models."""
    for guard in guards:
        for dialect in ("sqlite", "postgresql"):
            for statement in guard.statements(dialect):
                event.listen(table, "after_create", DDL(statement).execute_if(dialect=dialect))


def _changed(*columns: str) -> str:
    return "(" + " OR ".join(f"NEW.{column} <> OLD.{column}" for column in columns) + ")"


_FROZEN = _changed(
    "slug",
    "unit_id",
    "zone",
    "version_hash",
    "mode",
    "min_group",
    "languages",
    "repeatable",
    "editable",
    "pages",
    "drafts",
    "synthetic",
)
# JSON has no comparison on PostgreSQL.
_TITLE = "CAST(NEW.title AS TEXT) <> CAST(OLD.title AS TEXT)"
_BACKWARD = (
    "((OLD.state = 'closed' AND NEW.state <> 'closed' AND NOT OLD.synthetic)"
    " OR (OLD.state = 'open' AND NEW.state IN ('draft', 'published'))"
    " OR (OLD.state = 'published' AND NEW.state = 'draft'))"
)
_EARLIER = (
    "OLD.state IN ('published', 'open') AND NEW.state <> 'closed' AND NEW.closes_at < OLD.closes_at"
)
_GROUP = (
    "(NEW.round_id <> OLD.round_id OR NEW.unit_id <> OLD.unit_id OR NEW.role <> OLD.role"
    " OR NEW.expected <> OLD.expected OR COALESCE(NEW.quota, 0) <> COALESCE(OLD.quota, 0))"
)

_OVER = "a published round is frozen"
_OF_NEW = "(SELECT state FROM round WHERE id = NEW.round_id) <> 'draft'"
_OF_OLD = "(SELECT state FROM round WHERE id = OLD.round_id) <> 'draft'"

ROUND = (
    Guard(
        "round_frozen",
        "round",
        "UPDATE",
        f"OLD.state <> 'draft' AND ({_FROZEN} OR {_TITLE})",
        _OVER,
    ),
    Guard("round_forward", "round", "UPDATE", _BACKWARD, "a round only goes forward"),
    Guard("round_extended", "round", "UPDATE", _EARLIER, "a published round is only extended"),
    Guard("round_kept", "round", "DELETE", "OLD.state <> 'draft'", _OVER),
)
AUDIENCE = (
    Guard("audience_added", "audience_group", "INSERT", _OF_NEW, _OVER),
    Guard(
        "audience_frozen",
        "audience_group",
        "UPDATE",
        f"({_OF_OLD} OR {_OF_NEW}) AND {_GROUP}",
        _OVER,
    ),
    Guard("audience_kept", "audience_group", "DELETE", _OF_OLD, _OVER),
)
FIELDED = (
    Guard("fielded_added", "fielded_unit", "INSERT", _OF_NEW, _OVER),
    Guard("fielded_frozen", "fielded_unit", "UPDATE", f"({_OF_OLD} OR {_OF_NEW})", _OVER),
    Guard("fielded_kept", "fielded_unit", "DELETE", _OF_OLD, _OVER),
)
_NAMELESS = "(SELECT mode FROM round WHERE id = NEW.round_id) NOT IN ('confidential', 'named')"
_NO_NAMES = "this round holds no names"
ADDRESSEE = (
    Guard("addressee_added", "addressee", "INSERT", _NAMELESS, _NO_NAMES),
    Guard("addressee_changed", "addressee", "UPDATE", _NAMELESS, _NO_NAMES),
)
