from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from assessments import framework
from assessments.organizations.models import Role
from assessments.scorecards import services, steps
from assessments.scorecards.asking import asking
from assessments.scorecards.models import AnswerRequest, DeciderAnswer, Evidence
from assessments.scorecards.readings import read_scorecard
from tests.factories import make_membership, make_organization, make_scorecard, make_user

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
CATEGORY = framework.current().category("cost-model")
FIRST, SECOND, THIRD = CATEGORY.deciders


@pytest.fixture
def owner(client):
    user = make_user(name="Ada")
    client.force_login(user)
    return user


@pytest.fixture
def scorecard(owner):
    return make_scorecard(make_organization(owner=owner, currency="EUR"))


def post(client, scorecard, state, *, version=0, decider=FIRST.key, category=CATEGORY.key):
    url = reverse("decider_update", args=[scorecard.organization.slug, scorecard.pk, category, decider])
    data = {f"{decider}-state": state, f"{decider}-state_version": version}
    return client.post(url, data, headers=HTMX)


def stored(scorecard, decider=FIRST.key):
    return DeciderAnswer.objects.get(response__scorecard=scorecard, decider_key=decider)


def test_an_answer_is_saved_and_the_level_and_the_totals_come_along(client, scorecard):
    for decider in (SECOND, THIRD):
        post(client, scorecard, "2", decider=decider.key)

    response = post(client, scorecard, "2")

    html = response.content.decode()
    assert response.status_code == 200
    assert (stored(scorecard).state, stored(scorecard).version) == (2, 1)
    assert f'name="{FIRST.key}-state_version" value="1"' in html
    assert "<b>Claimed 2, proven 0</b>" in html
    assert "Three proofs missing" in html
    assert f"{FIRST.name} saved as shown. Cost model: Claimed 2, proven 0. Total 2 of 16 claimed, 0 proven" in html


def test_saving_takes_eight_queries(client, scorecard, django_assert_num_queries):
    # Eight, and the SAVEPOINT and RELEASE that stand for BEGIN and COMMIT within a test.
    with django_assert_num_queries(8 + 2):
        post(client, scorecard, "2")


def test_saving_takes_eight_queries_where_nothing_is_left_to_ask(client, scorecard, django_assert_num_queries):
    DeciderAnswer.objects.filter(response__category_key="cost-model").update(state=1)

    with django_assert_num_queries(8 + 2):
        assert post(client, scorecard, "2").status_code == 200


def test_an_answer_is_taken_back_to_not_asked(client, scorecard):
    post(client, scorecard, "0")

    html = post(client, scorecard, "", version=1).content.decode()

    assert stored(scorecard).state is None
    assert "<b>Open: 0 to 2</b>" in html
    assert "Not asked yet" in html


@pytest.mark.parametrize("state", ["3", "x", "-1", "\uff12"])
def test_an_answer_that_is_none_gets_a_sentence_and_changes_nothing(client, scorecard, state):
    response = post(client, scorecard, state)

    assert response.status_code == 422
    assert "Choose not asked, not shown, in part or shown." in response.content.decode()
    assert stored(scorecard).state is None


@pytest.mark.parametrize(
    ("category", "decider"),
    [(CATEGORY.key, "cost-by-feature-2031"), ("no-such", FIRST.key), ("workload-clarity", FIRST.key)],
)
def test_a_decider_of_another_version_or_category_gets_a_sentence(client, scorecard, category, decider):
    response = post(client, scorecard, "2", decider=decider, category=category)

    assert response.status_code == 422
    assert "belongs to another version of the framework" in response.content.decode()


def test_two_people_on_one_decider_see_both_answers(client, scorecard):
    grace = make_user(name="Grace")
    services.record_decider(scorecard, category=CATEGORY.key, decider=FIRST.key, state=1, actor=grace, version=0)

    response = post(client, scorecard, "2", version=0)

    html = response.content.decode()
    assert response.status_code == 409
    assert "Grace changed this" in html
    assert "<dt>Theirs</dt><dd>In part</dd>" in html
    assert "<dt>Yours</dt><dd>Shown</dd>" in html
    assert post(client, scorecard, "2", version=1).status_code == 200
    assert stored(scorecard).state == 2


