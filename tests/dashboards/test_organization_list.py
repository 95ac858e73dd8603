"""The portfolio: what is on it, in which order, and what it says."""

import re
from html import unescape

import pytest
from django.urls import reverse

from assessments.dashboards.portfolio.orders import ORDERS
from assessments.dashboards.portfolio.pages import OTHER_VIEW
from assessments.dashboards.portfolio.queries import PortfolioCounts
from assessments.dashboards.standings.models import OrganizationStanding
from assessments.dashboards.wording import detail, headline
from assessments.organizations.models import Role
from assessments.scorecards import services, standings
from assessments.scorecards.queries import latest_scorecards
from tests.factories import make_membership, make_organization, make_scorecard, make_user

pytestmark = pytest.mark.django_db

QUERIES = 14  # one fewer where what is known of an order fills the page


def scored(owner, name, levels, signed_off_at=None, *, proof=True):
    organization = make_organization(owner=owner, name=name)
    if levels is not None:
        make_scorecard(organization, levels=levels, signed_off_at=signed_off_at, proof=proof)
    return organization


def table(response):
    """The cells of the list as a reader sees them: name, score, verdict and date of every row."""
    html = response.content.decode()
    body = re.search(r'<table class="table table--stack orgtable.*?<tbody.*?>(.*?)</tbody>', html, re.S)[1]
    rows = []
    for row in re.findall(r"<tr.*?>(.*?)</tr>", body, re.S):
        cells = dict(re.findall(r'<td role="cell" class="(c-\w+)[^"]*">(.*?)</td>', row, re.S))
        name = re.search(r'<th role="rowheader" scope="row">.*?<a [^>]*>(.*?)</a>', row, re.S)[1]
        score = re.search(r'score__n[^>]*>(.*?)</span>|class="muted">(.*?)</span>', cells["c-score"])
        flag = re.sub(r"<[^>]*>", "", cells["c-flag"]).strip()
        signed = re.sub(r"<span class=\"sub.*|<[^>]*>", "", cells["c-signed"]).strip()
        rows.append((unescape(name), score[1] or score[2], flag, signed))
    return rows


def names(response):
    return [row[0] for row in table(response)]


def test_the_lowest_proven_score_comes_first_and_what_is_not_assessed_last(client, owner, day):
    on = day(2026, 3, 14)
    scored(owner, "Not assessed", None)
    scored(owner, "Half open", [2, 2, 2, None, None, None, None, None])
    scored(owner, "Open and low", [0, 0, 0, 0, 0, 0, None, 0])
    scored(owner, "Open and clear", [2, 2, 2, 2, 2, 2, 0, None])
    scored(owner, "Nothing scored", [None] * 8)
    scored(owner, "Clear", [2, 2, 2, 2, 2, 2, 1, 1], on)
    scored(owner, "On the line", [2, 2, 1, 1, 1, 1, 1, 1], on)
    scored(owner, "Low", [1, 0, 0, 0, 0, 0, 0, 0], on)
    scored(owner, "A draft in full", [1] * 8)
    scored(owner, "On its word", [2] * 7 + [0], on, proof=False)
    scored(owner, "Boastful and open", [2, 2, 2, 2, 2, None, None, 0], proof=False)

    response = client.get("/")

    assert table(response) == [
        ("Open and low", "0–2", "Spending risk", "Never"),
        ("Boastful and open", "10–14", "On its word", "Never"),
        ("On its word", "14", "On its word", "14 Mar 2026"),
        ("Low", "1", "Spending risk", "14 Mar 2026"),
        ("Half open", "6–16", "Undecided", "Never"),
        ("A draft in full", "8", "Spending risk", "Never"),
        ("On the line", "10", "Clear", "14 Mar 2026"),
        ("Open and clear", "12–14", "Clear", "Never"),
        ("Clear", "14", "Clear", "14 Mar 2026"),
        ("Not assessed", "Nothing scored", "Not assessed", "Never"),
        ("Nothing scored", "Nothing scored", "Not assessed", "Never"),
    ]
    html = response.content.decode()
    assert (
        html.count(
            "<h1>Three of eleven organizations are below the risk line. Two more are clear only on their word.</h1>"
        )
        == 1
    )
    assert "One is undecided until its open categories are scored. Two have no assessment yet." in html


