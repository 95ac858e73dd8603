"""The file of a tool on a vendor's answer: its figures stand with it, its secrets do not."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.saving.uploads import check_upload
from assessments.vendors import services
from assessments.vendors.linking import links
from assessments.vendors.models import VendorEvidence
from tests.factories import SAMPLES, make_organization, make_vendor_review

pytestmark = pytest.mark.django_db

KEY = "latency-target"
FIO = "fio-3.33-randrw-4jobs-group-reporting.json"


@pytest.fixture
def review(owner):
    return make_vendor_review(make_organization(owner=owner))


def attach(review, name, data=None, title=""):
    upload = check_upload(SimpleUploadedFile(name, (SAMPLES / name).read_bytes() if data is None else data))
    actor = review.vendor.organization.created_by
    return services.add_file(review, question=KEY, title=title, upload=upload, actor=actor)


def test_a_file_of_a_tool_says_what_is_in_it(review):
    evidence = attach(review, FIO)

    assert evidence.title.startswith(
        f"{FIO}: p95 storage latency, reads 0.183 ms (84,292 operations); p99 storage latency, reads 0.856 ms"
    )
    assert len(evidence.title) <= 200


def test_a_title_that_was_given_stays_in_front(review):
    assert attach(review, FIO, title="Read test").title.startswith("Read test: p95 storage latency")


def test_a_title_without_room_stays_as_it_is(review):
    assert attach(review, FIO, title="x" * 195).title == "x" * 195


def test_secrets_in_it_are_masked(review):
    evidence = attach(review, "nccl-tests-2.19.6-written-from-source.json")

    data = evidence.file.read()
    assert b"not-a-real-one" not in data
    assert (b"average_bus_bandwidth" in data, evidence.size) == (True, len(data))


@pytest.mark.parametrize(
    ("name", "data"), [("notes.txt", b"Written down"), ("list.csv", b"a,b\n1,2\n"), ("x.json", b"{}")]
)
def test_any_other_file_is_attached_as_it_is(review, name, data):
    evidence = attach(review, name, data)

    assert (evidence.title, evidence.file.read()) == (name, data)


def test_a_vendor_attaches_it_by_his_link_and_the_buyer_sees_the_words(client, review, owner):
    token = links.make_link(review, days=14, actor=owner)
    file = SimpleUploadedFile(FIO, (SAMPLES / FIO).read_bytes())

    client.post(reverse("vendor_link_attach", args=[token, KEY]), {"file": file})

    assert VendorEvidence.objects.get().by_vendor
    address = reverse("vendor_review_update", args=[review.vendor.organization.slug, review.pk])
    assert "p99 storage latency, reads 0.856 ms" in client.get(address).content.decode()


def test_a_drop_place_stands_on_every_question(client, review, owner):
    token = links.make_link(review, days=14, actor=owner)

    html = client.get(reverse("vendor_link_answer", args=[token])).content.decode()

    assert f'data-attach="{reverse("vendor_link_attach", args=[token, KEY])}"' in html
