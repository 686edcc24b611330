"""What every answer of the server carries, and what every request must satisfy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, current_app, render_template, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import HTTPException

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

csrf = CSRFProtect()

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
URL_ENCODED = "application/x-www-form-urlencoded"
FORM_TYPES = frozenset({URL_ENCODED, "multipart/form-data"})
MAX_FORM_PARTS = 2000
ERROR_PAGES = (400, 401, 403, 404, 405, 413, 415, 422, 429, 500)

PLAIN_ERROR = (
    "<!doctype html><html lang=zh-Hans><meta charset=utf-8><title>{status}</title>"
    "<h1>出错了，没有保存任何内容，请稍后再试。</h1>"
    "<p lang=en>Something went wrong. Nothing was stored. Please try again later.</p></html>"
)

#: What goes along where an answer does not say otherwise.
HEADERS = {
    # Answers and figures must not lie in the cache of a shared computer. Static files may.
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; connect-src 'self'; font-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; img-src 'self' data:; "
        "media-src 'self' data:; script-src 'self'; style-src 'self'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # Not 'no-referrer': under it browsers send "Origin: null" with our own forms too, and the
    # check below could no longer tell them from a stranger's. Other sites learn nothing either way.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_OVER_HTTP = [*HEADERS.items()]
#: Two years. Other hosts of the domain are not ours to decide about.
_OVER_HTTPS = [*_OVER_HTTP, ("Strict-Transport-Security", "max-age=63072000")]
_Header = tuple[str, str]


class _SessionCookie(SecureCookieSessionInterface):
    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if "HTTP_COOKIE" not in request.environ:
            return self.session_class()  # respondents have none: nothing to read, nothing to check
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        # With respondents nobody has asked for it: no cookie to give, nothing that depends on one.
        if session or session.accessed or session.modified:
            super().save_session(app, session, response)

    def get_cookie_name(self, app: Flask) -> str:
        return cookie_name(super().get_cookie_name(app))

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def cookie_name(name: str) -> str:
    """Return the name under which a cookie travels.

    Over https browsers take a name that begins so from this very host only: neither a neighbour in
    the domain nor a page without encryption can put in its own.
    """
    return f"__Host-{name}" if request.is_secure else name


def init_app(app: Flask, *, max_text: int, max_body: int) -> None:
    """Limits, request checks, headers, error pages, and CSRF protection of staff forms."""
    app.config.update(
        MAX_CONTENT_LENGTH=max_body,
        MAX_FORM_MEMORY_SIZE=max_text,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # A form that was open for a day must still be accepted: what was typed is not ours to lose.
        WTF_CSRF_TIME_LIMIT=None,
        # An item of a questionnaire may have any id that begins with a letter.
        WTF_CSRF_FIELD_NAME="_csrf",
    )
    app.session_interface = _SessionCookie()
    app.before_request(_check_request)
    app.wsgi_app = _with_headers(app.wsgi_app)  # type: ignore[method-assign, assignment]
    for status in ERROR_PAGES:
        app.register_error_handler(status, error_page)
    csrf.init_app(app)


def _check_request() -> None:
    if request.method in SAFE_METHODS:
        return
    if not _from_our_pages():
        abort(HTTPStatus.FORBIDDEN)
    if request.method == "POST" and request.mimetype not in FORM_TYPES:
        abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if request.mimetype == URL_ENCODED:
        # Werkzeug holds such a body in memory whole, and limits the text of multipart bodies only.
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]


def _from_our_pages() -> bool:
    """Whether a page of ours sent this request (or a program, which no third party can make do so).

    Sec-Fetch-Site cannot be forged by a page, but old browsers and plain http do not send it.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _with_headers(application: WSGIApplication) -> WSGIApplication:
    """Put the headers on whatever leaves an application, whoever in it has made the answer."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[_Header], *more: Any) -> Callable[[bytes], object]:
            given = {name for name, _ in headers}
            lacking = [one for one in ours if one[0] not in given]
            return start_response(status, headers + lacking, *more)

        ours = _OVER_HTTPS if environ["wsgi.url_scheme"] == "https" else _OVER_HTTP
        return application(environ, start)

    return answer


def error_page(error: Exception) -> tuple[str, int]:
    """A page in the reader's language that says what happened; details go to the log only."""
    status = 500
    if isinstance(error, HTTPException) and error.code is not None:
        status = error.code
    if status >= 500:
        current_app.logger.error("%s %s", request.method, request.endpoint, exc_info=error)
    try:
        return render_template("error.html", status=status, staff=_is_for_staff(status)), status
    except Exception as second:
        # What broke the request (a database that is gone, say) may break its error page too.
        current_app.logger.error("error page", exc_info=second)
        return PLAIN_ERROR.format(status=status), status


def _is_for_staff(status: int) -> bool:
    """Whether the reader is signed in and at home: they keep their way to the other pages."""
    if status >= 500 or not request.path.startswith("/staff"):
        return False
    ours = request.method in SAFE_METHODS or _from_our_pages()
    return ours and bool(current_user.is_authenticated)
