from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.scorecards import services
from assessments.scorecards.models import Evidence, Scorecard
from tests import factories
from tests.factories import make_organization, make_user

pytestmark = pytest.mark.django_db

make_scorecard = partial(factories.make_scorecard, version="2026.1")

KEY = "cost-model"
PDF = b"%PDF-1.7\nhello"


@pytest.fixture
def owner(client):
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def scorecard(owner):
    return make_scorecard(make_organization(owner=owner), levels=[2] * 8)


def create_url(scorecard, category=KEY):
    return reverse("evidence_create", args=[scorecard.organization.slug, scorecard.pk, category])


def test_a_link_is_added_and_the_page_goes_back_to_the_category(client, scorecard):
    response = client.post(create_url(scorecard), {"url": "example.com/bill", "title": "The bill"})

    assert response.url.endswith(f"/scorecards/{scorecard.pk}/fill#cost-model")
    assert list(Evidence.objects.values_list("title", "url", "response__category_key")) == [
        ("The bill", "https://example.com/bill", KEY)
    ]


def test_with_htmx_the_list_and_the_live_total_come_back(client, scorecard):
    response = client.post(create_url(scorecard), {"url": "https://example.com"}, headers={"HX-Request": "true"})

    html = response.content.decode()
    assert 'id="cost-model-evidence" hx-swap-oob="true"' in html
    assert "https://example.com" in html
    assert "9 proven" in html


def test_a_file_is_kept_private_under_a_name_nobody_chose(client, scorecard, settings):
    upload = SimpleUploadedFile("../../x.pdf", PDF, content_type="text/html")

    client.post(create_url(scorecard), {"file": upload})

    evidence = Evidence.objects.get()
    assert (evidence.filename, evidence.content_type, evidence.size) == ("x.pdf", "application/pdf", len(PDF))
    assert evidence.file.path.startswith(str(settings.MEDIA_ROOT / "evidence"))
    assert "x.pdf" not in evidence.file.name

    response = client.get(reverse("evidence_download", args=[scorecard.organization.slug, scorecard.pk, evidence.pk]))
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"] == 'attachment; filename="x.pdf"'
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox"


@pytest.mark.parametrize(
    ("name", "content"), [("a.png", b"<html></html>"), ("a.svg", b"<svg onload='x()'/>"), ("a.pdf", b"")]
)
def test_a_disguised_file_is_refused_with_a_sentence(client, scorecard, name, content):
    response = client.post(create_url(scorecard), {"file": SimpleUploadedFile(name, content), "title": "Kept title"})

    assert response.status_code == 422
    assert 'class="field__error"' in response.content.decode()
    assert 'value="Kept title"' in response.content.decode()
    assert not Evidence.objects.exists()


def test_a_file_of_200_mb_is_refused_without_being_stored(client, scorecard, settings, monkeypatch):
    settings.EVIDENCE_MAX_BYTES = 1024**2
    stored = []
    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryFileUploadHandler.new_file", stored.append)

    response = client.post(create_url(scorecard), {"file": SimpleUploadedFile("big.pdf", b"x" * 5 * 1024**2)})

    assert response.status_code == 413
    assert "The file is 5 MB; 1 MB is the most. Nothing was stored." in response.content.decode()
    assert stored == []


def test_a_forged_evidence_id_is_not_found(client, scorecard, owner, upload):
    other = make_scorecard(make_organization(owner=make_user()))
    theirs = services.add_file(other, category=KEY, title="", upload=upload("s.txt", b"secret"), actor=owner)

    for pk in (theirs.pk, 999_999):
        args = [scorecard.organization.slug, scorecard.pk, pk]
        assert client.get(reverse("evidence_download", args=args)).status_code == 404
        assert client.post(reverse("evidence_delete", args=args)).status_code == 404
    assert Evidence.objects.filter(pk=theirs.pk).exists()


def test_evidence_of_another_scorecard_of_the_same_organization_is_not_reached_through_this_one(
    client, scorecard, owner
):
    evidence = services.add_link(scorecard, category=KEY, title="x", url="https://example.com", actor=owner)
    services.sign_off(scorecard, actor=owner, digest=services.answers_digest(scorecard))
    following = services.start_scorecard(scorecard.organization, title="Next", actor=owner)

    forged = reverse("evidence_delete", args=[scorecard.organization.slug, following.pk, evidence.pk])

    assert client.post(forged).status_code == 404
    assert Evidence.objects.filter(pk=evidence.pk).exists()


def test_evidence_of_a_signed_off_scorecard_can_not_be_removed(client, scorecard, owner):
    evidence = services.add_link(scorecard, category=KEY, title="x", url="https://example.com", actor=owner)
    services.sign_off(scorecard, actor=owner, digest=services.answers_digest(scorecard))

    response = client.post(reverse("evidence_delete", args=[scorecard.organization.slug, scorecard.pk, evidence.pk]))

    assert response.status_code == 409
    assert "signed off" in response.content.decode()


def test_the_forty_first_piece_of_evidence_is_refused(client, scorecard, owner):
    response, today = scorecard.responses.get(category_key=KEY), timezone.localdate()
    Evidence.objects.bulk_create(
        Evidence(response=response, kind="link", on=today, title=str(n), url="https://a.example") for n in range(40)
    )

    refused = client.post(create_url(scorecard), {"url": "https://b.example"})

    assert refused.status_code == 422
    assert "at most 40 pieces" in refused.content.decode()


@pytest.mark.parametrize(("pk", "evidence_pk"), [(10**30, 1), (1, 10**30)])
def test_numbers_that_no_row_can_have_are_not_found(client, scorecard, pk, evidence_pk):
    url = reverse("evidence_download", args=[scorecard.organization.slug, pk, evidence_pk])

    assert client.get(url).status_code == 404


def test_evidence_that_two_remove_at_once_is_recorded_once(scorecard, owner):
    evidence = services.add_link(scorecard, category=KEY, title="Bill", url="https://example.com", actor=owner)
    same = Evidence.objects.get(pk=evidence.pk)

    services.remove_evidence(scorecard, evidence)
    services.remove_evidence(scorecard, same)

    removed = AuditEvent.objects.filter(action="evidence-removed")
    assert list(removed.values_list("subject", "new")) == [("Cost model: Bill", "https://example.com")]


def test_a_file_that_is_refused_meanwhile_is_not_left_behind(scorecard, owner, upload, private_media):
    opened_before = Scorecard.objects.get(pk=scorecard.pk)
    services.sign_off(scorecard, actor=owner, digest=services.answers_digest(scorecard))

    with pytest.raises(ValidationError, match="signed off"):
        services.add_file(opened_before, category=KEY, title="", upload=upload("a.pdf", PDF), actor=owner)

    assert [path for path in private_media.rglob("*") if path.is_file()] == []
