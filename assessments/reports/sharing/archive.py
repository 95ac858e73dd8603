"""What an organization's export says about who its reports were handed to."""

from datetime import datetime
from typing import Any

from assessments.organizations.models import Organization
from assessments.reports.sharing.models import ReportLink, ReportSending


def archived_sharing(organization: Organization) -> dict[str, Any]:
    """Links and mails, without what would open them."""
    links = ReportLink.objects.filter(organization=organization).select_related("report").defer("report__snapshot")
    sendings = organization.report_sendings.order_by("pk").prefetch_related("deliveries", "reports")
    return {
        "links": [_link(link) for link in links.order_by("pk").prefetch_related("openings")],
        "mails": [_sending(sending) for sending in sendings],
    }


def _link(link: ReportLink) -> dict[str, Any]:
    return {
        "report": link.report.title if link.report else None,
        "for": link.recipient,
        "made_by": link.made_by_name,
        "made_at": _time(link.created_at),
        "until": _time(link.expires_at),
        "revoked_at": _time(link.revoked_at),
        "with_passcode": bool(link.passcode),
        "with_watermark": link.is_watermarked,
        "opened": [_time(visit.at) for visit in reversed(link.openings.all())],
    }


def _sending(sending: ReportSending) -> dict[str, Any]:
    return {
        "what": sending.title,
        "by": sending.sender_name,
        "at": _time(sending.created_at),
        "message": sending.message,
        "as": "attachment" if sending.as_attachment else "link",
        "to": [
            {"name": each.name, "email": each.email, "state": each.state, "sent_at": _time(each.sent_at)}
            for each in sending.deliveries.all()
        ],
    }


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
