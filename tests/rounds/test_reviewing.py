import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse

from assessments.accounts.erasure import erase_user
from assessments.audit.models import AuditEvent
from assessments.rounds.reviewing import services
from assessments.rounds.reviewing.models import SignOffReview
from assessments.scorecards import services as scorecards
from assessments.scorecards.models import Scorecard

pytestmark = pytest.mark.django_db


@pytest.fixture
def required(organization, owner):
    services.set_required(organization, required=True, actor=owner)


@pytest.fixture
def review(required, scorecard, viewer, owner):
    return services.ask_review(scorecard, reviewer=viewer, actor=owner)


def sign_off(scorecard, actor, override=""):
    return scorecards.sign_off(scorecard, actor=actor, digest=scorecards.answers_digest(scorecard), override=override)


def decide(review, *, approved=True, word="", comments=None):
    digest = scorecards.answers_digest(review.scorecard)
    about = {"word": word, "comments": comments or {}, "digest": digest}
    services.decide(review, approved=approved, actor=review.reviewer, **about)


def test_without_the_setting_nothing_waits(scorecard, owner):
    assert sign_off(scorecard, owner).is_signed_off


def test_the_sign_off_waits_until_somebody_approved(scorecard, owner, review, organization):
    with pytest.raises(ValidationError, match="waits for Mark Ellison"):
        sign_off(scorecard, owner)
    decide(review)
    assert sign_off(scorecard, owner).is_signed_off


def test_nobody_was_asked(scorecard, owner, required):
    with pytest.raises(ValidationError, match="asks for a review"):
        sign_off(scorecard, owner)


def test_what_changes_after_the_approval_is_not_approved(scorecard, owner, review):
    decide(review)
    scorecards.record_note(scorecard, category="cost-model", note="New", actor=owner, version=0)
    with pytest.raises(ValidationError, match="An answer changed since Mark Ellison approved"):
        sign_off(scorecard, owner)


def test_sent_back_with_a_comment_it_waits_for_another_review(scorecard, owner, review, viewer):
    with pytest.raises(ValidationError, match="Say what should change"):
        decide(review, approved=False)
    decide(review, approved=False, comments={"cost-model": "Where is the invoice?", "made-up": "x"})
    review.refresh_from_db()
    assert (review.state, review.comments) == ("returned", {"cost-model": "Where is the invoice?"})
    with pytest.raises(ValidationError, match="sent the answers back"):
        sign_off(scorecard, owner)
    decide(services.ask_review(scorecard, reviewer=viewer, actor=owner))
    assert sign_off(scorecard, owner).is_signed_off


def test_an_owner_overrides_with_a_reason_that_the_activity_keeps(scorecard, owner, editor, review):
    with pytest.raises(ValidationError, match="Only an owner"):
        sign_off(scorecard, editor, override="The board meets today")
    sign_off(scorecard, owner, override="The board meets today")
    event = AuditEvent.objects.get(action="sign-off-overridden")
    assert (event.actor, event.new) == (owner, "The board meets today")
    assert "waits for Mark Ellison" in event.old


def test_a_refused_override_leaves_no_entry(scorecard, editor, review):
    with pytest.raises(ValidationError):
        sign_off(scorecard, editor, override="Now")
    assert not AuditEvent.objects.filter(action="sign-off-overridden").exists()
    assert not Scorecard.objects.signed_off().exists()


def test_the_reviewer_does_not_sign_off_what_they_reviewed(scorecard, owner, editor, required):
    decide(services.ask_review(scorecard, reviewer=editor, actor=owner))
    with pytest.raises(ValidationError, match="You reviewed these answers yourself"):
        sign_off(scorecard, editor)


def test_nobody_reviews_for_themselves_or_twice_at_once(scorecard, owner, editor, review):
    with pytest.raises(ValidationError, match="somebody else's"):
        services.ask_review(scorecard, reviewer=owner, actor=owner)
    with pytest.raises(ValidationError, match="asked already"):
        services.ask_review(scorecard, reviewer=editor, actor=owner)


def test_only_the_named_one_decides_and_only_once(review, owner):
    about = {"digest": "", "word": "", "comments": {}}
    with pytest.raises(ValidationError, match="Only Mark Ellison"):
        services.decide(review, approved=True, actor=owner, **about)
    decide(review)
    with pytest.raises(ValidationError, match="decided already"):
        decide(review)


def test_the_pages_from_asking_to_signing_off(
    client, scorecard, owner, viewer, required, organization, django_capture_on_commit_callbacks
):
    client.force_login(owner)
    page = reverse("scorecard_sign_off", args=[organization.slug, scorecard.pk])
    assert "asks for a review before a sign-off" in client.get(page).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("sign_off_review_create", args=[organization.slug, scorecard.pk]), {"reviewer": viewer.pk})
    assert mail.outbox[-1].to == [viewer.email]
    review = SignOffReview.objects.get()

    client.force_login(viewer)
    theirs = reverse("sign_off_review_update", args=[organization.slug, review.pk])
    html = client.get(theirs).content.decode()
    assert html.count("-comment") >= 8
    refused = client.post(theirs, {"do": "return"})
    assert (refused.status_code, "Say what should change" in refused.content.decode()) == (422, True)
    digest = scorecards.answers_digest(scorecard)
    assert client.post(theirs, {"do": "approve", "digest": digest, "word": "Well done"}).status_code == 302
    assert "Mark Ellison approved the answers" in client.get(theirs).content.decode()

    client.force_login(owner)
    assert "approved these answers" in client.get(page).content.decode()
    assert client.post(page, {"digest": digest, "incomplete": "1"}).status_code == 302
    assert Scorecard.objects.get().is_signed_off


def test_an_erased_reviewer_stays_as_a_former_member_also_after_the_sign_off(review, scorecard, owner, viewer):
    decide(review)
    sign_off(scorecard, owner)
    erase_user(viewer)
    review.refresh_from_db()
    assert (review.reviewer_name, review.reviewer) == ("A former member", None)
