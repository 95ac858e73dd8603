"""A vendor who may not open links: the questions go out as a file and the answers come back, without JavaScript."""

import pytest
from playwright.sync_api import expect

from assessments.vendors.workbook.sheets import QUESTIONS
from tests.factories import make_organization, make_user, make_vendor_review
from tests.vendors.workbooks import cell_of, opened, said, saved

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_questions_go_out_as_a_file_and_answers_come_back(browser, client, live_server, tmp_path):
    owner = make_user()
    organization = make_organization(owner=owner, name="Kestrel")
    review = make_vendor_review(organization, name="Corvid")
    client.force_login(owner)
    context = browser.new_context(java_script_enabled=False)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/o/{organization.slug}/vendors/{review.pk}/import")

    with page.expect_download() as download:
        page.get_by_role("link", name="Download the questions").click()
    book = opened(download.value.path().read_bytes())
    cell_of(book[QUESTIONS], "preemption").value = "Every ten minutes, resumed within four."
    path = tmp_path / download.value.suggested_filename
    path.write_bytes(saved(book))
    page.get_by_label("Excel workbook").set_input_files(path)
    page.get_by_role("button", name="Import the answers").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("1 answer of Corvid taken")
    assert path.name.startswith("Corvid, 20")
    assert said(review) == {"preemption": "Every ten minutes, resumed within four."}
    context.close()
