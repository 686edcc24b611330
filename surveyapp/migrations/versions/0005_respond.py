"""Responses and attachments."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
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


def downgrade() -> None:
    op.drop_table("attachment")
    op.drop_table("response")
