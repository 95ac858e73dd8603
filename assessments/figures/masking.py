"""Secrets in the files that tools write: found, named, and masked before anything of a file is stored.

nccl-tests copies the whole environment, guidellm the API key, k6 the script, benches the prompts, monitors host names.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.framework.translating import number

DOTS = "••••••••"
SHOWN = 4  # characters of a secret that are left, so that its owner knows which one it is
MOST_NAMED = 12

_VALUE = r"""(?P<quote>["'])(?P<value>(?:(?!(?P=quote))[^\\\n]|\\.){1,20000}?)(?P=quote)"""
_NAMES = (
    r"[\w.-]{0,60}?(?:api[_-]?key|(?:^|access|auth|bearer|hf|id|refresh|session|api|user|github|gitlab|secret)[_-]?token"
    r"|(?<![A-Za-z])token|secret(?:[_-]?(?:key|access[_-]?key))?|passwd|password|passphrase|pwd|authorization"
    r"|credentials?|private[_-]?key|access[_-]?key(?:[_-]?id)?|set-cookie)"
)
_HINTS = ("key", "token", "secret", "pass", "pwd", "authorization", "credential", "cookie")
_PRIVATE_NAMES = r"host|hostname|nodename|local_host|remote_host|host_user|server_name"
_TEXT_NAMES = r"prompt|prompts|generated_texts?|script|cli_command|command_line|completion"


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without its secrets, and a sentence for each kind that was found."""

    text: str
    sentences: tuple[str, ...]
    secrets: int


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    what: str
    group: str = "value"
    is_secret: bool = True
    keeps: int = SHOWN
    hints: tuple[str, ...] = ()
    """Words of which one stands in every match, in small letters: without any the text is not searched."""


_RULES = (
    _Rule(
        re.compile(
            r"(?P<value>-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----.{0,20000}?-----END [A-Z ]{0,20}PRIVATE KEY-----)", re.S
        ),
        _lazy("a private key"),
        keeps=0,
        hints=("private key",),
    ),
    _Rule(re.compile(r"\b(?P<value>(?:AKIA|ASIA)[0-9A-Z]{16})\b"), _lazy("an AWS access key"), hints=("akia", "asia")),
    _Rule(
        re.compile(r"\b(?P<value>eyJ[\w-]{6,2000}\.[\w-]{6,4000}\.[\w-]{0,2000})"),
        _lazy("a signed token"),
        hints=("eyj",),
    ),
    _Rule(
        re.compile(r"\b(?P<value>(?:gh[pousr]_|github_pat_|glpat-|hf_|sk-|xox[abpr]-|nvapi-)[\w-]{12,300})"),
        _lazy("an access token"),
        hints=("gh", "glpat-", "hf_", "sk-", "xox", "nvapi-"),
    ),
    _Rule(re.compile(r"(?i)\bbearer +(?P<value>[\w.~+/=-]{6,4000})"), _lazy("a bearer token"), hints=("bearer ",)),
    _Rule(
        re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@\"']{1,200}:(?P<value>[^\s/@\"']{1,200})@"),
        _lazy("a password in an address"),
        hints=("://",),
    ),
    _Rule(
        re.compile(rf"""(?i)["'](?P<name>{_NAMES})["']{{1,2}}\s{{0,9}}:\s{{0,9}}(?:"(?="[^",}}\s]))?{_VALUE}"""),
        _lazy("a secret"),
        hints=_HINTS,
    ),
    _Rule(
        re.compile(rf"""(?im)(?:^|[\s"'])(?P<name>{_NAMES})=(?P<value>[^\s"'&,;]{{4,2000}})"""),
        _lazy("a secret"),
        hints=_HINTS,
    ),
    _Rule(
        re.compile(
            rf"""(?im)^\s{{0,40}}(?P<name>{_NAMES}):[ \t]{{1,9}}"""
            r"""(?P<value>(?![\d.,]+\s*$)[^\s"'{\[]{6,2000})\s*$"""
        ),
        _lazy("a secret"),
        hints=_HINTS,
    ),
)
_PRIVATE = _Rule(
    re.compile(rf"""(?i)["'](?P<name>{_PRIVATE_NAMES})["']\s{{0,9}}:\s{{0,9}}{_VALUE}"""),
    _lazy("a host name"),
    is_secret=False,
    keeps=0,
    hints=("host", "node", "server"),
)
_TEXTS = re.compile(rf"""(?i)["'](?P<name>{_TEXT_NAMES})["']\s{{0,9}}:\s{{0,9}}(?=[\["{{])""")
# A list of NAME=value, or names in capitals with a text behind each: no other object called so.
_ENVIRONMENT = re.compile(
    r"""["'](?P<name>env|environ|environment)["']\s{0,9}:\s{0,9}(?=\[\s{0,99}"\w{1,99}=|\{\s{0,99}"[A-Z_][A-Z0-9_]{1,99}"\s{0,9}:)"""
)


def mask(text: str) -> Masked:
    """The text with everything masked that looks like a secret, or is none of anybody's business."""
    found: dict[str, int] = {}
    secrets = 0
    text, blocks = _blank_values(text, _ENVIRONMENT)
    if blocks:
        secrets += len(blocks)
        found[_("the whole environment of the machine, where keys are kept")] = 1
    text, blocks = _blank_values(text, _TEXTS)
    for name in dict.fromkeys(blocks):
        found[_("the text of “{name}”, in which customers or keys may be named").format(name=name)] = 1
    for rule in _RULES:
        text, named = _masked_by(rule, text)
        secrets += len(named)
        for each in named:
            found[each] = found.get(each, 0) + 1
    text, hosts = _masked_by(_PRIVATE, text)
    if hosts:
        found[_("the names of machines")] = 1
    sentences = [_sentence(what, count) for what, count in found.items()]
    if len(sentences) > MOST_NAMED:
        more = _("and {n} more of the kind").format(n=len(sentences) - MOST_NAMED)
        sentences = [*sentences[:MOST_NAMED], more]
    return Masked(text, tuple(sentences), secrets)


def mask_line(text: str) -> str:
    """A short text, such as what a tool says of a figure, without secrets."""
    for rule in _RULES:
        text = _masked_by(rule, text)[0]
    return text


def _sentence(what: str, count: int) -> str:
    return what if count == 1 else _("{what}, {count} times").format(what=what, count=number(count))


def _masked_by(rule: _Rule, text: str) -> tuple[str, list[str]]:
    named: list[str] = []
    lower = text.lower()
    if rule.hints and not any(hint in lower for hint in rule.hints):
        return text, named

    def replace(found: re.Match[str]) -> str:
        value = found["value"]
        if DOTS in value or (rule.is_secret and not value.strip()):
            return found[0]
        hidden = f"{value[: rule.keeps] if len(value) > 3 * rule.keeps else ''}{DOTS}"
        name = found.groupdict().get("name")
        said = _("{what}: {name} is now {hidden}") if name and rule.is_secret else _("{what}, now {hidden}")
        named.append(said.format(what=rule.what, name=name, hidden=hidden))
        start, end = found.start("value") - found.start(), found.end("value") - found.start()
        return found[0][:start] + hidden + found[0][end:]

    return rule.pattern.sub(replace, text), named


def _blank_values(text: str, names: re.Pattern[str]) -> tuple[str, list[str]]:
    """Put dots in place of the values that stand behind these names, with everything inside them."""
    parts, blanked, place = [], [], 0
    for found in names.finditer(text):
        if found.start() < place:
            continue
        end = _end_of_value(text, found.end())
        if end - found.end() <= 2:
            continue
        parts += [text[place : found.end()], f'"{DOTS}"']
        blanked.append(found["name"])
        place = end
    return "".join([*parts, text[place:]]), blanked


_MARK = re.compile(r'["\\\[\]{}]')


def _end_of_value(text: str, start: int) -> int:
    """Where the string, list or object that begins at `start` ends; the end of the text where it is cut off."""
    depth, in_string, place = 0, False, start
    while found := _MARK.search(text, place):
        mark, place = found[0], found.end()
        if mark == "\\":
            place += 1
        elif mark == '"':
            in_string = not in_string
            if not in_string and depth == 0:
                return place
        elif not in_string:
            depth += 1 if mark in "[{" else -1
            if depth <= 0:
                return place
    return len(text)
