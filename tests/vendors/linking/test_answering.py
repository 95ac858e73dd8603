from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from assessments.audit import trail
from assessments.audit.models import AuditEvent
from assessments.saving.parts import StaleAnswerError
from assessments.vendors import services
from assessments.vendors.linking import answering, links
from assessments.vendors.models import VendorAnswer, VendorEvidence, VendorLink, VendorReview
from assessments.vendors.readings import read_review
from tests.factories import make_user, make_vendor_review

pytestmark = pytest.mark.django_db

KEY = "latency-target"
BUYER_S = ("rating", "said", "follow_up", "follow_up_owner", "updated_at", "updated_by_id")


def question(link, key=KEY):
    return answering.asked_of(link.review)[key]


def answer(review, key=KEY):
    return review.answers.get(question_key=key)


def record(link, said, version=0, key=KEY):
    return answering.record_answer(link, question=question(link, key), said=said, version=version)


def entries():
    rows = AuditEvent.objects.order_by("pk").values_list("action", "actor", "actor_name", "subject", "old", "new")
    return [row for row in rows if row[0].startswith(("vendor-a", "vendor-s", "vendor-l", "evidence"))]


def test_an_answer_is_the_vendor_s_alone_and_what_the_buyer_wrote_stays(link, review, buyer):
    services.record_rating(review, question=KEY, rating="1", actor=buyer, version=0)
    services.record_said(review, question=KEY, said="They hedged.", actor=buyer, version=0)
    before = VendorAnswer.objects.values(*BUYER_S).get(review=review, question_key=KEY)

    assert record(link, " p95 180 ms\r\nat 40 requests/s\x00 ") == 1

    assert VendorAnswer.objects.values(*BUYER_S).get(review=review, question_key=KEY) == before
    assert answer(review).vendor_said == "p95 180 ms\nat 40 requests/s"
    assert answer(review).is_new
    assert read_review(review).news == 1


def test_what_was_answered_counts_as_read_once_it_is_rated_and_is_new_again_once_it_changes(link, review, buyer):
    record(link, "First")
    services.record_rating(review, question=KEY, rating="2", actor=buyer, version=0)
    assert not answer(review).is_new

    record(link, "Second", version=1)

    assert answer(review).is_new
    assert answer(review).rating == "2"


def test_a_stale_version_is_refused_and_names_nobody(link, review, buyer):
    services.record_rating(review, question=KEY, rating="1", actor=buyer, version=0)
    record(link, "One of us")

    with pytest.raises(StaleAnswerError) as stale:
        record(link, "Another of us")

    assert (stale.value.by, stale.value.version, stale.value.at) == ("Someone else", 1, answer(review).vendor_at)
    assert record(link, "One of us") == 1  # a save that was repeated
    assert answer(review).vendor_said == "One of us"


def test_the_trail_says_by_link_whoever_is_signed_in_and_typing_on_is_one_entry(link, buyer):
    with trail.acting(buyer):
        record(link, "p95")
        record(link, "p95 180 ms", version=1)
        evidence = answering.add_link(link, question=KEY, title="Load test", url="https://example.com/load")
        answering.remove_evidence(link, evidence)
        answering.submit(link)

    by, about = (None, "Corvid Compute, by link"), f"Corvid Compute: {question(link).ask_vendor}"
    assert entries() == [
        ("vendor-link-made", buyer.pk, str(buyer), "Corvid Compute", "", entries()[0][5]),
        ("vendor-answered", *by, about, "", "p95 180 ms"),
        ("evidence-added", *by, "Corvid Compute: Load test", "", "https://example.com/load"),
        ("evidence-removed", *by, "Corvid Compute: Load test", "", "https://example.com/load"),
        ("vendor-submitted", *by, "Corvid Compute", "", "1 of 20 questions answered"),
    ]


def test_the_buyer_s_typing_is_never_one_entry_with_the_vendor_s(link, review, buyer):
    record(link, "p95")
    services.record_said(review, question=KEY, said="p95", actor=buyer, version=0)
    record(link, "p95 180 ms", version=1)

    assert [row[2] for row in entries()][1:] == ["Corvid Compute, by link", str(buyer)]


def test_an_own_team_answers_in_its_own_words(buyer, review):
    own = make_vendor_review(review.vendor.organization, name="Platform team", is_own_team=True)
    link = links.find(links.make_link(own, days=1, actor=buyer))

    record(link, "240 ms")

    assert entries()[-1][3] == f"Platform team: {question(link).ask_team}"


def revoke(link, review, buyer):
    links.revoke_link(review, actor=buyer)


def replace(link, review, buyer):
    links.make_link(review, days=1, actor=buyer)


def expire(link, review, buyer):
    VendorLink.objects.update(expires_at=timezone.now())


def submit(link, review, buyer):
    answering.submit(link)


def complete(link, review, buyer):
    services.complete_review(review, actor=buyer)


ENDINGS = [
    (revoke, answering.ENDED),
    (replace, answering.ENDED),
    (expire, answering.ENDED),
    (submit, answering.SUBMITTED),
    (complete, answering.CLOSED),
]


