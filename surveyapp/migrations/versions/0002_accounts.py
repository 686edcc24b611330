"""Staff accounts: roles, sessions, ways to prove who one is, the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ROLES = (
    "designer",
    "organiser",
    "analyst",
    "inspector",
    "owner",
    "verifier",
    "viewer",
    "auditor",
    "administrator",
)
# The log grows and nothing else: name, table, statement, when it is refused.
_REFUSED = (
    ("audit_entry_kept", "audit_entry", "UPDATE", "TRUE"),
    ("audit_entry_stays", "audit_entry", "DELETE", "TRUE"),
    ("audit_head_counts", "audit_head", "UPDATE", "NEW.count <> OLD.count + 1"),
    ("audit_head_stays", "audit_head", "DELETE", "TRUE"),
)
_EMPTY = bytes(32)


def upgrade() -> None:
    _accounts()
    _sessions()
    _proofs()
    _audit()
    for statement in _triggers():
        op.execute(statement)


def _accounts() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("username", sa.String(64), nullable=False, unique=True),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("email", sa.String(254), unique=True),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("person.id"), unique=True),
        sa.Column("active", sa.Boolean, nullable=False),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("unit_id", sa.Integer, sa.ForeignKey("unit.id"), index=True),
        sa.UniqueConstraint("account_id", "role", "unit_id"),
        sa.CheckConstraint(f"role IN {_ROLES}", name="role"),
    )
    everywhere = sa.text("unit_id IS NULL")
    op.create_index(
        "uq_role_grant_everywhere",
        "role_grant",
        ["account_id", "role"],
        unique=True,
        sqlite_where=everywhere,
        postgresql_where=everywhere,
    )


def _sessions() -> None:
    op.create_table(
        "account_session",
        sa.Column("id", sa.Integer, primary_key=True),
        _account(),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("previous_hash", sa.LargeBinary(32), index=True),
        sa.Column("rotated", sa.DateTime, nullable=False),
        sa.Column("confirmed", sa.Boolean, nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("last_seen", sa.DateTime, nullable=False),
        sa.Column("expires", sa.DateTime, nullable=False),
        sa.Column("revoked", sa.Boolean, nullable=False),
        sa.Column("device", sa.String(64), nullable=False),
    )
    op.create_table(
        "throttle",
        sa.Column("name_hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_failure", sa.DateTime, nullable=False),
    )


def _proofs() -> None:
    op.create_table(
        "reset_link",
        sa.Column("token_hash", sa.LargeBinary(32), primary_key=True),
        _account(),
        sa.Column("expires", sa.DateTime, nullable=False),
    )
    op.create_table(
        "authenticator",
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("secret", sa.String(255), nullable=False),
        sa.Column("confirmed", sa.Boolean, nullable=False),
        sa.Column("last_step", sa.Integer, nullable=False),
    )
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.LargeBinary(32), primary_key=True),
        _account(),
    )


def _audit() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("action", sa.String(32), nullable=False, index=True),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("unit_id", sa.Integer, sa.ForeignKey("unit.id"), index=True),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
    )
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.CheckConstraint("id = 1", name="one_row"),
    )
    op.bulk_insert(head, [{"id": 1, "count": 0, "hash": _EMPTY}])


def _account() -> sa.Column[int]:
    return sa.Column(
        "account_id", sa.Integer, sa.ForeignKey("account.id"), nullable=False, index=True
    )


def _triggers() -> list[str]:
    if op.get_bind().dialect.name == "sqlite":
        return [
            f"CREATE TRIGGER {name} BEFORE {statement} ON {table} WHEN {condition} BEGIN "
            "SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            for name, table, statement, condition in _REFUSED
        ]
    return [
        "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$",
        *(
            f"CREATE TRIGGER {name} BEFORE {statement} ON {table} FOR EACH ROW "
            f"WHEN ({condition}) EXECUTE FUNCTION audit_refuse()"
            for name, table, statement, condition in _REFUSED
        ),
        *(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
            for table in ("audit_entry", "audit_head")
        ),
    ]


def downgrade() -> None:
    for table in (
        "audit_head",
        "audit_entry",
        "recovery_code",
        "authenticator",
        "reset_link",
        "throttle",
        "account_session",
        "role_grant",
        "account",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_refuse()")
