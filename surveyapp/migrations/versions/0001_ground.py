"""The ground: organisation, accounts, questionnaires, rounds, responses."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _organisation()
    _accounts()
    _design()
    _fieldwork()
    _respond()


def downgrade() -> None:
    for table in (
        "attachment",
        "response",
        "assignment",
        "invitation",
        "audience_group",
        "round",
        "version",
        "questionnaire",
        "sign_in_throttle",
        "account_session",
        "account",
        "team_member",
        "team",
        "posting",
        "person",
        "unit",
    ):
        op.drop_table(table)


def _organisation() -> None:
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("code", sa.String(64), nullable=False, unique=True),
        sa.Column("parent_id", sa.Integer, sa.ForeignKey("unit.id"), index=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.JSON, nullable=False),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("code", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.JSON, nullable=False),
    )
    op.create_table(
        "posting",
        sa.Column("person_id", sa.Integer, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("unit_id", sa.Integer, sa.ForeignKey("unit.id"), primary_key=True, index=True),
        sa.Column("line", sa.String(4), primary_key=True),
        sa.CheckConstraint("line IN ('host', 'home')", name="line"),
    )
    op.create_table(
        "team",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("code", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.JSON, nullable=False),
    )
    op.create_table(
        "team_member",
        sa.Column("team_id", sa.Integer, sa.ForeignKey("team.id"), primary_key=True),
        sa.Column(
            "person_id", sa.Integer, sa.ForeignKey("person.id"), primary_key=True, index=True
        ),
    )


def _accounts() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("username", sa.String(64), nullable=False, unique=True),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
    )
    op.create_table(
        "account_session",
        sa.Column("token_hash", sa.LargeBinary(32), primary_key=True),
        sa.Column(
            "account_id", sa.Integer, sa.ForeignKey("account.id"), nullable=False, index=True
        ),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("last_seen", sa.DateTime, nullable=False),
        sa.Column("expires", sa.DateTime, nullable=False),
        sa.Column("revoked", sa.Boolean, nullable=False),
    )
    op.create_table(
        "sign_in_throttle",
        sa.Column("name_hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_failure", sa.DateTime, nullable=False),
    )


def _design() -> None:
    op.create_table(
        "questionnaire",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("slug", sa.String(64), nullable=False, unique=True),
    )
    op.create_table(
        "version",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column(
            "questionnaire_id", sa.Integer, sa.ForeignKey("questionnaire.id"), nullable=False
        ),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("definition", sa.Text, nullable=False),
        sa.Column("published_at", sa.Date, nullable=False),
        sa.UniqueConstraint("questionnaire_id", "number"),
    )


def _fieldwork() -> None:
    op.create_table(
        "round",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("slug", sa.String(64), nullable=False, unique=True),
        sa.Column("version_hash", sa.String(64), sa.ForeignKey("version.hash"), nullable=False),
        sa.Column("title", sa.JSON, nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("min_group", sa.Integer, nullable=False),
        sa.Column("opens_on", sa.Date, nullable=False),
        sa.Column("closes_on", sa.Date, nullable=False),
        sa.Column("closed", sa.Boolean, nullable=False),
        sa.Column("synthetic", sa.Boolean, nullable=False),
        sa.CheckConstraint(
            "mode IN ('unlinkable', 'sealed_code', 'confidential', 'named')", name="mode"
        ),
        sa.CheckConstraint("min_group >= 5", name="min_group"),
        sa.CheckConstraint("opens_on <= closes_on", name="period"),
    )
    op.create_table(
        "audience_group",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("round_id", sa.Integer, sa.ForeignKey("round.id"), nullable=False),
        sa.Column("unit_id", sa.Integer, sa.ForeignKey("unit.id"), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("issued", sa.Integer, nullable=False),
        sa.UniqueConstraint("round_id", "unit_id", "role"),
        sa.CheckConstraint("issued >= 0", name="issued"),
    )
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
        "assignment",
        sa.Column("round_id", sa.Integer, sa.ForeignKey("round.id"), primary_key=True),
        sa.Column("team_id", sa.Integer, sa.ForeignKey("team.id"), primary_key=True),
        sa.Column("unit_id", sa.Integer, sa.ForeignKey("unit.id"), primary_key=True),
    )


def _respond() -> None:
    op.create_table(
        "response",
        sa.Column("key", sa.LargeBinary(16), primary_key=True),
        sa.Column("counted", sa.Boolean, nullable=False),
        sa.Column(
            "group_id", sa.Integer, sa.ForeignKey("audience_group.id"), nullable=False, index=True
        ),
        sa.Column("version_hash", sa.String(64), sa.ForeignKey("version.hash"), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("answers", sa.Text, nullable=False),
        sa.Column("codes", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("length(key) = 16", name="key_length"),
        sa.CheckConstraint("CAST(day AS VARCHAR(32)) LIKE '____-__-__'", name="day_only"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "attachment",
        sa.Column("key", sa.LargeBinary(16), primary_key=True),
        sa.Column(
            "response_key",
            sa.LargeBinary(16),
            sa.ForeignKey("response.key", deferrable=True, initially="DEFERRED"),
            nullable=False,
            index=True,
        ),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("media_type", sa.String(127), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("length(key) = 16", name="key_length"),
        sqlite_with_rowid=False,
    )
