"""A whole organization goes out of one installation and into another, and out again as the same rows and files."""

import io
import json
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError

from assessments import framework
from assessments.accounts.models import User
from assessments.audit.models import AuditEvent
from assessments.dashboards.standings import fresh
from assessments.organizations.models import Organization, Role
from assessments.organizations.tags import set_tags
from assessments.platform.frameworks.keeping import KEPT
from assessments.platform.frameworks.models import KeptFramework
from assessments.reports.archives import write_archive
from assessments.reports.choices import defaults
from assessments.reports.exchange.models import OrganizationRest
from assessments.reports.exchange.whole.restoring import import_organization
from assessments.reports.exchange.whole.rows import LEFT, OWNED
from assessments.reports.models import Report
from assessments.reports.preparing.models import ReportTemplate
from assessments.reports.preparing.services import of_draft, prepared, save_draft, save_template
from assessments.reports.services import request_report
from assessments.roadmaps.items import attachments
from assessments.saving.uploads import check_upload
from assessments.scorecards import services
from assessments.scorecards.outlook.earlier import enter_earlier
from assessments.scorecards.outlook.rhythm import set_rhythm
from assessments.scorecards.outlook.targets import set_targets
from tests.factories import (
    make_grant,
    make_measured,
    make_membership,
    make_organization,
    make_roadmap,
    make_scenario,
    make_scorecard,
    make_team,
    make_user,
    make_vendor_review,
)
from tests.frameworks import KEY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def organization():
    """An organization with something of everything."""
    owner = make_user(name="Ada Lovelace", email="ada@example.com")
    organization = make_organization(owner=owner, name="Kestrel Logistics")
    make_membership(organization, make_user(name="Kofi Mensah", email="kofi@example.com"), role=Role.VIEWER)
    make_grant(make_team(make_user(), name="Advisers"), organization)
    signed = make_scorecard(organization, levels=[2, 1, 0, 1] * 2, signed_off_at=datetime(2026, 1, 5, tzinfo=UTC))
    roadmap = make_roadmap(signed, items=2)
    attach = {"upload": checked("plan.txt", b"the plan"), "title": "Plan"}
    attachments.add_file(roadmap.items.first(), actor=owner, **attach)
    draft = make_scorecard(organization, levels=[1] * 4, title="Next")
    place = {"category": "cost-model", "actor": owner}
    services.add_file(draft, title="Register", upload=checked("register.csv", b"a,b"), **place)
    services.add_link(draft, title="Wiki", url="https://wiki.example.com", deciders=["feature-unit-cost"], **place)
    services.add_figure(draft, name="Queue", value=Decimal("12.5"), unit="jobs", **place)
    services.record_level(draft, level=2, reason="Said so", version=0, **place)
    response = draft.responses.get(category_key="cost-model")
    response.requests.create(asked=make_user(name="Lena", email="lena@example.com"), asked_by=owner, word="Please")
    review = make_vendor_review(organization, name="Aldermoor", ratings={"latency-target": "2"}, complete=True)
    review.answers.filter(question_key="latency-target").update(vendor_said="Yes", vendor_said_from=f"{review.pk}/3")
    make_scenario(organization, mix={"batch": "100"})
    make_measured(organization)
    words = {"findings": [{"category": "cost-model", "text": "No price."}], "decisions": ["Ask."], "letter": "Dear all"}
    chosen = {**defaults(), "paper": "letter", "people": "roles"}
    drafted = {"findings": [], "decisions": ["Ask once."], "letter": ""}
    save_draft(signed, choices=chosen, words=words, drafted=drafted, version=0, actor=owner)
    save_template(organization, name="For the board", choices=chosen, actor=owner)
    Organization.objects.filter(pk=organization.pk).update(lead=owner)
    set_tags(organization, ["Nordics", "Étoile", "renewal 2027"])
    set_targets(
        organization, {"cost-model": (2, date(2027, 6, 30)), "data-pipeline": (1, date(2027, 3, 1))}, actor=owner
    )
    set_rhythm(organization, months=6, first_due_on=None, reminded=owner, actor=owner)
    levels = dict.fromkeys(framework.current().category_keys, 1)
    before = {"on": date(2025, 2, 28), "levels": levels, "notes": {"cost-model": "Per team"}, "source": "A workshop"}
    enter_earlier(organization, **before, actor=owner)
    report = request_report(signed, actor=owner)
    report.file.save("x", ContentFile(b"%PDF-1.7"), save=False)
    Report.objects.filter(pk=report.pk).update(status="done", file=report.file.name, finished_at=report.requested_at)
    return organization


