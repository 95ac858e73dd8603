"""Organizations added and changed at the same moment, as no form can show it."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from assessments.accounts.models import User
from assessments.organizations.models import Membership, Organization, Role
from assessments.organizations.services import create_organization, update_organization
from tests.factories import make_membership, make_organization, make_user

pytestmark = pytest.mark.django_db


def test_a_double_click_adds_one_organization_with_one_owner():
    actor = make_user()
    create_organization(actor=actor, name="Kestrel Logistics")

    with pytest.raises(ValidationError) as refused:
        create_organization(actor=actor, name="kestrel logistics")

    assert list(refused.value.message_dict) == ["name"]
    assert (Organization.objects.count(), Membership.objects.count()) == (1, 1)


def test_the_database_itself_refuses_a_second_name_of_the_same_person():
    first = make_organization(name="Kestrel Logistics")

    with pytest.raises(IntegrityError), transaction.atomic():
        Organization.objects.create(name="KESTREL LOGISTICS", slug="other", created_by=first.created_by)


def test_the_database_itself_refuses_an_unknown_role_and_a_second_membership():
    membership = make_membership(make_organization(), role=Role.VIEWER)

    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=membership.pk).update(role=26)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_membership(membership.organization, membership.user, role=Role.OWNER)


def test_the_database_itself_refuses_an_address_that_differs_in_its_letters_only():
    make_user(email="ada@example.com")

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="Ada@example.com", name="Ada")])


def test_fifty_organizations_of_one_name_get_fifty_addresses_that_count_nothing():
    slugs = [create_organization(actor=make_user(), name="Kestrel").slug for _ in range(50)]

    assert len(set(slugs)) == 50
    assert [slug for slug in slugs if not re.fullmatch(r"kestrel-[a-z2-9]{5}", slug)] == []


def test_organizations_of_an_administrator_without_creator_may_share_a_name():
    for slug in ("one", "two"):
        Organization.objects.create(name="Kestrel", slug=slug)

    organization = Organization.objects.get(slug="two")
    actor = make_membership(organization, role=Role.OWNER).user
    update_organization(organization, actor=actor, name="KESTREL")

    assert sorted(Organization.objects.values_list("name", flat=True)) == ["KESTREL", "Kestrel"]


def test_a_person_s_address_is_kept_in_lower_case_and_unique():
    user = User.objects.create_user("  Ada@Example.COM ", "violet-anchor-42", name="Ada")
    twin = User(email="ADA@example.com", name="Ada")

    with pytest.raises(ValidationError) as refused:
        twin.full_clean(exclude=["password"])

    assert user.email == "ada@example.com"
    assert refused.value.message_dict == {"email": ["This address already has an account."]}
    assert User.objects.get_by_natural_key(" ADA@example.com") == user


def test_letters_that_look_alike_open_no_account_by_the_command_line_either():
    with pytest.raises(ValidationError, match="plain letters"):
        User.objects.create_superuser("\u212aate@example.com", "violet-anchor-42", name="Kate")

    assert not User.objects.exists()


def test_only_one_s_own_organizations_are_visible_with_one_s_own_role():
    viewer = make_user()
    shared, hidden = make_organization(), make_organization()
    make_membership(shared, viewer, role=Role.VIEWER)
    make_membership(hidden, role=Role.VIEWER)

    assert list(Organization.objects.visible_to(viewer).values_list("pk", "role")) == [(shared.pk, Role.VIEWER)]


@pytest.mark.parametrize(
    ("role", "can_edit", "can_manage"),
    [(Role.VIEWER, False, False), (Role.EDITOR, True, False), (Role.OWNER, True, True)],
)
def test_a_role_may_what_the_roles_below_it_may(role, can_edit, can_manage):
    assert (role.can_edit, role.can_manage) == (can_edit, can_manage)
