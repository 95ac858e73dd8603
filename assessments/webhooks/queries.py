"""What the pages of webhooks iterate over, each in a fixed number of queries."""

from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, Subquery

from assessments.organizations.models import Organization, Role, Team
from assessments.webhooks.models import Webhook, WebhookDelivery, WebhookQuerySet

PAGE_SIZE = 25


def list_webhooks(owner: Organization | Team) -> WebhookQuerySet:
    """An owner's, each with what became of its newest delivery as `last_state`, `last_error` and `last_at`."""
    newest = WebhookDelivery.objects.filter(webhook=OuterRef("pk")).exclude(claimed_at=None).order_by("-claimed_at")
    return owner.webhooks.annotate(
        last_state=Subquery(newest.values("state")[:1]),
        last_error=Subquery(newest.values("error")[:1]),
        last_at=Subquery(newest.values("claimed_at")[:1]),
    ).order_by("pk")


def team_webhooks(organization: Organization) -> WebhookQuerySet:
    """Those of teams that are told of this organization, too."""
    granted = {"team__grants__organization": organization, "team__grants__role__gte": Role.EDITOR}
    return Webhook.objects.filter(**granted).select_related("team").distinct().order_by("team__name_sort", "pk")


def deliveries_page(webhook: Webhook, number: str | None) -> Page[WebhookDelivery]:
    return Paginator(webhook.deliveries.order_by("-pk"), PAGE_SIZE).get_page(number)
