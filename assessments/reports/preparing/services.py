"""Keeping what is chosen and written before a report is made, and offering it again for the next one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.accounts.models import User
from assessments.organizations.models import Organization
from assessments.reports.choices import Choices, cleaned, default_language, defaults
from assessments.reports.preparing.models import ReportDraft, ReportTemplate
from assessments.reports.words import (
    DECISION_LENGTH,
    DECISIONS,
    FINDING_LENGTH,
    FINDINGS,
    LETTER_LENGTH,
    Words,
)
from assessments.scorecards.models import Scorecard

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the page shows. `drafted` is what the rule writes now; `source` is the draft that the rest was taken from,
    of this assessment or of the one before it."""

    choices: Choices
    words: Words
    drafted: Words
    source: ReportDraft | None
    version: int

    @property
    def is_offered_again(self) -> bool:
        """Whether words written for an earlier assessment are offered for this one."""
        return self.source is not None and self.version == 0 and self.words != self.drafted


def prepared(scorecard: Scorecard, draft: Callable[[str], Words]) -> Prepared:
    """The draft of this assessment's report; without one, the latest of the organization, with fresh words where nobody
    wrote any of their own. `draft` writes what the rule writes in a language."""
    drafts = ReportDraft.objects.filter(organization=scorecard.organization_id).select_related("scorecard")
    own = drafts.filter(scorecard=scorecard).first()
    if own:
        choices = cleaned(own.choices)
        return Prepared(choices, kept_words(own.words), draft(choices["language"]), own, own.version)
    last = drafts.first()
    if last is None:
        choices = defaults(language=default_language(scorecard.organization))
        drafted = draft(choices["language"])
        return Prepared(choices, drafted, drafted, None, 0)
    drafted = draft(cleaned(last.choices)["language"])
    choices = {**cleaned(last.choices), "title": "", "is_draft": False, "has_letter": False}
    return Prepared(choices, _offered(last.words, drafted), drafted, last, 0)


def kept_words(words: Json) -> Words:
    """Without what the rule had written at the time."""
    findings = [{"category": each["category"], "text": each["text"]} for each in words["findings"]]
    return {"findings": findings, "decisions": list(words["decisions"]), "letter": words["letter"]}


def spoken_words(words: Words, was: Words, drafted: Words) -> Words:
    """Words with what the rule had written in one language as it writes it in another one; the rest stays as it is."""
    again = {each["category"]: each["text"] for each in drafted["findings"]}
    findings = [
        {**each, "text": again.get(each["category"], each["text"])} if each in was["findings"] else each
        for each in words["findings"]
    ]
    asked = dict(zip(was["decisions"], drafted["decisions"], strict=False))
    return {**words, "findings": findings, "decisions": [asked.get(text, text) for text in words["decisions"]]}


def check_kept(kept: Json, *, has_words: bool) -> None:
    """ValidationError unless these are choices and words as a draft keeps them, such as those of another installation.
    Choices of another version are read as far as they are known."""
    if not isinstance(kept.get("choices"), dict):
        raise ValidationError(_("The choices for a report cannot be read."))
    words = kept.get("words")
    drafted = words.get("drafted", {"findings": [], "decisions": []}) if isinstance(words, dict) else None
    if has_words and not (_is_sound(words) and _is_sound(drafted) and isinstance(words.get("letter"), str)):
        raise ValidationError(_("The words for a report cannot be read."))


def _is_sound(words: Any) -> bool:
    if not isinstance(words, dict) or len(str(words.get("letter", ""))) > LETTER_LENGTH:
        return False
    findings, decisions = words.get("findings"), words.get("decisions")
    if not isinstance(findings, list) or not isinstance(decisions, list):
        return False
    texts = [each.get("text") if isinstance(each, dict) else None for each in findings]
    categories = [each.get("category") if isinstance(each, dict) else None for each in findings]
    return (
        len(findings) <= FINDINGS
        and len(decisions) <= DECISIONS
        and all(isinstance(text, str) and len(text) <= FINDING_LENGTH for text in [*texts, *categories])
        and all(isinstance(text, str) and len(text) <= DECISION_LENGTH for text in decisions)
    )