def checked(name, content):
    return check_upload(SimpleUploadedFile(name, content))


def packed(organization):
    stream = io.BytesIO()
    write_archive(organization, stream)
    return stream


def parts(stream):
    """What has to be the same: the rows, and every file with its content."""
    to_read = ("README.txt", "organization.json")
    with zipfile.ZipFile(stream) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name not in to_read}


def assert_same(stream, before):
    found, wanted = parts(stream), parts(before)
    rows, lines = (each.pop("data.json").decode().splitlines() for each in (found, wanted))
    assert [pair for pair in zip(rows, lines, strict=False) if pair[0] != pair[1]] == []
    assert len(rows) == len(lines)
    assert found == wanted


def gone(organization, *, people=()):
    """Remove an organization as if this were another installation."""
    Organization.objects.filter(pk=organization.pk).update(deleted_at=datetime(2020, 1, 1, tzinfo=UTC))
    Organization.objects.get(pk=organization.pk).delete()
    User.objects.filter(email__in=people).delete()


def changed(stream, change, *, name="data.json"):
    """The archive with what `change` makes of the rows."""
    written = io.BytesIO()
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(written, "w") as new:
        for entry in old.namelist():
            content = old.read(entry)
            if entry == name:
                rows = json.loads(content)
                change(rows)
                content = json.dumps(rows).encode()
            new.writestr(entry, content)
    return written


def test_where_everybody_has_an_account_the_rows_and_files_are_the_same(organization):
    before = packed(organization)
    gone(organization)

    back = import_organization(before)

    assert_same(packed(back), before)
    assert not OrganizationRest.objects.filter(rows={}, references={}).exists()
    assert back.scorecards.count() == 2


def test_lead_tags_targets_rhythm_and_earlier_assessments_come_along(organization):
    before = packed(organization)
    gone(organization)

    back = import_organization(before)

    assert_same(packed(back), before)
    assert back.lead == User.objects.get(email="ada@example.com")
    assert [tag.name for tag in back.tags.order_by("pk")] == ["Nordics", "Étoile", "renewal 2027"]
    assert {(t.category_key, t.level, t.due_on) for t in back.targets.all()} == {
        ("cost-model", 2, date(2027, 6, 30)),
        ("data-pipeline", 1, date(2027, 3, 1)),
    }
    assert (back.rhythm.months, back.rhythm.due_on, back.rhythm.reminded) == (6, date(2026, 7, 5), back.lead)
    [earlier] = back.earlier_assessments.all()
    assert (earlier.on, earlier.total, earlier.notes) == (date(2025, 2, 28), 8, {"cost-model": "Per team"})
    assert (earlier.source, earlier.entered_by, earlier.entered_name) == ("A workshop", back.lead, "Ada Lovelace")
    assert list(fresh.wrong()) == []
    assert back.standing.due_on == date(2026, 7, 5)


def test_where_nobody_has_an_account_the_rows_and_files_are_the_same(organization):
    before = packed(organization)
    gone(organization)
    User.objects.all().delete()

    back = import_organization(before)

    assert_same(packed(back), before)
    assert not back.memberships.exists()
    emails = {person["email"] for person in back.rest.people}
    assert emails >= {"ada@example.com", "kofi@example.com", "lena@example.com"}


def test_where_some_have_an_account_the_rows_and_files_are_the_same(organization):
    before = packed(organization)
    gone(organization, people=["kofi@example.com", "lena@example.com"])

    back = import_organization(before)

    assert_same(packed(back), before)
    assert [membership.user.email for membership in back.memberships.all()] == ["ada@example.com"]