@pytest.mark.parametrize(("end", "sentence"), ENDINGS)
def test_nothing_is_written_once_the_link_is_no_longer_good(link, review, buyer, upload, end, sentence):
    evidence = answering.add_link(link, question=KEY, title="Load test", url="https://example.com/load")
    end(link, review, buyer)
    before, entries = list(VendorAnswer.objects.order_by("pk").values()), AuditEvent.objects.count()
    pdf = upload("load.pdf", b"%PDF-1.7\nload")

    for change in (
        lambda: record(link, "Too late"),
        lambda: answering.add_link(link, question=KEY, title="Late", url="https://example.com"),
        lambda: answering.add_file(link, question=KEY, title="", upload=pdf),
        lambda: answering.remove_evidence(link, evidence),
        lambda: answering.submit(link),
    ):
        with pytest.raises(ValidationError) as refused:
            change()
        assert refused.value.messages == [sentence]
    assert list(VendorAnswer.objects.order_by("pk").values()) == before
    assert VendorEvidence.objects.get() == evidence
    assert AuditEvent.objects.count() == entries


def test_nothing_is_left_on_disk_of_a_file_that_came_too_late(link, upload, private_media):
    answering.submit(link)

    with pytest.raises(ValidationError):
        answering.add_file(link, question=KEY, title="", upload=upload("load.pdf", b"%PDF-1.7\nload"))

    assert [path for path in private_media.rglob("*") if path.is_file()] == []


def test_a_deleted_review_is_a_sentence(link, review, buyer):
    services.delete_review(review, actor=buyer)

    with pytest.raises(ValidationError, match="was deleted"):
        record(link, "Too late")


def test_submitting_ends_the_waiting_and_is_dated(link, review):
    assert VendorReview.objects.get().status == "waiting"
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        answering.submit(link)
        now = timezone.now()

    review, link = VendorReview.objects.get(), VendorLink.objects.get()
    assert (review.status, review.submitted_at, link.submitted_at) == ("open", now, now)


def test_a_question_holds_twenty_pieces_of_the_vendor_s_whatever_the_buyer_attached(link, review, buyer):
    for number in range(20):
        services.add_link(review, question=KEY, title="Ours", url=f"https://example.com/{number}", actor=buyer)
        answering.add_link(link, question=KEY, title="Theirs", url=f"https://example.com/{number}")

    with pytest.raises(ValidationError, match="at most 20 pieces of evidence"):
        answering.add_link(link, question=KEY, title="One more", url="https://example.com")
    answering.add_link(link, question="workload-mix", title="Elsewhere", url="https://example.com")


def test_a_link_takes_a_hundred_megabytes_in_all(link, review, buyer, upload, private_media):
    evidence = answering.add_file(link, question=KEY, title="", upload=upload("a.pdf", b"%PDF-1.7\na"))
    VendorEvidence.objects.update(size=100 * 1024**2 - 5)
    small = upload("b.txt", b"12345")
    answering.add_file(link, question="workload-mix", title="", upload=small)

    with pytest.raises(ValidationError) as refused:
        answering.add_file(link, question="preemption", title="", upload=upload("c.txt", b"1"))
    assert refused.value.messages == [
        "All files together may have 100 MB; 100 MB are attached. "
        "Nothing was stored. Attach a link instead, or remove a file first."
    ]
    assert len([path for path in private_media.rglob("*") if path.is_file()]) == 2

    answering.remove_evidence(link, evidence)
    answering.add_file(link, question="preemption", title="", upload=upload("c.txt", b"1"))


def test_files_of_an_earlier_round_do_not_count_against_a_new_link(link, review, buyer, upload):
    answering.add_file(link, question=KEY, title="", upload=upload("a.pdf", b"%PDF-1.7\na"))
    VendorEvidence.objects.update(size=100 * 1024**2)
    services.complete_review(review, actor=buyer)
    again = links.find(links.make_link(services.repeat_review(review, actor=buyer), days=1, actor=buyer))

    answering.add_file(again, question="preemption", title="", upload=upload("b.pdf", b"%PDF-1.7\nb"))

    assert answering.evidence_of(again).count() == 2


def test_progress_counts_words_and_evidence_of_the_questions_that_are_put(link, review, buyer):
    assert answering.count_answered(review) == 0
    record(link, "Half and half", key="workload-mix")
    for _ in range(2):
        answering.add_link(link, question=KEY, title="Load test", url="https://example.com")
    services.add_link(review, question="preemption", title="Ours", url="https://example.com", actor=make_user())
    services.record_said(review, question="preemption", said="Ours", actor=buyer, version=0)
    review.answers.filter(question_key="cooling-method").update(vendor_said="Not asked in the cloud")

    assert answering.count_answered(review) == 2


def test_what_a_vendor_removes_from_a_later_round_stays_in_the_earlier_one(link, review, buyer, upload, private_media):
    answering.add_file(link, question=KEY, title="", upload=upload("a.pdf", b"%PDF-1.7\na"))
    services.complete_review(review, actor=buyer)
    again = links.find(links.make_link(services.repeat_review(review, actor=buyer), days=1, actor=buyer))

    answering.remove_evidence(again, answering.evidence_of(again).get())

    kept = VendorEvidence.objects.get()
    assert kept.answer.review == review
    assert kept.file.read() == b"%PDF-1.7\na"
