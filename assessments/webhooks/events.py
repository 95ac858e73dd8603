"""What a webhook can be told of: the types of `docs/webhooks.md`, which never change their meaning."""

from django.db.models import TextChoices


class Event(TextChoices):
    SIGNED_OFF = "scorecard.signed_off", "An assessment is signed off"
    TAKEN_BACK = "scorecard.taken_back", "A sign-off is taken back"
    BELOW = "line.below", "It stands below the line"
    ABOVE = "line.above", "It stands on or above the line"
    FLAGS_APPEARED = "red_flag.appeared", "Red flags have appeared"
    FLAGS_GONE = "red_flag.gone", "Red flags are gone"
    VENDOR_SUBMITTED = "vendor.submitted", "A vendor has submitted the answers"
    ITEM_OVERDUE = "item.overdue", "A roadmap item is overdue"
    REPORT_READY = "report.ready", "A report is ready"
    ROUND_CLOSED = "round.closed", "A round of raters is closed"


# What the test button sends; nobody chooses it.
TEST = "webhook.test"
