"""What the roadmap's pages iterate over, each in a fixed number of queries."""

from dataclasses import dataclass

from django.db.models import Count, Model, OuterRef, Prefetch, Q, QuerySet, Subquery

from assessments import framework, scoring
from assessments.accounts.models import User
from assessments.organizations.models import Organization
from assessments.roadmaps.models import Roadmap, RoadmapComment, RoadmapEvidence, RoadmapItem
from assessments.scorecards.models import FactAnswer, Scorecard
from assessments.scorecards.queries import current_answers, missing_facts


def list_items(roadmap: Roadmap) -> list[RoadmapItem]:
    """All items in the order of the board, each with its owner and how much is said and shown about it."""
    items = roadmap.items.in_order().select_related("owner")
    return list(items.annotate(comment_count=_number_of(RoadmapComment), proof_count=_number_of(RoadmapEvidence)))


def _number_of(model: type[Model]) -> Subquery:
    """How many rows an item has; None for none."""
    rows = model._default_manager.filter(item=OuterRef("pk")).order_by().values("item")
    return Subquery(rows.annotate(number=Count("pk")).values("number"))


def get_item(roadmap: Roadmap, pk: int) -> RoadmapItem | None:
    """One item with everything that is said about it."""
    people = RoadmapComment.objects.order_by("pk"), RoadmapEvidence.objects.order_by("pk")
    comments, evidence = (Prefetch(name, rows) for name, rows in zip(("comments", "evidence"), people, strict=True))
    items = roadmap.items.select_related("owner", "updated_by").prefetch_related(comments, evidence)
    item = items.filter(pk=pk).first()
    if item:
        item.roadmap = roadmap
    return item


def result_of(scorecard: Scorecard) -> scoring.Result:
    """A scorecard's result with its missing facts, in two queries."""
    content = framework.load(scorecard.framework_key, scorecard.framework_version)
    return scoring.score(
        current_answers(scorecard),
        missing_facts=missing_facts(content, FactAnswer.objects.filter(scorecard=scorecard)),
        threshold=content.scale.risk_threshold,
    )


@dataclass(frozen=True, slots=True)
class Plans:
    """The organization's other roadmaps, and the assessment that shows what this one achieved, if there is one yet."""

    others: tuple[Roadmap, ...]
    outcome: Scorecard | None


def plans_around(roadmap: Roadmap) -> Plans:
    """The newest assessment signed off after the roadmap's own counts, up to the one the next roadmap starts from."""
    roadmaps = list(roadmap.organization.roadmaps.select_related("scorecard").newest_first())
    begun = roadmap.scorecard.signed_off_at
    signed = [roadmap.scorecard.signed_off_at for roadmap in roadmaps]
    starts = sorted(at for at in signed if at and begun and at > begun)
    later = roadmap.organization.scorecards.signed_off().filter(signed_off_at__gt=begun)
    if starts:
        later = later.filter(signed_off_at__lte=starts[0])
    outcome = later.order_by("signed_off_at", "pk").last()
    return Plans(tuple(r for r in roadmaps if r.pk != roadmap.pk), outcome)


def list_members(organization: Organization) -> list[User]:
    """Everyone who can open the organization and so can own an item, by name."""
    direct, granted = Q(memberships__organization=organization), Q(teams__grants__organization=organization)
    return list(User.objects.filter(direct | granted, is_active=True).distinct().order_by("name_sort", "pk"))


def plannable(organization: Organization) -> QuerySet[Scorecard]:
    """The signed-off scorecards no roadmap has started from, the newest first."""
    return organization.scorecards.signed_off().filter(roadmaps=None).order_by("-signed_off_at", "-pk")


def list_mine(user: User) -> list[RoadmapItem]:
    """What a person owns and has not finished, in any organization they can open: the first due first."""
    items = RoadmapItem.objects.owned_by(user).unfinished().select_related("roadmap__organization")
    return list(
        items.filter(roadmap__organization__in=Organization.objects.visible_to(user).values("pk")).order_by(
            "due_on", "pk"
        )
    )
