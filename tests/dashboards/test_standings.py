"""The kept row of each organization: whatever happens to its rows, it says what they say."""

import random
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from assessments.dashboards.standings import fresh, triggers
from assessments.dashboards.standings.models import OrganizationStanding
from assessments.models import Organization, OrganizationTag, Scorecard, Standing, VendorReview
from assessments.organizations import services as organizations
from assessments.roadmaps import services as roadmaps
from assessments.scorecards import services
from assessments.scorecards.outlook.models import Rhythm
from scorecard.celery import app
from tests.factories import (
    make_grant,
    make_membership,
    make_organization,
    make_roadmap,
    make_scorecard,
    make_team,
    make_user,
    make_vendor_review,
)

pytestmark = pytest.mark.django_db


def row(organization):
    return OrganizationStanding.objects.get(pk=organization.pk)


def wrong():
    return dict(fresh.wrong())


def test_a_new_organization_has_a_row_that_says_nothing_is_assessed():
    organization = make_organization(name="Tarn Valley Health", industry="Health")

    kept = row(organization)

    assert (kept.flag, kept.proven, kept.verdict_rank, kept.signed_off_at) == ("none", None, None, None)
    assert kept.search == "tarn valley health\nhealth\n\n"
    assert kept.active_on == timezone.now().astimezone(UTC).date()
    assert wrong() == {}


def test_a_sign_off_an_earlier_one_and_a_draft_are_kept():
    organization = make_organization()
    make_scorecard(organization, levels=[1] * 8, signed_off_at=datetime(2025, 5, 1, tzinfo=UTC))
    newer = make_scorecard(organization, levels=[2] * 6 + [0, 0], signed_off_at=datetime(2026, 5, 1, tzinfo=UTC))
    draft = make_scorecard(organization, levels=[0] * 3 + [None] * 5)

    kept = row(organization)

    assert (kept.counted_id, kept.draft_id) == (newer.pk, draft.pk)
    assert (kept.proven, kept.claimed, kept.highest, kept.zeros, kept.missing_facts) == (12, 12, 12, 2, 3)
    assert (kept.flag, kept.change, kept.signed_off_at) == ("clear", 4, newer.signed_off_at)
    assert (kept.draft_settled, kept.draft_categories, kept.draft_since) == (8, 8, draft.created_at)
    assert wrong() == {}


def test_what_passes_every_service_by_is_kept_all_the_same():
    organization = make_organization(name="Kestrel")
    scorecard = make_scorecard(organization, levels=[1] * 8, signed_off_at=datetime(2026, 1, 5, tzinfo=UTC))
    roadmap = make_roadmap(scorecard, items=3)
    review = make_vendor_review(organization)

    Standing.objects.filter(scorecard=scorecard).update(proven=3)
    roadmap.items.update(due_on=date(2026, 2, 3))
    VendorReview.objects.filter(pk=review.pk).update(submitted_at=datetime(2026, 3, 1, tzinfo=UTC))
    Organization.objects.filter(pk=organization.pk).update(size_band="51-250", deleted_at=timezone.now())

    kept = row(organization)
    assert (kept.proven, kept.plan_due_on, kept.plan_due_days) == (
        3,
        date(2026, 2, 3),
        "2026-02-03 " * 2 + "2026-02-03",
    )
    assert (kept.vendors_waiting, kept.size_band, kept.is_current) == (1, "51-250", False)
    roadmap.items.all().delete()
    review.delete()
    kept = row(organization)
    assert (kept.plan_items, kept.plan_due_on, kept.vendors_waiting) == (0, None, 0)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM assessments_roadmap WHERE id = %s", [roadmap.pk])
    assert row(organization).plan_items is None


def test_a_lead_who_is_renamed_or_goes_is_found_by_the_new_name_or_not_at_all():
    organization, lead = make_organization(name="Kestrel"), make_user(name="Ruth Adeyemi")
    Organization.objects.filter(pk=organization.pk).update(lead=lead)
    assert "ruth adeyemi" in row(organization).search

    lead.name = "Ruth Øster"
    lead.save(update_fields=["name"])
    assert "ruth oster" in row(organization).search
    assert wrong() == {}

    lead.delete()
    assert row(organization).search == "kestrel\n\n\n"
    assert (row(organization).lead_id, row(organization).lead_sort) == (None, None)


