"""What tests start from. Every argument has a default, and what a test depends on is passed by name."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import count
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from assessments import framework
from assessments.accounts.models import User
from assessments.economics import services as economics
from assessments.economics.models import Scenario
from assessments.figures import suits
from assessments.figures.dropped import drops
from assessments.figures.models import FigureDrop, MeasuredFigure
from assessments.organizations.branding.logos import read_logo
from assessments.organizations.branding.models import Brand
from assessments.organizations.branding.services import update_brand
from assessments.organizations.models import Membership, Organization, Role, Team, TeamGrant, TeamMembership
from assessments.organizations.services import create_organization
from assessments.roadmaps import services as roadmaps
from assessments.roadmaps.models import Roadmap, RoadmapItem
from assessments.rounds import services as rounds
from assessments.rounds.models import Rater, Rating, Round
from assessments.scorecards import services, standings
from assessments.scorecards.models import DeciderAnswer, DeciderProof, Evidence, Response, Scorecard
from assessments.scorecards.outlook.earlier import enter_earlier
from assessments.scorecards.outlook.models import EarlierAssessment
from assessments.scorecards.queries import live_result
from assessments.vendors import services as vendors
from assessments.vendors.models import VendorEvidence, VendorReview
from assessments.webhooks import services as webhooks
from assessments.webhooks.events import Event
from assessments.webhooks.models import Webhook

PASSWORD = "violet-anchor-42"
SAMPLES = Path(__file__).parent / "readers" / "samples"

_numbers = count(1)


def make_user(*, name: str = "Ines Halvorsen", email: str = "", password: str = PASSWORD, **fields: object) -> User:
    return User.objects.create_user(email or f"person-{next(_numbers)}@example.com", password, name=name, **fields)


def make_organization(*, owner: User | None = None, name: str = "", **fields: str) -> Organization:
    return create_organization(actor=owner or make_user(), name=name or f"Kestrel {next(_numbers)}", **fields)


def make_membership(organization: Organization, user: User | None = None, *, role: Role = Role.VIEWER) -> Membership:
    return Membership.objects.create(organization=organization, user=user or make_user(), role=role)


def make_team(*people: User, name: str = "") -> Team:
    team = Team.objects.create(name=name or f"Team {next(_numbers)}")
    for user in people:
        TeamMembership.objects.create(team=team, user=user)
    return team


def make_grant(team: Team, organization: Organization, *, role: Role = Role.EDITOR) -> TeamGrant:
    return TeamGrant.objects.create(team=team, organization=organization, role=role)


def make_picture(width: int = 300, height: int = 100, kind: str = "PNG", mode: str = "RGB") -> bytes:
    """A picture of one color with a stripe."""
    image = Image.new(mode, (width, height), "#0f5c5c")
    image.paste("#d98324", (0, 0, max(1, width // 3), height))
    target = BytesIO()
    image.save(target, kind)
    return target.getvalue()


def make_brand(owner: Organization | Team, *, logo: bytes | None = None, **values: str) -> Brand:
    """A branding with a logo and two colors; `logo=b""` for none."""
    content = make_picture() if logo is None else logo
    read = read_logo(SimpleUploadedFile("logo", content)) if content else None
    given = {"color": "#0f5c5c", "second_color": "#d98324"} | values
    return update_brand(owner, actor=User.objects.order_by("pk").first(), logo=read, **given)


def make_scorecard(
    organization: Organization | None = None,
    *,
    levels: Sequence[int | None] = (),
    title: str = "",
    signed_off_at: datetime | None = None,
    version: str = "",
    proof: bool = True,
) -> Scorecard:
    """A scorecard with `levels` in the framework's order, the rest not asked; signed off if a time is given.

    A level has the deciders that carry it, each with a sighting on the day, unless `proof` is false. `version` is that
    of the framework; in 2026.1 a level is chosen, and there is no proof.
    """
    organization = organization or make_organization()
    actor = organization.created_by
    content = framework.load(version=version) if version else organization.framework
    scorecard = services.start_scorecard(organization, title=title, actor=actor, content=content)
    responses = list(scorecard.responses.order_by("pk").prefetch_related("decider_answers"))
    seen_on = timezone.localdate(signed_off_at) if signed_off_at else timezone.localdate()
    for response, level in zip(responses, levels, strict=False):
        if level is None:
            continue
        if content.has_deciders:
            make_decided(response, level, seen_on=seen_on if proof else None)
        else:
            version_now, key = response.level_version, response.category_key
            services.record_level(scorecard, category=key, level=level, actor=actor, version=version_now)
    standings.keep(scorecard, live_result(scorecard))
    if signed_off_at:
        digest = services.answers_digest(scorecard)
        scorecard = services.sign_off(scorecard, actor=actor, digest=digest, at=signed_off_at)
    return scorecard


def make_decided(response: Response, level: int, *, seen_on: date | None = None) -> None:
    """Deciders that carry a level: all shown, the first one in part, or none; with one sighting if a day is given."""
    answers = list(response.decider_answers.all())
    for place, answer in enumerate(answers):
        answer.state = 2 if level == 2 else int(level == 1 and place == 0)
    DeciderAnswer.objects.bulk_update(answers, ["state"])
    shown = [answer for answer in answers if answer.state]
    if seen_on and shown:
        make_sighting(response, shown, on=seen_on)


def make_sighting(response: Response, answers: Sequence[DeciderAnswer], *, on: date | None = None) -> Evidence:
    seen = Evidence.objects.create(
        response=response, kind="sighting", title="Seen", seen_by_name="Ada Lovelace", on=on or timezone.localdate()
    )
    DeciderProof.objects.bulk_create(DeciderProof(decider_answer=answer, evidence=seen) for answer in answers)
    return seen


def make_drop(
    scorecard: Scorecard | None = None,
    *samples: str,
    category: str = "reliability-targets",
    decider: str = "monthly-results",
    fact: str = "",
    **contents: bytes,
) -> FigureDrop:
    """The first of the files that were dropped on a decider: samples of the readers' tests, or `contents` by name."""
    scorecard = scorecard or make_scorecard()
    if not contents:
        samples = samples or ("k6-1.1.0-summary-export-threshold-crossed.json",)
    files = [SimpleUploadedFile(name, (SAMPLES / name).read_bytes()) for name in samples]
    files += [SimpleUploadedFile(name, data) for name, data in contents.items()]
    place = {"category": category, "decider": decider, "fact": fact}
    batch = drops.drop_files(scorecard, files, actor=scorecard.organization.created_by, **place)
    return FigureDrop.objects.filter(batch=batch)[0]


