"""What an export says of links, mails and schedules, and what becomes of an erased person's name in them."""

import json
import zipfile
from io import BytesIO

import pytest

from assessments.accounts.erasure import FORMER_MEMBER, erase_user
from assessments.audit.models import AuditEvent
from assessments.organizations.models import Role
from assessments.reports.archives import write_archive
from assessments.reports.batches.models import ReportBatch
from assessments.reports.batches.services import request_batch
from assessments.reports.retention.services import set_days
from assessments.reports.schedules.models import ReportSchedule, ReportScheduleRecipient
from assessments.reports.schedules.services import start_schedule
from assessments.reports.sharing import deliveries, links, sendings
from assessments.reports.sharing.models import ReportDelivery, ReportLink, ReportSending
from assessments.reports.sharing.recipients import Recipient
from tests.factories import make_membership, make_organization, make_user
from tests.reports.made import make_ready_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def report():
    return make_ready_report(make_organization(name="Kestrel Logistics"))


@pytest.fixture
def editor(report):
    return make_membership(
        report.organization, make_user(name="Grace Hopper", email="grace@example.com"), role=Role.EDITOR
    ).user


@pytest.fixture
def handed_on(report, editor):
    organization = report.organization
    token = links.make_link(
        organization, report=report, days=14, recipient="Ada", passcode="amber-harbor", actor=editor
    )
    links.note_opening(links.find(token))
    hers = links.make_link(organization, report=report, days=14, recipient="Grace Hopper", actor=editor)
    links.note_opening(links.find(hers))
    people = [Recipient("grace@example.com", "Grace Hopper"), Recipient("ada@example.com", "Ada")]
    sendings.send_reports([report], recipients=people, actor=editor, days=14, organization=organization)
    deliveries.sweep()
    start_schedule(actor=editor, recipients=people, every="month", day=1, organization=organization)
    request_batch([str(organization.pk)], actor=editor)
    set_days(organization, days=90, actor=organization.created_by)
    return token


def exported(organization):
    file = BytesIO()
    write_archive(organization, file)
    return json.loads(zipfile.ZipFile(file).read("organization.json"))


def test_an_export_says_who_has_what_and_nothing_that_would_open_it(report, handed_on):
    content = exported(report.organization)

    shared = content["reports_handed_on"]
    [made, _, *mailed] = shared["links"]
    assert (made["report"], made["for"], made["made_by"]) == ("Board report, Q3 assessment", "Ada", "Grace Hopper")
    assert (made["with_passcode"], len(made["opened"]), len(mailed)) == (True, 1, 2)
    assert [each["state"] for each in shared["mails"][0]["to"]] == ["sent", "sent"]
    assert content["report_schedules"][0]["to"][1] == {"name": "Ada", "email": "ada@example.com"}
    assert content["reports_kept_days"] == 90
    text = json.dumps(content)
    for secret in (handed_on, ReportLink.objects.first().token_sha256, "amber-harbor", "md5$"):
        assert secret not in text


def test_an_erased_person_s_name_and_address_are_gone_from_all_of_it(report, editor, handed_on):
    erase_user(editor)

    assert not ReportBatch.objects.exists()
    assert set(ReportLink.objects.values_list("made_by_name", flat=True)) == {FORMER_MEMBER}
    assert ReportSending.objects.get().sender_name == FORMER_MEMBER
    assert ReportSchedule.objects.get().created_name == FORMER_MEMBER
    assert list(ReportScheduleRecipient.objects.values_list("email", flat=True)) == ["ada@example.com"]
    rows = [
        *ReportLink.objects.values(),
        *ReportSending.objects.values(),
        *ReportDelivery.objects.values(),
        *ReportSchedule.objects.values(),
        *AuditEvent.objects.filter(action__startswith="report-").values(),
    ]
    assert "Grace" not in str(rows)
    assert "Ada <ada@example.com>" in str(rows)
    assert "grace@example.com" not in str(rows)
