"""Every page of the administration loads, shows what it is for, and asks the database the same number of times."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.admin import site
from django.contrib.auth.models import Group
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.administration.models import ListColumns
from assessments.administration.site import ScorecardAdminSite
from assessments.models import (
    AuditEvent,
    Membership,
    Organization,
    Role,
    Scorecard,
    Team,
    TeamGrant,
    TeamMembership,
    User,
)
from assessments.organizations import invitations
from assessments.organizations.tokens import services as tokens
from assessments.scorecards.models import Response
from tests.factories import make_membership, make_organization, make_scorecard, make_user

pytestmark = pytest.mark.django_db

LISTS = (
    *("user", "team", "organization", "invitation", "accesstoken", "auditevent"),
    *("membership", "teammembership", "teamgrant"),
)

COLUMNED = tuple(model for model in LISTS if model != "auditevent")


def url(model, action, *args):
    return reverse(f"admin:assessments_{model}_{action}", args=args)


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def superuser(client):
    user = make_user(name="Sam Okafor", email="sam@example.com", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def populate(number, first=0):
    """Organizations, each with a member, a team that it is granted to, an invitation and a signed-off scorecard."""
    for n in range(first, first + number):
        organization = make_organization(name=f"Client {n:03}")
        team = Team.objects.create(name=f"Team {n:03}")
        member = make_user(name=f"Member {n:03}")
        TeamMembership.objects.create(team=team, user=member)
        TeamGrant.objects.create(team=team, organization=organization, role=Role.EDITOR)
        make_membership(organization, member)
        invitations.invite(
            organization, email=f"new-{n}@example.com", role=Role.VIEWER, actor=member, base_url="http://testserver"
        )
        make_scorecard(organization, levels=[1] * 8, signed_off_at=timezone.now())
        tokens.make_personal(member, name=f"Client {n:03}", scope="read", expires_in=None)


def count_queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200
    return len(queries)


def test_the_site_is_the_product_s_own():
    assert isinstance(site._wrapped, ScorecardAdminSite)
    assert "account" not in {model._meta.app_label for model in site._registry}


def test_signed_out_staff_are_sent_to_the_product_s_sign_in(client):
    response = client.get(reverse("admin:index"), follow=True)

    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_a_person_who_is_not_staff_gets_no_administration(client):
    client.force_login(make_user())

    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_the_index_is_grouped_by_job(client, superuser):
    response = client.get(reverse("admin:index"))

    groups = {group["name"]: [model["name"] for model in group["models"]] for group in response.context["app_list"]}
    assert groups == {
        "People and access": ["People", "Teams", "Invitations", "Tokens", "Groups of the provider", "Staff groups"],
        "Organizations": ["Organizations", "Frameworks", "Webhooks"],
        "Records": ["Activity", "Mails"],
        "Work under way": ["Queue"],
    }
    assert "AI Infrastructure Scorecard" in text(response)
    assert "View site" in text(response)


@pytest.mark.parametrize("model", COLUMNED)
def test_every_list_loads_searches_and_exports(client, superuser, model):
    populate(1)
    assert client.get(url(model, "changelist")).status_code == 200
    assert client.get(url(model, "changelist"), {"q": "Client"}).status_code == 200

    pks = list(site.get_model_admin(_model(model)).model.objects.values_list("pk", flat=True))
    response = client.post(url(model, "changelist"), {"action": "export_csv", "index": 0, "_selected_action": pks})

    lines = b"".join(response.streaming_content).decode().splitlines()
    assert response["Content-Type"].startswith("text/csv")
    assert len(lines) == 1 + len(pks)


@pytest.mark.parametrize("model", COLUMNED)
def test_every_list_is_sorted_by_each_of_its_columns(client, superuser, model):
    populate(1)

    for number in range(1, len(site.get_model_admin(_model(model)).list_display) + 1):
        assert client.get(url(model, "changelist"), {"o": f"-{number}"}).status_code == 200, number


@pytest.mark.parametrize("model", LISTS)
def test_every_row_s_page_loads(client, superuser, model):
    populate(1)
    row = _model(model).objects.first()

    for page in ("change", "history"):
        assert client.get(url(model, page, row.pk)).status_code == 200


@pytest.mark.parametrize("model", COLUMNED)
def test_the_columns_of_every_list_are_chosen_and_kept_for_one_person(client, superuser, model):
    populate(1)
    admin = site.get_model_admin(_model(model))
    first, second, *others = admin.list_display

    response = client.post(url(model, "columns"), {"column": [second, "nonsense"], "narrowed": "q=Client&o=3\r\n"})

    assert response.url == url(model, "changelist") + "?q=Client"
    shown = client.get(url(model, "changelist")).context["cl"].list_display
    assert [name for name in shown if name != "action_checkbox"] == [first, second]
    client.force_login(make_user(is_staff=True, is_superuser=True))
    assert client.get(url(model, "changelist")).context["cl"].list_display[-1] == (others or [second])[-1]


def test_without_any_tick_all_columns_are_shown_again(client, superuser):
    client.post(url("team", "columns"), {"column": ["member_count"]})
    client.post(url("team", "columns"), {})

    assert "created_on" in client.get(url("team", "changelist")).context["cl"].list_display
    assert not ListColumns.objects.exists()


def test_a_choice_of_columns_that_are_gone_is_none(client, superuser):
    ListColumns.objects.create(user=superuser, listing="team", columns="gone,name")

    assert "created_on" in client.get(url("team", "changelist")).context["cl"].list_display


def test_a_cell_has_its_column_s_name_and_the_whole_text(client, superuser):
    Team.objects.create(name='<b>"Night" & day</b>')

    page = client.get(url("team", "changelist")).content.decode()

    assert 'title="&lt;b&gt;&quot;Night&quot; &amp; day&lt;/b&gt;"' in page
    assert re.search(
        r'<td role="cell" class="field-member_count" data-label="Members"><div class="cut" title="0">0</div></td>', page
    )


@pytest.mark.parametrize("model", ["user", "team", "organization"])
def test_every_add_page_loads(client, superuser, model):
    assert client.get(url(model, "add")).status_code == 200


def test_groups_offer_what_can_be_done_here_and_nothing_technical(client, superuser):
    response = client.get(reverse("admin:auth_group_add"))

    assert "Can change team" in text(response)
    assert "session" not in text(response)
    assert (
        client.get(reverse("admin:auth_group_change", args=[Group.objects.create(name="Desk").pk])).status_code == 200
    )


@pytest.mark.parametrize("page", [*LISTS, "index"])
def test_pages_need_neither_inline_styles_nor_inline_scripts(client, superuser, page):
    populate(1)
    address = reverse("admin:index") if page == "index" else url(page, "changelist")
    markup = client.get(address).content.decode()
    if page in ("user", "team", "organization"):
        markup += client.get(url(page, "change", _model(page).objects.first().pk)).content.decode()

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", markup)
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", markup)


def test_the_accent_of_the_administration_is_the_token_s():
    sheets = [Path(finders.find(f"css/{name}.css")).read_text() for name in ("tokens", "admin")]
    accents = {re.search(r"--accent:\s*(.+);", sheet)[1] for sheet in sheets}

    assert len(accents) == 1


def test_a_list_of_organizations_says_where_each_stands(client, superuser):
    decided = make_organization(name="Decided", industry="Banking", owner=make_user(name="Ada"))
    make_scorecard(decided, levels=[1] * 8, signed_off_at=timezone.now())
    make_scorecard(make_organization(name="Open"), levels=[2, 2, 2])
    make_organization(name="Empty")
    team = Team.objects.create(name="North")
    TeamGrant.objects.create(team=team, organization=decided)

    page = text(client.get(url("organization", "changelist")))

    assert "8 of 16 Spending risk" in page
    assert "6 to 16 of 16 Undecided" in page
    assert re.search(r"Decided Banking Cloud 8 of 16 Spending risk \d+ \w+ \d{4} 1 North", page)
    assert re.search(r"Empty – Cloud – – \d+ \w+ \d{4} 1 –", page)


def test_last_activity_is_the_newest_of_what_is_known(client, superuser):
    organization = make_organization(name="Old")
    make_scorecard(organization, levels=[1] * 3)
    long_ago, recent = (timezone.now() - timezone.timedelta(days=days) for days in (400, 40))
    Organization.objects.update(created_at=long_ago)
    AuditEvent.objects.update(at=long_ago)
    Response.objects.update(updated_at=recent)

    assert f"{recent:%-d %b %Y}" in text(client.get(url("organization", "changelist")))

    newest = timezone.now() - timezone.timedelta(days=20)
    AuditEvent.objects.update(at=newest)
    assert f"{newest:%-d %b %Y}" in text(client.get(url("organization", "changelist")))


def test_a_list_of_people_names_teams_organizations_and_state(client, superuser):
    ada = make_user(name="Ada", email="ada@example.com", is_active=False)
    for name in ("North", "South", "West"):
        TeamMembership.objects.create(team=Team.objects.create(name=name), user=ada)
    make_membership(make_organization(name="Kestrel"), ada)
    gone = make_organization(name="Gone")
    make_membership(gone, ada)
    Organization.objects.filter(pk=gone.pk).update(deleted_at=timezone.now())

    page = text(client.get(url("user", "changelist")))

    assert re.search(r"Ada ada@example.com North, South and 1 more Kestrel Never (Off )?Switched off", page)


def test_a_list_of_people_tells_who_has_a_second_factor(client, superuser):
    authenticators = apps.get_model("mfa", "Authenticator").objects
    ada, ben = make_user(name="Ada", email="ada@example.com"), make_user(name="Ben", email="ben@example.com")
    authenticators.create(user=ada, type="totp", data={})
    authenticators.create(user=ben, type="recovery_codes", data={})

    page = text(client.get(url("user", "changelist")))
    assert "ada@example.com – – Never On" in page
    assert "ben@example.com – – Never Off" in page
    assert "ben@example.com" not in text(client.get(url("user", "changelist"), {"two_factor": "on"}))
    assert "ada@example.com" not in text(client.get(url("user", "changelist"), {"two_factor": "off"}))

    chosen = {"action": "turn_off_two_factor", "index": 0, "_selected_action": [ada.pk]}
    client.post(url("user", "changelist"), chosen | {"confirmed": "1", "reason": "lost phone"})
    assert not authenticators.filter(user=ada).exists()
    assert authenticators.filter(user=ben).exists()


def test_filters_of_organizations(client, superuser):
    owned, team = make_organization(name="Owned one"), Team.objects.create(name="North")
    TeamGrant.objects.create(team=team, organization=owned)
    orphan = make_organization(name="Orphan one")
    Membership.objects.filter(organization=orphan).update(role=Role.EDITOR)
    deleted = make_organization(name="Deleted one")
    Organization.objects.filter(pk=deleted.pk).update(deleted_at=timezone.now())

    def found(**query):
        page = text(client.get(url("organization", "changelist"), query))
        return [name for name in ("Owned one", "Orphan one", "Deleted one") if name in page]

    assert found() == ["Owned one", "Orphan one"]
    assert found(deleted="yes") == ["Deleted one"]
    assert found(deleted="all") == ["Owned one", "Orphan one", "Deleted one"]
    assert found(owner="none") == ["Orphan one"]
    assert found(team=team.pk) == ["Owned one"]
    assert found(team="nonsense") == ["Owned one", "Orphan one"]


def test_autocomplete_tells_two_of_one_name_apart_and_hides_the_deleted(client, superuser):
    make_user(name="Ada", email="ada@one.example")
    make_user(name="Ada", email="ada@two.example", is_active=False)
    gone = make_organization(name="Ada Works")
    Organization.objects.filter(pk=gone.pk).update(deleted_at=timezone.now())
    asked = {"app_label": "assessments", "model_name": "membership", "term": "ada"}

    people = client.get(reverse("admin:autocomplete"), {**asked, "field_name": "user"}).json()["results"]
    organizations = client.get(reverse("admin:autocomplete"), {**asked, "field_name": "organization"}).json()["results"]

    assert [row["text"] for row in people] == ["Ada · ada@one.example", "Ada · ada@two.example, switched off"]
    assert organizations == []


# Session and person, then the page's own: literals, the same for 3 and for 30.
QUERIES = {
    "organization": 12,
    "user": 9,
    "team": 7,
    "invitation": 5,
    "accesstoken": 5,
    "webhook": 5,
    "auditevent": 3,
    "membership": 5,
    "teammembership": 5,
    "teamgrant": 5,
}


@pytest.mark.parametrize("model", LISTS)
def test_lists_ask_the_same_number_of_times_at_3_and_at_30(client, superuser, model):
    populate(3)
    assert count_queries(client, url(model, "changelist")) == QUERIES[model]

    populate(27, first=3)
    assert count_queries(client, url(model, "changelist")) == QUERIES[model]


@pytest.mark.parametrize(("model", "queries"), [("organization", 8), ("team", 8), ("user", 12)])
def test_pages_with_rows_inside_ask_the_same_number_of_times_at_1_and_at_30(client, superuser, model, queries):
    organization, team = make_organization(), Team.objects.create(name="North")
    person = make_user()

    def add(number):
        for n in range(number):
            user = make_user()
            make_membership(organization, user)
            TeamMembership.objects.create(team=team, user=user)
            other = make_organization()
            TeamGrant.objects.create(team=team, organization=other)
            another = Team.objects.create(name=f"{number} {n}")
            TeamGrant.objects.create(team=another, organization=organization)
            TeamMembership.objects.create(team=another, user=person)
            make_membership(other, person)

    row = {"organization": organization, "team": team, "user": person}[model]
    add(1)
    assert count_queries(client, url(model, "change", row.pk)) == queries
    add(30)
    assert count_queries(client, url(model, "change", row.pk)) == queries


def test_a_page_shows_the_first_hundred_rows_and_keeps_the_others(client, superuser):
    team = Team.objects.create(name="North")
    creator = make_user()
    Organization.objects.bulk_create(
        Organization(name=f"Client {n:03}", slug=f"c-{n}", created_by=creator) for n in range(230)
    )
    TeamGrant.objects.bulk_create(
        TeamGrant(team=team, organization=organization, role=Role.EDITOR) for organization in Organization.objects.all()
    )
    address = url("team", "change", team.pk)
    response = client.get(address)
    assert "(the first 100 of 230)" in text(response)
    data = _form_data(response)
    assert len(data) < 1000
    data["grants-0-role"], data["grants-1-DELETE"], data["name"] = Role.OWNER, "on", "South"

    assert client.post(address, data).status_code == 302
    assert (team.grants.count(), team.grants.get(organization__name="Client 000").role) == (229, Role.OWNER)


def test_the_big_lists_ask_no_more_at_10_000_organizations_and_people(client, superuser):
    fill(10_000)
    for model in ("organization", "user", "team", "teamgrant", "membership", "teammembership", "auditevent"):
        assert count_queries(client, url(model, "changelist")) == QUERIES[model]
    assert "10000 organizations" in text(client.get(url("organization", "changelist")))


def fill(number):
    """Organizations by the thousand with one team, a scorecard and an entry in the trail each, and as many people."""
    owner = make_user(name="Owner")
    team = Team.objects.create(name="Everywhere")
    Organization.objects.bulk_create(
        Organization(name=f"Client {n:05}", slug=f"client-{n}", created_by=owner) for n in range(number)
    )
    organizations = list(Organization.objects.filter(slug__startswith="client-"))
    User.objects.bulk_create(User(name=f"Person {n:05}", email=f"one-of-many-{n}@example.com") for n in range(number))
    people = User.objects.filter(email__startswith="one-of-many-")
    TeamMembership.objects.bulk_create(TeamMembership(team=team, user=person) for person in people)
    Membership.objects.bulk_create(Membership(organization=o, user=owner, role=Role.OWNER) for o in organizations)
    TeamGrant.objects.bulk_create(TeamGrant(team=team, organization=o, role=Role.EDITOR) for o in organizations)
    AuditEvent.objects.bulk_create(
        AuditEvent(organization=o, actor=owner, actor_name="Owner", action="organization-added") for o in organizations
    )
    User.objects.bulk_create(User(name=f"Person {n:05}", email=f"p{n}@many.example") for n in range(number))
    Scorecard.objects.bulk_create(
        Scorecard(organization=o, title="Q1", framework_key="ai-infrastructure", framework_version="2026.1")
        for o in organizations
    )
    Response.objects.bulk_create(
        Response(scorecard=s, category_key=f"c{n}", level=1)
        for s in Scorecard.objects.filter(organization__in=organizations[:2000])
        for n in range(8)
    )
    return team


def _model(name):
    return next(model for model in site._registry if model._meta.model_name == name)


def _form_data(response):
    """What a browser would send back for a page with rows inside."""
    data = {}
    form = response.context["adminform"].form
    for bound in form:
        data[bound.html_name] = bound.value() if bound.value() is not None else ""
    for inline in response.context["inline_admin_formsets"]:
        formset = inline.formset
        for bound in formset.management_form:
            data[bound.html_name] = bound.value()
        for row in formset.forms:
            for bound in row:
                value = getattr(bound.value(), "pk", bound.value())
                if not bound.field.disabled and bound.name != "DELETE" and value is not None:
                    data[bound.html_name] = value
    return data


def test_a_list_that_is_narrowed_by_team_counts_what_each_choice_has(client, superuser):
    TeamGrant.objects.create(
        team=Team.objects.create(name="Platform"), organization=make_organization(), role=Role.VIEWER
    )

    response = client.get(url("organization", "changelist"), {"_facets": "True"})

    assert response.status_code == 200
    assert "Platform (1)" in " ".join(text(response).split())
