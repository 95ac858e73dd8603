import re
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from assessments.audit.models import AuditEvent
from assessments.platform.encryption import decrypt, encrypt_second_factors
from tests.accounts.codes import add_app, code_of, confirm, sign_in
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db(transaction=True)

HOME = "/"
SECOND_STEP = "/accounts/two-factor/sign-in/"


@pytest.fixture
def ada(client):
    user = make_user(name="Ada", email="ada@example.com")
    client.force_login(user)
    return user


@pytest.fixture
def secret(client, ada):
    secret = add_app(client)
    client.logout()
    return secret


def enter(client, code):
    return client.post(SECOND_STEP, {"code": code})


def codes_of(user):
    return Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()


def test_adding_an_app_asks_for_the_password_first(client, ada):
    response = client.get(reverse("mfa_activate_totp"))

    assert response.url == f"{reverse('account_reauthenticate')}?next=%2Faccounts%2Ftwo-factor%2Fapp%2Fadd%2F"
    assert "This is not your password." in confirm(client, "wrong").content.decode()
    assert client.get(reverse("mfa_activate_totp")).status_code == 302


def test_the_app_is_added_with_the_code_it_shows(client, ada, mailoutbox):
    secret = add_app(client)

    assert len(secret) == 32
    assert {found.type for found in Authenticator.objects.filter(user=ada)} == {"totp", "recovery_codes"}
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [(["ada@example.com"], "An authenticator app was added")]
    page = client.get(reverse("account_detail")).content.decode()
    assert "Two-factor is on" in page
    assert "10 left" in page


def test_the_app_is_not_added_with_a_wrong_code_and_keeps_its_secret(client, ada):
    confirm(client)
    first = client.get(reverse("mfa_activate_totp")).content.decode()

    response = client.post(reverse("mfa_activate_totp"), {"code": "000000"})

    again = response.content.decode()
    assert "This code is not right" in again
    assert re.search(r'class="secret">([^<]+)', again)[1] == re.search(r'class="secret">([^<]+)', first)[1]
    assert not Authenticator.objects.exists()


def test_the_qr_code_is_an_image_the_policy_allows(client, ada):
    confirm(client)
    response = client.get(reverse("mfa_activate_totp"))

    assert 'src="data:image/svg+xml;base64,' in response.content.decode()
    assert "img-src 'self' data:" in response["Content-Security-Policy"]


def test_signing_in_asks_for_the_code(client, ada, secret):
    signed_in = AuditEvent.objects.filter(action=AuditEvent.Action.SIGNED_IN, actor=ada)
    before = signed_in.count()

    response = sign_in(client, ada)

    assert response.url == SECOND_STEP
    assert client.get(HOME).status_code == 302
    assert signed_in.count() == before

    assert enter(client, code_of(secret)).url == HOME
    assert client.get(HOME).status_code == 200
    assert signed_in.count() == before + 1


def test_a_code_of_the_half_minute_before_or_after_is_good(client, ada, secret):
    sign_in(client, ada)

    assert enter(client, code_of(secret, -1)).url == HOME


def test_an_older_code_is_refused(client, ada, secret):
    sign_in(client, ada)

    assert "This code is not right" in enter(client, code_of(secret, -3)).content.decode()
    assert client.get(HOME).status_code == 302


def test_a_code_works_once(client, ada, secret):
    code = code_of(secret, 1)
    sign_in(client, ada)
    assert enter(client, code).url == HOME
    client.logout()

    sign_in(client, ada)

    assert "it was used already" in enter(client, code).content.decode()


def test_wrong_codes_are_limited_and_recorded(client, ada, secret):
    sign_in(client, ada)
    for _ in range(5):
        assert "This code is not right" in enter(client, "000000").content.decode()

    assert "Too many attempts" in enter(client, code_of(secret)).content.decode()
    assert client.get(HOME).status_code == 302
    failed = AuditEvent.objects.filter(
        action=AuditEvent.Action.SIGN_IN_FAILED, about=ada, new="Wrong code, from 127.0.0.1"
    )
    assert failed.count() == 5


def test_the_second_step_alone_is_no_way_in(client, ada, secret):
    assert enter(client, code_of(secret)).url == reverse("account_login")


def test_a_recovery_code_works_once(client, ada, secret):
    code, *others = codes_of(ada)
    sign_in(client, ada)
    assert enter(client, code).url == HOME
    client.logout()

    sign_in(client, ada)
    assert enter(client, code).status_code == 200
    assert codes_of(ada) == others
    assert enter(client, f"{others[0][:4]} {others[0][4:]}").url == HOME


def test_new_recovery_codes_end_the_old_ones(client, ada, mailoutbox):
    add_app(client)
    old = codes_of(ada)

    client.post(reverse("mfa_generate_recovery_codes"))

    assert not set(old) & set(codes_of(ada))
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert page.count("<li><code>") == 10
    assert client.get(reverse("mfa_download_recovery_codes")).content.decode().split()[-10:] == codes_of(ada)
    assert mailoutbox[-1].subject == "New recovery codes were made"


def test_the_codes_and_the_end_of_two_factor_need_the_password_again(client, ada, secret):
    sign_in(client, ada)
    enter(client, code_of(secret))

    for name in ("mfa_view_recovery_codes", "mfa_download_recovery_codes", "mfa_generate_recovery_codes"):
        assert client.get(reverse(name)).url.startswith(reverse("account_reauthenticate")), name
    assert client.post(reverse("mfa_deactivate_totp")).url.startswith(reverse("account_reauthenticate"))
    assert Authenticator.objects.filter(user=ada).count() == 2


