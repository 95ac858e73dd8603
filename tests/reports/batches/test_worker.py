"""A batch with real workers that are killed in it: every organization gets one report, and all are in one ZIP."""

import hashlib
import zipfile
from contextlib import closing

import pytest
from pypdf import PdfReader

from tests.processes import kill, run_python, start
from tests.reports.test_worker import COMMAND

NUMBER = 35
# Nothing is answered in them, so that each report is short.
ASK = f"""
from assessments.organizations.models import Organization
from assessments.reports.batches.services import request_batch
from tests.factories import make_organization, make_scorecard, make_user
owner = make_user(email="ines@example.com")
for number in range({NUMBER}):
    make_scorecard(make_organization(owner=owner, name=f"Organization {{number:02}}"), title="Q3", version="2026.1")
request_batch([str(pk) for pk in Organization.objects.visible_to(owner).values_list("pk", flat=True)], actor=owner)
"""


def one(site, query):
    with closing(site.connect()) as connection:
        return connection.execute(query).fetchone()


@pytest.mark.long
def test_thirty_five_reports_with_a_worker_killed_three_times_are_thirty_five_pdfs_and_one_zip(site):
    run_python(ASK, site.env)

    for done in (4, 12, 20):
        worker = start(COMMAND, site.env, output=site.output)
        try:
            site.wait_for(lambda done=done: site.statuses().get("done", 0) >= done, worker)
        finally:
            kill(worker)
    with site.worker() as worker:
        site.wait_for(
            lambda: one(site, "SELECT status FROM assessments_reportbatch")[0] not in ("running", "packing"), worker
        )

    status, error, name, digest = one(site, "SELECT status, error, file, file_sha256 FROM assessments_reportbatch")
    assert (status, error) == ("done", "")
    assert site.statuses() == {"done": NUMBER}
    site.assert_every_report_is_whole()
    zips = list((site.folder / "media").rglob("*.zip"))
    assert zips == [site.folder / "media" / name]
    assert hashlib.sha256(zips[0].read_bytes()).hexdigest() == digest
    with zipfile.ZipFile(zips[0]) as archive:
        names = [name for name in archive.namelist() if name.endswith(".pdf")]
        assert [name.split(",")[0] for name in names] == [f"Organization {number:02}" for number in range(NUMBER)]
        for name in names:
            with archive.open(name) as file:
                assert len(PdfReader(file).pages) > 1
