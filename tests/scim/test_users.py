"""People by SCIM: what a directory does to accounts, and what is refused."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from assessments.accounts.models import User
from assessments.audit.models import AuditEvent
from assessments.organizations.models import Membership, Role, TeamMembership
from assessments.organizations.tokens import services as tokens
from assessments.scim.models import DirectoryPerson
from tests.factories import make_grant, make_membership, make_organization, make_team, make_user

pytestmark = pytest.mark.django_db

ADA = {
    "userName": "Ada@Northwind.example",
    "externalId": "a-1",
    "displayName": "Ada Lovelace",
    "name": {"givenName": "Ada", "familyName": "Lovelace"},
    "active": True,
}


def refused(response, status):
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/scim+json"
    told = response.json()
    assert (told["schemas"], told["status"]) == (["urn:ietf:params:scim:api:messages:2.0:Error"], str(status))
    return told["detail"]


def test_an_account_is_opened_without_a_password_and_recorded(directory, settings):
    response = directory.add_user(**ADA, title="Engineer", phoneNumbers=[{"value": "1"}])

    told, ada = response.json(), User.objects.get(email="ada@northwind.example")
    assert (response.status_code, response["Content-Type"]) == (201, "application/scim+json")
    assert response["Location"] == told["meta"]["location"] == f"{settings.SITE_URL}/scim/v2/Users/{ada.pk}"
    assert response["ETag"] == told["meta"]["version"]
    del told["meta"], told["schemas"]
    assert told == {
        "id": str(ada.pk),
        **ADA,
        "emails": [{"value": "ada@northwind.example", "type": "work", "primary": True}],
    }
    assert (ada.name, ada.has_usable_password(), ada.is_staff) == ("Ada Lovelace", False, False)
    assert EmailAddress.objects.get(user=ada).verified
    event = AuditEvent.objects.get(about=ada)
    assert (event.actor_name, event.new) == ("Token Entra", "Account opened by the directory")


@pytest.mark.parametrize(
    ("values", "name", "email"),
    [
        ({"userName": "ada@x.example"}, "", "ada@x.example"),
        ({"userName": "ada", "emails": [{"value": "Ada@x.example"}]}, "", "ada@x.example"),
        (
            {
                "userName": "ada@upn.example",
                "emails": [{"value": "h@x.example", "type": "home"}, {"value": "w@x.example", "type": "work"}],
            },
            "",
            "w@x.example",
        ),
        (
            {
                "userName": "ada@upn.example",
                "emails": [{"value": "w@x.example", "type": "work"}, {"value": "h@x.example", "primary": True}],
            },
            "",
            "h@x.example",
        ),
        (
            {"userName": "a@x.example", "name": {"givenName": "Ada", "familyName": "Lovelace"}},
            "Ada Lovelace",
            "a@x.example",
        ),
        ({"userName": "a@x.example", "name": {"formatted": "Ada L."}}, "Ada L.", "a@x.example"),
    ],
)
def test_the_address_and_the_name_are_found_wherever_they_are_said(directory, values, name, email):
    response = directory.add_user(**values)

    assert response.status_code == 201, response.content
    user = User.objects.get(email=email)
    assert user.name == name
    assert response.json()["userName"] == values["userName"]
    assert directory.find("Users", f'userName eq "{values["userName"].upper()}"')[0]["id"] == str(user.pk)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "Field 'userName' is required"),
        ({"userName": "ada"}, "Send an address that mail reaches"),
        ({"userName": "ada@ex\u0430mple.com"}, "Send an address that mail reaches"),
        ({"userName": "ada", "emails": [{"value": "nowhere"}]}, "'nowhere' is no address that mail reaches."),
        ({"userName": "a" * 255, "emails": [{"value": "a@x.example"}]}, "A userName has 1 to 254 characters."),
        ({"userName": "a@x.example", "active": "perhaps"}, "unable to interpret input"),
        ({"userName": ["a@x.example"]}, "valid string"),
    ],
)
def test_what_makes_no_account_is_refused_in_words(directory, values, sentence):
    count = User.objects.count()

    assert sentence in refused(directory.add_user(**values), 400)
    assert User.objects.count() == count


@pytest.mark.parametrize(
    "values", [{"userName": "tom@x.example"}, {"userName": "other", "emails": [{"value": "TOM@x.example"}]}]
)
def test_an_account_there_is_already_is_not_opened_twice(directory, values):
    make_user(email="tom@x.example")

    response = directory.add_user(**values)

    assert "There is an account with the" in refused(response, 409)
    assert response.json()["scimType"] == "uniqueness"


def test_people_whom_administrators_added_are_found_and_changed(directory):
    tom = make_user(name="Tom", email="tom@x.example")

    (found,) = directory.find("Users", 'userName eq "Tom@X.example"')
    response = directory.patch(f"/Users/{found['id']}", {"op": "add", "path": "externalId", "value": "t-1"})

    assert response.json()["externalId"] == "t-1"
    assert [each["id"] for each in directory.find("Users", 'externalId eq "t-1"')] == [str(tom.pk)]
    assert directory.find("Users", 'externalId eq "T-1"') == []


OFF = [
    {"op": "replace", "path": "active", "value": False},
    {"op": "Replace", "path": "active", "value": "False"},
    {"op": "replace", "value": {"active": False}},
    {"op": "Replace", "value": {"active": "False"}},
    {"op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:active", "value": False},
]


@pytest.mark.parametrize("operation", OFF)
def test_switching_off_ends_sessions_and_tokens_in_every_dialect(directory, operation):
    ada, browser = make_user(email="ada@x.example"), Client()
    browser.post("/accounts/login/", {"login": "ada@x.example", "password": "violet-anchor-42"})
    assert browser.get("/").status_code == 200
    tokens.make_personal(ada, name="Dashboard", scope="read", expires_in=None)

    response = directory.patch(f"/Users/{ada.pk}", operation)

    assert (response.status_code, response.json()["active"]) == (200, False)
    assert not User.objects.get(pk=ada.pk).is_active
    assert not ada.tokens.standing().exists()
    event = AuditEvent.objects.get(about=ada, new="Can sign in: no")
    assert event.actor_name == "Token Entra"
    directory.patch(f"/Users/{ada.pk}", {"op": "replace", "path": "active", "value": True})
    assert User.objects.get(pk=ada.pk).is_active
    assert browser.get("/").status_code == 302


def test_a_rename_is_taken_in_the_dialects_of_okta_and_entra(directory):
    ada = User.objects.get(pk=directory.add_user(**ADA).json()["id"])
    okta = {"op": "replace", "value": {"id": str(ada.pk), "displayName": "Ada King", "name.familyName": "King"}}
    entra = [
        {"op": "Add", "path": "name.givenName", "value": "Augusta"},
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "augusta@northwind.example"},
        {"op": "Add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "R&D"},
        {"op": "Add", "path": 'phoneNumbers[type eq "work"].value', "value": "1"},
    ]

    directory.patch(f"/Users/{ada.pk}", okta)
    told = directory.patch(f"/Users/{ada.pk}", *entra).json()

    ada.refresh_from_db()
    assert (ada.name, ada.email) == ("Ada King", "augusta@northwind.example")
    assert told["name"] == {"givenName": "Augusta", "familyName": "King"}
    assert told["userName"] == "Ada@Northwind.example"
    assert AuditEvent.objects.filter(about=ada, new="Ada King", old="Ada Lovelace").count() == 1


def test_a_name_of_two_parts_goes_on_being_of_two_parts(directory):
    pk = directory.add_user(userName="a@x.example", name={"givenName": "Ada", "familyName": "Byron"}).json()["id"]

    directory.patch(f"/Users/{pk}", {"op": "replace", "path": "name.familyName", "value": "Lovelace"})

    assert User.objects.get(pk=pk).name == "Ada Lovelace"


def test_where_the_name_is_the_address_both_are_renamed(directory, mailoutbox, django_capture_on_commit_callbacks):
    pk = directory.add_user(userName="ada@x.example").json()["id"]

    with django_capture_on_commit_callbacks(execute=True):
        directory.patch(f"/Users/{pk}", {"op": "replace", "path": "userName", "value": "Augusta@x.example"})

    assert User.objects.get(pk=pk).email == "augusta@x.example"
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        (["ada@x.example"], "The address of your account was changed")
    ]


def test_put_keeps_what_it_says_nothing_of(directory):
    ada = make_user(name="Ada Lovelace", email="ada@x.example")

    told = directory.send("PUT", f"/Users/{ada.pk}", {"userName": "ada@x.example", "externalId": "a-1"}).json()

    assert (told["displayName"], told["active"], told["externalId"]) == ("Ada Lovelace", True, "a-1")


def test_deleting_switches_off_and_takes_out_of_sight_and_of_teams(directory):
    ada = make_user(name="Ada", email="ada@x.example")
    make_team(ada, name="Consultants")
    path = f"/Users/{ada.pk}"

    assert directory.send("DELETE", path).status_code == 204

    ada.refresh_from_db()
    assert not ada.is_active
    assert not TeamMembership.objects.exists()
    for method in ("GET", "DELETE"):
        assert refused(directory.send(method, path), 404) == f"There is no user {ada.pk}."
    assert directory.find("Users", 'userName eq "ada@x.example"') == []
    assert AuditEvent.objects.filter(about=ada, new="Deleted by the directory").count() == 1

    again = directory.add_user(userName="ada@x.example", displayName="Ada Lovelace").json()
    assert (again["id"], again["active"]) == (str(ada.pk), True)
    assert User.objects.get(pk=ada.pk).name == "Ada Lovelace"


GONE = [
    lambda directory, path: directory.send("DELETE", path),
    lambda directory, path: directory.patch(path, {"op": "replace", "path": "active", "value": False}),
]


@pytest.mark.parametrize("leave", GONE)
@pytest.mark.parametrize("through_team", [False, True])
def test_the_last_owner_of_an_organization_stays(directory, leave, through_team):
    ada = make_user(email="ada@x.example")
    organization = make_organization(name="Kestrel Logistics", owner=ada)
    if through_team:
        Membership.objects.all().delete()
        make_grant(make_team(ada), organization, role=Role.OWNER)
    make_membership(organization, make_user(is_active=False), role=Role.OWNER)

    sentence = refused(leave(directory, f"/Users/{ada.pk}"), 409)

    assert sentence == "Someone must own Kestrel Logistics. Make another person an owner there first."
    assert User.objects.get(pk=ada.pk).is_active
    assert not AuditEvent.objects.filter(new="Can sign in: no").exists()
    make_membership(organization, role=Role.OWNER)
    assert leave(directory, f"/Users/{ada.pk}").status_code in (200, 204)


@pytest.mark.parametrize("leave", GONE)
def test_the_last_administrator_stays(directory, boss, leave):
    make_user(is_superuser=True, is_active=False)

    assert "This is the last administrator who can sign in." in refused(leave(directory, f"/Users/{boss.pk}"), 409)
    assert User.objects.get(pk=boss.pk).is_active
    make_user(is_superuser=True)
    assert leave(directory, f"/Users/{boss.pk}").status_code in (200, 204)


def test_the_address_of_staff_is_not_the_directory_s_to_change(directory, boss):
    response = directory.patch(
        f"/Users/{boss.pk}", {"op": "replace", "path": "emails", "value": [{"value": "x@x.example"}]}
    )

    assert "Their address is changed there, by a superuser" in refused(response, 403)
    assert User.objects.get(pk=boss.pk).email == "sam@example.com"
    assert not DirectoryPerson.objects.exists()


def test_two_who_change_a_person_do_not_undo_each_other(directory):
    ada = make_user(name="Ada", email="ada@x.example")
    path = f"/Users/{ada.pk}"
    read = directory.get(path)["ETag"]
    assert directory.get(path, If_None_Match=read).status_code == 304
    User.objects.filter(pk=ada.pk).update(name="Ada Lovelace")  # in the administration

    change = {"op": "replace", "path": "displayName", "value": "Ada King"}
    assert "This was changed since you read it." in refused(directory.patch(path, change, If_Match=read), 412)
    assert User.objects.get(pk=ada.pk).name == "Ada Lovelace"
    now = directory.get(path)["ETag"]
    assert directory.patch(path, change, If_Match=now).status_code == 200
    assert directory.send("DELETE", path, If_Match=now).status_code == 412


def test_a_name_that_is_longer_in_lower_case_is_refused_in_words(directory):
    response = directory.add_user(userName="İ" * 254, emails=[{"value": "ada@x.example"}])

    assert refused(response, 400) == "A userName has 1 to 254 characters."


def test_machines_are_nobody(directory):
    machine = User.objects.get(machine_token__isnull=False)

    assert directory.get(f"/Users/{machine.pk}").status_code == 404
    assert machine.pk not in [int(each["id"]) for each in directory.get("/Users").json()["Resources"]]
