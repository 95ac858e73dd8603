"""A chart on a page: a picture at first, plotly.js once a reader reaches for it, its colors those of the theme."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import make_organization, make_scorecard, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# The full plotly.js brings a style element for maps, which the policy blocks, and nothing else.
HARMLESS = "Applying inline style violates"
CHART = "[data-chart]"
PLOTLY = "plotly.min.js"
REST = 250  # ms that a pointer stays where it is until it rests
FILL = "(mark) => getComputedStyle(mark).fill"
COLOR_OF_TOKEN = """
(token) => {
  const probe = document.body.appendChild(document.createElement("span"));
  probe.style.color = `var(${token})`;
  return getComputedStyle(probe).color;
}
"""


@pytest.fixture
def result_page(page, live_server, client):
    """The result of a scorecard, open in a browser; `requested` and `complaints` are what it did."""
    user = make_user()
    scorecard = make_scorecard(make_organization(owner=user), levels=[2, 1, 0, 1, 2, 1, 0, 2])
    client.force_login(user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.requested, page.complaints = [], []
    page.on("request", lambda request: page.requested.append(request.url.rsplit("/", 1)[-1]))
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    address = reverse("scorecard_detail", args=[scorecard.organization.slug, scorecard.pk])
    page.goto(live_server.url + address)
    return page


def test_a_chart_is_a_picture_until_a_reader_reaches_for_it(result_page):
    chart = result_page.locator(CHART).first

    expect(chart.locator("svg.chart__svg:visible")).to_have_count(1)
    expect(chart.locator(".chart__live")).to_be_hidden()
    assert PLOTLY not in result_page.requested
    assert result_page.complaints == []


def test_passing_over_a_chart_loads_nothing(result_page):
    hold_the_clock(result_page)
    result_page.locator(f"{CHART} .chart__plot").first.hover()
    result_page.mouse.move(0, 0)
    result_page.clock.run_for(60_000)

    assert PLOTLY not in result_page.requested


def test_moving_within_a_chart_loads_nothing_until_the_pointer_rests(result_page):
    hold_the_clock(result_page)
    plot = result_page.locator(f"{CHART} .chart__plot").first
    for step in range(1, 10):
        plot.hover(position={"x": 10 * step, "y": 10})
        result_page.clock.run_for(200)
    assert PLOTLY not in result_page.requested

    with result_page.expect_request(f"**/{PLOTLY}"):
        result_page.clock.run_for(300)


def test_a_timer_that_overtakes_the_pointer_on_a_busy_page_loads_nothing(result_page):
    hold_the_clock(result_page)
    result_page.locator(f"{CHART} .chart__plot").first.hover()
    result_page.clock.run_for(REST)  # the timer is due, and the next frame is not
    result_page.mouse.move(0, 0)
    result_page.clock.run_for(60_000)

    assert PLOTLY not in result_page.requested


def test_resting_on_a_chart_makes_it_interactive_in_its_place(result_page):
    picture = result_page.locator(f"{CHART} svg.chart__svg:visible").first.bounding_box()

    chart = reach(result_page)

    live = chart.locator(".main-svg").first.bounding_box()
    assert (live["x"], live["width"]) == pytest.approx((picture["x"], picture["width"]), abs=1)
    expect(chart.locator("svg.chart__svg:visible")).to_have_count(0)
    expect(chart.locator(".ytick text")).to_have_text(names_in_picture(chart))
    chart.locator(".points path").first.hover(force=True)
    expect(chart.locator(".hoverlayer text").first).to_have_text("Workloads: 2")
    assert result_page.requested.count(PLOTLY) == 1
    assert [complaint for complaint in result_page.complaints if not complaint.startswith(HARMLESS)] == []
    assert len(result_page.complaints) <= 1


def test_switching_the_theme_draws_a_chart_in_the_new_colors(result_page):
    mark = reach(result_page).locator(".points path").first
    light = mark.evaluate(FILL)

    result_page.locator("[data-theme-toggle]").click()

    dark = result_page.evaluate(COLOR_OF_TOKEN, "--accent")
    expect(mark).to_have_css("fill", dark)
    assert dark != light


def test_a_system_switching_to_dark_draws_a_chart_in_the_new_colors(result_page):
    mark = reach(result_page).locator(".points path").first
    light = mark.evaluate(FILL)

    result_page.emulate_media(color_scheme="dark")

    dark = result_page.evaluate(COLOR_OF_TOKEN, "--accent")
    expect(mark).to_have_css("fill", dark)
    assert dark != light


@pytest.mark.parametrize("reply", [None, ""], ids=["no connection", "an empty reply"])
def test_a_chart_stays_a_picture_until_plotly_can_be_loaded(result_page, reply):
    address = f"**/{PLOTLY}"
    result_page.route(address, lambda route: route.abort() if reply is None else route.fulfill(body=reply))
    chart = result_page.locator(CHART).first
    with result_page.expect_request(address):
        chart.locator(".chart__plot").hover()
    expect(result_page.locator(f"script[src$='{PLOTLY}']")).to_have_count(0)
    expect(chart.locator("svg.chart__svg:visible")).to_have_count(1)
    expect(chart.locator(".chart__live")).to_be_hidden()

    result_page.unroute(address)
    result_page.mouse.move(0, 0)

    reach(result_page)


def test_a_chart_that_plotly_cannot_draw_stays_a_picture(result_page):
    broken = "window.Plotly = { react() { document.body.dataset.tried = ''; throw new Error('No canvas'); } };"
    result_page.route(f"**/{PLOTLY}", lambda route: route.fulfill(body=broken, content_type="text/javascript"))

    chart = result_page.locator(CHART).first
    chart.locator(".chart__plot").hover()
    expect(result_page.locator("body[data-tried]")).to_be_attached()

    expect(chart.locator("svg.chart__svg:visible")).to_have_count(1)
    expect(chart.locator(".chart__live")).to_be_hidden()


def hold_the_clock(page):
    """From now on time passes for the page only where a test lets it."""
    page.clock.install()
    page.reload()
    page.clock.pause_at(page.evaluate("Date.now() + 60_000"))


def reach(page):
    """Rest the pointer on the first chart until plotly.js has drawn it."""
    chart = page.locator(CHART).first
    chart.locator(".chart__plot").hover()
    expect(chart.locator(".chart__live .points path").first).to_be_attached()
    expect(chart).to_have_class(re.compile(r"\bis-live\b"))
    return chart


def names_in_picture(chart):
    return chart.locator("svg.chart__svg--narrow g[text-anchor=end] text").all_text_contents()
