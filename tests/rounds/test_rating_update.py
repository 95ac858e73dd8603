import pytest
from django.urls import reverse

from assessments.rounds import services
from assessments.rounds.models import Rater, Rating, Round
from tests.factories import make_rater, make_round, make_scorecard

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(rater, asked, viewer, client):
    client.force_login(viewer)
    return reverse("rating_update", args=[asked.scorecard.organization.slug, asked.pk])


def address(page, category, part):
    return f"{page}/{category}/{part}"


def test_a_viewer_who_is_asked_scores_part_by_part(client, page, rater):
    html = client.get(page).content.decode()
    assert "Kestrel Logistics, as you see it" in html
    assert html.count('class="rubric rubric--rating"') == 8

    saved = client.post(
        address(page, "cost-model", "level"), {"cost-model-level": "x", "cost-model-level_version": "0"}
    )
    assert saved.status_code == 200
    assert 'value="1"' in saved.content.decode()
    assert "1<span> of 8 answered" in saved.content.decode()
    noted = client.post(
        address(page, "cost-model", "note"), {"cost-model-note": "Never asked", "cost-model-note_version": "0"}
    )
    assert noted.status_code == 200
    row = Rating.objects.get(rater=rater, category_key="cost-model")
    assert (row.cannot_judge, row.note) == (True, "Never asked")


def test_the_whole_page_is_saved_and_finished_by_its_button(client, page, rater):
    posted = {"then": "finish"}
    for key in services.content_of(rater.round).category_keys:
        posted |= {f"{key}-level": "1", f"{key}-level_version": "0", f"{key}-note": "", f"{key}-note_version": "0"}
    assert client.post(page, posted).status_code == 302
    rater.refresh_from_db()
    assert rater.finished_at is not None
    assert set(rater.ratings.values_list("level", flat=True)) == {1}


def test_what_cannot_be_saved_stays_on_the_page(client, page):
    answer = client.post(page, {"cost-model-link": "ftp://old", "cost-model-link_version": "0"})
    assert answer.status_code == 422
    assert "ftp://old" in answer.content.decode()


def test_another_category_or_part_is_no_page(client, page, rater, owner):
    services.update_rater(rater, role="", categories=["cost-model"], actor=owner)
    data = {"workload-clarity-level": "1", "workload-clarity-level_version": "0"}
    assert client.post(address(page, "workload-clarity", "level"), data).status_code == 404
    assert client.post(address(page, "cost-model", "late_note"), {}).status_code == 404
    assert client.get(page).content.decode().count('class="rubric rubric--rating"') == 1


def test_who_is_no_rater_finds_nothing_whatever_their_role(client, page, owner):
    client.force_login(owner)
    assert client.get(page).status_code == 404


def test_raters_see_each_other_only_where_the_round_shows_them(client, page, asked, by_link, owner):
    Rating.objects.filter(rater=by_link, category_key="cost-model").update(level=2, note="Sofia's own words")
    assert "own words" not in client.get(page).content.decode()
    Round.objects.filter(pk=asked.pk).update(is_blind=False)
    assert "own words" in client.get(page).content.decode()
    Round.objects.filter(pk=asked.pk).update(is_blind=True)
    services.close_round(asked, actor=owner)
    assert "own words" in client.get(page).content.decode()


def test_after_the_sign_off_the_page_is_read_only(client, page, rater, scorecard):
    type(scorecard).objects.filter(pk=scorecard.pk).update(signed_off_at="2026-11-30T10:00Z")
    html = client.get(page).content.decode()
    assert "Signed off on" in html
    assert "<textarea" not in html


@pytest.mark.parametrize("raters", [1, 3])
def test_a_page_takes_the_same_queries_for_one_other_and_for_three(
    client, viewer, organization, raters, django_assert_num_queries
):
    asked = make_round(make_scorecard(organization), levels=[[1] * 8] * raters, is_blind=False)
    make_rater(asked, user=viewer)
    client.force_login(viewer)
    url = reverse("rating_update", args=[organization.slug, asked.pk])
    client.get(url)
    with django_assert_num_queries(9):
        client.get(url)
    assert Rater.objects.count() == raters + 1
