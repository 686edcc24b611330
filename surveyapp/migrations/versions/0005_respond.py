"""Responses, their counts, attachments, who signed, places of quotas, and unfinished forms."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_NOT_NAMED = (
    "(SELECT round.mode FROM round JOIN audience_group ON audience_group.round_id = round.id"
    " JOIN invitation ON invitation.group_id = audience_group.id"
    " WHERE invitation.code_hash = NEW.code_hash) <> 'named'"
)
_GUARDS = (("authorship_added", "INSERT"), ("authorship_changed", "UPDATE"))
_MESSAGE = "responses of this round are not signed"


def upgrade() -> None:
    op.create_table(
        "response",
        sa.Column("group_id", sa.Integer, sa.ForeignKey("audience_group.id"), nullable=False),
        sa.Column("key", sa.LargeBinary(16), nullable=False),
        sa.Column("counted", sa.Boolean, nullable=False),
        sa.Column("version_hash", sa.String(64), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("extent", sa.String(8), nullable=False),
        sa.Column("answers", sa.Text, nullable=False),
        sa.Column("codes", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "key"),
        sa.CheckConstraint("length(key) = 16", name="key_length"),
        sa.CheckConstraint("CAST(day AS VARCHAR(32)) LIKE '____-__-__'", name="day_only"),
        sa.CheckConstraint("extent IN ('complete', 'partial', 'fragment')", name="extent"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_response_figures", "response", ["group_id", "counted", "key", "codes"])
    op.create_table(
        "group_counts",
        sa.Column("group_id", sa.Integer, sa.ForeignKey("audience_group.id"), primary_key=True),
        sa.Column("final", sa.Boolean, nullable=False),
        sa.Column("packed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "attachment",
        sa.Column("key", sa.LargeBinary(16), primary_key=True),
        sa.Column("group_id", sa.Integer, nullable=False),
        sa.Column("response_key", sa.LargeBinary(16), nullable=False),
        sa.Column("place", sa.String(140), nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("media_type", sa.String(127), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("length(key) = 16", name="key_length"),
        _of_response(),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_attachment_response", "attachment", ["group_id", "response_key"])
    op.create_table(
        "authorship",
        sa.Column("group_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("response_key", sa.LargeBinary(16), primary_key=True),
        sa.Column(
            "code_hash",
            sa.LargeBinary(32),
            sa.ForeignKey("invitation.code_hash"),
            nullable=False,
            index=True,
        ),
        _of_response(),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "quota_place",
        sa.Column("round_id", sa.Integer, sa.ForeignKey("round.id"), primary_key=True),
        sa.Column("quota", sa.String(64), primary_key=True),
        sa.Column("taken", sa.Integer, nullable=False),
        sa.CheckConstraint("taken >= 0", name="taken"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "draft",
        sa.Column("key", sa.LargeBinary(16), primary_key=True),
        sa.Column("round_id", sa.Integer, sa.ForeignKey("round.id"), nullable=False, index=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("length(key) = 16", name="key_length"),
        sqlite_with_rowid=False,
    )
    for name, change in _GUARDS:
        _set_up(name, change)
    _sweep()


def _sweep() -> None:
    """Let unfinished forms go with the end of their round."""
    sweep = "DELETE FROM draft WHERE round_id = NEW.id"
    swept = "AFTER UPDATE ON round FOR EACH ROW WHEN (NEW.state = 'closed')"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER draft_swept {swept} BEGIN {sweep}; END")
        return
    op.execute(
        "CREATE FUNCTION draft_swept() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {sweep}; RETURN NEW; END $$"
    )
    op.execute(f"CREATE TRIGGER draft_swept {swept} EXECUTE FUNCTION draft_swept()")


def _of_response() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["group_id", "response_key"],
        ["response.group_id", "response.key"],
        deferrable=True,
        initially="DEFERRED",
    )


def _set_up(name: str, change: str) -> None:
    head = f"BEFORE {change} ON authorship"
    if op.get_bind().dialect.name == "sqlite":
        refusal = f"SELECT RAISE(ABORT, '{_MESSAGE}')"
        op.execute(f"CREATE TRIGGER {name} {head} WHEN {_NOT_NAMED} BEGIN {refusal}; END")
        return
    refusal = f"RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'check_violation'"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {_NOT_NAMED} THEN {refusal}; END IF; RETURN NEW; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} {head} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    op.execute(
        "DROP TRIGGER draft_swept" + (" ON round" if op.get_bind().dialect.name != "sqlite" else "")
    )
    op.drop_table("draft")
    op.drop_table("quota_place")
    op.drop_table("authorship")
    op.drop_table("attachment")
    op.drop_table("group_counts")
    op.drop_table("response")
    if op.get_bind().dialect.name == "postgresql":
        for name in ("draft_swept", *(guard for guard, _change in _GUARDS)):
            op.execute(f"DROP FUNCTION {name}()")