def test_the_app_is_removed_with_the_codes_it_came_with(client, ada, mailoutbox):
    add_app(client)

    assert client.post(reverse("mfa_deactivate_totp")).url == reverse("mfa_index")

    assert not Authenticator.objects.filter(user=ada).exists()
    assert mailoutbox[-1].subject == "The authenticator app was removed"
    client.logout()
    assert sign_in(client, ada).url == HOME


def test_a_code_confirms_a_change_too(client, ada, secret):
    sign_in(client, ada)
    enter(client, code_of(secret))

    response = client.post(f"{reverse('mfa_reauthenticate')}?next=/accounts/email/", {"code": code_of(secret, 1)})

    assert response.url == "/accounts/email/"
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200


def test_the_administration_asks_for_the_code(client, ada, secret):
    ada.is_staff = ada.is_superuser = True
    ada.save()
    login = client.get("/admin/", follow=True).request["PATH_INFO"]
    assert login == reverse("account_login")

    sign_in(client, ada)

    assert client.get("/admin/").status_code == 302
    client.post("/admin/login/", {"username": ada.email, "password": PASSWORD})
    assert client.get("/admin/").status_code == 302
    enter(client, code_of(secret))
    assert client.get("/admin/").status_code == 200


def test_a_new_password_by_mail_does_not_end_two_factor(client, ada, secret, mailoutbox):
    client.post(reverse("account_reset_password"), {"email": ada.email})
    path = re.search(r"http://testserver(/\S+)", mailoutbox[-1].body)[1]
    form = client.get(path, follow=True).request["PATH_INFO"]

    client.post(form, {"password1": "quiet-harbor-77", "password2": "quiet-harbor-77"})

    assert sign_in(client, ada, "quiet-harbor-77").url == SECOND_STEP


def test_what_is_recorded_names_the_change_and_holds_no_secret(client, ada):
    secret = add_app(client)
    codes = codes_of(ada)
    client.post(reverse("mfa_generate_recovery_codes"))
    codes += codes_of(ada)
    client.post(reverse("mfa_deactivate_totp"))

    events = AuditEvent.objects.filter(subject="Two-factor", actor=ada).order_by("pk").values_list("old", "new")
    assert sorted(events[:2]) == [("", "Authenticator app"), ("", "Recovery codes")]
    assert list(events[2:]) == [
        ("Recovery codes", "New recovery codes"),
        ("Authenticator app", ""),
        ("Recovery codes", ""),
    ]
    written = "\n".join(" ".join(map(str, row)) for row in AuditEvent.objects.values_list())
    for kept_back in (secret, PASSWORD, *codes):
        assert kept_back not in written


def test_another_persons_authenticators_are_out_of_reach(client, ada):
    tom = make_user(name="Tom")
    theirs = Authenticator.objects.create(user=tom, type="webauthn", data={"name": "Laptop", "credential": {}})
    confirm(client)

    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert client.get(reverse(name, args=[theirs.pk])).status_code == 404
        assert client.post(reverse(name, args=[theirs.pk]), {"name": "Mine"}).status_code == 404
    assert Authenticator.objects.get().data["name"] == "Laptop"


def test_what_the_database_holds_of_a_second_factor_is_encrypted(client, ada, secret):
    app = Authenticator.objects.get(user=ada, type="totp")
    codes = Authenticator.objects.get(user=ada, type="recovery_codes")

    assert secret not in str(app.data)
    assert app.data["secret"].startswith("fernet:")
    assert codes.data["seed"].startswith("fernet:")


def test_a_second_factor_from_before_is_read_and_encrypted_by_the_next_migration(client, ada, secret):
    Authenticator.objects.filter(user=ada, type="totp").update(data={"secret": secret})
    sign_in(client, ada)
    assert enter(client, code_of(secret)).status_code == 302

    assert len(encrypt_second_factors(Authenticator)) == 2

    assert secret not in str(Authenticator.objects.get(user=ada, type="totp").data)
    assert decrypt(Authenticator.objects.get(user=ada, type="totp").data["secret"]) == secret


def test_a_key_is_changed_by_putting_a_new_one_in_front(ada, secret, settings):
    old, new = settings.ENCRYPTION_KEYS[0], "another-key-" * 5
    settings.ENCRYPTION_KEYS = [new, old]

    call_command("rotate_keys", stdout=StringIO())

    settings.ENCRYPTION_KEYS = [new]
    assert decrypt(Authenticator.objects.get(user=ada, type="totp").data["secret"]) == secret
    settings.ENCRYPTION_KEYS = [old]
    lost = decrypt(Authenticator.objects.get(user=ada, type="totp").data["secret"])
    assert len(lost) == 32
    assert lost not in (secret, decrypt(Authenticator.objects.get(user=ada, type="totp").data["secret"]))


def test_turning_two_factor_on_ends_the_other_sessions(client, ada):
    other = Client()
    sign_in(other, ada)
    assert other.get(HOME).status_code == 200

    sign_in(client, ada)
    add_app(client)

    assert client.get(HOME).status_code == 200
    assert other.get(HOME).status_code == 302


def test_signing_in_and_failing_to_leaves_where_from_in_the_activity_and_in_the_log(client, ada, caplog):
    client.logout()
    AuditEvent.objects.all().delete()
    with caplog.at_level("INFO"):
        sign_in(client, ada, "wrong")
        sign_in(client, ada)

    entries = AuditEvent.objects.filter(action__in=["signed-in", "sign-in-failed"]).order_by("pk")
    assert list(entries.values_list("action", "new")) == [
        ("sign-in-failed", "from 127.0.0.1"),
        ("signed-in", "from 127.0.0.1"),
    ]
    assert f"Failed to sign in: account {ada.pk}, from 127.0.0.1." in caplog.text
    assert ada.email not in caplog.text
