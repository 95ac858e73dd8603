"""Index of the models, for Django to find. Features are imported here and nowhere import this."""

from assessments.accounts.models import User
from assessments.administration.models import ListColumns
from assessments.api.models import KeptAnswer
from assessments.audit.models import AuditEvent
from assessments.dashboards.benchmarks.models import SharedBenchmark
from assessments.dashboards.portfolio.models import PortfolioView
from assessments.dashboards.standings.models import OrganizationStanding
from assessments.dashboards.waiting.models import Dismissal
from assessments.economics.models import Scenario, ScenarioInput
from assessments.figures.models import FigureDrop, FigureSource, MeasuredFigure
from assessments.handbook.models import TeamCheck
from assessments.organizations.branding.models import Brand
from assessments.organizations.group_claims.models import GroupGift, GroupMapping
from assessments.organizations.models import (
    Invitation,
    Membership,
    Organization,
    OrganizationTag,
    Role,
    Team,
    TeamGrant,
    TeamMembership,
)
from assessments.organizations.tokens.models import AccessToken
from assessments.platform.frameworks.models import KeptFramework
from assessments.platform.mails.models import MailRefusal, ReadMailbox, ReturnedAddress, SentMail
from assessments.platform.models import ClockStroke, Heartbeat, WaitingMail
from assessments.platform.request_keys import RequestKey
from assessments.reports.batches.models import ReportBatch, ReportBatchItem
from assessments.reports.exchange.models import OrganizationRest, ScorecardImport
from assessments.reports.models import Report
from assessments.reports.preparing.models import ReportDraft, ReportTemplate
from assessments.reports.retention.models import ReportRetention
from assessments.reports.schedules.models import ReportSchedule, ReportScheduleRecipient, ReportScheduleRun
from assessments.reports.sharing.models import ReportDelivery, ReportLink, ReportLinkOpening, ReportSending
from assessments.roadmaps.models import (
    DismissedSuggestion,
    Roadmap,
    RoadmapComment,
    RoadmapEvidence,
    RoadmapItem,
)
from assessments.roadmaps.reminding.models import OverdueItem, Reminder, ReminderItem, ReminderSetting
from assessments.rounds.models import Rater, RaterEvidence, RaterLink, Rating, Round, RoundReminder, Settlement
from assessments.rounds.reviewing.models import ReviewSetting, SignOffReview
from assessments.scim.models import DirectoryPerson, DirectoryTeam
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
from assessments.scorecards.outlook.models import CategoryTarget, EarlierAssessment, Rhythm
from assessments.vendors.models import (
    TopicWeight,
    Vendor,
    VendorAnswer,
    VendorEvidence,
    VendorLink,
    VendorRequest,
    VendorReview,
)
from assessments.webhooks.models import Webhook, WebhookDelivery

__all__ = [
    "AccessToken",
    "AnswerRequest",
    "AuditEvent",
    "Brand",
    "CategoryTarget",
    "ClockStroke",
    "DeciderAnswer",
    "DeciderProof",
    "DirectoryPerson",
    "DirectoryTeam",
    "Dismissal",
    "DismissedSuggestion",
    "EarlierAssessment",
    "Evidence",
    "FactAnswer",
    "FigureDrop",
    "FigureSource",
    "GroupGift",
    "GroupMapping",
    "Heartbeat",
    "Invitation",
    "KeptAnswer",
    "KeptFramework",
    "ListColumns",
    "MailRefusal",
    "MeasuredFigure",
    "Membership",
    "Organization",
    "OrganizationRest",
    "OrganizationStanding",
    "OrganizationTag",
    "OverdueItem",
    "PortfolioView",
    "Rater",
    "RaterEvidence",
    "RaterLink",
    "Rating",
    "ReadMailbox",
    "Reminder",
    "ReminderItem",
    "ReminderSetting",
    "Report",
    "ReportBatch",
    "ReportBatchItem",
    "ReportDelivery",
    "ReportDraft",
    "ReportLink",
    "ReportLinkOpening",
    "ReportRetention",
    "ReportSchedule",
    "ReportScheduleRecipient",
    "ReportScheduleRun",
    "ReportSending",
    "ReportTemplate",
    "RequestKey",
    "Response",
    "ReturnedAddress",
    "ReviewSetting",
    "Rhythm",
    "Roadmap",
    "RoadmapComment",
    "RoadmapEvidence",
    "RoadmapItem",
    "Role",
    "Round",
    "RoundReminder",
    "Scenario",
    "ScenarioInput",
    "Scorecard",
    "ScorecardImport",
    "SentMail",
    "Settlement",
    "SharedBenchmark",
    "SignOffReview",
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
    "VendorRequest",
    "VendorReview",
    "WaitingMail",
    "Webhook",
    "WebhookDelivery",
]
