import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments import framework
from assessments.organizations.models import Role
from assessments.vendors import services
from assessments.vendors.models import VendorAnswer
from tests.factories import make_membership, make_organization, make_user, make_vendor_review

pytestmark = pytest.mark.django_db

KEY = "latency-target"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def review(client):
    organization = make_organization()
    editor = make_membership(organization, make_user(name="Ada"), role=Role.EDITOR).user
    client.force_login(editor)
    return make_vendor_review(organization, name="<b>Corvid</b>")


def url(review, name="vendor_review_update", *more):
    return reverse(name, args=[review.vendor.organization.slug, review.pk, *more])


def save(client, review, part, version=0, key=KEY, **fields):
    data = {f"{key}-{name}": value for name, value in fields.items()} | {f"{key}-{part}_version": version}
    return client.post(url(review, "vendor_answer_update", key, part), data, headers=HTMX)


def answer(review, key=KEY):
    return review.answers.get(question_key=key)


def test_the_page_asks_every_question_that_applies_and_escapes_the_name(client, review):
    html = client.get(url(review)).content.decode()

    assert html.count('-rating_version" value=') == 20
    assert "&lt;b&gt;Corvid&lt;/b&gt;" in html
    assert "<b>Corvid" not in html
    assert "Facilities reality is not asked" in html


def test_a_rating_is_saved_and_the_points_come_along(client, review):
    response = save(client, review, "rating", rating="2")

    html = response.content.decode()
    assert response.status_code == 200
    assert answer(review).rating == "2"
    assert f'name="{KEY}-rating_version" value="1"' in html
    assert "Rated 2. 2 of 40 points, 1 of 20 rated." in html
    assert 'id="step-topic-workload"' in html


def test_not_applicable_leaves_the_sum(client, review):
    html = save(client, review, "rating", rating="na").content.decode()

    assert "Rated not applicable. 0 of 38 points, 1 of 20 rated." in html


def test_saving_a_rating_takes_eight_queries(client, review, django_assert_num_queries):
    client.get(url(review))

    # Eight, and the SAVEPOINT and RELEASE that stand for BEGIN and COMMIT within a test.
    with django_assert_num_queries(8 + 2):
        save(client, review, "rating", rating="2")


def test_words_and_follow_up_are_saved_each_on_its_own(client, review):
    assert save(client, review, "said", said="420 ms in annex B").status_code == 200
    follow_up = {"follow_up": "Send the load test", "follow_up_owner": "Ada", "follow_up_on": "2026-12-01"}
    assert save(client, review, "follow_up", **follow_up).status_code == 200

    stored = answer(review)
    assert (stored.said, stored.follow_up_owner, str(stored.follow_up_on)) == ("420 ms in annex B", "Ada", "2026-12-01")


@pytest.mark.parametrize(
    ("part", "fields", "reason"),
    [
        ("rating", {"rating": "7"}, "Choose 0, 1, 2 or n/a."),
        ("follow_up", {"follow_up": "x", "follow_up_on": "tomorrow"}, "Write the date as 2026-09-14."),
        ("follow_up", {"follow_up": "x", "follow_up_on": "0001-01-01"}, "Use a date between 2000 and 2100."),
        ("follow_up", {"follow_up_owner": "Ada"}, "Say what is to follow up on"),
        ("said", {"said": "x" * 10_001}, "10,000 is the most"),
    ],
)
def test_what_cannot_be_taken_is_explained(client, review, part, fields, reason):
    response = save(client, review, part, **fields)

    assert response.status_code == 422
    assert reason in response.content.decode()
    assert answer(review).updated_at is None


def test_a_stale_page_sees_both_answers(client, review):
    services.record_said(review, question=KEY, said="Theirs", actor=make_user(name="Bo"), version=0)

    response = save(client, review, "said", said="Mine")

    html = response.content.decode()
    assert response.status_code == 409
    assert "Bo changed this at" in html
    assert "Theirs" in html
    assert "Mine" in html
    assert answer(review).said == "Theirs"


