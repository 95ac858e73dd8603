"""What raters attach: by each of them, seen by nobody else before the closing, taken over once, kept once."""

import io
import json
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.reports.archives import write_archive
from assessments.rounds import services
from assessments.rounds.models import RaterEvidence
from assessments.rounds.rating import attaching, links
from assessments.rounds.settling import services as settling
from assessments.saving.uploads import check_upload
from assessments.scorecards.models import Evidence, Scorecard
from tests.factories import make_rater

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def upload(content=b"2 USD a call", name="costs.txt"):
    return SimpleUploadedFile(name, content)


def attach(rater, category="cost-model", **about):
    return attaching.add_file(rater, category=category, title="", upload=check_upload(upload(**about)))


def own(name, asked, *more):
    return reverse(name, args=[asked.scorecard.organization.slug, asked.pk, *more])


def download(client, asked, evidence):
    return client.get(own("rater_evidence_download", asked, evidence.pk))


def test_a_member_attaches_reads_and_removes(client, viewer, rater, asked):
    client.force_login(viewer)
    page = own("rating_update", asked)
    answer = client.post(own("rating_attach", asked, "cost-model"), {"file": upload(), "title": "Invoice"})
    assert answer["Location"] == f"{page}#cost-model"
    client.post(own("rating_attach", asked, "cost-model"), {"url": "https://wiki.example.com/costs"})
    file, link = RaterEvidence.objects.all()
    assert (file.created_by, file.is_late, link.url) == (viewer, False, "https://wiki.example.com/costs")
    html = client.get(page).content.decode()
    assert "Invoice" in html
    assert own("rater_evidence_download", asked, file.pk) in html
    got = download(client, asked, file)
    assert b"".join(got.streaming_content) == b"2 USD a call"
    assert got["Content-Disposition"] == 'attachment; filename="costs.txt"'
    client.post(own("rater_evidence_delete", asked, file.pk))
    assert list(RaterEvidence.objects.all()) == [link]
    assert not AuditEvent.objects.filter(action__startswith="evidence").exists()


def test_by_link_without_script_the_page_is_saved_and_leads_to_the_form(client, by_link, token):
    page = reverse("rater_link_rate", args=[token])
    posted = {"cost-model-level": "2", "cost-model-level_version": "0", "then": "evidence:cost-model"}
    form = client.post(page, posted)["Location"]
    assert form == reverse("rater_link_attach", args=[token, "cost-model"])
    assert "What proves your score for Cost model" in client.get(form).content.decode()
    assert client.post(form, {"file": upload()})["Location"] == f"{page}#cost-model"
    evidence = RaterEvidence.objects.get()
    assert evidence.rating.level == 2
    file = reverse("rater_link_download", args=[token, evidence.pk])
    assert file in client.get(page).content.decode()
    assert b"".join(client.get(file).streaming_content) == b"2 USD a call"
    client.post(page, {"then": f"remove:{evidence.pk}"})
    assert not RaterEvidence.objects.exists()


def test_with_script_the_list_comes_back(client, by_link, token):
    headers = {"HX-Request": "true"}
    form = reverse("rater_link_attach", args=[token, "cost-model"])
    assert 'id="evidence-dialog"' in client.get(form, headers=headers).content.decode()
    html = client.post(form, {"file": upload()}, headers=headers).content.decode()
    assert 'id="cost-model-evidence"' in html
    assert "costs.txt" in html
    gone = reverse("rater_link_detach", args=[token, RaterEvidence.objects.get().pk])
    assert "costs.txt" not in client.post(gone, headers=headers).content.decode()


@pytest.mark.parametrize(
    ("posted", "reason"),
    [
        ({}, "Give either a web address or a file"),
        ({"file": SimpleUploadedFile("run.exe", b"MZ\x90\x00")}, "cannot be attached"),
        ({"file": SimpleUploadedFile("plan.pdf", b"no pdf")}, "but its content is something else"),
    ],
)
def test_what_cannot_be_attached_is_refused_in_a_sentence(client, token, posted, reason):
    answer = client.post(reverse("rater_link_attach", args=[token, "cost-model"]), posted)
    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert not RaterEvidence.objects.exists()


def test_nobody_else_has_a_file_before_the_round_is_closed(client, owner, editor, viewer, rater, by_link, token, asked):
    evidence = attach(by_link)
    mine = make_rater(asked, name="Yasmin Farouk")
    other_token = links.make_link(mine, days=3, actor=owner)
    for user in (owner, editor, viewer):
        client.force_login(user)
        assert download(client, asked, evidence).status_code == 404
        assert client.post(own("rater_evidence_delete", asked, evidence.pk)).status_code == 404
    client.logout()
    for name in ("rater_link_download", "rater_link_detach"):
        address = reverse(name, args=[other_token, evidence.pk])
        assert (client.get if name.endswith("download") else client.post)(address).status_code == 404
    assert RaterEvidence.objects.filter(pk=evidence.pk).exists()
    services.close_round(asked, actor=owner)
    client.force_login(viewer)
    assert download(client, asked, evidence).status_code == 200
    assert AuditEvent.objects.get(action="evidence-downloaded").new == "costs.txt"