def test_an_answer_on_a_signed_off_scorecard_is_refused(client, owner, scorecard):
    services.sign_off(scorecard, actor=owner, digest=services.answers_digest(scorecard))

    response = post(client, scorecard, "2")

    assert response.status_code == 422
    assert "signed off and can no longer change" in response.content.decode()


def claim(client, scorecard, level, *, version=0, reason=""):
    url = reverse("response_update", args=[scorecard.organization.slug, scorecard.pk, CATEGORY.key, "level"])
    fields = {"level": level, "claim_reason": reason, "level_version": version}
    return client.post(url, {f"{CATEGORY.key}-{name}": value for name, value in fields.items()}, headers=HTMX)


def test_a_level_claimed_outright_says_who_when_and_what_it_counts_and_can_be_withdrawn(client, scorecard):
    html = claim(client, scorecard, "2", reason="The CFO says so").content.decode()

    assert "<b>Level 2 claimed directly</b> by Ada on" in html
    assert "The CFO says so" in html
    assert "No decider is answered, so the proven total counts 0." in html
    assert "<b>Claimed 2, proven 0</b>" in html

    html = claim(client, scorecard, "", version=1).content.decode()
    assert "<b>Open: 0 to 2</b>" in html
    response = scorecard.responses.get(category_key=CATEGORY.key)
    assert (response.level, response.claim_reason, response.claimed_by) == (None, "", None)


def test_a_measured_figure_is_no_part_of_a_category_with_deciders(client, scorecard):
    url = reverse("response_update", args=[scorecard.organization.slug, scorecard.pk, CATEGORY.key, "metric"])

    assert client.post(url, {f"{CATEGORY.key}-metric_version": 0}, headers=HTMX).status_code == 404


def test_i_saw_it_today_proves_one_decider_in_one_press(client, scorecard):
    for decider in CATEGORY.deciders:
        post(client, scorecard, "2", decider=decider.key)
    for decider in CATEGORY.deciders:
        args = [scorecard.organization.slug, scorecard.pk, CATEGORY.key, decider.key]
        html = client.post(reverse("evidence_see", args=args), headers=HTMX).content.decode()

    assert "<b>2, proven</b>" in html
    assert f"Seen {timezone.localdate():%-d %b} by Ada" in html
    seen = Evidence.objects.get(deciders__decider_key=FIRST.key)
    assert (seen.kind, seen.on, seen.seen_by_name) == ("sighting", timezone.localdate(), "Ada")


def test_i_saw_it_of_a_decider_of_another_category_is_refused(client, scorecard):
    args = [scorecard.organization.slug, scorecard.pk, "workload-clarity", FIRST.key]

    response = client.post(reverse("evidence_see", args=args), headers=HTMX)

    assert response.status_code == 409
    assert not Evidence.objects.exists()


def add(client, scorecard, **fields):
    url = reverse("evidence_create", args=[scorecard.organization.slug, scorecard.pk, CATEGORY.key])
    return client.post(url, fields)


def test_a_figure_of_the_framework_brings_its_unit_in_the_organization_s_currency(client, scorecard):
    add(
        client,
        scorecard,
        kind="figure",
        metric="cost-per-thousand-requests",
        value="0,031",
        deciders=[FIRST.key, THIRD.key],
    )

    figure = Evidence.objects.get()
    assert (str(figure.value.normalize()), figure.unit, figure.metric_key) == (
        "0.031",
        "EUR per 1,000 requests",
        "cost-per-thousand-requests",
    )
    assert set(figure.deciders.values_list("decider_key", flat=True)) == {FIRST.key, THIRD.key}


def test_another_figure_has_a_name_and_a_unit_of_its_own(client, scorecard):
    add(client, scorecard, kind="figure", metric="", name="Cost per page", value="2 EUR", unit="EUR")

    figure = Evidence.objects.get()
    assert (figure.title, figure.value, figure.unit) == ("Cost per page", 2, "EUR")


