"""Load the demo organizations with their history, once."""

import os
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from assessments import framework
from assessments.economics import services as economics
from assessments.figures import suits
from assessments.handbook.services import plan_check, record_check
from assessments.management.demo_rounds import load_rounds
from assessments.models import (
    MeasuredFigure,
    Membership,
    Organization,
    RoadmapItem,
    Role,
    Scorecard,
    Team,
    TeamCheck,
    TeamGrant,
    TeamMembership,
    User,
)
from assessments.organizations.branding.logos import read_logo
from assessments.organizations.branding.services import update_brand
from assessments.reports.choices import defaults
from assessments.reports.preparing import services as preparing
from assessments.reports.schedules.services import start_schedule
from assessments.reports.services import freeze_for_words, request_report
from assessments.reports.sharing.links import make_link as share
from assessments.reports.sharing.models import ReportLinkOpening
from assessments.reports.sharing.recipients import Recipient
from assessments.roadmaps import readings as roadmap_readings
from assessments.roadmaps import services as roadmaps
from assessments.roadmaps.items import attachments
from assessments.scorecards import services
from assessments.scorecards.outlook import earlier, rhythm, targets
from assessments.vendors import services as vendors
from assessments.vendors.linking.links import make_link
from assessments.vendors.models import VendorAnswer, VendorEvidence, VendorReview

DATA = Path(__file__).parent.parent / "demo.yaml"
LOGOS = DATA.parent / "logos"


class Command(BaseCommand):
    help = "Load the demo organizations and four accounts, unless they are there already. Needs DEMO_PASSWORD."

    def handle(self, *args: object, **options: object) -> None:
        password = os.environ.get("DEMO_PASSWORD", "")
        if len(password) < 8:
            raise CommandError("Set DEMO_PASSWORD to at least 8 characters.")
        data = yaml.safe_load(DATA.read_text(encoding="utf-8"))
        with transaction.atomic():
            people = {key: _person(key, person, password) for key, person in data["people"].items()}
            made = [_organization(entry, data["team"], people) for entry in [data["main"], *data["others"]]]
            if any(made):
                _outlook(data["outlook"], people)
                load_rounds(data["rounds"], people)
        self.stdout.write("Demo loaded." if any(made) else "The demo is there already; nothing was changed.")


def _person(key: str, person: dict, password: str) -> User:
    """The account, with the password of this run: what the demo prints is what signs in."""
    user = User.objects.filter(email=person["email"]).first()
    if user is None:
        make = User.objects.create_superuser if key == "admin" else User.objects.create_user
        return make(person["email"], password, name=person["name"])
    if not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    return user


def _team(entry: dict, people: dict[str, User]) -> Team:
    team, is_new = Team.objects.get_or_create(name=entry["name"])
    if is_new:
        for key in entry["members"]:
            TeamMembership.objects.create(team=team, user=people[key])
        _brand(team, entry.get("brand"), people["consultant"])
    return team


def _brand(owner: Team | Organization, entry: dict | None, actor: User) -> None:
    if entry:
        name = entry["logo"]
        logo = read_logo(SimpleUploadedFile(name, (LOGOS / name).read_bytes()))
        update_brand(owner, actor=actor, **{**entry, "logo": logo})


