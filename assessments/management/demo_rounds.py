"""The rounds of the demo: one that is closed and half settled, and one that is under way."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from assessments.accounts import notices
from assessments.models import Organization, Rater, Rating, Round, User
from assessments.rounds import services
from assessments.rounds.rating import links
from assessments.rounds.settling import services as settling


def load_rounds(entries: Mapping[str, Mapping[str, Any]], people: Mapping[str, User]) -> None:
    """By organization, without a mail to anybody. Everything is as many days ago as the file says."""
    with notices.silent():
        _load(entries, people)


def _load(entries: Mapping[str, Mapping[str, Any]], people: Mapping[str, User]) -> None:
    for slug, entry in entries.items():
        scorecard = Organization.objects.get(slug=slug).scorecards.open().get()
        actor = people[entry["by"]]
        due_on = timezone.localdate() + timedelta(days=entry["due_in"])
        asked = services.start_round(scorecard, actor=actor, due_on=max(due_on, timezone.localdate()))
        names = [_rater(asked, rater, people, actor) for rater in entry["raters"]]
        now = timezone.now()
        Round.objects.filter(pk=asked.pk).update(created_at=now - timedelta(days=entry["days_ago"]))
        if "closed_days_ago" not in entry:
            continue
        services.close_round(asked, actor=actor)
        Round.objects.filter(pk=asked.pk).update(
            due_on=due_on, closed_at=now - timedelta(days=entry["closed_days_ago"])
        )
        asked.refresh_from_db()
        by_name = {rater.rater_name: rater.pk for rater in names}
        for settled in entry["settled"]:
            settling.settle(
                asked,
                category=settled["category"],
                level=settled["level"],
                reason=settled["reason"],
                dissenters=[by_name[name] for name in settled.get("dissent", ())],
                actor=actor,
                version=0,
            )


def _rater(asked: Round, entry: Mapping[str, Any], people: Mapping[str, User], actor: User) -> Rater:
    about = {"actor": actor, "role": entry["role"], "categories": entry.get("categories", ())}
    if "who" in entry:
        rater = services.add_member(asked, user=people[entry["who"]], **about)
    else:
        rater = services.add_by_link(asked, name=entry["name"], **about)
        links.make_link(rater, days=30, actor=actor)
    keys = [key for key in services.content_of(asked).category_keys if rater.is_asked(key)]
    said = dict(zip(keys, entry.get("levels", ()), strict=False))
    for rating in rater.ratings.all():
        level = said.get(rating.category_key)
        Rating.objects.filter(pk=rating.pk).update(
            level=None if level == "x" else level,
            cannot_judge=level == "x",
            note=entry.get("says", {}).get(rating.category_key, ""),
            link=entry.get("links", {}).get(rating.category_key, ""),
        )
    if said:  # who answered by a link has opened it
        opened_at = timezone.now() - timedelta(days=entry.get("finished_days_ago", 1))
        rater.links.update(opened_at=opened_at)
    if "finished_days_ago" in entry:
        Rater.objects.filter(pk=rater.pk).update(
            finished_at=timezone.now() - timedelta(days=entry["finished_days_ago"])
        )
    return rater
