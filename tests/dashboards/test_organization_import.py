"""Importing organizations: looked at line by line, added all or none, and who may add any at all."""

import io
import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from assessments.dashboards.portfolio.reach import Reach
from assessments.models import AuditEvent, Organization
from assessments.organizations.models import Role
from tests.factories import make_organization, make_team, make_user

pytestmark = pytest.mark.django_db

URL = "/organizations/import"


def look(client, text, name="list.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    return client.post(URL, {"file": SimpleUploadedFile(name, data)})


def confirm(client, response):
    lines = re.search(r'name="lines" value="([^"]*)"', response.content.decode())
    return client.post(URL, {"lines": unescape(lines[1])})


@pytest.fixture
def team(owner):
    return make_team(owner, make_user(name="Ruth Adeyemi", email="ruth@example.com"), name="North")


GOOD = """Name;Industry;Size;Hosting;Lead;Tags;Team;Mood
Tarn Valley Health;Health;51-250;On premises;ruth@example.com;Nordics, public;North;calm
Ferrow Retail;Retail;1 to 50;cloud;me@example.com;;;
"""


def test_a_list_is_looked_at_then_added_with_team_lead_and_tags(client, owner, team):
    owner.email = "me@example.com"
    owner.save()

    response = look(client, GOOD)

    html = response.content.decode()
    assert "Two organizations would be added." in html
    assert "Columns that are not taken: Mood." in html
    assert not Organization.objects.exists()
    assert confirm(client, response)["Location"] == "/"
    first, second = Organization.objects.order_by("pk")
    assert (first.name, first.industry, first.size_band, first.hosting_model) == (
        *("Tarn Valley Health", "Health", "51-250", "on-premises"),
    )
    assert (first.lead.email, [tag.name for tag in first.tags.all()]) == ("ruth@example.com", ["Nordics", "public"])
    assert list(first.team_grants.values_list("team__name", "role")) == [("North", Role.EDITOR)]
    assert (second.lead, second.size_band, second.hosting_model) == (owner, "1-50", "cloud")
    assert AuditEvent.objects.filter(action="organization-added", actor=owner).count() == 2
    assert set(Reach(owner).sample) == {first.pk, second.pk}
    assert set(Reach(first.lead).sample) == {first.pk}


def test_a_workbook_is_read_as_well_and_its_formulas_are_refused(client, owner, team):
    book = Workbook()
    for row in (["Organization", "Sector"], ["Kestrel", "Transport"], ["=1+1", "x"]):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)

    html = look(client, stream.getvalue(), "list.xlsx").content.decode()

    assert "One line of 2 cannot be taken." in html
    assert 'name="lines"' not in html


def test_a_superuser_names_any_team_and_its_people(client, team):
    boss = make_user(is_superuser=True)
    client.force_login(boss)

    confirm(client, look(client, "Name,Lead,Team\nTarn,ruth@example.com,North\n"))
    nowhere = look(client, "Name,Team\nOtter,Nowhere\n")

    made = Organization.objects.get()
    assert (made.lead.email, [grant.team for grant in made.team_grants.all()]) == ("ruth@example.com", [team])
    assert "There is no team called “Nowhere”." in nowhere.content.decode()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("Kestrel,,,,,,", "You have an organization of this name already."),
        ("KESTREL,,,,,,", "You have an organization of this name already."),
        ("Otter,,,,,,\nÖtter,,,,,,", "Line 2 has the same name."),
        ("Aldg\u0430te,,,,,,", "“Aldg\u0430te” mixes letters of two alphabets that look alike. Type it anew."),
        ("=cmd|' /C calc'!A0,,,,,,", "The name begins like a formula. Write it as a text."),
        (",Health,,,,,", "It has no name."),
        ("A" * 121 + ",,,,,,", "The name has more than 120 characters."),
        ("Otter,,huge,,,,", "“huge” is no size that is known. There are: 1-50, 51-250, 251-1000, 1001-5000, 5001+."),
        ("Otter,,,moon,,,", "“moon” is no hosting that is known. There are: cloud, colocation, on-premises, hybrid."),
        ("Otter,,,,,,South", "You are in no team called “South”."),
        (
            "Otter,,,,nobody@example.com,,",
            "The lead “nobody@example.com” is nobody in your teams. Give an email address.",
        ),
        ("Otter,,,,ruth@example.com,,", "Ruth Adeyemi could not open it: name a team that both of you are in."),
        (f"Otter,,,,,{';'.join(f't{n}' for n in range(13))},", "Use at most 12 tags. These are 13."),
    ],
)
def test_each_wrong_line_is_told_why_and_nothing_is_added(client, owner, team, line, problem):
    make_organization(owner=owner, name="Kestrel")
    make_team(make_user(), name="South")

    response = look(client, f"Name,Industry,Size,Hosting,Lead,Tags,Team\n{line}\n")

    assert problem in unescape(response.content.decode())
    assert 'name="lines"' not in response.content.decode()
    assert Organization.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "list.csv", "The file is empty."),
        (b"Mood\ncalm\n", "list.csv", "No column is called Name."),
        (b"Name\n\n", "list.csv", "There is no organization below the headings."),
        (b"Name\n" + b"x\n" * 100_000, "list.csv", "The list has more than 500 lines."),
        (b"Name\n" + b"x" * (2 * 1024**2), "list.csv", "The file is larger than 1 MB."),
        (b"PK\x03\x04\x00\x00", "list.csv", "This is neither CSV nor an Excel workbook."),
        (b"nonsense", "list.xlsx", ""),
    ],
)
def test_a_file_that_is_no_such_list_is_refused_in_a_sentence(client, owner, data, name, sentence):
    response = look(client, data, name)

    assert response.status_code == 422
    assert "Nothing was added" in response.content.decode()
    assert sentence in response.content.decode()