def test_a_figure_that_can_be_read_in_two_ways_is_asked_back(client, scorecard):
    response = add(client, scorecard, kind="figure", metric="cost-per-thousand-requests", value="1.200")

    html = response.content.decode()
    assert response.status_code == 422
    assert 'name="value" value="1.2"' in html
    assert 'name="value" value="1200"' in html
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "sighting", "on": "2030-01-01"}, "This day lies ahead."),
        ({"kind": "sighting", "on": "1990-05-01"}, "A proof from before 2000 carries nothing."),
        ({"kind": "sighting", "on": "soon"}, "Write the date as 2026-09-14."),
        ({"kind": "sighting", "deciders": "workload-register"}, "belongs to the questions of its own category"),
        ({"kind": "figure", "name": "x", "value": "1e400"}, "Write the figure in digits"),
        ({"kind": "figure", "name": "x", "value": "\u221e"}, "Write the figure in digits"),
        ({"kind": "figure", "name": "x", "value": ""}, "Give the figure in digits"),
        ({"kind": "figure", "value": "1"}, "Say what was measured."),
        ({"kind": "figure", "metric": "rollback-time", "value": "1"}, "belongs to another category"),
        ({"kind": "link"}, "Give the web address that proves it."),
        ({"kind": "link", "url": "javascript:alert(1)"}, "begins with https://"),
        ({"kind": "link", "url": "a.example", "on": "2026-11-02", "in_force_until": "2026-11-01"}, "lies before"),
        ({"kind": "file"}, "Choose the file that proves it."),
        ({"kind": "rumor"}, "Choose a link, a file, a figure or a sighting."),
    ],
)
def test_a_proof_that_is_none_gets_a_sentence(client, scorecard, fields, sentence):
    response = add(client, scorecard, **fields)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Evidence.objects.exists()


def test_a_figure_written_in_full_width_digits_or_as_minus_zero_is_the_number_it_is(client, scorecard):
    for value in ("\uff11\uff12", "-0"):
        add(client, scorecard, kind="figure", name="x", value=value)

    assert [str(value.normalize()) for value in Evidence.objects.values_list("value", flat=True)] == ["12", "0"]


def test_a_sighting_says_what_whose_and_by_whom(client, scorecard):
    fields = {"what": "Sizing document", "whose": "Platform team", "seen_by": "Priya Raman", "on": "2026-10-28"}
    add(client, scorecard, kind="sighting", deciders=[FIRST.key], **fields)
    post(client, scorecard, "2")

    page = client.get(reverse("scorecard_update", args=[scorecard.organization.slug, scorecard.pk])).content.decode()

    assert "Seen 28 Oct by Priya Raman: Sizing document, Platform team" in page


def test_a_proof_too_old_says_so_at_the_field(client, owner, scorecard):
    post(client, scorecard, "2")
    old = timezone.localdate() - timedelta(days=220)
    about = {"category": CATEGORY.key, "deciders": [FIRST.key], "actor": owner}
    services.add_sighting(scorecard, on=old, **about)
    address = reverse("scorecard_update", args=[scorecard.organization.slug, scorecard.pk])

    assert "Seen seven months ago; four months are asked." in client.get(address).content.decode()

    services.add_sighting(scorecard, **about)
    assert "months are asked" not in client.get(address).content.decode()


def test_what_a_proof_proves_is_said_anew(client, owner, scorecard):
    evidence = services.add_sighting(scorecard, category=CATEGORY.key, actor=owner)
    page = client.get(reverse("scorecard_update", args=[scorecard.organization.slug, scorecard.pk])).content.decode()
    assert "said to prove none of the three yet" in page
    url = reverse("evidence_update", args=[scorecard.organization.slug, scorecard.pk, evidence.pk])

    assert client.post(url, {"deciders": [SECOND.key]}).status_code == 302
    assert [d.decider_key for d in evidence.deciders.all()] == [SECOND.key]
    assert client.post(url, {"deciders": ["workload-register"]}).status_code == 422


def ask(client, scorecard, **fields):
    url = reverse("answer_request_create", args=[scorecard.organization.slug, scorecard.pk, CATEGORY.key])
    return client.post(url, fields)


