"""Every page for everyone: axe-core in both themes and on a phone, nothing too wide, one heading, the keyboard."""

from datetime import UTC, date, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import mail
from django.db import connection
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from playwright.sync_api import expect

from assessments.handbook.services import plan_check, record_check
from assessments.organizations import invitations
from assessments.organizations.models import Invitation, Organization, Role
from assessments.platform.mails.choices import stop_link
from assessments.reports.batches.models import ReportBatch
from assessments.reports.batches.services import request_batch
from assessments.reports.models import Report
from assessments.reports.sharing.links import make_link as share
from assessments.reports.sharing.recipients import Recipient
from assessments.reports.sharing.sendings import send_reports
from assessments.roadmaps import services as roadmaps
from assessments.roadmaps.items import attachments
from assessments.roadmaps.readings import find_offer
from assessments.roadmaps.reminding.settings import unsubscribe_token
from assessments.rounds import services as rounds
from assessments.rounds.rating import attaching
from assessments.rounds.rating import links as rating
from assessments.rounds.reviewing import services as reviewing
from assessments.rounds.settling.services import settle
from assessments.scorecards import services
from assessments.scorecards.models import Evidence
from assessments.scorecards.signing import immutability
from assessments.vendors import services as vendors
from assessments.vendors.linking import answering, asking, links
from assessments.webhooks import services as hooks
from assessments.webhooks.models import Webhook, WebhookDelivery
from scorecard import urls
from tests.factories import (
    PASSWORD,
    make_drop,
    make_grant,
    make_item,
    make_measured,
    make_membership,
    make_organization,
    make_rater,
    make_roadmap,
    make_round,
    make_scenario,
    make_scorecard,
    make_team,
    make_user,
    make_vendor_review,
    make_webhook,
)
from tests.vendors.workbooks import filled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]

WIDTHS = (1440, 820, 390)
HEIGHT = 900
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
# Between the two themes of a page only its colors differ.
COLORS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}

# axe reads every color of every ground of every word anew, most of its time; the same text is always the same color.
AXE = (
    Axe().axe_script
    + """
{
  const { prototype } = axe.commons.color.Color, read = prototype.parseString, known = new Map();
  prototype.parseString = function (text) {
    if (known.has(text)) [this.r, this.g, this.b, this.alpha] = known.get(text);
    else {
      read.call(this, text);
      known.set(text, [this.r, this.g, this.b, this.alpha]);
    }
    return this;
  };
}
undefined;  // or Playwright calls what was set last
"""
)


@login_not_required
def refusal(request, status):
    return render(request, f"{status}.html", {"reason": "This assessment is signed off."}, status=status)


@login_not_required
def failure(request):
    raise RuntimeError("For the page that says so.")


urlpatterns = [*urls.urlpatterns, path("refusal/<int:status>", refusal), path("failure", failure)]


@pytest.fixture
def context(new_context):
    """One for all pages of a test: colors change at once, and nothing moves while it is looked at."""
    return new_context(reduced_motion="reduce", viewport={"width": WIDTHS[0], "height": HEIGHT})


@pytest.fixture
def visit(live_server, client, context, page):
    """Opens an address as a person or, without one, as a stranger."""

    def open_as(user, address):
        context.clear_cookies()
        if user:
            client.force_login(user)
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page.goto(f"{live_server.url}{address}")
        return page

    return open_as


@pytest.fixture
def owner():
    return make_user(name="Ines Halvorsen", email="ines@example.com")


@pytest.fixture
def clearable(transactional_db):
    """After the test the database is emptied, which what is signed off would refuse."""
    yield
    immutability.remove(connection)
    Organization.objects.all().delete()
    immutability.install(connection)


@pytest.fixture
def signed_off(owner, clearable):
    """The second assessment of an organization, with everything a result can show."""
    organization = make_organization(owner=owner, name="Kestrel Logistics", industry="Transport")
    spring = datetime(2026, 4, 14, tzinfo=UTC)
    make_scorecard(organization, levels=[1, 1, 0, 0, 1, 1, 1, 0], signed_off_at=spring)
    second = make_scorecard(organization, levels=[2, 1, 0, 1, 2, 1, 2, 0])
    add_proof(second)
    digest = services.answers_digest(second)
    return services.sign_off(second, actor=owner, digest=digest, at=datetime(2026, 8, 12, tzinfo=UTC))


@pytest.fixture
def draft(signed_off, owner):
    scorecard = services.start_scorecard(signed_off.organization, title="Q4 2026 assessment", actor=owner)
    for key in ("cost-model", "facilities-power"):
        for answer in scorecard.responses.get(category_key=key).decider_answers.all():
            about = {"category": key, "decider": answer.decider_key, "state": None}
            services.record_decider(scorecard, **about, actor=owner, version=answer.version)
    return scorecard


def add_proof(scorecard):
    owner = scorecard.organization.created_by
    url = "https://wiki.kestrel.example/ai/workloads"
    services.add_link(scorecard, category="workload-clarity", title="Workload register", url=url, actor=owner)
    services.record_note(scorecard, category="cost-model", note="One invoice a month.", actor=owner, version=0)
    services.record_fact(scorecard, fact="latency-target", answer="p95 300 ms, p99 650 ms", actor=owner, version=0)


