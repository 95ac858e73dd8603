import hashlib
import io
import json
import zipfile
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from assessments import framework
from assessments.audit.models import AuditEvent
from assessments.organizations import services as organizations
from assessments.organizations.models import Membership, Organization, Role
from assessments.reports.models import Report
from assessments.reports.services import request_report
from assessments.reports.tasks import make_report
from assessments.saving.uploads import check_upload
from assessments.scorecards import services
from assessments.scorecards.asking import asking
from assessments.scorecards.models import Evidence, Scorecard
from assessments.vendors import services as vendors
from tests.factories import make_membership, make_organization, make_scorecard, make_user, make_vendor_review

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def owner(client):
    user = make_user(name="Ada Owner", email="ada@example.com")
    client.force_login(user)
    return user


@pytest.fixture
def organization(owner):
    """One with a signed-off scorecard, its copy, evidence that both refer to, and a finished report."""
    organization = make_organization(owner=owner, name="Kestrel")
    scorecard = make_scorecard(organization, levels=[2] * 8)
    upload = check_upload(SimpleUploadedFile("Größe.txt", b"proof"))
    services.add_file(scorecard, category="cost-model", title="Proof", upload=upload, actor=owner)
    signed = services.sign_off(scorecard, actor=owner, digest=services.answers_digest(scorecard))
    signed.organization = organization
    make_report(request_report(signed, actor=owner).pk)
    services.start_scorecard(organization, title="Next", actor=owner)
    return organization


def delete(client, organization, name):
    return client.post(reverse("organization_delete", args=[organization.slug]), {"name": name})


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", ["", "Kestre", "delete"])
def test_another_name_deletes_nothing(client, organization, name):
    response = delete(client, organization, name)

    assert response.status_code == 422
    assert "Nothing was deleted." in response.content.decode()
    assert Organization.objects.current().count() == 1


def test_a_deleted_organization_is_out_of_everyone_s_sight(client, owner, organization):
    make_membership(organization, role=Role.EDITOR)

    response = delete(client, organization, " kestrel ")

    assert response.status_code == 302
    assert client.get(reverse("organization_detail", args=[organization.slug])).status_code == 404
    assert not Organization.objects.visible_to(owner).exists()
    assert Membership.objects.count() == 2
    assert AuditEvent.objects.get(action="organization-deleted").actor == owner


def test_it_can_be_brought_back_until_it_is_purged(organization, owner):
    organizations.delete_organization(organization, actor=owner)
    assert organizations.purge_organizations() == 0

    organizations.restore_organization(organization)

    assert Organization.objects.visible_to(owner).get() == organization


def test_after_thirty_days_rows_and_files_are_gone(
    organization, owner, private_media, django_capture_on_commit_callbacks
):
    assert len(files(private_media)) == 2
    other = make_scorecard(make_organization(owner=owner, name="Other"), levels=[1] * 8, proof=False)
    organizations.delete_organization(organization, actor=owner)

    with time_machine.travel(timezone.now() + timedelta(days=29)):
        assert organizations.purge_organizations() == 0
    later = timezone.now() + timedelta(days=30, minutes=1)
    with time_machine.travel(later), django_capture_on_commit_callbacks(execute=True):
        assert organizations.purge_organizations() == 1
        assert organizations.purge_organizations() == 0

    assert [o.name for o in Organization.objects.all()] == ["Other"]
    assert list(Scorecard.objects.all()) == [other]
    assert (Evidence.objects.count(), Report.objects.count(), files(private_media)) == (0, 0, [])
    event = AuditEvent.objects.get(action="organization-purged")
    assert (event.organization, event.subject, event.actor_name) == (None, "Kestrel", "The system")


def test_its_name_is_free_again_at_once(client, organization, owner):
    organizations.delete_organization(organization, actor=owner)
    again = make_organization(owner=owner, name="Kestrel")

    with pytest.raises(Exception, match="There is another Kestrel by now"):
        organizations.restore_organization(organization)
    assert Organization.objects.visible_to(owner).get() == again


def told(content):
    """What the export says of a file beside its place."""
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


