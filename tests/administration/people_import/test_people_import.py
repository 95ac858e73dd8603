"""People are added by list: looked at line by line, then all of them or none, each with a mail of their own."""

import io
import re
from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from assessments.accounts.models import User
from assessments.models import AuditEvent, Membership, Role, TeamMembership, WaitingMail
from assessments.platform import mailing
from tests.factories import make_membership, make_organization, make_team, make_user

pytestmark = pytest.mark.django_db

URL = "/admin/assessments/user/import/"


@pytest.fixture
def administrator(client):
    user = make_user(name="Root", email="root@example.com", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def team():
    return make_team(name="North, South")


@pytest.fixture
def kestrel():
    return make_organization(name="Kestrel Logistics")


def look(client, text="", *, upload=None, name="people.csv"):
    data = {"pasted": text}
    if upload is not None:
        data["file"] = SimpleUploadedFile(name, upload if isinstance(upload, bytes) else upload.encode())
    return client.post(URL, data)


def confirm(client, response):
    lines = re.search(r'name="lines" value="([^"]*)"', response.content.decode())
    return client.post(URL, {"lines": unescape(lines[1])}, follow=True)


def problems(response):
    return [list(line.problems) for line in response.context["checked"]]


def people():
    return list(User.objects.exclude(email="root@example.com").order_by("email").values_list("email", "name"))


LIST = """E-Mail;First name;Surname;Teams;Clients;Role;Mood
Ada@Example.com;Ada;Lovelace;North, South;{slug};Editor;calm
bo@example.com;Bo;Åkesson;;Kestrel Logistics;;
"""


@pytest.fixture
def good(team, kestrel):
    return LIST.format(slug=kestrel.slug)


def test_the_list_of_people_leads_there(client, administrator):
    assert f'href="{URL}"' in client.get(reverse("admin:assessments_user_changelist")).content.decode()


def test_a_list_is_looked_at_and_nobody_is_there_yet(client, administrator, good):
    before = people()
    response = look(client, upload=good.encode("cp1252"))
    html = response.content.decode()
    assert "Two people would be added." in html
    assert "Columns that are not taken: Mood." in html
    assert "Kestrel Logistics, as an editor" in html
    assert people() == before
    assert not TeamMembership.objects.exists()


def test_then_all_are_added_with_teams_and_roles_and_a_mail_each(client, administrator, team, kestrel, good):
    shown = confirm(client, look(client, upload=good))
    assert "Two accounts opened. Each gets a mail with a link to choose a password." in shown.content.decode()
    ada, bo = User.objects.get(email="ada@example.com"), User.objects.get(email="bo@example.com")
    assert (ada.name, bo.name, ada.has_usable_password(), ada.is_staff) == ("Ada Lovelace", "Bo Åkesson", False, False)
    assert list(team.memberships.values_list("user", flat=True)) == [ada.pk]
    roles = {m.user.email: m.role for m in kestrel.memberships.exclude(user=kestrel.created_by)}
    assert roles == {"ada@example.com": Role.EDITOR, "bo@example.com": Role.VIEWER}
    mailing.send_waiting()
    assert sorted(message.to[0] for message in mail.outbox) == ["ada@example.com", "bo@example.com"]
    event = AuditEvent.objects.get(new="Account opened", subject__startswith="Ada")
    assert (event.actor, event.subject) == (administrator, "Ada Lovelace <ada@example.com>")


@pytest.mark.parametrize(
    "text",
    [
        "ada@example.com, Ada Lovelace\nbo@example.com, Bo",
        "Ada Lovelace\tada@example.com\nBo\tbo@example.com\n",
        "Ada Lovelace <ada@example.com>\nBo <bo@example.com>",
        "\ufeffName,Email\r\nAda Lovelace,ada@example.com\r\nBo,bo@example.com",
    ],
)
def test_a_pasted_list_needs_no_headings(client, administrator, text):
    confirm(client, look(client, text))
    assert people() == [("ada@example.com", "Ada Lovelace"), ("bo@example.com", "Bo")]


def test_a_workbook_is_read_too(client, administrator):
    book, target = Workbook(), io.BytesIO()
    for row in (("Name", "Email"), ("Ada", "ada@example.com")):
        book.active.append(row)
    book.save(target)
    confirm(client, look(client, upload=target.getvalue(), name="people.xlsx"))
    assert people() == [("ada@example.com", "Ada")]


def test_whoever_has_an_account_keeps_name_and_password_and_the_higher_role(client, administrator, team, kestrel):
    ada = make_user(name="Ada", email="ada@example.com")
    make_membership(kestrel, ada, role=Role.OWNER)
    text = "Email;Name;Team;Client;Role\nada@example.com;Somebody Else;North, South;Kestrel Logistics;viewer"
    shown = confirm(client, look(client, text))
    assert "No account was opened. One person had one already." in shown.content.decode()
    ada.refresh_from_db()
    assert (ada.name, ada.has_usable_password()) == ("Ada", True)
    assert (Membership.objects.get(user=ada).role, team.memberships.get().user) == (Role.OWNER, ada)
    assert not WaitingMail.objects.exists()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("nobody;Ada;;;", "This is no email address."),
        ("аda@example.com;Ada;;;", "Write the address in plain letters, an international domain in its xn-- form."),
        ("ada@example.com;;;;", "It has no name."),
        ("ada@example.com;=cmd();;;", "The name begins like a formula. Write it as a text."),
        ("ada@example.com;Аda;;;", "“Аda” mixes letters of two alphabets that look alike. Type it anew."),
        (f"ada@example.com;{'A' * 151};;;", "The name has more than 150 characters."),
        ("ada@example.com;Ada;South;;", "There is no team called “South”."),
        ("ada@example.com;Ada;;Nowhere;", "There is no organization called “Nowhere”."),
        (
            "ada@example.com;Ada;;Twice;",
            "More than one organization is called “Twice”. Give its address: {slugs}.",
        ),
        ("ada@example.com;Ada;;;chief", "“chief” is no role. There are: viewer, editor, client lead, owner."),
        ("ada@example.com;Ada;;;editor", "A role needs an organization in the same line."),
        ("off@example.com;;;;", "This account is switched off. Activate it first."),
        ("first@example.com;Ada;;;", "Line 2 has the same address."),
    ],
)
def test_what_cannot_be_taken_is_said_and_then_nobody_is_added(client, administrator, line, problem):
    make_user(email="off@example.com", is_active=False)
    slugs = ", ".join(sorted(make_organization(name="Twice").slug for _ in range(2)))
    before = people()
    response = look(client, f"Email;Name;Team;Client;Role\nfirst@example.com;First;;;\n{line}")
    assert problems(response) == [[], [problem.format(slugs=slugs)]]
    assert "One line of 2 cannot be taken." in response.content.decode()
    assert 'name="lines"' not in response.content.decode()
    assert people() == before


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Choose a file or paste a list first."),
        ("\n \n", "Choose a file or paste a list first."),
        ("Mood;Weather\ncalm;rain", "No column is called Email."),
        ("Name\nAda", "No column is called Email."),
        ("Email;Name\n", "There is nobody in the list."),
        ("\n".join(f"p{n}@example.com,P" for n in range(10_000)), "The list has more than 500 lines."),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence_and_kept(client, administrator, text, sentence):
    response = look(client, text)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert response.context["pasted"] == text


