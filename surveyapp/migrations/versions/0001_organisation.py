"""Units and what they were, people, postings, teams, imports that wait for confirmation."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

PATH = sa.String(480).with_variant(sa.String(480, collation="C"), "postgresql")
VALIDITY = "valid_from <= valid_until"


def upgrade() -> None:
    _units()
    _people()
    _teams()
    op.create_table(
        "import_draft",
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("made", sa.DateTime, nullable=False),
        sa.Column("plan", sa.LargeBinary, nullable=False),
    )


def _units() -> None:
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("code", sa.String(64), nullable=False, unique=True),
        sa.Column("parent_id", sa.Integer, sa.ForeignKey("unit.id"), index=True),
        sa.Column("path", PATH, nullable=False, index=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("category", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.JSON, nullable=False),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_until", sa.Date),
        sa.CheckConstraint(VALIDITY, name="validity"),
    )
    op.create_table(
        "unit_past",
        sa.Column("unit_id", sa.Integer, sa.ForeignKey("unit.id"), primary_key=True),
        sa.Column("until", sa.DateTime, primary_key=True),
        sa.Column("parent_id", sa.Integer, sa.ForeignKey("unit.id")),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("category", sa.String(32), nullable=False),
        sa.Column("name", sa.JSON, nullable=False),
    )


def _people() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("code", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.JSON, nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("language", sa.String(8)),
    )
    op.create_table(
        "posting",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("unit_id", sa.Integer, sa.ForeignKey("unit.id"), nullable=False, index=True),
        sa.Column("line", sa.String(4), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_until", sa.Date),
        sa.CheckConstraint("line IN ('host', 'home')", name="line"),
        sa.CheckConstraint(VALIDITY, name="validity"),
    )
    op.create_index(None, "posting", ["person_id", "line"])


def _teams() -> None:
    op.create_table(
        "team",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("code", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.JSON, nullable=False),
        sa.Column("leader_id", sa.Integer, sa.ForeignKey("person.id")),
        sa.Column("ended", sa.Boolean, nullable=False),
    )
    op.create_table(
        "team_member",
        sa.Column("team_id", sa.Integer, sa.ForeignKey("team.id"), primary_key=True),
        sa.Column(
            "person_id", sa.Integer, sa.ForeignKey("person.id"), primary_key=True, index=True
        ),
    )


def downgrade() -> None:
    for table in (
        "import_draft",
        "team_member",
        "team",
        "posting",
        "person",
        "unit_past",
        "unit",
    ):
        op.drop_table(table)