def _organization(entry: dict, team: dict, people: dict[str, User]) -> bool:
    if Organization.objects.filter(slug=entry["slug"]).exists():
        return False
    fields = {name: entry[name] for name in ("name", "slug", "industry", "hosting_model", "currency")}
    organization = Organization.objects.create(
        created_by=people["consultant"], lead=people.get(entry.get("lead", "")), **fields
    )
    for tag in entry.get("tags", ()):
        organization.tags.create(name=tag)
    granted = timezone.now() - timedelta(days=400)  # before anything was signed off: a benchmark counts it
    grant = TeamGrant.objects.create(team=_team(team, people), organization=organization, role=Role.OWNER)
    TeamGrant.objects.filter(pk=grant.pk).update(created_at=granted)
    if is_main := "open_levels" in entry and bool(entry["assessments"]):
        Membership.objects.create(organization=organization, user=people["leader"], role=Role.OWNER)
    actor = people["leader"] if is_main else people["consultant"]
    _brand(organization, entry.get("brand"), actor)
    for assessment in entry["assessments"]:
        at = timezone.now() - timedelta(days=round(assessment["months_ago"] * 30.4))
        scorecard = _scorecard(organization, entry, assessment, actor, at)
        services.sign_off(scorecard, actor=actor, digest=services.answers_digest(scorecard), at=at)
    for vendor in entry.get("vendors", ()):
        _vendor(organization, vendor, actor)
    if "roadmap" in entry:
        _roadmap(organization, entry["roadmap"], people, actor)
    for scenario in entry.get("scenarios", ()):
        _scenario(organization, scenario, actor)
    _checks(organization, entry.get("checks", {}), actor)
    if is_main:
        newest = organization.scorecards.signed_off().newest_first()[0]
        _reports(newest, entry["report"], people["consultant"])
        request_report(newest, actor=people["consultant"], kind="pptx")
        _hand_on(organization, entry["handed_on"], people["consultant"])
    if "open_levels" in entry:
        scorecard = _scorecard(organization, entry, {"levels": entry["open_levels"]}, actor, timezone.now())
        if "ask" in entry:
            _ask(scorecard, entry["ask"], people, actor)
        if "measured" in entry:
            _measure(scorecard, entry["measured"], actor)
    return True


def _reports(scorecard: Scorecard, entry: dict, actor: User) -> None:
    """The full report in the words that the consultant settled on, and the one page that goes to the board with it."""
    drafted = freeze_for_words(scorecard, actor=actor)["words"]
    words = {"letter": "", "decisions": entry["decisions"], "findings": drafted["findings"]}
    words["findings"] = [{"category": key, "text": text} for key, text in entry["findings"].items()]
    page = {**defaults("page"), "recipient": entry["recipient"]}
    request_report(scorecard, actor=actor, choices=page, words=words)
    full = {**defaults(), "recipient": entry["recipient"]}
    preparing.save_draft(scorecard, choices=full, words=words, drafted=drafted, version=0, actor=actor)
    request_report(scorecard, actor=actor, choices=full, words=words)
    preparing.save_template(scorecard.organization, name="Quarterly, to the board", choices=full, actor=actor)
    short = {**defaults("short"), "people": "roles"}
    preparing.save_template(scorecard.organization, name="Short, without names", choices=short, actor=actor)


def _scorecard(organization: Organization, entry: dict, assessment: dict, actor: User, at: datetime) -> Scorecard:
    """An assessment of the day `at`, by the framework that was current then."""
    content = framework.load(version=assessment["by"]) if "by" in assessment else framework.current()
    title = services.default_title(at.date())
    scorecard = services.start_scorecard(organization, title=title, actor=actor, content=content)
    Scorecard.objects.filter(pk=scorecard.pk).update(created_at=at - timedelta(days=7))
    levels = dict(zip(content.category_keys, assessment["levels"], strict=True))
    if content.has_deciders:
        proven = dict(zip(content.category_keys, assessment.get("proven", assessment["levels"]), strict=True))
        _decide(scorecard, content, entry.get("answers", {}), levels, proven, actor, at)
    else:
        _choose(scorecard, content, entry.get("answers", {}), levels, actor, at)
    for answered in scorecard.fact_answers.all():
        given = entry.get("facts", {}).get(answered.fact_key, {})
        fact = {"fact": answered.fact_key, "actor": actor, "version": answered.version}
        services.record_fact(scorecard, **fact, **{"answer": "", **given})
    return scorecard


