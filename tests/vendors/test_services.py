from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.accounts.erasure import FORMER_MEMBER, erase_user
from assessments.audit.models import AuditEvent
from assessments.platform import mailing
from assessments.platform.mails.models import SentMail
from assessments.saving.parts import StaleAnswerError
from assessments.saving.uploads import check_upload
from assessments.vendors import services
from assessments.vendors.linking import answering, links, mails
from assessments.vendors.models import Vendor, VendorEvidence, VendorRequest, VendorReview
from tests.factories import make_organization, make_user, make_vendor_review

pytestmark = pytest.mark.django_db

KEY = "latency-target"


def rate(review, rating, version=0, actor=None):
    actor = actor or review.created_by
    return services.record_rating(review, question=KEY, rating=rating, actor=actor, version=version)


def answer(review):
    return review.answers.get(question_key=KEY)


def upload(content=b"420 ms"):
    return check_upload(SimpleUploadedFile("load test.txt", content))


def test_a_review_asks_every_question_once():
    review = make_vendor_review(name="  ", reviewed_on=date(2026, 11, 2))

    assert review.answers.count() == len(services.questions_of(services.content_of(review)))
    assert (review.status, review.reviewed_on) == ("open", date(2026, 11, 2))


def test_a_second_review_of_a_vendor_waits_for_the_first_to_be_complete():
    organization = make_organization()
    first = make_vendor_review(organization, name="Corvid")

    with pytest.raises(ValidationError, match="A review of corvid is under way already"):
        make_vendor_review(organization, name="corvid")
    services.complete_review(first, actor=organization.created_by)
    second = make_vendor_review(organization, name="CORVID")

    assert second.vendor == first.vendor
    assert second.predecessor == first
    assert Vendor.objects.count() == 1


def test_a_rating_made_from_a_stale_page_is_a_conflict_and_a_repeated_one_is_not():
    review = make_vendor_review()
    ada = make_user(name="Ada")
    assert rate(review, "1", actor=ada) == 1

    assert rate(review, "1", version=0) == 1
    with pytest.raises(StaleAnswerError) as stale:
        rate(review, "2", version=0)
    assert (stale.value.by, stale.value.version) == ("Ada", 1)
    assert answer(review).rating == "1"


@pytest.mark.parametrize("rating", ["3", "-1", "n/a", "NA", "\x00", "2 "])
def test_no_other_rating_is_taken(rating):
    with pytest.raises(ValidationError, match="Choose 0, 1, 2 or n/a"):
        rate(make_vendor_review(), rating)


def test_a_complete_review_refuses_every_change_also_when_it_was_completed_meanwhile():
    review = make_vendor_review()
    actor = review.created_by
    stale = VendorReview.objects.select_related("vendor").get(pk=review.pk)
    services.complete_review(review, actor=actor)

    for each in (review, stale):
        for change in (
            lambda r: rate(r, "2"),
            lambda r: services.record_said(r, question=KEY, said="x", actor=actor, version=0),
            lambda r: services.add_link(r, question=KEY, title="x", url="https://example.com", actor=actor),
            lambda r: services.add_file(r, question=KEY, title="x", upload=upload(), actor=actor),
        ):
            with pytest.raises(ValidationError, match="This review is complete"):
                change(each)
    assert services.rate_topic(stale, topic="topic-serving", applies=False, actor=actor) == 0
    assert not VendorEvidence.objects.exists()


def test_a_complete_review_can_be_reopened_unless_a_later_one_is_under_way():
    review = make_vendor_review(complete=True)
    actor = review.created_by
    services.reopen_review(review, actor=actor)
    assert VendorReview.objects.get().status == "open"

    services.complete_review(review, actor=actor)
    services.repeat_review(review, actor=actor)
    with pytest.raises(ValidationError, match="A later review"):
        services.reopen_review(review, actor=actor)


def test_asking_again_twice_makes_one_review_which_keeps_words_and_evidence():
    review = make_vendor_review(ratings={KEY: "2"}, proof=False)
    actor = review.created_by
    services.record_said(review, question=KEY, said="420 ms", actor=actor, version=0)
    services.add_file(review, question=KEY, title="Load test", upload=upload(), actor=actor)
    services.complete_review(review, actor=actor)

    again, twice = (services.repeat_review(review, actor=actor) for _ in range(2))

    assert again == twice
    assert (answer(again).rating, answer(again).said) == ("2", "420 ms")
    assert [item.title for item in answer(again).evidence.all()] == ["Load test"]


