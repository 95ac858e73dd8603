"""Whoever made a link is mailed once that it was submitted: at once, or together with others that came close to it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from assessments.models import Membership, Organization
from assessments.vendors import submissions
from assessments.vendors.linking import answering, links
from assessments.vendors.models import VendorLink
from assessments.vendors.tasks import tell_submissions
from tests.factories import make_organization, make_user, make_vendor_review

pytestmark = pytest.mark.django_db(transaction=True)

MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def linked(buyer, *, organization=None, name):
    review = make_vendor_review(organization or make_organization(owner=buyer), name=name)
    return links.find(links.make_link(review, days=14, actor=buyer))


def test_the_first_is_mailed_at_once_and_what_comes_close_to_it_in_one_mail_after_an_hour(clock, buyer, mailoutbox):
    organization = make_organization(owner=buyer, name="Kestrel Logistics")
    made = [linked(buyer, organization=organization, name=name) for name in ("Corvid", "Aldermoor", "Ostrava")]

    for link in made:
        answering.submit(link)
        clock.shift(timedelta(minutes=5))
    tell_submissions()

    assert [mail.subject for mail in mailoutbox] == ["Corvid has answered"]

    clock.shift(timedelta(minutes=50))
    for _ in range(2):
        tell_submissions()

    [_, mail] = mailoutbox
    assert mail.to == [buyer.email]
    assert mail.subject == "Two vendors have answered"
    for link in made[1:]:
        assert f"{link.review.vendor}, for Kestrel Logistics: 0 of " in mail.body
        assert f"/vendors/{link.review_id}/" in mail.body
    assert "Corvid" not in mail.body
    assert mail.body.index("Aldermoor") < mail.body.index("Ostrava")
    assert VendorLink.objects.filter(told_at=None).count() == 0


def test_one_that_waited_alone_is_mailed_as_the_first_would_be(clock, buyer, mailoutbox):
    for name in ("Corvid", "Aldermoor"):
        answering.submit(linked(buyer, name=name))
    clock.shift(timedelta(hours=1))

    tell_submissions()

    assert [mail.subject for mail in mailoutbox] == ["Corvid has answered", "Aldermoor has answered"]


def test_those_of_different_people_are_mailed_apart(clock, buyer, mailoutbox):
    other = make_user()

    answering.submit(linked(buyer, name="Corvid"))
    answering.submit(linked(other, name="Aldermoor"))

    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        ([buyer.email], "Corvid has answered"),
        ([other.email], "Aldermoor has answered"),
    ]


def test_many_are_counted_and_named_up_to_a_number(clock, buyer, mailoutbox, monkeypatch):
    monkeypatch.setattr(submissions, "NAMED", 2)
    for name in ("Corvid", "Aldermoor", "Ostrava", "Brightwater"):
        answering.submit(linked(buyer, name=name))
    clock.shift(timedelta(hours=1))

    tell_submissions()

    mail = mailoutbox[-1]
    assert mail.subject == "Three vendors have answered"
    assert "And one more." in mail.body
    assert "Brightwater" not in mail.body


@pytest.mark.parametrize("way", ["left", "deleted"])
def test_nobody_is_told_of_what_they_may_no_longer_open(clock, buyer, mailoutbox, way):
    answering.submit(linked(buyer, name="Corvid"))
    there, gone = (linked(buyer, name=name) for name in ("Aldermoor", "Secret vendor"))
    for link in (there, gone):
        answering.submit(link)
    organization = gone.review.vendor.organization
    if way == "left":
        Membership.objects.filter(organization=organization).delete()
    else:
        Organization.objects.filter(pk=organization.pk).update(deleted_at=MONDAY)
    clock.shift(timedelta(hours=1))

    tell_submissions()

    told = [mail.subject for mail in mailoutbox if mail.subject.endswith("has answered")]
    assert told == ["Corvid has answered", "Aldermoor has answered"]
    assert "Secret" not in "".join(mail.body for mail in mailoutbox)
    assert VendorLink.objects.untold().count() == 0


def test_it_runs_every_few_minutes(settings):
    entry = settings.CELERY_BEAT_SCHEDULE["tell-submissions"]

    assert entry["task"] == tell_submissions.name
    assert entry["schedule"].minute == set(range(0, 60, 5))