def test_an_organization_that_is_removed_for_good_leaves_no_row():
    organization = make_organization()
    make_roadmap(make_scorecard(organization, levels=[1] * 8, signed_off_at=datetime(2026, 1, 5, tzinfo=UTC)))
    make_vendor_review(organization)
    Organization.objects.filter(pk=organization.pk).update(deleted_at=datetime(2026, 1, 1, tzinfo=UTC))

    organizations.purge_organizations()

    assert not OrganizationStanding.objects.exists()


def test_the_rows_are_rebuilt_from_nothing():
    organization = make_organization(industry="Health")
    make_roadmap(make_scorecard(organization, levels=[1] * 8, signed_off_at=datetime(2026, 1, 5, tzinfo=UTC)))
    OrganizationTag.objects.create(organization=organization, name="Nordics")
    before = OrganizationStanding.objects.values().get()
    OrganizationStanding.objects.all().delete()

    triggers.rebuild(connection)

    after = OrganizationStanding.objects.values().get()
    assert {name: fresh._plain(value) for name, value in after.items()} == {
        name: fresh._plain(value) for name, value in before.items()
    }
    assert wrong() == {}


def test_the_command_finds_and_mends_a_row_that_is_wrong(capsys):
    organization = make_organization()
    make_scorecard(organization, levels=[1] * 8)
    call_command("standings", "check")
    assert capsys.readouterr().out == "All totals and all organizations are up to date.\n"
    OrganizationStanding.objects.update(proven=16)

    with pytest.raises(CommandError, match=rf"1 organization is not up to date: {organization.pk} \(proven\)"):
        call_command("standings", "check")
    call_command("standings", "rebuild")

    call_command("standings", "check")
    assert row(organization).proven == 8


def test_the_nightly_look_mends_what_is_wrong_and_says_so(capfd):
    organization = make_organization()
    make_scorecard(organization, levels=[1] * 8)
    OrganizationStanding.objects.update(proven=16, levels="")
    entry = settings.CELERY_BEAT_SCHEDULE["check-standings"]
    app.loader.import_default_modules()

    app.tasks[entry["task"]]()

    assert row(organization).proven == 8
    assert f"The row kept of organization {organization.pk} was wrong: proven, levels." in capfd.readouterr().err


