"""Index of the models, for Django to find. Features are imported here and nowhere import this."""

from assessments.economics.models import Scenario, ScenarioInput
from assessments.figures.models import FigureDrop, FigureSource, FigureToken, MeasuredFigure
from assessments.handbook.models import TeamCheck
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
from assessments.organizations.request_keys import RequestKey
from assessments.reports.models import Report
from assessments.reports.preparing.models import ReportDraft, ReportTemplate
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
    "ReportDraft",
    "ReportTemplate",
    "RequestKey",
    "Response",
    "Roadmap",
    "RoadmapComment",
    "RoadmapEvidence",
    "RoadmapItem",
    "Role",
    "Scenario",
    "ScenarioInput",
    "Scorecard",
    "Standing",
    "Team",
    "TeamCheck",
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