def test_questions_that_do_not_apply_and_unknown_parts_are_not_found(client, review):
    assert save(client, review, "rating", key="cooling-method", rating="2").status_code == 404
    assert save(client, review, "rating", key="no-such-question", rating="2").status_code == 404
    assert save(client, review, "vendor_said", vendor_said="x").status_code == 404
    assert client.get(url(review) + "?show=nonsense").status_code == 404


def test_without_javascript_the_whole_page_is_saved_by_one_button(client, review):
    data = {
        f"{KEY}-rating": "1",
        f"{KEY}-rating_version": "0",
        f"{KEY}-said": "420 ms",
        f"{KEY}-said_version": "0",
        "preemption-rating": "",
        "preemption-rating_version": "0",
    }

    response = client.post(url(review), data, follow=True)

    assert "Saved." in response.content.decode()
    assert (answer(review).rating, answer(review).said) == ("1", "420 ms")
    assert answer(review, "preemption").updated_at is None


def test_without_javascript_what_was_refused_stays_typed_and_the_rest_is_saved(client, review):
    data = {
        f"{KEY}-rating": "1",
        f"{KEY}-rating_version": "0",
        f"{KEY}-follow_up": "x" * 1001,
        f"{KEY}-follow_up_version": "0",
    }

    response = client.post(url(review) + "?show=weak", data)

    html = response.content.decode()
    assert response.status_code == 422
    assert "1 answer is not saved" in html
    assert "x" * 1001 in html
    assert answer(review).rating == "1"


@pytest.mark.parametrize(
    ("show", "keys"),
    [
        ("unanswered", 18),
        ("weak", 1),
        ("critical", 6),
        ("new", 1),
    ],
)
def test_the_page_is_narrowed_by_a_link(client, review, show, keys):
    save(client, review, "rating", rating="1")
    save(client, review, "rating", key="preemption", rating="2")
    review.answers.filter(question_key="scheduling-policy").update(vendor_said="x", vendor_at="2026-11-02T10:00Z")

    html = client.get(f"{url(review)}?show={show}").content.decode()

    assert html.count('-rating_version" value=') == keys


def test_a_topic_is_marked_as_not_applicable_by_one_button_and_back(client, review):
    response = client.post(url(review), {"then": "skip:topic-networking"})
    assert response["Location"].endswith("#topic-networking")
    assert review.answers.filter(rating="na").count() == 2

    client.post(url(review), {"then": "apply:topic-networking"})
    assert not review.answers.filter(rating="na").exists()


def test_what_the_vendor_wrote_is_shown_as_new_until_it_is_read(client, review):
    review.answers.filter(question_key=KEY).update(vendor_said="<i>420</i> ms", vendor_at="2026-11-02T10:00Z")

    html = client.get(url(review)).content.decode()
    assert "1 answer from &lt;b&gt;Corvid&lt;/b&gt; is new" in html
    assert "&lt;i&gt;420&lt;/i&gt; ms" in html
    client.post(url(review), {"then": "seen"})

    assert "is new</h2>" not in client.get(url(review)).content.decode()


def test_a_complete_review_leads_to_its_result(client, review):
    services.complete_review(review, actor=review.created_by)

    assert client.get(url(review)).status_code == 302
    assert save(client, review, "rating", rating="2").status_code == 422
    assert "no longer changes" in save(client, review, "rating", rating="2").content.decode()


def test_the_page_takes_the_same_queries_with_one_answer_and_with_all(client, review, django_assert_num_queries):
    def count():
        with django_assert_num_queries(10):
            client.get(url(review))

    client.get(url(review))
    count()
    review.answers.update(said="x", rating="1", vendor_said="y", vendor_at="2026-11-02T10:00Z")
    for key in review.answers.values_list("question_key", flat=True)[:6]:
        link = {"title": "x", "url": "https://example.com"}
        services.add_link(review, question=key, actor=review.created_by, **link)
    count()


