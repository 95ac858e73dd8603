"""Evidence: a web address that proves something of an assessment."""

from typing import Annotated

from django.core.exceptions import ValidationError
from django.http import Http404
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import ConfigDict, Field

from assessments.api import door
from assessments.api.door import ApiRequest
from assessments.api.resources.scorecards import ONE, EvidenceOut, evidence_out, find_category, find_scorecard
from assessments.organizations.models import Role
from assessments.scorecards import services
from assessments.scorecards.forms import ProofForm

router = Router(tags=["Evidence"])


class LinkIn(Schema):
    """A web address that proves something of a category, and the keys of the deciders it proves."""

    model_config = ConfigDict(extra="forbid")

    category: Annotated[str, Field(max_length=60, examples=["cost-model"])]
    url: Annotated[str, Field(max_length=2000, examples=["https://wiki.example.com/costs"])]
    title: Annotated[str, Field(max_length=200)] = ""
    deciders: Annotated[list[str], Field(max_length=20, examples=[["feature-unit-cost"]])] = []
    on: Annotated[
        str, Field(max_length=10, description="The last day it covers, as 2026-11-28; today if left out.")
    ] = ""
    in_force_until: Annotated[str, Field(max_length=10, description="Of a contract: the day it ends.")] = ""


@router.post(ONE + "/evidence", auth=door.writing(Role.EDITOR), response={201: EvidenceOut})
def evidence_create(request: ApiRequest, slug: str, pk: int, sent: LinkIn) -> object:
    """Attach a web address to a category, as proof of some of its deciders."""
    scorecard = find_scorecard(request, pk)
    try:
        category = find_category(scorecard, sent.category)
    except Http404:
        raise ValidationError({"category": "There is no such category in this assessment."}) from None
    form = ProofForm(sent.model_dump() | {"kind": "link"}, category=category, currency=request.organization.currency)
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    data = form.cleaned_data
    evidence = services.add_link(
        scorecard,
        category=category.key,
        title=data["title"] or data["url"][:200],
        url=data["url"],
        deciders=data["deciders"],
        on=data["on"],
        in_force_until=data["in_force_until"],
        actor=request.actor,
    )
    return Status(201, evidence_out(evidence, data["deciders"]))
