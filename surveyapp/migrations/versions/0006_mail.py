"""Outgoing mail."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mailing",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("unit_id", sa.Integer, sa.ForeignKey("unit.id"), index=True),
        sa.Column("topic", sa.String(80), nullable=False, index=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("templates", sa.JSON, nullable=False),
    )
    op.create_table(
        "outgoing_mail",
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("mailing_id", sa.Integer, sa.ForeignKey("mailing.id"), nullable=False),
        sa.Column("recipient", sa.String(80), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due", sa.DateTime, nullable=False),
        sa.Column("claim", sa.String(32)),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("sealed", sa.LargeBinary),
        sa.UniqueConstraint("mailing_id", "recipient"),
        sa.CheckConstraint(
            "state IN ('queued', 'claimed', 'handed_over', 'sent', 'failed', 'bounced', 'held', "
            "'cancelled')",
            name="state",
        ),
        sa.CheckConstraint(
            "sealed IS NULL OR state NOT IN ('sent', 'bounced', 'cancelled')", name="wiped"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_outgoing_mail_state_due", "outgoing_mail", ["state", "due"])


def downgrade() -> None:
    op.drop_table("outgoing_mail")
    op.drop_table("mailing")
