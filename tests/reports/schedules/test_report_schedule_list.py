"""Reports made and sent by the calendar: once in each period, whatever the clocks and the workers do."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from assessments.accounts.erasure import erase_user
from assessments.audit.models import AuditEvent
from assessments.organizations.models import Membership, Role
from assessments.reports.batches import work as batches
from assessments.reports.models import Report
from assessments.reports.schedules import services, work
from assessments.reports.schedules.models import ReportSchedule, ReportScheduleRun
from assessments.reports.sharing import deliveries
from assessments.reports.sharing.recipients import Recipient
from tests.factories import make_grant, make_membership, make_organization, make_scorecard, make_team, make_user
from tests.reports.made import small_pdf

pytestmark = pytest.mark.django_db

BOARD = [Recipient("board@example.com", "The board"), Recipient("cfo@example.com")]


@pytest.fixture
def owner(client):
    user = make_user(name="Ines Halvorsen", email="ines@example.com")
    client.force_login(user)
    return user


@pytest.fixture
def organization(owner):
    with time_machine.travel("2026-01-05T10:00:00Z"):
        found = make_organization(owner=owner, name="Kestrel Logistics", time_zone="Europe/Berlin")
        make_scorecard(found, levels=[1] * 8, title="Q4", signed_off_at=datetime(2026, 1, 5, tzinfo=UTC))
    return found


def schedule_of(organization, owner, **fields):
    values = {"recipients": BOARD, "every": "month", "day": 1, "organization": organization, "actor": owner, **fields}
    with time_machine.travel("2026-01-20T10:00:00Z"):
        return services.start_schedule(**values)


def make_reports():
    for report in Report.objects.filter(status="queued").defer("snapshot"):
        report.file.save("", ContentFile(small_pdf()), save=False)
        Report.objects.filter(pk=report.pk).update(
            status="done", file=report.file.name, finished_at=timezone.now(), pages=1
        )


def live(start, end, *, step):
    """Days pass: what the clock and the workers do in them, each done twice as two workers would."""
    at = start
    while at < end:
        with time_machine.travel(at, tick=False):
            for _ in range(2):
                work.make_due(at)
            make_reports()
            for batch in batches.waiting():
                batches.advance(batch)
                make_reports()
                batches.advance(batch)
            work.make_due(at)
            deliveries.sweep(at)
        at += step


def test_a_year_of_days_is_twelve_reports_at_eight_where_the_organization_is(organization, owner, mailoutbox):
    """The clocks there go forward on 29 March and back on 25 October."""
    schedule = schedule_of(organization, owner)

    live(datetime(2026, 1, 20, 7, tzinfo=UTC), datetime(2027, 1, 20, tzinfo=UTC), step=timedelta(days=1))

    runs = list(schedule.runs.order_by("period_on"))
    assert [run.period_on.isoformat()[:7] for run in runs] == [f"2026-{m:02}" for m in range(2, 13)] + ["2027-01"]
    assert Report.objects.count() == 12
    assert len({run.report_id for run in runs}) == 12
    assert len(mailoutbox) == 24
    assert {message.to[0] for message in mailoutbox} == {"board@example.com", "cfo@example.com"}
    local = [run.at.astimezone(organization.zone) for run in runs]
    assert {(at.day, at.hour) for at in local} == {(1, 8), (1, 9)}  # looked at by the hour of a winter's morning


def test_a_month_by_the_ten_minutes_with_the_clock_changing_in_it(organization, owner, mailoutbox):
    """In the night of 29 March the hour from two to three is not there in Berlin; the month ends two days later."""
    schedule_of(organization, owner, day=31)

    live(datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC), step=timedelta(minutes=30))

    runs = list(ReportScheduleRun.objects.order_by("pk"))
    made = [run.at.astimezone(organization.zone).isoformat() for run in runs]
    assert made[-1] == "2026-03-31T08:00:00+02:00"
    assert [run.period_on.isoformat() for run in runs] == ["2026-02-01", "2026-03-01"]
    assert len(mailoutbox) == 4


def test_quarters_end_of_month_and_what_was_missed(organization, owner):
    schedule = schedule_of(organization, owner, every="quarter", day=31)

    live(datetime(2026, 1, 20, tzinfo=UTC), datetime(2026, 2, 2, tzinfo=UTC), step=timedelta(hours=12))
    assert [run.period_on.isoformat() for run in schedule.runs.all()] == ["2026-01-01"]
    live(datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 9, 2, tzinfo=UTC), step=timedelta(hours=12))

    # The site was off from February to September: of the two quarters in between, the newest one is made.
    assert [run.period_on.isoformat() for run in schedule.runs.order_by("period_on")] == ["2026-01-01", "2026-07-01"]


def test_what_was_due_before_it_was_set_up_is_not_made(organization, owner):
    schedule_of(organization, owner, day=1)

    live(datetime(2026, 1, 20, 11, tzinfo=UTC), datetime(2026, 1, 31, tzinfo=UTC), step=timedelta(hours=6))

    assert not ReportScheduleRun.objects.exists()


def test_a_change_of_the_time_zone_or_of_the_day_makes_no_period_twice(organization, owner):
    schedule = schedule_of(organization, owner)
    live(datetime(2026, 2, 1, 7, tzinfo=UTC), datetime(2026, 2, 1, 8, tzinfo=UTC), step=timedelta(minutes=30))
    organization.time_zone = "America/Los_Angeles"
    organization.save()
    ReportSchedule.objects.update(day=3)

    live(datetime(2026, 2, 1, 8, tzinfo=UTC), datetime(2026, 2, 20, tzinfo=UTC), step=timedelta(hours=6))

    # January's is due by now, too, on its third day over there, yet before the schedule was set up.
    assert [run.period_on.isoformat() for run in schedule.runs.all()] == ["2026-02-01"]


def test_without_a_signed_off_assessment_it_is_noted_and_nothing_is_sent(owner, client, mailoutbox):
    empty = make_organization(owner=owner, name="Empty")
    make_scorecard(empty, levels=[1] * 8)
    schedule_of(empty, owner)

    live(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 2, 3, tzinfo=UTC), step=timedelta(hours=6))

    assert ReportScheduleRun.objects.get().note == work.NOT_SIGNED_OFF
    assert (Report.objects.count(), mailoutbox) == (0, [])
    html = client.get(reverse("report_schedule_list", args=[empty.slug])).content.decode()
    assert "Nothing was signed off, so there was nothing to report." in html


def test_who_lost_the_right_reports_no_more_and_the_owners_are_told_once(
    client, organization, owner, mailoutbox, django_capture_on_commit_callbacks
):
    editor = make_membership(organization, make_user(name="Grace Hopper"), role=Role.EDITOR).user
    schedule = schedule_of(organization, editor)
    Membership.objects.filter(user=editor).update(role=Role.VIEWER)

    with django_capture_on_commit_callbacks(execute=True):
        live(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 2, 4, tzinfo=UTC), step=timedelta(hours=6))

    assert not Report.objects.exists()
    assert [message.to for message in mailoutbox] == [["ines@example.com"]]
    listed = reverse("report_schedule_list", args=[organization.slug])
    assert "Grace Hopper may not make reports here any more." in client.get(listed).content.decode()
    client.post(reverse("report_schedule_resume", args=[organization.slug, schedule.pk]))
    schedule.refresh_from_db()
    assert (schedule.created_by, schedule.stopped_why) == (owner, "")


def test_an_erased_person_s_schedule_stops(organization, owner):
    editor = make_membership(organization, make_user(name="Grace Hopper"), role=Role.EDITOR).user
    schedule_of(organization, editor)
    erase_user(editor)

    live(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 2, 3, tzinfo=UTC), step=timedelta(hours=6))

    assert not Report.objects.exists()
    assert "Grace" not in ReportSchedule.objects.get().stopped_why


def test_a_deleted_organization_is_left_alone(organization, owner):
    schedule_of(organization, owner)
    organization.deleted_at = timezone.now()
    organization.save()

    live(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 2, 3, tzinfo=UTC), step=timedelta(hours=6))

    assert not ReportScheduleRun.objects.exists()


def test_a_team_s_reports_come_in_one_mail_for_each_reader(organization, owner, mailoutbox):
    second = make_organization(owner=owner, name="Aurora Bank")
    make_scorecard(second, levels=[2] * 8, title="Q4", signed_off_at=datetime(2026, 1, 6, tzinfo=UTC))
    draft_only, elsewhere = make_organization(owner=owner, name="Draft only"), make_organization(name="Elsewhere")
    make_scorecard(draft_only, levels=[1] * 8)
    make_scorecard(elsewhere, levels=[1] * 8, signed_off_at=datetime(2026, 1, 6, tzinfo=UTC))
    team = make_team(owner, name="Advisory")
    for each in (organization, second, draft_only):
        make_grant(team, each, role=Role.EDITOR)
    with time_machine.travel("2026-01-20T10:00:00Z"):
        schedule = services.start_for_team(team, actor=owner, recipients=BOARD, every="month", day=1)

    live(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 2, 3, tzinfo=UTC), step=timedelta(hours=4))

    assert Report.objects.count() == 2
    assert [message.subject for message in mailoutbox] == ["Reports of Advisory"] * 2
    body = mailoutbox[0].body
    assert len(set(re.findall(r"/s/\S+/", body))) == 2
    assert body.index("Aurora Bank: Board report") < body.index("Kestrel Logistics: Board report")
    assert schedule.runs.get().sending.deliveries.filter(state="sent").count() == 2


def test_a_team_of_others_or_without_organizations_is_refused(client, owner, organization):
    theirs, mine = make_team(make_user(), name="Theirs"), make_team(owner, name="Mine")
    fields = {"every": "month", "day": "1", "to": "a@example.com", "how": "link"}

    foreign = client.post(reverse("team_schedule_create"), {**fields, "team": str(theirs.pk)})
    empty = client.post(reverse("team_schedule_create"), {**fields, "team": str(mine.pk)})

    assert "Choose one of your teams." in foreign.content.decode()
    assert "This team has no organization that you may report on." in empty.content.decode()
    assert not ReportSchedule.objects.exists()


def test_it_is_set_up_listed_and_ended_on_its_page(client, organization, owner):
    page = reverse("report_schedule_list", args=[organization.slug])
    fields = {"every": "quarter", "day": "31", "to": "Ada <ada@example.com>", "how": "file", "message": "Hello"}

    assert client.post(reverse("report_schedule_create", args=[organization.slug]), fields).url == page

    schedule = ReportSchedule.objects.get()
    assert (schedule.every, schedule.day, schedule.as_attachment, schedule.message) == ("quarter", 31, True, "Hello")
    text = " ".join(re.sub("<[^>]+>", " ", client.get(page).content.decode()).split())
    assert "Every quarter, last day" in text
    assert "To Ada, as attachments. Set up by Ines Halvorsen." in text
    assert re.search(r"Next on 31 \w+ \d{4}, 08:00 CES?T\.", text)
    for _ in range(2):
        client.post(reverse("report_schedule_delete", args=[organization.slug, schedule.pk]))
    assert not ReportSchedule.objects.exists()
    actions = list(
        AuditEvent.objects.filter(action__startswith="report-sched").order_by("pk").values_list("action", flat=True)
    )
    assert actions == ["report-scheduled", "report-schedule-ended"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"every": "day"}, "Select a valid choice"),
        ({"day": "0"}, "Select a valid choice"),
        ({"day": "32"}, "Select a valid choice"),
        ({"to": ""}, "Say who it is for."),
        (
            {"to": "\n".join(f"p{n}@example.com" for n in range(21))},
            "21 addresses are too many at once; 20 is the most.",
        ),
        ({"message": "x" * 2001}, "Use at most 2,000 characters."),
    ],
)
def test_what_makes_no_schedule_is_said(client, organization, owner, fields, sentence):
    data = {"every": "month", "day": "1", "to": "a@example.com", "how": "link", **fields}

    response = client.post(reverse("report_schedule_create", args=[organization.slug]), data)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not ReportSchedule.objects.exists()


@pytest.mark.parametrize("number", [1, 3])
def test_the_pages_take_the_same_queries_for_any_number(client, organization, owner, number, django_assert_num_queries):
    for _ in range(number):
        schedule_of(organization, owner)
    live(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 2, 2, tzinfo=UTC), step=timedelta(hours=12))

    with django_assert_num_queries(7):
        client.get(reverse("report_schedule_list", args=[organization.slug]))
    with django_assert_num_queries(4):
        client.get(reverse("team_schedule_list"))