def make_measured(
    organization: Organization | None = None,
    *,
    value: str = "712",
    on: date | None = None,
    name: str = "latency",
    statistic: str = "p95",
    kind: str = "",
    unit: str = "ms",
    service: str = "",
) -> MeasuredFigure:
    """A figure of the history: one of k6, of today."""
    organization = organization or make_organization()
    provenance = {"name": name, "statistic": statistic, "tool": "k6", "version": "1.1.0", "scenario": "synthetic"}
    return MeasuredFigure.objects.create(
        organization=organization,
        name=name,
        statistic=statistic,
        kind=kind,
        service=service,
        title=suits.title_of(name, statistic, kind),
        value=Decimal(value),
        unit=unit,
        on=on or timezone.localdate(),
        provenance=provenance | {"count": 17662, "counted": "requests", "about": "failures included"},
        key=f"{next(_numbers)}",
    )


def make_earlier(
    organization: Organization | None = None, *, levels: Sequence[int] = (1,) * 8, on: date = date(2019, 3, 4)
) -> EarlierAssessment:
    """A score from before, entered later."""
    organization = organization or make_organization()
    by_key = dict(zip(framework.current().category_keys, levels, strict=True))
    details = {"notes": {}, "source": "Workshop", "actor": organization.created_by}
    return enter_earlier(organization, on=on, levels=by_key, **details)


def make_vendor_review(
    organization: Organization | None = None,
    *,
    name: str = "",
    ratings: Mapping[str, str] | None = None,
    complete: bool = False,
    proof: bool = True,
    **details: object,
) -> VendorReview:
    """A review of a vendor with `ratings` by question key, the rest not rated; a 2 has a link, or no `proof`."""
    organization = organization or make_organization()
    actor = organization.created_by
    review = vendors.start_review(organization, name=name or f"Vendor {next(_numbers)}", actor=actor, **details)
    for key, rating in (ratings or {}).items():
        vendors.record_rating(review, question=key, rating=rating, actor=actor, version=0)
    proven = review.answers.filter(rating="2") if proof else ()
    VendorEvidence.objects.bulk_create(
        VendorEvidence(answer=answer, title="Record", url="https://vendor.example/record") for answer in proven
    )
    if complete:
        vendors.complete_review(review, actor=actor)
    return review


