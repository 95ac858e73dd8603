import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from django.utils.translation import trans_real

from assessments.accounts.models import User
from assessments.audit.models import AuditEvent
from assessments.platform import mailing
from assessments.vendors.incoming.answers import import_answers
from assessments.vendors.linking import links, mails
from assessments.vendors.models import VendorAnswer, VendorLink
from assessments.vendors.readings import read_review
from assessments.vendors.workbook import labels
from assessments.vendors.workbook.sheets import write_workbook
from tests.vendors.workbooks import opened, saved

pytestmark = pytest.mark.django_db

GERMAN = {
    "Questions to {vendor} from {asker}": "Fragen an {vendor} von {asker}",
    "Reminder: Questions to {vendor} from {asker}": "Erinnerung: Fragen an {vendor} von {asker}",
    "name of a sheet\x04Questions": "Fragen",
    "name of a sheet\x04Instructions": "Anleitung",
    "name of a column\x04Your answer": "Ihre Antwort",
    "name of a column\x04Links to evidence": "Links zu Nachweisen",
    "name of a column\x04Key": "Schlüssel",
    "name of a column\x04Version": "Fassung",
    "label in a workbook\x04Review number": "Nummer der Prüfung",
    "foot of a printed page\x04{page} of {pages}": "{page} von {pages}",
    "How to answer": "So antworten Sie",
}


@pytest.fixture
def german(monkeypatch):
    """German for some of what is said here, whatever the catalogs hold."""
    catalog = trans_real.translation("de")._catalog
    for text, said in GERMAN.items():
        monkeypatch.setitem(catalog._catalogs[0], text, said)
    kept = (labels.known_as, labels.footers)
    for function in kept:
        function.cache_clear()
    yield
    for function in kept:
        function.cache_clear()


def link_in(language, review, buyer):
    return f"/v/{links.make_link(review, days=14, language=language, actor=buyer)}/"


def test_the_form_offers_four_languages_and_begins_with_the_organization_s(client, buyer, review):
    organization = review.vendor.organization
    organization.language = "fr"
    organization.save()
    client.force_login(buyer)

    page = client.get(reverse("vendor_link_create", args=[organization.slug, review.pk])).content.decode()

    for code, name in (("en", "English"), ("de", "Deutsch"), ("es", "Español")):
        assert f'<option value="{code}">{name}</option>' in page
    assert '<option value="fr" selected>Français</option>' in page


@pytest.mark.parametrize(("given", "kept"), [({}, "en"), ({"language": "de"}, "de")])
def test_a_link_keeps_what_was_chosen_else_the_organization_s(client, buyer, review, given, kept):
    client.force_login(buyer)

    client.post(
        reverse("vendor_link_create", args=[review.vendor.organization.slug, review.pk]), {"days": "3", **given}
    )

    assert VendorLink.objects.get().language == kept


def test_a_language_that_is_not_offered_is_refused(client, buyer, review):
    client.force_login(buyer)

    response = client.post(
        reverse("vendor_link_create", args=[review.vendor.organization.slug, review.pk]),
        {"days": "3", "language": "tlh"},
    )

    assert response.status_code == 422
    assert not VendorLink.objects.exists()


@pytest.mark.parametrize(
    ("language", "cookie", "asked", "spoken"),
    [
        ("de", None, "en", "de"),
        ("de", "es", "en", "es"),
        ("de", "tlh", "en", "de"),
        ("", None, "fr", "fr"),
        ("", "es", "fr", "es"),
    ],
)
def test_the_link_s_language_is_spoken_unless_the_visitor_chose_one(
    client, buyer, review, language, cookie, asked, spoken
):
    page = link_in(language, review, buyer)
    if cookie:
        client.cookies["language"] = cookie

    response = client.get(page, headers={"accept-language": asked})

    assert response["Content-Language"] == spoken
    assert client.get(f"{page}submit", headers={"accept-language": asked})["Content-Language"] == spoken


def test_the_visitor_chooses_another_on_the_page_and_comes_back_to_it(client, buyer, review):
    page = link_in("de", review, buyer)
    assert f'name="next" value="{page}"' in client.get(page).content.decode()

    response = client.post(reverse("language_update"), {"next": page, "language": "fr"}, follow=True)

    assert response.redirect_chain == [(page, 302)]
    assert response["Content-Language"] == "fr"


def test_the_passcode_is_asked_for_in_the_link_s_language(client, buyer, review):
    token = links.make_link(review, days=14, language="es", passcode="amber-harbor", actor=buyer)

    assert client.get(f"/v/{token}/")["Content-Language"] == "es"


def test_the_mails_to_the_vendor_speak_the_link_s_language_and_the_record_english(german, buyer, review, mailoutbox):
    with translation.override("fr"):
        links.make_link(review, days=14, language="de", email="sales@corvid.example", remind_after=7, actor=buyer)
    mailing.send_waiting()
    mails.remind(VendorLink.objects.get().request_id)
    mailing.send_waiting()

    assert [mail.subject for mail in mailoutbox] == [
        "Fragen an Corvid Compute von Ines Halvorsen",
        "Erinnerung: Fragen an Corvid Compute von Ines Halvorsen",
    ]
    made = AuditEvent.objects.filter(action="vendor-link-made").get()
    with translation.override("en"):
        assert made.new.startswith("until ")
        assert "mailed to sales@corvid.example" in made.new


def test_a_link_from_before_there_were_languages_is_mailed_in_the_organization_s(german, buyer, review, mailoutbox):
    review.vendor.organization.language = "de"
    review.vendor.organization.save()
    links.make_link(review, days=14, email="sales@corvid.example", actor=buyer)
    mailing.send_waiting()

    assert mailoutbox[0].subject == "Fragen an Corvid Compute von Ines Halvorsen"


def test_whoever_is_erased_goes_from_the_subjects_in_every_language(german, buyer, review):
    from assessments.platform.models import WaitingMail
    from assessments.vendors.erasure import forget_who_asked

    links.make_link(review, days=14, language="de", email="sales@corvid.example", actor=buyer)
    forget_who_asked(User.objects.get(pk=buyer.pk), "A former member")

    assert WaitingMail.objects.get().subject == "Fragen an Corvid Compute von A former member"


def test_the_workbook_by_the_link_is_in_its_language(german, client, buyer, review):
    page = link_in("de", review, buyer)

    book = opened(b"".join(client.get(f"{page}xlsx")))

    assert book.sheetnames == ["Anleitung", "Fragen"]
    assert [book["Fragen"].cell(1, column).value for column in (4, 5, 7)] == [
        "Ihre Antwort",
        "Links zu Nachweisen",
        "Schlüssel",
    ]
    assert book["Fragen"].oddFooter.right.text == "&P von &N"


@pytest.mark.parametrize("without_properties", [False, True])
def test_a_german_workbook_is_read_by_whoever_speaks_english(german, review, buyer, without_properties):
    with translation.override("de"):
        book = opened(write_workbook(read_review(review)))
    sheet = book["Fragen"]
    key = sheet.cell(2, 7).value
    sheet.cell(2, 4).value = "Ja, seit Mai."
    if without_properties:
        for name in list(book.custom_doc_props.names):
            del book.custom_doc_props[name]
    content = saved(book)

    done = import_answers(
        review,
        SimpleUploadedFile("antworten.xlsx", content),
        filename="antworten.xlsx",
        size=len(content),
        actor=buyer,
    )

    assert (done.answers, done.notes, done.left) == (1, (), ())
    assert VendorAnswer.objects.get(review=review, question_key=key).vendor_said == "Ja, seit Mai."