def test_the_export_holds_every_answer_and_every_file(client, organization):
    response = client.post(reverse("organization_export", args=[organization.slug]))

    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    tree = json.loads(archive.read("organization.json"))
    first = next(a for a in tree["assessments"][0]["answers"] if a["category"] == "cost-model")
    assert archive.testzip() is None
    assert archive.read("evidence/1-Größe.txt") == b"proof"
    assert archive.read("reports/1.pdf").startswith(b"%PDF")
    assert first["level"] == 2
    assert [{name: item[name] for name in ("title", "link", "file")} for item in first["evidence"] if item["file"]] == [
        {
            "title": "Proof",
            "link": None,
            "file": {"place": "evidence/1-Größe.txt", "is_missing": False, **told(b"proof")},
        }
    ]
    assert tree["members"] == [{"name": "Ada Owner", "email": "ada@example.com", "role": "owner"}]
    assert len(tree["assessments"]) == 2
    assert tree["activity"][-1]["what"] == "scorecard-started"
    assert AuditEvent.objects.filter(action="organization-exported").count() == 1


def test_the_export_holds_what_was_shown_claimed_seen_and_asked(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner, name="Larkfield"))
    grace, (first, second, _) = make_user(name="Grace"), framework.current().category("cost-model").deciders
    about = {"category": "cost-model", "actor": owner}
    services.record_decider(scorecard, decider=first.key, state=1, version=0, **about)
    services.record_level(scorecard, level=2, reason="The board said so", version=0, **about)
    seen = {"deciders": [first.key], "what": "Invoice", "whose": "Finance", "seen_by_name": "Grace"}
    services.add_sighting(scorecard, on=date(2026, 1, 5), **seen, **about)
    services.add_figure(scorecard, name="Spot price", value=Decimal("0.031"), unit="USD", **about)
    fields = {"values": {"amount": "2", "unit": "request"}, "cannot_answer": True, "who_will": "Grace"}
    services.record_fact(scorecard, fact="unit-cost", answer="", actor=owner, version=0, **fields)
    asking.ask(scorecard, asked=grace, word="You know", **about)

    response = client.post(reverse("organization_export", args=[scorecard.organization.slug]))

    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    (tree,) = json.loads(archive.read("organization.json"))["assessments"]
    answer = next(a for a in tree["answers"] if a["category"] == "cost-model")
    sighting, figure = answer["evidence"]
    assert (answer["shown"][first.key], answer["shown"][second.key]) == (1, None)
    assert (answer["level"], answer["proven"], answer["claimed"]["level"]) == (2, 1, 2)
    assert (answer["claimed"]["by"], answer["claimed"]["reason"]) == ("Ada Owner", "The board said so")
    assert [sighting[name] for name in ("kind", "on", "seen_by", "whose", "proves")] == [
        *("sighting", "2026-01-05", "Grace", "Finance"),
        [first.key],
    ]
    assert [figure[name] for name in ("kind", "title", "value", "unit")] == ["figure", "Spot price", "0.031", "USD"]
    assert tree["fact_fields"]["unit-cost"] == {
        **fields["values"],
        "cannot_answer": True,
        "who_will": "Grace",
    }
    assert [(asked["of"], asked["by"], asked["word"]) for asked in answer["asked"]] == [
        ("Grace", "Ada Owner", "You know")
    ]


