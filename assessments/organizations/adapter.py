"""How accounts behave here: who may open one, and what people read when something is refused."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

ERRORS = {
    "account_inactive": "This account is switched off. An administrator can switch it on again.",
    "email_password_mismatch": "The email or the password is not right. Check both and try again.",
    "enter_current_password": "This is not your current password.",
    "too_many_login_attempts": "Too many attempts. Wait five minutes, then try again.",
}


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by an administrator, never by signing up."""

    error_messages = {**DefaultAccountAdapter.error_messages, **ERRORS}

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
