import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from assessments import framework
from assessments.accounts.erasure import FORMER_MEMBER, erase_user
from assessments.audit.models import AuditEvent
from assessments.reports.services import request_report
from assessments.saving.parts import StaleAnswerError
from assessments.scorecards import services
from assessments.scorecards.models import Evidence, Response, Scorecard
from assessments.scorecards.queries import as_of, live_result
from tests.factories import make_organization, make_scorecard, make_user

pytestmark = pytest.mark.django_db

KEYS = framework.current().category_keys
LONG_AGO = timezone.now() - timedelta(days=2)  # further back than a sign-off can be taken back


def level(scorecard, category=KEYS[0]):
    return scorecard.responses.get(category_key=category).level


def sign(scorecard, actor=None):
    return services.sign_off(scorecard, actor=actor or make_user(), digest=services.answers_digest(scorecard))


def test_start_scorecard_makes_eight_open_responses_and_three_facts():
    scorecard = services.start_scorecard(make_organization(), title="First", actor=make_user())

    assert [r.category_key for r in scorecard.responses.all()] == list(KEYS)
    assert {r.level for r in scorecard.responses.all()} == {None}
    assert scorecard.fact_answers.count() == 3
    assert (scorecard.framework_key, scorecard.framework_version) == ("ai-infrastructure", "2026.2")


def test_start_scorecard_twice_returns_the_one_that_is_open():
    organization, actor = make_organization(), make_user()
    first = services.start_scorecard(organization, title="First", actor=actor)

    assert services.start_scorecard(organization, title="Second", actor=actor) == first
    assert organization.scorecards.count() == 1


def test_start_scorecard_copies_the_last_one_and_knows_it():
    last = make_scorecard(levels=[2, 1, 0, None, 1, 1, 1, 1])
    actor = make_user()
    services.record_note(last, category=KEYS[0], note="Seen.", actor=actor, version=0)
    services.record_fact(last, fact="unit-cost", answer="2 USD", actor=actor, version=0)
    services.add_link(last, category=KEYS[0], title="Register", url="https://example.com/r", actor=actor)
    sign(last)

    scorecard = services.start_scorecard(last.organization, title="Next", actor=actor)

    assert [a.level for a in live_result(scorecard).answers] == [2, 1, 0, None, 1, 1, 1, 1]
    assert scorecard.predecessor == last
    first = scorecard.responses.get(category_key=KEYS[0])
    assert (first.note, [e.title for e in first.evidence.all()]) == ("Seen.", ["Seen", "Register"])
    assert scorecard.fact_answers.get(fact_key="unit-cost").answer == "2 USD"


def test_start_scorecard_by_newer_rules_keeps_a_level_as_a_claim_and_an_old_figure_as_old_as_it_is():
    """A figure that bears no date is no newer than the copy it was carried along with."""
    organization, actor = make_organization(), make_user()
    first = make_scorecard(organization, levels=[2] * 8, version="2026.1", title="First")
    category = framework.load(version="2026.1").category(KEYS[0])
    figure = {"name": category.metrics[0].name, "value": Decimal(38), "unit": "", "on": None}
    services.record_metric(first, category=category, **figure, actor=actor, version=0)
    sign(first, actor)
    second = make_scorecard(organization, version="2026.1", title="Second")
    Scorecard.objects.filter(pk=second.pk).update(created_at=timezone.now() - timedelta(days=400))
    second.refresh_from_db()
    sign(second, actor)

    third = services.start_scorecard(organization, title="Third", actor=actor)

    response = third.responses.get(category_key=KEYS[0])
    evidence = response.evidence.get()
    assert (response.level, response.claimed_by) == (2, actor)
    assert response.claim_reason == "Carried over from Second, scored by framework 2026.1"
    assert (evidence.kind, evidence.value, evidence.metric_key) == ("figure", 38, category.metrics[0].key)
    assert evidence.on == timezone.localdate() - timedelta(days=400)
    assert live_result(third).proven_total == 0


def test_an_erased_person_s_name_leaves_the_sightings_they_noted_under_it():
    ada, scorecard = make_user(name="Ada"), make_scorecard()
    for name in ("", "Grace"):
        services.add_sighting(scorecard, category=KEYS[0], actor=ada, seen_by_name=name)
    services.record_level(scorecard, category=KEYS[1], level=2, actor=ada, version=0)
    sign(scorecard)
    report = request_report(scorecard, actor=make_user())

    erase_user(ada)

    assert sorted(Evidence.objects.values_list("seen_by_name", flat=True)) == [FORMER_MEMBER, "Grace"]
    report.refresh_from_db()
    assert "Ada" not in json.dumps(report.snapshot)
    assert "Grace" in json.dumps(report.snapshot)


