"""Interviews: records, topics, the keys of changes, and what guards them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_CLOSED = "a closed record does not change"
_NAMELESS = "NEW.name IS NOT NULL AND (SELECT mode FROM round WHERE id = NEW.round_id) <> 'named'"
_NO_NAMES = "this round holds no names"
_OF_NEW = "(SELECT state FROM interview WHERE key = NEW.interview_key) = 'closed'"
_OF_OLD = "(SELECT state FROM interview WHERE key = OLD.interview_key) = 'closed'"

#: (name, table, change, condition, message) of every trigger that refuses a change.
_GUARDS = (
    ("interview_named", "interview", "INSERT", _NAMELESS, _NO_NAMES),
    ("interview_renamed", "interview", "UPDATE", _NAMELESS, _NO_NAMES),
    (
        "interview_changed",
        "interview",
        "UPDATE",
        "OLD.state = 'closed' AND NEW.state = 'closed'",
        _CLOSED,
    ),
    ("interview_removed", "interview", "DELETE", "OLD.state = 'closed'", _CLOSED),
    ("interview_topic_added", "interview_topic", "INSERT", _OF_NEW, _CLOSED),
    ("interview_topic_changed", "interview_topic", "UPDATE", _OF_OLD, _CLOSED),
    ("interview_topic_removed", "interview_topic", "DELETE", _OF_OLD, _CLOSED),
)


def upgrade() -> None:
    op.create_table(
        "interview",
        sa.Column("key", sa.LargeBinary(16), primary_key=True),
        sa.Column("round_id", sa.Integer, sa.ForeignKey("round.id"), nullable=False),
        sa.Column("unit_id", sa.Integer, sa.ForeignKey("unit.id"), nullable=False, index=True),
        sa.Column("team_id", sa.Integer, sa.ForeignKey("team.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("name", sa.String(80)),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("read_back", sa.String(12), nullable=False),
        sa.Column("correction", sa.LargeBinary),
        sa.UniqueConstraint("round_id", "unit_id", "number"),
        sa.CheckConstraint("length(key) = 16", name="key_length"),
        sa.CheckConstraint("state IN ('open', 'closed')", name="state"),
        sa.CheckConstraint(
            "read_back IN ('', 'confirmed', 'corrected', 'waived')", name="read_back"
        ),
        sa.CheckConstraint("state = 'open' OR read_back <> ''", name="closed_after_reading"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "interview_topic",
        sa.Column(
            "interview_key", sa.LargeBinary(16), sa.ForeignKey("interview.key"), primary_key=True
        ),
        sa.Column("item_id", sa.String(64), primary_key=True),
        sa.Column("note", sa.LargeBinary),
        sa.Column("concern", sa.String(64), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "interview_change",
        sa.Column("key", sa.LargeBinary(16), primary_key=True),
        sa.Column(
            "interview_key",
            sa.LargeBinary(16),
            sa.ForeignKey("interview.key"),
            nullable=False,
            index=True,
        ),
        sa.CheckConstraint("length(key) = 16", name="key_length"),
        sqlite_with_rowid=False,
    )
    for guard in _GUARDS:
        _set_up(*guard)


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
    op.drop_table("interview_change")
    op.drop_table("interview_topic")
    op.drop_table("interview")
    if op.get_bind().dialect.name == "postgresql":
        for name, *_ in _GUARDS:
            op.execute(f"DROP FUNCTION {name}()")
