"""What every list is asked for with."""

from ninja import Schema
from pydantic import ConfigDict

from assessments.api import pages


class Listed(Schema):
    """A page of a list."""

    model_config = ConfigDict(extra="forbid")

    limit: pages.Limit = pages.USUAL
    after: pages.After = ""