def test_evidence_is_added_in_a_dialog_and_on_a_page_of_its_own(client, review):
    path = url(review, "vendor_evidence_create", KEY)
    assert "<dialog" in client.get(path, headers=HTMX).content.decode()
    assert "<dialog" not in client.get(path).content.decode()

    answered = client.post(path, {"url": "wiki.example.com/load", "title": "Load test"}, headers=HTMX)
    assert "Load test" in answered.content.decode()
    assert client.post(path, {"url": "javascript:alert(1)"}).status_code == 422
    assert client.post(path, {"url": "https://wiki.example.com"})["Location"].endswith(f"/fill#{KEY}")

    evidence = VendorAnswer.objects.get(question_key=KEY).evidence.first()
    assert client.post(url(review, "vendor_evidence_delete", evidence.pk), headers=HTMX).status_code == 200
    assert VendorAnswer.objects.get(question_key=KEY).evidence.count() == 1


def test_questions_are_asked_in_the_order_of_the_framework(client, review):
    html = client.get(url(review)).content.decode()

    keys = [q.key for topic in framework.current().vendor.topics[:-1] for q in topic.questions]
    places = [html.index(f'id="{key}"') for key in keys]
    assert places == sorted(places)


def test_what_changed_since_the_review_before_is_said_with_its_day(client, review):
    services.record_rating(review, question=KEY, rating="1", actor=review.created_by, version=0)
    services.change_details(review, name="Corvid", reviewed_on=date(2026, 9, 3), actor=review.created_by)
    services.complete_review(review, actor=review.created_by)
    again = services.repeat_review(review, actor=review.created_by)
    services.record_rating(again, question=KEY, rating="2", actor=review.created_by, version=0)
    services.record_said(again, question="preemption", said="420 ms", actor=review.created_by, version=0)

    html = client.get(url(again)).content.decode()

    assert "was 1 on 3 Sep 2026" in html
    assert "new words since 3 Sep 2026" in html


def test_what_a_strong_answer_says_is_named_by_the_number_of_its_question(client, review):
    own = make_vendor_review(review.vendor.organization, name="Platform", is_own_team=True)

    html = client.get(url(own)).content.decode()

    assert 'What a strong answer says<span class="vh"> to question 2</span>' in html
    assert "you commit to for our main service" not in html


def test_what_is_posted_as_a_rating_and_is_none_is_not_kept_in_memory(client, review):
    data = {f"{KEY}-rating": "x" * 5000, f"{KEY}-rating_version": "0"}

    response = client.post(url(review), data)

    assert response.status_code == 422
    choices = response.content.decode().split(f'name="{KEY}-rating" value=')[1:]
    assert len(choices) == 5
    assert not [choice for choice in choices if "checked" in choice.split(">")[0]]


@pytest.mark.parametrize("by", ["rating", "button"])
def test_what_the_vendor_wrote_after_the_page_was_made_stays_new(client, review, by):
    read_at = re.search(r'name="read_at" value="([^"]+)"', client.get(url(review)).content.decode())[1]
    review.answers.filter(question_key=KEY).update(vendor_said="420 ms", vendor_at=timezone.now())

    if by == "rating":
        data = {f"{KEY}-rating": "2", f"{KEY}-rating_version": "0", "read_at": read_at}
        client.post(url(review, "vendor_answer_update", KEY, "rating"), data, headers=HTMX)
    else:
        client.post(url(review), {"then": "seen", "read_at": read_at})

    assert answer(review).is_new
    html = client.get(url(review)).content.decode()
    assert f'hx-params="{KEY}-rating,{KEY}-rating_version,read_at"' in html
    client.post(url(review), {"then": "seen", "read_at": re.search(r'name="read_at" value="([^"]+)"', html)[1]})
    assert not answer(review).is_new


@pytest.mark.parametrize(
    "nonsense",
    ["x", "2026-02-31T10:00:00", "2026-02-03T10:00:00", "9999-01-01T00:00:00+00:00", "0001-01-01T00:00:00+14:00"],
)
def test_a_time_that_no_page_said_counts_as_now(client, review, nonsense):
    review.answers.filter(question_key=KEY).update(vendor_said="420 ms", vendor_at=timezone.now())

    client.post(url(review), {"then": "seen", "read_at": nonsense})

    assert not answer(review).is_new
    assert answer(review).seen_at <= timezone.now()


def test_the_details_of_a_complete_review_lead_to_its_result(client, review):
    services.complete_review(review, actor=review.created_by)

    assert client.get(url(review, "vendor_review_edit"))["Location"] == url(review, "vendor_review_detail")