def test_what_is_signed_off_stays_so_and_is_scored_the_same(organization):
    was = {s.title: (s.signed_off_at, s.standing.proven, s.standing.claimed) for s in organization.scorecards.all()}
    stream = packed(organization)
    gone(organization)

    back = import_organization(stream)

    assert {s.title: (s.signed_off_at, s.standing.proven, s.standing.claimed) for s in back.scorecards.all()} == was
    assert back.scorecards.open().get().predecessor == back.scorecards.signed_off().get()


def test_what_was_written_and_chosen_for_reports_comes_along(organization):
    before = packed(organization)
    gone(organization)

    back = import_organization(before)

    signed, draft = back.scorecards.signed_off().get(), back.scorecards.open().get()
    assert of_draft(signed)["words"]["findings"] == [{"category": "cost-model", "text": "No price."}]
    assert of_draft(signed)["choices"]["paper"] == "letter"
    offered = prepared(draft, lambda language: {"findings": [], "decisions": [], "letter": ""})
    assert offered.words["decisions"] == ["Ask."]
    template = ReportTemplate.objects.get(organization=back)
    assert (template.name, template.team, template.choices["people"]) == ("For the board", None, "roles")


def test_beside_the_original_it_gets_an_address_of_its_own(organization):
    User.objects.filter(email="ada@example.com").update(email="other@example.com")
    stream = packed(organization)
    User.objects.filter(email="other@example.com").update(email="ada@example.com")

    back = import_organization(stream)

    assert back.slug != organization.slug
    assert Organization.objects.count() == 2
    assert AuditEvent.objects.filter(action="organization-imported", organization=back).exists()


def test_a_framework_of_a_folder_is_kept_for_what_comes_in(bank):
    organization = make_organization(owner=make_user(email="ada@example.com"), framework_key=KEY)
    make_scorecard(organization)
    stream = packed(organization)
    gone(organization)
    KeptFramework.objects.all().delete()
    KEPT.forget()

    back = import_organization(stream)

    assert KeptFramework.objects.get().key == KEY
    assert (back.framework_key, back.scorecards.get().framework_key) == (KEY, KEY)


def test_of_the_same_creator_and_name_it_is_refused(organization):
    with pytest.raises(ValidationError, match="Kestrel Logistics is here already"):
        import_organization(packed(organization))

    assert Organization.objects.count() == 1


def rows_changed(name, place, **values):
    return lambda content: content["rows"][name][place].update(values)


