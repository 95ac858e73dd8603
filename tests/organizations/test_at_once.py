"""What two people do at the same moment. Threads and row locks make it real on PostgreSQL; SQLite takes turns."""

import threading
from datetime import UTC, datetime
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

from assessments.audit import trail
from assessments.audit.models import AuditEvent
from assessments.organizations import invitations, memberships
from assessments.organizations.models import Role
from assessments.roadmaps.items import attachments
from assessments.scorecards import services
from assessments.scorecards.models import Evidence, Scorecard
from tests.factories import make_membership, make_organization, make_roadmap, make_scorecard, make_user

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs a database that serves two at once"),
]

TIMES = 10
KEY = "cost-model"


def at_once(*jobs):
    """What each job returns or raises, all begun at the same moment."""
    barrier, answers = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(place, job):
        barrier.wait()
        try:
            answers[place] = job()
        except Exception as error:
            answers[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=numbered) for numbered in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def refused(answers):
    """How many were refused with a sentence; any other error is one too many."""
    errors = [answer for answer in answers if isinstance(answer, Exception)]
    assert all(isinstance(error, ValidationError) for error in errors), errors
    return len(errors)


@pytest.mark.parametrize("end", [memberships.remove_member, partial(memberships.change_role, role=Role.VIEWER)])
def test_two_owners_who_end_each_other_leave_one(end):
    for _ in range(TIMES):
        organization = make_organization()
        make_membership(organization, role=Role.OWNER)

        answers = at_once(*(partial(end, membership) for membership in organization.memberships.all()))

        assert refused(answers) == 1
        assert organization.memberships.filter(role=Role.OWNER).count() == 1


def test_two_who_change_each_other_in_two_organizations_both_succeed():
    def change(membership, actor):
        with trail.acting(actor):
            return memberships.change_role(membership, role=Role.EDITOR)

    for _ in range(TIMES):
        ada, ben = make_user(name="Ada"), make_user(name="Ben")
        of_ben, of_ada = make_membership(make_organization(owner=ada), ben), make_membership(make_organization(), ada)

        assert refused(at_once(partial(change, of_ben, ada), partial(change, of_ada, ben))) == 0


def test_an_invitation_accepted_twice_is_accepted_once():
    for number in range(TIMES):
        organization, guest = make_organization(), make_user(email=f"guest-{number}@example.com")
        invitation = invitations.invite(
            organization, email=guest.email, role=Role.EDITOR, actor=organization.created_by, base_url="http://x"
        )

        assert refused(at_once(*[partial(invitations.accept, invitation, user=guest)] * 2)) == 1
        assert AuditEvent.objects.filter(action="member-added", about=guest).count() == 1


def test_a_removal_that_two_ask_for_is_recorded_once():
    for _ in range(TIMES):
        scorecard = make_scorecard()
        actor = scorecard.organization.created_by
        services.add_link(scorecard, category=KEY, title="Bill", url="https://example.com", actor=actor)
        links, drafts = [Evidence.objects.get() for _ in "ab"], [Scorecard.objects.get() for _ in "ab"]

        assert refused(at_once(*(partial(services.remove_evidence, scorecard, link) for link in links))) == 0
        assert refused(at_once(*(partial(services.delete_scorecard, draft) for draft in drafts))) == 0

        recorded = AuditEvent.objects.filter(organization=scorecard.organization)
        assert recorded.filter(action="evidence-removed").count() == 1
        assert recorded.filter(action="scorecard-deleted").count() == 1


def test_an_answer_and_a_sign_off_never_cross():
    for _ in range(TIMES):
        scorecard = make_scorecard()
        actor, digest = scorecard.organization.created_by, services.answers_digest(scorecard)
        seen = [Scorecard.objects.get(pk=scorecard.pk) for _ in "abc"]

        answers = at_once(
            partial(services.sign_off, seen[0], actor=actor, digest=digest),
            partial(services.record_level, seen[1], category=KEY, level=1, actor=actor, version=0),
            partial(services.add_link, seen[2], category=KEY, title="Bill", url="https://example.com", actor=actor),
        )

        refused(answers)
        scorecard.refresh_from_db()
        level = scorecard.responses.get(category_key=KEY).level
        if scorecard.is_signed_off:
            assert (level, services.answers_digest(scorecard)) == (None, digest)
        recorded = AuditEvent.objects.filter(organization=scorecard.organization, action="answer-changed")
        assert recorded.count() == (level is not None)


def test_the_last_place_for_evidence_and_for_a_comment_is_given_once():
    scorecard = make_scorecard(levels=[1] * 8, signed_off_at=datetime(2026, 1, 5, tzinfo=UTC))
    actor, item = scorecard.created_by, make_roadmap(scorecard).items.first()
    draft = make_scorecard(levels=[1] * 8, proof=False)
    adds = [
        partial(services.add_link, draft, category=KEY, title="x", url="https://wiki/x", actor=actor),
        partial(attachments.add_link, item, title="x", url="https://wiki/x", actor=actor),
        partial(attachments.add_comment, item, text="x", actor=actor),
    ]
    for add, most in zip(adds, [40, 40, 200], strict=True):
        for _ in range(most - 1):
            add()
        assert refused(at_once(*[add] * 4)) == 3

    assert Evidence.objects.filter(response__scorecard=draft).count() == 40
    assert (item.evidence.count(), item.comments.count()) == (40, 200)
