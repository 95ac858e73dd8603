import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assessments.roadmaps.models import RoadmapComment
from tests.factories import PASSWORD, make_organization, make_scorecard, make_user
from tests.platform.test_request_keys import key_in, make_plan

pytestmark = pytest.mark.django_db

HERE = "http://testserver"


@pytest.fixture
def ada():
    return make_user(name="Ada", email="ada@example.com")


@pytest.fixture
def client(ada):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    return client


@pytest.fixture
def item(ada):
    return make_plan(ada).items.first()


def page_of(item):
    return reverse("roadmap_item_detail", args=[item.roadmap.organization.slug, item.roadmap.pk, item.pk])


def comment(client, item, text="It is ordered, and comes on Friday"):
    """What a browser sends from the item's page; the session may have ended since the page was opened."""
    to = reverse("roadmap_comment_create", args=[item.roadmap.organization.slug, item.roadmap.pk, item.pk])
    return client.post(to, {"text": text, **hidden(client.page)}, headers={"Referer": HERE + page_of(item)})


def hidden(page):
    return dict(re.findall(r'name="(csrfmiddlewaretoken|request_key)" value="([^"]+)"', page))


def opened(client, path):
    client.page = client.get(path).content.decode()
    return client.page


def sign_in(client, email="ada@example.com", to="/unsent/"):
    page = client.get(f"/accounts/login/?next={to}").content.decode()
    return client.post(f"/accounts/login/?next={to}", {"login": email, "password": PASSWORD, **hidden(page)})


def send_now(client):
    """Press the button of the page that shows what was not sent."""
    page = client.get("/unsent/").content.decode()
    form = page[page.index('<form class="sheet') : page.index("</form>", page.index('<form class="sheet'))]
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    return client.post(re.search(r'action="([^"]+)"', form)[1], fields)


def test_a_comment_sent_after_the_session_ended_is_there_again_after_signing_in_and_can_be_sent(client, item):
    opened(client, page_of(item))
    del client.cookies["sessionid"]

    response = comment(client, item)
    assert response.url == "/accounts/login/?next=/unsent/"
    assert RoadmapComment.objects.count() == 0

    response = sign_in(client)
    assert response.url == "/unsent/"
    page = client.get(response.url).content.decode()
    assert "It is ordered, and comes on Friday" in page
    assert f'href="{page_of(item)}"' in page

    assert send_now(client).status_code == 302
    assert RoadmapComment.objects.get().text == "It is ordered, and comes on Friday"


def test_a_comment_sent_without_any_cookie_is_kept_too(client, item):
    opened(client, page_of(item))
    client.cookies.clear()

    assert comment(client, item).url == "/accounts/login/?next=/unsent/"
    assert RoadmapComment.objects.count() == 0
    sign_in(client)
    send_now(client)

    assert RoadmapComment.objects.count() == 1


def test_a_page_from_before_one_signed_in_again_shows_its_words_to_be_sent(client, item):
    opened(client, page_of(item))
    del client.cookies["sessionid"]
    sign_in(client, to="/")  # in another tab, which changes the token

    response = comment(client, item)

    assert (response.status_code, response.url) == (302, "/unsent/")
    assert RoadmapComment.objects.count() == 0
    send_now(client)
    assert RoadmapComment.objects.count() == 1


def test_a_page_of_somebody_else_s_is_refused_and_shown_to_nobody_else(client, item):
    bob = make_user(name="Bob", email="bob@example.com")
    opened(client, page_of(item))
    del client.cookies["sessionid"]
    comment(client, item)

    sign_in(client, email=bob.email)
    response = client.get("/unsent/")

    assert (response.status_code, response.url) == (302, "/")
    assert comment(client, item).status_code == 403


def test_what_no_page_of_ours_has_sent_is_not_kept(client, item):
    opened(client, page_of(item))
    client.page = re.sub(r'(name="request_key" value=")[^"]+', r"\g<1>1.forged:xyz", client.page)
    del client.cookies["sessionid"]

    response = comment(client, item)

    assert response.url.startswith("/accounts/login/?next=/o/")
    assert "sessionid" not in response.cookies


def test_a_file_is_not_kept_and_the_page_says_so(client, ada):
    scorecard = make_scorecard(make_organization(owner=ada))
    page = reverse("evidence_create", args=[scorecard.organization.slug, scorecard.pk, "cost-model"])
    opened(client, page)
    del client.cookies["sessionid"]
    fields = {"kind": "file", "title": "The bill", "file": SimpleUploadedFile("bill.txt", b"9"), **hidden(client.page)}

    client.post(page, fields, headers={"Referer": HERE + page})
    sign_in(client)
    text = client.get("/unsent/").content.decode()

    assert "bill.txt was not kept" in text
    assert "The bill" in text
    assert "Send it now" not in text
    assert f'href="{page}"' in text


def test_a_secret_is_never_kept(client):
    opened(client, "/accounts/password/change/")
    key = key_in(client, "/accounts/")
    del client.cookies["sessionid"]
    fields = {"oldpassword": PASSWORD, "password1": "new-violet-anchor", "password2": "new-violet-anchor"}

    response = client.post("/accounts/password/change/", {**fields, **hidden(client.page), "request_key": key})

    assert response.url == "/accounts/login/?next=/accounts/password/change/"
    assert "unsent" not in client.session


def test_nothing_unsent_leads_home(client):
    assert client.get("/unsent/").url == "/"


def test_a_foreign_page_is_no_way_back(client, item):
    opened(client, page_of(item))
    del client.cookies["sessionid"]
    to = reverse("roadmap_comment_create", args=[item.roadmap.organization.slug, item.roadmap.pk, item.pk])

    client.post(to, {"text": "x", **hidden(client.page)}, headers={"Referer": "http://evil.example//x"})
    sign_in(client)

    assert "evil.example" not in client.get("/unsent/").content.decode()
