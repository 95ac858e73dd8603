import re
from functools import partial

import pytest
from django.urls import reverse

from assessments import framework
from assessments.scorecards import services
from tests import factories
from tests.factories import make_organization, make_user

pytestmark = pytest.mark.django_db

make_scorecard = partial(factories.make_scorecard, version="2026.1")

KEY = "cost-model"


@pytest.fixture
def owner(client):
    user = make_user(name="Ada")
    client.force_login(user)
    return user


def url(scorecard):
    return reverse("scorecard_update", args=[scorecard.organization.slug, scorecard.pk])


def page_fields(html):
    """What a browser without JavaScript would post: the value of every control of the form."""
    fields = {}
    for tag in re.findall(r"<input[^>]*>", html):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if attributes.get("type") == "radio" and " checked" not in tag:
            continue
        if "name" in attributes:
            fields[attributes["name"]] = attributes.get("value", "")
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', html, re.S):
        fields[name] = text.replace("\n", "\r\n")
    return fields


def test_the_page_shows_all_of_the_framework_s_wording(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner))

    html = client.get(url(scorecard)).content.decode()

    from django.utils.html import escape

    for category in framework.load(version="2026.1").categories:
        for text in [category.question, category.why, *(level.statement for level in category.levels)]:
            assert escape(text) in html
        for text in [*category.counts, *category.probes, *category.red_flags, *category.evidence]:
            assert escape(text) in html


def test_the_page_takes_at_most_twelve_queries_whatever_is_on_it(client, owner, django_assert_num_queries):
    scorecard = make_scorecard(make_organization(owner=owner))
    bare = len(_queries(client, url(scorecard)))
    for key in framework.load(version="2026.1").category_keys:
        for n in range(3):
            services.add_link(scorecard, category=key, title=str(n), url="https://example.com", actor=owner)

    assert len(_queries(client, url(scorecard))) == bare <= 12


def _queries(client, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return captured.captured_queries


def test_without_javascript_one_button_saves_the_whole_page(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[None] * 8)
    fields = page_fields(client.get(url(scorecard)).content.decode())
    fields |= {
        "cost-model-level": "1",
        "cost-model-note": "One invoice.\r\nNothing else.",
        "cost-model-metric_name": "Bill",
        "cost-model-metric_value": "91 104",
        "serving-maturity-level": "2",
        "unit-cost-fact": "Unknown",
    }

    response = client.post(url(scorecard), fields)

    assert response.status_code == 302
    cost = scorecard.responses.get(category_key="cost-model")
    assert (cost.level, cost.note, cost.metric_value) == (1, "One invoice.\nNothing else.", 91104)
    assert scorecard.responses.get(category_key="serving-maturity").level == 2
    assert scorecard.fact_answers.get(fact_key="unit-cost").answer == "Unknown"
    untouched = scorecard.responses.get(category_key="workload-clarity")
    assert (untouched.level, untouched.level_version, untouched.updated_by) == (None, 0, None)


def test_posting_the_page_as_it_is_changes_nothing(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[2, 1, 0, None, 2, 1, 0, None])
    services.record_note(scorecard, category="cost-model", note="a <b>\n&amp;", actor=owner, version=0)
    fields = page_fields(client.get(url(scorecard)).content.decode())
    fields["cost-model-note"] = "a <b>\r\n&amp;"
    before = services.answers_digest(scorecard)

    assert client.post(url(scorecard), fields).status_code == 302
    assert services.answers_digest(scorecard) == before


def test_one_bad_field_keeps_the_others_and_what_was_typed(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[None] * 8)
    fields = page_fields(client.get(url(scorecard)).content.decode())
    fields |= {"cost-model-level": "1", "cost-model-metric_value": "∞", "cost-model-metric_name": "Bill"}

    response = client.post(url(scorecard), fields)

    html = response.content.decode()
    assert response.status_code == 422
    assert scorecard.responses.get(category_key="cost-model").level == 1
    assert 'value="∞"' in html
    assert 'value="Bill"' in html
    assert "1 answer is not saved" in html
    assert "in digits" in html


def test_a_stale_page_without_javascript_shows_both_and_saves_mine_on_the_second_press(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[None] * 8)
    fields = page_fields(client.get(url(scorecard)).content.decode())
    services.record_note(scorecard, category="cost-model", note="Theirs", actor=make_user(name="Grace"), version=0)
    fields["cost-model-note"] = "Mine"

    response = client.post(url(scorecard), fields)

    html = response.content.decode()
    assert response.status_code == 409
    assert "Grace changed this" in html
    assert scorecard.responses.get(category_key="cost-model").note == "Theirs"

    again = page_fields(html)
    assert again["cost-model-note"] == "Mine"
    assert client.post(url(scorecard), again).status_code == 302
    assert scorecard.responses.get(category_key="cost-model").note == "Mine"


def test_a_button_of_the_page_saves_first_and_then_goes_on(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[None] * 8)
    slug = scorecard.organization.slug
    evidence = services.add_link(scorecard, category="cost-model", title="x", url="https://example.com", actor=owner)
    fields = page_fields(client.get(url(scorecard)).content.decode()) | {"cost-model-level": "1"}

    to_evidence = client.post(url(scorecard), fields | {"then": "evidence:cost-model"})
    assert to_evidence.url == reverse("evidence_create", args=[slug, scorecard.pk, "cost-model"])
    assert scorecard.responses.get(category_key="cost-model").level == 1

    fields = page_fields(client.get(url(scorecard)).content.decode())
    assert client.post(url(scorecard), fields | {"then": f"remove:{evidence.pk}"}).url == f"{url(scorecard)}#cost-model"
    assert not scorecard.responses.get(category_key="cost-model").evidence.exists()

    to_sign_off = client.post(url(scorecard), fields | {"then": "sign-off"})
    assert to_sign_off.url == reverse("scorecard_sign_off", args=[slug, scorecard.pk])


def test_a_signed_off_scorecard_is_read_not_filled(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[1] * 8)
    services.sign_off(scorecard, actor=owner, digest=services.answers_digest(scorecard))

    assert client.get(url(scorecard)).url == reverse(
        "scorecard_detail", args=[scorecard.organization.slug, scorecard.pk]
    )


def test_removing_evidence_by_the_page_s_button_after_a_sign_off_is_refused_with_a_sentence(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner))
    evidence = services.add_link(scorecard, category=KEY, title="Bill", url="https://example.com", actor=owner)
    services.sign_off(scorecard, actor=owner, digest=services.answers_digest(scorecard))

    response = client.post(url(scorecard), {"then": f"remove:{evidence.pk}"}, follow=True)

    assert "This scorecard is signed off and can no longer change." in response.content.decode()
    assert scorecard.responses.filter(evidence=evidence).exists()


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000, "\u0663", "-1", "x"])
def test_a_button_for_evidence_that_is_none_removes_nothing(client, owner, number):
    scorecard = make_scorecard(make_organization(owner=owner))

    assert client.post(url(scorecard), {"then": f"remove:{number}"}).status_code in (302, 404)


def test_a_title_loses_what_no_database_can_store(client, owner):
    organization = make_organization(owner=owner)

    client.post(reverse("scorecard_create", args=[organization.slug]), {"title": "First\x00 one"})
    scorecard = organization.scorecards.get()
    assert scorecard.title == "First one"
    client.post(reverse("scorecard_rename", args=[organization.slug, scorecard.pk]), {"title": "Second\x00"})

    scorecard.refresh_from_db()
    assert scorecard.title == "Second"
