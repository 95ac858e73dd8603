import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from assessments import framework
from assessments.organizations.models import Organization, Role
from assessments.scorecards import services
from assessments.scorecards.models import Evidence
from assessments.scoring import months_back
from assessments.scoring.words import NUMBERS
from tests.factories import (
    make_decided,
    make_item,
    make_membership,
    make_organization,
    make_roadmap,
    make_scorecard,
    make_sighting,
    make_user,
    make_vendor_review,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    user = make_user(name="Ada")
    client.force_login(user)
    return user


def url(scorecard):
    return reverse("scorecard_detail", args=[scorecard.organization.slug, scorecard.pk])


def sign(scorecard, owner):
    return services.sign_off(scorecard, actor=owner, digest=services.answers_digest(scorecard))


def text(html):
    """The page as a reader sees it."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html.split("<main")[1])))


def test_the_verdict_comes_first_and_says_what_to_do(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[2, 1, 0, 1, 2, 1, 2, 0])

    html = client.get(url(scorecard)).content.decode()

    assert "One point below the line: AI spending risk." in html
    assert "Two categories score 0: Cost model; Facilities and power realism. Raising either one to 1" in html
    assert "What holds it below the line" in html
    cost = framework.current().category("cost-model")
    shown = text(html)
    assert f"To reach 1, any one of these {cost.deciders[0].goal} Not shown {cost.deciders[1].goal} Not shown" in shown
    assert html.index("Cost model</h3>") < html.index("Reliability targets</h3>")


def test_a_category_opens_with_the_finding_in_ones_own_words_and_no_rubric(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[1] * 8)
    said = "The invoice is split by feature, and nobody has divided it by requests."
    services.record_note(scorecard, category="cost-model", note=said, actor=owner, version=0)

    html = client.get(url(scorecard)).content.decode()

    block = html.split('id="cost-model"')[1].split("</article>")[0].split("</details></div>")[0]
    assert block.index(said) < block.index("To reach 2")
    for category in framework.current().categories:
        for level in (0, 1, 2):
            assert category.statement(level) not in unescape(html)


def test_three_categories_stand_open_and_the_rest_is_folded_the_most_unproven_first(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[1, 0, 1, 2, 1, 1, 1, 1])
    clear_proof(scorecard, "utilization-plan")

    html = client.get(url(scorecard)).content.decode()

    opened = re.findall(r'<article class="found" id="([\w-]+)"', html)
    folded = re.findall(r'<details class="foundrow" id="([\w-]+)"', html)
    assert opened == ["utilization-plan", "reliability-targets", "workload-clarity"]
    assert len(folded) == 5
    assert "Claimed 2, proven 0" in html
    assert '<span class="pip" aria-hidden="true"><i class="claim"></i><i class="claim"></i></span>' in html


def clear_proof(scorecard, category):
    Evidence.objects.filter(response__scorecard=scorecard, response__category_key=category).delete()


def test_red_flags_are_categories_at_0_and_facts_without_an_answer_and_nothing_else(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[2, 0, 1, 1, 1, 1, 1, 1], proof=False)
    cost = {"amount": "2", "unit": "1,000 requests", "month": "October 2026"}
    services.record_fact(scorecard, fact="unit-cost", answer="", values=cost, actor=owner, version=0)
    services.record_fact(
        scorecard, fact="utilization-why", answer="", cannot_answer=True, who_will="Joao Pires", actor=owner, version=0
    )

    html = client.get(url(scorecard)).content.decode()

    flags = re.search(r'<ul class="redflags">(.*?)</ul>', html, re.S)[1]
    titles = [unescape(title) for title in re.findall(r"<h3>.*?<a [^>]*>(.*?)</a></h3>", flags)]
    facts = {fact.key: fact.question for fact in framework.current().facts}
    assert titles == ["Reliability targets is at 0", facts["latency-target"], facts["utilization-why"]]
    assert "Three red flags" in html
    assert "Asked, and nothing could be shown." in flags
    assert "Not answered. Users notice" in flags
    assert "“We cannot answer this today.” Joao Pires will." in flags
    assert "1 of 3" in html
    assert "2 USD per 1,000 requests, October 2026." in text(html)


def test_nothing_reassures_while_the_verdict_warns(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[2] * 8, proof=False)
    fields = {
        "latency-target": {"p95": "800", "where": "At the gateway"},
        "unit-cost": {"amount": "2", "unit": "request", "month": "October 2026"},
        "utilization-why": {"percent": "38", "period": "October 2026", "cause": "Queues"},
    }
    for key, values in fields.items():
        services.record_fact(scorecard, fact=key, answer="", values=values, actor=owner, version=0)

    html = client.get(url(scorecard)).content.decode()

    assert "Claimed: 16 of 16, proven 0. Clear only if you take its word." in html
    assert "Eight claims carry it over the line" in html
    assert "Nothing further flagged" in html
    assert not re.search(r"No red flags|above the line: clear|i-check", html.split("<main")[1])


def test_a_sighting_says_who_saw_what_and_when_and_old_proof_how_old_it_is(client, owner):
    organization = make_organization(owner=owner)
    scorecard = make_scorecard(organization, levels=[1] * 8, proof=False)
    response = scorecard.responses.get(category_key="facilities-power")
    answer = response.decider_answers.first()
    seen = make_sighting(response, [answer], on=months_back(timezone.localdate(), 20))
    Evidence.objects.filter(pk=seen.pk).update(seen_by_name="Priya Raman", title="sizing document v5")

    shown = text(client.get(url(scorecard)).content.decode())

    day = date_format(seen.on, "j M Y")
    assert f"Seen on {day} by Priya Raman: sizing document v5" in shown
    Evidence.objects.filter(pk=seen.pk).update(title="")  # as "I saw it today" leaves it
    assert f"Seen on {day} by Priya Raman Capacity" in text(client.get(url(scorecard)).content.decode())
    months = framework.current().category("facilities-power").deciders[0].months
    assert f"Capacity envelope, 20 months old; {NUMBERS[months]} months are asked for" in shown


def test_a_draft_that_is_scored_whole_leads_to_sign_off_and_before_that_to_scoring(client, owner):
    organization = make_organization(owner=owner)
    scorecard = make_scorecard(organization, levels=[1] * 7)
    path = f"/o/{organization.slug}/scorecards/{scorecard.pk}"

    html = client.get(url(scorecard)).content.decode()
    assert f'<a class="btn btn--main" href="{path}/fill">Continue scoring</a>' in html
    assert "Review and sign off" not in html

    make_decided(scorecard.responses.get(category_key="facilities-power"), 2)
    html = client.get(url(scorecard)).content.decode()
    assert f'<a class="btn btn--main" href="{path}/sign-off">Review and sign off</a>' in html
    assert f'<a class="btn" href="{path}/fill#facilities-power">Add the missing proof</a>' in html
    assert "Continue scoring" not in html


def test_the_three_first_steps_are_those_of_the_overview(client, owner):
    scorecard = sign(make_scorecard(make_organization(owner=owner), levels=[1] * 8), owner)
    roadmap = make_roadmap(scorecard, items=0)
    ana = make_membership(scorecard.organization, make_user(name="Ana Duarte"), role=Role.EDITOR).user
    about = {"category_key": "cost-model", "target_level": 2}
    make_item(roadmap, title="Divide the bill", owner=ana, due_on=date(2026, 12, 15), **about)

    pages = [client.get(page).content.decode() for page in (url(scorecard), f"/o/{scorecard.organization.slug}/")]
    steps = [re.search(r'<ol class="steps3">.*?</ol>', html, re.S)[0] for html in pages]

    assert steps[0] == steps[1]
    assert steps[0].count('<li class="step">') == 3
    first = text(f"<main>{steps[0]}").split("Cost 1 to 2")
    assert "Divide the bill" in first[0]
    assert "Ana Duarte 15 Dec 2026" in first[1]
    assert "Not planned yet" in first[1]


def test_a_scorecard_of_the_older_framework_keeps_its_wording(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[2, 0, 1, 1, 1, 1, 1, 1], version="2026.1")
    content = framework.load(version="2026.1")

    html = unescape(client.get(url(scorecard)).content.decode())

    reliability = content.category("reliability-targets")
    for level in (0, 1, 2):
        assert reliability.statement(level) in html
    assert "It claims 2 with neither a measured figure nor evidence, so the proven total counts it as 1." in html
    assert "This assessment follows framework 2026.1" in html
    assert "Claimed 2, proven 1" in html


def test_what_vendors_said_is_folded_and_never_a_red_flag_of_ones_own(client, owner):
    organization = make_organization(owner=owner, hosting_model="cloud")
    scorecard = make_scorecard(organization, levels=[1] * 8)
    question = next(q for topic in framework.current().vendor.topics for q in topic.questions if q.critical)
    make_vendor_review(organization, name="Corvid Compute", ratings={question.key: "0"}, complete=True)

    html = client.get(url(scorecard)).content.decode()

    assert re.search(r'<details class="how vsaid"><summary>What vendors said, 1</summary>', html)
    said = re.search(r'<details class="how vsaid">.*?</details>', html, re.S)[0]
    assert "Corvid Compute" in said
    assert "i-alert" not in said
    assert "Corvid" not in re.search(r'<ul class="redflags">.*?</ul>', html, re.S)[0]


def test_charts_stand_in_the_page_as_drawings_with_their_numbers_as_tables(client, owner):
    scorecard = sign(make_scorecard(make_organization(owner=owner), levels=[1] * 8), owner)

    html = client.get(url(scorecard)).content.decode()

    assert html.count("data-chart") >= 2
    assert html.count("<caption") >= 2
    assert "plotly.min.js" not in [line for line in html.splitlines() if line.strip().startswith("<script src")]


def test_a_viewer_sees_no_button_that_changes_something(client):
    from assessments.models import Role
    from tests.factories import make_membership

    scorecard = make_scorecard(make_organization(owner=make_user()), levels=[1] * 8)
    viewer = make_user()
    make_membership(scorecard.organization, viewer, role=Role.VIEWER)
    client.force_login(viewer)

    html = client.get(url(scorecard)).content.decode()

    assert "Make report" not in html
    assert "Continue scoring" not in html


def test_the_page_takes_the_same_queries_for_one_and_for_three_assessments(client, owner):
    organization = make_organization(owner=owner)
    sign(make_scorecard(organization, levels=[1] * 8), owner)
    second = sign(services.start_scorecard(organization, title="2", actor=owner), owner)
    with CaptureQueriesContext(connection) as two:
        client.get(url(second))
    sign(services.start_scorecard(organization, title="3", actor=owner), owner)
    fourth = sign(services.start_scorecard(organization, title="4", actor=owner), owner)
    with CaptureQueriesContext(connection) as four:
        client.get(url(fourth))

    assert len(four) == len(two) <= 15


def test_a_fact_keeps_the_currency_it_was_given_in_and_the_trend_the_day_of_the_organization(client, owner):
    organization = make_organization(owner=owner, currency="SEK", time_zone="Pacific/Auckland")
    scorecard = make_scorecard(organization, levels=[1] * 8)
    values = {"amount": "2", "unit": "request", "month": "October 2026", "currency": "SEK"}
    services.record_fact(scorecard, fact="unit-cost", answer="", values=values, actor=owner, version=0)
    at = datetime(2026, 3, 1, 22, tzinfo=UTC)
    services.sign_off(scorecard, actor=owner, digest=services.answers_digest(scorecard), at=at)
    Organization.objects.filter(pk=organization.pk).update(currency="USD")

    html = client.get(url(scorecard)).content.decode()

    assert "2 SEK per request, October 2026." in text(html)
    assert "<td>2 Mar 2026</td>" in html


def test_no_arrow_points_up_while_the_verdict_warns(client):
    owner = make_user()
    client.force_login(owner)
    organization = make_organization(owner=owner)
    make_scorecard(organization, levels=[1] * 7 + [0], signed_off_at=datetime(2026, 1, 5, tzinfo=UTC))
    below = make_scorecard(organization, levels=[1] * 8, signed_off_at=datetime(2026, 4, 6, tzinfo=UTC))
    above = make_scorecard(organization, levels=[2] * 8, signed_off_at=datetime(2026, 7, 6, tzinfo=UTC))

    warning, clear = (
        client.get(reverse("scorecard_detail", args=[organization.slug, each.pk])).content.decode()
        for each in (below, above)
    )

    assert '<span class="delta is-flat">+1</span> point, by what is claimed' in warning
    assert "delta is-up" not in warning
    assert "delta is-up" in clear
