"""What can be done to a roadmap, and what is refused in which sentence."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from assessments import framework
from assessments.audit.models import AuditEvent
from assessments.roadmaps import services
from assessments.roadmaps.items import attachments
from assessments.roadmaps.models import Roadmap, RoadmapItem
from assessments.roadmaps.readings import find_offer, read_offers, read_roadmap
from assessments.roadmaps.services import ITEMS_MAX, add_item, move_item, record_part, start_roadmap
from assessments.saving.parts import StaleAnswerError
from tests.factories import make_item, make_roadmap, make_scorecard

TODAY = timezone.localdate()


def refusal(act, *args, **kwargs):
    with pytest.raises(ValidationError) as refused:
        act(*args, **kwargs)
    return refused.value.messages[0]


def titles(roadmap, phase="days-30"):
    return list(roadmap.items.filter(phase_key=phase).in_order().values_list("title", flat=True))


def trail(action):
    return list(AuditEvent.objects.filter(action=action).order_by("pk").values_list("subject", "old", "new"))


# Starting


def test_the_activity_is_kept_in_english_whatever_is_spoken(scorecard, owner):
    with translation.override("de"):
        roadmap = start_roadmap(scorecard, starts_on=date(2026, 12, 7), actor=owner)
        item = roadmap.items.in_order().first()
        values = {"due_on": date(2026, 12, 30)}
        record_part(item, part="due", values=values, actor=owner, version=item.due_version)

    assert trail("roadmap-started") == [(scorecard.title, "", "from 7 Dec 2026")]
    [(_, _, due)] = trail("roadmap-item-changed")
    assert due == "30 Dec 2026"


def test_a_roadmap_starts_with_the_tasks_of_the_framework(scorecard, owner):
    roadmap = start_roadmap(scorecard, starts_on=date(2026, 8, 17), actor=owner)

    phases = framework.current().phases
    # To score the baseline is what the assessment was; security and access controls are proven at 2.
    settled = ("score-baseline", "assign-change-rights")
    assert roadmap.items.count() == sum(len(phase.tasks) for phase in phases) - len(settled)
    for phase, end in zip(phases, (date(2026, 9, 15), date(2026, 10, 15), date(2026, 11, 14)), strict=True):
        assert titles(roadmap, phase.key) == [task.title for task in phase.tasks if task.key not in settled]
        due = list(roadmap.items.filter(phase_key=phase.key).in_order().values_list("due_on", flat=True))
        assert due == sorted(set(due))
        assert end - timedelta(days=30) < due[0] < due[-1] == end
    assert trail("roadmap-started") == [(scorecard.title, "", "from 17 Aug 2026")]


def test_a_scorecard_has_one_roadmap(scorecard, owner):
    first = start_roadmap(scorecard, starts_on=TODAY, actor=owner)

    assert start_roadmap(scorecard, starts_on=TODAY + timedelta(days=7), actor=owner) == first
    assert Roadmap.objects.count() == 1
    assert trail("roadmap-started") == [(scorecard.title, "", f"from {TODAY:%-d %b %Y}")]


def test_a_roadmap_starts_from_what_is_signed_off_only(organization, owner):
    draft = make_scorecard(organization)

    assert refusal(start_roadmap, draft, starts_on=TODAY, actor=owner).startswith("Sign the assessment off first")


@pytest.mark.parametrize("days", [-366, -90, 0, 366])
def test_a_start_within_a_year_is_taken(scorecard, owner, days):
    assert start_roadmap(scorecard, starts_on=TODAY + timedelta(days=days), actor=owner).pk


@pytest.mark.parametrize(
    ("starts_on", "sentence"),
    [
        (TODAY - timedelta(days=367), "A roadmap starts at most a year ago. Choose a later day."),
        (TODAY + timedelta(days=367), "A roadmap starts within a year from today. Choose an earlier day."),
        (date(1, 1, 1), "A roadmap starts at most a year ago. Choose a later day."),
        (date(9999, 12, 31), "A roadmap starts within a year from today. Choose an earlier day."),
    ],
)
def test_a_start_that_is_nonsense_is_refused_in_a_sentence(scorecard, owner, starts_on, sentence):
    assert refusal(start_roadmap, scorecard, starts_on=starts_on, actor=owner) == sentence
    assert not Roadmap.objects.exists()


@pytest.mark.parametrize(
    ("today", "monday"), [(date(2026, 11, 23), date(2026, 11, 23)), (date(2026, 11, 24), date(2026, 11, 30))]
)
def test_it_begins_on_a_monday_unless_said_otherwise(today, monday):
    assert services.next_monday(today) == monday


# Adding


def test_an_item_is_due_on_the_last_day_of_its_phase_and_stands_last(roadmap, owner):
    make_item(roadmap, title="First")
    item = add_item(roadmap, title="  Second \n one ", phase_key="days-30", actor=owner)

    assert titles(roadmap) == ["First", "Second one"]
    assert item.due_on == roadmap.starts_on + timedelta(days=29)


def test_nothing_is_added_twice(roadmap, owner):
    offer = find_offer(roadmap, "action:cost-model:estimate-first-unit-cost")

    first = services.take_suggestion(roadmap, offer, actor=owner)
    assert services.take_suggestion(roadmap, offer, actor=owner) == first
    assert roadmap.items.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        RoadmapItem.objects.create(
            roadmap=roadmap, source_key=offer.key, phase_key="days-30", position=9, title="Twice", due_on=TODAY
        )


def test_a_full_roadmap_says_so(roadmap, owner):
    RoadmapItem.objects.bulk_create(
        RoadmapItem(roadmap=roadmap, phase_key="days-30", position=n, title=f"{n}", due_on=TODAY)
        for n in range(ITEMS_MAX)
    )

    assert refusal(add_item, roadmap, title="One more", phase_key="days-30", actor=owner) == services.FULL


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": " "}, "Give the item a title of at most 200 characters."),
        ({"title": "x" * 201}, "Give the item a title of at most 200 characters."),
        ({"phase_key": "days-120"}, "Choose one of the three phases."),
        ({"due_on": date(2126, 1, 1)}, "Choose a due date between"),
    ],
)
def test_what_cannot_be_added_is_refused_in_a_sentence(roadmap, owner, fields, sentence):
    assert refusal(add_item, roadmap, **{"title": "A", "phase_key": "days-30", "actor": owner} | fields).startswith(
        sentence
    )


# Suggestions


def test_suggestions_come_from_gaps_and_red_flags(roadmap):
    offers = read_offers(read_roadmap(roadmap, TODAY))
    keys = [offer.key for offer in offers.open]

    assert keys[:3] == ["fact:latency-target", "fact:unit-cost", "fact:utilization-why"]
    assert keys[3].startswith("action:cost-model:")
    assert not any(key.startswith(("action:workload-clarity", "proof:", "unsupported:")) for key in keys)
    gains = {offer.key: offer.gain for offer in offers.open}
    assert gains["action:cost-model:estimate-first-unit-cost"] == "Cost 0 to 1"
    assert gains["action:cost-model:set-cost-triggers"] == "Cost 1 to 2, step two of two"
    assert "action:utilization-plan:measure-fleet-utilization" not in gains  # it stands at 1 already
    assert offers.points == 7


def test_what_other_features_found_is_suggested_as_well(roadmap, owner):
    found = [("vendor:7:power", "Ask Corvid for the power figures", "facilities-power", "No answer so far.", "Vendor")]
    offer = find_offer(roadmap, "vendor:7:power", found)

    item = services.take_suggestion(roadmap, offer, actor=owner)
    assert (item.title, item.category_key, item.target_level, item.phase_key) == (
        *("Ask Corvid for the power figures", "facilities-power"),
        *(None, "days-30"),
    )
    assert not [o for o in read_offers(read_roadmap(roadmap, TODAY), found).open if o.key == "vendor:7:power"]


def test_a_suggestion_is_dismissed_and_brought_back(roadmap, owner):
    offer = find_offer(roadmap, "fact:unit-cost")
    for _ in range(2):
        services.dismiss_suggestion(roadmap, offer, actor=owner)
    offers = read_offers(read_roadmap(roadmap, TODAY))
    assert [each.key for each in offers.dismissed] == ["fact:unit-cost"]
    assert "fact:unit-cost" not in [each.key for each in offers.open]

    for _ in range(2):
        services.restore_suggestion(roadmap, offer, actor=owner)
    assert read_offers(read_roadmap(roadmap, TODAY)).dismissed == ()
    assert (len(trail("suggestion-dismissed")), len(trail("suggestion-restored"))) == (1, 1)


# Changing


def save(item, part, actor, **values):
    return record_part(item, part=part, values=values, actor=actor, version=getattr(item, f"{part}_version"))


def test_a_part_is_saved_with_a_new_version_and_an_entry(roadmap, owner):
    item = make_item(roadmap, title="Measure cost")

    assert save(item, "due", owner, due_on=roadmap.starts_on) == 1
    item.refresh_from_db()
    assert (item.due_on, item.due_version, item.updated_by) == (roadmap.starts_on, 1, owner)
    last = roadmap.starts_on + timedelta(days=29)
    assert trail("roadmap-item-changed") == [
        ("Measure cost: due date", f"{last:%-d %b %Y}", f"{roadmap.starts_on:%-d %b %Y}")
    ]


def test_a_stale_part_is_refused_with_what_stands_there(roadmap, owner, colleague):
    item = make_item(roadmap)
    save(item, "title", colleague, title="Theirs")

    with pytest.raises(StaleAnswerError) as stale:
        save(item, "title", owner, title="Mine")
    assert (stale.value.current.title, stale.value.version, stale.value.by) == ("Theirs", 1, "Tom Okafor")
    assert save(item, "title", owner, title="Theirs") == 1  # repeated after a lost answer


def test_who_drops_an_item_says_why(roadmap):
    item = make_item(roadmap)
    kinds = {"status": "dropped", "today": TODAY}

    assert refusal(services.status_values, item, reason="  ", **kinds).startswith("Say why it is dropped")
    assert services.status_values(item, reason="Not ours", **kinds) == {
        "status": "dropped",
        "dropped_reason": "Not ours",
        "done_on": None,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        RoadmapItem.objects.update(status="dropped")


def test_what_is_done_keeps_the_day_it_was_done(roadmap, owner):
    item = make_item(roadmap)
    earlier = TODAY - timedelta(days=3)
    save(item, "status", owner, **services.status_values(item, status="done", reason="", today=earlier))
    item.refresh_from_db()

    assert services.status_values(item, status="done", reason="x", today=TODAY)["done_on"] == earlier
    assert services.status_values(item, status="doing", reason="", today=TODAY)["done_on"] is None


def test_what_is_typed_in_one_go_is_one_entry(roadmap, owner):
    item = make_item(roadmap)
    for text in ("Ask", "Ask each", "Ask each lead"):
        save(item, "detail", owner, detail=text)
        item.refresh_from_db()

    assert trail("roadmap-item-changed") == [("Write it down: detail", "", "Ask each lead")]


def test_a_deleted_item_is_said_to_be_gone(roadmap, owner):
    item = make_item(roadmap)
    services.delete_item(RoadmapItem.objects.select_related("roadmap").get(pk=item.pk))

    assert refusal(save, item, "title", owner, title="Too late") == services.DELETED
    assert refusal(move_item, item, phase_key="days-60", before=None, version=0, actor=owner) == services.DELETED
    assert trail("roadmap-item-deleted") == [("Write it down", "", "")]


# Moving


@pytest.fixture
def three(roadmap):
    return [make_item(roadmap, title=title) for title in "ABC"]


def move(item, owner, before=None, phase="days-30", version=None):
    version = RoadmapItem.objects.get(pk=item.pk).move_version if version is None else version
    return move_item(item, phase_key=phase, before=before and before.pk, version=version, actor=owner)


def test_items_are_reordered(roadmap, three, owner):
    a, _b, c = three
    move(c, owner, before=a)
    assert titles(roadmap) == ["C", "A", "B"]
    move(c, owner)
    assert titles(roadmap) == ["A", "B", "C"]
    move(a, owner, before=c)
    assert titles(roadmap) == ["B", "A", "C"]
    assert trail("roadmap-item-moved") == []


def test_an_item_moves_to_another_phase_and_its_date_goes_along(roadmap, three, owner):
    a = three[0]
    save(a, "due", owner, due_on=roadmap.starts_on + timedelta(days=4))

    moved = move(a, owner, phase="days-60")

    assert (titles(roadmap), titles(roadmap, "days-60")) == (["B", "C"], ["A"])
    assert moved.due_on == roadmap.starts_on + timedelta(days=34)
    assert (moved.move_version, moved.due_version) == (1, 2)
    assert trail("roadmap-item-moved") == [("A", "days 1 to 30", "days 31 to 60")]


def test_a_date_outside_the_phase_and_the_date_of_what_is_done_stay(roadmap, three, owner):
    a, b, _ = three
    outside = roadmap.starts_on + timedelta(days=80)
    save(a, "due", owner, due_on=outside)
    save(b, "status", owner, **services.status_values(b, status="done", reason="", today=TODAY))

    assert move(a, owner, phase="days-60").due_on == outside
    assert move(b, owner, phase="days-60").due_on == b.due_on


def test_a_stale_move_changes_nothing(roadmap, three, owner):
    a, _b, c = three
    move(a, owner, phase="days-60", version=0)

    with pytest.raises(StaleAnswerError):
        move(a, owner, phase="days-90", version=0)
    with pytest.raises(StaleAnswerError):  # A is no longer there to stand before
        move(c, owner, before=a, version=0)
    assert (titles(roadmap), titles(roadmap, "days-60"), titles(roadmap, "days-90")) == (["B", "C"], ["A"], [])


def test_no_move_ever_loses_or_doubles_an_item(roadmap, three, owner):
    wild = [(0, None, "days-60"), (1, 2, "days-30"), (2, 0, "days-60"), (0, 1, "days-30"), (1, None, "days-90")]
    for item, before, phase in wild * 3:
        try:
            move(three[item], owner, before=None if before is None else three[before], phase=phase)
        except StaleAnswerError:
            continue
        assert sorted(titles(roadmap) + titles(roadmap, "days-60") + titles(roadmap, "days-90")) == ["A", "B", "C"]
        positions = list(roadmap.items.values_list("phase_key", "position"))
        assert len(set(positions)) == len(positions)


# Comments, evidence, the end


def test_comments_say_who_and_are_not_empty(roadmap, owner):
    item = make_item(roadmap)
    comment = attachments.add_comment(item, text=" On Thursday. ", actor=owner)

    assert (comment.text, comment.created_name) == ("On Thursday.", "Ada Lovelace")
    assert refusal(attachments.add_comment, item, text=" ", actor=owner) == "Write something first."
    assert trail("roadmap-commented") == [("Write it down", "", "On Thursday.")]


def test_a_file_goes_with_its_item(roadmap, owner, upload, private_media, django_capture_on_commit_callbacks):
    item = make_item(roadmap)
    attachments.add_file(item, title="", upload=upload("costs.txt", b"2 USD a call"), actor=owner)
    stored = [path for path in private_media.rglob("*") if path.is_file()]
    assert len(stored) == 1

    with django_capture_on_commit_callbacks(execute=True):
        services.delete_item(item)
    assert not stored[0].exists()


def test_a_roadmap_is_deleted_with_all_that_is_in_it(scorecard):
    roadmap = make_roadmap(scorecard)
    services.delete_roadmap(roadmap)

    assert (Roadmap.objects.count(), RoadmapItem.objects.count()) == (0, 0)
    assert trail("roadmap-deleted") == [(scorecard.title, "", "")]
