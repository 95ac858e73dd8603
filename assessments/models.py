"""Index of the models, for Django to find. Features are imported here and nowhere import this."""

from assessments.organizations.models import Membership, Organization, Role, User
from assessments.reports.models import Report
from assessments.scorecards.models import Evidence, FactAnswer, Response, Scorecard

__all__ = ["Evidence", "FactAnswer", "Membership", "Organization", "Report", "Response", "Role", "Scorecard", "User"]
