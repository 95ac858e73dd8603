"""Index of the models, for Django to find. Features are imported here and nowhere import this."""

from assessments.figures.models import FigureDrop, FigureSource, FigureToken, MeasuredFigure
from assessments.organizations.models import (
    AuditEvent,
    Invitation,
    Membership,
    Organization,
    Role,
    Team,
    TeamGrant,
    TeamMembership,
    User,
)
from assessments.reports.models import Report
from assessments.roadmaps.models import (
    DismissedSuggestion,
    Roadmap,
    RoadmapComment,
    RoadmapEvidence,
    RoadmapItem,
)
from assessments.roadmaps.reminder_models import Reminder, ReminderItem, ReminderSetting
from assessments.scorecards.models import (
    AnswerRequest,
    DeciderAnswer,
    DeciderProof,
    Evidence,
    FactAnswer,
    Response,
    Scorecard,
    Standing,
)
from assessments.vendors.models import TopicWeight, Vendor, VendorAnswer, VendorEvidence, VendorLink, VendorReview

__all__ = [
    "AnswerRequest",
    "AuditEvent",
    "DeciderAnswer",
    "DeciderProof",
    "DismissedSuggestion",
    "Evidence",
    "FactAnswer",
    "FigureDrop",
    "FigureSource",
    "FigureToken",
    "Invitation",
    "MeasuredFigure",
    "Membership",
    "Organization",
    "Reminder",
    "ReminderItem",
    "ReminderSetting",
    "Report",
    "Response",
    "Roadmap",
    "RoadmapComment",
    "RoadmapEvidence",
    "RoadmapItem",
    "Role",
    "Scorecard",
    "Standing",
    "Team",
    "TeamGrant",
    "TeamMembership",
    "TopicWeight",
    "User",
    "Vendor",
    "VendorAnswer",
    "VendorEvidence",
    "VendorLink",
    "VendorReview",
]