def test_lists_of_other_encodings_are_read(client, owner):
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        assert "Ärzte Köln" in look(client, "Name\r\nÄrzte Köln\r\n".encode(encoding)).content.decode()


def test_all_or_none_also_where_a_name_is_taken_meanwhile(client, owner, team):
    owner.email = "me@example.com"
    owner.save()
    response = look(client, GOOD)
    make_organization(owner=owner, name="Ferrow Retail")

    answer = confirm(client, response)

    assert answer.status_code == 422
    assert "Line 3, Ferrow Retail: the name is taken by now. None was added." in answer.content.decode()
    assert [each.name for each in Organization.objects.all()] == ["Ferrow Retail"]


def test_what_somebody_else_looked_at_cannot_be_added(client, owner):
    response = look(client, "Name\nKestrel\n")
    client.force_login(make_user())

    answer = confirm(client, response)

    assert answer.status_code == 422
    assert not Organization.objects.exists()
    assert client.post(URL, {"lines": "forged:abc:def"}).status_code == 422


# Who may add organizations


@pytest.mark.parametrize(
    ("setting", "plain", "in_team", "administrator"),
    [("everyone", 200, 200, 200), ("teams", 403, 200, 200), ("administrators", 403, 403, 200)],
)
def test_the_setting_says_who_may_add(client, settings, setting, plain, in_team, administrator):
    settings.ORGANIZATIONS_ADDED_BY = setting
    member, chief = make_user(), make_user(is_staff=True, is_superuser=True)
    make_team(member)
    for person, status in ((make_user(), plain), (member, in_team), (chief, administrator)):
        client.force_login(person)
        for url in (reverse("organization_create"), URL):
            assert client.get(url, follow=True).status_code == status
        fields = {"name": "K", "hosting_model": "cloud", "currency": "USD", "team": "none"}
        made = client.post(reverse("organization_create"), fields)
        assert made.status_code == (302 if status == 200 else 403)
        home = client.get("/").content.decode()
        assert ('action="/organizations/new"' in home or 'href="/organizations/new"' in home) == (status == 200)


def test_a_team_that_is_named_is_granted_what_is_added_and_no_other_can_be(client, owner, team):
    theirs = make_team(make_user(), name="South")
    data = {"name": "Kestrel", "hosting_model": "cloud", "currency": "USD", "tags": "Nordics; board 15 Dec"}

    assert client.post(reverse("organization_create"), {**data, "team": theirs.pk}).status_code == 422
    unsaid = client.post(reverse("organization_create"), data)
    assert (unsaid.status_code, "Choose a team, or that only you can open it." in unsaid.content.decode()) == (
        422,
        True,
    )
    assert client.post(reverse("organization_create"), {**data, "team": team.pk}).status_code == 302

    organization = Organization.objects.get()
    assert [grant.team for grant in organization.team_grants.all()] == [team]
    assert [tag.name for tag in organization.tags.all()] == ["Nordics", "board 15 Dec"]


def test_the_one_team_is_chosen_already_and_of_several_none_is(client, owner, team):
    def choices(url):
        select = re.search(r'<select name="team".*?</select>', client.get(url).content.decode(), re.S)[0]
        return re.findall(r'<option value="(\w*)"( selected)?>([^<]*)<', select)

    alone = (("none", "", "No team: only you"),)
    for url in ("/", reverse("organization_create")):
        assert choices(url) == [(str(team.pk), "", team.name), *alone]
    south = make_team(owner, name="South")
    for url in ("/", reverse("organization_create")):
        rows = choices(url)
        assert [key for key, _, _ in rows] == ["", *sorted([str(team.pk), str(south.pk)]), "none"]

    client.post(
        reverse("organization_create"), {"name": "Mine", "hosting_model": "cloud", "currency": "USD", "team": "none"}
    )
    assert Organization.objects.get().team_grants.count() == 0


def test_settings_name_the_lead_among_those_who_may_open_it_and_change_the_tags(client, owner):
    organization, other = make_organization(owner=owner, name="Kestrel"), make_user()
    url = reverse("organization_update", args=[organization.slug])
    data = {"name": "Kestrel", "hosting_model": "cloud", "currency": "USD"}

    assert client.post(url, {**data, "lead": other.pk}).status_code == 422
    assert client.post(url, {**data, "lead": owner.pk, "tags": "Nordics, NORDICS,, south"}).status_code == 302
    assert client.post(url, {**data, "lead": owner.pk, "tags": "south"}).status_code == 302

    organization.refresh_from_db()
    assert (organization.lead, [tag.name for tag in organization.tags.all()]) == (owner, ["south"])
    events = AuditEvent.objects.exclude(action="organization-added").order_by("pk")
    assert [(e.action, e.subject, e.old, e.new) for e in events if e.subject in ("Tags", "Lead")] == [
        ("tags-changed", "Tags", "", "Nordics, south"),
        ("organization-changed", "Lead", "", str(owner)),
        ("tags-changed", "Tags", "Nordics, south", "south"),
    ]
