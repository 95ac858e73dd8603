"""Names: without what cannot be seen, found whatever their case and accents, in the order in which people look."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from assessments.accounts.models import User
from assessments.audit import reading
from assessments.audit.models import AuditEvent
from assessments.organizations.models import Organization, Team
from assessments.organizations.services import create_organization, update_organization
from assessments.platform.name_fields import APART, Folded
from assessments.platform.names import clean_name, fold, has_words, sort_key
from assessments.vendors.models import Vendor
from tests.factories import make_organization, make_team, make_user, make_vendor_review

ANY = {"action": "", "who": ""}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Bench\u200bWorks", "BenchWorks"),
        ("\u200bBench Works\ufeff", "Bench Works"),
        ("Bench\u00ad Works", "Bench Works"),
        ("\u202eevil", "evil"),
        ("a\u2066b\u2069", "ab"),
        ("Bench\u00a0 \t Works\n", "Bench Works"),
        ("a\u200db", "ab"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937"),
        ("\U0001f469\u200d\U0001f4bb", "\U0001f469\u200d\U0001f4bb"),
        ("\u2764\ufe0f", "\u2764\ufe0f"),
        ("x\ufe0f", "x"),
        ("\u3164\u115f", ""),
        ("nul\x00bell\x07", "nulbell"),
        ("Zoë Müller-Łukasz", "Zoë Müller-Łukasz"),
        ("日本語 العربية עברית ไทย हिन्दी", "日本語 العربية עברית ไทย हिन्दी"),
    ],
)
def test_a_name_keeps_what_can_be_seen(typed, kept):
    assert clean_name(typed) == kept
    assert has_words(typed) == bool(kept)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Éclair", "ECLAIR"),
        ("Straße", "STRASSE"),
        ("Øre Łódź", "ore lodz"),
        ("ΣΊΣΥΦΟΣ", "Σίσυφος"),
        ("БОРИС", "Борис"),
        ("Ｆｕｌｌ width", "full WIDTH"),
        ("e\u0301", "é"),
        ("a\u200bb", "ab"),
        ("مُحَمَّد", "محمد"),
        ("two  spaces", "two spaces"),
    ],
)
def test_case_accents_and_what_cannot_be_seen_make_no_other_name(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("й", "и"), ("パパ", "ハハ"), ("कि", "की"), ("a b", "ab"), ("1", "2")])
def test_letters_of_their_own_make_another_name(one, other):
    assert fold(one) != fold(other)


def test_names_stand_in_the_order_in_which_people_look_for_them():
    names = [
        "(in brackets)",
        "9 Lives",
        "10 Downing",
        "acme",
        "Acme",
        "Ácme",
        "beta 2",
        "Beta 10",
        "Éclair",
        "eclair 2",
    ]
    names += ["Øre", "zeta two", "Zoë", "ωmega", "Борис", "漢字"]

    assert sorted(reversed(names), key=sort_key) == names


@given(st.lists(st.text(max_size=20), max_size=8))
def test_the_order_does_not_depend_on_where_a_name_stood(names):
    assert sorted(names, key=sort_key) == sorted(reversed(names), key=lambda name: sort_key(name))  # equal keys only
    assert all(fold(fold(name)) == fold(name) for name in names)


# ---- In the database


@pytest.fixture
def names():
    return ["Beta 10", "Ácme", "zeta two", "beta 2", "Éclair", "Борис"]


ORDERED = ["Ácme", "beta 2", "Beta 10", "Éclair", "zeta two", "Борис"]


@pytest.mark.django_db
def test_every_list_of_the_database_is_in_that_order(names):
    owner = make_user()
    organization = make_organization(owner=owner, name="Kestrel")
    for number, name in enumerate(names):
        make_organization(name=name)
        Team.objects.create(name=name)
        User.objects.create_user(f"p{number}@example.com", name=name)
        make_vendor_review(organization, name=name)

    for model in (Organization, Team, User, Vendor):
        assert [row.name for row in model.objects.filter(name__in=names)] == ORDERED, model


@pytest.mark.django_db
def test_a_new_name_takes_its_place():
    organization = make_organization(name="Zeta")
    make_organization(name="Beta")

    update_organization(organization, actor=organization.created_by, name="Álpha")

    assert [row.name for row in Organization.objects.all()] == ["Álpha", "Beta"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["BENCH WORKS", "Bénch Works", "Bench\u200b Works", "Bench  Works", "Ｂench Works"])
def test_one_person_has_no_two_organizations_of_one_name(name):
    owner = make_user()
    make_organization(owner=owner, name="Bench Works")

    with pytest.raises(ValidationError, match="already exists"):
        create_organization(actor=owner, name=name)
    with pytest.raises(ValidationError, match="already exists"):
        update_organization(make_organization(owner=owner, name="Other"), actor=owner, name=name)


@pytest.mark.django_db
def test_a_team_of_the_same_name_is_refused_in_a_form():
    make_team(name="Straße")

    with pytest.raises(ValidationError, match="A team of this name exists already"):
        Team(name="STRASSE").full_clean()


@pytest.mark.django_db
def test_a_vendor_is_known_by_its_name_however_it_is_typed():
    review = make_vendor_review(name="Ácme Compute", complete=True)

    again = make_vendor_review(review.vendor.organization, name="acme compute")

    assert again.vendor == review.vendor


@pytest.mark.django_db
def test_a_name_that_was_told_apart_before_keeps_its_key_until_it_changes():
    team = make_team(name="Acme")
    Team.objects.filter(pk=team.pk).update(name_key=f"acme{APART}{team.pk}")
    team.refresh_from_db()

    team.save()
    assert team.name_key == f"acme{APART}{team.pk}"

    team.name = "Beta"
    team.save(update_fields=["name"])
    team.refresh_from_db()
    assert team.name_key == "beta"


TEXTS = ["Éclair", "STRASSE", "straße", "ΣΊΣΥΦΟΣ", "Борис Й", "ØRE", "Œuvre", "日本語", "한국어", "हिन्दी", "plain", "И"]


@pytest.mark.django_db
def test_the_database_folds_as_names_are_folded():
    for text in TEXTS:
        AuditEvent.objects.create(action="signed-in", actor_name="x", subject=text)

    found = dict(AuditEvent.objects.annotate(folded=Folded("subject")).values_list("subject", "folded"))

    assert {text: found[text] for text in TEXTS} == {text: fold(text) for text in TEXTS}, connection.vendor


@pytest.mark.django_db
@pytest.mark.parametrize(("search", "subject"), [("eclair", "Éclair"), ("БОРИС", "Борис"), ("strasse", "Straße 5")])
def test_the_activity_is_searched_whatever_the_case_and_accents(search, subject):
    organization = make_organization()
    AuditEvent.objects.create(action="signed-in", organization=organization, actor_name="x", subject=subject)

    assert [e.subject for e in reading.narrowed(organization.audit_events.all(), search=search, **ANY)] == [subject]


@pytest.mark.django_db
def test_the_portfolio_and_the_administration_are_searched_the_same_way(client):
    owner = make_user(is_staff=True, is_superuser=True)
    make_organization(owner=owner, name="Éclair Борис")
    make_organization(owner=owner, name="Other")
    client.force_login(owner)

    for page in (reverse("organization_list"), reverse("admin:assessments_organization_changelist")):
        html = client.get(page, {"q": "eclair БОРИС"}).content.decode()
        assert "Éclair Борис" in html
        assert "Other" not in html
