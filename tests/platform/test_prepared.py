from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.accounts.models import User
from assessments.organizations.access import reachable
from assessments.organizations.models import Organization
from assessments.platform.prepared import Prepared
from tests.factories import make_organization, make_user

pytestmark = pytest.mark.django_db


def test_it_gives_what_the_queryset_gives_in_one_query():
    user = make_user()
    organization, _ = make_organization(owner=user), make_organization(owner=make_user())
    reachable.first(0, "")

    with CaptureQueriesContext(connection) as captured:
        found = reachable.first(user.pk, organization.slug)

    expected = Organization.objects.visible_to(user).get(slug=organization.slug)
    assert (found, found.role, found.created_at) == (expected, expected.role, expected.created_at)
    assert len(captured) == 1


def test_values_are_parameters_and_never_sql():
    make_organization(owner=make_user())

    assert reachable.first(1, "' OR 1=1 --") is None
    assert reachable.first(2**80, "x") is None
    assert reachable.first(None, "x") is None


def test_rows_are_plain_tuples_in_the_queryset_s_order():
    for name in ("B", "A"):
        make_organization(name=name)
    names = Prepared(lambda pk: Organization.objects.filter(pk__gte=pk).order_by("name").values_list("name"), 0)

    assert names.rows(0) == [("A",), ("B",)]


def test_a_parameter_that_does_not_count_is_refused():
    ignoring = Prepared(lambda pk: User.objects.order_by("pk"), 0)

    with pytest.raises(TypeError, match="does not reach the database"):
        ignoring.first(1)


def test_days_and_moments_are_parameters_too():
    early = make_organization(name="Early")
    late = make_organization(name="Late")
    Organization.objects.filter(pk=early.pk).update(created_at=datetime(2026, 3, 1, 12, tzinfo=UTC))
    Organization.objects.filter(pk=late.pk).update(created_at=datetime(2026, 9, 1, 12, tzinfo=UTC))
    since = Prepared(
        lambda moment, day: Organization.objects.filter(created_at__gt=moment, created_at__date__lt=day).order_by(
            "name"
        ),
        datetime.min,
        date.min,
    )

    assert list(since.models(datetime(2026, 2, 1, tzinfo=UTC), date(2026, 5, 1))) == [early]
    assert list(since.models(datetime(2026, 3, 1, 12, tzinfo=UTC), date(2027, 1, 1))) == [late]