def make_reports(scorecard):
    """One of each kind: finished, failed, being made, waiting."""
    states = {
        Report.Status.DONE: {"step": 4, "pages": 10, "size": 117_000, "finished_at": timezone.now()},
        Report.Status.FAILED: {"step": 2, "error": "The charts could not be drawn. Your answers are safe."},
        Report.Status.RUNNING: {"step": 3},
        Report.Status.QUEUED: {},
    }
    for status, fields in states.items():
        Report.objects.create(
            organization=scorecard.organization,
            scorecard=scorecard,
            title=f"Board report, {scorecard.title}",
            snapshot={"result": {"total": 9, "high": 9}},
            snapshot_sha256=status,
            status=status,
            requested_name="Ines Halvorsen",
            **fields,
        )


LONG_NAME = "Maximiliana Wolfeschlegelsteinhausenbergerdorff-Ramanathan"
LONG_ADDRESS = "maximiliana.wolfeschlegelsteinhausenbergerdorff@infrastructure-and-platform-holdings.example"


def vendor_pages(organization):
    """The vendors' pages, with everything on them that they can show."""
    first = make_vendor_review(organization, name="Corvid", ratings={"preemption": "1"}, complete=True)
    actor = organization.created_by
    again = vendors.repeat_review(first, actor=actor)
    vendors.record_rating(again, question="preemption", rating="2", actor=actor, version=0)
    vendors.record_rating(again, question="latency-target", rating="0", actor=actor, version=0)
    vendors.record_said(again, question="preemption", said="40 s, in the log", actor=actor, version=0)
    vendors.add_link(again, question="preemption", title="Log", url="https://example.com/log", actor=actor)
    again.answers.filter(question_key="preemption").update(vendor_said="40 s", vendor_at=timezone.now())
    again.answers.filter(question_key="rollback-plan").update(rating="na", follow_up="Ask again", follow_up_owner="Ada")
    other = make_vendor_review(organization, name="Tessel", hosting_model="hybrid")
    pair = f"compare?review={again.pk}&review={other.pk}"
    one = [f"{again.pk}/{page}" for page in ("", "fill", "fill?show=weak", "edit", "complete", "delete")]
    return [
        "",
        "new",
        *one,
        f"{first.pk}/",
        f"{again.pk}/evidence/preemption/new",
        pair,
        f"{pair}&words=1",
        "compare?review=1",
    ]


def make_people(organization):
    """Members and teams of every kind, with names as long as they come."""
    tom = make_user(name="Tom Okafor", email="tom@example.com")
    make_membership(organization, make_user(name=LONG_NAME, email=LONG_ADDRESS))
    make_membership(organization, make_user(name="Dana Whitlock", is_active=False), role=Role.EDITOR)
    make_grant(make_team(tom, name="Halden Partners"), organization, role=Role.OWNER)
    make_grant(make_team(name=f"{LONG_NAME} and the regional review board"), organization, role=Role.VIEWER)
    return tom


def invite(organization, email, **fields):
    """The path of an invitation's link."""
    base = {"actor": organization.created_by, "base_url": ""}
    invitation = invitations.invite(organization, email=email, role=Role.VIEWER, **base)
    Invitation.objects.filter(pk=invitation.pk).update(**fields)
    return next(line for line in mail.outbox[-1].body.splitlines() if line.startswith("/invitations/"))


def problems(page):
    """What is wrong with a page, in a line each."""
    found = []
    page.evaluate(AXE)
    # What floats above a list rests at its end: which row it half covers is a matter of where one has scrolled to.
    page.evaluate("document.querySelectorAll('.setbar').forEach((bar) => (bar.style.position = 'static'))")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wider > 0:
            found.append(f"{width} px: {wider} px too wide")
        if width == 820:
            continue
        for theme, rules in (("light", RULES), ("dark", COLORS)):
            page.emulate_media(color_scheme=theme)
            for rule in page.evaluate("async (rules) => (await axe.run(rules)).violations", rules):
                nodes = ", ".join(node["target"][0] for node in rule["nodes"][:3])
                found.append(f"{width} px, {theme}: {rule['id']} at {nodes}")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
    if (headings := page.locator("h1").count()) != 1:
        found.append(f"{headings} main headings")
    if not page.title().endswith(" · AI Infrastructure Scorecard") or page.title().startswith(" "):
        found.append(f"titled {page.title()!r}")
    return found


def check(visit, user, addresses):
    found = {address: problems(visit(user, address)) for address in addresses}
    assert {address: lines for address, lines in found.items() if lines} == {}


def test_pages_of_a_stranger(visit):
    check(
        visit,
        None,
        [
            "/accounts/login/",
            "/accounts/signup/",
            "/accounts/inactive/",
            "/accounts/password/reset/",
            "/accounts/password/reset/done/",
            "/accounts/password/reset/key/1-abc/",
            "/accounts/password/reset/key/done/",
            "/nowhere",
            "/refusal/400",
            "/refusal/429",
            "/failure",
        ],
    )


def test_a_refused_sign_in(visit, owner):
    page = visit(None, "/accounts/login/")
    page.get_by_label("Email").fill(owner.email)
    page.get_by_label("Password", exact=True).fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    page.locator(".errors").wait_for()

    assert problems(page) == []
    assert page.title().startswith("Error: ")
    expect(page.locator(".errors")).to_be_focused()


def test_pages_of_a_newcomer(visit, owner):
    check(visit, owner, ["/", "/organizations/new", "/accounts/", "/accounts/password/change/", "/accounts/logout/"])