def test_on_its_word_is_a_bar_from_proven_to_claimed_and_not_among_the_clear(client, owner, day):
    word = scored(owner, "Calder Pharma", [2] * 6 + [0, 0], day(2026, 3, 14), proof=False)
    scored(owner, "Kestrel Logistics", [1] * 8)
    scored(owner, "Wrenfield Foods", None)
    address = re.search(r"/o/(wrenfield-foods-\w{5})/", client.get("/").content.decode())[1]

    html = client.get("/").content.decode()
    axis, bars = html.split('<ol class="spread__cols">')[1].split('<ul class="spread__open">')

    assert '<li class="is-word from-0 to-12">' in bars
    assert "0 proven, 12 claimed" in bars
    assert f'/o/{word.slug}/"' not in axis
    assert f'Not assessed: <a href="/o/{address}/">Wrenfield Foods</a>' in html
    assert '<td class="cell cell--claim">2<small>0</small><span class="vh"> proven</span></td>' in html
    assert '<td class="heat__total">0</td>' in html


@pytest.mark.parametrize(
    ("verdict", "found"),
    [
        ("risk", ["Low"]),
        ("word", ["On its word"]),
        ("open", ["Half open"]),
        ("clear", ["Clear"]),
        ("none", ["Nothing scored", "Unknown"]),
        ("", ["Clear", "Half open", "Low", "Nothing scored", "On its word", "Unknown"]),
        ("safe", ["Clear", "Half open", "Low", "Nothing scored", "On its word", "Unknown"]),
        ("\x00", ["Clear", "Half open", "Low", "Nothing scored", "On its word", "Unknown"]),
    ],
)
def test_a_verdict_filters_the_list(client, owner, verdict, found):
    scored(owner, "Low", [1] * 8)
    scored(owner, "On its word", [2] * 8, proof=False)
    scored(owner, "Half open", [2, 2, 2, None, None, None, None, None])
    scored(owner, "Clear", [2] * 8)
    scored(owner, "Nothing scored", [None] * 8)
    scored(owner, "Unknown", None)

    response = client.get("/", {"v": verdict})

    assert sorted(names(response)) == found
    html = response.content.decode()
    chips = re.findall(r'name="v" value="(\w*)"( checked)?>([^<]*) <b>(\d+)</b>', html)
    assert [(value, words, int(number)) for value, _, words, number in chips] == [
        ("", "All", 6),
        ("risk", "Spending risk", 1),
        ("word", "On its word", 1),
        ("open", "Undecided", 1),
        ("clear", "Clear", 1),
        ("none", "Not assessed", 2),
    ]
    assert [value for value, checked, *_ in chips if checked] == [verdict if len(found) < 6 else ""]


def test_a_verdict_nobody_has_says_so(client, owner):
    scored(owner, "Low", [1] * 8)

    html = client.get("/?v=clear").content.decode()

    assert "No organization has this verdict." in html
    assert "orgtable" not in html


def test_the_next_page_keeps_search_and_verdict(client, owner):
    many(owner, 120)

    html = client.get("/?v=risk&q=client").content.decode()

    assert 'rel="next" href="?q=client&amp;v=risk&amp;after=' in html


def test_equal_scores_stand_in_the_order_of_their_names(client, owner):
    for name in ("Larkfield", "calder", "Dunmore"):
        scored(owner, name, [1] * 8)

    assert names(client.get("/")) == ["calder", "Dunmore", "Larkfield"]


def test_the_last_sign_off_counts_and_a_draft_beside_it_does_not(client, owner, day):
    organization = scored(owner, "Kestrel", [0] * 8, day(2025, 1, 10))
    second = make_scorecard(organization, levels=[2] * 8)

    assert table(client.get("/")) == [("Kestrel", "0", "Spending risk", "10 Jan 2025")]

    services.sign_off(second, actor=owner, digest=services.answers_digest(second), at=day(2026, 1, 12))
    assert table(client.get("/")) == [("Kestrel", "16", "Clear", "12 Jan 2026")]


def test_the_order_and_the_shown_score_are_those_of_the_same_scorecard(client, owner, day):
    """The database sorts and Python scores: on an organization with a history both must take the same scorecard."""
    back_dated = scored(owner, "Back-dated", [0] * 8, day(2026, 5, 1))
    older = make_scorecard(back_dated, levels=[None] * 8)
    services.sign_off(older, actor=owner, digest=services.answers_digest(older), at=day(2025, 5, 1))
    scored(owner, "Other", [1, 0, 0, 0, 0, 0, 0, 0], day(2026, 1, 1))
    make_scorecard(back_dated, levels=[2] * 8)

    response = client.get("/")

    assert [row[:2] for row in table(response)] == [("Back-dated", "0"), ("Other", "1")]
    for row in response.context["rows"]:
        found = latest_scorecards([row.organization])[row.organization.pk]
        assert row.kept.counted_id == found.scorecard.pk
        result = found.result
        totals = (result.proven_total, result.total, result.high)
        assert (row.kept.proven, row.kept.claimed, row.kept.highest) == totals
        assert row.flag == result.verdict.value


