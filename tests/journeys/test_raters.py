"""Three people score apart in three browsers, one of them by link on a phone in a tunnel; then it is settled."""

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from assessments.organizations.models import Role
from assessments.reports.models import Report
from assessments.reports.tasks import make_report
from assessments.rounds.models import RaterEvidence, Rating, Round, Settlement
from assessments.scorecards.models import Evidence, Response, Scorecard
from tests.browsers import sign_in
from tests.factories import make_membership, make_organization, make_scorecard, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEYS = ("workload-clarity", "reliability-targets", "cost-model", "utilization-plan")
REST = ("data-pipeline", "serving-maturity", "security-access", "facilities-power")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


@pytest.fixture(autouse=True)
def private_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def scorecard():
    organization = make_organization(owner=make_user(name="Ines Halvorsen", email="ines@example.com"), name="Kestrel")
    for name, email in (("Mark Ellison", "mark@example.com"), ("Joao Pires", "joao@example.com")):
        make_membership(organization, make_user(name=name, email=email), role=Role.EDITOR)
    return make_scorecard(organization)


def choose(page, key, level):
    page.locator(f'#{key} label:has(input[name="{key}-level"][value="{level}"])').click()
    expect(page.locator(f"#{key}-level-slot")).to_contain_text("Saved")


def finish(page):
    page.locator("#finish").get_by_role("button", name="I have finished").click()
    expect(page.get_by_text("Thank you: your scores are in.")).to_be_visible()


