"""The sample: a finished report on the screen, before anything is scored."""

import re

import pytest
from django.urls import reverse

from assessments.reports.document import document
from assessments.reports.pdf import render_html, render_pdf
from assessments.reports.sample import sample_snapshot
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_the_sample_is_a_report_of_the_newest_framework_with_proof_and_claims():
    snapshot = sample_snapshot()

    assert snapshot["result"]["verdict"] == "risk"
    assert (snapshot["result"]["total"], snapshot["result"]["proven_total"]) == (9, 7)
    assert all(len(category["deciders"]) == 3 for category in snapshot["categories"])
    assert len(document(snapshot)["summary"]["findings"]) == 3


def test_it_is_shown_to_whoever_is_signed_in_without_a_row_and_without_an_inline_style(
    client, django_assert_num_queries
):
    client.force_login(make_user())

    with django_assert_num_queries(2):  # the session and the person
        response = client.get(reverse("report_sample"))

    html = response.content.decode()
    assert response.status_code == 200
    assert "Kestrel Logistics" in html
    assert re.findall(r"<style|<script|\sstyle=", html) == []


def test_it_can_be_set_as_the_pdf_it_stands_for():
    assert render_pdf(render_html(sample_snapshot())).pages >= 6
