import pytest
from django.urls import reverse

from assessments.rounds import services
from assessments.rounds.models import Rater, Round, Settlement
from tests.factories import make_rater, make_round, make_scorecard

pytestmark = pytest.mark.django_db


def page_of(name, asked, *more):
    return reverse(name, args=[asked.scorecard.organization.slug, asked.pk, *more])


def test_an_owner_starts_a_round_from_the_scorecard(client, scorecard, owner, viewer, editor):
    client.force_login(owner)
    slug = scorecard.organization.slug
    assert "Start a round" in client.get(reverse("round_list", args=[slug, scorecard.pk])).content.decode()
    new = reverse("round_create", args=[slug, scorecard.pk])
    refused = client.post(new, {"due_on": "2020-01-01", "people": [viewer.pk]})
    assert (refused.status_code, Round.objects.count()) == (422, 0)
    started = client.post(new, {"people": [viewer.pk, editor.pk]})
    asked = Round.objects.get()
    assert started["Location"] == page_of("round_detail", asked)
    assert {rater.user for rater in asked.raters.all()} == {viewer, editor}
    assert client.get(reverse("round_list", args=[slug, scorecard.pk])).status_code == 302


def test_an_owner_sees_who_has_finished(client, asked, rater, owner):
    make_rater(asked, name="Sofia Lindqvist", levels=[1] * 3)
    client.force_login(owner)
    html = client.get(page_of("round_detail", asked)).content.decode()
    assert "One of two raters has finished." in html
    assert "3 of 8" in html
    assert "No link yet" in html


def test_others_wait_and_raters_are_led_to_their_page(client, asked, rater, viewer, editor):
    client.force_login(editor)
    assert "A round is open" in client.get(page_of("round_detail", asked)).content.decode()
    client.force_login(viewer)
    assert client.get(page_of("round_detail", asked))["Location"] == page_of("rating_update", asked)


def test_closing_names_who_has_not_finished(client, asked, rater, owner):
    client.force_login(owner)
    assert "Mark Ellison: 0 of 8 answered" in client.get(page_of("round_close", asked)).content.decode()
    client.post(page_of("round_close", asked))
    assert Round.objects.get().closed_at is not None


def test_a_round_of_one_says_that_there_is_nothing_to_compare(client, scorecard, owner):
    asked = make_round(scorecard, levels=[[1] * 8], close=True)
    client.force_login(owner)
    html = client.get(page_of("round_detail", asked)).content.decode()
    assert "One rater scored: no category has two scores to compare." in html


def test_a_page_takes_the_same_few_queries_for_three_raters_and_for_forty(
    client, organization, owner, django_assert_num_queries
):
    client.force_login(owner)
    scorecard = make_scorecard(organization)
    for number in (3, 40):
        levels = [[n % 3, *[n % 2] * 3, *[1] * 4] for n in range(number)]
        asked = make_round(scorecard, levels=levels)
        client.get(page_of("round_detail", asked))
        with django_assert_num_queries(8):
            assert client.get(page_of("round_detail", asked)).status_code == 200
        services.close_round(asked, actor=owner)
        with django_assert_num_queries(11):
            html = client.get(page_of("round_detail", asked)).content.decode()
        assert html.count('class="split"') == 1
    assert "40 raters agree closely" in html


def test_settling_by_the_page_shows_a_conflict_and_keeps_what_was_typed(client, scorecard, owner, editor):
    asked = make_round(scorecard, levels=[[0] * 8, [1] * 8, [2] * 8], close=True)
    url = page_of("settlement_update", asked, "cost-model")
    client.force_login(owner)
    first = client.post(url, {"level": "1", "reason": "One list", "version": "0"})
    assert first["Location"] == f"{page_of('round_detail', asked)}#cost-model"
    client.force_login(editor)
    second = client.post(url, {"level": "2", "reason": "Another list", "version": "0"})
    html = second.content.decode()
    assert second.status_code == 409
    assert "Ines Halvorsen settled this meanwhile" in html
    assert 'value="Another list"' in html
    assert "It stands at 1: One list" in html
    missing = client.post(url, {"version": "1"})
    assert (missing.status_code, Settlement.objects.get().level) == (422, 1)


def test_a_viewer_reads_and_does_not_settle(client, scorecard, viewer):
    asked = make_round(scorecard, levels=[[0] * 8, [2] * 8], close=True)
    client.force_login(viewer)
    html = client.get(page_of("round_detail", asked)).content.decode()
    assert "Two raters are two points apart everywhere" in html
    assert "<form" not in html.partition("<main")[2].partition("</main>")[0]


def test_a_rater_by_link_is_added_then_given_a_link(client, asked, owner):
    client.force_login(owner)
    data = {"how": "link", "name": "Sofia Lindqvist", "role": "Security lead", "categories": ["cost-model"]}
    added = client.post(page_of("rater_create", asked), data)
    rater = Rater.objects.get()
    assert (rater.rater_name, rater.categories) == ("Sofia Lindqvist", ["cost-model"])
    assert added["Location"] == page_of("rater_link_create", asked, rater.pk)
    html = client.post(added["Location"], {"days": "14", "email": "Sofia@Example.COM"}).content.decode()
    assert 'id="address"' in html
    assert rater.links.get().email == "sofia@example.com"  # as refusals and erasure know it
    assert 'id="address"' not in client.get(added["Location"]).content.decode()


@pytest.mark.parametrize("data", [{}, {"how": "member"}, {"how": "mail"}, {"how": "link"}, {"how": "owl"}])
def test_what_is_missing_is_asked_for(client, asked, owner, data):
    client.force_login(owner)
    assert client.post(page_of("rater_create", asked), data).status_code == 422
    assert not Rater.objects.exists()
