"""One organization at a glance: before, during and after an assessment."""

import pytest
from django.utils import timezone

from assessments.organizations.models import Role
from assessments.reports.models import Report
from assessments.reports.services import request_report
from assessments.scorecards import services
from tests.factories import make_item, make_membership, make_organization, make_roadmap, make_scorecard, make_user

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

    assert "Score 9 to 13 of 16." in html
    assert "Undecided. Two to score, line at 10." in html
    assert "<dt>Signed off</dt><dd>Not yet</dd>" in html
    assert "is under way" not in html


def test_an_open_scorecard_on_which_nothing_is_scored_is_no_error(client, organization):
    make_scorecard(organization)

    html = page(client, organization)

    assert "Nothing is scored yet." in html
    assert "Score 0 to 16 of 16." in html


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
    services.record_level(second, category="cost-model", level=2, actor=owner, version=0)
    services.record_level(second, category="serving-maturity", level=0, actor=owner, version=0)
    services.record_level(second, category="data-pipeline", level=2, actor=owner, version=0)
    sign_off(second, owner, day(2026, 3, 1))

    html = page(client, organization)

    assert "<dt>Since September 2025</dt>" in html
    assert '<span class="vh">up </span>1' in html
    assert '<span class="vh">down </span>1' in html


def test_the_newest_sign_off_counts_not_the_last_one_made(client, owner, organization, day):
    make_scorecard(organization, levels=[2] * 8, signed_off_at=day(2026, 3, 1))
    late = services.start_scorecard(organization, title="", actor=owner)
    for response in late.responses.all():
        services.record_level(late, category=response.category_key, level=0, actor=owner, version=0)
    sign_off(late, owner, day(2024, 3, 1))

    assert "Score 16 of 16." in page(client, organization)


def test_everything_at_two_with_proof_has_nothing_to_start_with(client, owner, organization):
    scorecard = make_scorecard(organization, levels=[2] * 8)
    for response in scorecard.responses.all():
        services.add_link(
            scorecard, category=response.category_key, title="Proof", url="https://wiki.example.com/", actor=owner
        )
    for answer in scorecard.fact_answers.all():
        services.record_fact(scorecard, fact=answer.fact_key, answer="Known.", actor=owner, version=0)
    sign_off(scorecard, owner)

    html = page(client, organization)

    assert "Nothing is below 2" in html
    assert "No red flags" in html
    assert "Six points above the line: clear." in html


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

    assert [*counts, queries(url)] == [13, 13, 13, 13]


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
    assert html.count("Rehearse ") == 2  # the first three that are due
