"""All pages of accounts, put on their blueprint by being imported."""

from __future__ import annotations

from surveyapp.accounts import administration, forgotten, my_account, oidc, signing_in
from surveyapp.accounts.blueprint import blueprint

__all__ = ["administration", "blueprint", "forgotten", "my_account", "oidc", "signing_in"]