REFUSED = {
    "another version": (lambda c: c.update(version=2), "of version 2 of the format"),
    "another schema": (lambda c: c.update(schema="x"), "no export of an organization"),
    "an unknown kind of row": (lambda c: c["rows"].update(Scorecrad=[]), "“Scorecrad” is no kind of row"),
    "an unknown part": (rows_changed("Vendor", 0, nmae="x"), "Vendor 1: “nmae” is no part of Vendor. Is “name” meant"),
    "a number that is none": (rows_changed("ScenarioInput", 0, value="lots"), "cannot stand here"),
    "a level of 3": (rows_changed("Response", 0, level=3), "contradict each other"),
    "a role that is none": (rows_changed("Membership", 0, role=99), "is none of the values there are"),
    "a script for a link": (
        lambda c: next(r for r in c["rows"]["Evidence"] if r["url"]).update(url="javascript:alert(1)"),
        "A web address begins with",
    ),
    "a reference to nothing": (rows_changed("Response", 0, scorecard=99), "belongs to no assessment"),
    "a reference that is text": (rows_changed("VendorReview", 0, vendor="1"), "refers to Vendor 1, which is not in"),
    "a framework that is not here": (
        rows_changed("Scorecard", 0, framework_version="9"),
        "does not have the framework “ai-infrastructure 9”",
    ),
    "two people of one address": (lambda c: c["people"].append(c["people"][0]), "the same address"),
    "rows that are no list": (lambda c: c["rows"].update(Vendor={}), "should be a list of objects"),
    "no organization": (lambda c: c["rows"].update(Organization=[]), "holds no organization"),
    "a place outside": (
        lambda c: next(r for r in c["rows"]["Evidence"] if r["file"])["file"].update(place="../../etc/passwd"),
        "at a place where no export puts a file",
    ),
    "words that are no words": (rows_changed("ReportDraft", 0, words=["x"]), "ReportDraft 1: The words for a report"),
    "a finding as long as a book": (
        lambda c: c["rows"]["ReportDraft"][0]["words"]["findings"][0].update(text="x" * 9999),
        "The words for a report cannot be read",
    ),
    "choices that are none": (
        rows_changed("ReportTemplate", 0, choices=3),
        "ReportTemplate 1: The choices for a report",
    ),
    "another checksum": (
        lambda c: next(r for r in c["rows"]["Evidence"] if r["file"])["file"].update(sha256="0" * 64),
        "its checksum is another",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_one_wrong_thing_and_nothing_is_taken(organization, case, private_media):
    change, words = REFUSED[case]
    stream = changed(packed(organization), change)
    gone(organization)
    files = {path for path in private_media.rglob("*") if path.is_file()}

    with pytest.raises(ValidationError) as refused:
        import_organization(stream)

    assert words in refused.value.messages[0]
    assert not Organization.objects.exists()
    assert {path for path in private_media.rglob("*") if path.is_file()} <= files


def archive_of(**entries):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream


def link_of(name):
    stream = io.BytesIO()
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    return stream


@pytest.mark.parametrize(
    ("stream", "words"),
    [
        (io.BytesIO(b"no zip"), "no export of an organization"),
        (archive_of(**{"a.txt": b""}), "at a place where no export puts a file"),
        (archive_of(**{"../data.json": b""}), "at a place where no export puts a file"),
        (archive_of(**{"evidence/..": b""}), "at a place where no export puts a file"),
        (archive_of(**{"data.json": b" " * 20 * 1024**2}), "unpacks to more than"),
        (archive_of(**{"data.json": b"[" * 5000}), "nested more than 20 deep"),
        (archive_of(**{"data.json": b'{"a": NaN}'}), "NaN is no number"),
        (archive_of(**{"organization.json": b"{}"}), "exported by an earlier release"),
        (link_of("evidence/1-a"), "is a link to another file"),
    ],
)
def test_what_is_no_archive_is_refused_in_a_sentence(stream, words):
    with pytest.raises(ValidationError) as refused:
        import_organization(stream)

    assert words in refused.value.messages[0]


def test_the_command_says_what_it_did_and_why_it_did_not(organization, tmp_path, capsys):
    file = tmp_path / "kestrel.zip"
    file.write_bytes(packed(organization).getvalue())
    with pytest.raises(CommandError, match="is here already"):
        call_command("import_organization", str(file))
    gone(organization)

    call_command("import_organization", str(file))

    assert "Kestrel Logistics is here, at /o/" in capsys.readouterr().out
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_organization", str(tmp_path / "no.zip"))


def test_files_are_stored_under_names_of_ours_and_can_be_read(organization):
    stream = packed(organization)
    gone(organization)

    back = import_organization(stream)

    item = back.scorecards.open().get().responses.get(category_key="cost-model").evidence.get(kind="file")
    assert item.file.name.startswith(f"evidence/{back.pk}/")
    assert default_storage.open(item.file.name).read() == b"a,b"


def test_every_row_of_an_organization_is_written_or_left_for_a_reason():
    """A new model that leads to an organization belongs into `rows.OWNED`, or into `rows.LEFT` with the reason."""
    owned = {"Organization"}
    models = list(apps.get_app_config("assessments").get_models())
    while True:
        more = {
            model.__name__
            for model in models
            for field in model._meta.concrete_fields
            if field.is_relation and not field.null and field.related_model.__name__ in owned
        } - owned
        if not more:
            break
        owned |= more

    assert owned - set(OWNED) - set(LEFT) == set()