def test_an_account_opened_meanwhile_stops_the_whole_list(client, administrator):
    response = look(client, "ada@example.com, Ada\nbo@example.com, Bo")
    make_user(name="Bo", email="bo@example.com")
    shown = confirm(client, response)
    assert "Line 2, bo@example.com: the address has an account by now. Nobody was added." in shown.content.decode()
    assert not User.objects.filter(email="ada@example.com").exists()


def test_a_team_deleted_meanwhile_stops_the_whole_list(client, administrator, team):
    response = look(client, "Email;Name;Team\nada@example.com;Ada;North, South")
    team.delete()
    assert "a team or an organization of it is gone" in confirm(client, response).content.decode()
    assert not User.objects.filter(email="ada@example.com").exists()


def test_what_somebody_else_looked_at_is_not_taken(client, administrator):
    response = look(client, "ada@example.com, Ada")
    client.force_login(make_user(email="other@example.com", is_staff=True, is_superuser=True))
    assert "looked at too long ago, or by somebody else" in confirm(client, response).content.decode()
    assert not User.objects.filter(email="ada@example.com").exists()


RIGHTS = ("change_team", "add_teammembership", "change_organization", "add_membership", "change_membership")


def staff(*codenames):
    user = make_user(email="staff@example.com", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def test_staff_need_the_right_to_add_people(client, db):
    client.force_login(staff("view_user", "change_user"))
    assert client.get(URL).status_code == 403
    assert look(client, "ada@example.com, Ada").status_code == 403


@pytest.mark.parametrize(
    "rights", [(), ("change_team", "change_organization"), ("add_teammembership", "add_membership")]
)
def test_staff_who_may_add_people_change_no_team_or_organization_by_it(client, team, kestrel, rights):
    client.force_login(staff("view_user", "add_user", *rights))
    response = look(client, "Email;Name;Team;Client\nada@example.com;Ada;North, South;Kestrel Logistics")
    assert problems(response) == [
        [
            "You may not change teams: leave the column out, or ask a superuser.",
            "You may not change who is a member of an organization: leave the column out, or ask a superuser.",
        ]
    ]
    confirm(client, look(client, "ada@example.com, Ada"))
    assert User.objects.filter(email="ada@example.com").exists()


def test_adding_one_person_mails_the_link_unless_a_password_is_set(client, administrator):
    data = {"email": "ada@example.com", "name": "Ada", "usable_password": "false"}
    response = client.post("/admin/assessments/user/add/", data, follow=True)
    ada = User.objects.get(email="ada@example.com")
    assert not ada.has_usable_password()
    assert "A link to choose a password is mailed to ada@example.com." in response.content.decode()
    assert "The link to choose one waits for the mail server." in response.content.decode()
    assert client.get("/admin/assessments/user/add/").context["adminform"].form["usable_password"].value() == "false"


def test_the_link_is_mailed_again_by_an_action_to_whoever_can_sign_in(client, administrator):
    ada, bo = make_user(email="ada@example.com"), make_user(name="Bo", email="bo@example.com", is_active=False)
    data = {"action": "mail_link", "_selected_action": [ada.pk, bo.pk], "confirmed": 1}
    html = client.post(reverse("admin:assessments_user_changelist"), data, follow=True).content.decode()
    assert "A link is on its way to 1 person." in html
    assert "Bo is switched off and gets no mail." in html
    assert list(WaitingMail.objects.values_list("email", flat=True)) == [ada.email]


def test_a_worker_is_woken_once_for_a_whole_list(
    client, administrator, monkeypatch, django_capture_on_commit_callbacks
):
    woken = []
    monkeypatch.setattr("assessments.accounts.welcoming.wake_mail", lambda: woken.append(1))
    with django_capture_on_commit_callbacks(execute=True):
        confirm(client, look(client, "ada@example.com, Ada\nbo@example.com, Bo"))
    assert (WaitingMail.objects.count(), len(woken)) == (2, 1)
    data = {"action": "mail_link", "_selected_action": [user.pk for user in User.objects.all()], "confirmed": 3}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("admin:assessments_user_changelist"), data)
    assert (WaitingMail.objects.count(), len(woken)) == (3, 2)