def test_portfolio_and_overviews(visit, owner, draft):
    make_scorecard(make_organization(owner=owner, name="Dunmore Hospitals"), levels=[2, 1, None, 1, 1, 1, 1, None])
    levels = [2, 1, 1, 2, 2, 1, 2, 1]
    clear = make_scorecard(make_organization(owner=owner, name="Calder Pharma"), levels=levels)
    empty = make_organization(owner=owner, name="Brightwater Utilities and Regional Infrastructure Holdings")
    make_reports(draft.predecessor)
    check(
        visit,
        owner,
        [
            "/",
            "/?q=kestrel",
            "/?q=zebra",
            f"/o/{draft.organization.slug}/",
            f"/o/{clear.organization.slug}/",
            f"/o/{empty.slug}/",
            f"/o/{empty.slug}/scorecards/",
            f"/o/{empty.slug}/reports/",
        ],
    )


def test_pages_of_an_organization(visit, owner, draft, signed_off):
    make_reports(signed_off)
    inside = f"/o/{draft.organization.slug}"
    check(
        visit,
        owner,
        [
            f"{inside}/settings",
            f"{inside}/scorecards/",
            f"{inside}/scorecards/{signed_off.pk}/",
            f"{inside}/scorecards/{draft.pk}/",
            f"{inside}/scorecards/{draft.pk}/sign-off",
            f"{inside}/scorecards/{draft.pk}/delete",
            f"{inside}/scorecards/{draft.pk}/prepare",
            f"{inside}/scorecards/{draft.pk}/ask/cost-model",
            *(f"{inside}/scorecards/{draft.pk}/evidence/cost-model/new?kind={kind}" for kind in Evidence.Kind),
            f"{inside}/scorecards/{draft.pk}/evidence/{Evidence.objects.filter(response__scorecard=draft)[0].pk}/proves",
            f"{inside}/scorecards/{signed_off.pk}/take-back",
            f"{inside}/scorecards/{signed_off.pk}/upgrade",
            *(f"{inside}/vendors/{address}" for address in vendor_pages(draft.organization)),
            f"{inside}/reports/",
            *(f"{inside}/reports/{address}" for address in ("links/", "links/new", "schedules/", "retention")),
            *handed_on(draft.organization),
            "/refusal/409",
        ],
    )


def handed_on(organization):
    """The pages of a mail, of a batch and of its choice, and what a reader without an account sees."""
    person = organization.created_by
    report = organization.reports.filter(status="done").first()
    people = [Recipient("ada@example.com", "Ada Lovelace"), Recipient("grace@example.com")]
    sending = send_reports([report], recipients=people, actor=person, days=14, organization=organization)
    sending.deliveries.filter(email="ada@example.com").update(state="failed", error="The mail server said no: 550")
    batch = request_batch([str(organization.pk)], actor=person)
    ReportBatch.objects.filter(pk=batch.pk).update(status="failed", error="The disk is full.")
    options = {"days": 14, "actor": person, "recipient": "Ada Lovelace"}
    tokens = [
        share(organization, report=report, **options),
        share(organization, report=None, is_watermarked=True, **options),
        share(organization, report=None, passcode="amber-harbor", **options),
        "nowhere",
    ]
    inside = f"/o/{organization.slug}/reports/sendings"
    yield from (f"{inside}/new", f"{inside}/{sending.pk}/", "/report-schedules/")
    yield from ("/report-batches/", "/report-batches/new", f"/report-batches/{batch.pk}/")
    yield from (f"/s/{token}/" for token in tokens)


