"""One vendor, many clients: one link, the answers in each client's review, and nothing of one client at another."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.models import Membership, Organization, Role
from assessments.organizations import secret_links
from assessments.platform import mailing
from assessments.platform.mails.models import MailRefusal, SentMail
from assessments.platform.models import WaitingMail
from assessments.vendors import services
from assessments.vendors.linking import answering, asking, links, mails
from assessments.vendors.models import VendorAnswer, VendorEvidence, VendorLink, VendorRequest, VendorReview
from assessments.vendors.readings import list_reviews
from assessments.vendors.tasks import remind_vendors
from tests.api.calls import personal
from tests.factories import make_organization, make_user, make_vendor_review

pytestmark = pytest.mark.django_db

KEY = "latency-target"
HX = {"HX-Request": "true"}


@pytest.fixture
def clients(buyer):
    names = ("Kestrel Logistics", "Heron Health", "Osprey Retail")
    return [make_organization(owner=buyer, name=name) for name in names]


def ask(clients, buyer, **link):
    reviews, token = asking.ask(
        clients, name="Corvid Compute", kind="inference", offer="Managed inference", actor=buyer, days=14, **link
    )
    return reviews, token


@pytest.fixture
def asked(clients, buyer):
    return ask(clients, buyer)


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def whole_text(response):
    """What an answer holds, of a workbook every part of it."""
    content = b"".join(response)
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(book.read(name).decode(errors="replace") for name in book.namelist())


def record(token, said, version=0, key=KEY):
    link = links.find(token)
    question = answering.asked_of(link.review)[key]
    return answering.record_answer(link, question=question, said=said, version=version)


def said_in(review, key=KEY):
    return review.answers.get(question_key=key).vendor_said


# ---- Asking


def test_every_client_has_a_review_of_its_own_and_one_link_opens_all(clients, asked):
    reviews, token = asked

    assert [review.vendor.organization for review in reviews] == clients
    assert {review.offer for review in reviews} == {"Managed inference"}
    assert set(VendorReview.objects.values_list("status", flat=True)) == {"waiting"}
    link = links.find(token)
    assert {link.pk, *(other.pk for other in link.others)} == set(VendorLink.objects.values_list("pk", flat=True))
    assert AuditEvent.objects.filter(action="vendor-link-made").count() == 3


def test_a_review_that_is_under_way_goes_on_and_its_link_ends(clients, buyer):
    under_way = make_vendor_review(clients[1], name="CORVID compute")
    old = links.make_link(under_way, days=3, actor=buyer)

    reviews, _ = ask(clients, buyer)

    assert reviews[1] == under_way
    assert links.find(old) is None


def test_an_own_team_of_that_name_and_another_checklist_are_refused_and_nothing_is_made(clients, buyer):
    make_vendor_review(clients[0], name="Corvid Compute", is_own_team=True)
    with pytest.raises(ValidationError, match=r"At Kestrel Logistics, Corvid Compute is the organization's own team\."):
        ask(clients, buyer)

    older = make_vendor_review(clients[1], name="Corvid Compute")
    VendorReview.objects.filter(pk=older.pk).update(framework_version="2026.1")
    with pytest.raises(ValidationError, match="different versions of the checklist"):
        ask(clients[1:], buyer)

    assert VendorReview.objects.count() == 2
    assert not VendorLink.objects.exists()


def test_those_who_ask_by_different_frameworks_are_told_what_helps(clients, buyer):
    ask(clients[:1], buyer)
    VendorReview.objects.update(framework_key="another")

    with pytest.raises(ValidationError, match=r"by different frameworks\. Make a link of its own for each"):
        ask(clients, buyer)


def test_the_page_asks_for_those_that_were_ticked_in_the_portfolio(client, clients, buyer):
    client.force_login(buyer)
    page = reverse("vendor_request_create")

    html = client.post(page, {"organization": [clients[0].pk, clients[2].pk]}).content.decode()
    assert re.findall(r'name="organizations" value="(\d+)" checked', html) == [
        str(clients[0].pk),
        str(clients[2].pk),
    ]

    ticked = [clients[0].pk, clients[2].pk]
    response = client.post(page, {"name": "Corvid Compute", "days": "14", "organizations": ticked})
    token = re.search(r'id="address" value="http://testserver/v/([\w-]+)/"', response.content.decode())[1]
    assert len(links.find(token).others) == 1
    assert response["Cache-Control"] == "private, no-store"
    assert token not in client.get(page).content.decode()


def test_what_was_ticked_is_offered_however_many_there_are(client, clients, buyer, monkeypatch):
    monkeypatch.setattr(asking, "LISTED", 1)
    client.force_login(buyer)
    page, last = reverse("vendor_request_create"), clients[2]

    assert last.name not in words(client.get(page))
    assert f'value="{last.pk}" checked' in client.post(page, {"organization": [last.pk, "9" * 30]}).content.decode()
    made = client.post(page, {"name": "Corvid", "days": "14", "organizations": [last.pk]})

    assert 'id="address"' in made.content.decode()
    assert VendorReview.objects.get().vendor.organization == last


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "Corvid"}, "Tick at least one organization."),
        ({"name": " ", "days": "14"}, "Give the vendor&#x27;s name."),
        ({"name": "Corvid", "days": "7", "email": "a@example.com", "remind_after": "7"}, "Remind before the link ends"),
        ({"name": "Corvid", "email": "nobody"}, "Enter the email as name@example.com."),
    ],
)
def test_what_makes_no_request_is_said_and_kept(client, clients, buyer, fields, sentence):
    client.force_login(buyer)

    response = client.post(reverse("vendor_request_create"), {"offer": "Managed inference", **fields})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert "Managed inference" in response.content.decode()
    assert not VendorLink.objects.exists()


def test_only_organizations_where_one_may_edit_are_offered_and_taken(client, clients, buyer):
    hidden = make_organization(name="Secret client")
    Membership.objects.filter(organization=clients[1], user=buyer).update(role=Role.VIEWER)
    client.force_login(buyer)
    page = reverse("vendor_request_create")

    html = client.get(page).content.decode()
    assert "Kestrel Logistics" in html
    assert "Heron Health" not in html
    assert "Secret client" not in html
    for organization in (hidden, clients[1]):
        fields = {"name": "Corvid", "days": "14", "organizations": [clients[0].pk, organization.pk]}
        response = client.post(page, fields)
        assert response.status_code == 422
        assert "can no longer be asked for by you" in response.content.decode()
    assert not VendorLink.objects.exists()


def test_a_review_s_link_is_made_for_other_clients_too(client, clients, buyer):
    review = make_vendor_review(clients[0], name="Corvid Compute", offer="GPUs")
    client.force_login(buyer)
    page = reverse("vendor_link_create", args=[clients[0].slug, review.pk])

    html = client.post(page, {"days": "14", "organizations": [clients[1].pk]}).content.decode()

    token = re.search(r"/v/([\w-]+)/", html)[1]
    assert [other.review.vendor.organization for other in links.find(token).others] == [clients[1]]
    assert VendorReview.objects.get(vendor__organization=clients[1]).offer == "GPUs"
    assert "The same link is for Heron Health" in html


# ---- The vendor's pages


def test_the_vendor_sees_who_asks_and_where_the_answers_go(client, asked, buyer):
    page = reverse("vendor_link_answer", args=[asked[1]])

    text = words(client.get(page))

    assert "Heron Health, Kestrel Logistics and Osprey Retail ask Corvid Compute" in text
    assert "Ines Halvorsen . Questions: ines@example.com" in text.replace("Halvorsen.", "Halvorsen .")
    assert "nor does one organization those of another" in text
    asked_to = words(client.get(f"{page}submit"))
    assert "The answers go to Heron Health, Kestrel Logistics and Osprey Retail: by submitting you agree" in asked_to


def test_one_answer_reaches_every_review_and_each_one_s_own_stays(client, asked, buyer):
    reviews, token = asked
    services.record_rating(reviews[0], question=KEY, rating="1", actor=buyer, version=0)
    services.record_said(reviews[0], question=KEY, said="They hedged at Kestrel.", actor=buyer, version=0)
    page = reverse("vendor_link_answer", args=[token])

    response = client.post(
        f"{page}answers/{KEY}", {f"{KEY}-said": "p95 180 ms", f"{KEY}-said_version": "0"}, headers=HX
    )

    assert response.status_code == 200
    for review in reviews:
        assert said_in(review) == "p95 180 ms"
        assert review.answers.get(question_key=KEY).is_new
    assert list(VendorAnswer.objects.exclude(said="").values_list("review", flat=True)) == [reviews[0].pk]
    assert "hedged" not in client.get(page).content.decode()
    assert [each.news for each in list_reviews(reviews[1].vendor.organization)] == [1]


def test_typing_on_is_one_entry_in_every_activity_and_names_no_other_client(asked, clients):
    record(asked[1], "p95")
    record(asked[1], "p95 180 ms", version=1)

    for organization in clients:
        [entry] = AuditEvent.objects.filter(organization=organization, action="vendor-answered")
        assert (entry.actor_name, entry.old, entry.new) == ("Corvid Compute, by link", "", "p95 180 ms")
        for other in set(clients) - {organization}:
            events = AuditEvent.objects.filter(organization=organization).values_list("subject", "old", "new")
            assert other.name not in str(list(events))


def test_a_question_that_one_client_is_not_asked_is_no_news_there(buyer, clients):
    Organization.objects.filter(pk=clients[1].pk).update(hosting_model="colocation")
    clients[1].refresh_from_db()
    _, token = ask(clients, buyer)

    record(token, "Rear door", key="cooling-method")

    assert links.find(token).review.vendor.organization == clients[1]
    news = [list_reviews(organization)[0].news for organization in clients]
    assert news == [0, 1, 0]


def test_words_that_came_in_a_file_are_kept_and_those_of_the_link_offered(client, asked, buyer):
    reviews, token = asked
    by_file = links.find(token).others[0].review
    by_file.answers.filter(question_key=KEY).update(vendor_said="By file", vendor_said_from="7/0")

    record(token, "By link")

    assert sorted(said_in(review) for review in reviews) == ["By file", "By link", "By link"]
    client.force_login(buyer)
    page = reverse("vendor_review_update", args=[by_file.vendor.organization.slug, by_file.pk])
    assert "wrote something else. What came in a file was not overwritten." in words(client.get(page))
    stale = (timezone.now() - timedelta(minutes=1)).isoformat()
    client.post(page, {"then": f"take:{KEY}", "read_at": stale})
    assert said_in(by_file) == "By file"

    client.post(page, {"then": f"take:{KEY}", "read_at": timezone.now().isoformat()})

    assert said_in(by_file) == "By link"
    assert "wrote something else" not in words(client.get(page))
    record(token, "By link again", version=1)
    assert said_in(by_file) == "By link again"


def test_what_was_offered_goes_once_the_vendor_writes_over_the_words_of_the_file(client, asked, buyer):
    reviews, token = asked
    link = links.find(token)
    by_file = link.others[0].review
    by_file.answers.filter(question_key=KEY).update(vendor_said="By file", vendor_said_from="7/0")
    record(token, "By link")
    for review in reviews:
        if review != by_file:
            links.revoke_link(review, actor=buyer)

    record(token, "By link, later")

    assert said_in(by_file) == "By link, later"
    client.force_login(buyer)
    page = reverse("vendor_review_update", args=[by_file.vendor.organization.slug, by_file.pk])
    assert "wrote something else" not in words(client.get(page))


def test_evidence_reaches_every_review_and_a_file_is_kept_once(asked, upload, private_media):
    link = links.find(asked[1])

    file = answering.add_file(link, question=KEY, title="", upload=upload("load.pdf", b"%PDF-1.7\nload"))
    answering.add_link(link, question=KEY, title="Log", url="https://example.com/log")

    assert VendorEvidence.objects.filter(by_vendor=True).count() == 6
    assert len([path for path in private_media.rglob("*") if path.is_file()]) == 1
    answering.remove_evidence(link, file)
    assert [item.title for item in VendorEvidence.objects.all()] == ["Log"] * 3


def test_submitting_hands_in_for_all_and_says_who_answered(client, asked, clients, buyer):
    reviews, token = asked
    first = links.find(token).review
    first.answers.filter(question_key="preemption").update(vendor_said="As last year")
    record(token, "p95 180 ms")
    page = reverse("vendor_link_submit", args=[token])

    assert client.post(page, {"role": "Head of platform"}).status_code == 422
    client.post(page, {"name": "Tomas Berg", "role": "Head of platform", "email": "Tomas@corvid.example"})
    client.post(page, {"name": "Tomas Berg"})  # once more changes nothing

    for review in VendorReview.objects.all():
        assert (review.status, said_in(review, "preemption"), said_in(review)) == ("open", "As last year", "p95 180 ms")
        assert (review.answered_by, review.answered_role) == ("Tomas Berg", "Head of platform")
        assert review.answered_email == "tomas@corvid.example"
    submitted = AuditEvent.objects.filter(action="vendor-submitted")
    assert sorted(submitted.values_list("organization", "new")) == sorted(
        (each.pk, "2 of 20 questions answered, by Tomas Berg, Head of platform, tomas@corvid.example")
        for each in clients
    )
    client.force_login(buyer)
    for view in ("vendor_review_detail", "vendor_review_update"):
        text = words(client.get(reverse(view, args=[clients[2].slug, reviews[2].pk])))
        assert "by Tomas Berg, Head of platform, tomas@corvid.example" in text


@pytest.mark.django_db(transaction=True)
def test_whoever_asked_is_told_once_of_all(asked, mailoutbox, buyer):
    answering.submit(links.find(asked[1]), name="Tomas Berg")

    [mail] = mailoutbox
    assert (mail.to, mail.subject) == ([buyer.email], "Corvid Compute has answered, for three organizations")
    for review in asked[0]:
        assert f"/vendors/{review.pk}/" in mail.body


@pytest.mark.django_db(transaction=True)
def test_whoever_does_without_these_mails_gets_none_about_several_either(asked, mailoutbox, buyer):
    MailRefusal.objects.create(user=buyer, kind="vendor_answers")

    answering.submit(links.find(asked[1]), name="Tomas Berg")

    assert mailoutbox == []


def test_a_link_from_before_there_were_requests_still_opens(client, clients, buyer):
    reviews, _ = ask(clients[:1], buyer)
    VendorLink.objects.update(request=None, token_sha256=secret_links.hashed("older"))

    assert client.get(reverse("vendor_link_answer", args=["older"])).status_code == 200
    record("older", "p95 180 ms")
    answering.submit(links.find("older"), name="Tomas Berg")
    assert said_in(reviews[0]) == "p95 180 ms"
    client.force_login(buyer)
    page = reverse("vendor_review_update", args=[clients[0].slug, reviews[0].pk])
    assert "Submitted by link" in words(client.get(page))


# ---- One client drops out


def test_revoking_for_one_leaves_the_rest(client, asked, buyer):
    reviews, token = asked
    record(token, "First")
    gone = links.find(token).review

    links.revoke_link(gone, actor=buyer)
    record(token, "Second", version=1)

    assert said_in(gone) == "First"
    assert [said_in(review) for review in reviews if review != gone] == ["Second", "Second"]
    assert str(gone.vendor.organization) not in words(client.get(reverse("vendor_link_answer", args=[token])))


def revoke(review, buyer):
    links.revoke_link(review, actor=buyer)


def complete(review, buyer):
    services.complete_review(review, actor=buyer)


@pytest.mark.parametrize("end", [revoke, complete])
@pytest.mark.parametrize("which", [0, 1])
def test_a_client_that_ends_while_an_answer_is_sent_is_not_written_to(asked, buyer, end, which):
    reviews, token = asked
    link = links.find(token)
    gone = [link, *link.others][which].review
    end(gone, buyer)
    question = answering.asked_of(link.review)[KEY]

    if which == 0:
        with pytest.raises(ValidationError, match="Save once more"):
            answering.record_answer(link, question=question, said="Late", version=0)
        link = links.find(token)
    answering.record_answer(link, question=question, said="Late", version=0)

    assert sorted((said_in(review), review == gone) for review in reviews) == [
        ("", True),
        ("Late", False),
        ("Late", False),
    ]


@pytest.mark.parametrize("way", ["deleted", "purged", "moved"])
def test_a_client_that_is_deleted_or_moved_drops_out(client, asked, clients, buyer, way):
    reviews, token = asked
    first = links.find(token).review
    organization = first.vendor.organization
    if way == "moved":
        Membership.objects.filter(organization=organization).delete()
    else:
        Organization.objects.filter(pk=organization.pk).update(deleted_at=timezone.now())
    if way == "purged":
        organization.delete()

    record(token, "Still here")

    assert organization.name not in words(client.get(reverse("vendor_link_answer", args=[token])))
    left = VendorAnswer.objects.filter(question_key=KEY, vendor_said="Still here")
    assert set(left.values_list("review", flat=True)) == {review.pk for review in reviews if review != first}


def test_where_whoever_asked_has_left_the_link_goes_on(asked, buyer):
    buyer.is_active = False
    buyer.save()

    assert len(links.find(asked[1]).others) == 2


def test_all_end_after_too_many_wrong_passcodes(clients, buyer):
    _, token = ask(clients, buyer, passcode="amber-harbor")
    link = links.find(token)
    VendorLink.objects.filter(pk=link.pk).update(wrong_passcodes=19)

    with pytest.raises(ValidationError):
        links.check_passcode(link, "wrong")

    assert links.find(token) is None
    assert not VendorLink.objects.standing().exists()


# ---- Nothing of one client at another


def test_one_client_s_people_see_nothing_of_the_others(client, asked, clients, buyer):
    reviews, token = asked
    for review, note in zip(reviews, ("Note of Kestrel", "Note of Heron", "Note of Osprey"), strict=True):
        services.record_said(review, question=KEY, said=note, actor=buyer, version=0)
        services.record_follow_up(
            review, question=KEY, follow_up=f"{note} to follow", owner="", on=None, done=False, actor=buyer, version=0
        )
    record(token, "p95 180 ms")
    record(token, "40 s", key="preemption")
    answering.submit(links.find(token), name="Tomas Berg")
    make_vendor_review(clients[1], name="Tessel")
    theirs = make_user()
    Membership.objects.create(organization=clients[1], user=theirs, role=Role.OWNER)
    client.force_login(theirs)

    slug, pk = clients[1].slug, reviews[1].pk
    pages = [
        *(reverse(name, args=[slug, pk]) for name in ("vendor_review_update", "vendor_review_detail")),
        *(reverse(name, args=[slug, pk]) for name in ("vendor_link_create", "vendor_review_import")),
        *(reverse(name, args=[slug]) for name in ("vendor_review_list", "vendor_review_compare", "audit_event_list")),
        *(reverse(name, args=[slug]) for name in ("vendor_comparison_export", "audit_event_export")),
        reverse("vendor_review_export", args=[slug, pk]),
    ]
    api = f"/api/v1/organizations/{slug}/vendor-reviews"
    answers = {page: client.get(page) for page in pages}
    answers |= {address: personal(theirs).get(address) for address in (api, f"{api}/{pk}")}
    for page, response in answers.items():
        text = whole_text(response)
        assert "Corvid Compute" in text, page
        for word in ("Kestrel", "Osprey"):
            assert word not in text, page
    vendor_s = reverse("vendor_link_answer", args=[token])
    for page in (vendor_s, reverse("vendor_link_export", args=[token])):
        text = whole_text(client.get(page))
        assert "p95 180 ms" in text
        assert "Note of" not in text
    for other in (0, 2):
        assert (
            client.get(reverse("vendor_review_detail", args=[clients[other].slug, reviews[other].pk])).status_code
            == 404
        )


# ---- How much it costs


def counted(call):
    with CaptureQueriesContext(connection) as queries:
        call()
    return len(queries)


@pytest.mark.parametrize("number", [2, 35])
def test_pages_and_saving_take_the_same_queries_for_two_clients_and_for_thirty_five(client, buyer, number):
    many = [make_organization(owner=buyer, name=f"Client {each}") for each in range(number)]
    _, token = ask(many, buyer)
    page = reverse("vendor_link_answer", args=[token])
    client.get(page)

    def save(said, version):
        fields = {f"{KEY}-said": said, f"{KEY}-said_version": str(version)}
        assert client.post(f"{page}answers/{KEY}", fields, headers=HX).status_code == 200

    save("First", 0)
    assert VendorAnswer.objects.filter(vendor_said="First").count() == number
    assert (counted(lambda: client.get(page)), counted(lambda: save("Second", 1))) == (6, 18)


# ---- Mail


def mailed(clients, buyer, **link):
    about = {"email": "sales@corvid.example", "message": "For the tender of May.", "remind_after": 7}
    return ask(clients, buyer, **(about | link))


def test_the_link_is_mailed_and_the_clock_reminds_once(clients, buyer, mailoutbox):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        _, token = mailed(clients, buyer)
        mailing.send_waiting()
        [mail] = mailoutbox
        assert (mail.to, mail.reply_to) == (["sales@corvid.example"], [buyer.email])
        assert mail.subject == "Questions to Corvid Compute from Ines Halvorsen"
        for word in (f"http://testserver/v/{token}/", "For the tender of May.", "Heron Health", "ines@example.com"):
            assert word in mail.body
        request = VendorRequest.objects.get()
        assert request.mailed_at is not None
        assert token not in str(vars(request))

        clock.shift(timedelta(days=7))
        for _ in range(2):
            remind_vendors()
            mailing.send_waiting()
        [_, reminder] = mailoutbox
        assert reminder.subject == "Reminder: Questions to Corvid Compute from Ines Halvorsen"
        assert f"/v/{token}/" in reminder.body
        assert VendorRequest.objects.get().token == ""


def test_a_mail_that_was_refused_for_good_is_not_said_to_be_on_its_way(client, clients, buyer):
    [review], _ = mailed(clients[:1], buyer)
    client.force_login(buyer)
    page = reverse("vendor_review_update", args=[clients[0].slug, review.pk])
    assert "The mail to sales@corvid.example is on its way." in words(client.get(page))

    WaitingMail.objects.update(state=WaitingMail.State.FAILED)

    assert "The mail to sales@corvid.example did not go out" in words(client.get(page))


def test_the_button_reminds_once_whoever_presses_it_where(client, clients, buyer, mailoutbox):
    reviews, _ = mailed(clients, buyer, remind_after=None)
    mailing.send_waiting()
    client.force_login(buyer)
    pages = [(each.vendor.organization.slug, each.pk) for each in reviews]
    assert "Remind once" in words(client.get(reverse("vendor_review_update", args=pages[0])))

    for place in (*pages, pages[0]):
        client.post(reverse("vendor_link_remind", args=place))
    mailing.send_waiting()

    assert len(mailoutbox) == 2
    assert "Remind once" not in words(client.get(reverse("vendor_review_update", args=pages[1])))
    assert "reminded" in words(client.get(reverse("vendor_review_update", args=pages[1])))
    new = AuditEvent.objects.filter(new="Reminded sales@corvid.example")
    assert new.count() == len(clients)


def test_a_reminder_never_takes_the_place_of_the_first_mail_and_its_words(client, clients, buyer, mailoutbox):
    [review], _ = mailed(clients[:1], buyer)
    client.force_login(buyer)
    place = [clients[0].slug, review.pk]
    assert "Remind once" not in words(client.get(reverse("vendor_review_update", args=place)))

    client.post(reverse("vendor_link_remind", args=place))
    mailing.send_waiting()

    [mail] = mailoutbox
    assert "For the tender of May." in mail.body
    assert "Remind once" in words(client.get(reverse("vendor_review_update", args=place)))


def test_of_a_complete_review_nobody_is_offered_to_remind(client, clients, buyer):
    [review], _ = mailed(clients[:1], buyer)
    services.complete_review(review, actor=buyer)
    client.force_login(buyer)

    page = reverse("vendor_review_detail", args=[clients[0].slug, review.pk])

    assert "Remind once" not in words(client.get(page))


def submitted(token, reviews, buyer):
    answering.submit(links.find(token))


def revoked(token, reviews, buyer):
    for review in reviews:
        links.revoke_link(review, actor=buyer)


def completed(token, reviews, buyer):
    for review in reviews:
        services.complete_review(review, actor=buyer)


@pytest.mark.parametrize("end", [submitted, revoked, completed])
def test_nobody_is_mailed_or_reminded_of_what_is_over(clients, buyer, mailoutbox, end):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        reviews, token = mailed(clients, buyer)
        end(token, reviews, buyer)
        mailing.send_waiting()
        clock.shift(timedelta(days=7))
        remind_vendors()
        mailing.send_waiting()

        assert mailoutbox == []
        clock.shift(timedelta(days=8))
        remind_vendors()
        assert VendorRequest.objects.get().token == ""


def test_one_client_that_is_revoked_keeps_the_others_from_no_reminder_and_is_not_named_in_it(
    clients, buyer, mailoutbox
):
    reviews, _ = mailed(clients, buyer)
    mailing.send_waiting()
    links.revoke_link(reviews[0], actor=buyer)

    mails.remind(VendorRequest.objects.get().pk, actor=buyer)
    mailing.send_waiting()

    [_, mail] = mailoutbox
    assert "Kestrel" not in mail.body
    assert "Heron Health and Osprey Retail" in mail.body


def test_so_many_mails_an_hour_and_no_more(clients, buyer, monkeypatch):
    monkeypatch.setattr(mails, "MOST_AN_HOUR", 1)
    mailed(clients[:1], buyer)

    with pytest.raises(ValidationError, match="more than 1 mails within an hour"):
        mailed(clients[1:], buyer)
    assert VendorLink.objects.count() == 1


def test_stored_tokens_get_the_newest_key(clients, buyer):
    mailed(clients, buyer)
    before = VendorRequest.objects.get().token

    assert mails.encrypt_tokens() == [VendorRequest.objects.get().token]
    assert VendorRequest.objects.get().token != before


def test_what_whoever_asks_wrote_is_no_link_and_ends_nothing_of_the_mail(clients, buyer, mailoutbox):
    _, token = mailed(clients, buyer, message="--\nSign in here:\nhttp://testserver/accounts/login/\n\n  Yours")

    mailing.send_waiting()

    [mail] = mailoutbox
    html = mail.alternatives[0][0]
    assert f'class="button-ink" href="http://testserver/v/{token}/"' in html
    assert 'href="http://testserver/accounts/login/"' not in html
    assert SentMail.objects.get().kind == "vendor-request"


def test_a_reminder_names_no_client_that_whoever_asked_may_no_longer_work_on(clients, buyer, mailoutbox):
    mailed(clients, buyer)
    mailing.send_waiting()
    Membership.objects.filter(organization=clients[0]).delete()

    mails.remind(VendorRequest.objects.get().pk)
    mailing.send_waiting()

    reminder = mailoutbox[-1]
    assert "Kestrel" not in reminder.body
    assert "Heron Health and Osprey Retail" in reminder.body
    new = AuditEvent.objects.filter(new="Reminded sales@corvid.example")
    assert clients[0].pk not in new.values_list("organization", flat=True)


def test_where_whoever_asked_may_work_on_none_of_them_nobody_is_reminded(clients, buyer, mailoutbox):
    mailed(clients, buyer)
    mailing.send_waiting()
    Membership.objects.all().delete()

    with pytest.raises(ValidationError, match="cannot be reminded"):
        mails.remind(VendorRequest.objects.get().pk)

    assert len(mailoutbox) == 1


def test_a_reminder_of_somebody_who_has_left_promises_no_answer_from_them(client, clients, buyer, mailoutbox):
    _, token = mailed(clients, buyer)
    mailing.send_waiting()
    buyer.is_active = False
    buyer.save()

    mails.remind(VendorRequest.objects.get().pk)
    mailing.send_waiting()

    assert "Answer this mail" in mailoutbox[0].body
    assert "Answer this mail" not in mailoutbox[1].body
    assert buyer.email not in mailoutbox[1].body
    assert buyer.email not in words(client.get(reverse("vendor_link_answer", args=[token])))


def test_an_address_goes_with_the_last_review_that_it_was_asked_for(clients, buyer):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        mailed(clients[:1], buyer)
        kept, _ = mailed(clients[1:], buyer)
        clients[0].delete()
        remind_vendors()
        assert VendorRequest.objects.count() == 2  # it still counts in what one person mails in an hour

        clock.shift(timedelta(hours=2))
        remind_vendors()

    assert VendorRequest.objects.get() == kept[0].links.get().request
