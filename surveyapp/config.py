"""Settings of one installation: a frozen value read once from the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any


class ConfigError(ValueError):
    """An environment variable holds a value that cannot be used; the message names it."""


def _from(variable: str, doc: str) -> dict[str, str]:
    return {"variable": variable, "doc": doc}


@dataclass(frozen=True)
class Config:
    """Every setting, with the environment variable it is read from and what it means.

    The description of each field is in its metadata (``Config.documentation()``), so that the
    documentation can be held to it.
    """

    data: Path = field(
        default=Path(".data"),
        metadata=_from("SURVEYAPP_DATA", "Folder of the database and the secret."),
    )
    database: str = field(
        default="",
        metadata=_from(
            "SURVEYAPP_DATABASE",
            "Database URL. Empty: an SQLite file in the data folder. "
            "PostgreSQL: postgresql+psycopg://user@host/name.",
        ),
    )
    secret: str = field(
        default="",
        repr=False,
        metadata=_from(
            "SURVEYAPP_SECRET",
            "Key that signs cookies. Empty: made once and kept in the data folder.",
        ),
    )
    host: str = field(
        default="127.0.0.1",
        metadata=_from("SURVEYAPP_HOST", "Address the server listens on."),
    )
    port: int = field(
        default=8000,
        metadata=_from("SURVEYAPP_PORT", "Port the server listens on."),
    )
    workers: int = field(
        default=2,
        metadata=_from("SURVEYAPP_WORKERS", "Processes of the server: as many as it has cores."),
    )
    threads: int = field(
        default=4,
        metadata=_from(
            "SURVEYAPP_THREADS",
            "Threads of each process: some answer while others wait for the disk.",
        ),
    )
    proxies: int = field(
        default=0,
        metadata=_from(
            "SURVEYAPP_PROXIES",
            "Trusted reverse proxies in front: their X-Forwarded headers are believed.",
        ),
    )
    max_text: int = field(
        default=768 * 1024,
        metadata=_from("SURVEYAPP_MAX_TEXT", "Bytes of text that one submission may hold."),
    )
    max_body: int = field(
        default=16 * 1024 * 1024,
        metadata=_from("SURVEYAPP_MAX_BODY", "Bytes that one request may hold, files included."),
    )
    session_idle_hours: int = field(
        default=12,
        metadata=_from(
            "SURVEYAPP_SESSION_IDLE_HOURS",
            "Hours without a request after which staff must sign in again.",
        ),
    )
    session_days: int = field(
        default=7,
        metadata=_from(
            "SURVEYAPP_SESSION_DAYS", "Days after which staff must sign in again in any case."
        ),
    )
    zone: str = field(
        default="",
        metadata=_from(
            "SURVEYAPP_ZONE",
            "Time zone in which rounds open and close, such as Asia/Shanghai. "
            "Empty: that of the machine.",
        ),
    )
    public_url: str = field(
        default="",
        metadata=_from(
            "SURVEYAPP_PUBLIC_URL",
            "Address of the site as respondents reach it, for links in mails and on paper. "
            "Empty: the address at which the supervisor uses it.",
        ),
    )
    mail_host: str = field(
        default="",
        metadata=_from(
            "SURVEYAPP_MAIL_HOST",
            "Mail server (SMTP). Empty: mails become files in the folder mail of the data folder.",
        ),
    )
    mail_port: int = field(
        default=587,
        metadata=_from("SURVEYAPP_MAIL_PORT", "Port of the mail server."),
    )
    mail_user: str = field(
        default="",
        metadata=_from("SURVEYAPP_MAIL_USER", "Account at the mail server. Empty: no sign-in."),
    )
    mail_password: str = field(
        default="",
        repr=False,
        metadata=_from("SURVEYAPP_MAIL_PASSWORD", "Password at the mail server."),
    )
    mail_tls: str = field(
        default="starttls",
        metadata=_from(
            "SURVEYAPP_MAIL_TLS",
            "starttls (usual at port 587), tls (from the first byte, port 465), or none.",
        ),
    )
    mail_sender: str = field(
        default="surveyapp@localhost",
        metadata=_from("SURVEYAPP_MAIL_SENDER", "Sender: an address, or Name <address>."),
    )
    mail_per_minute: int = field(
        default=60,
        metadata=_from("SURVEYAPP_MAIL_PER_MINUTE", "Mails sent in a minute at most; 0: no limit."),
    )
    mail_retry_seconds: int = field(
        default=60,
        metadata=_from(
            "SURVEYAPP_MAIL_RETRY_SECONDS",
            "Wait before a mail that was refused for now is tried again; it grows each time.",
        ),
    )
    oidc_issuer: str = field(
        default="",
        metadata=_from(
            "SURVEYAPP_OIDC_ISSUER",
            "Address of a sign-in service (OpenID Connect) for staff. Empty: none.",
        ),
    )
    oidc_client: str = field(
        default="",
        metadata=_from("SURVEYAPP_OIDC_CLIENT", "Client id at the sign-in service."),
    )
    oidc_secret: str = field(
        default="",
        repr=False,
        metadata=_from("SURVEYAPP_OIDC_SECRET", "Client secret at the sign-in service."),
    )
    oidc_claim: str = field(
        default="email",
        metadata=_from(
            "SURVEYAPP_OIDC_CLAIM",
            "What leads to an account: email (verified by the service) or preferred_username.",
        ),
    )
    oidc_name: str = field(
        default="OpenID",
        metadata=_from("SURVEYAPP_OIDC_NAME", "What the button of the sign-in service says."),
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Config:
        """Read all settings; raises ConfigError naming the variable that cannot be used."""
        environment = os.environ if environment is None else environment
        given: dict[str, Any] = {}
        for item in fields(cls):
            text = environment.get(item.metadata["variable"], "").strip()
            if text:
                given[item.name] = _parse(item.metadata["variable"], text, item.default)
        return cls(**given)

    @classmethod
    def documentation(cls) -> tuple[tuple[str, str, str], ...]:
        """(variable, default, meaning) of every setting, in order."""
        return tuple(
            (f.metadata["variable"], str(f.default), f.metadata["doc"]) for f in fields(cls)
        )

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{(self.data / 'surveyapp.sqlite').resolve()}"

    @property
    def demo_file(self) -> Path:
        """Where the plain codes and the password of the demonstration are kept (mode 0600)."""
        return self.data / "demo.json"

    def secret_key(self) -> str:
        """The signing key: the configured one, else one made once in the data folder."""
        return self.secret or _kept_secret(self.data / "secret")


def _parse(variable: str, text: str, default: Any) -> Any:
    if isinstance(default, Path):
        return Path(text)
    if not isinstance(default, int):
        return text
    if not text.isascii() or not text.isdigit():
        raise ConfigError(f"{variable}: {text!r} is not a whole number / 不是整数")
    return int(text)


def _kept_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # O_EXCL: of several processes that start together exactly one writes the key.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
    return path.read_text(encoding="ascii")
