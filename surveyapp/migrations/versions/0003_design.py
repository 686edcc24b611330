"""Questionnaires and their versions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
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


def downgrade() -> None:
    op.drop_table("version")
    op.drop_table("questionnaire")
