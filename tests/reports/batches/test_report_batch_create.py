"""Reports for many organizations at once: who may have which, what is made, what becomes of the rest."""

import errno
import re
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.organizations.models import Membership, Role
from assessments.reports.batches import packing, work
from assessments.reports.batches.models import ReportBatch, ReportBatchItem
from assessments.reports.models import Report
from tests.factories import make_membership, make_organization, make_scorecard, make_user
from tests.reports.made import small_pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    user = make_user(name="Ines Halvorsen", email="ines@example.com")
    client.force_login(user)
    return user


@pytest.fixture
def organizations(person):
    found = [make_organization(owner=person, name=name) for name in ("Aurora Bank", "Birch Health", "Cedar Rail")]
    for organization in found:
        make_scorecard(organization, levels=[1] * 8, title="Q3", signed_off_at=timezone.now())
    return found


def ask(client, *organizations):
    picked = [str(getattr(each, "pk", each)) for each in organizations]
    return client.post(reverse("report_batch_create"), {"organization": picked})


def make_reports(status="done", **values):
    """What workers do with the reports that are asked for, without their time."""
    for report in Report.objects.filter(status="queued").defer("snapshot"):
        if status == "done":
            report.file.save("", ContentFile(small_pdf()), save=False)
        Report.objects.filter(pk=report.pk).update(
            status=status, file=report.file.name, finished_at=timezone.now(), pages=1, **values
        )


def work_on(batch, *, rounds=5):
    with TestCase.captureOnCommitCallbacks(execute=True):
        for _ in range(rounds):
            work.advance(batch.pk)
            make_reports()
        work.advance(batch.pk)
    batch.refresh_from_db()


def names_in(batch):
    with batch.file.open("rb") as file, zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def page(client, batch):
    html = client.get(reverse("report_batch_detail", args=[batch.pk])).content.decode()
    return " ".join(re.sub("<[^>]+>", " ", html).split())


def test_each_organization_gets_its_report_in_one_zip_with_one_mail(client, organizations, mailoutbox, settings):
    response = ask(client, *organizations)

    batch = ReportBatch.objects.get()
    assert response.url == reverse("report_batch_detail", args=[batch.pk])
    assert "0 of 3" in page(client, batch)
    work_on(batch)

    assert batch.status == "done"
    assert Report.objects.count() == 3
    expected = [f"{each.name}, Board report, Q3.pdf" for each in organizations]
    assert names_in(batch) == [*expected, "Contents.txt"]
    [message] = mailoutbox
    assert (message.to, message.subject) == (["ines@example.com"], "3 reports are ready")
    assert f"{settings.SITE_URL}/report-batches/{batch.pk}/" in message.body
    work_on(batch)
    assert len(mailoutbox) == 1
    assert "3 made" in page(client, batch)


def test_the_zip_is_handed_to_its_person_only_and_recorded(client, organizations):
    ask(client, *organizations)
    batch = ReportBatch.objects.get()
    work_on(batch)
    address = reverse("report_batch_download", args=[batch.pk])

    response = client.get(address)
    assert zipfile.ZipFile(BytesIO(b"".join(response.streaming_content))).testzip() is None
    assert re.fullmatch(r'attachment; filename="reports-[\d-]+\.zip"', response["Content-Disposition"])
    assert AuditEvent.objects.filter(action="report-downloaded", new="In a ZIP").count() == 3

    other = Client()
    other.force_login(organizations[0].memberships.create(user=make_user(), role=Role.OWNER).user)
    for name in ("report_batch_detail", "report_batch_status", "report_batch_download"):
        assert other.get(reverse(name, args=[batch.pk])).status_code == 404
    assert other.post(reverse("report_batch_retry", args=[batch.pk])).status_code == 404