@pytest.fixture
def ana(scorecard):
    return make_membership(
        scorecard.organization, make_user(name="Ana", email="ana@example.com"), role=Role.EDITOR
    ).user


def test_a_colleague_is_asked_by_mail_reminded_and_the_question_withdrawn(
    client, scorecard, ana, mailoutbox, django_capture_on_commit_callbacks
):
    page = reverse("scorecard_update", args=[scorecard.organization.slug, scorecard.pk])
    with django_capture_on_commit_callbacks(execute=True):
        ask(client, scorecard, asked=ana.pk, word="You ran it", due_on=timezone.localdate().isoformat())
    question = AnswerRequest.objects.get()

    assert [(mail.to, mail.subject.split(":")[0]) for mail in mailoutbox] == [(["ana@example.com"], "Asked")]
    assert f"{page}#{CATEGORY.key}" in mailoutbox[0].body
    assert "You ran it" in mailoutbox[0].body
    assert FIRST.asks in mailoutbox[0].body
    html = client.get(page).content.decode()
    assert "<b>Asked of Ana</b>" in html
    assert "Asked Ana</small>" in html

    with django_capture_on_commit_callbacks(execute=True):
        client.post(page, {"then": f"remind:{question.pk}"})
    assert mailoutbox[1].subject.startswith("Reminder")
    client.post(page, {"then": f"withdraw:{question.pk}"})
    question.refresh_from_db()
    assert question.ending == "withdrawn"
    assert "Asked of Ana" not in client.get(page).content.decode()


def test_a_question_ends_once_every_decider_is_answered(client, scorecard, ana):
    ask(client, scorecard, asked=ana.pk)
    client.force_login(ana)
    for decider in CATEGORY.deciders:
        assert AnswerRequest.objects.get().ending == ""
        post(client, scorecard, "1", decider=decider.key)

    assert AnswerRequest.objects.get().ending == "answered"


def test_a_question_ends_on_the_page_too_even_where_an_answer_was_taken_back_before(client, scorecard, ana):
    for decider in CATEGORY.deciders:
        post(client, scorecard, "1", decider=decider.key)
    post(client, scorecard, "", version=1)
    ask(client, scorecard, asked=ana.pk)

    html = post(client, scorecard, "1", version=2).content.decode()

    assert AnswerRequest.objects.get().ending == "answered"
    assert '<div id="cost-model-asked" hx-swap-oob="true"></div>' in html


def test_a_question_ends_where_the_whole_page_is_saved_without_javascript(client, scorecard, ana):
    ask(client, scorecard, asked=ana.pk)
    asking.ask(scorecard, category="workload-clarity", asked=ana, actor=ana)
    fields = {f"{decider.key}-state": "1" for decider in CATEGORY.deciders}
    fields |= {f"{decider.key}-state_version": "0" for decider in CATEGORY.deciders}

    client.post(reverse("scorecard_update", args=[scorecard.organization.slug, scorecard.pk]), fields)

    endings = dict(AnswerRequest.objects.values_list("response__category_key", "ending"))
    assert endings == {"cost-model": "answered", "workload-clarity": ""}


def test_going_to_the_sign_off_with_nothing_to_save_says_nothing_of_saving(client, scorecard):
    address = reverse("scorecard_update", args=[scorecard.organization.slug, scorecard.pk])

    html = client.post(address, {"then": "sign-off"}, follow=True).content.decode()

    assert "Check before you sign off" in html
    assert "Everything was saved already." not in html


def test_what_nobody_asked_is_asked_first_and_no_work_is_offered_for_it(client, scorecard):
    page = reverse("scorecard_detail", args=[scorecard.organization.slug, scorecard.pk])
    html = client.get(page).content.decode()
    assert "First ask what is still open" in html
    assert "Cost 0 to 1<" not in html

    post(client, scorecard, "0")
    html = client.get(page).content.decode()
    assert [step.category_key for step in steps.first_steps(read_scorecard(scorecard))] == ["cost-model"]
    assert "Cost 0 to 1<" in html


