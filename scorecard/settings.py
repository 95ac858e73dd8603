"""Settings, from environment variables only. Every variable is documented in `.env.example`."""

import os
import re
import secrets
import sys
import tomllib
import zoneinfo
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import dj_database_url
from celery.schedules import crontab
from environs import Env, EnvError, validate

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]

env = Env()
env.read_env(BASE_DIR / ".env", recurse=False)


def _refuse(name: str, reason: str) -> NoReturn:
    sys.exit(f"Not started: the environment variable {name} {reason}. See .env.example for what it may be.")


def _read(parse: Callable[..., Any], name: str, default: Any, must: str, **options: Any) -> Any:
    """A variable as its type; nonsense stops the start with a sentence that says what it `must` be."""
    if not os.environ.get(name, "").strip():
        os.environ.pop(name, None)  # empty is as good as left out
    try:
        return parse(name, default, **options)
    except (EnvError, ValueError):
        _refuse(name, f"must {must}, not {os.environ.get(name, '')[:80]!r}")


def _at_least(minimum: int) -> validate.Range:
    return validate.Range(min=minimum)


def _list(name: str, default: list[str]) -> list[str]:
    return [entry.strip() for entry in env.list(name, default) if entry.strip()] or default


@contextmanager
def _using_data_dir() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        _refuse("DATA_DIR", f"names a folder that cannot be used: {error.strerror}")


DATA_DIR = Path(env.str("DATA_DIR", "") or BASE_DIR / "var").resolve()
with _using_data_dir():
    DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = _read(env.bool, "DEBUG", False, "be true or false")

REDIS_URL = env.str("REDIS_URL", "")
if REDIS_URL and urlsplit(REDIS_URL).scheme not in ("redis", "rediss", "unix"):
    _refuse("REDIS_URL", "must begin with redis://, rediss:// or unix://")
try:
    urlsplit(REDIS_URL).port  # noqa: B018  raises what Redis would raise later
except ValueError:
    _refuse("REDIS_URL", "cannot be read: a port is a number, and a password has its special characters as %xx")
DATABASE_URL = env.str("DATABASE_URL", "") or f"sqlite:///{DATA_DIR / 'scorecard.sqlite3'}"
if urlsplit(DATABASE_URL).scheme not in ("sqlite", "postgres", "postgresql"):
    _refuse("DATABASE_URL", "must begin with postgresql:// or sqlite:///")
if DATABASE_URL.startswith("sqlite:") and urlsplit(DATABASE_URL).path.strip("/") in ("", ":memory:"):
    _refuse("DATABASE_URL", "must name a file after sqlite:///, else nothing would be kept")


