"""SCIM as an independent client sees it, over HTTP: scim2-tester asks all that it knows to ask, scim2-client works."""

from typing import Annotated

import httpx2
import pytest
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_models import Required, ScimProvider, SearchRequest
from scim2_tester import Status, check_server

from assessments.accounts import models as accounts
from assessments.organizations.models import Team
from assessments.scim import schemas

pytestmark = pytest.mark.django_db(transaction=True)


class DescribedEmail(schemas.Email):
    value: Annotated[str | None, Required.true] = None


class DescribedUser(schemas.User):
    """An account has one address, the primary one, and is on or off, and a name stays: removing them changes nothing.

    The schema has no way to say so but that they are required.
    """

    __schema__ = schemas.User.__schema__

    display_name: Annotated[str | None, Required.true] = None
    active: Annotated[bool | None, Required.true] = None
    emails: Annotated[list[DescribedEmail] | None, Required.true] = None


# The tester replaces the address by one that it does not mark as primary, and does not expect it to be marked so.
PRIMARY = "check_replace_attribute User: PATCH modify() returned unexpected value for 'emails'."


@pytest.fixture
def client_of(live_server, directory, settings):
    """Makes a client that knows these models, or finds them out."""
    settings.SITE_URL = live_server.url
    headers = {"Authorization": f"Bearer {directory.token}"}
    with httpx2.Client(base_url=f"{live_server.url}/scim/v2", headers=headers) as http:
        yield lambda *models: SyncSCIMClient(http, provider=ScimProvider(models=models))


@pytest.mark.once
@pytest.mark.long
def test_everything_that_the_tester_asks_is_answered_as_the_standard_says(client_of):
    results = check_server(client_of(DescribedUser, schemas.Group))

    errors = [f"{each.title} {each.resource_type}: {each.reason}" for each in results if each.status == Status.ERROR]
    wrong = [error for error in errors if not error.startswith(PRIMARY)]
    assert wrong == []
    assert len(results) > 60


def test_a_client_finds_out_what_there_is_and_works_with_it(client_of):
    scim = client_of()
    scim.discover()
    User, Group = scim.get_resource_model("User"), scim.get_resource_model("Group")

    ada = scim.create(User(user_name="ada@northwind.example", display_name="Ada Lovelace", external_id="a-1"))
    team = scim.create(Group(display_name="Consultants", members=[{"value": ada.id}]))
    assert scim.query(User, ada.id).groups[0].display == "Consultants"
    found = scim.query(User, query_parameters=SearchRequest(filter='userName eq "ADA@northwind.example"'))
    assert [each.id for each in found.resources] == [ada.id]

    ada = scim.query(User, ada.id)  # the version that the client goes on to send is that of somebody in a team
    ada.active = False
    assert scim.replace(ada).active is False
    scim.delete(Group, team.id)
    scim.delete(User, ada.id)
    assert scim.query(User, query_parameters=SearchRequest(filter='externalId eq "a-1"')).total_results == 0
    assert not Team.objects.exists()
    assert not accounts.User.objects.get(name="Ada Lovelace").is_active
