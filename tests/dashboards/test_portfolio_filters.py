"""What the list is narrowed to, the views that people save of it, and what they take along."""

import csv
import io
import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from assessments.dashboards.portfolio import saving
from assessments.dashboards.portfolio.models import PortfolioView
from assessments.dashboards.standings.models import OrganizationStanding
from assessments.models import AuditEvent, Organization, OrganizationTag, VendorReview
from assessments.organizations.models import Role
from tests.factories import (
    make_grant,
    make_membership,
    make_organization,
    make_roadmap,
    make_scorecard,
    make_team,
    make_user,
    make_vendor_review,
)

pytestmark = pytest.mark.django_db


def names(response):
    html = response.content.decode()
    return [
        unescape(name) for name in re.findall(r'<th role="rowheader" scope="row">.*?<a [^>]*>(.*?)</a>', html, re.S)
    ]


@pytest.fixture
def portfolio(owner, day):
    """Four organizations, each with something that tells it from the others."""
    lead = make_user(name="Ruth Øster")
    made = {
        name: make_organization(owner=owner, name=name, **about)
        for name, about in {
            "Aldgate": {"industry": "Financial services", "size_band": "5001+", "hosting_model": "hybrid"},
            "Brightwater": {"industry": "Utilities", "size_band": "51-250", "hosting_model": "colocation"},
            "Calder": {"industry": "Life sciences", "size_band": "51-250", "hosting_model": "cloud"},
            "Dunmore": {"industry": "Health", "size_band": "1-50", "hosting_model": "cloud"},
        }.items()
    }
    old = make_scorecard(made["Aldgate"], levels=[2] * 8, signed_off_at=timezone.now() - timedelta(days=430))
    make_roadmap(old, items=1).items.update(due_on=timezone.localdate() - timedelta(days=3))
    make_scorecard(made["Brightwater"], levels=[1] * 8, signed_off_at=timezone.now() - timedelta(days=200))
    make_scorecard(made["Calder"], levels=[1] * 3 + [None] * 5)
    review = make_vendor_review(made["Brightwater"])
    VendorReview.objects.filter(pk=review.pk).update(submitted_at=timezone.now())
    Organization.objects.filter(pk=made["Calder"].pk).update(lead=lead)
    for name in ("Aldgate", "Calder"):
        OrganizationTag.objects.create(organization=made[name], name="Board 15 Dec")
    OrganizationTag.objects.create(organization=made["Calder"], name="Nordics")
    make_grant(make_team(owner, name="North"), made["Dunmore"], role=Role.VIEWER)
    return made


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("v=risk", ["Brightwater"]),
        ("v=none", ["Dunmore"]),
        ("industry=HEALTH", ["Dunmore"]),
        ("size=51-250", ["Calder", "Brightwater"]),
        ("hosting=cloud", ["Calder", "Dunmore"]),
        ("tag=board+15+dec", ["Calder", "Aldgate"]),
        ("tag=board+15+dec&tag=NORDICS", ["Calder"]),
        ("age=6", ["Brightwater", "Aldgate"]),
        ("age=12", ["Aldgate"]),
        ("draft=1", ["Calder"]),
        ("vendor=1", ["Brightwater"]),
        ("overdue=1", ["Aldgate"]),
        ("q=services", ["Aldgate"]),
        ("q=nordics", ["Calder"]),
        ("q=ruth+oster", ["Calder"]),
        ("q=board+cal", ["Calder"]),
        ("q=board+zebra", []),
        ("size=51-250&age=6&v=risk", ["Brightwater"]),
    ],
)
def test_each_filter_leaves_what_it_says(client, portfolio, query, found):
    assert names(client.get(f"/?{query}")) == found


def test_a_team_and_a_lead_narrow_the_list(client, owner, portfolio):
    team = owner.teams.get()
    lead = portfolio["Calder"].__class__.objects.get(pk=portfolio["Calder"].pk).lead

    assert names(client.get(f"/?team={team.pk}")) == ["Dunmore"]
    assert names(client.get(f"/?lead={lead.pk}")) == ["Calder"]
    assert names(client.get("/?lead=me")) == []


