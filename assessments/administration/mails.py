"""Administration of mails: what was sent to whom, how it went, and which addresses do not take any."""

from collections.abc import Iterable
from datetime import UTC
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext, ngettext_lazy, pgettext_lazy

from assessments.accounts.models import User
from assessments.administration.asking import asks_first
from assessments.administration.lists import titled
from assessments.administration.records import ReadOnlyAdmin
from assessments.platform import mailing
from assessments.platform.mails.kinds import KINDS, kind_of
from assessments.platform.mails.models import SentMail
from assessments.platform.models import WaitingMail
from assessments.platform.tasks import wake_mail

AGAIN = (SentMail.State.WAITING, SentMail.State.REFUSED, SentMail.State.LOST)


class KindFilter(admin.SimpleListFilter):
    title = _lazy("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return sorted(((kind.name, kind.label) for kind in KINDS.values()), key=lambda choice: str(choice[1]))

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(kind=self.value()) if self.value() in KINDS else queryset


@admin.register(SentMail)
class SentMailAdmin(ReadOnlyAdmin):
    """What a mail said is kept nowhere: it may have held a link that opens something."""

    list_title = _lazy("Mails")
    list_display = ("when", "to", "kind_name", "subject", "state_name", "said")
    list_filter = (
        ("at", titled(_lazy("when"), admin.DateFieldListFilter)),
        ("state", titled(_lazy("state"), admin.ChoicesFieldListFilter)),
        KindFilter,
    )
    search_fields = ("email", "subject")
    search_help_text = _lazy("Search by address or subject.")
    ordering = ("-at", "-pk")
    fields = ("when", "to", "person", "kind_name", "subject", "state_name", "said", "message_id")
    readonly_fields = ("when", "to", "person", "kind_name", "state_name")
    actions = ["send_again", "export_csv"]
    export_name = "mails"
    export_header = (
        _lazy("When (UTC)"),
        _lazy("To"),
        _lazy("Kind"),
        _lazy("Subject"),
        _lazy("State"),
        _lazy("What the mail server said"),
    )

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Whoever helps people sign in sends such a mail again, as does whoever runs the queue."""
        return request.user.has_perm("assessments.help_user") or request.user.has_perm("assessments.run_queue")

    @admin.display(description=pgettext_lazy("it was sent", "When"), ordering="at")
    def when(self, row: SentMail) -> str:
        return date_format(timezone.localtime(row.at), "DAY_TIME")

    @admin.display(description=_lazy("To"), ordering="email")
    def to(self, row: SentMail) -> str:
        return row.email

    @admin.display(description=_lazy("Person"))
    def person(self, row: SentMail) -> str:
        found = User.objects.filter(email=row.email).first()
        if found is None:
            return _("Nobody with an account")
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:assessments_user_change", args=[quote(found.pk)]), found
        )

    @admin.display(description=_lazy("Kind"), ordering="kind")
    def kind_name(self, row: SentMail) -> str:
        return str(kind_of(row.kind).label)

    @admin.display(description=_lazy("State"), ordering="state")
    def state_name(self, row: SentMail) -> str:
        return row.get_state_display()

    def export_row(self, row: SentMail) -> Iterable[object]:
        at = f"{row.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
        return (at, row.email, kind_of(row.kind).label, row.subject, row.get_state_display(), row.said)

    @admin.action(description=_lazy("Send the selected mails again that wait or were not taken"), permissions=["send"])
    @asks_first(
        ngettext_lazy("Send again {number} mail", "Send again {number} mails", "count"),
        consequence=_lazy("Each is tried once more. One that may have arrived may come twice."),
        of=lambda rows: _kept(rows),
    )
    def send_again(self, request: HttpRequest, queryset: QuerySet[SentMail]) -> None:
        """What is not kept any more, such as a mail that was sent, cannot be: whoever sent it does that on its page."""
        kept = WaitingMail.objects.filter(message_id__in=list(_kept(queryset).values_list("message_id", flat=True)))
        kept.filter(state=mailing.State.WAITING).update(try_at=None)
        for mail in kept.exclude(state=mailing.State.WAITING):
            mailing.send_again(mail)
        count = kept.filter(state=mailing.State.WAITING).count()
        if count:
            wake_mail()
        said = ngettext("{count} mail is tried again.", "{count} mails are tried again.", count)
        messages.success(request, said.format(count=count))


def _kept(rows: QuerySet[SentMail]) -> QuerySet[SentMail]:
    """Those of them whose text is still there."""
    return rows.filter(state__in=AGAIN, message_id__in=WaitingMail.objects.values("message_id"))