def test_what_one_taken_out_attached_is_handed_out_no_more(client, owner, viewer, rater, asked):
    evidence = attach(rater)
    services.remove_rater(rater, actor=owner)
    services.close_round(asked, actor=owner)
    for user in (owner, viewer):
        client.force_login(user)
        assert download(client, asked, evidence).status_code == 404
    with pytest.raises(ValidationError, match="taken out"):
        attach(rater)
    assert len(list(stored())) == 1


def stored():
    for folder in default_storage.listdir("evidence")[0]:
        yield from default_storage.listdir(f"evidence/{folder}")[1]


def test_after_the_closing_it_is_kept_as_late_and_what_was_shown_before_stays(client, owner, viewer, rater, asked):
    before = attach(rater)
    services.close_round(asked, actor=owner)
    late = attach(rater, name="late.txt")
    assert (before.is_late, late.is_late) == (False, True)
    client.force_login(viewer)
    html = client.get(own("rating_update", asked)).content.decode()
    assert f'value="remove:{late.pk}"' in html
    assert f'value="remove:{before.pk}"' not in html
    with pytest.raises(ValidationError, match="stays"):
        attaching.remove(rater, before)
    attaching.remove(rater, late)
    assert list(RaterEvidence.objects.all()) == [before]


def test_the_scorecard_takes_it_over_by_one_click_without_a_second_copy(
    client, owner, editor, by_link, asked, scorecard, django_capture_on_commit_callbacks
):
    evidence = attach(by_link)
    client.force_login(editor)
    take = own("rater_evidence_take", asked, evidence.pk)
    client.post(take)
    assert not Evidence.objects.exists()  # the round is open
    services.close_round(asked, actor=owner)
    page = own("settlement_update", asked, "cost-model")
    assert take in client.get(page).content.decode()
    answer = client.post(take)
    assert answer["Location"] == f"{own('round_detail', asked)}#cost-model"
    taken = Evidence.objects.get()
    assert (taken.kind, taken.response.category_key, taken.created_by) == ("file", "cost-model", editor)
    assert taken.file.name == evidence.file.name
    assert (taken.filename, taken.content_type, taken.size) == ("costs.txt", "text/plain", 12)
    client.post(take)
    assert Evidence.objects.count() == 1
    assert take not in client.get(page).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        taken.delete()
    assert default_storage.exists(evidence.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        evidence.delete()
    assert not default_storage.exists(evidence.file.name)


def test_a_take_over_that_is_refused_leaves_the_file_where_it_is(owner, by_link, asked, scorecard, monkeypatch):
    evidence = attach(by_link)
    services.close_round(asked, actor=owner)
    monkeypatch.setattr("assessments.scorecards.services.EVIDENCE_MAX_ITEMS", 0)
    with pytest.raises(ValidationError, match="at most 0"):
        settling.take_evidence(asked, evidence_pk=evidence.pk, actor=owner)
    assert default_storage.exists(evidence.file.name)


def test_so_many_and_so_large_and_no_more(rater, monkeypatch):
    monkeypatch.setattr(attaching, "ITEMS_MAX", 1)
    attach(rater)
    with pytest.raises(ValidationError, match="at most 1 "):
        attach(rater)
    monkeypatch.setattr(attaching, "BYTES_MAX", 20)
    with pytest.raises(ValidationError, match="All files together"):
        attach(rater, category="data-pipeline")
    assert len(list(stored())) == 1


def test_only_what_is_asked(client, rater, viewer, owner, asked):
    services.update_rater(rater, role="", categories=["cost-model"], actor=owner)
    client.force_login(viewer)
    assert client.get(own("rating_attach", asked, "cost-model")).status_code == 200
    assert client.get(own("rating_attach", asked, "data-pipeline")).status_code == 404
    rater.refresh_from_db()
    with pytest.raises(ValidationError, match="not asked"):
        attach(rater, category="data-pipeline")


def test_signed_off_the_database_refuses_every_change(rater, asked, scorecard):
    evidence = attach(rater)
    Scorecard.objects.filter(pk=scorecard.pk).update(signed_off_at=timezone.now())
    with pytest.raises(ValidationError, match="signed off"):
        attach(rater)
    rows = RaterEvidence.objects.filter(pk=evidence.pk)
    for change in (lambda: rows.update(title="Another"), rows.delete):
        with pytest.raises(IntegrityError, match="signed off"), transaction.atomic():
            change()


def exported(organization):
    stream = io.BytesIO()
    write_archive(organization, stream)
    with zipfile.ZipFile(stream) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_export_has_it_once_the_round_is_closed_and_nothing_of_it_before(owner, by_link, asked, organization):
    evidence = attach(by_link)
    before = exported(organization)
    assert not [name for name in before if "costs" in name]
    assert b"costs.txt" not in b"".join(before.values())
    services.close_round(asked, actor=owner)
    settling.take_evidence(asked, evidence_pk=evidence.pk, actor=owner)
    after = exported(organization)
    assert [name for name in after if "costs" in name] == ["evidence/1-costs.txt"]  # once for both rows
    rows = json.loads(after["organization.json"])["assessments"][0]["rounds"][0]["categories"]
    (said,) = next(row["said"] for row in rows if row["category"] == "cost-model")
    assert said["evidence"][0]["file"]["place"] == "evidence/1-costs.txt"
    assert said["evidence"][0]["title"] == "costs.txt"
