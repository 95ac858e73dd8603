"""The verdict in every language: over all cases a whole sentence, with its plural and nothing of English."""

import re
from itertools import combinations_with_replacement

import pytest
from django.utils import translation

from assessments.scoring import cause, headline
from tests.scoring.samples import KEYS, NAMES, make_result

LEVELS = (0, 1, 2)
ENGLISH = re.compile(r"\b(the|of|is|are|below|above|categor(y|ies)|still|and|any|all|both|more)\b", re.I)
# "1" with a plural, more than one with a singular.
WRONG_PLURAL = {
    "de": re.compile(r"(?<![\d,.])1 (Punkte|Kategorien)\b|\b([2-9]|1\d) (Punkt|Kategorie)\b"),
    "fr": re.compile(r"(?<![\d,.])[01] (points|catégories)\b|\b([2-9]|1\d) (point|catégorie)\b"),
    "es": re.compile(r"(?<![\d,.])1 (puntos|categorías)\b|\b([2-9]|1\d) (punto|categoría)\b"),
}


def cases():
    for many in range(9):
        for levels in combinations_with_replacement(LEVELS, 8 - many):
            for supported in ("".join(KEYS), "", "ab"):
                yield make_result([*levels, *[None] * many], supported=supported)


@pytest.mark.once
@pytest.mark.parametrize("language", ["de", "fr", "es"])
def test_every_sentence_is_one_of_the_language(language):
    results, wrong = list(cases()), {}
    english = {headline(each) for each in results}
    with translation.override(language):
        for result in results:
            said = f"{headline(result)} {cause(result, NAMES)}".strip()
            bare = said
            for name in NAMES.values():
                bare = bare.replace(name, "N")
            if (
                re.search(r"[{}%]|  |\.\.|\s[.,]", bare)
                or not re.match(r"[A-ZÀ-Ý\d«„¿N]", bare)
                or not bare.endswith(".")
                or ENGLISH.search(bare)
                or WRONG_PLURAL[language].search(bare)
                or headline(result) in english
            ):
                wrong[said] = result.verdict
    assert len(results) > 400
    assert wrong == {}


@pytest.mark.once
def test_each_verdict_has_a_sentence_of_its_own_in_each_language():
    for result in (make_result([2] * 8), make_result([0] * 8), make_result([0, *[None] * 7])):
        said = set()
        for language in ("en", "de", "fr", "es"):
            with translation.override(language):
                said.add(headline(result))
        assert len(said) == 4