def test_a_file_stays_as_long_as_a_review_refers_to_it(django_capture_on_commit_callbacks):
    review = make_vendor_review()
    actor = review.created_by
    file = services.add_file(review, question=KEY, title="", upload=upload(), actor=actor).file
    services.complete_review(review, actor=actor)
    again = services.repeat_review(review, actor=actor)

    with django_capture_on_commit_callbacks(execute=True):
        services.delete_review(review, actor=actor)
    assert file.storage.exists(file.name)
    with django_capture_on_commit_callbacks(execute=True):
        services.delete_review(VendorReview.objects.select_related("vendor").get(pk=again.pk), actor=actor)

    assert not file.storage.exists(file.name)
    assert not Vendor.objects.exists()


def test_a_topic_is_marked_as_not_applicable_and_back_without_touching_what_is_rated():
    review = make_vendor_review(ratings={"preemption": "1"})
    actor = review.created_by

    assert services.rate_topic(review, topic="topic-utilization", applies=False, actor=actor) == 3
    assert services.rate_topic(review, topic="topic-utilization", applies=True, actor=actor) == 3

    assert review.answers.get(question_key="preemption").rating == "1"
    assert not review.answers.filter(rating="na").exists()
    assert review.answers.get(question_key="utilization-and-why").rating_version == 2


def test_a_vendor_s_new_answer_counts_as_read_once_it_is_rated():
    review = make_vendor_review()
    review.answers.filter(question_key=KEY).update(vendor_at="2026-11-02T10:00Z", vendor_said="420 ms")
    assert answer(review).is_new

    rate(review, "1")

    assert not answer(review).is_new


def test_details_change_and_a_name_that_is_taken_is_refused():
    organization = make_organization()
    make_vendor_review(organization, name="Corvid")
    review = make_vendor_review(organization, name="Tessel")
    details = {"offer": "GPU hours", "contact": "", "reviewed_on": date(2026, 11, 2), "hosting_model": "hybrid"}

    services.change_details(review, name="Tessel AI", actor=organization.created_by, **details)
    with pytest.raises(ValidationError, match="There is a vendor called CORVID already"):
        services.change_details(review, name="CORVID", actor=organization.created_by, **details)

    stored = VendorReview.objects.select_related("vendor").get(pk=review.pk)
    assert (stored.vendor.name, stored.offer, stored.hosting_model) == ("Tessel AI", "GPU hours", "hybrid")


def test_weights_are_whole_numbers_from_zero_to_five():
    organization = make_organization()

    services.set_weights(organization, {"topic-serving": 3}, actor=organization.created_by)
    services.set_weights(organization, {"topic-serving": 0, "topic-security": 1}, actor=organization.created_by)
    with pytest.raises(ValidationError):
        services.set_weights(organization, {"topic-serving": 6}, actor=organization.created_by)

    assert dict(organization.topic_weights.values_list("topic_key", "weight")) == {
        "topic-serving": 0,
        "topic-security": 1,
    }


def test_the_activity_tells_what_changed():
    review = make_vendor_review(name="Corvid")

    rate(review, "1")
    services.record_follow_up(
        review,
        question=KEY,
        follow_up="Ask for the load test",
        owner="Ada",
        on=date(2026, 12, 1),
        done=False,
        actor=review.created_by,
        version=0,
    )

    events = list(AuditEvent.objects.filter(action__startswith="vendor").values_list("action", "old", "new"))
    assert events == [
        ("vendor-answer-noted", "", "Ask for the load test, Ada, due 1 Dec 2026"),
        ("vendor-rated", "not rated", "1"),
        ("vendor-review-started", "", ""),
    ]
    assert AuditEvent.objects.filter(action="vendor-rated").get().subject.startswith("Corvid: Which p95 and p99")


def test_a_question_holds_a_limited_number_of_pieces_of_evidence():
    review = make_vendor_review()
    add = {"question": KEY, "title": "x", "url": "https://example.com", "actor": review.created_by}
    for _ in range(services.EVIDENCE_MAX_ITEMS):
        services.add_link(review, **add)

    with pytest.raises(ValidationError, match="at most 20 pieces"):
        services.add_link(review, **add)