def test_a_portfolio_never_shows_what_belongs_to_somebody_else(client, owner):
    mine = scored(owner, "Mine", [1] * 8)
    make_membership(mine, make_user(), role=Role.OWNER)
    theirs = scored(make_user(), "Theirs", [0] * 8)
    make_membership(theirs, make_user(), role=Role.VIEWER)
    left = scored(owner, "Left behind", [0] * 8)
    left.memberships.all().delete()

    for url in ("/", "/?q=the", "/?q=left", "/?q=", "/?page=2"):
        html = client.get(url).content.decode()
        assert "Theirs" not in html
        assert "Left behind" not in html
    assert client.get("/").content.decode().count("One organization, and it is below the risk line.") == 1


def test_an_organization_with_several_members_and_scorecards_stands_on_the_list_once(client, owner, day):
    organization = scored(owner, "Kestrel", [1] * 8, day(2025, 1, 1))
    make_scorecard(organization, signed_off_at=day(2025, 6, 1))
    make_scorecard(organization)
    for _ in range(3):
        make_membership(organization)

    response = client.get("/")

    assert names(response) == ["Kestrel"]
    assert response.context["count"] == "1"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_every_member_sees_it_whatever_the_role(client, owner, role):
    make_membership(make_organization(name="Shared"), owner, role=role)

    assert names(client.get("/")) == ["Shared"]


def counts(total, at_risk=0, clear=0, undetermined=0, on_its_word=0):
    return PortfolioCounts(total, at_risk=at_risk, clear=clear, undetermined=undetermined, on_its_word=on_its_word)


@pytest.mark.parametrize(
    ("numbers", "sentence", "rest"),
    [
        (counts(1), "One organization, and nothing is scored yet.", ""),
        (counts(1, at_risk=1), "One organization, and it is below the risk line.", ""),
        (counts(1, clear=1), "One organization, and it is clear of the risk line.", ""),
        (counts(1, undetermined=1), "One organization, and it is undecided.", ""),
        (counts(1, on_its_word=1), "One organization, and it is clear only on its word.", ""),
        (counts(2, clear=2), "Both organizations are clear of the risk line.", ""),
        (counts(2), "No organization is assessed yet.", "Two have no assessment yet."),
        (
            counts(2, undetermined=2),
            "No organization is decided yet.",
            "Two are undecided until their open categories are scored.",
        ),
        (
            counts(3, clear=1),
            "One of three organizations is clear of the risk line.",
            "Two have no assessment yet.",
        ),
        (counts(2, on_its_word=2), "Both organizations are clear only on their word.", ""),
        (counts(4, clear=3, on_its_word=1), "One of four organizations is clear only on its word.", ""),
        (
            counts(12, at_risk=4, on_its_word=3, undetermined=2, clear=2),
            "Four of twelve organizations are below the risk line. Three more are clear only on their word.",
            "Two are undecided until their open categories are scored. One has no assessment yet.",
        ),
        (
            counts(2, at_risk=1, on_its_word=1),
            "One of two organizations is below the risk line. One more is clear only on its word.",
            "",
        ),
        (counts(2, at_risk=2), "Both organizations are below the risk line.", ""),
        (counts(2, at_risk=1, clear=1), "One of two organizations is below the risk line.", ""),
        (
            counts(3, at_risk=1, undetermined=1),
            "One of three organizations is below the risk line.",
            "One is undecided until its open categories are scored. One has no assessment yet.",
        ),
        (counts(6, at_risk=6), "All six organizations are below the risk line.", ""),
        (
            counts(12, at_risk=11, undetermined=1),
            "Eleven of twelve organizations are below the risk line.",
            "One is undecided until its open categories are scored.",
        ),
        (
            counts(200, at_risk=13, clear=150, undetermined=17),
            "Thirteen of 200 organizations are below the risk line.",
            "17 are undecided until their open categories are scored. 20 have no assessment yet.",
        ),
        (counts(13, at_risk=13), "All thirteen organizations are below the risk line.", ""),
    ],
)
def test_the_headline_says_how_many_are_below_the_line(numbers, sentence, rest):
    assert (headline(numbers), detail(numbers)) == (sentence, rest)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("kestrel", ["Kestrel Logistics"]),
        ("  LOGIS ", ["Kestrel Logistics"]),
        ("e", ["Kestrel Logistics", "Larkfield & Söhne <b>", "100% Media_House"]),
        ("& Söhne <b>", ["Larkfield & Söhne <b>"]),
        ("%", ["100% Media_House"]),
        ("_", ["100% Media_House"]),
        ("日本", ["株式会社日本"]),
        ("", ["Kestrel Logistics", "Larkfield & Söhne <b>", "100% Media_House", "株式会社日本"]),
        ("   ", ["Kestrel Logistics", "Larkfield & Söhne <b>", "100% Media_House", "株式会社日本"]),
        ("kes\x00trel", ["Kestrel Logistics"]),
    ],
)
def test_a_search_finds_part_of_a_name(client, owner, search, found):
    for name in ("Kestrel Logistics", "Larkfield & Söhne <b>", "100% Media_House", "株式会社日本"):
        make_organization(owner=owner, name=name)

    assert set(names(client.get("/", {"q": search}))) == set(found)