def _embedded_secret_key() -> str:
    """The key of an embedded installation: made on first start, kept under `var/`, readable by its owner only."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        fresh = path.with_name(f"secret_key.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50))
        try:
            os.link(fresh, path)  # whoever of two processes is first has made the key of both
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()


# Where evidence, reports and logos lie: a bucket, for hosts that share no folder.
FILES_URL = env.str("FILES_URL", "")
FILES_ENDPOINT = env.str("FILES_ENDPOINT", "")
FILES_REGION = env.str("FILES_REGION", "")


def _bucket(url: str) -> dict[str, Any]:
    """The storage of Django for `s3://bucket` or `s3://bucket/prefix`."""
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc or parts.query or "@" in parts.netloc:
        _refuse("FILES_URL", "must be s3://, the name of a bucket and perhaps a folder in it: s3://scorecard/files")
    if FILES_ENDPOINT and urlsplit(FILES_ENDPOINT).scheme not in ("https", "http"):
        _refuse("FILES_ENDPOINT", "must begin with https:// or http://")
    options = {"bucket_name": parts.netloc, "location": parts.path.strip("/")}
    options |= {"endpoint_url": FILES_ENDPOINT or None, "region_name": FILES_REGION or None}
    return {"BACKEND": "assessments.platform.buckets.BucketStorage", "OPTIONS": options}


# Folders with frameworks of one's own.
FRAMEWORK_DIRS = [Path(name) for name in _list("FRAMEWORK_DIRS", [])]
for folder in FRAMEWORK_DIRS:
    if not folder.is_dir():
        _refuse("FRAMEWORK_DIRS", f"has {str(folder)[:80]!r}, which is no folder")

DATABASE_POOLED = _read(env.bool, "DATABASE_POOLED", False, "be true or false")
SECRET_KEY = env.str("SECRET_KEY", "")
if not SECRET_KEY and (REDIS_URL or not DATABASE_URL.startswith("sqlite")):
    _refuse("SECRET_KEY", "must be set on a team server: all its processes need the same one, 50 random characters")
if SECRET_KEY and len(SECRET_KEY) < 32:
    _refuse("SECRET_KEY", "is too short: use 50 random characters")
with _using_data_dir():
    SECRET_KEY = SECRET_KEY or _embedded_secret_key()

# What secrets are encrypted with in the database: the first encrypts, all decrypt.
ENCRYPTION_KEYS = _list("ENCRYPTION_KEYS", [SECRET_KEY])
for key in ENCRYPTION_KEYS:
    if len(key) < 32:
        _refuse("ENCRYPTION_KEYS", "has a key that is too short: use 50 random characters for each")

ALLOWED_HOSTS = _list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
for host in ALLOWED_HOSTS:
    if "/" in host or (":" in host and not host.endswith("]")):
        _refuse("ALLOWED_HOSTS", f"has {host[:80]!r}, which must be a name alone, such as score.example.com")
CSRF_TRUSTED_ORIGINS = _list("CSRF_TRUSTED_ORIGINS", [])
for origin in CSRF_TRUSTED_ORIGINS:
    if not origin.startswith(("https://", "http://")):
        _refuse(
            "CSRF_TRUSTED_ORIGINS", f"has {origin[:80]!r}, which needs its scheme, such as https://score.example.com"
        )


# Behind HTTPS: cookies are sent over it alone, plain requests are sent on to it, and browsers remember to use it.
HTTPS = _read(env.bool, "HTTPS", False, "be true or false")


def _site_url() -> str:
    """What links begin with that are sent or handed on, without a slash at the end.

    It is not taken from a request: whoever asks could choose it, and a worker sees none.
    """
    known = next((origin for origin in CSRF_TRUSTED_ORIGINS if "*" not in origin), "")
    here = ("localhost", "127.0.0.1", "[::1]")
    name = next((host for host in ALLOWED_HOSTS if host not in here and host[0] not in ".*"), "localhost")
    port = os.environ.get("PORT", "")
    port = port if port.isascii() and port.isdecimal() else "8000"
    return known or (f"https://{name}" if HTTPS else f"http://{name}:{port}")


SITE_URL = (env.str("SITE_URL", "").strip() or _site_url()).rstrip("/")
_address = re.fullmatch(r"(https?://([\w.-]+|\[[\da-fA-F:.]+\])(:\d{1,5})?)((/[\w.~-]+)*)", SITE_URL, re.A)
if not _address:
    _refuse("SITE_URL", f"must be the address people type, such as https://score.example.com, not {SITE_URL[:80]!r}")
# Below a path of another site, all that the site calls its own has it in front: addresses, styles, cookies.
SITE_URL, PATH_PREFIX = _address[1], _address[4]
FORCE_SCRIPT_NAME = PATH_PREFIX or None
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = f"{PATH_PREFIX}/"

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
# Whether other names below the domain are HTTPS only, too, is for whoever owns the domain to say, at the proxy.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
# How many proxies in front add to X-Forwarded-For: without it, rate limits would count all people behind one as one.
ALLAUTH_TRUSTED_PROXY_COUNT = _read(
    env.int, "TRUSTED_PROXY_COUNT", 0, "be a whole number from 0", validate=_at_least(0)
)
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Who may read the metrics: whoever has the token, or asks from one of these networks; without either, nobody.
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
if METRICS_TOKEN and len(METRICS_TOKEN) < 16:
    _refuse("METRICS_TOKEN", "is too short: use 32 random characters")
METRICS_ALLOWED = []
for _name in _list("METRICS_ALLOWED", []):
    try:
        METRICS_ALLOWED.append(ip_network(_name, strict=False))
    except ValueError:
        _refuse("METRICS_ALLOWED", f"has {_name[:80]!r}, which must be an address or a network, such as 10.20.0.0/16")

INSTALLED_APPS = [
    "assessments",
    "scorecard.apps.ScorecardAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "scorecard.apps.ScorecardStaticFilesConfig",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "assessments.platform.request_ids.RequestIdMiddleware",
    "assessments.platform.health.HealthMiddleware",
    "assessments.platform.watching.metrics.MetricsMiddleware",
    "assessments.platform.languages.FirstLanguageMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "assessments.platform.middleware.HeadMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "assessments.platform.middleware.AnswerMiddleware",
    "assessments.platform.middleware.RepeatMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "assessments.audit.middleware.ActorMiddleware",
    "assessments.accounts.middleware.SignInRequiredMiddleware",
    "assessments.platform.languages.LanguageMiddleware",  # after what asks who it is
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "scorecard.urls"
WSGI_APPLICATION = "scorecard.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["assessments.templatetags.forms"],  # its {% csrf_token %} brings the request key, too
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# What was said to be saved survives a power cut: each commit waits for the disk, which NORMAL does not.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}
try:
    DATABASES = {"default": dj_database_url.parse(DATABASE_URL)}
except ValueError:
    _refuse("DATABASE_URL", "cannot be read: a port is a number, and a password has its special characters as %xx")
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A server that takes no connection and refuses none would keep every request waiting for minutes.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
    # Where connections change hands between transactions, what a connection keeps from one to the next is lost.
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = DATABASE_POOLED
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "assessments.User"
AUTHENTICATION_BACKENDS = ["assessments.accounts.adapter.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
CSRF_FAILURE_VIEW = "assessments.accounts.middleware.csrf_failure"
LOGIN_REDIRECT_URL = "organization_list"
SESSION_COOKIE_AGE = 14 * 24 * 60 * 60
ACCOUNT_ADAPTER = "assessments.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
# An administrator or an invitation has vouched for an address; only a change of it is confirmed by mail.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
# Changing the email, two-factor or single sign-on asks for the password again, unless it was given minutes ago.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
# Requests per minute (m), hour (h): by network address (ip), by person (user), or by what is tried (key).
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",  # the key of a password is address and account, that of a code the account
    "login_failed_anywhere": "100/h/key",  # wrong passwords for one account, wherever they come from
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "confirm_email": "1/3m/key",
    "signup": "20/m/ip",
}
ACCOUNT_FORMS = {
    "login": "assessments.accounts.forms.SignInForm",
    "reauthenticate": "assessments.accounts.forms.ReauthenticateForm",
    "add_email": "assessments.accounts.forms.EmailForm",
    "change_password": "assessments.accounts.forms.PasswordChangeForm",
    "set_password": "assessments.accounts.forms.PasswordSetForm",
    "reset_password": "assessments.accounts.forms.PasswordResetForm",
    "reset_password_from_key": "assessments.accounts.forms.NewPasswordForm",
}

MFA_ADAPTER = "assessments.accounts.adapter.TwoFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "AI Infrastructure Scorecard"
MFA_TOTP_TOLERANCE = 1  # a clock may be half a minute off: where the product runs alone, nothing sets it right
MFA_RATE_LIMITS = {"webauthn_login": "10/m/ip"}
# Sign-up is closed, so nobody can occupy another one's address: a change of email may wait beside two-factor.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "assessments.accounts.forms.CodeForm",
    "reauthenticate": "assessments.accounts.forms.CodeAgainForm",
    "activate_totp": "assessments.accounts.forms.FirstCodeForm",
    "add_webauthn": "assessments.accounts.forms.PasskeyForm",
    "edit_webauthn": "assessments.accounts.forms.PasskeyNameForm",
    "login_webauthn": "assessments.accounts.forms.PasskeySignInForm",
    "authenticate_webauthn": "assessments.accounts.forms.PasskeySecondForm",
    "reauthenticate_webauthn": "assessments.accounts.forms.PasskeyAgainForm",
}

# Single sign-on by OpenID Connect. Whoever has no account is not given one by it, but for the domains named.
_oidc = {
    "OIDC_NAME": env.str("OIDC_NAME", ""),
    "OIDC_SERVER_URL": env.str("OIDC_SERVER_URL", "").strip().rstrip("/"),
    "OIDC_CLIENT_ID": env.str("OIDC_CLIENT_ID", ""),
    "OIDC_CLIENT_SECRET": env.str("OIDC_CLIENT_SECRET", ""),
}
for _name, _value in _oidc.items():
    if not _value and any(_oidc.values()):
        _refuse(_name, "is missing: single sign-on needs " + ", ".join(_oidc))
if _oidc["OIDC_SERVER_URL"]:
    _server = urlsplit(_oidc["OIDC_SERVER_URL"])
    _is_here = _server.scheme == "http" and _server.hostname in ("localhost", "127.0.0.1")
    if not _server.hostname or not (_server.scheme == "https" or _is_here):
        _refuse("OIDC_SERVER_URL", "must begin with https://, such as https://login.example.com/realms/staff")
_token_auth = _read(
    env.str,
    "OIDC_TOKEN_AUTH",
    "",
    "be client_secret_basic or client_secret_post",
    validate=validate.OneOf(("", "client_secret_basic", "client_secret_post")),
)
OIDC_ACCOUNT_DOMAINS = [domain.lower() for domain in _list("OIDC_ACCOUNT_DOMAINS", [])]
for domain in OIDC_ACCOUNT_DOMAINS:
    if domain != "*" and not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", domain):
        _refuse("OIDC_ACCOUNT_DOMAINS", f"has {domain[:80]!r}, which must be a domain, such as northwind.example, or *")
# Which claim names the groups somebody is in; without it groups mean nothing. Only listed ones ever make people staff.
OIDC_GROUPS_CLAIM = env.str("OIDC_GROUPS_CLAIM", "").strip()
OIDC_STAFF_GROUPS = _list("OIDC_STAFF_GROUPS", [])
SOCIALACCOUNT_ADAPTER = "assessments.accounts.adapter.SingleSignOnAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": _oidc["OIDC_NAME"],
                "client_id": _oidc["OIDC_CLIENT_ID"],
                "secret": _oidc["OIDC_CLIENT_SECRET"],
                "settings": {
                    "server_url": _oidc["OIDC_SERVER_URL"],
                    "token_auth_method": _token_auth,
                    # Some providers never say that they have verified an address; these domains are theirs alone.
                    "verified_email": [domain.lower() for domain in _list("OIDC_EMAIL_DOMAINS", [])],
                    "account_domains": OIDC_ACCOUNT_DOMAINS,
                    "scope": ["openid", "profile", "email", *_list("OIDC_SCOPES", [])],
                },
            }
        ]
        if _oidc["OIDC_SERVER_URL"]
        else [],
    }
}
# Rate limits count in the cache, so it is one that all web processes share: on disk, or Redis where there is one.
CACHES = {
    "default": {
        "BACKEND": "scorecard.caches.SharedRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }
    if REDIS_URL
    else {
        "BACKEND": "scorecard.caches.FolderCache",
        "LOCATION": DATA_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    }
}

_mail = _read(env.dj_email_url, "EMAIL_URL", "console:", "look like submission://user:password@mail.example.com:587")
if "EMAIL_BACKEND" not in _mail:
    _refuse("EMAIL_URL", "must look like submission://user:password@mail.example.com:587, or be left out")
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_BACKEND"], _mail["EMAIL_HOST"] or "", _mail["EMAIL_PORT"] or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"] or "", _mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS, EMAIL_USE_SSL, EMAIL_TIMEOUT = _mail["EMAIL_USE_TLS"], _mail["EMAIL_USE_SSL"], 15
DEFAULT_FROM_EMAIL = SERVER_EMAIL = (
    env.str("DEFAULT_FROM_EMAIL", "") or "AI Infrastructure Scorecard <scorecard@localhost>"
)

# Mails that come back: the mailbox they come back to, the token by which a provider tells of them, and the address that
# a mail server sends them to, in which * is what tells one mail from another.
MAIL_RETURNS_MAILBOX = env.str("MAIL_RETURNS_MAILBOX", "").strip()
if MAIL_RETURNS_MAILBOX:
    try:
        _mailbox = urlsplit(MAIL_RETURNS_MAILBOX)
        _is_mailbox = _mailbox.scheme in ("imap", "imaps") and _mailbox.hostname and _mailbox.username
        _mailbox.port  # noqa: B018  raises what the first connection would raise later
    except ValueError:
        _is_mailbox = False
    if not _is_mailbox:
        _refuse("MAIL_RETURNS_MAILBOX", "must look like imaps://user:password@imap.example.com/INBOX, or be left out")
MAIL_RETURNS_TOKEN = env.str("MAIL_RETURNS_TOKEN", "")
if MAIL_RETURNS_TOKEN and len(MAIL_RETURNS_TOKEN) < 16:
    _refuse("MAIL_RETURNS_TOKEN", "is too short: use 32 random characters")
MAIL_RETURNS_ADDRESS = env.str("MAIL_RETURNS_ADDRESS", "").strip()
if MAIL_RETURNS_ADDRESS and not re.fullmatch(r"[^@\s]+@[^@\s*]+", MAIL_RETURNS_ADDRESS):
    _refuse("MAIL_RETURNS_ADDRESS", "must be an address, such as bounces@example.com or bounces+*@example.com")

# For how many days the log says what was sent to whom.
MAIL_LOG_DAYS = _read(
    env.int,
    "MAIL_LOG_DAYS",
    90,
    "be a whole number of days from 1 to 3650",
    validate=validate.Range(min=1, max=3650),
)

ORGANIZATIONS_ADDED_BY = _read(
    env.str,
    "ORGANIZATIONS_ADDED_BY",
    "everyone",
    "be everyone, teams or administrators",
    validate=validate.OneOf(("everyone", "teams", "administrators")),
)

# What is spoken to whoever chose no language and whose browser asks for none of these.
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español")]
LANGUAGE_CODE = _read(
    env.str,
    "DEFAULT_LANGUAGE",
    "en",
    "be en, de, fr or es",
    validate=validate.OneOf([code for code, _ in LANGUAGES]),
)
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
FORMAT_MODULE_PATH = "assessments.platform.formats"
TIME_ZONE = env.str("TIME_ZONE", "") or "UTC"
if TIME_ZONE not in zoneinfo.available_timezones():
    _refuse("TIME_ZONE", f"must be the name of a time zone, such as Europe/Berlin, not {TIME_ZONE[:80]!r}")
USE_TZ = True

STATIC_URL = f"{PATH_PREFIX}/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", "") or DATA_DIR / "static")
# plotly.js comes from the installed package; a page loads it only when a reader reaches for a chart.
_PLOTLY = Path(find_spec("plotly").submodule_search_locations[0]) / "package_data"
# So does what draws the page of the API.
_NINJA = Path(find_spec("ninja").submodule_search_locations[0]) / "static" / "ninja"
STATICFILES_DIRS = [BASE_DIR / "static", ("plotly", _PLOTLY), ("ninja", _NINJA)]
STORAGES = {
    "default": _bucket(FILES_URL) if FILES_URL else {"BACKEND": "assessments.platform.storage.WholeFileStorage"},
    "staticfiles": {"BACKEND": "assessments.platform.static_files.SqueezedStorage"},
}
MEDIA_ROOT = DATA_DIR / "media"


CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

EVIDENCE_MAX_BYTES = 20 * 1024 * 1024
FIGURE_SOURCES_ALLOWED = _list("FIGURE_SOURCES_ALLOWED", [])
WEBHOOKS_ALLOWED = _list("WEBHOOKS_ALLOWED", [])
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000  # the list of a full roadmap sends five for each of its 500 items
# Room that no file may take: the database needs it to go on saving what people type.
DISK_RESERVE_BYTES = 50 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "assessments.saving.uploads.LimitedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "assessments.saving.uploads.SpoolingUploadHandler",
]

# A report whose worker gave no sign of life for this long is made again; the sweep looks as often.
REPORT_STALE_SECONDS = _read(
    env.float, "REPORT_STALE_SECONDS", 30, "be a number of seconds from 1", validate=_at_least(1)
)

# For how many days reports are kept where an organization says nothing else; 0 is for good.
REPORT_KEEP_DAYS = _read(
    env.int,
    "REPORT_KEEP_DAYS",
    0,
    "be a whole number of days from 0, for good, to 3650",
    validate=validate.Range(min=0, max=3650),
)

# The broker is Redis where there is one, else a folder: no server needed. Either way the database row is the truth.
_FOLDER = DATA_DIR / "broker"
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost//"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {"visibility_timeout": 300}
if not REDIS_URL:
    with _using_data_dir():
        for folder in ("messages", "control"):
            (_FOLDER / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_FOLDER / "messages"),
        "data_folder_out": str(_FOLDER / "messages"),
        "control_folder": str(_FOLDER / "control"),
        "polling_interval": 0.1,
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_BEAT_SCHEDULER = "scorecard.celery:Clock"
CELERY_BEAT_MAX_LOOP_INTERVAL = 10
CELERY_BEAT_SCHEDULE = {
    "purge-organizations": {"task": "assessments.organizations.tasks.purge_organizations", "schedule": 60 * 60},
    "sweep-request-keys": {"task": "assessments.platform.tasks.sweep_request_keys", "schedule": 15 * 60},
    "send-waiting-mail": {"task": "assessments.platform.tasks.send_waiting_mail", "schedule": 60},
    "read-returned-mail": {"task": "assessments.platform.tasks.read_returned_mail", "schedule": crontab(minute="*/10")},
    "sweep-mail-log": {"task": "assessments.platform.tasks.sweep_mail_log", "schedule": crontab("27", "4")},
    "sweep-kept-answers": {"task": "assessments.api.tasks.sweep_kept_answers", "schedule": 60 * 60},
    # A minute past: at 8 o'clock in most zones, and within the hour in those that are half an hour off.
    "send-reminders": {"task": "assessments.roadmaps.tasks.send_reminders", "schedule": crontab(minute="1")},
    "remind-raters": {"task": "assessments.rounds.tasks.remind_raters", "schedule": crontab(minute="6")},
    # Once a day everywhere: proof grows older from date to date.
    "refresh-standings": {"task": "assessments.scorecards.tasks.refresh_standings", "schedule": crontab("17", "0")},
    "check-standings": {"task": "assessments.dashboards.tasks.check_standings", "schedule": crontab("47", "0")},
    "purge-figure-drops": {"task": "assessments.figures.tasks.purge_figure_drops", "schedule": 60 * 60},
    "purge-scorecard-imports": {"task": "assessments.reports.tasks.purge_scorecard_imports", "schedule": 60 * 60},
    "read-figure-sources": {"task": "assessments.figures.tasks.read_figure_sources", "schedule": crontab(minute="41")},
    "sweep-batches": {
        "task": "assessments.reports.batches.tasks.sweep_batches",
        "schedule": min(60, REPORT_STALE_SECONDS),
    },
    "expire-reports": {"task": "assessments.reports.retention.tasks.expire_reports", "schedule": crontab("47", "5")},
    # Every ten minutes: at 8 o'clock in each zone, and a team's mail soon after its last report.
    "make-scheduled-reports": {
        "task": "assessments.reports.schedules.tasks.make_scheduled_reports",
        "schedule": crontab(minute="*/10"),
    },
    "sweep-deliveries": {"task": "assessments.reports.sharing.tasks.sweep_deliveries", "schedule": 60},
    "sweep-reports": {"task": "assessments.reports.tasks.sweep_reports", "schedule": min(60, REPORT_STALE_SECONDS)},
    "sweep-webhooks": {"task": "assessments.webhooks.tasks.sweep_webhooks", "schedule": 30},
    "forget-webhook-deliveries": {
        "task": "assessments.webhooks.tasks.forget_webhook_deliveries",
        "schedule": crontab("37", "4"),
    },
    "announce-overdue-items": {
        "task": "assessments.roadmaps.tasks.announce_overdue_items",
        "schedule": crontab(minute="2"),
    },
    "remind-vendors": {"task": "assessments.vendors.tasks.remind_vendors", "schedule": crontab(minute="12")},
    "tell-submissions": {"task": "assessments.vendors.tasks.tell_submissions", "schedule": crontab(minute="*/5")},
}

LOG_LEVEL = _read(
    env.str,
    "LOG_LEVEL",
    "INFO",
    "be DEBUG, INFO, WARNING or ERROR",
    validate=validate.OneOf(("DEBUG", "INFO", "WARNING", "ERROR")),
)
LOG_FORMAT = _read(env.str, "LOG_FORMAT", "text", "be text or json", validate=validate.OneOf(("text", "json")))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {"()": "scorecard.logs.JsonLines"},
    },
    "filters": {"no_tokens": {"()": "scorecard.logs.WithoutTokens"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["no_tokens"]}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},  # its own, with DEBUG, would print what is masked here
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}