def test_the_export_holds_vendors_with_their_reviews_answers_and_files(client, organization, owner):
    make_vendor_review(make_organization(owner=owner, name="Other"), name="Secret")
    review = make_vendor_review(organization, name="Corvid", ratings={"preemption": "1", "rollback-plan": "na"})
    vendors.record_said(review, question="preemption", said="By hand", actor=owner, version=0)
    vendors.record_follow_up(
        *(review,), question="preemption", follow_up="Ask", owner="Ada", on=None, done=False, actor=owner, version=0
    )
    vendors.add_link(review, question="preemption", title="Log", url="https://a.example.com", actor=owner)
    upload = check_upload(SimpleUploadedFile("drill.txt", b"timed"))
    vendors.add_file(review, question="preemption", title="Drill", upload=upload, actor=owner)
    vendors.set_weights(organization, {"topic-serving": 3}, actor=owner)
    vendors.complete_review(review, actor=owner)
    again = vendors.repeat_review(review, actor=owner)

    response = client.post(reverse("organization_export", args=[organization.slug]))

    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    tree = json.loads(archive.read("organization.json"))
    [vendor] = tree["vendors"]
    first, second = vendor["reviews"]
    answers = {answer["question"]: answer for answer in first["answers"]}
    place = {"place": "evidence/vendor-1-drill.txt", "is_missing": False, **told(b"timed")}
    assert (vendor["name"], first["status"], second["id"], second["copied_from"]) == (
        *("Corvid", "complete", again.pk, review.pk),
    )
    assert answers["preemption"] == {
        "question": "preemption",
        "rating": "1",
        "said": "By hand",
        "said_by_vendor": "",
        "follow_up": {"what": "Ask", "who": "Ada", "on": None, "done": False},
        "evidence": [
            {
                "title": "Log",
                "link": "https://a.example.com",
                "file": None,
                "by_vendor": False,
                "figures": [],
                "doubts": [],
            },
            {"title": "Drill", "link": None, "file": place, "by_vendor": False, "figures": [], "doubts": []},
        ],
    }
    assert answers["workload-mix"]["follow_up"] is None
    assert tree["topic_weights"] == {"topic-serving": 3}
    assert [name for name in archive.namelist() if "vendor-" in name] == [place["place"]]
    assert archive.read(place["place"]) == b"timed"
    assert "Secret" not in json.dumps(tree)


def test_a_missing_file_is_named_in_the_export(client, organization, private_media):
    for path in files(private_media / "evidence"):
        path.unlink()

    response = client.post(reverse("organization_export", args=[organization.slug]))

    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    assert '"is_missing": true' in archive.read("organization.json").decode()


def test_a_storage_that_fails_for_one_file_keeps_neither_the_others_nor_other_organizations(
    organization, owner, private_media, monkeypatch, django_capture_on_commit_callbacks
):
    organizations.delete_organization(organization, actor=owner)
    organizations.delete_organization(make_organization(owner=owner), actor=owner)
    delete, asked = FileSystemStorage.delete, []

    def fail_once(storage, name):
        asked.append(name)
        if len(asked) == 1:
            raise OSError("The storage does not answer.")
        delete(storage, name)

    monkeypatch.setattr(FileSystemStorage, "delete", fail_once)
    later = timezone.now() + timedelta(days=31)
    with time_machine.travel(later), django_capture_on_commit_callbacks(execute=True):
        assert organizations.purge_organizations() == 2

    left = [str(path.relative_to(private_media)) for path in files(private_media)]
    assert left == asked[:1]


def test_a_file_that_two_assessments_refer_to_is_exported_once(client, organization):
    response = client.post(reverse("organization_export", args=[organization.slug]))

    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    tree = json.loads(archive.read("organization.json"))
    evidence = [e for a in tree["assessments"] for answer in a["answers"] for e in answer["evidence"] if e["file"]]
    in_archive = [name for name in archive.namelist() if name.startswith("evidence/")]
    assert [e["file"]["place"] for e in evidence] == in_archive * 2
    assert len(in_archive) == 1


@pytest.mark.parametrize("name", ["../../x.txt", "..\\..\\x.txt", "/etc/x.txt", "a:b?.txt", "\u540d" * 190 + ".txt"])
def test_a_name_in_the_export_leads_nowhere_else_and_can_be_unpacked(client, owner, name):
    organization = make_organization(owner=owner)
    upload = check_upload(SimpleUploadedFile(name, b"proof"))
    services.add_file(make_scorecard(organization), category="cost-model", title="", upload=upload, actor=owner)

    response = client.post(reverse("organization_export", args=[organization.slug]))

    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    (found,) = [member for member in archive.namelist() if member.startswith("evidence/")]
    assert found.count("/") == 1
    assert found.endswith(".txt")
    assert not set(found) & set('\\:?*"<>|')
    assert len(found.encode()) < 255