@pytest.mark.parametrize("fields", [{}, {"asked": "999999"}, {"asked": "x"}, {"due_on": "2020-01-01"}])
def test_a_question_to_nobody_or_for_yesterday_is_refused(client, scorecard, ana, fields):
    filled = {"asked": ana.pk} | fields if "due_on" in fields else fields

    assert ask(client, scorecard, **filled).status_code == 422
    assert not AnswerRequest.objects.exists()


def test_the_same_colleague_is_asked_once(client, scorecard, ana):
    ask(client, scorecard, asked=ana.pk)

    response = ask(client, scorecard, asked=ana.pk)

    assert response.status_code == 422
    assert "Ana is asked already." in response.content.decode()


def fact(client, scorecard, key, *, version=0, **fields):
    url = reverse("fact_update", args=[scorecard.organization.slug, scorecard.pk, key])
    data = {f"{key}-{name}": value for name, value in fields.items()} | {f"{key}-fact_version": version}
    return client.post(url, data, headers=HTMX)


def test_a_fact_is_kept_field_by_field_and_its_numbers_are_written_back(client, scorecard):
    response = fact(client, scorecard, "unit-cost", amount="0,031", unit="1,000 requests", month="October 2026")

    answer = scorecard.fact_answers.get(fact_key="unit-cost")
    assert answer.values == {"amount": "0.031", "unit": "1,000 requests", "month": "October 2026", "currency": "EUR"}
    html = response.content.decode()
    assert "&quot;unit-cost-amount&quot;: &quot;0.031&quot;" in html
    assert "One of three answered" in html


def test_a_fact_begun_says_what_it_lacks(client, scorecard):
    html = fact(client, scorecard, "utilization-why", percent="38%").content.decode()

    assert scorecard.fact_answers.get(fact_key="utilization-why").values == {"percent": "38"}
    assert "Not answered yet: the period and the causes are missing." in html


def test_a_fact_that_cannot_be_answered_is_a_red_flag_with_who_will(client, scorecard):
    html = fact(client, scorecard, "unit-cost", cannot="1", who_will="Mark Ellison").content.decode()

    answer = scorecard.fact_answers.get(fact_key="unit-cost")
    assert (answer.cannot_answer, answer.who_will) == (True, "Mark Ellison")
    assert "Red flag" in html
    assert "None answered yet" in html


@pytest.mark.parametrize(
    ("key", "fields", "sentence"),
    [
        ("latency-target", {"p95": "2000", "p99": "800"}, "p95 (2000 ms) is above p99 (800 ms)."),
        ("latency-target", {"p95": "-1"}, "p95 cannot be below 0."),
        ("latency-target", {"p95": "1e400"}, "Write the figure in digits"),
        ("utilization-why", {"percent": "101"}, "from 0 to 100%"),
        ("unit-cost", {"amount": "\u221e"}, "Write the figure in digits"),
        ("unit-cost", {"unit": "x" * 301}, "This answer has 301 characters"),
    ],
)
def test_a_fact_that_cannot_be_gets_a_sentence(client, scorecard, key, fields, sentence):
    response = fact(client, scorecard, key, **fields)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert scorecard.fact_answers.get(fact_key=key).values == {}


def test_an_amount_that_can_be_read_in_two_ways_is_asked_back_with_both(client, scorecard):
    html = fact(client, scorecard, "unit-cost", amount="12,345").content.decode()

    assert 'name="unit-cost-amount" value="12.3450"' in html
    assert 'name="unit-cost-amount" value="12345"' in html
    assert "data-read" in html


def test_after_the_last_category_the_main_button_leads_to_the_facts_and_then_to_sign_off(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[1] * 8)
    address = reverse("scorecard_update", args=[scorecard.organization.slug, scorecard.pk])
    assert 'href="#facts">Three facts</a>' in client.get(address).content.decode()

    fact(client, scorecard, "latency-target", p95="800", where="Gateway")
    fact(client, scorecard, "unit-cost", amount="2", unit="request", month="October 2026")
    html = fact(client, scorecard, "utilization-why", percent="38", period="October", cause="Queues").content.decode()

    assert 'href="#sign-off" hx-swap-oob="true">Sign off</a>' in html
    assert "All three answered" in html


