"""The file of a tool on an answer: shown first, taken with its source and its doubts, by the buyer and the vendor."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.figures.dropped import drops
from assessments.figures.models import FigureDrop
from assessments.saving.uploads import check_upload
from assessments.vendors import services
from assessments.vendors.linking import answering, links
from assessments.vendors.measured.words import named
from assessments.vendors.models import VendorEvidence
from tests.factories import SAMPLES, make_vendor_review

pytestmark = pytest.mark.django_db

KEY = "latency-target"
FIO = "fio-3.33-randrw-4jobs-group-reporting.json"
WRK = "wrk-4.1.0-latency.txt"
NCCL = "nccl-tests-2.19.6-written-from-source.json"
P99 = "p99 storage latency, reads 0.856 ms, fio 3.33, 84,292 operations"
HX = {"HX-Request": "true"}


def sample(name):
    return SimpleUploadedFile(name, (SAMPLES / name).read_bytes())


@pytest.fixture
def asking(client, review, buyer):
    """Her browser, at the form for evidence."""
    client.force_login(buyer)
    return reverse("vendor_evidence_create", args=[review.vendor.organization.slug, review.pk, KEY])


@pytest.fixture
def attaching(token):
    return reverse("vendor_link_attach", args=[token, KEY])


def ticked(page, *titles):
    """The controls of the figures of a page by their titles."""
    rows = page.context["preview"].rows
    return [row.control for row in rows if row.found.title in titles]


def test_the_file_of_a_tool_leads_to_a_page_that_keeps_nothing_yet(client, asking):
    page = client.post(asking, {"file": sample(FIO)}, follow=True)

    html = page.content.decode()
    assert page.redirect_chain[0][0] == page.request["PATH_INFO"]
    assert "figures can be taken." in html
    assert "fio 3.33: the JSON of fio." in html
    assert "Take p99 storage latency, reads, 0.856 ms" in html
    assert "too short to show a steady state" in html
    assert not VendorEvidence.objects.exists()


def test_what_is_ticked_is_taken_with_its_source_and_its_doubts(client, asking, review, buyer):
    page = client.post(asking, {"file": sample(FIO), "title": "Read test"}, follow=True)
    take = {"take": ticked(page, "p99 storage latency, reads"), "file-title": "Read test", "file-keep": "on"}
    assert page.context["preview"].form["title"].value() == "Read test"
    done = client.post(page.request["PATH_INFO"], take, follow=True)

    evidence = VendorEvidence.objects.get()
    assert (evidence.title, evidence.by_vendor, evidence.created_by) == ("Read test", False, buyer)
    [figure] = evidence.figures["figures"]
    assert figure["provenance"]["place"]
    assert len(figure["provenance"]["sha256"]) == 64
    assert evidence.file.read() == (SAMPLES / FIO).read_bytes()
    html = done.content.decode()
    assert P99 in html
    assert "too short to show a steady state" in html
    assert "p95 storage latency" not in html
    assert not FigureDrop.objects.exists()


def test_the_figures_alone_are_kept_as_a_page_of_text(client, asking):
    page = client.post(asking, {"file": sample(FIO)}, follow=True)
    client.post(page.request["PATH_INFO"], {"take": ticked(page, "p99 storage latency, reads")})

    evidence = VendorEvidence.objects.get()
    text = evidence.file.read().decode()
    assert evidence.filename == "fio-3.33-randrw-4jobs-group-reporting-figures.txt"
    assert text.startswith(P99)
    assert "SHA-256" in text
    assert "Know: The run took" in text
    assert "host-a" not in text
    assert evidence.size == len(text.encode())


def test_a_date_that_the_file_lacks_is_asked_for(client, asking):
    page = client.post(asking, {"file": sample(WRK)}, follow=True)
    take = {"take": ticked(page, "p99 latency"), "file-keep": "on"}
    refused = client.post(page.request["PATH_INFO"], take)

    assert refused.status_code == 422
    assert "Give a date. Without one a figure proves nothing." in refused.content.decode()
    client.post(page.request["PATH_INFO"], take | {"file-on": "2026-11-20", "file-environment": "test"})
    assert "20 November, synthetic, run against a test system" in named(VendorEvidence.objects.get())


def test_without_a_figure_the_file_can_be_attached_or_nothing(client, asking):
    page = client.post(asking, {"file": sample("k6-1.1.0-summary-export-all-refused.json")}, follow=True)
    assert "Nothing in here can be taken as a figure." not in page.content.decode()  # the error rate can
    refused = client.post(page.request["PATH_INFO"], {})
    assert "Tick the figures to take, or keep the file." in refused.content.decode()

    client.post(page.request["PATH_INFO"], {"file-keep": "on"})
    assert VendorEvidence.objects.get().figures["figures"] == []


def test_nothing_in_a_file_is_said_with_its_reason(client, asking):
    page = client.post(asking, {"file": sample("iperf3-3.12-server-busy.json")}, follow=True)

    html = page.content.decode()
    assert "Nothing in here can be taken as a figure." in html
    assert "the server is busy" in html


def test_what_a_tool_printed_is_pasted(client, asking):
    page = client.post(asking, {"text": (SAMPLES / WRK).read_text()}, follow=True)
    take = {"take": ticked(page, "p99 latency"), "file-on": "2026-11-20", "file-keep": "on"}
    client.post(page.request["PATH_INFO"], take)

    assert VendorEvidence.objects.get().filename == "Pasted text.txt"


def test_pasted_text_and_a_file_are_two_things(client, asking):
    answer = client.post(asking, {"text": "Some words", "file": sample(FIO)})

    assert answer.status_code == 422
    assert "Give either a file or what a tool printed" in answer.content.decode()
    assert "Some words" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "data"), [("notes.txt", b"Written down"), ("list.csv", b"a,b\n1,2\n"), ("x.json", b"{}")]
)
def test_any_other_file_is_attached_as_it_is(client, asking, name, data):
    client.post(asking, {"file": SimpleUploadedFile(name, data)})

    evidence = VendorEvidence.objects.get()
    assert (evidence.title, evidence.file.read(), evidence.figures) == (name, data, {})


def test_in_the_dialog_the_browser_is_sent_to_the_page(client, asking):
    answer = client.post(asking, {"file": sample(FIO)}, headers=HX)

    assert "/figures/" in answer.headers["HX-Redirect"]


def test_secrets_are_masked_before_anything_is_stored(client, asking):
    page = client.post(asking, {"file": sample(NCCL)}, follow=True)
    assert "Masked in" in page.content.decode()
    assert b"not-a-real-one" not in drops.text_of(FigureDrop.objects.get())
    client.post(page.request["PATH_INFO"], {"file-keep": "on", "take": "0"})

    evidence = VendorEvidence.objects.get()
    data = evidence.file.read()
    assert b"not-a-real-one" not in data
    assert b"average_bus_bandwidth" in data
    assert evidence.size == len(data)


def test_throwing_away_leads_back_to_the_question(client, asking):
    page = client.post(asking, {"file": sample(FIO)}, follow=True)
    done = client.post(page.request["PATH_INFO"], {"then": "discard"})

    assert done.url.endswith(f"#{KEY}")
    assert (FigureDrop.objects.count(), VendorEvidence.objects.count()) == (0, 0)


def test_a_second_press_finds_nothing_left(client, asking):
    page = client.post(asking, {"file": sample(FIO)}, follow=True)
    take = {"take": ticked(page, "p99 storage latency, reads"), "file-keep": "on"}
    address = page.request["PATH_INFO"]
    client.post(address, take)
    again = client.post(address, {**take, "file-title": "again"}, follow=True)

    assert "taken already, or thrown away" in again.content.decode()
    assert VendorEvidence.objects.count() == 1


def test_a_second_file_on_the_same_answer_takes_the_place_of_the_first(client, asking):
    client.post(asking, {"file": sample(FIO)})
    client.post(asking, {"file": sample(WRK)})

    assert FigureDrop.objects.get().filename == WRK


def test_a_vendor_takes_by_his_link_and_the_buyer_sees_it(client, attaching, token, review, buyer):
    page = client.post(attaching, {"file": sample(FIO)}, follow=True)
    assert "<title>Figures from" in page.content.decode()
    client.post(page.request["PATH_INFO"], {"take": ticked(page, "p99 storage latency, reads"), "file-keep": "on"})

    evidence = VendorEvidence.objects.get()
    assert (evidence.by_vendor, evidence.created_by, evidence.answer.is_new) == (True, None, True)
    assert P99 in client.get(reverse("vendor_link_answer", args=[token])).content.decode()
    client.force_login(buyer)
    slug = review.vendor.organization.slug
    html = client.get(reverse("vendor_review_update", args=[slug, review.pk])).content.decode()
    assert P99 in html
    assert f"from {review.vendor}" in html
    other = make_vendor_review(review.vendor.organization, name="Marten Cloud")
    compared = reverse("vendor_review_compare", args=[slug]) + f"?review={review.pk}&review={other.pk}"
    assert P99 in client.get(compared).content.decode()


def test_neither_sees_what_the_other_dropped(client, asking, attaching, token, review, link):
    hers = client.post(asking, {"file": sample(FIO)}, follow=True).request["PATH_INFO"].rpartition("/")[2]
    his = client.post(attaching, {"file": sample(FIO)}, follow=True).request["PATH_INFO"].rpartition("/")[2]

    assert client.get(reverse("vendor_link_drop", args=[token, his])).status_code == 200
    assert client.get(reverse("vendor_link_drop", args=[token, hers])).status_code == 302
    slug = review.vendor.organization.slug
    assert client.get(reverse("vendor_drop_detail", args=[slug, review.pk, hers])).status_code == 200
    assert client.get(reverse("vendor_drop_detail", args=[slug, review.pk, his])).status_code == 302
    other = links.make_link(make_vendor_review(review.vendor.organization), days=14, actor=review.created_by)
    assert client.get(reverse("vendor_link_drop", args=[other, his])).status_code == 302


def test_what_was_submitted_takes_no_figure_anymore(client, attaching, link):
    page = client.post(attaching, {"file": sample(FIO)}, follow=True)
    answering.submit(link)
    refused = client.post(page.request["PATH_INFO"], {"take": "0", "file-keep": "on"})

    assert refused.status_code == 422
    assert "submitted already and no longer change" in refused.content.decode()
    assert not VendorEvidence.objects.exists()
    assert client.post(attaching, {"file": sample(FIO)}).status_code == 422
    assert FigureDrop.objects.count() == 1


def test_a_complete_review_takes_no_file(client, asking, review, buyer):
    services.complete_review(review, actor=buyer)

    assert client.post(asking, {"file": sample(FIO)}).status_code == 422
    assert not FigureDrop.objects.exists()


def test_what_waits_counts_to_what_a_link_may_attach(link, monkeypatch):
    monkeypatch.setattr(answering, "MAX_BYTES", 8000)
    answering.drop_file(link, question=KEY, upload=check_upload(sample(FIO)))

    with pytest.raises(ValidationError, match="All files together"):
        answering.drop_file(link, question="preemption", upload=check_upload(sample(FIO)))
    answering.drop_file(link, question=KEY, upload=check_upload(sample(WRK)))
    assert FigureDrop.objects.get().filename == WRK


def test_what_nobody_takes_goes_within_a_day(link):
    answering.drop_file(link, question=KEY, upload=check_upload(sample(FIO)))
    FigureDrop.objects.update(created_at=timezone.now() - timedelta(days=2))

    assert drops.purge() == 1


def test_a_repeated_review_takes_the_figures_over(client, asking, review, buyer):
    page = client.post(asking, {"file": sample(FIO)}, follow=True)
    client.post(page.request["PATH_INFO"], {"take": "0", "file-keep": "on"})
    services.complete_review(review, actor=buyer)
    services.repeat_review(review, actor=buyer)

    first, second = VendorEvidence.objects.order_by("pk")
    assert first.figures == second.figures
    assert second.figures["figures"]


def test_a_page_with_three_files_takes_as_many_queries_as_with_one(client, asking, review, buyer):
    def evidence():
        page = client.post(asking, {"file": sample(FIO)}, follow=True)
        client.post(page.request["PATH_INFO"], {"take": "0", "file-keep": "on"})

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(reverse("vendor_review_update", args=[review.vendor.organization.slug, review.pk]))
        return len(found)

    evidence()
    queries()
    one = queries()
    evidence()
    evidence()
    assert queries() == one


def test_a_drop_place_stands_on_every_question(client, token, review, buyer):
    html = client.get(reverse("vendor_link_answer", args=[token])).content.decode()
    assert f'data-attach="{reverse("vendor_link_attach", args=[token, KEY])}"' in html

    client.force_login(buyer)
    slug = review.vendor.organization.slug
    html = client.get(reverse("vendor_review_update", args=[slug, review.pk])).content.decode()
    assert f'data-attach="{reverse("vendor_evidence_create", args=[slug, review.pk, KEY])}"' in html