def _decide(
    scorecard: Scorecard,
    content: framework.Framework,
    answers: dict,
    levels: dict[str, int | None],
    proven: dict[str, int | None],
    actor: User,
    at: datetime,
) -> None:
    """The deciders that carry each level: as the file has them, else as many as it takes, with sightings as proof."""
    new = (
        scorecard.predecessor is None
        or not framework.load(version=scorecard.predecessor.framework_version).has_deciders
    )
    for response in scorecard.responses.prefetch_related("decider_answers"):
        key, level = response.category_key, levels[response.category_key]
        answer = answers.get(key, {})
        part = {"category": key, "actor": actor}
        if response.level is not None:  # carried over from before there were deciders
            services.record_level(scorecard, level=None, version=response.level_version, **part)
        for item in response.evidence.all() if new and answer else ():  # they come back as the deciders' proof
            services.remove_evidence(scorecard, item)
        note = answer.get("note", response.note)
        services.record_note(scorecard, note=note, version=response.note_version, **part)
        for place, row in enumerate(response.decider_answers.all()):
            state, *proofs = answer.get("deciders", {}).get(row.decider_key) or [
                2 if level == 2 else int(place < (level or 0))
            ]
            state = None if level is None else state
            services.record_decider(scorecard, decider=row.decider_key, state=state, version=row.version, **part)
            if new and state and "deciders" not in answer and _is_proven(proven[key] or 0, level or 0, place):
                proofs = [{"seen": ["The record, on screen", "Its owner"], "days": 4 + 3 * place}]
            for proof in proofs if new else ():
                _proof(scorecard, proof, part | {"deciders": [row.decider_key]}, at)


def _is_proven(proven: int, level: int, place: int) -> bool:
    """Whether the decider at a place needs a proof, for its category to be proven at that level."""
    return proven == level or place < proven


def _proof(scorecard: Scorecard, proof: dict, about: dict, at: datetime) -> None:
    about = about | {"on": at.date() - timedelta(days=proof.get("days", 9))}
    if "link" in proof:
        services.add_link(scorecard, title=proof["link"][0], url=proof["link"][1], **about)
    elif "figure" in proof:
        name, value, unit = proof["figure"]
        services.add_figure(scorecard, name=name, value=Decimal(value), unit=unit, **about)
    else:
        services.add_sighting(scorecard, what=proof["seen"][0], whose=proof["seen"][1], **about)


def _scenario(organization: Organization, entry: dict, actor: User) -> None:
    """Numbers of the calculators; the first scenario of an organization counts."""
    numbers = {
        (calculator, key): Decimal(value)
        for calculator, given in entry["inputs"].items()
        for key, value in given.items()
    }
    scenario = economics.start_scenario(organization, name=entry["name"], numbers=numbers, actor=actor)
    part = {"actor": actor, "version": 0}
    economics.record_part(scenario, part="note", values={"note": entry["note"]}, **part)
    economics.record_part(scenario, part="mix", values={"mix": entry.get("mix", {})}, **part)


def _measure(scorecard: Scorecard, entry: dict, actor: User) -> None:
    """A figure that was measured every few months, and the last one as proof of the open assessment."""
    about = {"name": entry["name"], "statistic": entry["statistic"], "kind": ""}
    title = suits.title_of(**about)
    for months_ago, value, requests in entry["values"]:
        on = timezone.localdate() - timedelta(days=30 * months_ago + 6)
        file = f"{entry['service'].lower().replace(' ', '-')}-{on:%Y-%m-%d}.json"
        provenance = {**entry["provenance"], **about, "value": value, "unit": entry["unit"], "count": requests}
        provenance |= {"service": entry["service"], "file": file, "sha256": sha256(file.encode()).hexdigest()}
        figure = {"value": Decimal(value), "unit": entry["unit"], "on": on, "provenance": provenance}
        key = {"key": provenance["sha256"], "service": entry["service"], "title": title, "created_by": actor}
        MeasuredFigure.objects.create(organization=scorecard.organization, **about, **key, **figure)
    proves = {"category": entry["category"], "deciders": [entry["decider"]], "metric_key": entry["metric"]}
    services.add_figure(scorecard, name=title, actor=actor, **proves, **figure)


def _ask(scorecard: Scorecard, entry: dict, people: dict[str, User], actor: User) -> None:
    """A category that a colleague was asked about and has not answered yet."""
    scorecard.responses.get(category_key=entry["category"]).requests.create(
        asked=people[entry["of"]],
        asked_by=actor,
        word=entry["word"],
        due_on=timezone.localdate() + timedelta(days=entry["days"]),
    )


