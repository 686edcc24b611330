"""Signing in with the organisation's own service: a real little provider answers on 127.0.0.1."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

from surveyapp import create_app, db
from surveyapp.accounts import grants, operations, second_factor
from surveyapp.accounts.permissions import Role
from surveyapp.config import Config, ConfigError
from surveyapp.db import Database
from tests.surveyapp.staffing import enrol

CLIENT, SECRET = "surveyapp", "a client secret"


@dataclass
class Provider:
    """An OpenID provider with one person, who agrees to everything; ``lies`` change its answers."""

    claims: dict[str, Any] = field(default_factory=dict)
    lies: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    given: dict[str, dict[str, str]] = field(default_factory=dict)
    issuer: str = ""
    down: bool = False

    def authorize(self, address: str) -> str:
        """What the person's browser gets: the way back, with a code."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT
        code = secrets.token_urlsafe(8)
        self.given[code] = asked
        back = {"code": code, "state": self.lies.get("state", asked["state"])}
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def token(self, form: dict[str, str]) -> dict[str, Any] | None:
        asked = self.given.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != challenge:
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "person-1",
            "iat": now,
            "exp": now + 60,
            "nonce": asked["nonce"],
            **self.claims,
            **{name: lie for name, lie in self.lies.items() if name not in ("state", "key")},
        }
        key = self.lies.get("key", self.key)
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)
        return {"access_token": "x", "token_type": "Bearer", "id_token": signed}


