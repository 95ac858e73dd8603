"""A framework of one's own, uploaded by an administrator: checked before it exists, for all processes, and retired."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments import framework
from assessments.framework import files
from assessments.platform.frameworks.keeping import KEPT
from assessments.platform.frameworks.models import KeptFramework
from assessments.scorecards.services import start_scorecard
from tests.factories import make_organization, make_user
from tests.frameworks import KEY, VERSION, bank_scorecard, write_bank

UPLOAD, LIST = "admin:assessments_keptframework_upload", "admin:assessments_keptframework_changelist"


@pytest.fixture
def administrator(client, db):
    user = make_user(is_staff=True, is_superuser=True)
    client.force_login(user)
    yield user
    framework.forget()
    KEPT.forget()


def packed(tmp_path, version=VERSION, tree=None):
    folder = write_bank(tmp_path / version, version, tree)
    return files.zipped(files.texts_of(folder), KEY, version)


def upload(client, content):
    KEPT.forget()
    return client.post(reverse(UPLOAD), {"file": SimpleUploadedFile("bank.zip", content)}, follow=True)


def said(page):
    return [str(message) for message in page.context["messages"]]


def test_what_is_uploaded_is_there_for_organizations(client, administrator, tmp_path):
    page = upload(client, packed(tmp_path))

    assert said(page) == [
        "Bank AI Scorecard 1 is here: 9 categories, 18 points, the line at 12. "
        "Organizations choose it in their settings."
    ]
    organization = make_organization(framework_key=KEY)
    scorecard = start_scorecard(organization, title="First", actor=administrator)
    assert (scorecard.framework_key, scorecard.framework_version, scorecard.responses.count()) == (KEY, VERSION, 9)
    assert "Bank AI Scorecard" in client.get(reverse("organization_create")).content.decode()


def test_another_process_finds_it(client, administrator, tmp_path):
    upload(client, packed(tmp_path))

    framework.forget()  # as a process that has read nothing of it

    assert framework.load(KEY, VERSION).categories[8].name == "Model risk"


def test_a_broken_rule_is_said_with_file_line_and_reason_and_nothing_is_kept(client, administrator, tmp_path):
    tree = bank_scorecard()
    tree["scale"]["risk_threshold"] = 19

    page = upload(client, packed(tmp_path, tree=tree))

    assert page.status_code == 422
    (error,) = page.context["form"].errors["file"]
    assert error.startswith("bank-ai/1/scorecard.yaml, line ")
    assert error.endswith("scale.risk_threshold: must be from 1 to 18, not 19")
    assert not KeptFramework.objects.exists()


def test_a_version_never_changes(client, administrator, tmp_path):
    upload(client, packed(tmp_path))
    tree = bank_scorecard()
    tree["categories"][0]["why"] = "Another reason."

    page = upload(client, packed(tmp_path / "again", tree=tree))

    (error,) = page.context["form"].errors["file"]
    assert error == "bank-ai 1 is here already, and a version never changes. Give it a new version number."
    assert framework.load(KEY, VERSION).categories[0].why != "Another reason."


def test_the_products_own_key_and_an_impossible_key_are_refused(client, administrator, tmp_path):
    for key, reason in (("ai-infrastructure", "is the product's own framework"), ("../../etc", "must look like")):
        tree = bank_scorecard()
        tree["framework"]["key"] = key
        page = upload(client, packed(tmp_path / key.strip("./"), tree=tree))

        assert reason in page.context["form"].errors["file"][0], key
    assert not KeptFramework.objects.exists()


def test_a_path_out_of_the_zip_is_refused(client, administrator):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("../scorecard.yaml", "x")

    assert "leads out of it" in upload(client, target.getvalue()).context["form"].errors["file"][0]


def act(client, action):
    KEPT.forget()
    rows = list(KeptFramework.objects.values_list("pk", flat=True))
    return client.post(reverse(LIST), {"action": action, "_selected_action": rows, "confirmed": len(rows)}, follow=True)


def test_a_retired_one_is_used_for_nothing_new_and_stays_with_what_has_it(client, administrator, tmp_path):
    upload(client, packed(tmp_path))
    organization = make_organization(owner=administrator, framework_key=KEY)
    scorecard = start_scorecard(organization, title="First", actor=administrator)

    assert said(act(client, "retire")) == ["Retired: Bank AI Scorecard 1."]

    assert framework.usable_keys() == ("ai-infrastructure",)
    assert organization.framework == framework.current()
    page = client.get(reverse("scorecard_detail", args=[organization.slug, scorecard.pk])).content.decode()
    assert "Model risk" in page
    settings = client.get(reverse("organization_update", args=[organization.slug])).content.decode()
    assert "bank-ai, retired: the next assessment is by AI Infrastructure Scorecard" in settings
    assert said(act(client, "use_again")) == ["In use again: Bank AI Scorecard 1."]
    assert organization.framework.key == KEY


def test_a_folder_that_is_gone_is_kept_for_what_uses_it(client, administrator, bank):
    organization = make_organization(owner=administrator, framework_key=KEY)
    start_scorecard(organization, title="First", actor=administrator)

    framework.add_folders()
    KEPT.forget()

    assert framework.load(KEY, VERSION).maximum == 18
    assert "Bank AI Scorecard" in client.get(reverse(LIST)).content.decode()


def test_only_whoever_may_add_one_uploads(client, db):
    client.force_login(make_user(is_staff=True))

    assert client.get(reverse(UPLOAD)).status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_as_many_queries_for_three_as_for_one(
    client, administrator, tmp_path, number, django_assert_num_queries
):
    for version in range(1, number + 1):
        upload(client, packed(tmp_path, str(version)))

    with django_assert_num_queries(6):
        client.get(reverse(LIST))