def test_forged_values_narrow_nothing_and_say_so(client, portfolio):
    theirs = make_team(make_user(), name="Theirs")
    make_grant(theirs, portfolio["Aldgate"])

    html = client.get(f"/?team={theirs.pk}&size=huge&hosting=moon&age=99&lead=x'--").content.decode()

    assert html.count('class="notice"') == 5
    assert "You are in no such team, so the list is not narrowed by it." in html
    assert len(names(client.get(f"/?team={theirs.pk}"))) == 4
    assert "Theirs" not in html
    assert names(client.get("/?lead=999999999")) == []
    assert names(client.get("/?tag=somebody+elses")) == []


def test_five_hundred_tags_are_ten(client, portfolio):
    response = client.get("/?" + "&".join(f"tag=t{n}" for n in range(500)))

    assert response.status_code == 200
    assert "The list is narrowed by the first ten tags only." in response.content.decode()


def test_not_assessed_is_never_said_to_be_safe(client, owner):
    for name in ("Aldgate", "Brightwater"):
        make_organization(owner=owner, name=name)

    html = client.get("/").content.decode()

    assert "<h1>No organization is assessed yet.</h1>" in html
    assert "below the risk line" not in html.split("<main")[1].split("</main")[0]
    assert html.count("Not assessed</span>") == 2


def test_of_many_the_rows_are_the_same_as_of_a_few(client, owner, portfolio, monkeypatch):
    """What a person with more organizations is shown is found another way; nobody else's is among it."""
    make_organization(name="Somebody else's")
    left = make_organization(owner=owner, name="Left")
    left.memberships.all().delete()
    addresses = [
        *("/", "/?sort=name", "/?sort=-signed", "/?v=risk", "/?q=board", "/?tag=nordics", "/?overdue=1"),
        f"/?team={owner.teams.get().pk}",
    ]
    few = [names(client.get(address)) for address in addresses]

    monkeypatch.setattr("assessments.dashboards.portfolio.reach.Reach.is_many", property(lambda self: True))

    assert [names(client.get(address)) for address in addresses] == few
    assert "One of more than 500 organizations is below the risk line." in client.get("/").content.decode()


# Saved views and columns


def test_a_view_is_saved_with_its_address_and_opened_again(client, owner, portfolio):
    query = "v=risk&sort=-signed&columns=score,verdict,active"

    response = client.post(
        reverse("portfolio_view_create"), {"name": " December  boards ", "query": query}, follow=True
    )

    assert "The view “December boards” is saved." in response.content.decode()
    view = PortfolioView.objects.get()
    assert (view.user, view.name, view.query) == (
        owner,
        "December boards",
        "v=risk&sort=-signed&columns=score%2Cverdict%2Cactive",
    )
    html = client.get(f"/?{view.query}").content.decode()
    assert 'aria-current="page">December boards</a>' in html
    assert "Last activity" in html.split("<thead")[1].split("</thead")[0]
    assert "Vendors" not in html.split("<thead")[1].split("</thead")[0]


def test_a_view_of_the_same_name_gives_way_and_the_thirty_first_is_refused(client, owner, portfolio):
    saving.save_view(owner, name="Boards", query="v=risk")
    saving.save_view(owner, name="BOARDS", query="v=clear")
    assert [(view.name, view.query) for view in PortfolioView.objects.all()] == [("BOARDS", "v=clear")]
    for number in range(29):
        saving.save_view(owner, name=f"View {number}", query="")

    response = client.post(reverse("portfolio_view_create"), {"name": "One more"}, follow=True)

    assert "You have 30 views already. Remove one first." in response.content.decode()


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "x" * 61])
def test_a_view_without_a_usable_name_is_not_saved(client, portfolio, name):
    client.post(reverse("portfolio_view_create"), {"name": name, "query": "v=risk"})

    assert not PortfolioView.objects.exists()


def test_nothing_but_what_the_list_knows_is_kept_of_a_posted_address(client, owner, portfolio):
    data = {"name": "Odd", "query": "v=risk&next=//evil.example&tag=%00a&after=abc&team=77&sort=nothing\r\nX: y"}

    response = client.post(reverse("portfolio_view_create"), data)

    assert response["Location"] == "/?v=risk&tag=a"
    assert PortfolioView.objects.get().query == "v=risk&tag=a"


def test_a_view_is_removed_by_its_owner_only(client, owner, portfolio):
    mine = saving.save_view(owner, name="Mine", query="")
    theirs = saving.save_view(make_user(), name="Theirs", query="")

    assert client.post(reverse("portfolio_view_delete", args=[theirs.pk])).status_code == 404
    assert client.post(reverse("portfolio_view_delete", args=[mine.pk])).status_code == 302

    assert list(PortfolioView.objects.all()) == [theirs]
    assert "Theirs" not in client.get("/").content.decode()


