"""The portfolio: what is on it, in which order, and what it says."""

import re
from html import unescape

import pytest
from django.urls import reverse

from assessments.dashboards.queries import PortfolioCounts, portfolio
from assessments.dashboards.wording import detail, headline
from assessments.organizations.models import Role
from assessments.scorecards import services, standings
from tests.factories import make_membership, make_organization, make_scorecard, make_user

pytestmark = pytest.mark.django_db

QUERIES = 9


def scored(owner, name, levels, signed_off_at=None, *, proof=True):
    organization = make_organization(owner=owner, name=name)
    if levels is not None:
        make_scorecard(organization, levels=levels, signed_off_at=signed_off_at, proof=proof)
    return organization


def table(response):
    """The cells of the list as a reader sees them: name, score, verdict and date of every row."""
    html = response.content.decode()
    body = re.search(r'<table class="table table--stack orgtable".*?<tbody.*?>(.*?)</tbody>', html, re.S)[1]
    rows = []
    for row in re.findall(r"<tr.*?>(.*?)</tr>", body, re.S):
        cells = dict(re.findall(r'<t[hd] role="\w+" (?:scope="row"|class="(?:num )?(c-\w+)")>(.*?)</t[hd]>', row, re.S))
        name = re.search(r"<a [^>]*>(.*?)</a>", cells[""])[1]
        score = re.search(r'score__n[^>]*>(.*?)</span>|class="muted">(.*?)</span>', cells["c-score"])
        text = [re.sub(r"<[^>]*>", "", cells[key]).strip() for key in ("c-flag", "c-when")]
        rows.append((unescape(name), score[1] or score[2], *text))
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
        ("Open and low", "0–2", "Spending risk", "in progress"),
        ("Boastful and open", "10–14", "On its word", "in progress"),
        ("On its word", "14", "On its word", "Signed off 14 Mar 2026"),
        ("Low", "1", "Spending risk", "Signed off 14 Mar 2026"),
        ("Half open", "6–16", "Undecided", "in progress"),
        ("A draft in full", "8", "Spending risk", "in progress"),
        ("On the line", "10", "Clear", "Signed off 14 Mar 2026"),
        ("Open and clear", "12–14", "Clear", "in progress"),
        ("Clear", "14", "Clear", "Signed off 14 Mar 2026"),
        ("Not assessed", "Nothing scored", "Not assessed", ""),
        ("Nothing scored", "Nothing scored", "Not assessed", ""),
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
    scored(owner, "Lowland Mills", [1] * 8)

    html = client.get("/?v=clear").content.decode()

    assert "No organization has this verdict." in html
    assert "Lowland Mills" not in html.split("<main")[1]


def test_the_next_page_keeps_search_and_verdict(client, owner):
    many(owner, 120)

    html = client.get("/?v=risk&q=client").content.decode()

    assert 'rel="next" href="?q=client&amp;v=risk&amp;page=2"' in html


def test_equal_scores_stand_in_the_order_of_their_names(client, owner):
    for name in ("Larkfield", "calder", "Dunmore"):
        scored(owner, name, [1] * 8)

    assert names(client.get("/")) == ["calder", "Dunmore", "Larkfield"]


def test_the_last_sign_off_counts_and_a_draft_beside_it_does_not(client, owner, day):
    organization = scored(owner, "Kestrel", [0] * 8, day(2025, 1, 10))
    second = make_scorecard(organization, levels=[2] * 8)

    assert table(client.get("/")) == [("Kestrel", "0", "Spending risk", "Signed off 10 Jan 2025")]

    services.sign_off(second, actor=owner, digest=services.answers_digest(second), at=day(2026, 1, 12))
    assert table(client.get("/")) == [("Kestrel", "16", "Clear", "Signed off 12 Jan 2026")]