def _choose(
    scorecard: Scorecard,
    content: framework.Framework,
    answers: dict,
    levels: dict[str, int | None],
    actor: User,
    at: datetime,
) -> None:
    """The levels as they were chosen before there were deciders."""
    responses = {r.category_key: r for r in scorecard.responses.all()}
    for category in content.categories:
        response, level = responses[category.key], levels[category.key]
        version = response.level_version
        services.record_level(scorecard, category=category.key, level=level, actor=actor, version=version)
        if response.level != level:
            answer = answers.get(category.key, {}) if level is not None else {}
            _details(scorecard, category, answer, level, actor, at)


def _details(
    scorecard: Scorecard, category: framework.Category, answer: dict, level: int | None, actor: User, at: datetime
) -> None:
    """The note from the first look on; figure and evidence only once something could be shown."""
    response = scorecard.responses.get(category_key=category.key)
    note = answer.get("note", response.note)
    services.record_note(scorecard, category=category.key, note=note, actor=actor, version=response.note_version)
    if not level:
        return
    if metric := answer.get("metric"):
        services.record_metric(
            scorecard,
            category=category,
            name=metric["name"],
            value=Decimal(metric["value"]),
            unit=metric["unit"],
            on=at.date() - timedelta(days=9),
            actor=actor,
            version=response.metric_version,
        )
    if not response.evidence.exists():
        for title, url in answer.get("evidence", []):
            services.add_link(scorecard, category=category.key, title=title, url=url, actor=actor)


def _vendor(organization: Organization, vendor: dict, actor: User) -> None:
    """The reviews of a vendor one after the other, as they were rated at their time."""
    about = {name: vendor[name] for name in ("name", "hosting_model", "offer", "contact")}
    is_own_team = vendor.get("is_own_team", False)
    for entry in vendor["reviews"]:
        at = timezone.now() - timedelta(weeks=entry["weeks_ago"])
        review = vendors.start_review(
            organization, **about, is_own_team=is_own_team, reviewed_on=at.date(), actor=actor
        )
        for key, (rating, said) in entry["answers"].items():
            part = {"question": key, "actor": actor, "version": 0}
            vendors.record_rating(review, rating=rating, **part)
            vendors.record_said(review, said=said, **part)
        for key, links in entry.get("evidence", {}).items():
            for title, url in links:
                vendors.add_link(review, question=key, title=title, url=url, actor=actor)
        for key, (what, who, days) in entry.get("follow_ups", {}).items():
            on = timezone.localdate() + timedelta(days=days)
            part = {"question": key, "actor": actor, "version": 0}
            vendors.record_follow_up(review, follow_up=what, owner=who, on=on, done=False, **part)
        _answer_as_vendor(review, entry)
        if entry["status"] == "complete":
            vendors.complete_review(review, actor=actor)
            VendorReview.objects.filter(pk=review.pk).update(completed_at=at)
        else:
            VendorReview.objects.filter(pk=review.pk).update(status=entry["status"])
        if entry["status"] == "waiting":
            make_link(review, days=30, actor=actor)
        VendorReview.objects.filter(pk=review.pk).update(created_at=at - timedelta(days=9))


def _answer_as_vendor(review: VendorReview, entry: dict) -> None:
    """What a vendor wrote and attached himself. The buyer has not read it yet."""
    answers = {answer.question_key: answer for answer in review.answers.all()}
    written = {"vendor_said_version": 1, "vendor_at": timezone.now()}
    for key, text in entry.get("vendor", {}).items():
        VendorAnswer.objects.filter(pk=answers[key].pk).update(vendor_said=text, **written)
    for key, links in entry.get("vendor_evidence", {}).items():
        for title, url in links:
            VendorEvidence.objects.create(answer=answers[key], title=title, url=url, by_vendor=True)


