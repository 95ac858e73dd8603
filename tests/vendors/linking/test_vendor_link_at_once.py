"""What happens to a link at the same moment. Threads and row locks make it real on PostgreSQL; SQLite takes turns."""

from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.models import WaitingMail
from assessments.saving.parts import StaleAnswerError
from assessments.vendors import services
from assessments.vendors.linking import answering, asking, links, mails
from assessments.vendors.models import VendorAnswer, VendorEvidence, VendorLink, VendorRequest, VendorReview
from tests.factories import make_organization, make_user, make_vendor_review
from tests.organizations.test_at_once import at_once, refused

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs a database that serves two at once"),
]

TIMES = 10
KEY = "latency-target"


def make_link(review=None, **options):
    review = review or make_vendor_review()
    return links.find(links.make_link(review, days=14, actor=review.created_by, **options))


def answer(link, said):
    return answering.record_answer(link, question=answering.asked_of(link.review)[KEY], said=said, version=0)


def test_wrong_passcodes_at_once_are_all_counted_and_no_more_than_five_are_looked_at():
    for _ in range(3):
        link = make_link(passcode="amber-harbor")

        answers = at_once(*(partial(links.check_passcode, link, f"wrong-{n}") for n in range(8)))

        assert refused(answers) == 8
        link = VendorLink.objects.get(pk=link.pk)
        assert (link.wrong_passcodes, link.is_locked) == (5, True)


def test_two_wrong_ones_at_once_end_the_link_once():
    for _ in range(TIMES):
        link = make_link(passcode="amber-harbor")
        VendorLink.objects.filter(pk=link.pk).update(wrong_passcodes=18)

        assert refused(at_once(*(partial(links.check_passcode, link, f"wrong-{n}") for n in range(2)))) == 2

        link = VendorLink.objects.get(pk=link.pk)
        assert (link.wrong_passcodes, link.revoked_at is not None) == (20, True)
        revoked = AuditEvent.objects.filter(action="vendor-link-revoked", organization=link.review.vendor.organization)
        assert revoked.count() == 1


def test_two_people_of_the_vendor_s_write_the_same_answer_and_one_is_asked():
    for _ in range(TIMES):
        link = make_link()

        answers = at_once(partial(answer, link, "One of us"), partial(answer, link, "Another of us"))

        assert {type(outcome) for outcome in answers} == {int, StaleAnswerError}


def test_what_is_saved_while_it_is_submitted_came_before_or_is_refused():
    for _ in range(TIMES):
        link = make_link()

        saved, submitted = at_once(partial(answer, link, "p95"), partial(answering.submit, link))

        row, link = link.review.answers.get(question_key=KEY), VendorLink.objects.get(pk=link.pk)
        assert submitted is None
        assert row.vendor_said == ("p95" if saved == 1 else "")
        assert saved == 1 or isinstance(saved, ValidationError)


def test_submitting_twice_at_once_is_once():
    for _ in range(TIMES):
        link = make_link()

        assert refused(at_once(*[partial(answering.submit, link)] * 2)) == 1


@pytest.mark.parametrize("end", [links.revoke_link, services.complete_review])
def test_what_is_saved_while_the_buyer_ends_it_came_before_or_is_refused(end):
    for _ in range(TIMES):
        link = make_link()

        saved, ended = at_once(partial(answer, link, "p95"), partial(end, link.review, actor=make_user()))

        assert not isinstance(ended, Exception)
        assert saved == 1 or isinstance(saved, ValidationError)
        if saved == 1 and end is services.complete_review:
            completed = VendorReview.objects.get(pk=link.review_id).completed_at
            assert completed >= link.review.answers.get(question_key=KEY).vendor_at
        assert link.review.answers.get(question_key=KEY).vendor_said == ("p95" if saved == 1 else "")


def test_two_links_made_at_once_leave_one():
    for _ in range(TIMES):
        review = make_vendor_review()

        tokens = at_once(*[partial(links.make_link, review, days=14, actor=make_user())] * 2)

        assert [links.find(token) is not None for token in tokens].count(True) == 1
        assert VendorReview.objects.get(pk=review.pk).status == "waiting"


def test_the_last_place_for_evidence_is_given_once():
    for _ in range(TIMES):
        link = make_link()
        add = partial(answering.add_link, link, question=KEY, title="x", url="https://example.com")
        for _ in range(19):
            add()

        assert refused(at_once(add, add)) == 1
        assert VendorEvidence.objects.filter(answer__review=link.review).count() == 20


def test_a_save_under_way_while_the_page_is_sent_with_the_same_text_is_no_conflict():
    data = QueryDict(f"{KEY}-said=p95&{KEY}-said_version=0")
    for _ in range(TIMES):
        link = make_link()

        saved, page = at_once(partial(answer, link, "p95"), partial(answering.save_page, link, data))

        assert saved == 1
        assert [outcome.state for outcome in page] in ([], ["saved"])


def asked_for_three():
    buyer = make_user()
    clients = [make_organization(owner=buyer) for _ in range(3)]
    reviews, token = asking.ask(clients, name="Corvid Compute", actor=buyer, days=14)
    return buyer, reviews, token


def test_one_of_several_clients_revokes_while_the_vendor_writes_and_nothing_is_written_there_afterwards():
    for _ in range(TIMES):
        buyer, reviews, token = asked_for_three()
        link, gone = links.find(token), reviews[-1]

        at_once(partial(answer, link, "p95"), partial(links.revoke_link, gone, actor=buyer))

        said = dict(VendorAnswer.objects.filter(question_key=KEY).values_list("review", "vendor_said"))
        assert [said[review.pk] for review in reviews[:2]] == ["p95", "p95"]
        VendorAnswer.objects.all().delete()


def test_the_vendor_submits_twice_at_once_and_it_happens_once_for_each():
    for _ in range(TIMES):
        _, reviews, token = asked_for_three()
        twice = [links.find(token) for _ in range(2)]

        assert refused(at_once(*(partial(answering.submit, link, name="Tomas") for link in twice))) == 1

        at = [review.vendor.organization for review in reviews]
        assert AuditEvent.objects.filter(action="vendor-submitted", organization__in=at).count() == 3


@pytest.mark.parametrize("way", ["of many", "of a review"])
def test_two_who_ask_a_vendor_for_the_same_client_at_once_begin_one_review(way):
    for _ in range(TIMES):
        buyer = make_user()
        client, other, third = (make_organization(owner=buyer) for _ in range(3))
        if way == "of many":
            asks = [partial(asking.ask, [client], name="Corvid", actor=buyer, days=14)] * 2
        else:
            reviews = [make_vendor_review(each, name="Corvid") for each in (other, third)]
            asks = [partial(asking.ask_also, review, [client], actor=buyer, days=14) for review in reviews]

        assert refused(at_once(*asks)) == 0

        assert VendorReview.objects.filter(vendor__organization=client).count() == 1


def test_two_reminders_at_once_are_one_mail():
    for _ in range(TIMES):
        buyer = make_user()
        asking.ask([make_organization(owner=buyer)], name="Corvid", actor=buyer, days=14, email="sales@corvid.example")
        request = VendorRequest.objects.latest("pk")
        WaitingMail.objects.all().delete()
        VendorRequest.objects.update(mailed_at=timezone.now())

        assert refused(at_once(*(partial(mails.remind, request.pk) for _ in range(2)))) == 1

        assert WaitingMail.objects.count() == 1