@pytest.mark.parametrize(
    "search", ["nothing like it", "' OR 1=1 --", "\\", "<script>alert(1)</script>", "x" * 5000, "🚀", "\ud800"]
)
def test_a_search_that_finds_nothing_says_so_and_shows_it_as_text(client, owner, search):
    make_organization(owner=owner, name="Kestrel Logistics")

    response = client.get("/", {"q": search.encode(errors="surrogatepass")})

    html = response.content.decode()
    assert response.status_code == 200
    assert "No organization is found by “" in html
    assert "Kestrel" not in html
    assert "<script>alert" not in html
    assert 'href="/">Show all</a>' in html


def test_a_search_keeps_the_headline_of_the_whole_portfolio(client, owner):
    scored(owner, "Kestrel", [0] * 8)
    scored(owner, "Larkfield", [2] * 8)

    html = client.get("/?q=lark").content.decode()

    assert "One of two organizations is below the risk line." in html
    assert "1 of 2 found" in html


def many(owner, number):
    """That many organizations, each with a scorecard whose claimed total is from 1 to 16."""
    from assessments import framework
    from assessments.models import Membership, Organization, Response, Scorecard

    content = framework.load(version="2026.1")
    organizations = Organization.objects.bulk_create(
        Organization(name=f"Client {n:03}", slug=f"client-{n:03}", created_by=owner) for n in range(number)
    )
    Membership.objects.bulk_create(Membership(organization=o, user=owner, role=Role.OWNER) for o in organizations)
    scorecards = Scorecard.objects.bulk_create(
        Scorecard(organization=o, title="Q1", framework_key=content.key, framework_version=content.version)
        for o in organizations
    )
    Response.objects.bulk_create(
        Response(scorecard=s, category_key=key, level=min(2, max(0, 1 + n % 16 - 2 * place)))
        for n, s in enumerate(scorecards)
        for place, key in enumerate(content.category_keys)
    )
    standings.refresh()


def link(response, rel):
    """The address of the next or the previous page, if there is one."""
    found = re.search(rf'rel="{rel}" href="([^"#]*)', response.content.decode())
    return "/" + unescape(found[1]) if found else ""


def test_fifty_one_organizations_take_two_pages(client, owner):
    many(owner, 51)

    first = client.get("/")
    second = client.get(link(first, "next"))

    assert (len(names(first)), len(names(second))) == (50, 1)
    assert [int(row[1]) for row in [*table(first), *table(second)]] == sorted(1 + n % 16 for n in range(51))
    assert (link(first, "prev"), link(second, "next")) == ("", "")
    assert names(client.get(link(second, "prev"))) == names(first)
    assert "51, lowest proven score first" in first.content.decode()


def test_fifty_organizations_take_one_page(client, owner):
    many(owner, 50)

    assert 'aria-label="Pages"' not in client.get("/").content.decode()


