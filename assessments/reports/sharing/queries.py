"""What the page of links and the page of a sending iterate over."""

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, Q

from assessments.organizations.models import Organization
from assessments.reports.sharing.models import ReportDelivery, ReportLink, ReportLinkOpening, ReportSending

PER_PAGE, SENDINGS = 25, 10
State = ReportDelivery.State


def links_page(organization: Organization, number: str | None) -> Page:
    """The links, the newest first, each with its report and its visits."""
    visits = Prefetch("openings", ReportLinkOpening.objects.order_by("-at"), to_attr="visits")
    links = ReportLink.objects.filter(organization=organization).select_related("report")
    return Paginator(links.defer("report__snapshot").prefetch_related(visits).order_by("-pk"), PER_PAGE).get_page(
        number
    )


def latest_sendings(organization: Organization) -> list[ReportSending]:
    """The newest messages, each with how many it went to, how many have it, and how many opened it."""
    sendings = organization.report_sendings.annotate(
        people=Count("deliveries", distinct=True),
        sent=Count("deliveries", filter=Q(deliveries__state=State.SENT), distinct=True),
        failed=Count("deliveries", filter=Q(deliveries__state__in=[State.FAILED, State.LOST]), distinct=True),
        opened=Count("deliveries", filter=Q(deliveries__links__opened_at__isnull=False), distinct=True),
    )
    return list(sendings.order_by("-pk")[:SENDINGS])


def deliveries_of(sending: ReportSending) -> list[ReportDelivery]:
    """The mails of a sending, each with its links as `sent_links`."""
    links = Prefetch("links", ReportLink.objects.order_by("-opened_at"), to_attr="sent_links")
    return list(sending.deliveries.prefetch_related(links).order_by("pk"))