def _roadmap(organization: Organization, entry: dict, people: dict[str, User], actor: User) -> None:
    """A plan that is under way; of one that is over, the tasks nothing is said about are done, too."""
    scorecard = organization.scorecards.order_by("pk")[entry["assessment"]]
    start = timezone.localdate() - timedelta(days=entry["days_ago"])
    roadmap = roadmaps.start_roadmap(scorecard, starts_on=start, actor=actor)
    for key, wanted in entry["items"].items():
        item = roadmap.items.filter(source_key=key).first()
        if item is None:
            if key.startswith("task:"):  # a general task that the assessment proves already
                continue
            item = roadmaps.take_suggestion(roadmap, roadmap_readings.find_offer(roadmap, key), actor=actor)
        _item(item, wanted, start, people, actor)
    last_day = roadmaps.content_of(roadmap).phases[-1].last_day
    if entry["days_ago"] >= last_day:
        for item in roadmap.items.unfinished():
            _item(item, {"done": (item.due_on - start).days + 1}, start, people, actor)


def _outlook(entries: dict[str, dict], people: dict[str, User]) -> None:
    """What is aimed at, how often it is assessed, and what was known before."""
    actor, categories = people["consultant"], framework.current().category_keys
    for organization in Organization.objects.filter(slug__in=entries):
        entry, today = entries[organization.slug], organization.today()
        if aims := entry.get("targets"):
            by = {**dict.fromkeys(categories, aims["by"]), **aims.get("sooner", {})}
            levels = zip(categories, aims["levels"], strict=True)
            wanted = {key: (level, rhythm.months_after(today, by[key])) for key, level in levels if level}
            targets.set_targets(organization, wanted, actor=actor)
        rhythm.set_rhythm(organization, months=entry["rhythm"], first_due_on=None, reminded=actor, actor=actor)
        for before in entry.get("earlier", ()):
            earlier.enter_earlier(
                organization,
                on=rhythm.months_after(today, -before["months_ago"]),
                levels=dict(zip(categories, before["levels"], strict=True)),
                notes=before.get("notes", {}),
                source=before["source"],
                actor=actor,
            )


def _hand_on(organization: Organization, entry: dict, actor: User) -> None:
    """Where it stands, shared with somebody who has looked at it, and reports that go out by the calendar."""
    for shared in entry["links"]:
        share(organization, report=None, days=shared["days"], recipient=shared["for"], actor=actor)
        link = organization.report_links.first()
        at = timezone.now() - timedelta(days=shared["opened"])
        ReportLinkOpening.objects.create(link=link, at=at)
        type(link).objects.filter(pk=link.pk).update(opened_at=at, created_at=at - timedelta(days=2))
    people = [Recipient(email, name) for name, email in entry["schedule"]["to"].items()]
    start_schedule(actor=actor, organization=organization, every="quarter", day=5, recipients=people)


def _checks(organization: Organization, entry: dict, actor: User) -> None:
    """What the team said with the handbook in hand, and what it made roadmap items of."""
    for kind in TeamCheck.Kind.values:
        for key, values in entry.get(kind, {}).items():
            record_check(organization, kind=kind, key=key, values=values, actor=actor, version=0)
    for planned in entry.get("plan", ()):
        kind, _, key = planned.partition(":")
        plan_check(organization, kind=kind, key=key, actor=actor)


def _item(item: RoadmapItem, wanted: dict, start: date, people: dict[str, User], actor: User) -> None:
    def day(number: int) -> date:
        return start + timedelta(days=number - 1)

    def record(part: str, values: dict) -> None:
        version = getattr(item, f"{part}_version")
        roadmaps.record_part(item, part=part, values=values, actor=actor, version=version)

    if due := wanted.get("due"):
        record("due", {"due_on": day(due)})
    if owner := wanted.get("owner"):
        record("owner", roadmaps.owner_values(item, owner=people.get(owner), name=owner))
    status = "done" if "done" in wanted else "dropped" if "dropped" in wanted else wanted.get("status", "todo")
    reason, today = wanted.get("dropped", ""), day(wanted.get("done", 1))
    record("status", roadmaps.status_values(item, status=status, reason=reason, today=today))
    if "comment" in wanted:
        attachments.add_comment(item, text=wanted["comment"][1], actor=people[wanted["comment"][0]])
    if "evidence" in wanted:
        attachments.add_link(item, title=wanted["evidence"][0], url=wanted["evidence"][1], actor=actor)
