"""Speaking to real mail servers: TLS, sign-in, and the worker beside `surveyapp run`."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import sys
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from surveyapp.db import Database
from surveyapp.mail.models import State
from surveyapp.mail.sealing import Seal
from surveyapp.mail.supervisor import Supervisor
from tests.conftest import Demo, serving
from tests.mail_server import MailServer, served
from tests.surveyapp.mailing import mail, queue, send, settings


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Certificate and key, in one file, of a server at 127.0.0.1 that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, vouched for on this machine."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return certificate


def context(certificate: Path) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate)
    return made


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_mail_goes_over_tls_with_sign_in(
    database: Database, tmp_path: Path, trusted: Path, tls: str
) -> None:
    addresses = [f"{x}@x.example" for x in "abcde"]
    queue(database, *addresses)
    server = MailServer(
        users={"county": "right"}, context=context(trusted), tls_from_the_start=tls == "tls"
    )
    with served(server):
        how = settings(tmp_path, server, tls=tls, user="county", password="right")
        send(database, how)
    assert server.per_address() == dict.fromkeys(addresses, 1)
    assert server.connections < len(addresses), "one connection carries many mails"


def test_a_wrong_password_fails_nobody_and_is_told(
    database: Database, tmp_path: Path, trusted: Path
) -> None:
    queue(database, "a@x.example")
    server = MailServer(users={"county": "right"}, context=context(trusted))
    with served(server):
        send(database, settings(tmp_path, server, tls="starttls", user="county", password="wrong"))
    assert (mail(database).state, mail(database).reason) == (State.QUEUED, "535")
    assert (mail(database).attempts, server.taken) == (0, [])


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_server_that_nobody_vouches_for_gets_nothing(
    database: Database, tmp_path: Path, certificate: Path, tls: str
) -> None:
    queue(database, "a@x.example")
    server = MailServer(context=context(certificate), tls_from_the_start=tls == "tls")
    with served(server):
        send(database, settings(tmp_path, server, tls=tls))
    assert (mail(database).state, mail(database).reason) == (State.QUEUED, "certificate")
    assert server.taken == []


def test_a_server_without_starttls_gets_nothing(database: Database, tmp_path: Path) -> None:
    """Else whoever sits on the line could switch the encryption off."""
    queue(database, "a@x.example")
    with served(MailServer()) as server:
        send(database, settings(tmp_path, server, tls="starttls"))
    assert (mail(database).state, server.taken) == (State.QUEUED, [])


def test_surveyapp_run_sends_what_is_queued(demo: Demo) -> None:
    store = Database(demo.config.database_url)
    with serving(demo.config):
        queue(store, "a@x.example", seal=Seal(demo.config.secret_key()))
        end = time.monotonic() + 30
        while mail(store).state != State.SENT:
            assert time.monotonic() < end, "the worker beside the server does not work"
            time.sleep(0.2)
    assert len(list((demo.config.data / "mail").glob("*.eml"))) == 1
    store.dispose()


def test_a_worker_that_dies_is_started_again_and_stops_with_the_server(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    dies_once = (
        "import pathlib, sys;"
        f"path = pathlib.Path({str(starts)!r});"
        "path.write_text(path.read_text() + '.' if path.exists() else '.');"
        "len(path.read_text()) == 1 and sys.exit(1);"
        "sys.stdin.read(); path.write_text(path.read_text() + '!')"
    )
    with Supervisor((sys.executable, "-c", dies_once), again=0.05):
        end = time.monotonic() + 20
        while not starts.exists() or len(starts.read_text()) < 2:
            assert time.monotonic() < end, "it is not started again"
            time.sleep(0.05)
    assert starts.read_text() == "..!", "it heard that the server stopped"