def test_the_name_of_an_erased_person_leaves_follow_ups_of_their_organizations_only():
    ada = make_user(name="Ada")
    review, elsewhere = make_vendor_review(make_organization(owner=ada)), make_vendor_review()
    for each in (review, elsewhere):
        services.record_follow_up(
            each, question=KEY, follow_up="Ask", owner="Ada", on=None, done=False, actor=ada, version=0
        )

    erase_user(ada)

    assert (answer(review).follow_up_owner, answer(elsewhere).follow_up_owner) == (FORMER_MEMBER, "Ada")


def test_a_colleague_who_answered_by_a_link_is_forgotten_with_their_account():
    ada, owner = make_user(name="Ada Lovelace", email="ada@example.com"), make_user(name="Ben Bell")
    links.make_link(make_vendor_review(), days=14, email="sales@corvid.example", actor=owner)
    review = make_vendor_review(make_organization(owner=owner), name="Platform", is_own_team=True)
    elsewhere = make_vendor_review(name="Corvid")
    for each in (review, elsewhere):
        token = links.make_link(each, days=14, email="ada@example.com", remind_after=7, actor=owner)
        mailing.send_waiting()
        mails.remind(links.find(token).request_id, actor=owner)
        answering.submit(links.find(token), name="Ada Lovelace", role="Platform lead", email="ada@example.com")

    erase_user(ada)
    erase_user(owner)

    assert owner.name not in str(list(SentMail.objects.values_list()))
    for model in (VendorRequest, VendorReview, AuditEvent):
        for row in model.objects.values_list():
            assert "ada@example.com" not in str(row)
            assert "Ada Lovelace" not in str(row)
    assert {each.answered_by for each in VendorReview.objects.all()} == {"", FORMER_MEMBER}
    assert AuditEvent.objects.filter(new=f"Reminded {FORMER_MEMBER}").count() == 2


def test_details_and_evidence_of_what_was_completed_meanwhile_stay():
    review = make_vendor_review(name="Corvid")
    actor = review.created_by
    proof = services.add_link(review, question=KEY, title="Plan", url="https://example.com", actor=actor)
    services.complete_review(VendorReview.objects.get(pk=review.pk), actor=actor)

    with pytest.raises(ValidationError, match="complete"):
        services.change_details(review, name="Tessel", offer="Racks", actor=actor)
    with pytest.raises(ValidationError, match="complete"):
        services.remove_evidence(review, proof, actor=actor)

    stored = VendorReview.objects.select_related("vendor").get(pk=review.pk)
    assert (stored.vendor.name, stored.offer) == ("Corvid", "")
    assert VendorEvidence.objects.filter(pk=proof.pk).exists()


def test_evidence_that_someone_else_removed_is_no_error():
    review = make_vendor_review()
    about = {"question": KEY, "title": "Plan", "url": "https://example.com"}
    proof = services.add_link(review, actor=review.created_by, **about)

    for _ in range(2):
        services.remove_evidence(review, VendorEvidence(pk=proof.pk, answer=proof.answer), actor=review.created_by)

    assert AuditEvent.objects.filter(action="evidence-removed").count() == 1


@pytest.mark.parametrize(("submitted", "status"), [(False, "waiting"), (True, "open")])
def test_a_reopened_review_waits_for_the_vendor_where_his_link_still_takes_answers(submitted, status):
    review = make_vendor_review()
    actor = review.created_by
    link = links.find(links.make_link(review, days=3, actor=actor))
    if submitted:
        answering.submit(link)
    services.complete_review(review, actor=actor)

    services.reopen_review(VendorReview.objects.get(), actor=actor)

    assert VendorReview.objects.get().status == status


@pytest.mark.django_db(transaction=True)
def test_asking_again_a_vendor_that_was_deleted_meanwhile_says_so():
    review = make_vendor_review(complete=True)
    actor = review.created_by
    stale = VendorReview.objects.select_related("vendor").get(pk=review.pk)
    services.delete_review(review, actor=actor)

    with pytest.raises(ValidationError, match="deleted meanwhile"):
        services.repeat_review(stale, actor=actor)

    assert not VendorReview.objects.exists()
