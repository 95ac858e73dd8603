"""What an administrator does to many rows at once, and what ends up in the audit trail and in a spreadsheet."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import AuditEvent, Invitation, Membership, Organization, Role, Team, TeamGrant, User
from assessments.organizations import invitations
from assessments.organizations.granting import grant_team
from assessments.platform.spreadsheets import safe_cell
from tests.efforts import effort
from tests.factories import make_grant, make_membership, make_organization, make_scorecard, make_team, make_user

pytestmark = pytest.mark.django_db

Action = AuditEvent.Action


@pytest.fixture
def superuser(client):
    user = make_user(name="Sam Okafor", email="sam@example.com", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def act(client, model, action, rows, **data):
    """Choose rows and run an action, as the button beside the list does, and say yes to what it asks."""
    address = reverse(f"admin:assessments_{model}_changelist") + data.pop("query", "")
    chosen = {"action": action, "index": 0, "_selected_action": [row.pk for row in rows], "confirmed": len(rows)}
    return client.post(address, chosen | data, follow=True)


def said(response):
    return [str(message) for message in response.context["messages"]]


def csv_lines(response):
    return b"".join(response.streaming_content).decode().lstrip("\ufeff").splitlines()


def test_granting_a_team_asks_first_and_changes_nothing(client, superuser):
    one, two = make_organization(name="One"), make_organization(name="Two")

    response = act(client, "organization", "grant_a_team", [one, two])

    assert "these 2 organizations" in response.content.decode()
    assert not TeamGrant.objects.exists()


def test_granting_a_team_adds_changes_and_says_how_many(client, superuser):
    new, other, same = (make_organization(name=name) for name in ("New", "Other", "Same"))
    team = make_team(name="North")
    make_grant(team, other, role=Role.VIEWER)
    make_grant(team, same, role=Role.EDITOR)
    asked = {"grant": "Grant", "team": team.pk, "role": Role.EDITOR}

    response = act(client, "organization", "grant_a_team", [new, other, same], **asked)

    assert said(response) == ["North, as editor: added to 1 organization, changed in 1, as it was in 1."]
    assert set(team.grants.values_list("organization__name", "role")) == {
        ("New", Role.EDITOR),
        ("Other", Role.EDITOR),
        ("Same", Role.EDITOR),
    }
    recorded = AuditEvent.objects.filter(actor=superuser).exclude(organization=None).order_by("pk")
    assert [(e.organization, e.action, e.subject, e.old, e.new) for e in recorded] == [
        (new, Action.TEAM_GRANTED, "North", "", "editor"),
        (other, Action.TEAM_GRANT_CHANGED, "North", "viewer", "editor"),
    ]


def test_granting_a_team_without_choosing_one_asks_again(client, superuser):
    response = act(client, "organization", "grant_a_team", [make_organization()], grant="Grant", role=Role.EDITOR)

    assert "Choose a team." in response.content.decode()


def test_granting_across_all_pages_respects_the_search(client, superuser):
    make_organization(name="Kestrel")
    make_organization(name="Other")
    team = make_team()
    asked = {"grant": "Grant", "team": team.pk, "role": Role.VIEWER, "select_across": 1, "query": "?q=kestrel"}

    act(client, "organization", "grant_a_team", [Organization.objects.get(name="Kestrel")], **asked)

    assert [grant.organization.name for grant in team.grants.all()] == ["Kestrel"]


def test_granting_leaves_an_organization_its_only_owner(client, superuser):
    organization = make_organization(name="Owned by a team")
    Membership.objects.all().delete()
    team = make_team(make_user())
    make_grant(team, organization, role=Role.OWNER)

    response = act(client, "organization", "grant_a_team", [organization], grant="x", team=team.pk, role=Role.VIEWER)

    assert team.grants.get().role == Role.OWNER
    assert "Left as it was in 1, which nobody else owns: Owned by a team" in said(response)[1]


def test_granting_to_many_takes_no_more_queries_than_to_few():
    actor, team = make_user(), make_team()

    def cost():
        TeamGrant.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            granted = grant_team(team, Organization.objects.all(), role=Role.EDITOR, actor=actor)
        return granted.added, len(queries)

    make_organization()
    assert cost() == (1, 7)
    Organization.objects.bulk_create(Organization(name=f"C {n}", slug=f"c-{n}") for n in range(300))
    added, queries = cost()
    assert (added, queries <= 12) == (301, True)  # SQLite takes rows in smaller portions


def test_a_deleted_organization_is_granted_nothing_and_can_be_restored(client, superuser):
    organization, team = make_organization(name="Gone"), make_team()
    Organization.objects.update(deleted_at=timezone.now())
    assert grant_team(team, Organization.objects.all(), role=Role.EDITOR, actor=superuser).added == 0

    response = act(client, "organization", "restore", [organization], query="?deleted=yes")

    assert said(response) == ["1 organization restored."]
    assert list(Organization.objects.current()) == [organization]
    assert AuditEvent.objects.filter(action=Action.ORGANIZATION_RESTORED, actor=superuser).count() == 1


def test_restoring_under_a_name_taken_meanwhile_says_so(client, superuser):
    owner = make_user()
    gone = make_organization(name="Kestrel", owner=owner)
    Organization.objects.update(deleted_at=timezone.now())
    make_organization(name="Kestrel", owner=owner)

    response = act(client, "organization", "restore", [gone], query="?deleted=yes")

    assert said(response) == [
        "There is another Kestrel by now. Rename that one first.",
        "0 organizations restored.",
    ]


def test_deactivated_people_are_signed_out_and_activated_ones_return(client, superuser):
    ada, browser = make_user(name="Ada", email="ada@example.com"), type(client)()
    browser.force_login(ada)
    assert browser.get(reverse("organization_list")).status_code == 200

    response = act(client, "user", "deactivate", [ada])
    assert said(response) == ["1 person deactivated."]
    assert browser.get(reverse("organization_list")).status_code == 302
    event = AuditEvent.objects.filter(about=ada).get()
    assert (event.actor, event.subject, event.new) == (superuser, "Ada <ada@example.com>", "Can sign in: no")

    act(client, "user", "activate", [ada])
    ada.refresh_from_db()
    assert ada.is_active


@pytest.mark.parametrize("through_team", [False, True])
@pytest.mark.parametrize("is_active", [True, False])
def test_whoever_alone_owns_an_organization_is_not_erased(client, superuser, through_team, is_active):
    ada = make_user(name="Ada", email="ada@example.com", is_active=is_active)
    organization = make_organization(owner=ada, name="Kestrel")
    if through_team:
        organization.memberships.all().delete()
        make_grant(make_team(ada, make_user(is_active=False)), organization, role=Role.OWNER)
    make_membership(organization, role=Role.LEAD)
    url = reverse("admin:assessments_user_delete", args=[ada.pk])

    page, refused = client.get(url), client.post(url)

    assert 'value="Erase Ada"' not in page.content.decode()
    assert reverse("admin:assessments_organization_change", args=[organization.pk]) in page.content.decode()
    sentence = "Ada alone owns Kestrel. Make somebody else an owner first. Nothing was erased."
    assert (refused.status_code, sentence in refused.content.decode()) == (422, True)
    assert User.objects.filter(pk=ada.pk).exists()

    make_membership(organization, role=Role.OWNER)
    assert 'value="Erase Ada"' in client.get(url).content.decode()
    assert said(client.post(url, follow=True)) == ["The person is erased."]


def test_switching_off_the_last_owner_says_what_is_without_one_now(client, superuser):
    ada = make_user(name="Ada", email="ada@example.com")
    make_organization(owner=ada, name="Kestrel")
    make_membership(make_organization(name="Larkfield"), ada, role=Role.OWNER)

    response = act(client, "user", "deactivate", [ada])

    assert said(response) == [
        "Kestrel has no owner now who can sign in. Make somebody else an owner.",
        "1 person deactivated.",
    ]


def test_nobody_deactivates_themselves(client, superuser):
    response = act(client, "user", "deactivate", [superuser])

    superuser.refresh_from_db()
    assert superuser.is_active
    assert said(response) == ["You are still active: nobody can deactivate themselves.", "0 people deactivated."]


def test_an_invitation_is_sent_again_with_a_new_link(client, superuser, django_capture_on_commit_callbacks):
    invitation = _invitation()
    token = invitation.token_sha256

    with django_capture_on_commit_callbacks(execute=True):
        response = act(client, "invitation", "resend", [invitation])

    invitation.refresh_from_db()
    assert said(response) == ["1 invitation sent again."]
    assert invitation.token_sha256 != token
    assert [message.to for message in mail.outbox] == [["new@example.com"]]
    assert "http://testserver/invitations/" in mail.outbox[0].body


def test_an_invitation_is_withdrawn_once(client, superuser):
    invitation = _invitation()

    assert said(act(client, "invitation", "withdraw", [invitation])) == ["1 invitation withdrawn."]
    assert said(act(client, "invitation", "withdraw", [invitation])) == ["0 invitations withdrawn."]
    assert said(act(client, "invitation", "resend", [invitation])) == ["0 invitations sent again."]


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, "waiting"),
        ({"expires_at": timezone.now() - timezone.timedelta(days=1)}, "expired"),
        ({"accepted_at": timezone.now()}, "accepted"),
        ({"withdrawn_at": timezone.now()}, "withdrawn"),
    ],
)
def test_invitations_are_listed_by_state(client, superuser, change, state):
    invitation = _invitation()
    Invitation.objects.filter(pk=invitation.pk).update(**change)

    for asked in ("waiting", "expired", "accepted", "withdrawn"):
        page = client.get(reverse("admin:assessments_invitation_changelist"), {"state": asked}).content.decode()
        assert ("new@example.com" in page) == (asked == state)
    page = client.get(reverse("admin:assessments_invitation_changelist")).content.decode()
    assert f'<div class="cut" title="{state.capitalize()}">' in page


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("Kestrel = good", "Kestrel = good"),
        (None, ""),
        (12, "12"),
    ],
)
def test_a_cell_is_never_a_formula(value, cell):
    assert safe_cell(value) == cell


def test_exported_organizations_say_where_they_stand_and_hide_formulas(client, superuser):
    organization = make_organization(name="=HYPERLINK(1)", industry="@evil")
    make_scorecard(organization, levels=[1] * 7)
    make_organization(name="Not chosen")

    lines = csv_lines(act(client, "organization", "export_csv", [organization]))

    assert len(lines) == 2
    assert lines[1].startswith("'=HYPERLINK(1),'@evil,Cloud,7,7,9,16,Spending risk,")


def test_exported_people_hide_formulas(client, superuser):
    person = make_user(name="=cmd()", email="ada@example.com")
    make_membership(make_organization(name="Kestrel"), person)

    lines = csv_lines(act(client, "user", "export_csv", [person]))

    assert lines[1] == "'=cmd(),ada@example.com,,Kestrel,,off,yes,no,no"
    event = AuditEvent.objects.get(action=Action.LIST_EXPORTED)
    assert (event.actor, event.organization, event.subject) == (superuser, None, "People")


def test_the_audit_trail_is_searched_filtered_and_exported_but_never_changed(client, superuser):
    ada = make_user(name="Ada")
    kestrel = make_organization(name="Kestrel", owner=ada)
    make_organization(name="Other", owner=make_user(name="Ben"))
    event = AuditEvent.objects.filter(organization=kestrel, action=Action.ORGANIZATION_ADDED).get()
    changelist = reverse("admin:assessments_auditevent_changelist")

    def found(**query):
        runs = client.get(changelist, query).context["page"].runs
        return {str(entry.organization) for run in runs for entry in run.entries if entry.organization}

    assert found() == {"Kestrel", "Other"}
    assert found(q="kestrel") == {"Kestrel"}
    assert found(who="Ben") == {"Other"}
    assert found(actor=ada.pk) == {"Kestrel"}
    assert found(action=Action.SIGNED_OFF) == set()
    assert found(organization="kestrel") == found(organization=kestrel.slug) == {"Kestrel"}
    assert found(organization="kest") == set()
    assert found(day=f"{timezone.localdate():%Y-%m-%d}") == {"Kestrel", "Other"}
    assert found(day="2020-02-29") == set()
    assert found(actor="9" * 30, day="x", action="x") == {"Kestrel", "Other"}

    change = reverse("admin:assessments_auditevent_change", args=[event.pk])
    assert client.get(change).status_code == 200
    for address in (change, reverse("admin:assessments_auditevent_add")):
        assert client.post(address, {"subject": "x"}).status_code == 403
    assert client.post(reverse("admin:assessments_auditevent_delete", args=[event.pk])).status_code == 403

    lines = csv_lines(client.get(reverse("admin:assessments_auditevent_export"), {"organization": "Kestrel"}))
    assert lines[0] == "Day (UTC),When (UTC),Who,What,Subject,Organization,Before,After"
    assert [line for line in lines if line.endswith(",Ada,Added the organization,Kestrel,Kestrel,,")]
    assert "Other" not in "".join(lines)
    assert AuditEvent.objects.filter(action=Action.LIST_EXPORTED, subject="Activity", actor=superuser).count() == 1


def test_a_kind_that_is_rare_among_all_is_looked_for_step_by_step(client, superuser, monkeypatch):
    monkeypatch.setattr("assessments.audit.reading.WALKED", 20)
    organization = make_organization()
    now = timezone.now()
    AuditEvent.objects.bulk_create(
        AuditEvent(organization=organization, action=action, actor_name="Tom", at=now + timezone.timedelta(seconds=n))
        for n, action in enumerate(["signed-off", *["invited"] * 30])
    )
    changelist = reverse("admin:assessments_auditevent_changelist")

    first = client.get(changelist, {"action": "signed-off"})
    second = client.get(changelist, {"action": "signed-off", "older": first.context["page"].older})

    assert "Nothing that fits is among the 20 entries that were looked at." in first.content.decode()
    assert [run.words for run in second.context["page"].runs] == ["Signed off"]


def test_changes_made_on_the_pages_are_recorded_under_the_administrator_s_name(client, superuser):
    organization, ada = make_organization(name="Kestrel"), make_user(name="Ada", email="ada@example.com")
    before = AuditEvent.objects.count()
    address = reverse("admin:assessments_organization_change", args=[organization.pk])
    owner = organization.memberships.get()
    data = {
        "name": "Kestrel Group",
        "slug": organization.slug,
        "hosting_model": "cloud",
        "currency": "USD",
        "language": "en",
        "memberships-TOTAL_FORMS": 2,
        "memberships-INITIAL_FORMS": 1,
        "memberships-0-id": owner.pk,
        "memberships-0-organization": organization.pk,
        "memberships-0-role": 20,
        "memberships-1-user": ada.pk,
        "memberships-1-role": 10,
        "memberships-1-organization": organization.pk,
        "team_grants-TOTAL_FORMS": 0,
        "team_grants-INITIAL_FORMS": 0,
    }

    response = client.post(address, data)

    assert response.status_code == 302, response.context["errors"]
    events = AuditEvent.objects.order_by("pk")[before:]
    assert {(e.actor, e.action, e.old, e.new) for e in events} == {
        (superuser, Action.ORGANIZATION_CHANGED, "Kestrel", "Kestrel Group"),
        (superuser, Action.MEMBER_CHANGED, "owner", "editor"),
        (superuser, Action.MEMBER_ADDED, "", "viewer"),
    }
    assert (
        "Ada"
        not in client.get(reverse("admin:assessments_organization_history", args=[organization.pk])).content.decode()
    )


def test_a_page_that_claims_millions_of_rows_is_refused_without_reading_them(client, superuser):
    organization = make_organization(name="Kestrel")
    counts = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 50_000_000}
    data = {"name": "Kestrel Group", **counts, "team_grants-TOTAL_FORMS": 0, "team_grants-INITIAL_FORMS": 0}
    address = reverse("admin:assessments_organization_change", args=[organization.pk])

    assert effort(lambda: client.post(address, data)) < 30
    assert Organization.objects.get().name == "Kestrel"


def test_an_organization_added_here_is_its_administrator_s(client, superuser):
    rows = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    grants = {"team_grants-TOTAL_FORMS": 0, "team_grants-INITIAL_FORMS": 0}
    data = {"name": " New  one ", "slug": "new-one", "hosting_model": "cloud", "currency": "USD", "language": "en"}

    client.post(reverse("admin:assessments_organization_add"), {**data, **rows, **grants})
    again = client.post(reverse("admin:assessments_organization_add"), {**data, "slug": "two", **rows, **grants})

    made = Organization.objects.get()
    assert (made.name, made.created_by) == ("New one", superuser)
    assert AuditEvent.objects.get(organization=made).action == Action.ORGANIZATION_ADDED
    assert "Its creator has another organization of this name" in again.content.decode()


def test_a_team_is_deleted_after_a_question_that_counts(client, superuser):
    team = make_team(make_user(), make_user(), name="North")
    make_grant(team, make_organization())
    address = reverse("admin:assessments_team_delete", args=[team.pk])

    page = client.get(address).content.decode()
    assert "people who lose what it opened: 2" in page.lower()

    client.post(address, {"post": "yes"})
    assert not Team.objects.exists()
    assert AuditEvent.objects.filter(action=Action.TEAM_GRANT_WITHDRAWN, actor=superuser).count() == 1


def test_a_person_added_here_can_sign_in(client, superuser):
    data = {"email": "Ada@Example.com", "name": "Ada", "usable_password": "true"}
    passwords = {"password1": "violet-anchor-42", "password2": "violet-anchor-42"}

    response = client.post(reverse("admin:assessments_user_add"), {**data, **passwords})

    ada = User.objects.get(email="ada@example.com")
    assert response.url == reverse("admin:assessments_user_change", args=[ada.pk])
    assert ada.check_password("violet-anchor-42")
    assert AuditEvent.objects.get(about=ada).new == "Account opened"


def _invitation():
    organization = make_organization(name="Kestrel")
    return invitations.invite(
        organization, email="new@example.com", role=Role.VIEWER, actor=organization.created_by, base_url="http://x"
    )