@pytest.mark.parametrize("sort", [*ORDERS, *(f"-{key}" for key in ORDERS)])
def test_every_order_walks_forwards_and_backwards_over_the_same_rows(client, owner, sort):
    many(owner, 120)
    for number, organization in enumerate(owner.memberships.order_by("pk")[:70]):
        values = {"signed_off_at": f"2026-01-{1 + number % 20:02}T00:00Z", "change": number % 7 - 3}
        values |= {"draft_since": values["signed_off_at"], "vendors_since": values["signed_off_at"]}
        days = {name: f"2026-01-{1 + number % 20:02}" for name in ("plan_due_on", "due_on")}
        keys = {"industry_sort": bytes([number % 3]), "lead_sort": bytes([number % 2])}
        OrganizationStanding.objects.filter(pk=organization.organization_id).update(**values, **days, **keys)

    address, walked = f"/?sort={sort}", []
    while address:
        response = client.get(address)
        walked.append(names(response))
        address = link(response, "next")

    assert [len(page) for page in walked] == [50, 50, 20]
    assert len({name for page in walked for name in page}) == 120
    back = [walked[-1]]
    while address := link(response, "prev"):
        response = client.get(address)
        back.insert(0, names(response))
    assert back == walked
    column = ORDERS[sort.removeprefix("-")].column
    values = [
        getattr(OrganizationStanding.objects.get(organization__name=name), column) for page in walked for name in page
    ]
    known = [bytes(value) if isinstance(value, memoryview) else value for value in values if value is not None]
    assert known == sorted(known, reverse=sort.startswith("-"))
    assert values[len(known) :] == [None] * (120 - len(known))  # what is not known stands last, both ways


@pytest.mark.parametrize("key", ["x", "", "bm8", "W10", "bnVsbA", "9" * 10_000, "%00", "=" * 9, "WzEsMiwzLDQsNSw2XQ"])
def test_a_page_key_that_is_none_leads_to_the_first_page_and_says_so(client, owner, key):
    many(owner, 51)

    for name in ("after", "before"):
        response = client.get("/", {name: key})

        assert names(response) == names(client.get("/"))
        assert (OTHER_VIEW in response.content.decode()) == bool(key)


def test_a_page_key_of_another_view_is_none_of_this_one(client, owner):
    many(owner, 51)
    key = client.get("/").context["page"].next

    for address in (f"/?sort=name&after={key}", f"/?v=risk&after={key}", f"/?q=client&after={key}"):
        assert OTHER_VIEW in client.get(address).content.decode()
    assert OTHER_VIEW not in client.get(f"/?columns=score,verdict,signed&after={key}").content.decode()


def test_the_order_of_an_unknown_column_is_the_usual_one_and_says_so(client, owner):
    scored(owner, "Kestrel", [1] * 8)

    html = client.get("/?sort=password").content.decode()

    assert "The list cannot be sorted by that, so the lowest proven score stands first." in html


def test_headings_sort_by_link_and_a_second_time_the_other_way(client, owner):
    scored(owner, "Kestrel", [1] * 8)

    html = client.get("/?v=risk").content.decode()
    assert 'aria-sort="none"><a class="sortable" href="?v=risk&amp;sort=signed#list-h">Signed off' in html
    assert 'aria-sort="ascending"><a class="sortable" href="?v=risk&amp;sort=-score#list-h">Score' in html

    html = client.get("/?v=risk&sort=-signed").content.decode()
    assert 'aria-sort="descending"><a class="sortable" href="?v=risk&amp;sort=signed#list-h">Signed off' in html


def test_the_list_takes_the_same_queries_for_one_and_three_and_two_hundred_organizations(client, owner, queries, day):
    scored(owner, "First", [1] * 8, day(2026, 1, 1))
    assert queries("/") == QUERIES

    scored(owner, "Second", [2] * 8)
    scored(owner, "Third", None)
    assert queries("/") == QUERIES

    many(owner, 197)
    assert queries("/") == QUERIES - 1
    assert queries("/?q=client&sort=-signed") == QUERIES + 1
    assert queries("/?v=risk") == QUERIES


def test_a_first_run_shows_the_first_step(client, owner):
    response = client.get("/")

    html = response.content.decode()
    assert response.status_code == 200
    assert "<h1>Nothing is scored yet.</h1>" in html
    assert f'action="{reverse("organization_create")}" method="post"' in html
    assert 'id="q"' not in html


def test_the_form_of_the_first_step_is_all_it_takes(client, owner):
    html = client.get("/").content.decode()
    form = re.search(r'<form class="fields" action="/organizations/new".*?</form>', html, re.S)[0]
    hidden = {
        re.search(r'name="([^"]+)"', tag)[1]: re.search(r'value="([^"]*)"', tag)[1]
        for tag in re.findall(r'<input type="hidden"[^>]*>', form)
    }

    response = client.post("/organizations/new", {**hidden, "name": "Kestrel"})

    assert response["Location"].startswith("/o/kestrel-")
    assert names(client.get("/")) == ["Kestrel"]


def test_names_are_shown_as_text_never_as_markup(client, owner):
    scored(owner, "<img src=x onerror=alert(1)>", [1] * 8)
    scored(owner, "Kestrel", [1] * 8)

    html = client.get("/").content.decode()

    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
