"""Units, people, postings, teams."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
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


def downgrade() -> None:
    op.drop_table("team_member")
    op.drop_table("team")
    op.drop_table("posting")
    op.drop_table("person")
    op.drop_table("unit")