def test_three_raters_apart_to_one_settled_signed_off_and_reported(browser, page, live_server, scorecard):
    fill = f"{live_server.url}/o/{scorecard.organization.slug}/scorecards/{scorecard.pk}/fill"
    # The owner asks two colleagues, and a third by a link.
    sign_in(page.context, live_server.url, "ines@example.com")
    page.goto(fill)
    page.get_by_role("link", name="Several raters").click()
    page.get_by_role("link", name="Start a round").click()
    page.get_by_label("Mark Ellison").check()
    page.get_by_label("Joao Pires").check()
    page.get_by_role("button", name="Start the round").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("None of two raters have finished.")
    page.get_by_role("link", name="Ask somebody else").click()
    page.get_by_label("By a link, without an account").check()
    page.locator("#id_name").fill("Sofia Lindqvist")
    page.locator("#id_role").fill("Security lead")
    page.get_by_role("button", name="Ask").click()
    page.get_by_role("button", name="Make the link").click()
    address = page.get_by_label("Address to send").input_value()
    asked = Round.objects.get()
    rate = f"{live_server.url}/o/{scorecard.organization.slug}/rounds/{asked.pk}/rate"

    # Two score at their desks, a point or two apart.
    for email, levels in (("mark@example.com", "0111"), ("joao@example.com", "2111")):
        context = browser.new_context()
        sign_in(context, live_server.url, email)
        desk = context.new_page()
        desk.goto(rate)
        for key, level in zip(KEYS, levels, strict=True):
            choose(desk, key, level)
        for key in REST:
            choose(desk, key, "1")
        desk.locator("#workload-clarity-note").fill(f"As {email.partition('@')[0]} sees it")
        expect(desk.locator("#workload-clarity-note-slot")).to_contain_text("Saved")
        finish(desk)
        assert "sees it" not in desk.locator("main").inner_text().replace("as you see it", "")
        context.close()

    # The third one is on a phone, in a tunnel and out of it.
    context = browser.new_context(**PHONE)
    phone = context.new_page()
    phone.goto(address)
    choose(phone, "workload-clarity", "2")
    context.set_offline(True)
    phone.locator("#workload-clarity-note").fill("One list, shown on the call")
    expect(phone.locator("#workload-clarity-note-slot")).to_contain_text("Not saved, kept here.")
    context.set_offline(False)
    expect(phone.locator("#workload-clarity-note-slot")).to_contain_text("Saved", timeout=20_000)
    choose(phone, "facilities-power", "x")
    for key in (*KEYS[1:], *REST[:3]):
        choose(phone, key, "1")
    expect(phone.locator("#live-n")).to_have_text("8 of 8 answered")
    phone.locator("#workload-clarity").get_by_role("button", name="Attach a file or one more link").click()
    register = {"name": "register.csv", "mimeType": "text/csv", "buffer": b"workload,owner"}
    phone.get_by_label("or a file").set_input_files(register)
    phone.get_by_role("button", name="Attach", exact=True).click()
    expect(phone.locator("#workload-clarity-evidence")).to_contain_text("register.csv")
    assert phone.evaluate("document.documentElement.scrollWidth") == 390

    # The owner sees who has finished, and nothing that was said, until she closes; the phone goes on typing.
    page.goto(f"{live_server.url}/o/{scorecard.organization.slug}/rounds/{asked.pk}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Two of three raters have finished.")
    assert "on the call" not in page.content()
    page.get_by_role("link", name="Close the round").click()
    page.get_by_role("button", name="Close the round").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Three raters agree closely on seven of eight. Talk about one."
    )
    expect(page.locator("#workload-clarity")).to_contain_text("One list, shown on the call")
    with phone.expect_response("**/answers/workload-clarity/note"):
        phone.locator("#workload-clarity-note").fill("One list, shown on the call, twice")
    expect(phone.locator("#workload-clarity-note-slot")).to_contain_text("Saved")
    context.close()
    page.reload()
    expect(page.locator("#workload-clarity .split__late")).to_contain_text("twice")

    # The file of the phone goes over by a click, without a second copy.
    page.locator("#workload-clarity").get_by_role("button", name="Take it over").click()
    expect(page.locator("#workload-clarity .split__evid")).to_contain_text("taken over")
    assert Evidence.objects.get().file.name == RaterEvidence.objects.get().file.name

    # They settle it: a reason, a dissent; the level goes over by a click. The rest is accepted as it is.
    split = page.locator("#workload-clarity")
    split.locator('.seg label:has(input[value="1"])').click()
    split.get_by_label("Reason").fill("The list covers one site of three.")
    split.get_by_text("Who dissents").click()
    split.get_by_label("Joao Pires").check()
    split.get_by_role("button", name="Settle", exact=True).click()
    expect(page.locator("#workload-clarity")).to_contain_text("Settled at 1")
    expect(page.locator("#workload-clarity")).to_contain_text("Dissent: Joao Pires.")
    page.get_by_role("button", name="Take level 1 over to the scorecard").click()
    expect(page.locator("#workload-clarity")).to_contain_text("The scorecard has it since")
    page.get_by_role("button", name="Accept 1 for Cost model").click()
    page.get_by_role("button", name="Take over level 1 of Cost model").click()
    expect(page.locator("tr#cost-model")).to_contain_text("taken over")
    assert Settlement.objects.count() == 2
    taken = Response.objects.filter(scorecard=scorecard, level=1).values_list("category_key", "claim_reason")
    assert dict(taken) == {"workload-clarity": "The list covers one site of three.", "cost-model": ""}

    # Signed off, it is frozen, and its report has the page.
    page.goto(f"{live_server.url}/o/{scorecard.organization.slug}/scorecards/{scorecard.pk}/sign-off")
    page.get_by_label("Sign off all the same").check()
    page.get_by_role("button", name="Sign off").click()
    expect(page.get_by_text("Signed off and locked")).to_be_visible()
    page.get_by_role("link", name="What several raters said, each apart").click()
    expect(page.get_by_text("Frozen with the sign-off")).to_be_visible()
    expect(page.get_by_role("button", name="Change")).to_have_count(0)
    page.goto(f"{live_server.url}/o/{scorecard.organization.slug}/reports/prepare?scorecard={scorecard.pk}")
    page.locator('input[name="section"][value="raters"]').check()
    page.get_by_role("button", name="Make report", exact=True).click()
    page.wait_for_url("**/reports/**")
    assert Scorecard.objects.get().signed_off_at
    report = Report.objects.latest("pk")
    raters = report.snapshot["raters"]
    assert raters["categories"][0]["settled"]["reason"] == "The list covers one site of three."
    make_report(report.pk)
    report.refresh_from_db()
    with report.file.open() as file:
        text = " ".join(" ".join(leaf.extract_text() for leaf in PdfReader(file).pages).split())
    assert "Three raters agree closely on seven of eight." in text
    assert "The list covers one site of three." in text
    assert "Joao Pires" in text
    assert "on the call" not in text  # what raters wrote stays on their page
    assert Rating.objects.filter(late_note__contains="twice").count() == 1