def test_the_order_and_the_shown_score_are_those_of_the_same_scorecard(client, owner, day):
    """The database sorts and Python scores: on an organization with a history both must take the same scorecard."""
    back_dated = scored(owner, "Back-dated", [0] * 8, day(2026, 5, 1))
    older = make_scorecard(back_dated, levels=[None] * 8)
    services.sign_off(older, actor=owner, digest=services.answers_digest(older), at=day(2025, 5, 1))
    scored(owner, "Other", [1, 0, 0, 0, 0, 0, 0, 0], day(2026, 1, 1))
    make_scorecard(back_dated, levels=[2] * 8)

    response = client.get("/")

    assert [row[:2] for row in table(response)] == [("Back-dated", "0"), ("Other", "1")]
    for organization in portfolio(owner):
        page_row = next(row for row in response.context["rows"] if row.organization == organization)
        assert page_row.scored.scorecard.pk == organization.counts
        result = page_row.scored.result
        assert (result.proven_total, result.total, result.high) == (
            organization.proven,
            organization.claimed,
            organization.highest,
        )
        assert page_row.flag == organization.verdict


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
    assert response.context["page"].paginator.count == 1


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
    assert "No organization is called “" in html
    assert "Kestrel" not in html
    assert "<script>alert" not in html
    assert 'href="/">Show all</a>' in html


def test_a_search_keeps_the_headline_of_the_whole_portfolio(client, owner):
    scored(owner, "Kestrel", [0] * 8)
    scored(owner, "Larkfield", [2] * 8)

    html = client.get("/?q=lark").content.decode()

    assert "One of two organizations is below the risk line." in html
    assert "1 found" in html


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


def test_fifty_one_organizations_take_two_pages(client, owner):
    many(owner, 51)

    first, second = client.get("/"), client.get("/?page=2")

    assert (len(names(first)), len(names(second))) == (50, 1)
    assert len({*names(first), *names(second)}) == 51
    assert [int(row[1]) for row in [*table(first), *table(second)]] == sorted(1 + n % 16 for n in range(51))
    assert 'rel="next" href="?page=2"' in first.content.decode()
    assert 'rel="prev"' not in first.content.decode()
    assert 'rel="prev" href="?page=1"' in second.content.decode()
    assert 'rel="next"' not in second.content.decode()
    assert "Page 2 of 2" in second.content.decode()


def test_fifty_organizations_take_one_page(client, owner):
    many(owner, 50)

    assert 'aria-label="Pages"' not in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("page", "number"), [("0", 2), ("3", 2), ("-1", 2), ("x", 1), ("", 1), ("9" * 30, 2), ("1.5", 1)]
)
def test_a_page_that_is_none_leads_to_one_that_is(client, owner, page, number):
    many(owner, 51)

    assert client.get("/", {"page": page}).context["page"].number == number


def test_the_next_page_of_a_search_keeps_the_search(client, owner):
    many(owner, 51)

    html = client.get("/", {"q": "client"}).content.decode()

    assert 'rel="next" href="?q=client&amp;page=2"' in html
    make_organization(owner=owner, name="Client & Co?")
    assert 'href="?q=%26' not in client.get("/", {"q": "& "}).content.decode()


def test_the_list_takes_the_same_queries_for_one_and_three_and_two_hundred_organizations(client, owner, queries, day):
    scored(owner, "First", [1] * 8, day(2026, 1, 1))
    assert queries("/") == QUERIES

    scored(owner, "Second", [2] * 8)
    scored(owner, "Third", None)
    assert queries("/") == QUERIES

    many(owner, 197)
    assert queries("/") == QUERIES
    assert queries("/?q=client&page=2") == QUERIES
    assert queries("/?v=risk") == QUERIES


def test_a_first_run_shows_the_first_step(client, owner):
    response = client.get("/")

    html = response.content.decode()
    assert response.status_code == 200
    assert "<h1>Nothing is scored yet.</h1>" in html
    assert f'action="{reverse("organization_create")}" method="post"' in html
    assert 'type="search"' not in html


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
