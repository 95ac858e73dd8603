"""Single sign-on with providers as they are: what allauth does not ask, or takes for granted in the answer."""

import hashlib
from typing import Any
from urllib.parse import quote_plus

from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

UID_LENGTH = 191  # of allauth's column; a subject may have 255
TEXTS = ("email", "name", "preferred_username", "given_name", "family_name", "picture")


class OpenIDClient(OAuth2Client):
    """Sends a nonce, which some providers insist on, and the client's name and secret as the standard writes them."""

    def get_redirect_url(self, authorization_url: str, scope: list[str], extra_params: dict[str, str]) -> str:
        return super().get_redirect_url(authorization_url, scope, {**extra_params, "nonce": nonce_of(self.state)})

    def get_access_token(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        if not self.basic_auth:
            return super().get_access_token(*args, **kwargs)
        plain = self.consumer_key, self.consumer_secret
        self.consumer_key, self.consumer_secret = (quote_plus(each) for each in plain)  # RFC 6749, 2.3.1
        try:
            return super().get_access_token(*args, **kwargs)
        finally:
            self.consumer_key, self.consumer_secret = plain


class OpenIDAdapter(OpenIDConnectOAuth2Adapter):
    client_class = OpenIDClient

    @property
    def basic_auth(self) -> bool:
        """By the setting; else basic, the standard's own (OpenID Discovery, 3), where the provider takes it."""
        return "client_secret_basic" in self._methods()

    def _methods(self) -> list[str]:
        if chosen := self.get_provider().app.settings.get("token_auth_method"):
            return [chosen]
        return self.openid_config.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]

    def get_access_token_data(
        self, request: HttpRequest, app: Any, client: OpenIDClient, *args: Any, **kwargs: Any
    ) -> Any:
        """A provider may take both ways of sending the secret and yet only one of them from this client."""
        try:
            return super().get_access_token_data(request, app, client, *args, **kwargs)
        except OAuth2Error as error:
            if "invalid_client" not in str(error) or not {"client_secret_basic", "client_secret_post"} <= {
                *self._methods()
            }:
                raise
            client.basic_auth = not client.basic_auth
            return super().get_access_token_data(request, app, client, *args, **kwargs)

    @property
    def profile_url(self) -> str:
        return str(self.openid_config.get("userinfo_endpoint") or "")

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> SocialLogin:
        """Read who it is from the ID token and, where the provider has one, from its page about the person."""
        data: dict[str, Any] = {}
        if id_token := kwargs["response"].get("id_token"):
            data["id_token"] = self._decode_id_token(app, id_token)
            nonce = data["id_token"].get("nonce")
            if nonce is not None and not constant_time_compare(str(nonce), nonce_of(request.GET.get("state", ""))):
                raise OAuth2Error("The nonce in the answer is not that of the question.")
        if self.profile_url:
            data["userinfo"] = self._fetch_user_info(token.token)
        if not data:
            raise OAuth2Error("The answer has no ID token, and the provider no userinfo endpoint.")
        return self.get_provider().sociallogin_from_response(request, _readable(data))


def nonce_of(state: str) -> str:
    """A nonce bound to the state, which is random, good for one answer and kept in the person's session."""
    return salted_hmac("single-sign-on-nonce", state or "", algorithm="sha256").hexdigest()


def _readable(data: dict[str, Any]) -> dict[str, Any]:
    """The answer's parts without claims of the wrong kind, all about one subject that fits where it is stored."""
    parts = {}
    for name, claims in data.items():
        if not isinstance(claims, dict) or not isinstance(claims.get("sub"), str) or not claims["sub"]:
            raise OAuth2Error(f"The {name} does not say whom it is about.")
        parts[name] = {key: value for key, value in claims.items() if key not in TEXTS or isinstance(value, str)}
    if len({claims["sub"] for claims in parts.values()}) > 1:
        raise OAuth2Error("ID token and userinfo are about different people.")
    for claims in parts.values():
        if len(claims["sub"]) > UID_LENGTH:
            claims["sub"] = f"sha256:{hashlib.sha256(claims['sub'].encode()).hexdigest()}"
    return parts
