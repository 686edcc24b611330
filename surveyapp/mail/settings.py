"""How mail leaves: the part of the configuration that is about mail, checked as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path

from surveyapp.config import Config, ConfigError
from surveyapp.mail.addresses import BadAddress, normalise

TLS_MODES = ("starttls", "tls", "none")


@dataclass(frozen=True)
class MailSettings:
    """``host`` empty: mails are written into ``folder`` instead of being sent."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    tls: str
    sender: Address
    per_minute: int
    retry_seconds: int
    folder: Path


def mail_settings(config: Config) -> MailSettings:
    """The settings of mail; raises ConfigError naming the variable that cannot be used."""
    if config.mail_tls not in TLS_MODES:
        known = ", ".join(TLS_MODES)
        raise ConfigError(f"SURVEYAPP_MAIL_TLS: {config.mail_tls!r} is not one of / 应为 {known}")
    if config.mail_user and config.mail_tls == "none" and not _here(config.mail_host):
        raise ConfigError(
            "SURVEYAPP_MAIL_TLS: none would send the password in clear / 会明文传送密码"
        )
    return MailSettings(
        host=config.mail_host,
        port=config.mail_port,
        user=config.mail_user,
        password=config.mail_password,
        tls=config.mail_tls,
        sender=_sender(config.mail_sender),
        per_minute=config.mail_per_minute if config.mail_host else 0,
        retry_seconds=config.mail_retry_seconds,
        folder=config.data / "mail",
    )


def _here(host: str) -> bool:
    return host in ("localhost", "127.0.0.1", "::1")


def _sender(text: str) -> Address:
    """``Name <address>`` or an address alone."""
    name, address = parseaddr(text)
    try:
        if not text.isprintable():
            raise BadAddress
        return Address(display_name=name, addr_spec=normalise(address))
    except BadAddress:
        raise ConfigError(
            f"SURVEYAPP_MAIL_SENDER: {text!r} is not a mail address / 不是邮件地址"
        ) from None
