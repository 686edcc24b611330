"""Rounds, audience groups, invitations, tallies, assignments, and what guards them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_OVER = "a published round is frozen"
_OF_NEW = "(SELECT state FROM round WHERE id = NEW.round_id) <> 'draft'"
_OF_OLD = "(SELECT state FROM round WHERE id = OLD.round_id) <> 'draft'"
_NAMELESS = "(SELECT mode FROM round WHERE id = NEW.round_id) NOT IN ('confidential', 'named')"
_NO_NAMES = "this round holds no names"

#: (name, table, change, condition, message) of every trigger that refuses a change.
_GUARDS = (
    (
        "round_frozen",
        "round",
        "UPDATE",
        "OLD.state <> 'draft' AND ((NEW.slug <> OLD.slug OR NEW.unit_id <> OLD.unit_id"
        " OR NEW.zone <> OLD.zone OR NEW.version_hash <> OLD.version_hash OR NEW.mode <> OLD.mode"
        " OR NEW.min_group <> OLD.min_group OR NEW.languages <> OLD.languages"
        " OR NEW.repeatable <> OLD.repeatable OR NEW.editable <> OLD.editable"
        " OR NEW.pages <> OLD.pages OR NEW.drafts <> OLD.drafts"
        " OR NEW.synthetic <> OLD.synthetic)"
        " OR CAST(NEW.title AS TEXT) <> CAST(OLD.title AS TEXT))",
        _OVER,
    ),
    (
        "round_forward",
        "round",
        "UPDATE",
        "((OLD.state = 'closed' AND NEW.state <> 'closed' AND NOT OLD.synthetic)"
        " OR (OLD.state = 'open' AND NEW.state IN ('draft', 'published'))"
        " OR (OLD.state = 'published' AND NEW.state = 'draft'))",
        "a round only goes forward",
    ),
    (
        "round_extended",
        "round",
        "UPDATE",
        "OLD.state IN ('published', 'open') AND NEW.state <> 'closed'"
        " AND NEW.closes_at < OLD.closes_at",
        "a published round is only extended",
    ),
    ("round_kept", "round", "DELETE", "OLD.state <> 'draft'", _OVER),
    (
        "audience_added",
        "audience_group",
        "INSERT",
        _OF_NEW,
        _OVER,
    ),
    (
        "audience_frozen",
        "audience_group",
        "UPDATE",
        f"({_OF_OLD} OR {_OF_NEW}) AND "
        "(NEW.round_id <> OLD.round_id OR NEW.unit_id <> OLD.unit_id OR NEW.role <> OLD.role"
        " OR NEW.expected <> OLD.expected OR COALESCE(NEW.quota, 0) <> COALESCE(OLD.quota, 0))",
        _OVER,
    ),
    (
        "audience_kept",
        "audience_group",
        "DELETE",
        _OF_OLD,
        _OVER,
    ),
    ("fielded_added", "fielded_unit", "INSERT", _OF_NEW, _OVER),
    ("fielded_frozen", "fielded_unit", "UPDATE", f"({_OF_OLD} OR {_OF_NEW})", _OVER),
    ("fielded_kept", "fielded_unit", "DELETE", _OF_OLD, _OVER),
    ("addressee_added", "addressee", "INSERT", _NAMELESS, _NO_NAMES),
    ("addressee_changed", "addressee", "UPDATE", _NAMELESS, _NO_NAMES),
)


def upgrade() -> None:
    _rounds()
    _invitations()
    op.create_table(
        "assignment",
        sa.Column("round_id", sa.Integer, sa.ForeignKey("round.id"), primary_key=True),
        sa.Column("team_id", sa.Integer, sa.ForeignKey("team.id"), primary_key=True),
        sa.Column("unit_id", sa.Integer, sa.ForeignKey("unit.id"), primary_key=True),
        sa.Column("task", sa.String(16), primary_key=True),
        sa.Column("due_on", sa.Date),
        sa.Column("done_on", sa.Date),
        sa.CheckConstraint("task IN ('visit', 'interview', 'inspection')", name="task"),
    )
    for guard in _GUARDS:
        _set_up(*guard)


def _rounds() -> None:
    op.create_table(
        "round",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("slug", sa.String(64), nullable=False, unique=True),
        sa.Column("unit_id", sa.Integer, sa.ForeignKey("unit.id"), nullable=False, index=True),
        sa.Column("version_hash", sa.String(64), sa.ForeignKey("version.hash"), nullable=False),
        sa.Column("title", sa.JSON, nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("min_group", sa.Integer, nullable=False),
        sa.Column("languages", sa.String(64), nullable=False),
        sa.Column("repeatable", sa.Boolean, nullable=False),
        sa.Column("editable", sa.Boolean, nullable=False),
        sa.Column("pages", sa.String(8), nullable=False),
        sa.Column("drafts", sa.Boolean, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("opens_at", sa.DateTime),
        sa.Column("closes_at", sa.DateTime),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("synthetic", sa.Boolean, nullable=False),
        sa.CheckConstraint(
            "mode IN ('unlinkable', 'sealed_code', 'confidential', 'named', 'open_link')",
            name="mode",
        ),
        sa.CheckConstraint("state IN ('draft', 'published', 'open', 'closed')", name="state"),
        sa.CheckConstraint("pages IN ('one', 'sections', 'items')", name="pages"),
        sa.CheckConstraint("min_group >= 5", name="min_group"),
        sa.CheckConstraint("opens_at < closes_at", name="period"),
        sa.CheckConstraint("languages <> ''", name="languages"),
    )
    op.create_table(
        "fielded_unit",
        sa.Column("round_id", sa.Integer, sa.ForeignKey("round.id"), primary_key=True),
        sa.Column("unit_id", sa.Integer, sa.ForeignKey("unit.id"), primary_key=True),
        sa.Column("parent_id", sa.Integer),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("name", sa.JSON, nullable=False),
    )
    op.create_table(
        "audience_group",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("round_id", sa.Integer, sa.ForeignKey("round.id"), nullable=False),
        sa.Column("unit_id", sa.Integer, sa.ForeignKey("unit.id"), nullable=False, index=True),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("expected", sa.Integer, nullable=False),
        sa.Column("issued", sa.Integer, nullable=False),
        sa.Column("quota", sa.Integer),
        sa.UniqueConstraint("round_id", "unit_id", "role"),
        sa.CheckConstraint("expected >= 0", name="expected"),
        sa.CheckConstraint("issued >= 0", name="issued"),
        sa.CheckConstraint("quota > 0", name="quota"),
    )


def _invitations() -> None:
    op.create_table(
        "invitation",
        sa.Column("code_hash", sa.LargeBinary(32), primary_key=True),
        sa.Column(
            "group_id", sa.Integer, sa.ForeignKey("audience_group.id"), nullable=False, index=True
        ),
        sa.Column("used", sa.Boolean, nullable=False),
        sa.CheckConstraint("length(code_hash) = 32", name="code_hash_length"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "addressee",
        sa.Column("round_id", sa.Integer, sa.ForeignKey("round.id"), primary_key=True),
        sa.Column(
            "person_id", sa.Integer, sa.ForeignKey("person.id"), primary_key=True, index=True
        ),
        sa.Column(
            "code_hash",
            sa.LargeBinary(32),
            sa.ForeignKey("invitation.code_hash"),
            nullable=False,
            unique=True,
        ),
        sa.Column("disposition", sa.String(16), nullable=False),
        sa.CheckConstraint(
            "disposition IN ('', 'undelivered', 'refused', 'ineligible')", name="disposition"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tally",
        sa.Column("group_id", sa.Integer, sa.ForeignKey("audience_group.id"), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("opened", sa.Integer, nullable=False),
        sa.Column("returned", sa.Integer, nullable=False),
        sa.CheckConstraint("opened >= 0 AND returned >= 0", name="counts"),
        sqlite_with_rowid=False,
    )


def _set_up(name: str, table: str, change: str, condition: str, message: str) -> None:
    head = f"BEFORE {change} ON {table}"
    if op.get_bind().dialect.name == "sqlite":
        refusal = f"SELECT RAISE(ABORT, '{message}')"
        op.execute(f"CREATE TRIGGER {name} {head} WHEN {condition} BEGIN {refusal}; END")
        return
    back = "OLD" if change == "DELETE" else "NEW"
    refusal = f"RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {condition} THEN {refusal}; END IF; RETURN {back}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} {head} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    for table in (
        "assignment",
        "tally",
        "addressee",
        "invitation",
        "audience_group",
        "fielded_unit",
        "round",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for name, *_ in _GUARDS:
            op.execute(f"DROP FUNCTION {name}()")