def test_figures_out_of_files(visit, owner, draft, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for month, value in ((2, "940"), (5, "860"), (11, "712")):
        make_measured(draft.organization, value=value, on=date(2026, month, 18))
    about = {"name": "utilization", "statistic": "mean", "unit": "%"}
    make_measured(draft.organization, kind="allocated", value="78", **about)
    make_measured(draft.organization, kind="active", value="52", **about)
    many = make_drop(
        draft,
        "k6-1.1.0-summary-export-threshold-crossed.json",
        "nccl-tests-2.19.6-written-from-source.json",
        "focus-1.0-two-currencies-null.csv",
    )
    unknown = make_drop(draft, fact="utilization-why", odd=b"odd tool 7\nload 12\n" + b"x" * 400, binary=bytes(99))
    settings.FIGURE_SOURCES_ALLOWED = ["prometheus.internal:9090"]
    inside = f"/o/{draft.organization.slug}"
    check(
        visit,
        owner,
        [
            f"{inside}/figures/",
            f"{inside}/figures/tokens",
            f"{inside}/figures/source",
            f"{inside}/scorecards/{draft.pk}/figures/new?category=reliability-targets&decider=monthly-results",
            f"{inside}/scorecards/{draft.pk}/figures/{many.batch}",
            f"{inside}/scorecards/{draft.pk}/figures/{unknown.batch}",
            f"{inside}/scorecards/{draft.pk}/fill",
        ],
    )


def test_webhooks(visit, owner, draft):
    team = make_team(owner)
    make_grant(team, draft.organization)
    told, off = (make_webhook(draft.organization, name=name) for name in ("Governance channel", "Old receiver"))
    of_team = make_webhook(team)
    state = WebhookDelivery.State
    for values in (
        {"state": state.DONE, "status_code": 200, "milliseconds": 41, "answer": "ok"},
        {"state": state.FAILED, "status_code": 503, "milliseconds": 9, "error": "The server answered with 503."},
        {"state": state.WAITING, "attempts": 2, "try_at": timezone.now() + timedelta(hours=1)},
    ):
        hooks.try_webhook(told)
        WebhookDelivery.objects.filter(pk=told.deliveries.first().pk).update(**values, claimed_at=timezone.now())
    Webhook.objects.filter(pk=told.pk).update(failing_since=timezone.now())
    hooks.switch_off(off, now=timezone.now())
    inside, outside = f"/o/{draft.organization.slug}/webhooks", f"/teams/{team.pk}/webhooks"
    pages = [f"{inside}/", f"{inside}/new", f"{inside}/{told.pk}/", f"{inside}/{told.pk}/update"]
    pages += [f"{inside}/{told.pk}/secret", f"{inside}/{off.pk}/", f"{outside}/", f"{outside}/{of_team.pk}/"]

    check(visit, owner, pages)


def test_the_handbook(visit, owner, draft):
    kinds = (
        "how-scoring-works",
        "layers",
        "training-vs-inference",
        "starved-accelerators",
        "money-shift",
        "utilization",
    )
    lists = ("utilization", "roles", "vendor-questions", "glossary", "references")
    check(
        visit,
        owner,
        [
            "/handbook/",
            f"/handbook/?for={draft.organization.slug}",
            "/handbook/search/?q=quota",
            "/handbook/search/?q=zebra",
            *(f"/handbook/{key}/" for key in (*kinds, *lists)),
            f"/handbook/utilization/?for={draft.organization.slug}",
            "/handbook/starved-accelerators/?monthly_spend=12.500&feed_percent=103",
        ],
    )
    page = visit(owner, "/handbook/tail-latency/")
    page.get_by_role("button", name="p95").click()
    assert problems(page) == []


def test_the_checks_of_a_team_and_the_view_by_the_nist_ai_rmf(visit, owner, draft):
    organization = draft.organization
    roadmap = make_roadmap(draft.predecessor)
    say = {"kind": "pitfall", "key": "late-power", "version": 0}
    record_check(organization, **say, values={"fits": "yes", "note": LONG_NAME}, actor=owner)
    record_check(organization, **say | {"key": "peak-hardware"}, values={"fits": "yes", "note": ""}, actor=owner)
    plan_check(organization, kind="pitfall", key="late-power", actor=owner)
    viewer = make_user(name="Tom Okafor")
    make_membership(organization, viewer, role=Role.VIEWER)
    inside = f"/o/{organization.slug}"

    check(visit, owner, [f"{inside}/checks/", f"{inside}/scorecards/{draft.pk}/nist", f"{inside}/"])
    check(visit, viewer, [f"{inside}/checks/", f"{inside}/scorecards/{draft.predecessor.pk}/nist"])
    assert roadmap.items.filter(source_key="pitfall:late-power").exists()


def test_pages_of_a_viewer(visit, signed_off):
    viewer = make_user(name="Tom Okafor")
    make_membership(signed_off.organization, viewer, role=Role.VIEWER)
    inside = f"/o/{signed_off.organization.slug}"
    check(visit, viewer, [f"{inside}/scorecards/", f"{inside}/settings", "/o/nowhere/"])


@pytest.fixture
def roadmap(signed_off, owner):
    """Items of every kind: late, dropped, done, without an owner, with names as long as they come."""
    today = timezone.localdate()
    roadmap = make_roadmap(signed_off, starts_on=today - timedelta(days=41))
    item = make_item(roadmap, title=f"Ask {LONG_NAME}", owner_name=LONG_NAME, category_key="cost-model", target_level=1)
    attachments.add_comment(item, text="On Thursday.", actor=owner)
    attachments.add_link(item, title="Unit cost", url="https://wiki.kestrel.example/cost", actor=owner)
    make_item(roadmap, title="Not ours", status="dropped", dropped_reason="The provider does it.")
    make_item(roadmap, title="Done", status="done", done_on=today, owner=owner)
    make_item(roadmap, title="Waits", owner=owner, due_on=today + timedelta(days=60))
    roadmaps.dismiss_suggestion(roadmap, find_offer(roadmap, "fact:unit-cost"), actor=owner)
    return roadmap


def test_pages_of_a_roadmap(visit, owner, roadmap):
    inside = f"/o/{roadmap.organization.slug}/roadmaps"
    item = roadmap.items.get(title__startswith="Ask")
    check(
        visit,
        owner,
        [
            f"{inside}/{roadmap.pk}/",
            f"{inside}/{roadmap.pk}/items/",
            f"{inside}/{roadmap.pk}/items/?status=doing",
            f"{inside}/{roadmap.pk}/timeline",
            f"{inside}/{roadmap.pk}/delete",
            f"{inside}/{roadmap.pk}/items/new",
            f"{inside}/{roadmap.pk}/items/{item.pk}/",
            f"{inside}/{roadmap.pk}/items/{item.pk}/delete",
            f"{inside}/{roadmap.pk}/items/{item.pk}/evidence/new",
            f"{inside}/new",
            "/roadmap/mine",
            f"/o/{roadmap.organization.slug}/",
        ],
    )


def test_a_roadmap_for_a_viewer_and_with_its_outcome(visit, owner, roadmap):
    viewer = make_user(name="Tom Okafor")
    make_membership(roadmap.organization, viewer, role=Role.VIEWER)
    address = f"/o/{roadmap.organization.slug}/roadmaps/{roadmap.pk}"
    item = roadmap.items.get(title="Done")
    check(visit, viewer, [f"{address}/", f"{address}/items/{item.pk}/", "/roadmap/mine"])
    make_scorecard(roadmap.organization, levels=[2, 1, 1, 1, 2, 1, 2, 0], signed_off_at=timezone.now())
    check(visit, owner, [f"{address}/", f"/o/{roadmap.organization.slug}/roadmaps/new"])


def test_a_roadmap_where_there_is_none(visit, owner, signed_off):
    empty = make_organization(owner=owner, name="Dunmore Hospitals")
    check(visit, owner, [f"/o/{signed_off.organization.slug}/roadmaps/", f"/o/{empty.slug}/roadmaps/"])


def test_pages_of_the_economics(visit, owner, signed_off):
    organization = signed_off.organization
    viewer = make_user(name="Tom Okafor")
    make_membership(organization, viewer, role=Role.VIEWER)
    inside = f"/o/{organization.slug}/economics"
    check(visit, owner, [f"{inside}/"])
    make_scorecard(organization)
    numbers = {
        ("unit-economics", "monthly_cost"): "60000",
        ("unit-economics", "requests"): "3000000",
        ("power-envelope", "watts_each"): "700",
        ("power-envelope", "accelerators_per_server"): "8",
        ("power-envelope", "overhead_percent"): "75",
        ("power-envelope", "servers_per_rack"): "4",
        ("power-envelope", "rack_limit_kw"): "5",
    }
    first = make_scenario(organization, name=LONG_NAME, numbers=numbers, mix={"training": "40", "live": "60"})
    others = [make_scenario(organization, name=f"Another {number}", spend="") for number in range(3)]
    chosen = "&".join(f"scenario={each.pk}" for each in (first, *others))
    pages = ["", f"scenarios/{first.pk}/", f"scenarios/{others[0].pk}/", f"scenarios/{first.pk}/delete"]
    addresses = [f"{inside}/{page}" for page in (*pages, f"scenarios/compare?{chosen}")]
    check(visit, owner, [*addresses, f"/o/{organization.slug}/", "/"])
    check(visit, viewer, [f"{inside}/", f"{inside}/scenarios/{first.pk}/"])


def test_numbers_that_were_not_understood_and_states_of_saving(visit, owner, signed_off):
    inside = f"/o/{signed_off.organization.slug}/economics"
    page = visit(owner, f"{inside}/")
    page.locator("#idle-spend-monthly_spend").fill("12.500")
    page.locator("#idle-spend-feed_percent").fill("60 %")
    page.get_by_text("can be read in two ways").wait_for()
    page.get_by_text("Read as 60.").wait_for()
    assert problems(page) == []
    page.get_by_role("button", name="Work it out").first.click()
    page.locator(".errors").wait_for()
    assert problems(page) == []

    scenario = make_scenario(signed_off.organization)
    page = visit(owner, f"{inside}/scenarios/{scenario.pk}/")
    scenario.inputs.filter(input_key="feed_percent").update(value=70, version=3)
    page.locator(f"#s{scenario.pk}-idle-spend-feed_percent").fill("50")
    page.locator(".conflict").wait_for()
    page.locator(f"#s{scenario.pk}-live").fill("103")
    page.locator(".slot .field__error").wait_for()
    assert problems(page) == []


def test_a_board_with_its_menu_open_a_refusal_and_a_reason_missing(visit, owner, roadmap):
    address = f"/o/{roadmap.organization.slug}/roadmaps/{roadmap.pk}/"
    page = visit(owner, address)
    waits = roadmap.items.get(title="Waits")
    page.get_by_label("Status of Waits").select_option("dropped")
    expect(page.locator(f"#i{waits.pk} .item__reason")).to_be_focused()
    roadmap.items.filter(title="Done").update(move_version=3)
    page.locator(f"#i{roadmap.items.get(title='Done').pk}-move").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("Not moved").wait_for()
    page.locator(f"#i{waits.pk}-move").click()

    assert problems(page) == []


def test_people_activity_and_deletion(visit, owner, signed_off):
    organization = signed_off.organization
    tom = make_people(organization)
    invite(organization, "waiting@example.com")
    invite(organization, LONG_ADDRESS.replace("max", "min"), sent_at=None)
    invite(organization, "late@example.com", expires_at=timezone.now() - timedelta(days=3))
    inside = f"/o/{organization.slug}"
    addresses = ["people/", "people/leave", "activity/", "activity/?q=cost", "activity/?q=zebra", "delete"]
    addresses += [f"people/{row.pk}/remove" for row in organization.memberships.exclude(user=owner)[:1]]
    addresses += [f"teams/{row.pk}/remove" for row in organization.team_grants.all()]
    check(visit, owner, [*(f"{inside}/{address}" for address in addresses), "/activity/", "/activity/?organization=no"])
    check(visit, tom, [f"{inside}/people/leave"])
    lead = make_membership(organization, role=Role.LEAD).user
    check(visit, lead, [f"{inside}/people/"])


def test_refusals_on_the_people_pages(visit, owner, signed_off):
    inside = f"/o/{signed_off.organization.slug}"
    found = {}
    for address, button in {"people/": "Send invitation", "people/leave": "Leave", "delete": "Delete the"}.items():
        page = visit(owner, f"{inside}/{address}")
        page.locator("main").get_by_role("button", name=button).click()
        page.locator(".errors").wait_for()
        found[address] = problems(page)

    assert found == {"people/": [], "people/leave": [], "delete": []}


def test_what_is_asked_before_somebody_loses_something(visit, owner, signed_off):
    organization = signed_off.organization
    make_people(organization)
    page = visit(owner, f"/o/{organization.slug}/people/")
    for who in (owner.name, "Halden Partners"):
        page.get_by_label(f"Role of {who}", exact=True).select_option("10")
        page.get_by_role("button", name=f"Change the role of {who}").click()
        page.get_by_role("heading", name="loses access or part of it").wait_for()
        assert problems(page) == []
        page.get_by_role("link", name="Leave it as it is").click()


def test_an_invitation_in_every_state(visit, owner, signed_off):
    tom = make_user(name="Tom Okafor", email="tom@example.com")
    for_tom = invite(signed_off.organization, tom.email)
    for_newcomer = invite(signed_off.organization, "newcomer@example.com")
    check(visit, None, [for_tom, for_newcomer, "/invitations/nothing/"])
    check(visit, tom, [for_tom, for_newcomer, "/invitations/nothing/"])

    page = visit(None, for_newcomer)
    page.get_by_role("button", name="Open the account and accept").click()
    page.locator(".errors").wait_for()
    assert problems(page) == []


def test_reminders_and_calendar_in_every_state(visit, owner):
    stop = {kind: f"/reminders/stop/{unsubscribe_token(owner.pk, kind)}/" for kind in ("due", "digest")}
    check(visit, owner, ["/reminders/"])
    check(visit, None, [*stop.values(), "/reminders/stop/guess/"])

    page = visit(owner, "/reminders/")
    page.get_by_role("button", name="Make an address").click()
    page.get_by_text("It is not shown again").wait_for()
    assert problems(page) == []
    assert problems(visit(owner, "/reminders/")) == []
    page = visit(None, stop["due"])
    page.get_by_role("button", name="Stop these notes").click()
    page.get_by_role("heading", name="No more notes").wait_for()
    assert problems(page) == []


def test_one_s_mails_in_every_state(visit, owner):
    stop = {email: stop_link(email, "round_reminder").split("/", 3)[3] for email in (owner.email, "tom@example.com")}
    check(visit, owner, ["/accounts/mails/"])
    check(visit, None, [f"/{path}" for path in stop.values()])

    page = visit(None, f"/{stop[owner.email]}")
    page.get_by_role("button", name="Stop these mails").click()
    page.get_by_role("heading", name="You will not get").wait_for()
    assert problems(page) == []


def test_menu_and_errors_of_a_form(visit, owner):
    page = visit(owner, "/organizations/new")
    page.get_by_role("button", name="Add organization").click()
    page.locator(".errors").wait_for()
    page.locator(".menu > summary").click()

    assert problems(page) == []


def test_a_form_that_is_sent_and_what_was_sent_after_the_session_had_ended(visit, owner):
    page = visit(owner, "/organizations/new")
    page.get_by_label("Organization name").fill("Merlin Freight")
    page.evaluate("addEventListener('submit', (e) => e.preventDefault(), { once: true })")
    page.get_by_role("button", name="Add organization").click()
    page.locator(".is-busy").wait_for()
    assert problems(page) == []

    page.reload()
    page.get_by_label("Organization name").fill("Merlin Freight")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Add organization").click()
    page.get_by_label("Email").fill(owner.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Not sent yet").wait_for()
    assert problems(page) == []


def filling(visit, scorecard):
    owner = scorecard.organization.created_by
    return visit(owner, f"/o/{scorecard.organization.slug}/scorecards/{scorecard.pk}/fill")


def test_filling_in_every_state_of_saving(visit, draft):
    page = filling(visit, draft)
    assert problems(page) == []

    page.locator("#cost-model .guide > summary").click()
    grace = make_user(name="Grace Hopper")
    response = draft.responses.get(category_key="cost-model")
    services.record_note(draft, category="cost-model", note="Theirs", actor=grace, version=response.note_version)
    page.locator("#cost-model-note").fill("Mine")
    page.locator(".conflict").wait_for()
    page.route("**/responses/**", lambda route: route.abort())
    page.locator("#facilities-power-note").fill("Typed in the tunnel")
    page.locator(".slot .save--failed").wait_for()
    assert problems(page) == []


def test_evidence_in_a_dialog(visit, draft):
    page = filling(visit, draft)
    page.locator("#workload-clarity .addbtn").first.click()
    page.get_by_role("dialog").get_by_label("Web address").fill("not a link")
    page.get_by_role("dialog").get_by_role("button", name="Add proof").click()
    page.locator("dialog .field__error").wait_for()

    assert problems(page) == []


def test_the_import_of_a_vendor_s_answers_in_every_state(visit, owner):
    organization = make_organization(owner=owner, name="Kestrel Logistics")
    review = make_vendor_review(organization, name=LONG_NAME, hosting_model="colocation")
    complete = make_vendor_review(organization, complete=True)
    content = filled(review, {"preemption": "=1+1", "workload-mix": "x" * 300}, {"workload-mix": "nowhere"})
    inside = f"/o/{organization.slug}/vendors"
    check(visit, owner, [f"{inside}/{review.pk}/import", f"{inside}/{complete.pk}/import"])

    found = []
    for file in (b"%PDF-1.7", content):
        page = visit(owner, f"{inside}/{review.pk}/import")
        upload = {"name": "answers.xlsx", "mimeType": "application/octet-stream", "buffer": file}
        page.get_by_label("Excel workbook").set_input_files(files=[upload])
        page.get_by_role("button", name="Import the answers").click()
        page.locator(".errors, #refused-h").wait_for()
        found += problems(page)

    assert found == []


def test_the_skip_link_leads_past_the_head_of_the_page(visit, owner, signed_off):
    page = visit(owner, "/")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert skip.evaluate("link => link === document.activeElement")
    assert skip.bounding_box()["height"] > 24

    page.keyboard.press("Enter")
    page.wait_for_url("**/#main")
    page.keyboard.press("Tab")

    assert page.evaluate("document.getElementById('main').contains(document.activeElement)")


# What is focused, whether that can be seen, and whether the live bar or the edge of the window covers it.
FOCUS = """() => {
  const it = document.activeElement;
  if (it === document.body) return null;
  const isDrawn = ({ outlineStyle, outlineWidth }) => outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  const around = [it, it.closest("label"), it.closest(".cat__head")].filter(Boolean);
  const drawn = around.some((box) => isDrawn(getComputedStyle(box)));
  const box = (it.closest(".rubric__card, .cat__fold, .check, .rubric__none") || it).getBoundingClientRect();
  const bar = document.querySelector(".livebar").getBoundingClientRect();
  const inBar = Boolean(it.closest(".livebar, .masthead, .orgbar, .skip"));
  const covered = !inBar && (box.top < bar.bottom - 1 || box.top > innerHeight - 24);
  return { name: it.id || it.name || it.className || it.textContent.trim(), drawn, covered };
}"""


@pytest.mark.parametrize("width", [1440, 390])
def test_focus_is_seen_on_the_whole_filling_page(visit, draft, width):
    page = filling(visit, draft)
    page.set_viewport_size({"width": width, "height": HEIGHT})
    stops, failures = 0, []
    for key in ("Tab", "Shift+Tab"):
        for _ in range(400):
            page.keyboard.press(key)
            focus = page.evaluate(FOCUS)
            if focus is None:
                break
            stops += 1
            if not focus["drawn"] or focus["covered"]:
                failures.append((key, focus["name"], "not drawn" if not focus["drawn"] else "covered"))

    assert failures == []
    assert stops > 60


def test_a_scored_category_is_one_line_on_a_phone_until_it_is_asked_for(visit, draft):
    page = filling(visit, draft)
    note = page.locator("#workload-clarity-note")
    expect(note).to_be_visible()
    page.set_viewport_size({"width": 390, "height": HEIGHT})
    expect(note).to_be_hidden()
    assert page.locator("#workload-clarity").bounding_box()["height"] < 96
    expect(page.locator("#cost-model-note")).to_be_visible()

    page.get_by_role("checkbox", name="Show the deciders of Workload clarity").focus()
    page.keyboard.press("Space")
    expect(note).to_be_visible()
    page.keyboard.press("Space")
    expect(note).to_be_hidden()

    page.locator(".steps a[href='#workload-clarity']").click()
    expect(note).to_be_visible()


@pytest.fixture
def asked(owner):
    """A review whose vendor has begun to answer by link, and the address of the link."""
    organization = make_organization(owner=owner, name=f"Kestrel {LONG_NAME} Logistics")
    review = make_vendor_review(organization, name="Corvid Compute and Regional Infrastructure Holdings", offer="GPUs")
    token = links.make_link(review, days=14, actor=owner)
    link, question = links.find(token), answering.asked_of(review)["latency-target"]
    answering.record_answer(link, question=question, said="p95 180 ms at the gateway.", version=0)
    answering.add_link(link, question=question.key, title="Load test " * 12, url="https://corvid.example/load")
    return review, f"/v/{token}/"


def test_a_vendor_s_pages_by_link(visit, owner, asked):
    review, address = asked
    locked = make_vendor_review(review.vendor.organization, name="Nimbus")
    unlock = f"/v/{links.make_link(locked, days=1, passcode='amber-harbor', actor=owner)}/"
    check(
        visit,
        None,
        [address, f"{address}answers/latency-target/evidence", f"{address}submit", unlock, "/v/nothing/"],
    )

    page = visit(None, unlock)
    page.get_by_label("Passcode").fill("not the passcode")
    page.get_by_role("button", name="Continue").click()
    page.locator(".errors").wait_for()
    assert problems(page) == []

    answering.submit(links.find(address.split("/")[2]))
    check(visit, None, [address])


def test_a_vendor_s_pages_by_a_link_for_several_and_the_page_that_makes_it(visit, owner, asked):
    review, _ = asked
    other = make_organization(owner=owner, name="Heron Health")
    details = {"email": LONG_ADDRESS, "days": 14, "remind_after": 7, "actor": owner}
    token = asking.ask_also(review, [other], **details)
    linked = [f"/o/{review.vendor.organization.slug}/vendors/{review.pk}/{page}" for page in ("link", "fill")]
    check(visit, owner, ["/vendors/ask", *linked])
    check(visit, None, [f"/v/{token}/", f"/v/{token}/submit"])

    page = visit(owner, "/vendors/ask")
    page.get_by_role("button", name="Make the link").click()
    page.locator(".errors").wait_for()
    assert problems(page) == []
    page.get_by_label("Heron Health").check()
    page.get_by_role("textbox", name="Vendor").fill("Tessel")
    page.get_by_role("button", name="Make the link").click()
    page.locator("#address").wait_for()
    assert problems(page) == []


def test_answering_by_link_in_every_state_of_saving(visit, asked):
    review, address = asked
    page = visit(None, address)
    review.answers.filter(question_key="preemption").update(vendor_said="Theirs", vendor_said_version=1)
    page.locator("#preemption-said").fill("Mine")
    page.locator(".conflict").wait_for()
    page.locator("#workload-mix-said").fill("x" * 10_001)
    page.locator(".slot .field__error").wait_for()
    page.route("**/answers/**", lambda route: route.abort())
    page.locator("#latency-target-said").fill("Typed in the tunnel")
    page.locator(".slot .save--failed").wait_for()
    assert problems(page) == []

    page.unroute("**/answers/**")
    page.locator("#latency-target .addbtn").click()
    page.get_by_role("dialog").get_by_label("Web address").fill("not a link")
    page.get_by_role("dialog").get_by_role("button", name="Attach").click()
    page.locator("dialog .field__error").wait_for()
    assert problems(page) == []


@pytest.mark.parametrize("width", [1440, 390])
def test_focus_is_seen_on_the_whole_page_of_a_vendor(visit, asked, width):
    page = visit(None, asked[1])
    page.set_viewport_size({"width": width, "height": HEIGHT})
    stops, failures = 0, []
    for key in ("Tab", "Shift+Tab"):
        for _ in range(400):
            page.keyboard.press(key)
            focus = page.evaluate(FOCUS)
            if focus is None:
                break
            stops += 1
            if not focus["drawn"] or focus["covered"]:
                failures.append((key, focus["name"], "not drawn" if not focus["drawn"] else "covered"))

    assert failures == []
    assert stops > 80


def test_the_buyer_s_pages_of_a_link(visit, owner, asked):
    review, _ = asked
    page = f"/o/{review.vendor.organization.slug}/vendors/{review.pk}/link"
    check(visit, owner, [page])

    made = visit(owner, page)
    made.get_by_role("button", name="Make the link").click()
    made.locator("#address").wait_for()
    assert problems(made) == []


def a_round(scorecard, owner):
    """A round with everything a page of it can show: a member, one by link, one by invitation, words, links, files."""
    asked = make_round(scorecard, is_blind=False, due_on=timezone.localdate() + timedelta(days=3))
    member = make_rater(asked, user=owner, role="Head of platform", levels=[0, 1, "x", None, 1, 1, 1, 1], note="Seen")
    other = make_rater(asked, name=LONG_NAME, role=f"Security lead, {LONG_NAME}", levels=[2, *[1] * 7], note="Heard")
    rounds.add_invited(asked, email=LONG_ADDRESS, actor=owner)
    for rater in (member, other):
        url = f"https://wiki.kestrel.example/{LONG_NAME}"
        attaching.add_link(rater, category="workload-clarity", title=LONG_NAME, url=url)
        rater.ratings.filter(category_key="workload-clarity").update(link=url)
    return asked, other


def test_pages_of_an_open_round(visit, owner, draft):
    inside = f"/o/{draft.organization.slug}"
    editor = make_membership(draft.organization, make_user(name="Dana"), role=Role.EDITOR).user
    check(visit, owner, [f"{inside}/scorecards/{draft.pk}/rounds/", f"{inside}/scorecards/{draft.pk}/rounds/new"])
    asked, other = a_round(draft, owner)
    page = f"{inside}/rounds/{asked.pk}"
    own = f"{page}/raters/{other.pk}"
    forms = [f"{page}/close", f"{page}/raters/new", f"{own}/", f"{own}/link"]
    check(visit, owner, [f"{page}/", *forms, f"{page}/rate", f"{page}/rate/cost-model/attach"])
    check(visit, editor, [f"{page}/"])

    made = visit(owner, f"{own}/link")
    made.get_by_role("button", name="Make the link").click()
    made.get_by_label("Address to send").wait_for()
    assert problems(made) == []
    over = visit(owner, f"{page}/rate")
    over.locator("#cost-model").get_by_role("button", name="Attach a file or one more link").click()
    over.get_by_role("dialog").wait_for()
    assert problems(over) == []


def test_pages_of_a_closed_round(visit, owner, draft):
    asked, _ = a_round(draft, owner)
    rounds.close_round(asked, actor=owner)
    late = asked.raters.get(user=owner).ratings.filter(category_key="workload-clarity")
    late.update(late_level="1", late_note="After all", late_at=timezone.now())
    settle(asked, category="cost-model", level=1, reason="One site", actor=owner, version=0)
    inside = f"/o/{draft.organization.slug}"
    page = f"{inside}/rounds/{asked.pk}"
    settled = [f"{page}/settle/{key}" for key in ("workload-clarity", "cost-model")]
    check(visit, owner, [f"{page}/", *settled, f"{page}/rate", f"{inside}/scorecards/{draft.pk}/rounds/new"])

    refused = visit(owner, settled[0])
    refused.get_by_role("button", name="Settle", exact=True).click()
    refused.locator(".errors").wait_for()
    assert problems(refused) == []


def test_pages_of_a_rater_by_link(visit, owner, draft):
    asked, other = a_round(draft, owner)
    token = rating.make_link(other, days=14, actor=owner)
    page = f"/rate/{token}/"
    check(visit, None, [page, f"{page}answers/cost-model/attach", "/rate/nowhere/"])
    locked = rating.make_link(other, days=14, passcode="amber-harbor", actor=owner)
    check(visit, None, [f"/rate/{locked}/"])
    again = rating.make_link(other, days=14, actor=owner)
    rounds.close_round(asked, actor=owner)
    check(visit, None, [f"/rate/{again}/"])


def test_pages_of_a_second_pair_of_eyes(visit, owner, draft):
    reviewer = make_membership(draft.organization, make_user(name="Mark Ellison"), role=Role.EDITOR).user
    reviewing.set_required(draft.organization, required=True, actor=owner)
    inside = f"/o/{draft.organization.slug}"
    sign_off = f"{inside}/scorecards/{draft.pk}/sign-off"
    check(visit, owner, [f"{inside}/review", f"{inside}/scorecards/{draft.pk}/review", sign_off])
    review = reviewing.ask_review(draft, reviewer=reviewer, actor=owner)
    for person in (reviewer, owner):
        check(visit, person, [f"{inside}/reviews/{review.pk}/"])
    back = {"approved": False, "word": "Look again", "comments": {"cost-model": "No price."}}
    reviewing.decide(review, actor=reviewer, digest=services.answers_digest(draft), **back)
    check(visit, owner, [f"{inside}/reviews/{review.pk}/", sign_off])
