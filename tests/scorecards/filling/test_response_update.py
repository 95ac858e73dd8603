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
HTMX = {"HX-Request": "true"}


@pytest.fixture
def owner(client):
    user = make_user(name="Ada")
    client.force_login(user)
    return user


def url(scorecard, part="level", category=KEY):
    return reverse("response_update", args=[scorecard.organization.slug, scorecard.pk, category, part])


def post(client, scorecard, part="level", version=0, **fields):
    data = {f"{KEY}-{name}": value for name, value in fields.items()} | {f"{KEY}-{part}_version": version}
    return client.post(url(scorecard, part), data, headers=HTMX)


def stored(scorecard):
    return scorecard.responses.get(category_key=KEY)


def test_a_level_is_saved_and_the_live_total_comes_along(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[2, 2, None, 2, 2, 1, None, None])

    response = post(client, scorecard, level=1)

    assert response.status_code == 200
    assert stored(scorecard).level == 1
    html = response.content.decode()
    assert 'name="cost-model-level_version" value="1"' in html
    assert "Saved" in html
    assert "Cost model saved as 1. Total 10 of 16 so far, up to 14 still possible." in html
    assert "Claimed so far: 10 of 16, proven 6. Clear only if you take its word." in html


def test_saving_takes_eight_queries(client, owner, django_assert_num_queries):
    scorecard = make_scorecard(make_organization(owner=owner))

    # Eight, and the SAVEPOINT and RELEASE that stand for BEGIN and COMMIT within a test.
    with django_assert_num_queries(8 + 2):
        post(client, scorecard, level=2)


def test_a_cleared_level_is_open_again_and_never_zero(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[2] * 8)

    response = post(client, scorecard, level="", version=1)

    assert stored(scorecard).level is None
    assert "Cost model cleared. Total 14 of 16 so far, up to 16 still possible." in response.content.decode()


@pytest.mark.parametrize("level", ["3", "two", "-1"])
def test_a_level_that_is_none_gets_a_sentence_and_changes_nothing(client, owner, level):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[1] * 8)

    response = post(client, scorecard, level=level, version=1)

    assert response.status_code == 422
    assert "Choose 0, 1 or 2." in response.content.decode()
    assert stored(scorecard).level == 1


def test_a_stale_tab_sees_both_answers_and_overwrites_only_on_purpose(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[None] * 8)
    services.record_level(scorecard, category=KEY, level=1, actor=make_user(name="Grace"), version=0)

    response = post(client, scorecard, level=2, version=0)

    html = response.content.decode()
    assert response.status_code == 409
    assert stored(scorecard).level == 1
    assert "Grace changed this" in html
    assert "<dt>Theirs</dt><dd>1</dd>" in html
    assert "<dt>Yours</dt><dd>2</dd>" in html
    assert 'name="cost-model-level_version" value="0"' in html
    assert 'data-version="1"' in html

    assert post(client, scorecard, level=2, version=1).status_code == 200
    assert stored(scorecard).level == 2


def test_a_conflicting_note_is_shown_as_text_never_as_markup(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner))
    services.record_note(scorecard, category=KEY, note="<img src=x onerror=alert(1)>'\"", actor=make_user(), version=0)

    html = post(client, scorecard, "note", note="<script>1</script>").content.decode()

    assert "<img" not in html
    assert "<script>" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


def test_a_note_of_100_000_characters_gets_a_sentence(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner))

    response = post(client, scorecard, "note", note="x" * 100_000)

    assert response.status_code == 422
    assert "100,000 characters; 10,000 is the most" in response.content.decode()


def test_a_metric_of_infinity_gets_a_sentence(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner))

    response = post(client, scorecard, "metric", metric_name="Cost", metric_value="∞", metric_unit="USD", metric_on="")

    assert response.status_code == 422
    assert "in digits" in response.content.decode()


def test_a_figure_supports_a_two(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[2] * 8)
    before = post(client, scorecard, level=2, version=1).content.decode()
    after = post(
        client, scorecard, "metric", metric_name="Cost", metric_value="2.20", metric_unit="USD"
    ).content.decode()

    assert "8 proven" in before
    assert "Claimed 2, no proof yet: the proven total counts 1" in before
    assert "9 proven" in after
    assert "no proof yet" not in after


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999", None])
def test_a_version_that_is_none_is_refused(client, owner, version):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[1] * 8)
    data = {f"{KEY}-level": "2"} | ({} if version is None else {f"{KEY}-level_version": version})

    response = client.post(url(scorecard), data, headers=HTMX)

    assert response.status_code == 422
    assert stored(scorecard).level == 1


def test_a_save_on_a_signed_off_scorecard_gets_a_sentence(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[1] * 8)
    services.sign_off(scorecard, actor=owner, digest=services.answers_digest(scorecard))

    response = post(client, scorecard, level=2)

    assert response.status_code == 422
    assert "signed off and can no longer change" in response.content.decode()


@pytest.mark.parametrize(("category", "part"), [("no-such", "level"), (KEY, "color"), (KEY, "fact")])
def test_an_unknown_category_or_part_is_not_found(client, owner, category, part):
    scorecard = make_scorecard(make_organization(owner=owner))

    assert client.post(url(scorecard, part, category), {}, headers=HTMX).status_code == 404


def test_another_organization_s_scorecard_is_not_found(client, owner):
    own = make_scorecard(make_organization(owner=owner))
    other = make_scorecard(make_organization(owner=make_user()))

    forged = reverse("response_update", args=[own.organization.slug, other.pk, KEY, "level"])

    assert client.post(forged, {f"{KEY}-level": 2, f"{KEY}-level_version": 1}, headers=HTMX).status_code == 404
    assert client.post(url(other), {f"{KEY}-level": 2, f"{KEY}-level_version": 1}, headers=HTMX).status_code == 404


def test_a_post_without_csrf_token_is_refused(owner):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)
    scorecard = make_scorecard(make_organization(owner=owner), levels=[1] * 8)

    assert post(strict, scorecard, level=2, version=1).status_code == 401
    plain = strict.post(url(scorecard), {f"{KEY}-level": 2, f"{KEY}-level_version": 1})
    assert plain.status_code == 403
    assert "This page was open for too long." in plain.content.decode()
    assert stored(scorecard).level == 1


def test_every_part_of_every_category_can_be_saved(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[None] * 8)
    fields = {"level": {"level": 1}, "note": {"note": "n"}, "metric": {"metric_name": "m", "metric_value": "1"}}

    for key in framework.load(version="2026.1").category_keys:
        for part, values in fields.items():
            data = {f"{key}-{name}": value for name, value in values.items()} | {f"{key}-{part}_version": 0}
            assert client.post(url(scorecard, part, key), data, headers=HTMX).status_code == 200

    assert set(scorecard.responses.values_list("level", "note", "metric_name")) == {(1, "n", "m")}