def test_what_one_may_not_report_on_and_what_is_not_assessed_is_told_apart_by_name(client, person, organizations):
    read_only = make_organization(name="Delta Ports")
    make_scorecard(read_only, levels=[1] * 8)
    make_membership(read_only, person, role=Role.VIEWER)
    empty = make_organization(owner=person, name="Elm Energy")
    stranger = make_organization(name="Not theirs")

    ask(client, organizations[0], read_only, empty, stranger, 999_999, "1e3", "-1", "9" * 40)
    batch = ReportBatch.objects.get()
    work_on(batch)

    text = page(client, batch)
    assert "Delta Ports Skipped. You may read this organization, but not make its report." in text
    assert "Elm Energy Skipped. It has no assessment yet." in text
    assert "Not theirs" not in text
    assert "5 of what was ticked are no organizations of yours." in text
    assert "1 made, 2 skipped" in text
    assert Report.objects.count() == 1
    with batch.file.open() as file:
        contents = zipfile.ZipFile(file).read("Contents.txt").decode()
    assert "Delta Ports: not in here. You may read this organization" in contents


@pytest.mark.parametrize(
    ("picked", "sentence"),
    [
        ([], "Tick at least one organization."),
        (["999999"], "None of these organizations is yours to report on."),
        (["x", "²", ""], "None of these organizations is yours to report on."),
        ([str(n) for n in range(501)], "At most 500 organizations at once."),
    ],
)
def test_what_starts_nothing_is_said(client, organizations, picked, sentence):
    response = ask(client, *picked)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not ReportBatch.objects.exists()


def test_a_double_click_is_one_batch_and_there_is_an_end(client, person, organizations):
    first, second = ask(client, *organizations), ask(client, *reversed(organizations))
    assert first.url == second.url

    ask(client, organizations[0])
    ask(client, organizations[1])
    assert "Three batches of yours are being made." in ask(client, organizations[2]).content.decode()
    assert ReportBatch.objects.count() == 3


def test_only_a_few_are_under_way_at_a_time_so_that_others_need_not_wait(client, person):
    for number in range(9):
        make_scorecard(make_organization(owner=person, name=f"Org {number}"), levels=[1] * 8)
    ask(client, *Membership.objects.filter(user=person).values_list("organization", flat=True))
    batch = ReportBatch.objects.get()

    work.advance(batch.pk)
    work.advance(batch.pk)
    assert Report.objects.count() == work.AT_ONCE == 6

    work_on(batch)
    assert (Report.objects.count(), batch.status) == (9, "done")


def test_what_fails_is_said_and_tried_again_alone(client, organizations, mailoutbox):
    ask(client, *organizations)
    batch = ReportBatch.objects.get()
    work.advance(batch.pk)
    broken = Report.objects.get(organization=organizations[1])
    Report.objects.filter(pk=broken.pk).update(status="failed", error="The disk is full.")
    work_on(batch)
    assert "Birch Health Failed The disk is full." in page(client, batch)
    assert len(names_in(batch)) == 3
    before = dict(Report.objects.exclude(pk=broken.pk).values_list("pk", "finished_at"))

    response = client.post(reverse("report_batch_retry", args=[batch.pk]), follow=True)
    assert "One report tried again. The others stay as they are." in response.content.decode()
    work_on(batch)

    assert dict(Report.objects.exclude(pk=broken.pk).values_list("pk", "finished_at")) == before
    assert len(names_in(batch)) == 4
    assert Report.objects.count() == 3
    assert len(mailoutbox) == 2  # one for each time somebody asked


def test_a_report_deleted_while_the_batch_runs_is_told_and_made_again_on_request(client, organizations):
    ask(client, *organizations)
    batch = ReportBatch.objects.get()
    work.advance(batch.pk)
    Report.objects.get(organization=organizations[0]).delete()
    make_reports()
    Report.objects.get(organization=organizations[1]).file.delete(save=False)
    work_on(batch)

    text = page(client, batch)
    assert "Aurora Bank Skipped. The report was removed before it was packed." in text
    assert "Birch Health Skipped. The report was removed before it was packed." in text
    assert len(names_in(batch)) == 2
    ReportBatchItem.objects.filter(organization=organizations[0]).update(skipped="gone")
    client.post(reverse("report_batch_retry", args=[batch.pk]))
    work_on(batch)
    assert len(names_in(batch)) == 4