def _offered(words: Json, drafted: Words) -> Words:
    """What a person wrote last time, then what the rule writes now, as far as there is room."""
    old = words.get("drafted") or {"findings": [], "decisions": []}
    written = [each for each in kept_words(words)["findings"] if each not in old["findings"]]
    taken = {each["category"] for each in written}
    findings = [*written, *(each for each in drafted["findings"] if each["category"] not in taken)]
    asked = [text for text in words["decisions"] if text not in old["decisions"]]
    decisions = [*asked, *(text for text in drafted["decisions"] if text not in asked)]
    return {"findings": findings[:FINDINGS], "decisions": decisions[:DECISIONS], "letter": ""}


def save_draft(
    scorecard: Scorecard, *, choices: Choices, words: Words, drafted: Words, version: int, actor: User
) -> ReportDraft:
    """Keep the draft. ValidationError, and nothing changed, where somebody else saved it since `version`."""
    kept = {**words, "drafted": {key: drafted[key] for key in ("findings", "decisions")}}
    values: Json = {
        "choices": cleaned(choices),
        "words": kept,
        "updated_at": timezone.now(),
        "updated_by": actor,
        "updated_name": str(actor),
        "version": version + 1,
    }
    with transaction.atomic():
        if version:
            saved = ReportDraft.objects.filter(scorecard=scorecard, version=version).update(**values)
        else:
            saved = _add(scorecard, values)
        draft = ReportDraft.objects.get(scorecard=scorecard)
    if not saved:
        when = timezone.localtime(draft.updated_at, scorecard.organization.zone)
        raise ValidationError(
            _(
                "%(who)s changed this draft at %(when)s, while you were writing. Your text is still here. Save again "
                "to replace theirs, or open the page anew to read it."
            ),
            params={"who": draft.updated_name, "when": f"{when:%H:%M}"},
            code="stale",
        )
    return draft


def _add(scorecard: Scorecard, values: Json) -> bool:
    try:
        with transaction.atomic():
            ReportDraft.objects.create(organization_id=scorecard.organization_id, scorecard=scorecard, **values)
    except IntegrityError:
        return False
    return True


def current_version(scorecard: Scorecard) -> int:
    found = ReportDraft.objects.filter(scorecard=scorecard).values_list("version", flat=True).first()
    return found or 0


def of_draft(scorecard: Scorecard) -> Json:
    """The choices and words that a report of this assessment is made with; nothing where none were kept."""
    draft = ReportDraft.objects.filter(scorecard=scorecard).first()
    return {"choices": cleaned(draft.choices), "words": kept_words(draft.words)} if draft else {}


# ---- Templates


def save_template(organization: Organization, *, name: str, choices: Choices, actor: User) -> ReportTemplate:
    """A template of the team through which this person works here, else of the organization.

    An equal name is replaced: that is how a template is changed.
    """
    team_id = (
        organization.team_grants.filter(team__memberships__user=actor).order_by("pk").values_list("team", flat=True)
    )
    team = team_id.first()
    owner = {"team_id": team} if team else {"organization": organization}
    template = ReportTemplate(name=name, choices=reusable(choices), **owner)
    template.full_clean(exclude=["team", "organization"], validate_constraints=False)
    key = _key(template)
    with transaction.atomic():
        same = ReportTemplate.objects.filter(name_key=key, **owner).first()
        if same:
            same.choices = template.choices
            same.save(update_fields=["choices"])
            return same
        template.save(force_insert=True)
    return template


def _key(template: ReportTemplate) -> str:
    return str(template._meta.get_field("name_key").pre_save(template, add=True))


def reusable(choices: Choices, own: Choices | None = None) -> Choices:
    """Without what belongs to one report alone; that is taken from `own`, where there is one."""
    own = own or defaults(language=cleaned(choices)["language"])
    return {**cleaned(choices), **{key: own[key] for key in ("title", "is_draft", "has_letter")}}


def rename_template(template: ReportTemplate, *, name: str) -> ReportTemplate:
    template.name = name
    template.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            template.save(update_fields=["name"])
    except IntegrityError:
        raise ValidationError({"name": _("There is a template of this name already.")}) from None
    return template
