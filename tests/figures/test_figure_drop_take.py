"""Taking figures: what is ticked becomes proof or fills a fact, once, with where it comes from."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.figures.models import FigureDrop, MeasuredFigure
from assessments.scorecards import services
from assessments.scorecards.models import DeciderAnswer, Evidence, FactAnswer
from assessments.scorecards.readings import read_scorecard
from tests.factories import make_drop

pytestmark = pytest.mark.django_db

P95, P99 = 4, 3  # their places in the readings of the two k6 samples
WITH_P99 = "k6-1.1.0-summary-export-with-p99.json"
RESULTS = "of:reliability-targets:monthly-results"


def take(client, drop, *indexes, on="2026-11-28", data=None, follow=True, **fields):
    url = reverse("figure_drop_take", args=[drop.organization.slug, drop.scorecard_id, drop.batch])
    posted = {"take": [f"{drop.pk}-{index}" for index in indexes], f"d{drop.pk}-on": on}
    posted |= {f"d{drop.pk}-{name}": value for name, value in fields.items()}
    return client.post(url, posted | (data or {}), follow=follow)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """A day on which the samples are young."""
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2026, 11, 30))


def test_a_figure_becomes_proof_with_where_it_comes_from(client, scorecard, owner):
    drop = make_drop(scorecard)

    take(client, drop, P95, version="1.1.0", environment="test", service="Route planner")

    evidence = Evidence.objects.get()
    assert (evidence.kind, evidence.title, evidence.unit) == ("figure", "p95 latency", "ms")
    assert evidence.value == Decimal("2.22538040")
    assert (evidence.on, evidence.created_by) == (date(2026, 11, 28), owner)
    assert evidence.metric_key == "tail-latency-p95-p99"
    assert [answer.decider_key for answer in evidence.deciders.all()] == ["monthly-results"]
    assert evidence.provenance == {
        "name": "latency",
        "statistic": "p95",
        "value": "2.2253804000000024",
        "unit": "ms",
        "count": 17662,
        "counted": "requests",
        "about": "HTTP request, failures included",
        "tool": "k6",
        "version": "1.1.0",
        "format": "k6-summary",
        "scenario": "synthetic",
        "environment": "test",
        "service": "Route planner",
        "file": drop.filename,
        "sha256": drop.sha256,
        "place": "metrics.http_req_duration.p(95)",
        "warnings": [
            "3,446 of 17,662 requests failed; they are in the latencies and in the requests per second.",
            "Of the successful requests alone the p95 is 2.25 ms.",
            "The run's own threshold rate<0.01 on http_req_failed was crossed.",
        ],
    }
    assert FigureDrop.objects.count() == 0


def test_the_result_says_the_source_in_words(client, scorecard):
    take(client, make_drop(scorecard), P95, version="1.1.0")

    result = client.get(reverse("scorecard_detail", args=[scorecard.organization.slug, scorecard.pk]))

    assert (
        "p95 latency 2.23 ms, k6 1.1.0, 17,662 requests, failures included, 28 November, synthetic"
        in result.content.decode()
    )


def test_a_second_press_takes_nothing_twice(client, scorecard):
    drop = make_drop(scorecard)

    take(client, drop, P95)
    again = take(client, drop, P95)

    assert "These figures were taken already, or thrown away." in again.content.decode()
    assert (Evidence.objects.count(), MeasuredFigure.objects.count()) == (1, 1)


def test_the_same_file_dropped_and_taken_again_is_there_once(client, scorecard):
    take(client, make_drop(scorecard), P95)
    other = make_drop(scorecard, category="serving-maturity", decider="measured-settings")

    take(client, make_drop(scorecard), P95)
    take(client, other, P95)

    assert Evidence.objects.count() == 2  # one for each category
    assert MeasuredFigure.objects.count() == 1


def test_a_figure_taken_again_for_another_decider_proves_both(client, scorecard):
    take(client, make_drop(scorecard), P95)
    drop = make_drop(scorecard)

    take(client, drop, P95, data={f"for-{drop.pk}-{P95}": "of:reliability-targets:written-targets"})

    proven = {answer.decider_key for answer in Evidence.objects.get().deciders.all()}
    assert proven == {"monthly-results", "written-targets"}


def test_without_a_date_nothing_is_taken_and_what_was_chosen_stays(client, scorecard):
    drop = make_drop(scorecard)

    page = take(client, drop, P95, on="", service="Route planner")

    html = page.content.decode()
    assert page.status_code == 422
    assert "Give a date. Without one a figure proves nothing." in html
    assert 'value="Route planner"' in html
    assert f'value="{drop.pk}-{P95}" checked' in html
    assert Evidence.objects.count() == 0


@pytest.mark.parametrize("on", ["2026-12-01", "1999-12-31", "28.11.2026x", "soon"])
def test_a_day_that_cannot_be_is_refused(client, scorecard, on):
    page = take(client, make_drop(scorecard), P95, on=on)

    assert page.status_code == 422
    assert Evidence.objects.count() == 0


def test_a_file_that_has_its_date_is_not_asked_for_one(client, scorecard):
    drop = make_drop(scorecard, "vllm-0.32.0-bench-serve-p50-p95-p99.json")

    take(client, drop, 3, on="")

    assert Evidence.objects.get().on == date(2026, 11, 29)


def test_what_was_shown_is_saved_with_the_figure_that_proves_it(client, scorecard):
    drop = make_drop(scorecard)

    take(client, drop, P95, data={"state-monthly-results": "1", "version-monthly-results": "0"})

    reading = read_scorecard(scorecard).category("reliability-targets")
    assert DeciderAnswer.objects.get(decider_key="monthly-results", response__scorecard=scorecard).state == 1
    assert reading.answer.proven == 1


def test_what_was_shown_for_a_decider_that_no_figure_proves_is_left(client, scorecard):
    drop = make_drop(scorecard)

    take(client, drop, P95, data={"state-rehearsed-response": "2", "version-rehearsed-response": "0"})

    assert DeciderAnswer.objects.get(decider_key="rehearsed-response", response__scorecard=scorecard).state is None


def test_a_decider_answered_meanwhile_takes_nothing(client, scorecard, owner):
    drop = make_drop(scorecard)
    about = {"category": "reliability-targets", "decider": "monthly-results"}
    services.record_decider(scorecard, **about, state=2, actor=owner, version=0)

    page = take(client, drop, P95, data={"state-monthly-results": "1", "version-monthly-results": "0"})

    assert page.status_code == 422
    assert "answered by somebody else meanwhile" in page.content.decode()
    assert Evidence.objects.count() == 0
    assert FigureDrop.objects.count() == 1


def test_nothing_ticked_is_said(client, scorecard):
    page = take(client, make_drop(scorecard))

    assert page.status_code == 422
    assert "Tick the figures to take, or type one." in page.content.decode()


def test_the_file_is_kept_only_if_wanted_and_masked(client, scorecard):
    name = "k6-2.2.0-machine-readable-summary.json"
    take(client, make_drop(scorecard, name), 0, keep="on")

    kept = Evidence.objects.get(kind="file")
    assert [answer.decider_key for answer in kept.deciders.all()] == ["monthly-results"]
    data = kept.file.read()
    assert b"http_req" in data
    assert b"import http" not in data  # the script


def test_without_the_tick_no_file_stays(client, scorecard, media, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        take(client, make_drop(scorecard), P95)

    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_a_typed_figure_keeps_its_file_as_proof(client, scorecard):
    drop = make_drop(scorecard, odd=b"odd tool 7\nload 12\n")

    take(
        client,
        drop,
        keep="on",
        data={f"t{drop.pk}-name": "Load", f"t{drop.pk}-value": "12,5", f"t{drop.pk}-unit": "requests/s"},
    )

    figure, file = Evidence.objects.get(kind="figure"), Evidence.objects.get(kind="file")
    assert (figure.title, figure.value, figure.unit) == ("Load", Decimal("12.5"), "requests/s")
    assert figure.provenance == {"how": "typed", "file": "odd", "sha256": drop.sha256}
    assert file.file.read() == b"odd tool 7\nload 12\n"


def test_a_typed_figure_that_can_be_read_in_two_ways_is_asked_back(client, scorecard):
    drop = make_drop(scorecard, odd=b"odd tool 7\n")

    page = take(client, drop, data={f"t{drop.pk}-name": "Load", f"t{drop.pk}-value": "1,234"})

    assert page.status_code == 422
    assert "can be read in two ways" in page.content.decode()
    assert 'value="1234"' in page.content.decode()


def test_a_percentile_of_too_few_requests_is_refused(client, scorecard):
    drop = make_drop(scorecard, "prometheus-2.42.0-with-query.txt")
    index = next(n for n, each in enumerate(drop.reading["figures"]) if each["statistic"] == "p99")

    page = take(client, drop, index, count="40")

    assert page.status_code == 422
    assert "of 40 requests is the maximum" in page.content.decode()


def test_a_measured_latency_stands_beside_its_target(client, scorecard, owner):
    values = {"p95": "800", "where": "At the gateway"}
    services.record_fact(scorecard, fact="latency-target", answer="", values=values, actor=owner, version=0)
    drop = make_drop(scorecard, WITH_P99, category="", decider="", fact="latency-target")

    take(client, drop, 2, P99, version="1.1.0")

    answer = FactAnswer.objects.get(scorecard=scorecard, fact_key="latency-target")
    words = "p99 10.4 ms, k6 1.1.0, 13,750 requests, failures included, 28 November, synthetic"
    assert (answer.values["p95"], answer.values["measured_p99"]) == ("800", words)
    page = client.get(reverse("scorecard_update", args=[scorecard.organization.slug, scorecard.pk])).content.decode()
    result = client.get(reverse("scorecard_detail", args=[scorecard.organization.slug, scorecard.pk])).content.decode()
    assert f"Measured: {words}" in page
    assert "p95 800 ms. At the gateway. Measured: p95 3.61 ms, k6 1.1.0" in result


def test_utilization_fills_its_fact_and_its_source_goes_with_the_number(client, scorecard, owner):
    drop = make_drop(scorecard, "nvidia-smi-query.csv", category="", decider="", fact="utilization-why")

    take(client, drop, 0)

    answer = FactAnswer.objects.get(scorecard=scorecard, fact_key="utilization-why")
    assert answer.values["percent"] == "45"
    assert answer.values["period"] == "2026-06-29 to 2026-06-29"
    assert answer.values["percent_source"].startswith("Mean active share 45%, nvidia-smi, 4 values")
    fields = {"utilization-why-fact_version": answer.version, "utilization-why-period": "June"}
    url = reverse("fact_update", args=[scorecard.organization.slug, scorecard.pk, "utilization-why"])
    client.post(url, fields | {"utilization-why-percent": "45"})
    answer.refresh_from_db()
    assert "percent_source" in answer.values
    fields["utilization-why-fact_version"] = answer.version
    client.post(url, fields | {"utilization-why-percent": "46"})
    answer.refresh_from_db()
    assert "percent_source" not in answer.values


def test_a_figure_that_does_not_answer_a_fact_is_refused(client, scorecard):
    drop = make_drop(scorecard, category="", decider="", fact="latency-target")

    take(client, drop, P95, data={f"for-{drop.pk}-{P95}": "fact:unit-cost"})

    assert FactAnswer.objects.get(scorecard=scorecard, fact_key="unit-cost").values == {}


def test_a_target_that_nobody_offered_is_not_used(client, scorecard):
    drop = make_drop(scorecard)

    take(client, drop, P95, data={f"for-{drop.pk}-{P95}": "of:cost-model:feature-unit-cost"})

    assert [answer.decider_key for answer in Evidence.objects.get().deciders.all()] == ["monthly-results"]


def test_a_signed_off_assessment_takes_nothing(client, scorecard, owner):
    drop = make_drop(scorecard)
    services.sign_off(scorecard, actor=owner, digest=services.answers_digest(scorecard))

    page = take(client, drop, P95)

    assert "signed off" in page.content.decode()
    assert Evidence.objects.count() == 0


def test_the_next_assessment_keeps_where_a_figure_comes_from(client, scorecard, owner):
    take(client, make_drop(scorecard), P95)
    services.sign_off(scorecard, actor=owner, digest=services.answers_digest(scorecard))

    following = services.start_scorecard(scorecard.organization, title="", actor=owner)

    copied = Evidence.objects.get(response__scorecard=following)
    assert copied.provenance["tool"] == "k6"


def test_report_and_export_carry_where_a_figure_comes_from(client, scorecard, owner):
    from assessments.reports import services as reports
    from assessments.reports.categories import category_block

    take(client, make_drop(scorecard), P95, version="1.1.0")

    snapshot = reports.request_report(scorecard, actor=owner).snapshot
    category = next(c for c in snapshot["categories"] if c["key"] == "reliability-targets")
    proof = category_block(snapshot, category)["deciders"][1]["proofs"][0]["text"]
    assert proof == (
        "Figure: p95 latency: 2.23 ms (k6 1.1.0, 17,662 requests, failures included, 28 November, synthetic)"
    )
    from assessments.reports.archives import _what_it_proves

    assert _what_it_proves(Evidence.objects.get())["provenance"]["sha256"]


def test_somebody_else_s_files_cannot_be_taken(client, scorecard):
    theirs = make_drop()
    url = reverse("figure_drop_take", args=[scorecard.organization.slug, scorecard.pk, theirs.batch])

    page = client.post(url, {"take": f"{theirs.pk}-{P95}"}, follow=True)

    assert "These figures were taken already, or thrown away." in page.content.decode()
    assert Evidence.objects.count() == 0


def test_the_audit_trail_names_the_figure(client, scorecard):
    from assessments.audit.models import AuditEvent

    take(client, make_drop(scorecard), P95)

    event = AuditEvent.objects.filter(action="evidence-added").get()
    assert event.subject == "Reliability targets: p95 latency: 2.23 ms"