class Story:
    """Things that happen to a few organizations, one after the other, each in the way a person would do it."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.owner = make_user()
        self.organizations = [make_organization(owner=self.owner, industry="Banking") for _ in range(3)]
        self.team = make_team(make_user(), self.owner)

    def go_on(self) -> str:
        organization = self.random.choice(self.organizations)
        name = self.random.choice([name for name in dir(self) if name.startswith("do_")])
        with suppress(ValidationError):  # what may not be done just now
            getattr(self, name)(organization)
        return name

    def draft(self, organization) -> Scorecard:
        return services.start_scorecard(organization, title="Next", actor=self.owner)

    def do_start(self, organization) -> None:
        self.draft(organization)

    def do_decide(self, organization) -> None:
        scorecard = self.draft(organization)
        response = self.random.choice(list(scorecard.responses.all()))
        answer = self.random.choice(list(response.decider_answers.all()))
        state = self.random.choice([None, 0, 1, 2])
        about = {"category": response.category_key, "decider": answer.decider_key, "version": answer.version}
        services.record_decider(scorecard, **about, state=state, actor=self.owner)

    def do_claim(self, organization) -> None:
        response = self.random.choice(list(self.draft(organization).responses.select_related("scorecard")))
        level = self.random.choice([None, 0, 1, 2])
        about = {"category": response.category_key, "version": response.level_version, "actor": self.owner}
        services.record_level(response.scorecard, **about, level=level, reason="Said so")

    def do_show(self, organization) -> None:
        scorecard = self.draft(organization)
        response = self.random.choice(list(scorecard.responses.all()))
        keys = [answer.decider_key for answer in response.decider_answers.all()]
        on = timezone.localdate() - timedelta(days=self.random.choice([1, 500, 900]))
        services.add_sighting(scorecard, category=response.category_key, actor=self.owner, deciders=keys, on=on)

    def do_take_away_proof(self, organization) -> None:
        from assessments.models import Evidence

        scorecard = self.draft(organization)
        for evidence in Evidence.objects.filter(response__scorecard=scorecard)[:1]:
            services.remove_evidence(scorecard, evidence)

    def do_answer_a_fact(self, organization) -> None:
        scorecard = self.draft(organization)
        answer = self.random.choice(list(scorecard.fact_answers.all()))
        cannot = self.random.random() < 0.5
        values = {"p95": "800", "where": "At the gateway", "amount": "3", "percent": "50"}
        about = {"fact": answer.fact_key, "version": answer.version, "actor": self.owner, "answer": "It is so."}
        services.record_fact(scorecard, **about, values={} if cannot else values, cannot_answer=cannot)

    def do_sign_off(self, organization) -> None:
        scorecard = self.draft(organization)
        services.sign_off(scorecard, actor=self.owner, digest=services.answers_digest(scorecard))

    def do_take_back(self, organization) -> None:
        for scorecard in organization.scorecards.signed_off().newest_first()[:1]:
            services.take_back_sign_off(scorecard, actor=self.owner)

    def do_throw_away(self, organization) -> None:
        for scorecard in organization.scorecards.open():
            services.delete_scorecard(scorecard)

    def do_plan(self, organization) -> None:
        for scorecard in organization.scorecards.signed_off().newest_first()[:1]:
            roadmaps.start_roadmap(scorecard, starts_on=timezone.localdate(), actor=self.owner)

    def some_item(self, organization):
        roadmap = organization.roadmaps.newest_first().first()
        items = list(roadmap.items.order_by("pk")) if roadmap else []
        return [self.random.choice(items)] if items else []

    def do_work(self, organization) -> None:
        for item in (
            organization.roadmaps.newest_first()[0].items.order_by("?")[:1] if organization.roadmaps.exists() else ()
        ):
            status = self.random.choice(["todo", "doing", "done", "dropped"])
            values = roadmaps.status_values(item, status=status, reason="No need", today=timezone.localdate())
            about = {"actor": self.owner, "version": item.status_version}
            roadmaps.record_part(item, part="status", values=values, **about)

    def do_move_a_due_date(self, organization) -> None:
        for item in (
            organization.roadmaps.newest_first()[0].items.order_by("?")[:1] if organization.roadmaps.exists() else ()
        ):
            due_on = timezone.localdate() + timedelta(days=self.random.randint(1, 80))
            about = {"actor": self.owner, "version": item.due_version}
            roadmaps.record_part(item, part="due", values={"due_on": due_on}, **about)

    def do_throw_the_plan_away(self, organization) -> None:
        for roadmap in organization.roadmaps.all()[:1] if self.random.random() < 0.3 else ():
            roadmaps.delete_roadmap(roadmap)

    def do_ask_a_vendor(self, organization) -> None:
        review = make_vendor_review(organization)
        VendorReview.objects.filter(pk=review.pk).update(submitted_at=timezone.now())

    def do_delete(self, organization) -> None:
        organizations.delete_organization(organization, actor=self.owner)

    def do_restore(self, organization) -> None:
        organizations.restore_organization(organization)

    def do_grant(self, organization) -> None:
        if not organization.team_grants.exists():
            make_grant(self.team, organization)
        organization.memberships.exclude(user=self.owner).delete()
        make_membership(organization)

    def do_rename(self, organization) -> None:
        name = self.random.choice(["Ärger", "Banff", "Calder"]) + str(organization.pk)
        industry = self.random.choice(["", "Health", "Énergie"])
        organization.refresh_from_db()
        organizations.update_organization(organization, actor=self.owner, name=name, industry=industry)

    def do_tag(self, organization) -> None:
        tag = self.random.choice(["Nordics", "board 15 Dec", "öffentlich"])
        if not organization.tags.filter(name=tag).delete()[0]:
            OrganizationTag.objects.create(organization=organization, name=tag)

    def do_set_a_rhythm(self, organization) -> None:
        due_on = timezone.localdate() + timedelta(days=self.random.randint(-80, 80))
        values = {"months": 3, "due_on": due_on}
        if not Rhythm.objects.filter(organization=organization, due_on__gt=timezone.localdate()).delete()[0]:
            Rhythm.objects.update_or_create(organization=organization, defaults=values)

    def do_lead(self, organization) -> None:
        organization.refresh_from_db()
        organization.lead = self.random.choice([None, self.owner])
        organization.save(update_fields=["lead"])


@pytest.mark.parametrize("seed", range(12))
def test_after_any_sequence_the_kept_row_equals_the_computed_one(seed):
    story = Story(seed)
    told = []
    for step in range(40):
        told.append(story.go_on())
        if step % 5 == 4:
            assert wrong() == {}, f"after {told}"