def test_record_level_saves_clears_and_counts_versions():
    scorecard, actor = make_scorecard(levels=[None] * 8), make_user()

    version = services.record_level(scorecard, category=KEYS[0], level=2, actor=actor, version=0)
    assert (version, level(scorecard)) == (1, 2)
    version = services.record_level(scorecard, category=KEYS[0], level=None, actor=actor, version=1)
    assert (version, level(scorecard)) == (2, None)


@pytest.mark.parametrize("wrong", [3, -1, True, "2"])
def test_record_level_refuses_what_is_no_level(wrong):
    scorecard = make_scorecard(levels=[1] + [None] * 7, version="2026.1")

    with pytest.raises(ValidationError, match="Choose 0, 1 or 2"):
        services.record_level(scorecard, category=KEYS[0], level=wrong, actor=make_user(), version=1)
    assert level(scorecard) == 1


def test_record_level_with_a_stale_version_changes_nothing_and_shows_the_current_row():
    scorecard, other = make_scorecard(levels=[None] * 8), make_user(name="Ada")
    services.record_level(scorecard, category=KEYS[0], level=1, actor=other, version=0)

    with pytest.raises(StaleAnswerError) as stale:
        services.record_level(scorecard, category=KEYS[0], level=2, actor=make_user(), version=0)

    assert (stale.value.current.level, str(stale.value.current.updated_by)) == (1, "Ada")
    assert level(scorecard) == 1


def test_record_level_repeated_after_a_lost_answer_is_no_conflict():
    scorecard, actor = make_scorecard(levels=[None] * 8), make_user()
    services.record_level(scorecard, category=KEYS[0], level=1, actor=actor, version=0)

    assert services.record_level(scorecard, category=KEYS[0], level=1, actor=actor, version=0) == 1


def test_two_people_on_different_parts_of_one_category_do_not_disturb_each_other():
    scorecard = make_scorecard(levels=[None] * 8)
    services.record_level(scorecard, category=KEYS[0], level=1, actor=make_user(), version=0)
    services.record_note(scorecard, category=KEYS[0], note="Seen", actor=make_user(), version=0)

    response = scorecard.responses.get(category_key=KEYS[0])
    assert (response.level, response.note) == (1, "Seen")


def test_record_note_of_100_000_characters_is_refused_with_both_numbers():
    scorecard = make_scorecard()

    with pytest.raises(ValidationError, match="100,000 characters; 10,000 is the most"):
        services.record_note(scorecard, category=KEYS[0], note="x" * 100_000, actor=make_user(), version=0)


def test_record_metric_keeps_the_framework_s_key_and_unit():
    category = framework.current().categories[0]
    scorecard = make_scorecard()

    services.record_metric(
        scorecard,
        category=category,
        name=category.metrics[0].name.upper(),
        value=Decimal("61.5"),
        unit="",
        on=date(2026, 9, 1),
        actor=make_user(),
        version=0,
    )

    response = scorecard.responses.get(category_key=category.key)
    assert (response.metric_key, response.metric_name) == (category.metrics[0].key, "")
    assert (response.metric_value, response.metric_unit) == (Decimal("61.5"), category.metrics[0].unit)
    assert response.has_metric


def test_sign_off_names_the_person_for_good():
    scorecard, actor = make_scorecard(levels=[1] * 8), make_user(name="Ada Lovelace")
    signed = sign(scorecard, actor)
    actor.delete()

    signed.refresh_from_db()
    assert (signed.signed_off_by, signed.signed_off_name) == (None, "Ada Lovelace")


def test_sign_off_of_what_has_changed_meanwhile_is_refused():
    scorecard = make_scorecard(levels=[1] * 8)
    digest = services.answers_digest(scorecard)
    services.record_note(scorecard, category=KEYS[0], note="New", actor=make_user(), version=0)

    with pytest.raises(ValidationError, match="An answer changed"):
        services.sign_off(scorecard, actor=make_user(), digest=digest)


def test_sign_off_twice_is_refused():
    scorecard = make_scorecard(levels=[1] * 8)
    sign(scorecard)

    with pytest.raises(ValidationError, match="already"):
        sign(scorecard)


