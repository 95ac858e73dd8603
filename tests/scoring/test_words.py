import pytest
from django.utils import translation

from assessments.scoring.words import counted, listing, number_word


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "no gaps"), (1, "one gap"), (2, "two gaps"), (16, "sixteen gaps"), (17, "17 gaps"), (1200, "1,200 gaps")],
)
def test_a_count_is_in_words_up_to_sixteen(count, words):
    assert counted(count, "gap") == words


def test_nothing_has_the_word_that_is_wanted():
    assert (number_word(0), number_word(0, none="none")) == ("zero", "none")


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], ""),
        (["Cost"], "Cost"),
        (["Cost", "Serving"], "Cost and Serving"),
        (["Security and access", "Cost"], "Security and access, and Cost"),
        (["Cost", "Serving", "Data"], "Cost, Serving, and Data"),
    ],
)
def test_a_list_can_be_read_in_one_way(names, words):
    assert listing(names) == words


@pytest.mark.parametrize(
    ("language", "names", "said"),
    [
        ("de", ["A", "B", "C"], "A, B und C"),
        ("fr", ["A", "B"], "A et B"),
        ("es", ["A", "B"], "A y B"),
        ("es", ["A", "Instalaciones"], "A e Instalaciones"),
        ("es", ["A", "Hielo"], "A y Hielo"),
    ],
)
def test_a_list_is_said_as_the_language_does(language, names, said):
    with translation.override(language):
        assert listing(names) == said