def test_the_number_of_queries_does_not_grow_with_the_lines(client, administrator, django_assert_num_queries):
    for lines in (1, 40):
        text = "\n".join(f"p{n}@example.com, P{n}" for n in range(lines))
        with django_assert_num_queries(5):
            assert look(client, text).context["wrong"] == 0


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ("North, South;", "You may not change teams:"),
        (";Kestrel Logistics", "You may not change who is a member of an organization:"),
    ],
)
def test_a_right_that_is_gone_since_the_look_stops_the_whole_list(client, team, kestrel, cells, problem):
    me = staff("view_user", "add_user", *RIGHTS)
    client.force_login(me)
    response = look(client, f"Email;Name;Team;Client\nada@example.com;Ada;{cells}")
    me.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "add_user"]))
    assert problem in confirm(client, response).content.decode()
    assert not User.objects.filter(email="ada@example.com").exists()


def test_staff_put_themselves_nowhere_by_a_list(client, team, kestrel):
    me = staff("view_user", "add_user", *RIGHTS)
    client.force_login(me)
    for cells in ("North, South;", ";Kestrel Logistics"):
        response = look(client, f"Email;Name;Team;Client\n{me.email};Me;{cells}")
        assert problems(response) == [["You cannot give access to yourself. Ask a superuser to do it."]]


def test_a_language_is_known_by_its_code_and_its_name_and_the_mail_is_in_it(client, administrator):
    lines = ("a@example.com;A One;Deutsch", "b@example.com;B Two;fr-CH", "c@example.com;C Three;Spanish")
    text = "\n".join(("E-Mail;Name;Sprache", *lines, "d@example.com;D Four;"))

    response = look(client, text)
    assert problems(response) == [[], [], [], []]
    confirm(client, response)

    found = dict(User.objects.exclude(email="root@example.com").values_list("email", "language"))
    assert found == {"a@example.com": "de", "b@example.com": "fr", "c@example.com": "es", "d@example.com": ""}


def test_a_language_that_there_is_not_is_a_problem_of_its_line(client, administrator):
    make_user(email="known@example.com", language="de")
    response = look(client, "email,name,language\na@example.com,A One,Klingon\nknown@example.com,Known,fr\n")

    assert problems(response)[0] == [
        "“Klingon” is no language that there is. There are: English, Deutsch, Français, Español."
    ]
    confirm(client, look(client, "email,name,language\nknown@example.com,Known,fr\n"))
    assert User.objects.get(email="known@example.com").language == "de"  # theirs to choose