def test_columns_are_chosen_for_good_and_gone_ones_are_said(client, owner, portfolio):
    client.post(reverse("portfolio_view_choose"), {"column": ["score", "lead"], "query": "v=risk&columns=plan"})

    def heads(address):
        return re.findall(r'class="sortable"[^>]*>([^<]*)', client.get(address).content.decode())

    assert heads("/") == ["Organization", "Score", "Lead"]
    assert heads("/?columns=plan,score") == ["Organization", "Score", "Plan"]
    PortfolioView.objects.update(columns="score,mood,karma")
    assert heads("/") == ["Organization", "Score"]
    assert "Some of its columns are no longer there. The others are shown." in client.get("/").content.decode()
    assert len(heads("/?columns=mood")) == 9


# Export


@pytest.fixture
def hostile(owner):
    organization = make_organization(owner=owner, name='=HYPERLINK("http://evil.example")', industry="+1 & <b>")
    make_scorecard(organization, levels=[2] * 7 + [0], signed_off_at=timezone.now() - timedelta(days=40))
    make_scorecard(organization, levels=[1] * 8, signed_off_at=timezone.now())
    OrganizationTag.objects.create(organization=organization, name="@Nordics, south")
    return organization


def rows_of(response):
    lines = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    return {line["Organization"]: line for line in lines}


def test_the_csv_holds_the_filtered_list_with_numbers_days_and_levels(client, owner, portfolio, hostile):
    rows = rows_of(client.get("/portfolio.csv?v=risk&sort=name"))

    assert set(rows) == {"'" + hostile.name, "Brightwater"}
    row = rows["'" + hostile.name]
    assert (row["Industry"], row["Tags"]) == ("'+1 & <b>", "'@Nordics, south")
    assert (row["Verdict"], row["Proven"], row["Claimed"], row["Out of"]) == ("Spending risk", "8", "8", "16")
    assert (row["Change, proven"], row["Red flags"], row["Months since"]) == ("-6", "3", "0")
    assert row["Signed off"] == timezone.localdate().isoformat()
    assert (row["Cost: claimed"], row["Cost: proven"]) == ("1", "1")
    assert rows["Brightwater"]["Vendors waiting"] == "1"
    assert rows["Brightwater"]["Change, proven"] == ""
    assert AuditEvent.objects.filter(action="list-exported", subject="Portfolio", actor=owner).count() == 1


def test_the_workbook_has_numbers_as_numbers_and_nothing_that_runs(client, owner, portfolio, hostile):
    content = b"".join(client.get("/portfolio.xlsx?sort=name").streaming_content)

    sheet = load_workbook(io.BytesIO(content)).active
    header, *lines = [[cell for cell in row] for row in sheet.iter_rows()]
    place = {cell.value: number for number, cell in enumerate(header)}
    rows = {line[0].value: line for line in lines}
    assert len(rows) == 5
    line = rows[hostile.name]
    assert [cell.data_type for cell in line[:2]] == ["s", "s"]
    assert line[0].quotePrefix
    assert line[place["Change, proven"]].value == -6
    assert line[place["Signed off"]].value.date() == timezone.localdate()
    assert rows["Dunmore"][place["Verdict"]].value == "Not assessed"
    assert rows["Dunmore"][place["Proven"]].value is None


def test_an_export_holds_nothing_of_anybody_else(client, owner, portfolio):
    theirs = make_organization(name="Secret client")
    make_membership(theirs, make_user())

    for address in ("/portfolio.csv", "/portfolio.csv?q=secret"):
        assert "Secret" not in b"".join(client.get(address).streaming_content).decode()


def test_an_export_of_twelve_hundred_rows_holds_each_of_them_once(client, owner):
    from assessments.models import Membership

    made = Organization.objects.bulk_create(
        Organization(name=f"Client {n:04}", slug=f"client-{n}", created_by=owner) for n in range(1200)
    )
    Membership.objects.bulk_create(Membership(organization=o, user=owner, role=Role.OWNER) for o in made)
    assert OrganizationStanding.objects.count() == 1200

    rows = rows_of(client.get("/portfolio.csv"))

    assert list(rows) == [f"Client {n:04}" for n in range(1200)]
    assert "500+, lowest proven score first" in client.get("/").content.decode()