@pytest.fixture
def provider() -> Iterator[Provider]:
    one = Provider(claims={"email": "Ying@Example.org", "email_verified": True})

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def _send(self, status: int, content: object) -> None:
            body = json.dumps(content).encode()
            self.send_response(503 if one.down else status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            if self.path.endswith("openid-configuration"):
                names = ("authorization", "token")
                points = {f"{name}_endpoint": f"{one.issuer}/{name}" for name in names}
                known = {"issuer": one.issuer, "jwks_uri": f"{one.issuer}/jwks"}
                self._send(
                    200,
                    {**points, **known, "id_token_signing_alg_values_supported": ["RS256"]},
                )
            else:
                self._send(200, {"keys": [one.key.as_dict(private=False)]})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            basic = base64.b64encode(f"{CLIENT}:{SECRET.replace(' ', '+')}".encode()).decode()
            plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            known = self.headers.get("Authorization") in (f"Basic {basic}", f"Basic {plain}")
            answer = one.token(form) if known else None
            self._send(200 if answer else 400, answer or {"error": "invalid_grant"})

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    one.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield one
    server.shutdown()
    server.server_close()
    thread.join()


def _app(config: Config, provider: Provider, claim: str = "email") -> Flask:
    return create_app(
        Config(
            data=config.data,
            oidc_issuer=provider.issuer,
            oidc_client=CLIENT,
            oidc_secret=SECRET,
            oidc_claim=claim,
            oidc_name="县政务平台",
        )
    )


@pytest.fixture
def service(config: Config, database: Database, provider: Provider) -> Iterator[Flask]:
    with database.transaction() as session:
        account = enrol(session, "ying", Role.VIEWER)
        operations.set_details(session, account, "ying@example.org", None)
    app = _app(config, provider)
    yield app
    with app.app_context():
        db.database().dispose()


def _enter(client: FlaskClient, provider: Provider, target: str = "") -> TestResponse:
    going = client.get("/staff/sign-in/service", query_string={"next": target})
    assert going.status_code == 302
    assert going.location.startswith(provider.issuer), going.location
    return client.get(provider.authorize(going.location))


def _is_signed_in(client: FlaskClient) -> bool:
    return client.get("/staff/account").status_code == 200


def test_whoever_the_service_knows_by_a_verified_address_is_let_in(
    service: Flask, provider: Provider
) -> None:
    client = service.test_client()
    assert "县政务平台" in client.get("/staff/sign-in").text
    answer = _enter(client, provider, "/staff/library")
    assert (answer.status_code, answer.location) == (302, "/staff/library")
    assert _is_signed_in(client)
    assert client.get("/staff/accounts").status_code == 403, "it grants no right"


@pytest.mark.parametrize(
    "lies",
    [
        {"state": "another"},
        {"nonce": "another"},
        {"aud": "another client"},
        {"iss": "http://127.0.0.1:1"},
        {"exp": 1},
        {"key": RSAKey.generate_key(2048, {"kid": "one"})},
    ],
    ids=["state", "nonce", "audience", "issuer", "expired", "signature"],
)
def test_an_answer_that_is_not_for_us_is_refused(
    service: Flask, provider: Provider, lies: dict[str, Any]
) -> None:
    provider.lies = lies
    client = service.test_client()
    answer = _enter(client, provider)
    assert answer.location == "/staff/sign-in?service=refused"
    assert not _is_signed_in(client)


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "ying@example.org", "email_verified": False},
        {"email": "ying@example.org"},
        {"email": "ying@example.org", "email_verified": "true"},
        {"email": "mei@example.org", "email_verified": True},
        {"preferred_username": "ying"},
        {},
    ],
)
def test_whoever_it_does_not_vouch_for_is_not_let_in_and_gets_no_account(
    service: Flask, provider: Provider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    client = service.test_client()
    answer = _enter(client, provider)
    assert answer.location == "/staff/sign-in?service=unknown"
    assert not _is_signed_in(client)


def test_a_closed_account_is_not_opened_by_the_service(
    service: Flask, provider: Provider, database: Database
) -> None:
    with database.transaction() as session:
        enrol(session, "root", Role.ADMINISTRATOR)
        account = operations.find(session, "ying")
        assert account is not None
        grants.set_active(session, grants.ALL_RIGHTS, account, False)
    client = service.test_client()
    assert _enter(client, provider).location == "/staff/sign-in?service=unknown"


def test_the_second_step_is_asked_for_all_the_same(
    service: Flask, provider: Provider, database: Database, config: Config
) -> None:
    with database.transaction() as session:
        account = operations.find(session, "ying")
        assert account is not None
        secret = second_factor.begin(session, account.id, config.secret_key())
        code = second_factor.totp(secret, second_factor.step_at(db.now()))
        second_factor.confirm(session, account.id, code, db.now(), config.secret_key())
    client = service.test_client()
    assert _enter(client, provider).location == "/staff/sign-in/code"
    assert not _is_signed_in(client)


def test_the_way_back_works_once(service: Flask, provider: Provider) -> None:
    client = service.test_client()
    back = provider.authorize(client.get("/staff/sign-in/service").location)
    assert client.get(back).location == "/staff"
    stranger = service.test_client()
    assert stranger.get(back).location == "/staff/sign-in?service=refused"


def test_a_service_that_is_down_is_said_to_be(service: Flask, provider: Provider) -> None:
    provider.down = True
    client = service.test_client()
    answer = client.get("/staff/sign-in/service")
    assert answer.location == "/staff/sign-in?service=unreachable"
    assert client.get(answer.location).status_code == 200


def test_user_names_count_only_if_the_settings_say_so(
    config: Config, service: Flask, provider: Provider
) -> None:
    app = _app(config, provider, "preferred_username")
    provider.claims = {"preferred_username": "ying"}
    client = app.test_client()
    assert _enter(client, provider).location == "/staff"
    assert _is_signed_in(client)
    with app.app_context():
        db.database().dispose()


def test_a_claim_that_cannot_be_trusted_is_no_setting(config: Config, provider: Provider) -> None:
    with pytest.raises(ConfigError, match="SURVEYAPP_OIDC_CLAIM"):
        _app(config, provider, "nickname")


def test_without_a_service_there_is_no_such_page(app: Flask, database: Database) -> None:
    client = app.test_client()
    assert client.get("/staff/sign-in/service").status_code == 404
    assert client.get("/staff/sign-in/service/back?code=1&state=1").status_code == 404
    assert "OpenID" not in client.get("/staff/sign-in").text
