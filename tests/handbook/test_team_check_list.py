"""The checks of a team: saved one by one or whole, never over one another, taken to the roadmap once."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from assessments import framework
from assessments.accounts.erasure import FORMER_MEMBER, erase_user
from assessments.audit.models import AuditEvent
from assessments.handbook import answers, services, summaries
from assessments.handbook.models import TeamCheck
from assessments.organizations.models import Role
from assessments.reports.archives import _organization as archived
from tests.factories import make_membership, make_organization, make_roadmap, make_scorecard, make_user

Kind = TeamCheck.Kind
SIGNED_OFF = datetime(2026, 9, 14, tzinfo=UTC)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def page(organization):
    return reverse("team_check_list", args=[organization.slug])


@pytest.fixture
def whole(organization):
    return reverse("team_check_update", args=[organization.slug])


def save(client, organization, kind, key, *, version=0, **fields):
    url = reverse("team_check_save", args=[organization.slug, kind, key])
    about = f"{kind}-{key}"
    sent = {f"{about}-{name.replace('_', '-')}": value for name, value in fields.items()}
    return client.post(url, sent | {f"{about}-check_version": version}, headers=HTMX)


def values(organization, kind, key):
    return TeamCheck.objects.get(organization=organization, kind=kind, key=key).values


MIX = {"training": "15", "fine_tuning": "", "batch": "24 %", "live": "61"}


@pytest.mark.parametrize(
    ("kind", "key", "fields", "expected"),
    [
        (Kind.PITFALL, "late-power", {"fits": "yes", "note": "Daventry"}, {"fits": "yes", "note": "Daventry"}),
        (Kind.PITFALL, "late-power", {"fits": "", "note": ""}, {"fits": "", "note": ""}),
        (Kind.ROLE, "serving-cost", {"who": " Joao  Pires ", "signal_0": "on", "signal_2": "on"},
         {"who": "Joao Pires", "signals": [0, 2]}),
        (Kind.USE_CASE, "case-1", {"case": "Routes", "need": "p95", "options": "Two"},
         {"case": "Routes", "need": "p95", "options": "Two"}),
        (Kind.MIX, "mix", MIX, {"training": "15", "fine-tuning": "0", "batch": "24", "live": "61"}),
        (Kind.MIX, "mix", dict.fromkeys(MIX, ""), {"training": "", "fine-tuning": "", "batch": "", "live": ""}),
    ],
)  # fmt: skip
def test_a_check_is_saved_alone(client, organization, kind, key, fields, expected):
    response = save(client, organization, kind, key, **fields)

    assert response.status_code == 200
    assert "Saved" in response.content.decode()
    assert values(organization, kind, key) == expected
    assert TeamCheck.objects.get().version == 1


@pytest.mark.parametrize(
    ("kind", "key", "fields", "sentence"),
    [
        (Kind.MIX, "mix", MIX | {"live": "64"}, "These add up to 103. Take 3 off."),
        (Kind.MIX, "mix", MIX | {"live": "58"}, "These add up to 97. 3 are missing."),
        (Kind.MIX, "mix", MIX | {"live": "-1"}, "Live inference: give a share from 0 to 100."),
        (Kind.MIX, "mix", MIX | {"live": "many"}, "Live inference: Write the figure in digits"),
        (Kind.MIX, "mix", MIX | {"live": "12.500"}, "can be read in two ways"),
        (Kind.MIX, "mix", MIX | {"live": "1e30"}, "Live inference: Write the figure in digits"),
        (Kind.PITFALL, "late-power", {"fits": "perhaps"}, "Choose yes, no or unsure."),
        (Kind.PITFALL, "late-power", {"fits": "yes", "note": "x" * 501}, "500 is the most"),
        (Kind.ROLE, "serving-cost", {"who": "x" * 201}, "at most 200 characters"),
        (Kind.USE_CASE, "case-1", {"case": "x" * 601}, "600 is the most"),
    ],
)
def test_what_cannot_be_taken_gets_a_sentence_and_changes_nothing(client, organization, kind, key, fields, sentence):
    response = save(client, organization, kind, key, **fields)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not TeamCheck.objects.exists()


def test_both_readings_of_a_share_are_offered(client, organization):
    shown = save(client, organization, Kind.MIX, "mix", **MIX | {"live": "61.000"}).content.decode()

    assert 'name="mix-mix-live" value="61" data-read' in shown
    assert 'name="mix-mix-live" value="61000" data-read' in shown


@pytest.mark.parametrize("percents", [("25", "25", "25", "25"), ("100", "0", "0", "0"), ("33,3", "33.3", "33.4", "0")])
def test_a_mix_of_100_is_one(client, organization, percents):
    fields = dict(zip(MIX, percents, strict=True))

    assert save(client, organization, Kind.MIX, "mix", **fields).status_code == 200


def test_somebody_else_s_change_is_shown_beside_ones_own(client, organization):
    other = make_membership(organization, make_user(name="Tom Okafor"), role=Role.EDITOR).user
    about = {"kind": Kind.PITFALL, "key": "late-power", "version": 0}
    services.record_check(organization, **about, values={"fits": "no", "note": "Theirs"}, actor=other)

    response = save(client, organization, Kind.PITFALL, "late-power", fits="yes", note="Mine")

    shown = response.content.decode()
    assert response.status_code == 409
    assert "Tom Okafor changed this" in shown
    assert "No, Theirs" in shown
    assert "Yes, Mine" in shown
    assert values(organization, Kind.PITFALL, "late-power") == {"fits": "no", "note": "Theirs"}


def test_a_save_that_was_repeated_is_no_conflict(client, organization):
    save(client, organization, Kind.PITFALL, "late-power", fits="yes", note="")

    assert save(client, organization, Kind.PITFALL, "late-power", fits="yes", note="").status_code == 200
    assert TeamCheck.objects.get().version == 1


@pytest.mark.parametrize(("kind", "key"), [("pitfall", "nothing"), ("nothing", "mix"), ("role", "finance-partner")])
def test_what_is_no_check_is_not_found(client, organization, kind, key):
    assert save(client, organization, kind, key).status_code == 404


def test_without_javascript_the_whole_page_is_saved_and_what_failed_stays(client, organization, whole):
    sent = {
        "pitfall-late-power-fits": "yes",
        "pitfall-late-power-note": "",
        "pitfall-late-power-check_version": "0",
        "mix-mix-training": "50",
        "mix-mix-fine-tuning": "",
        "mix-mix-batch": "",
        "mix-mix-live": "53",
        "mix-mix-check_version": "0",
    }

    refused = client.post(whole, sent)

    shown = refused.content.decode()
    assert refused.status_code == 422
    assert "1 answer is not saved" in shown
    assert "These add up to 103. Take 3 off." in shown
    assert 'value="53"' in shown
    assert values(organization, Kind.PITFALL, "late-power")["fits"] == "yes"
    taken = client.post(whole, sent | {"mix-mix-live": "50", "pitfall-late-power-check_version": "1"})
    assert taken.status_code == 302
    assert values(organization, Kind.MIX, "mix")["live"] == "50"


def test_a_remedy_becomes_a_roadmap_item_once(client, organization, whole, page):
    roadmap = make_roadmap(make_scorecard(organization, levels=[1] * 8, signed_off_at=SIGNED_OFF), items=0)

    for _ in range(2):
        response = client.post(whole, {"then": "plan:pitfall:late-power"}, follow=True)

    item = roadmap.items.get()
    pitfall = framework.current().handbook.pitfall("late-power")
    assert item.title == pitfall.remedy.rstrip(".")
    assert item.category_key == "facilities-power"
    assert item.source_key == "pitfall:late-power"
    assert "is on the roadmap" in response.content.decode()
    assert reverse("roadmap_item_detail", args=[organization.slug, roadmap.pk, item.pk]) in response.content.decode()


def test_a_missing_capability_becomes_a_roadmap_item_once(client, organization, whole):
    roadmap = make_roadmap(make_scorecard(organization, levels=[1] * 8, signed_off_at=SIGNED_OFF), items=0)

    for _ in range(2):
        client.post(whole, {"then": "plan:role:serving-cost"})

    item = roadmap.items.get()
    assert item.title == "Find or train somebody for serving and cost optimization"
    assert "Can withdraw a change within minutes." in item.detail


def test_the_database_keeps_one_item_of_a_check(organization):
    roadmap = make_roadmap(make_scorecard(organization, levels=[1] * 8, signed_off_at=SIGNED_OFF), items=0)
    item = services.plan_check(organization, kind="pitfall", key="late-power", actor=organization.created_by)
    item.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        item.save(force_insert=True)

    assert roadmap.organization == organization


def test_every_check_can_be_planned(organization):
    roadmap = make_roadmap(make_scorecard(organization, levels=[1] * 8, signed_off_at=SIGNED_OFF), items=0)

    for kind in (Kind.PITFALL, Kind.ROLE):
        for key in answers.keys(kind):
            services.plan_check(organization, kind=kind, key=key, actor=organization.created_by)

    assert roadmap.items.count() == 12


def test_without_a_roadmap_one_is_told_how_to_get_one(client, organization, whole):
    response = client.post(whole, {"then": "plan:pitfall:late-power"}, follow=True)

    assert services.NO_ROADMAP in response.content.decode()


@pytest.mark.parametrize("then", ["plan:pitfall:nothing", "plan:use-case:case-1", "plan:mix:mix", "plan", "x:y:z"])
def test_what_cannot_be_planned_is_not(client, organization, whole, then):
    roadmap = make_roadmap(make_scorecard(organization, levels=[1] * 8, signed_off_at=SIGNED_OFF), items=0)

    assert client.post(whole, {"then": then}).status_code == 302
    assert not roadmap.items.exists()


def test_a_viewer_reads_and_changes_nothing(client, organization, page):
    fill(organization)
    client.force_login(make_membership(organization, role=Role.VIEWER).user)

    shown = client.get(page).content.decode()

    assert "<form" not in shown.partition("<main")[2].partition("</main>")[0]
    assert "Daventry" in shown
    assert "Routes within a second" in shown
    assert "61% live inference" in shown


def test_a_change_is_on_record_with_who_and_what(client, organization, reader):
    save(client, organization, Kind.PITFALL, "late-power", fits="yes", note="Daventry")
    save(client, organization, Kind.PITFALL, "late-power", version=1, fits="no", note="")

    event = AuditEvent.objects.filter(organization=organization).first()
    assert (event.subject, event.actor) == ("Team checks: Starting power and permits too late", reader)
    assert event.new == "No"


def test_what_a_team_says_stays_its_own(client, organization, page):
    fill(make_organization(name="Corvid"))

    assert "Daventry" not in client.get(page).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_for_one_and_for_three(
    client, organization, page, django_assert_num_queries, count
):
    make_roadmap(make_scorecard(organization, levels=[1] * 8, signed_off_at=SIGNED_OFF), items=count)
    for key in answers.keys(Kind.PITFALL)[:count]:
        about = {"kind": Kind.PITFALL, "key": key, "version": 0}
        services.record_check(organization, **about, values={"fits": "yes"}, actor=organization.created_by)

    with django_assert_num_queries(6):
        client.get(page)


# Elsewhere


def fill(organization):
    said = {
        (Kind.PITFALL, "late-power"): {"fits": "yes", "note": "Daventry"},
        (Kind.ROLE, "serving-cost"): {"who": "Ines Halvorsen", "signals": [0]},
        (Kind.USE_CASE, "case-1"): {"case": "Routes within a second", "need": "p95 300 ms", "options": "Own or rented"},
        (Kind.MIX, "mix"): {"training": "15", "fine-tuning": "0", "batch": "24", "live": "61"},
    }
    for (kind, key), each in said.items():
        about = {"kind": kind, "key": key, "version": 0}
        services.record_check(organization, **about, values=each, actor=organization.created_by)


def test_the_overview_says_what_the_team_found(client, organization):
    make_scorecard(organization, levels=[1] * 8)
    fill(organization)

    shown = client.get(reverse("organization_detail", args=[organization.slug])).content.decode()

    assert "One of six pitfalls fits: Starting power and permits too late." in shown
    assert "Nobody shows yet what five of six roles need: Platform engineering;" in shown
    assert "One use case is written down with its need and options." in shown
    assert "The work is 61% live inference, 24% batch inference, 15% training." in shown


def test_the_overview_offers_the_checks_to_whom_can_begin_them(client, organization):
    make_scorecard(organization, levels=[1] * 8)
    overview = reverse("organization_detail", args=[organization.slug])

    assert "Six pitfalls, six roles" in client.get(overview).content.decode()
    client.force_login(make_membership(organization, role=Role.VIEWER).user)
    assert "Six pitfalls, six roles" not in client.get(overview).content.decode()


def test_the_mix_chooses_what_comes_first(client, organization):
    scorecard = make_scorecard(organization, levels=[1] * 8)
    fill(organization)

    handbook = client.get(reverse("handbook_list"), {"for": organization.slug}).content.decode()
    table = client.get(reverse("handbook_detail", args=["training-vs-inference"]), {"for": organization.slug})
    prepare = client.get(reverse("scorecard_prepare", args=[organization.slug, scorecard.pk])).content.decode()

    assert "61% live inference." in handbook
    assert handbook.index(f'href="/handbook/tail-latency/?for={organization.slug}"') < handbook.index("bookgroups")
    assert table.content.decode().index(">Inference</th>") < table.content.decode().index(">Training</th>")
    filling = reverse("scorecard_update", args=[organization.slug, scorecard.pk])
    assert f'Begin with <a href="{filling}#reliability-targets">Reliability targets</a>' in prepare
    client.force_login(make_membership(organization, role=Role.VIEWER).user)
    prepare = client.get(reverse("scorecard_prepare", args=[organization.slug, scorecard.pk])).content.decode()
    result = reverse("scorecard_detail", args=[organization.slug, scorecard.pk])
    assert f'Begin with <a href="{result}#reliability-targets">Reliability targets</a>' in prepare


@pytest.mark.parametrize(
    ("mix", "kind"),
    [
        ({"training": "60", "live": "40"}, "training"),
        ({"training": "30", "fine-tuning": "30", "live": "40"}, "training"),
        ({"training": "50", "live": "50"}, ""),
        ({"batch": "30", "live": "30", "training": "40"}, "inference"),
        ({}, ""),
    ],
)
def test_the_larger_kind_of_work_is_that_of_both_types(mix, kind):
    assert answers.larger_kind(answers.shares(mix)) == kind


def test_the_archive_holds_every_check(organization):
    fill(organization)

    checks = {each["key"]: each for each in archived(organization, {})["team_checks"]}

    assert checks["late-power"]["values"] == {"fits": "yes", "note": "Daventry"}
    assert checks["mix"]["by"] == "Ines Halvorsen"
    assert set(checks) == {"late-power", "serving-cost", "case-1", "mix"}


def test_an_erased_person_is_no_longer_named_in_a_role(organization):
    fill(organization)
    make_membership(organization, role=Role.OWNER)

    erase_user(organization.created_by)

    assert values(organization, Kind.ROLE, "serving-cost")["who"] == FORMER_MEMBER


def test_nothing_said_is_nothing_summed_up(organization):
    assert summaries.summarize(organization).lines == ()
    assert summaries.read_first(organization) is None
    assert summaries.use_cases(organization) == []