def test_a_draft_made_with_2026_1_keeps_its_page(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), version="2026.1")

    html = client.get(reverse("scorecard_update", args=[scorecard.organization.slug, scorecard.pk])).content.decode()

    assert "rubric__card" in html
    assert 'class="decider' not in html


def test_the_page_of_deciders_shows_what_is_asked_and_what_counts(client, scorecard):
    html = client.get(reverse("scorecard_update", args=[scorecard.organization.slug, scorecard.pk])).content.decode()

    for category in framework.current().categories:
        for text in [category.question, *category.counts]:
            assert escape(text) in html
        for decider in category.deciders:
            for text in (decider.name, decider.short, decider.asks, decider.shown_when):
                assert escape(text) in html


def page_queries(client, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured.captured_queries)


def test_the_page_takes_the_same_queries_for_one_and_for_three_proofs(client, owner, scorecard):
    address = reverse("scorecard_update", args=[scorecard.organization.slug, scorecard.pk])
    bare = page_queries(client, address)
    for category in framework.current().categories:
        for _ in range(3):
            keys = [decider.key for decider in category.deciders]
            services.add_sighting(scorecard, category=category.key, deciders=keys, actor=owner)

    assert page_queries(client, address) == bare <= 15


def test_without_javascript_the_whole_page_is_saved_by_one_button_and_a_level_above_its_deciders_is_a_claim(
    client, owner, scorecard
):
    from tests.scorecards.filling.test_scorecard_update import page_fields

    address = reverse("scorecard_update", args=[scorecard.organization.slug, scorecard.pk])
    fields = page_fields(client.get(address).content.decode())
    fields |= {
        f"{FIRST.key}-state": "1",
        "cost-model-level": "2",
        "cost-model-claim_reason": "Said",
        "cost-model-note": "One invoice.",
        "unit-cost-amount": "2",
    }

    assert client.post(address, fields).status_code == 302
    response = scorecard.responses.get(category_key="cost-model")
    assert (response.level, response.claim_reason, response.note) == (2, "Said", "One invoice.")
    assert stored(scorecard).state == 1
    assert scorecard.fact_answers.get(fact_key="unit-cost").values == {"amount": "2", "currency": "EUR"}
    html = client.get(address).content.decode()
    assert "The deciders carry 1; the proven total counts 0." in html
    before = services.answers_digest(scorecard)
    assert client.post(address, page_fields(html)).status_code == 302
    assert services.answers_digest(scorecard) == before


@pytest.mark.parametrize(
    ("button", "place"),
    [
        (f"seen:cost-model:{FIRST.key}", "#cost-model"),
        (f"evidence:cost-model:{FIRST.key}", f"/evidence/cost-model/new?decider={FIRST.key}"),
        ("ask:cost-model", "/ask/cost-model"),
        ("unclaim:cost-model", "#cost-model"),
        ("seen:no-such:x", "/fill"),
        ("remind:999999", ""),
    ],
)
def test_a_button_of_the_page_without_javascript(client, scorecard, button, place):
    address = reverse("scorecard_update", args=[scorecard.organization.slug, scorecard.pk])

    response = client.post(address, {"then": button})

    assert response.status_code == 404 if button.startswith("remind") else response.url.endswith(place)


def test_the_question_list_names_whom_to_bring_and_every_question(client, scorecard):
    html = client.get(reverse("scorecard_prepare", args=[scorecard.organization.slug, scorecard.pk])).content.decode()

    assert "24 questions and three facts" in html
    assert "Platform engineering" in html
    for category in framework.current().categories:
        assert all(escape(decider.asks) in html for decider in category.deciders)
        assert all(escape(line) in html for line in category.evidence)


