"""Rounds, audience groups, invitations, assignments."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
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


def downgrade() -> None:
    op.drop_table("assignment")
    op.drop_table("invitation")
    op.drop_table("audience_group")
    op.drop_table("round")
