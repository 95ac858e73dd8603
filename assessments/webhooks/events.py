"""What a webhook can be told of: the types of `docs/webhooks.md`, which never change their meaning."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _lazy


class Event(TextChoices):
    SIGNED_OFF = "scorecard.signed_off", _lazy("An assessment is signed off")
    TAKEN_BACK = "scorecard.taken_back", _lazy("A sign-off is taken back")
    BELOW = "line.below", _lazy("It stands below the line")
    ABOVE = "line.above", _lazy("It stands on or above the line")
    FLAGS_APPEARED = "red_flag.appeared", _lazy("Red flags have appeared")
    FLAGS_GONE = "red_flag.gone", _lazy("Red flags are gone")
    VENDOR_SUBMITTED = "vendor.submitted", _lazy("A vendor has submitted the answers")
    ITEM_OVERDUE = "item.overdue", _lazy("A roadmap item is overdue")
    REPORT_READY = "report.ready", _lazy("A report is ready")
    ROUND_CLOSED = "round.closed", _lazy("A round of raters is closed")


# What the test button sends; nobody chooses it.
TEST = "webhook.test"
