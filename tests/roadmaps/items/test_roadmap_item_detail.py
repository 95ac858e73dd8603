"""One item: its page, its parts saved one by one or all together, its moves, its evidence, and "mine"."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.organizations.models import Membership, Organization, Role
from assessments.roadmaps import services
from assessments.roadmaps.items import attachments
from assessments.roadmaps.models import RoadmapEvidence
from assessments.scorecards.asking import asking
from tests.factories import make_item, make_membership, make_organization, make_roadmap, make_scorecard

HTMX = {"HX-Request": "true"}


@pytest.fixture
def item(roadmap):
    return make_item(roadmap, title="Measure cost")


def url(item, name="roadmap_item_detail", *more):
    return reverse(name, args=[item.roadmap.organization.slug, item.roadmap_id, item.pk, *more])


def save(client, item, part, version=0, **fields):
    data = {f"i{item.pk}-{name}": value for name, value in fields.items()} | {f"i{item.pk}-{part}_version": version}
    response = client.post(url(item, "roadmap_item_save", part), data, headers=HTMX)
    item.refresh_from_db()
    return response


@pytest.mark.parametrize(
    ("part", "fields", "stored"),
    [
        ("title", {"title": "Measure  unit cost"}, {"title": "Measure unit cost"}),
        ("detail", {"detail": "Ask\r\neach lead "}, {"detail": "Ask\neach lead"}),
        ("deliverable", {"deliverable": "A list"}, {"deliverable": "A list"}),
        ("done_when", {"done_when": "Signed"}, {"done_when": "Signed"}),
        ("effort", {"effort": "L"}, {"effort": "L"}),
        ("owner", {"owner": "name", "owner_name": "Joao Pires"}, {"owner_name": "Joao Pires", "owner": None}),
        ("owner", {"owner": "", "owner_name": "left over"}, {"owner_name": ""}),
        ("status", {"status": "doing", "dropped_reason": ""}, {"status": "doing"}),
        ("status", {"status": "dropped", "dropped_reason": "Not ours"}, {"dropped_reason": "Not ours"}),
        ("status", {"status": "done", "dropped_reason": ""}, {"done_on": timezone.localdate()}),
        ("target", {"category": "cost-model", "level": "2"}, {"category_key": "cost-model", "target_level": 2}),
    ],
)
def test_a_part_is_saved_at_once(editor, item, part, fields, stored):
    response = save(editor, item, part, **fields)

    assert response.status_code == 200
    assert "Saved" in response.content.decode()
    assert {name: getattr(item, name) for name in stored} == stored
    assert getattr(item, f"{part}_version") == 1


@pytest.mark.parametrize(
    ("part", "fields", "sentence"),
    [
        ("title", {"title": ""}, "Give the item a title of at most 200 characters."),
        ("detail", {"detail": "x" * 4001}, "This text has 4,001 characters; 4,000 is the most."),
        ("effort", {"effort": "XL"}, "Choose small, medium or large."),
        ("due", {"due_on": ""}, "Give a date."),
        ("due", {"due_on": "29.2.2027"}, "Write the date as 2026-09-14."),
        ("due", {"due_on": "2027-02-29"}, "Write the date as 2026-09-14."),
        ("due", {"due_on": "2126-01-01"}, "Choose a due date between"),
        ("owner", {"owner": "name", "owner_name": " "}, "Write the owner's name."),
        ("owner", {"owner": "999999", "owner_name": ""}, "This person is no longer a member."),
        ("status", {"status": "dropped", "dropped_reason": " "}, "Say why it is dropped"),
        ("status", {"status": "lost", "dropped_reason": ""}, "Choose one of the four states."),
        ("target", {"category": "", "level": "1"}, "Choose the category that this item raises, or no level."),
        ("target", {"category": "nonsense", "level": ""}, "Choose one of the categories."),
        ("target", {"category": "cost-model", "level": "3"}, "Choose level 1, level 2 or none."),
    ],
)
def test_what_cannot_be_saved_is_refused_in_a_sentence(editor, item, part, fields, sentence):
    before = item.__class__.objects.filter(pk=item.pk).values().get()
    response = save(editor, item, part, **fields)

    assert response.status_code == 422
    assert sentence.replace("'", "&#x27;") in response.content.decode()
    assert item.__class__.objects.filter(pk=item.pk).values().get() == before


def test_a_conflict_shows_both_in_words(editor, item, colleague, owner):
    values = services.owner_values(item, owner=colleague, name="")
    services.record_part(item, part="owner", values=values, actor=colleague, version=0)

    response = save(editor, item, "owner", owner=str(owner.pk), owner_name="")
    page = response.content.decode()
    assert response.status_code == 409
    assert "Tom Okafor changed this" in page
    assert "<dd>Tom Okafor</dd>" in page
    assert "<dd>Ada Lovelace</dd>" in page


def test_a_conflict_after_a_move_names_who_moved(editor, item, colleague, owner):
    services.record_part(item, part="title", values={"title": "Measure cost"}, actor=owner, version=0)
    services.move_item(item, phase_key="days-60", before=None, version=0, actor=colleague)

    response = save(editor, item, "due", due_on=item.due_on.isoformat())
    assert response.status_code == 409
    assert "Tom Okafor changed this" in response.content.decode()


def test_a_conflict_after_the_owner_left_blames_nobody(editor, item, colleague, owner):
    values = services.owner_values(item, owner=colleague, name="")
    services.record_part(item, part="owner", values=values, actor=owner, version=0)
    Membership.objects.get(user=colleague).delete()

    response = save(editor, item, "owner", version=1, owner=str(owner.pk), owner_name="")
    assert response.status_code == 409
    assert "Someone else changed this" in response.content.decode()


def test_an_owner_whose_account_is_closed_stays_until_someone_else_is_chosen(editor, item, colleague, owner):
    values = services.owner_values(item, owner=colleague, name="")
    services.record_part(item, part="owner", values=values, actor=owner, version=0)
    colleague.is_active = False
    colleague.save()

    page = editor.get(url(item)).content.decode()
    assert f'<option value="{colleague.pk}" selected>Tom Okafor</option>' in page
    key = f"i{item.pk}"
    data = {f"{key}-owner": colleague.pk, f"{key}-owner_name": "", f"{key}-owner_version": 1}
    editor.post(url(item, "roadmap_item_update"), data)
    item.refresh_from_db()
    assert (item.owner, item.owner_version) == (colleague, 1)
    assert save(editor, item, "owner", version=1, owner="", owner_name="").status_code == 200
    assert item.owner is None


def test_a_saved_status_brings_the_sums_along(editor, item):
    data = {"from": "board", f"i{item.pk}-status": "done", f"i{item.pk}-status_version": 0}
    page = editor.post(url(item, "roadmap_item_save", "status"), data, headers=HTMX).content.decode()

    assert 'id="lane-days-30-head" hx-swap-oob="true"' in page
    assert "1 of 1 done" in page
    assert f'id="i{item.pk}-note" data-state="done" hx-swap-oob="true"' in page


def test_a_date_or_status_saved_on_the_item_brings_its_note_and_nothing_of_the_board(editor, item, roadmap):
    late = save(editor, item, "due", due_on=(timezone.localdate() - timedelta(days=3)).isoformat()).content.decode()
    assert "3 days overdue, due outside days 1 to 30" in late

    done = save(editor, item, "status", status="done", dropped_reason="").content.decode()
    assert f'id="i{item.pk}-note" data-state="done" hx-swap-oob="true"' in done
    assert "lane-days-30-head" not in done
    assert f'id="i{item.pk}-note"' in editor.get(url(item)).content.decode()


def test_saving_one_part_takes_few_queries(editor, item, django_assert_max_num_queries):
    save(editor, item, "effort", effort="S")
    with django_assert_max_num_queries(11 + 2):  # and the savepoint around them
        assert save(editor, item, "effort", 1, effort="M").status_code == 200


def test_the_whole_page_is_saved_by_its_button(editor, item):
    key = f"i{item.pk}"
    data = {
        f"{key}-title": "Measure unit cost", f"{key}-title_version": 0,
        f"{key}-detail": "", f"{key}-detail_version": 0,
        f"{key}-due_on": "nonsense", f"{key}-due_version": 0,
    }  # fmt: skip
    response = editor.post(url(item, "roadmap_item_update"), data)

    item.refresh_from_db()
    assert response.status_code == 422
    assert (item.title, item.title_version, item.detail_version) == ("Measure unit cost", 1, 0)
    page = response.content.decode()
    assert "1 part is not saved" in page
    assert 'value="nonsense"' in page


def test_the_page_takes_the_same_queries_however_much_is_said(editor, item, owner, queries):
    queries(url(item))
    bare = queries(url(item))
    for number in range(3):
        attachments.add_comment(item, text=f"Comment {number}", actor=owner)
        attachments.add_link(item, title="Proof", url=f"https://wiki.example.com/{number}", actor=owner)

    assert queries(url(item)) == bare <= 15


# Moving


def move(client, item, to, **headers):
    address = reverse("roadmap_item_move", args=[item.roadmap.organization.slug, item.roadmap_id])
    return client.post(address, {"to": to}, headers=headers)


def test_a_move_answers_with_the_item_and_the_sums(editor, item):
    make_item(item.roadmap, phase_key="days-60")
    response = move(editor, item, f"{item.pk}.0.days-60", **HTMX)
    page = response.content.decode()

    assert (response.status_code, response["HX-Reswap"]) == (200, "none")
    assert f'id="i{item.pk}" data-item="{item.pk}" data-version="1" hx-swap-oob="true"' in page
    assert "is in days 31 to 60, due" in page
    assert "Place 2 of 2." in page


def test_a_stale_move_answers_with_the_reason_and_the_true_board(editor, item):
    move(editor, item, f"{item.pk}.0.days-60")
    response = move(editor, item, f"{item.pk}.0.days-90", **HTMX)
    page = response.content.decode()

    assert response.status_code == 409
    assert "“Measure cost” was moved meanwhile and stands in days 31 to 60." in page
    assert page.strip().startswith('<div id="board">')


@pytest.mark.parametrize(
    "to", ["", "x", "1.2", "{pk}.0.days-120", "{pk}.x.days-60", "999999.0.days-60", "{pk}.0.days-60.x"]
)
def test_a_move_that_makes_no_sense_is_not_found(editor, item, to):
    assert move(editor, item, to.format(pk=item.pk)).status_code == 404


def test_an_item_of_another_roadmap_cannot_be_moved_from_here(editor, item, owner):
    elsewhere = make_roadmap(
        make_scorecard(make_organization(), levels=[1] * 8, signed_off_at=datetime(2026, 1, 5, tzinfo=UTC)), items=1
    )
    other = elsewhere.items.get()

    assert move(editor, item, f"{other.pk}.0.days-60").status_code == 404
    other.refresh_from_db()
    assert other.phase_key == "days-30"


# Adding, comments, evidence


def test_an_item_of_one_s_own_is_added(editor, roadmap, colleague):
    address = reverse("roadmap_item_create", args=[roadmap.organization.slug, roadmap.pk])
    data = {"title": "Ask the bank", "phase": "days-60", "owner": colleague.pk, "category": "cost-model", "level": "1"}
    editor.post(address, data)

    item = roadmap.items.get()
    assert (item.title, item.owner, item.target_level) == ("Ask the bank", colleague, 1)
    assert item.due_on == roadmap.starts_on + timedelta(days=59)


def test_a_name_that_is_typed_is_the_owner(editor, roadmap, colleague):
    address = reverse("roadmap_item_create", args=[roadmap.organization.slug, roadmap.pk])
    data = {"title": "Ask the bank", "phase": "days-60", "owner": "", "owner_name": "Joao Pires"}
    editor.post(address, data)
    assert roadmap.items.get().owner_name == "Joao Pires"

    response = editor.post(address, data | {"owner": colleague.pk})
    assert response.status_code == 422
    assert "Choose a member or write a name, not both." in response.content.decode()


def test_a_form_with_mistakes_names_them(editor, roadmap):
    address = reverse("roadmap_item_create", args=[roadmap.organization.slug, roadmap.pk])
    response = editor.post(address, {"title": "", "phase": "days-120", "due_on": "x", "level": "1"})
    page = response.content.decode()

    assert response.status_code == 422
    for sentence in (
        *("Give the item a title.", "Choose one of the three phases.", "Write the date as 2026-09-14."),
        "Choose the category that this item raises, or no level.",
    ):
        assert sentence in page


def test_who_comments_comes_back_to_the_comments(editor, item):
    response = editor.post(url(item, "roadmap_comment_create"), {"text": "Asked on Monday."})

    assert response.url == f"{url(item)}#comments"
    assert "Asked on Monday." in editor.get(response.url).content.decode()


def test_an_empty_comment_is_refused_where_it_is_written(editor, item):
    response = editor.post(url(item, "roadmap_comment_create"), {"text": " "})

    assert response.status_code == 422
    assert "Write something first." in response.content.decode()


def test_a_file_is_attached_downloaded_and_removed(editor, item):
    file = SimpleUploadedFile("costs.txt", b"2 USD a call")
    editor.post(url(item, "roadmap_evidence_create"), {"file": file})
    proof = RoadmapEvidence.objects.get()

    response = editor.get(url(item, "roadmap_evidence_download", proof.pk))
    assert b"".join(response.streaming_content) == b"2 USD a call"
    assert response["Content-Disposition"] == 'attachment; filename="costs.txt"'
    assert response["Content-Security-Policy"] == "sandbox"
    assert AuditEvent.objects.filter(action="evidence-downloaded").count() == 1

    editor.post(url(item, "roadmap_evidence_delete", proof.pk))
    assert not RoadmapEvidence.objects.exists()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"url": "javascript:alert(1)"}, "begins with https:// or http://; this one begins with javascript:"),
        ({"url": "nowhere at all"}, "Use a web address that begins with https:// or http://."),
        ({}, "Give either a web address or a file"),
        ({"file": SimpleUploadedFile("x.exe", b"MZ")}, "cannot be attached"),
    ],
)
def test_what_is_no_evidence_is_refused(editor, item, data, sentence):
    response = editor.post(url(item, "roadmap_evidence_create"), data)

    assert response.status_code == 422
    assert sentence in response.content.decode()


# Mine


def test_mine_shows_what_is_not_done_across_organizations(client, colleague, roadmap):
    second = make_organization(name="Larkfield Media")
    scorecard = make_scorecard(second, levels=[1] * 8, signed_off_at=datetime(2026, 1, 5, tzinfo=UTC))
    elsewhere = make_roadmap(scorecard, items=0)
    make_item(roadmap, title="Mine here", owner=colleague)
    make_item(roadmap, title="Mine, done", owner=colleague, status="done", done_on=timezone.localdate())
    make_item(roadmap, title="Somebody's")
    make_item(elsewhere, title="Not reachable", owner=colleague)
    client.force_login(colleague)

    page = client.get(reverse("roadmap_item_mine")).content.decode()
    assert "Mine here" in page
    for title in ("Mine, done", "Somebody", "Not reachable", "Larkfield"):
        assert title not in page

    Organization.objects.filter(pk=roadmap.organization_id).update(deleted_at=timezone.now())
    assert "Nothing is waiting for you." in client.get(reverse("roadmap_item_mine")).content.decode()


def test_mine_shows_the_categories_one_is_asked_for_and_does_not_say_that_nothing_waits(client, colleague, owner):
    scorecard = make_scorecard(make_organization(owner=owner, name="Larkfield Media"))
    make_membership(scorecard.organization, colleague, role=Role.EDITOR)
    asking.ask(scorecard, category="cost-model", asked=colleague, actor=owner, word="You ran it")
    client.force_login(colleague)

    page = client.get(reverse("roadmap_item_mine")).content.decode()
    assert "Cost model, Larkfield Media</a>" in page
    assert "Nothing is waiting for you." not in page
    assert "No item has your name" not in page

    Membership.objects.filter(user=colleague, organization=scorecard.organization).delete()
    assert "Larkfield" not in client.get(reverse("roadmap_item_mine")).content.decode()


def test_mine_takes_the_same_queries_for_one_item_and_for_three(editor, owner, roadmap, queries):
    make_item(roadmap, owner=owner)
    queries(reverse("roadmap_item_mine"))
    one = queries(reverse("roadmap_item_mine"))
    for _ in range(2):
        make_item(roadmap, owner=owner)

    assert queries(reverse("roadmap_item_mine")) == one <= 15
