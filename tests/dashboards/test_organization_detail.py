"""One organization at a glance: before, during and after an assessment."""

from datetime import date

import pytest
from django.utils import timezone

from assessments.organizations.models import Role
from assessments.reports.models import Report
from assessments.reports.services import request_report
from assessments.scorecards import services
from assessments.scorecards.models import AnswerRequest
from tests.factories import (
    make_decided,
    make_item,
    make_membership,
    make_organization,
    make_roadmap,
    make_scorecard,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization(owner):
    return make_organization(owner=owner, name="Kestrel Logistics")


@pytest.fixture
def viewer(client, organization):
    """Instead of the owner, a viewer has signed in."""
    user = make_membership(organization, role=Role.VIEWER).user
    client.force_login(user)
    return user


def page(client, organization):
    response = client.get(f"/o/{organization.slug}/")
    assert response.status_code == 200
    return response.content.decode()


def sign_off(scorecard, owner, at=None):
    return services.sign_off(scorecard, actor=owner, digest=services.answers_digest(scorecard), at=at)


def decide(scorecard, levels):
    """Set the deciders of some categories so that they carry a level, with a sighting of today."""
    for response in scorecard.responses.prefetch_related("decider_answers"):
        if response.category_key in levels:
            make_decided(response, levels[response.category_key], seen_on=timezone.localdate())


def answer_facts(scorecard, owner):
    fields = {
        "latency-target": {"p95": "800", "where": "At the gateway"},
        "unit-cost": {"amount": "2.10", "unit": "1,000 requests", "month": "October 2026"},
        "utilization-why": {"percent": "38", "period": "October 2026", "cause": "Waiting for data"},
    }
    for key, values in fields.items():
        services.record_fact(scorecard, fact=key, answer="", values=values, actor=owner, version=0)


def test_without_a_scorecard_it_offers_the_first_step(client, organization):
    html = page(client, organization)

    assert "<h1>Nothing is scored yet.</h1>" in html
    assert f'<form method="post" action="/o/{organization.slug}/scorecards/new">' in html
    assert "Start the first assessment" in html


def test_without_a_scorecard_a_viewer_reads_who_can_start_one(client, organization, viewer):
    html = page(client, organization)

    assert "An editor of Kestrel Logistics can start the first assessment." in html
    assert "<form" not in html.split("<main")[1].split("</main>")[0]


def test_an_open_scorecard_shows_what_is_known_so_far(client, organization):
    make_scorecard(organization, levels=[2, 1, None, 1, 2, 1, 2, None])

    html = page(client, organization)

    assert "Proven 9, claimed 9 to 13 of 16." in html
    assert "Undecided: two categories still to score. Proven so far: 9." in html
    assert "<dt>Draft</dt><dd>Not signed off</dd>" in html
    assert "is under way" not in html


def test_an_open_scorecard_on_which_nothing_is_scored_is_no_error(client, organization):
    make_scorecard(organization)

    html = page(client, organization)

    assert "Nothing is scored yet." in html
    assert "Proven 0, claimed 0 to 16 of 16." in html


def test_a_signed_off_scorecard_shows_the_verdict_and_who_signed(client, owner, organization, day):
    make_scorecard(organization, levels=[2, 1, 0, 1, 2, 1, 2, 0], signed_off_at=day(2026, 3, 14))

    html = page(client, organization)

    assert "One point below the line: AI spending risk." in html
    assert "<dt>Signed off</dt><dd>14 Mar 2026, Ada Lovelace</dd>" in html
    assert "is under way" not in html
    assert "Since" not in html


def test_beside_a_signed_off_scorecard_an_open_one_is_a_notice_and_changes_nothing(client, owner, organization, day):
    make_scorecard(organization, levels=[1] * 8, signed_off_at=day(2026, 3, 14))
    draft = services.start_scorecard(organization, title="Q2 2026 assessment", actor=owner)
    services.record_level(draft, category="cost-model", level=2, actor=owner, version=0)

    html = page(client, organization)

    assert "Two points below the line: AI spending risk." in html
    assert "“Q2 2026 assessment” is under way" in html
    assert f'href="/o/{organization.slug}/scorecards/{draft.pk}/fill">Continue scoring</a>' in html


def test_a_viewer_sees_no_draft_to_continue_and_nothing_to_press(client, owner, organization, day, viewer):
    make_scorecard(organization, levels=[1] * 8, signed_off_at=day(2026, 3, 14))
    services.start_scorecard(organization, title="Q2 2026 assessment", actor=owner)

    html = page(client, organization)

    assert "Continue scoring" not in html
    assert "Make report" not in html
    assert "<form" not in html.split("<main")[1].split("</main>")[0]


def test_the_change_since_the_last_time_is_shown_in_total_and_by_category(client, owner, organization, day):
    make_scorecard(organization, levels=[1] * 8, signed_off_at=day(2025, 9, 1))
    second = services.start_scorecard(organization, title="", actor=owner)
    decide(second, {"cost-model": 2, "serving-maturity": 0, "data-pipeline": 2})
    sign_off(second, owner, day(2026, 3, 1))

    html = page(client, organization)

    assert "<dt>Since September 2025</dt>" in html
    assert '<span class="delta is-flat">+1</span>' in html  # no arrow points up while the verdict warns
    assert '<span class="vh">down </span>1' in html


def test_the_newest_sign_off_counts_not_the_last_one_made(client, owner, organization, day):
    make_scorecard(organization, levels=[2] * 8, signed_off_at=day(2026, 3, 1))
    late = make_scorecard(organization, levels=[0] * 8)
    sign_off(late, owner, day(2024, 3, 1))

    assert "Six points above the line: clear." in page(client, organization)


def test_everything_at_two_with_proof_has_nothing_to_start_with(client, owner, organization):
    scorecard = make_scorecard(organization, levels=[2] * 8)
    answer_facts(scorecard, owner)
    sign_off(scorecard, owner)

    html = page(client, organization)

    assert "Nothing is left to raise" in html
    assert "No red flags" in html
    assert "Every category is proven at 2" in html
    assert "Six points above the line: clear." in html


def test_no_heading_reassures_while_the_verdict_warns(client, owner, organization):
    scorecard = make_scorecard(organization, levels=[1] * 8)
    answer_facts(scorecard, owner)
    sign_off(scorecard, owner)

    html = page(client, organization)

    assert "Two points below the line: AI spending risk." in html
    assert "Nothing further flagged" in html
    assert "No red flags" not in html
    assert "i-check" not in html.split("<main")[1]


def test_what_rests_on_its_word_says_so_and_begins_with_the_proof(client, owner, organization, day):
    make_scorecard(organization, levels=[2] * 5 + [1, 0, 0], signed_off_at=day(2026, 3, 1), proof=False)

    html = page(client, organization)

    assert "Claimed: 11 of 16, proven 0. Clear only if you take its word." in html
    assert "Six claims carry it over the line" in html
    assert "11 points, six categories" in html
    assert "Two red flags" not in html  # the three facts are not answered either
    assert "Five red flags" in html
    assert "Show the proof for workload register, register checked, and demand outlook" in html
    assert "Workloads proven 0 to 2" in html


def test_the_finding_in_ones_own_words_stands_with_its_category(client, owner, organization):
    scorecard = make_scorecard(organization, levels=[1] * 8)
    services.record_note(scorecard, category="cost-model", note="Nobody divides the bill.", actor=owner, version=0)

    html = page(client, organization)

    assert 'Cost model</a><span class="sub">Nobody divides the bill.</span>' in html


def test_what_is_asked_of_colleagues_stands_there_until_it_is_answered(client, owner, organization):
    scorecard = make_scorecard(organization, levels=[1] * 8)
    ana = make_membership(organization, make_user(name="Ana Duarte"), role=Role.EDITOR).user
    response = scorecard.responses.get(category_key="security-access")
    asked = AnswerRequest.objects.create(response=response, asked=ana, asked_by=owner, due_on=date(2026, 12, 4))

    html = page(client, organization)

    assert "1 question to a colleague is open" in html
    assert "Security and access controls</a><span>Ana Duarte, by 4 Dec 2026</span>" in html
    asked.ending = "answered"
    asked.save()
    assert "to a colleague" not in page(client, organization)


def test_the_newest_three_finished_reports_can_be_downloaded(client, owner, organization, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    scorecard = make_scorecard(organization, levels=[1] * 8)
    for number in range(4):
        report = request_report(scorecard, actor=owner)
        title, done = f"Board report {number}", Report.Status.DONE
        Report.objects.filter(pk=report.pk).update(status=done, title=title, finished_at=timezone.now())
    request_report(scorecard, actor=owner)

    html = page(client, organization)

    assert [f"Board report {number}</a>" in html for number in range(4)] == [False, True, True, True]
    assert html.count("/download") == 3


def test_a_foreign_name_never_shows(client, organization):
    make_scorecard(make_organization(owner=make_user(), name="Somebody Else"), levels=[0] * 8, title="Secret")
    make_scorecard(organization, levels=[1] * 8)

    html = page(client, organization)

    assert "Somebody Else" not in html
    assert "Secret" not in html


def test_the_page_takes_the_same_queries_however_many_scorecards_there_are(client, owner, organization, queries, day):
    url = f"/o/{organization.slug}/"
    make_scorecard(organization, levels=[1] * 8, signed_off_at=day(2025, 1, 1))
    counts = [queries(url)]
    for month in (4, 7):
        sign_off(services.start_scorecard(organization, title="", actor=owner), owner, day(2025, month, 1))
        counts.append(queries(url))
    services.start_scorecard(organization, title="", actor=owner)

    assert [*counts, queries(url)] == [12, 13, 13, 13]  # the first one has none before it to compare with


def test_the_roadmap_stands_below_the_verdict(client, owner, organization, queries, day):
    url = f"/o/{organization.slug}/"
    scorecard = make_scorecard(organization, levels=[1] * 8, signed_off_at=day(2026, 1, 5))
    assert "Start the roadmap" in client.get(url).content.decode()

    roadmap = make_roadmap(scorecard, items=1)
    queries(url)
    one = queries(url)
    for number in range(4):
        make_item(roadmap, title=f"Rehearse {number}", category_key="cost-model", target_level=2)
    html = client.get(url).content.decode()

    assert queries(url) == one <= 15
    assert "The plan ends at 9, one point short of the line." in html
    assert "0 of 5 done" in html
    assert html.count("Rehearse ") == 1  # the others would raise the same category once more
    assert "Cost 1 to 2" in html
    assert html.count('<li class="step">') == 3