def test_a_full_disk_is_said_and_leaves_no_file(client, organizations, monkeypatch, private_media):
    ask(client, *organizations)
    batch = ReportBatch.objects.get()

    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(packing, "_write", full)
        work_on(batch)

    assert batch.status == "failed"
    assert "The disk is full, so the ZIP could not be written. The reports are there." in page(client, batch)
    assert not list(private_media.rglob("*.zip"))
    client.post(reverse("report_batch_retry", args=[batch.pk]))
    work_on(batch)
    assert len(names_in(batch)) == 4


def test_a_worker_killed_at_any_place_leaves_no_report_twice_and_no_zip_behind(
    client, organizations, monkeypatch, private_media, settings
):
    """The kill is an exception nobody catches, and the heartbeat that stays away."""
    ask(client, *organizations)
    batch = ReportBatch.objects.get()

    class Killed(BaseException):
        pass

    def killed(*arguments, **values):
        raise Killed

    for module, name in ((work, "request_report"), (packing, "_write"), (packing, "_digest"), (work, "_mail")):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, killed)
            for _ in range(3):
                with time_machine.travel(timezone.now() + timedelta(seconds=settings.REPORT_STALE_SECONDS + 1)):
                    try:
                        work.advance(batch.pk)
                        make_reports()
                        work.advance(batch.pk)
                    except Killed:
                        pass
        work.advance(batch.pk)
        make_reports()
        if name == "_digest":
            break

    work_on(batch)
    assert (batch.status, Report.objects.count()) == ("done", 3)
    assert len(list(private_media.rglob("*.zip"))) == 1


def test_another_worker_s_batch_is_left_alone_until_its_heartbeat_stays_away(client, organizations, settings):
    ask(client, *organizations)
    batch = ReportBatch.objects.get()
    claim = work._claim(batch.pk)

    work.advance(batch.pk)
    assert not Report.objects.exists()
    with pytest.raises(work.ClaimLostError):
        ReportBatch.objects.update(claim=None)
        work._held(batch, claim)
    ReportBatch.objects.update(claim=claim, heartbeat_at=timezone.now() - timedelta(seconds=31))
    assert work.waiting() == [batch.pk]
    work_on(batch)
    assert batch.status == "done"


def test_who_loses_an_organization_does_not_get_its_report_by_the_zip(client, person, organizations):
    keeper = make_user()
    make_membership(organizations[0], keeper, role=Role.OWNER)
    ask(client, *organizations)
    batch = ReportBatch.objects.get()
    work_on(batch)
    Membership.objects.filter(organization=organizations[0], user=person).delete()

    refused = client.get(reverse("report_batch_download", args=[batch.pk]), follow=True)
    assert "organizations that you can no longer open" in refused.content.decode()
    assert "Aurora Bank" not in page(client, batch)
    client.post(reverse("report_batch_retry", args=[batch.pk]))
    work_on(batch)

    assert len(names_in(batch)) == 3
    assert client.get(reverse("report_batch_download", args=[batch.pk])).status_code == 200


def test_names_in_the_zip_are_safe_and_unique(client, person):
    names = ["../../etc/passwd", "CON: a/b\\c", "same", "SAME", "x" * 120, "日本の会社"]
    for name in names:
        owner = make_user()
        organization = make_organization(owner=owner, name=name)
        make_scorecard(organization, levels=[1] * 8, title="Q3")
        make_membership(organization, person, role=Role.EDITOR)
    ask(client, *Membership.objects.filter(user=person).values_list("organization", flat=True))
    batch = ReportBatch.objects.get()
    work_on(batch)

    found = names_in(batch)
    assert len({name.casefold() for name in found}) == len(names) + 1
    assert not any(re.search(r'[\\/:*?"<>|\x00-\x1f]', name) or name.startswith(".") for name in found)
    assert all(len(name.encode()) <= 200 for name in found)
    assert any(re.fullmatch(r"same, .* \(2\)\.pdf", name, re.I) for name in found)


