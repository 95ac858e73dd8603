from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.organizations import invitations
from assessments.organizations.models import Invitation, Membership
from assessments.rounds import services
from assessments.rounds.models import Rater, Rating, Round
from assessments.rounds.rating import answering, links
from assessments.scorecards import services as scorecards
from assessments.scorecards.signing.immutability import MESSAGE as SIGNED_OFF
from tests.factories import make_membership, make_rater, make_round, make_scorecard, make_user

pytestmark = pytest.mark.django_db


def sign_off(scorecard, owner):
    return scorecards.sign_off(scorecard, actor=owner, digest=scorecards.answers_digest(scorecard))


def test_a_round_is_blind_and_asks_members_for_every_category(
    scorecard, owner, viewer, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        asked = services.start_round(scorecard, actor=owner, people=[viewer])

    rater = asked.raters.get()
    assert (asked.is_blind, asked.is_closed, rater.user, rater.rater_name) == (True, False, viewer, "Mark Ellison")
    assert Rating.objects.filter(rater=rater).count() == 8
    assert mail.outbox[-1].to == [viewer.email]
    assert f"/rounds/{asked.pk}/rate" in mail.outbox[-1].body
    assert "Nobody sees what you say" in mail.outbox[-1].body


def test_a_scorecard_has_one_open_round(scorecard, owner):
    first = services.start_round(scorecard, actor=owner)
    with pytest.raises(ValidationError, match="open on this assessment already"):
        services.start_round(scorecard, actor=owner)
    services.close_round(first, actor=owner)
    assert services.start_round(scorecard, actor=owner).pk != first.pk


def test_a_round_needs_an_open_scorecard(owner, organization):
    signed = make_scorecard(organization, levels=[1] * 8, signed_off_at=timezone.now())
    with pytest.raises(ValidationError, match="signed off"):
        services.start_round(signed, actor=owner)


def test_the_day_lies_ahead(scorecard, owner):
    with pytest.raises(ValidationError, match="lies in the past"):
        services.start_round(scorecard, actor=owner, due_on=timezone.localdate() - timedelta(days=1))
    assert not Round.objects.exists()


def test_nobody_is_asked_twice(asked, rater, viewer, owner):
    with pytest.raises(ValidationError, match="asked already"):
        services.add_member(asked, user=viewer, actor=owner)


def test_an_outsider_is_no_member_to_ask(asked, owner):
    with pytest.raises(ValidationError, match="may not open"):
        services.add_member(asked, user=make_user(name="Ana"), actor=owner)


def test_who_is_invited_is_recognized_once_they_have_joined(asked, owner, settings):
    rater = services.add_invited(asked, email="Ana@Example.com", name="Ana Duarte", actor=owner)
    assert Invitation.objects.get().email == "ana@example.com"
    assert (rater.user, rater.rater_name) == (None, "Ana Duarte")

    ana = make_user(name="Ana M. Duarte", email="ana@example.com")
    assert answering.rater_of(asked, ana) is None
    invitations.accept(Invitation.objects.get(), user=ana)

    found = answering.rater_of(asked, ana)
    assert (found.pk, found.user, found.rater_name) == (rater.pk, ana, "Ana M. Duarte")


def test_a_member_who_is_asked_by_mail_is_asked_as_one(asked, owner, viewer):
    rater = services.add_invited(asked, email=viewer.email, actor=owner)
    assert (rater.user, Invitation.objects.count()) == (viewer, 0)


def test_a_rater_is_asked_for_some_categories(asked, owner):
    rater = services.add_by_link(asked, name="Sofia", actor=owner, categories=["cost-model", "security-and-access"][:1])
    assert (rater.is_asked("cost-model"), rater.is_asked("workload-clarity")) == (True, False)
    with pytest.raises(ValidationError, match="another version"):
        services.update_rater(rater, role="", categories=["made-up"], actor=owner)


def test_more_raters_than_a_page_carries_are_refused(asked, owner, monkeypatch):
    monkeypatch.setattr(services, "RATERS_MAX", 2)
    for name in ("A", "B"):
        services.add_by_link(asked, name=name, actor=owner)
    with pytest.raises(ValidationError, match="at most 2 raters"):
        services.add_by_link(asked, name="C", actor=owner)


def test_who_is_taken_out_counts_no_more_and_their_link_ends(asked, by_link, token, owner):
    answering.record(links.find(token).rater, category="cost-model", part="level", value="2", version=0)
    services.remove_rater(by_link, actor=owner)

    assert links.find(token) is None
    assert not asked.raters.standing().exists()
    with pytest.raises(ValidationError, match="taken out"):
        answering.record(by_link, category="cost-model", part="level", value="1", version=1)
    assert Rating.objects.get(rater=by_link, category_key="cost-model").level == 2


def test_a_closed_round_takes_no_more_raters(asked, owner, by_link):
    services.close_round(asked, actor=owner)
    for change in (
        lambda: services.add_by_link(asked, name="Late", actor=owner),
        lambda: services.remove_rater(by_link, actor=owner),
        lambda: services.close_round(asked, actor=owner),
        lambda: links.make_link(by_link, days=3, actor=owner),
    ):
        with pytest.raises(ValidationError, match="closed"):
            change()


def test_the_sign_off_ends_and_freezes_an_open_round(asked, rater, owner, scorecard):
    answering.record(rater, category="cost-model", part="level", value="2", version=0)
    sign_off(scorecard, owner)

    assert Round.objects.select_related("scorecard").get().is_closed
    for change in (
        lambda: answering.record(rater, category="cost-model", part="note", value="late", version=0),
        lambda: answering.finish(rater),
        lambda: services.remove_rater(rater, actor=owner),
    ):
        with pytest.raises(ValidationError, match="signed off"):
            change()
    assert SIGNED_OFF


def test_a_round_goes_with_its_scorecard_and_what_is_said_then_is_refused(asked, rater, scorecard):
    scorecards.delete_scorecard(scorecard)
    assert not Rater.objects.exists()
    with pytest.raises(ValidationError, match="deleted meanwhile"):
        answering.record(rater, category="cost-model", part="level", value="2", version=0)


def test_nothing_that_was_said_is_in_the_activity(asked, rater, owner):
    answering.record(rater, category="cost-model", part="level", value="2", version=0)
    answering.record(rater, category="cost-model", part="note", value="Only the invoice", version=0)
    answering.finish(rater)
    services.close_round(asked, actor=owner)

    events = AuditEvent.objects.filter(organization=asked.scorecard.organization_id)
    assert {"rater-added", "rater-finished", "round-started", "round-closed"} <= set(
        events.values_list("action", flat=True)
    )
    assert "invoice" not in str(list(events.values()))
    assert not events.filter(subject__contains="Cost").exists()


def test_a_demoted_or_removed_member_keeps_what_they_said(asked, rater, viewer, client):
    answering.record(rater, category="cost-model", part="level", value="2", version=0)
    Membership.objects.filter(user=viewer).delete()
    client.force_login(viewer)
    assert client.get(f"/o/{asked.scorecard.organization.slug}/rounds/{asked.pk}/rate").status_code == 404
    assert Rating.objects.get(rater=rater, category_key="cost-model").level == 2
    make_membership(asked.scorecard.organization, viewer)
    assert client.get(f"/o/{asked.scorecard.organization.slug}/rounds/{asked.pk}/rate").status_code == 200


def test_all_finished_is_told_to_who_started_it(asked, rater, owner, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answering.finish(rater)
    assert mail.outbox[-1].to == [owner.email]
    assert mail.outbox[-1].subject.startswith("All raters have finished")


def test_a_round_goes_by_the_framework_of_its_scorecard(organization, owner):
    old = make_scorecard(organization, version="2026.1")
    asked = make_round(old)
    rater = make_rater(asked, levels=[1] * 8)
    assert services.content_of(asked).version == "2026.1"
    assert rater.ratings.count() == 8