@pytest.mark.parametrize(
    "write",
    [
        lambda s: services.record_level(s, category=KEYS[0], level=2, actor=make_user(), version=1),
        lambda s: services.record_note(s, category=KEYS[0], note="x", actor=make_user(), version=0),
        lambda s: services.record_fact(s, fact="unit-cost", answer="x", actor=make_user(), version=0),
        lambda s: services.add_link(s, category=KEYS[0], title="x", url="https://example.com", actor=make_user()),
        lambda s: services.rename_scorecard(s, title="x"),
        lambda s: services.delete_scorecard(s),
    ],
)
@pytest.mark.parametrize("is_stale", [False, True])
def test_a_signed_off_scorecard_refuses_every_service(write, is_stale):
    stale = make_scorecard(levels=[1] * 8)
    signed = sign(stale)

    with pytest.raises(ValidationError, match="signed off and can no longer change"), transaction.atomic():
        write(stale if is_stale else signed)


@pytest.mark.parametrize(
    "write",
    [
        lambda s: Scorecard.objects.filter(pk=s.pk).update(title="x"),
        lambda s: Scorecard.objects.filter(pk=s.pk).update(signed_off_at=None),
        lambda s: Scorecard.objects.filter(pk=s.pk)._raw_delete("default"),
        lambda s: Response.objects.filter(scorecard=s).update(level=2),
        lambda s: Response.objects.filter(scorecard=s)._raw_delete("default"),
        lambda s: Response.objects.create(scorecard=s, category_key="new"),
        lambda s: s.fact_answers.update(answer="x"),
        lambda s: Evidence.objects.create(response=s.responses.first(), title="x", url="https://example.com"),
        lambda s: Evidence.objects.filter(response__scorecard=s).update(title="x"),
        lambda s: Evidence.objects.filter(response__scorecard=s).delete(),
    ],
)
def test_a_signed_off_scorecard_refuses_every_write_in_the_database(write):
    scorecard = make_scorecard(levels=[1] * 8)
    services.add_link(scorecard, category=KEYS[0], title="Kept", url="https://example.com", actor=make_user())
    services.sign_off(scorecard, actor=make_user(), digest=services.answers_digest(scorecard), at=LONG_AGO)
    before = _dump()

    with pytest.raises(IntegrityError), transaction.atomic():
        write(scorecard)

    assert _dump() == before


def _dump():
    with connection.cursor() as cursor:
        tables = ["scorecard", "response", "factanswer", "evidence"]
        return [cursor.execute(f"SELECT * FROM assessments_{t} ORDER BY id") and cursor.fetchall() for t in tables]


def test_evidence_files_are_deleted_with_the_last_row_that_refers_to_them(django_capture_on_commit_callbacks, upload):
    scorecard, actor = make_scorecard(levels=[1] * 8), make_user()
    kept = services.add_file(scorecard, category=KEYS[0], title="", upload=upload("a.txt", b"hello"), actor=actor)
    storage, name = kept.file.storage, kept.file.name
    sign(scorecard)
    following = services.start_scorecard(scorecard.organization, title="Next", actor=actor)
    copied = Evidence.objects.get(response__scorecard=following, kind="file")
    with django_capture_on_commit_callbacks(execute=True):
        services.remove_evidence(following, copied)

    assert storage.exists(name)
    assert name.startswith(f"evidence/{scorecard.organization_id}/")


def test_a_draft_that_two_delete_at_once_is_recorded_once():
    scorecard = make_scorecard(title="Draft")
    same = Scorecard.objects.get(pk=scorecard.pk)

    services.delete_scorecard(scorecard)
    services.delete_scorecard(same)

    assert list(AuditEvent.objects.filter(action="scorecard-deleted").values_list("subject", flat=True)) == ["Draft"]


def test_an_answer_to_a_draft_that_was_deleted_meanwhile_is_refused_with_a_sentence():
    scorecard, actor = make_scorecard(), make_user()
    services.delete_scorecard(Scorecard.objects.get(pk=scorecard.pk))

    with pytest.raises(ValidationError, match="deleted meanwhile"):
        services.record_level(scorecard, category=KEYS[0], level=1, actor=actor, version=0)
    with pytest.raises(ValidationError, match="deleted meanwhile"):
        services.add_link(scorecard, category=KEYS[0], title="Bill", url="https://example.com", actor=actor)


def test_proof_is_as_old_as_the_day_where_the_organization_is():
    organization = make_organization(time_zone="Pacific/Auckland")
    scorecard = make_scorecard(organization, levels=[2] * 8)

    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False):  # there, it is the 2nd already
        assert as_of(scorecard) == date(2027, 3, 2)
        assert as_of(Scorecard.objects.select_related("organization").get(pk=scorecard.pk)) == date(2027, 3, 2)