def test_packed_again_the_zip_has_the_same_bytes(client, organizations):
    ask(client, *organizations)
    batch = ReportBatch.objects.get()
    work_on(batch)
    first = batch.file_sha256

    client.post(reverse("report_batch_retry", args=[batch.pk]))
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        work_on(batch)

    assert batch.file_sha256 == first


def test_a_zip_goes_after_two_weeks_and_can_be_packed_again(client, organizations, private_media):
    ask(client, *organizations)
    batch = ReportBatch.objects.get()
    work_on(batch)
    with time_machine.travel(timezone.now() + timedelta(days=13)):
        work.expire()
    assert len(list(private_media.rglob("*.zip"))) == 1
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        work.expire()

    assert not list(private_media.rglob("*.zip"))
    assert "The ZIP has gone; the reports are there." in page(client, batch)
    assert client.get(reverse("report_batch_download", args=[batch.pk])).status_code == 404
    client.post(reverse("report_batch_retry", args=[batch.pk]))
    work_on(batch)
    assert len(names_in(batch)) == 4


def test_progress_comes_by_itself_and_stops(client, organizations):
    ask(client, *organizations)
    batch = ReportBatch.objects.get()
    status = reverse("report_batch_status", args=[batch.pk])

    assert client.get(status).url == reverse("report_batch_detail", args=[batch.pk])
    running = client.get(status, headers={"HX-Request": "true"})
    assert (running.status_code, b'hx-trigger="every 3s"' in running.content) == (200, True)
    work_on(batch)
    ended = client.get(status, headers={"HX-Request": "true"})
    assert (ended.status_code, b"hx-trigger" in ended.content) == (286, False)


def test_the_page_to_pick_from_lists_what_one_may_report_on(client, person, organizations):
    read_only = make_organization(name="Delta Ports")
    make_membership(read_only, person, role=Role.VIEWER)

    html = client.get(reverse("report_batch_create"), {"organization": str(organizations[1].pk)}).content.decode()

    assert re.findall(r'value="(\d+)"( checked)?>', html) == [
        (str(organizations[0].pk), ""),
        (str(organizations[1].pk), " checked"),
        (str(organizations[2].pk), ""),
    ]
    assert "Delta Ports" not in html
    found = client.get(reverse("report_batch_create"), {"q": "birch"}).content.decode()
    assert "Birch Health" in found
    assert "Cedar Rail" not in found


def test_the_portfolio_s_ticks_lead_to_the_batch(client, organizations):
    html = client.get(reverse("organization_list")).content.decode()

    assert f'id="report-batch" method="post" action="{reverse("report_batch_create")}"' in html
    for organization in organizations:
        assert f'form="report-batch" name="organization" value="{organization.pk}"' in html


@pytest.mark.parametrize("number", [1, 3])
def test_the_pages_take_the_same_queries_for_any_number(client, organizations, number, django_assert_num_queries):
    ask(client, *organizations[:number])
    batch = ReportBatch.objects.get()
    work_on(batch)

    with django_assert_num_queries(5):
        client.get(reverse("report_batch_detail", args=[batch.pk]))
    with django_assert_num_queries(4):
        client.get(reverse("report_batch_list"))
    with django_assert_num_queries(4):
        client.get(reverse("report_batch_create"))


def test_a_report_that_is_made_wakes_its_batch(client, organizations, broker, django_capture_on_commit_callbacks):
    from assessments.reports.tasks import report_ended

    ask(client, *organizations)
    batch = ReportBatch.objects.get()
    work.advance(batch.pk)
    broker.take()

    with django_capture_on_commit_callbacks(execute=True):
        report_ended.send(sender=Report, report_id=Report.objects.first().pk)

    assert broker.take() == [("assessments.reports.batches.tasks.advance_batch", [batch.pk])]