def test_starting_leads_first_to_whom_to_bring_and_from_there_to_the_questions(client, owner):
    organization = make_organization(owner=owner)

    response = client.post(reverse("scorecard_create", args=[organization.slug]), {"title": "First"}, follow=True)

    scorecard = organization.scorecards.get()
    assert response.redirect_chain == [(reverse("scorecard_prepare", args=[organization.slug, scorecard.pk]), 302)]
    assert reverse("scorecard_update", args=[organization.slug, scorecard.pk]) in response.content.decode()
    assert reverse("report_sample") in response.content.decode()


def test_the_question_list_says_what_a_newer_version_asks_and_the_last_did_not(client, owner):
    organization = make_organization(owner=owner)
    make_scorecard(organization, levels=[1] * 8, version="2026.1", signed_off_at=timezone.now() - timedelta(days=90))
    scorecard = services.start_scorecard(organization, title="Next", actor=owner)

    html = client.get(reverse("scorecard_prepare", args=[organization.slug, scorecard.pk])).content.decode()

    assert "What is new since framework 2026.1" in html
    assert f"Asked now: {FIRST.name}, {SECOND.name}, {THIRD.name}." in html


def signed_off_page(client, scorecard):
    return client.get(reverse("scorecard_sign_off", args=[scorecard.organization.slug, scorecard.pk])).content.decode()


def test_the_sign_off_lists_claims_old_proof_what_is_open_and_red_flags(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[2, 0, None, 1, 1, 1, 1, 1], proof=False)
    category = framework.current().categories[0]
    old = timezone.localdate() - timedelta(days=220)
    keys = [category.deciders[0].key]
    services.add_sighting(scorecard, category=category.key, deciders=keys, on=old, actor=owner)

    html = signed_off_page(client, scorecard)

    assert "Workload clarity</a> claims 2, and 1 of it is proven." in html
    assert "Workload register</a>: Seen seven months ago; three months are asked." in html
    assert "Cost model</a> is not scored." in html
    assert "Reliability targets</a> is at 0." in html
    assert html.count("No answer yet:") == 3


def test_the_sign_off_says_what_nobody_touched_since_it_was_copied(client, owner):
    organization = make_organization(owner=owner)
    make_scorecard(organization, levels=[1] * 8, signed_off_at=datetime(2025, 10, 6, 12, tzinfo=UTC))
    scorecard = services.start_scorecard(organization, title="Next", actor=owner)
    assert "8 of 8 answers are unchanged since October 2025." in signed_off_page(client, scorecard)

    post(client, scorecard, "2", decider=SECOND.key)
    services.add_sighting(scorecard, category="workload-clarity", actor=owner)

    assert "6 of 8 answers are unchanged since October 2025." in signed_off_page(client, scorecard)


def test_a_sign_off_is_taken_back_by_its_signer_within_a_day(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[1] * 8, signed_off_at=timezone.now())
    url = reverse("scorecard_take_back", args=[scorecard.organization.slug, scorecard.pk])
    result = reverse("scorecard_detail", args=[scorecard.organization.slug, scorecard.pk])
    assert f'href="{url}">Take the sign-off back</a>' in client.get(result).content.decode()
    assert "Take it back" in client.get(url).content.decode()
    scorecard.refresh_from_db()
    assert scorecard.is_signed_off

    response = client.post(url)

    scorecard.refresh_from_db()
    assert not scorecard.is_signed_off
    assert response.url == reverse("scorecard_update", args=[scorecard.organization.slug, scorecard.pk])


@pytest.mark.parametrize(("who", "hours", "reason"), [("Grace", 1, "Only Ada"), ("Ada", 25, "for 24 hours")])
def test_a_sign_off_is_not_taken_back_by_others_or_later(client, owner, who, hours, reason):
    at = timezone.now() - timedelta(hours=hours)
    scorecard = make_scorecard(make_organization(owner=owner), levels=[1] * 8, signed_off_at=at)
    grace = make_membership(scorecard.organization, make_user(name="Grace"), role=Role.EDITOR).user
    client.force_login(owner if who == "Ada" else grace)

    response = client.post(reverse("scorecard_take_back", args=[scorecard.organization.slug, scorecard.pk]))

    scorecard.refresh_from_db()
    assert response.status_code == 409
    assert reason in response.content.decode()
    assert scorecard.is_signed_off