def make_scenario(
    organization: Organization | None = None,
    *,
    name: str = "Today",
    spend: str = "100000",
    feed: str = "60",
    numbers: Mapping[tuple[str, str], str] | None = None,
    mix: Mapping[str, str] | None = None,
) -> Scenario:
    """A scenario whose idle spend is known unless `spend` or `feed` is empty; `numbers` by calculator and input."""
    organization = organization or make_organization()
    idle = {("idle-spend", "monthly_spend"): spend, ("idle-spend", "feed_percent"): feed}
    given = {place: Decimal(text) for place, text in {**idle, **(numbers or {})}.items() if text}
    actor = organization.created_by
    scenario = economics.start_scenario(organization, name=name, numbers=given, actor=actor)
    if mix:
        economics.record_part(scenario, part="mix", values={"mix": dict(mix)}, actor=actor, version=0)
        scenario.refresh_from_db()
    return scenario


def make_roadmap(
    scorecard: Scorecard | None = None, *, starts_on: date | None = None, items: int | None = None
) -> Roadmap:
    """A roadmap that starts today; with the framework's tasks as its items, or with so many others."""
    scorecard = scorecard or make_scorecard(levels=[1] * 8, signed_off_at=datetime(2026, 1, 5, tzinfo=UTC))
    actor = scorecard.organization.created_by
    roadmap = roadmaps.start_roadmap(scorecard, starts_on=starts_on or timezone.localdate(), actor=actor)
    if items is not None:
        roadmap.items.all().delete()
        for number in range(items):
            make_item(roadmap, title=f"Item {number}")
    return roadmap


def make_item(
    roadmap: Roadmap, *, title: str = "Write it down", phase_key: str = "days-30", **fields: object
) -> RoadmapItem:
    actor = roadmap.scorecard.organization.created_by
    return roadmaps.add_item(roadmap, title=title, phase_key=phase_key, actor=actor, **fields)


def make_webhook(owner: Organization | Team, **values: object) -> Webhook:
    """One that is told of everything."""
    fields = {"name": "Governance channel", "address": "https://hooks.example.com/services/T0/secret", "format": "json"}
    actor = owner.created_by if isinstance(owner, Organization) else owner.members.first()
    webhook, _ = webhooks.make_webhook(owner, **{**fields, "events": list(Event), "actor": actor, **values})
    return webhook


def make_round(
    scorecard: Scorecard | None = None,
    *,
    levels: Sequence[Sequence[int | str | None]] = (),
    names: Sequence[str] = (),
    close: bool = False,
    **values: object,
) -> Round:
    """A round of raters without accounts, one for each row of `levels`, which are in the framework's order.

    "x" is for who cannot judge, None for open. Everybody has finished; closed if asked for.
    """
    scorecard = scorecard or make_scorecard()
    actor = scorecard.organization.created_by
    asked = rounds.start_round(scorecard, actor=actor, **values)
    for place, row in enumerate(levels):
        name = names[place] if place < len(names) else f"Rater {place + 1}"
        make_rater(asked, name=name, levels=row)
    return rounds.close_round(asked, actor=actor) if close else asked


def make_rater(
    asked: Round,
    *,
    name: str = "Rater",
    levels: Sequence[int | str | None] = (),
    user: User | None = None,
    role: str = "",
    note: str = "",
) -> Rater:
    """A rater who has finished; with a `note` on every category, if one is given."""
    actor = asked.scorecard.organization.created_by
    if user:
        rater = rounds.add_member(asked, user=user, actor=actor, role=role)
    else:
        rater = rounds.add_by_link(asked, name=name, actor=actor, role=role)
    ratings = list(rater.ratings.order_by("pk"))
    for rating, level in zip(ratings, levels, strict=False):
        rating.level, rating.cannot_judge = (None, True) if level == "x" else (level, False)
        rating.note = note and f"{note} {rating.category_key}"
    Rating.objects.bulk_update(ratings, ["level", "cannot_judge", "note"])
    Rater.objects.filter(pk=rater.pk).update(finished_at=timezone.now())
    return rater
