"""Nothing typed is lost because a sign-in has expired: the answer carries the text on.

A post without a sign-in, or with the token of an earlier one, is answered with a page that holds
everything that was sent and sends it again. Only views that say so (``guard.keeps_text``): what a
form of passwords holds must not come back in a page.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError

from surveyapp.accounts.guard import text_is_kept

#: What is longer is shown to be read, what is shorter goes along unseen.
_SHORT = 40


def init_app(app: Flask) -> None:
    """Answer a post whose token is not that of this session any more."""
    app.register_error_handler(CSRFError, _stale)


def wanted() -> bool:
    """Say whether what this request brought is to be carried on."""
    return request.method == "POST" and text_is_kept(request.endpoint)


def page() -> str:
    """Return the page that shows what was sent and sends it again."""
    sent = [(name, text) for name, text in request.form.items(multi=True) if name != "_csrf"]
    texts = [(name, text) for name, text in sent if len(text) > _SHORT or "\n" in text]
    return render_template(
        "accounts/carried_on.html",
        texts=texts,
        rest=[one for one in sent if one not in texts],
        signed_in=current_user.is_authenticated,
    )


def _stale(_error: CSRFError) -> tuple[str, int]:
    if wanted():
        return page(), HTTPStatus.BAD_REQUEST
    return render_template("error.html", status=400), HTTPStatus.BAD_REQUEST
