"""What becomes of a person's name on reports when the person is erased. Finished PDFs keep what is printed in them."""

from django.db.models import Q
from django.dispatch import receiver
from django.utils.translation import gettext_noop as _noop

from assessments.accounts.erasure import user_erased
from assessments.accounts.models import User
from assessments.audit.models import AuditEvent
from assessments.organizations.models import Organization
from assessments.reports.batches.models import ReportBatch
from assessments.reports.categories import forget_person
from assessments.reports.exchange import contents
from assessments.reports.exchange.models import OrganizationRest
from assessments.reports.models import Report
from assessments.reports.plan import forget_owner
from assessments.reports.preparing.models import ReportDraft
from assessments.reports.schedules.models import ReportSchedule, ReportScheduleRecipient
from assessments.reports.sharing.models import ReportDelivery, ReportLink, ReportSending
from assessments.rounds.erasure import forget_the_rater  # noqa: F401  before what is below
from assessments.rounds.settling.frozen import forget_former

Action = AuditEvent.Action
ERASED = _noop("This person was erased.")  # stored in English, and told in the language of whoever reads it
HANDED_ON = (Action.REPORT_SENT, Action.REPORT_LINK_MADE, Action.REPORT_LINK_REVOKED, Action.REPORT_LINK_OPENED)


@receiver(user_erased)
def forget_who_requested(user: User, name: str, **kwargs: object) -> None:
    """The snapshots lose the name, too: a report that failed is made from its own when somebody tries again."""
    Report.objects.filter(requested_by=user).update(requested_name=name)
    named = Report.objects.filter(Q(requested_by=user) | Q(scorecard__signed_off_by=user)).select_related("scorecard")
    for report in named.iterator(chunk_size=100):
        if report.requested_by_id == user.pk:
            report.snapshot["made"]["by"] = name
        if report.scorecard.signed_off_by_id == user.pk and report.snapshot["scorecard"]["signed_off_by"]:
            report.snapshot["scorecard"]["signed_off_by"] = name
        Report.objects.filter(pk=report.pk).update(snapshot=report.snapshot)


@receiver(user_erased)
def forget_who_owned_items(user: User, name: str, **kwargs: object) -> None:
    """In the plans of snapshots, whatever has become of the items since."""
    for report in Report.objects.filter(snapshot__has_key="plan").iterator(chunk_size=100):
        if forget_owner(report.snapshot["plan"], user.pk, name):
            Report.objects.filter(pk=report.pk).update(snapshot=report.snapshot)


@receiver(user_erased)
def forget_who_claimed_and_saw(user: User, name: str, **kwargs: object) -> None:
    """In the categories of snapshots, as on the scorecards themselves."""
    for report in Report.objects.filter(snapshot__has_key="categories").iterator(chunk_size=100):
        if forget_person(report.snapshot, user.pk, str(user), name):
            Report.objects.filter(pk=report.pk).update(snapshot=report.snapshot)


@receiver(user_erased)
def forget_who_rated(user: User, name: str, **kwargs: object) -> None:
    """In what snapshots hold of rounds: once the raters themselves have lost their names, which `rounds` does first."""
    for report in Report.objects.filter(snapshot__has_key="raters").iterator(chunk_size=100):
        if forget_former(report.snapshot["raters"]):
            Report.objects.filter(pk=report.pk).update(snapshot=report.snapshot)


@receiver(user_erased)
def forget_who_is_named_in_files(user: User, name: str, **kwargs: object) -> None:
    """In what snapshots hold for workbooks and JSON."""
    for report in Report.objects.filter(snapshot__has_key="exchange").iterator(chunk_size=100):
        if contents.forget_person(report.snapshot["exchange"], user.pk, str(user), name):
            Report.objects.filter(pk=report.pk).update(snapshot=report.snapshot)


@receiver(user_erased)
def forget_who_came_with_an_organization(user: User, name: str, **kwargs: object) -> None:
    """Of somebody who got the account after the organization was brought here, the address and name there, too."""
    for rest in OrganizationRest.objects.filter(people__icontains=user.email).iterator():
        for number, person in enumerate(rest.people):
            if person["email"].lower() == user.email:
                rest.people[number] = {"email": f"former-member-{number}@invalid", "name": name}
        rest.save(update_fields=["people"])


@receiver(user_erased)
def forget_who_handed_on(user: User, name: str, **kwargs: object) -> None:
    """Who made links, sent reports and set up schedules; what was sent to them, and links in their name."""
    _forget_in_trail(user, name)
    if user.name:
        theirs = ReportLink.objects.filter(organization__in=Organization.objects.visible_to(user))
        theirs.filter(recipient=user.name).update(recipient=name)
    ReportBatch.objects.filter(requested_by=user).delete()
    for link in ReportLink.objects.filter(Q(created_by=user) | Q(delivery__email=user.email)).select_related(
        "delivery"
    ):
        is_reader = link.delivery is not None and link.delivery.email == user.email
        values = {"made_by_name": name} if link.created_by_id == user.pk else {}
        ReportLink.objects.filter(pk=link.pk).update(**values, **({"recipient": name} if is_reader else {}))
    ReportSending.objects.filter(sender=user).update(sender_name=name)
    for delivery in ReportDelivery.objects.filter(email=user.email):
        values = {"email": f"former-member-{delivery.pk}@invalid", "name": name}
        if delivery.is_under_way:
            values |= {"state": ReportDelivery.State.FAILED, "error": ERASED, "try_at": None}
        ReportDelivery.objects.filter(pk=delivery.pk).update(**values)
    ReportScheduleRecipient.objects.filter(email=user.email).delete()
    for schedule in ReportSchedule.objects.filter(created_by=user):
        why = schedule.stopped_why.replace(schedule.created_name, name)
        ReportSchedule.objects.filter(pk=schedule.pk).update(created_name=name, stopped_why=why)


def _forget_in_trail(user: User, name: str) -> None:
    """The activity names the readers of links and mails as they were typed."""
    events = AuditEvent.objects.filter(action__in=HANDED_ON)
    for event in events.filter(Q(new__contains=user.email) | Q(actor=None, actor_name=str(user))):
        new = event.new.replace(f"{user.name} <{user.email}>", name).replace(user.email, name)
        actor_name = name if event.actor_id is None and event.actor_name == str(user) else event.actor_name
        AuditEvent.objects.filter(pk=event.pk).update(new=new, actor_name=actor_name)
    if user.name:
        mine = events.filter(organization__in=Organization.objects.visible_to(user), new__contains=user.name)
        for event in mine:
            AuditEvent.objects.filter(pk=event.pk).update(new=event.new.replace(user.name, name))


@receiver(user_erased)
def forget_who_owned_steps_and_wrote_drafts(user: User, name: str, **kwargs: object) -> None:
    """The first steps of a snapshot name owners without saying who they are: an equal name is theirs."""
    said = str(user)
    for report in Report.objects.filter(snapshot__has_key="steps").iterator(chunk_size=100):
        steps = report.snapshot["steps"]
        owned = [step for step in (*steps["items"], *steps.get("all", ())) if step["owner"] == said]
        for step in owned:
            step["owner"] = name
        if owned:
            Report.objects.filter(pk=report.pk).update(snapshot=report.snapshot)
    ReportDraft.objects.filter(updated_by=user).update(updated_name=name)
