"""The totals kept of each scorecard: what scoring makes of its rows, brought up to date as proof grows older."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from assessments.dashboards.standings.models import OrganizationStanding
from assessments.scorecards import standings
from assessments.scorecards.models import Evidence, Standing
from assessments.scorecards.tasks import refresh_standings
from scorecard.celery import app
from tests.factories import make_organization, make_scorecard, make_user

pytestmark = pytest.mark.django_db


def kept(scorecard):
    row = Standing.objects.get(scorecard=scorecard)
    return row.proven, row.claimed, row.highest, row.is_touched


def grow_old(scorecard, days):
    """Its proof was seen so many days ago, as it will be once these days are over."""
    Evidence.objects.filter(response__scorecard=scorecard).update(on=timezone.localdate() - timedelta(days=days))


def test_the_nightly_run_takes_back_what_became_too_old_overnight():
    scorecard = make_scorecard(levels=[2] * 8)
    assert kept(scorecard) == (16, 16, 16, True)
    grow_old(scorecard, days=500)

    refresh_standings()

    assert kept(scorecard) == (8, 16, 16, True)
    grow_old(scorecard, days=800)
    refresh_standings()
    refresh_standings()
    assert kept(scorecard) == (0, 16, 16, True)


def test_the_portfolio_is_sorted_by_what_is_brought_up_to_date():
    owner = make_user()
    stale, other = (make_organization(owner=owner, name=name) for name in ("Stale", "Other"))
    scorecard = make_scorecard(stale, levels=[2] * 8)
    make_scorecard(other, levels=[2, 2, 2, 2, 2, 0, 0, 0])
    grow_old(scorecard, days=800)

    def listed():
        rows = OrganizationStanding.objects.order_by("score_key").select_related("organization")
        return [(row.organization.name, row.flag) for row in rows]

    assert [name for name, _ in listed()] == ["Other", "Stale"]
    standings.refresh()
    assert listed() == [("Stale", "word"), ("Other", "clear")]


def test_the_clock_runs_it_every_night_by_a_name_the_worker_knows():
    entry = settings.CELERY_BEAT_SCHEDULE["refresh-standings"]

    app.loader.import_default_modules()
    assert entry["task"] in app.tasks
    assert (entry["schedule"].hour, entry["schedule"].minute) == ({0}, {17})


def test_the_command_checks_and_refreshes(capsys):
    scorecard = make_scorecard(levels=[2] * 8)
    call_command("standings", "check")
    assert capsys.readouterr().out == "All totals and all organizations are up to date.\n"
    grow_old(scorecard, days=500)

    with pytest.raises(CommandError, match=rf"The totals of 1 scorecard are not up to date: {scorecard.pk}\."):
        call_command("standings", "check")
    call_command("standings", "refresh")

    assert capsys.readouterr().out == "1 scorecard brought up to date.\n"
    assert kept(scorecard) == (8, 16, 16, True)
    call_command("standings", "check")
