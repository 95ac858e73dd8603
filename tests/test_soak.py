"""Sixteen people save the answers of one scorecard at once, and what would be lost is found; `make soak` does more."""

import pytest

from tests.soak import Person, lost, on_sqlite, writers

PLACE = (1, "cost-model")


def person(*versions, unknown=0):
    saved = {version: f"{version}" for version in versions}
    return Person("", {}, list(PLACE), "", "", saved=saved, unknown=unknown)


@pytest.mark.parametrize(
    ("people", "note", "last", "found"),
    [
        ([person(1, 3), person(2)], "3", 3, []),
        ([person(1, 2)], "3", 3, ["(1, 'cost-model'): 3 versions, 2 acknowledged."]),
        ([person(1, 2, unknown=1)], "3", 3, []),  # sent, not answered, and there
        ([person(1, 2)], "1", 1, ["(1, 'cost-model'): version 2 was acknowledged, 1 is the last."]),
        ([person(1, 2)], "1", 2, ["(1, 'cost-model'): '2' was acknowledged last, '1' is there."]),
        ([person(1), person(1, 2)], "2", 2, ["(1, 'cost-model'): one version was acknowledged to two people."]),
    ],
)
def test_what_was_acknowledged_and_is_not_there_is_said(people, note, last, found):
    assert [text for text in lost(people, {PLACE: (note, last)}) if text in found] == found
    assert bool(lost(people, {PLACE: (note, last), (2, "another"): ("not theirs", 7)})) == bool(found)


@pytest.mark.once
@pytest.mark.long
def test_sixteen_people_save_on_one_scorecard_and_nothing_is_silently_lost(tmp_path):
    with on_sqlite(tmp_path / "site") as site:
        people = writers(site, saves=160)
        stored = site.stored()

    assert lost(people, stored) == []
    assert sum(len(person.saved) for person in people) == 160
    assert sum(person.conflicts for person in people) > 0  # they did meet
    assert [text for person in people for text in person.wrong] == []
