"""Searching the handbook: whatever the case and accents, the hit in its sentence; nonsense gets a sentence."""

import pytest
from django.urls import reverse
from django.utils import translation

from assessments.handbook.search import CUT, LONGEST, TOO_SHORT, find, index, marked

URL = reverse("handbook_search")


@pytest.mark.parametrize(
    ("query", "key", "anchor", "sentence"),
    [
        ("oversubscription", "vendor-questions", "topology-oversubscription",
         "What <mark>oversubscription</mark> ratio does our network topology assume at each tier?"),
        ("OVERSUBSCRIPTION", "vendor-questions", "topology-oversubscription",
         "What <mark>oversubscription</mark> ratio does our network topology assume at each tier?"),
        ("óversubscriptìon", "vendor-questions", "topology-oversubscription",
         "What <mark>oversubscription</mark> ratio does our network topology assume at each tier?"),
        ("walk-in customers", "training-vs-inference", "side-by-side",
         "Business analogy; A factory with a production schedule; "
         "A store with <mark>walk-in</mark> <mark>customers</mark>"),
        ("landlord limit", "power", "misreading",
         "The <mark>landlord</mark>'s <mark>limit</mark> becomes your launch date."),
        ("176 TWh", "money-shift", "power-becomes-the-limit", None),
    ],
)  # fmt: skip
def test_a_word_is_found_and_marked_in_its_sentence(query, key, anchor, sentence):
    hit = find(query).hits[0]

    assert (hit.page.key, hit.section.anchor) == (key, anchor)
    if sentence:
        assert hit.sentence == sentence.replace("'", "&#x27;")
    assert "<mark>" in hit.sentence


def test_a_page_named_so_stands_before_what_mentions_it():
    hits = find("tail latency").hits

    assert hits[0].page.key == "tail-latency"
    assert hits[0].title == "<mark>Tail</mark> <mark>latency</mark>"
    assert len(hits) > 3


def test_every_word_has_to_be_there():
    assert find("tail latency zebra").hits == ()
    assert find("zebra").count == 0


@pytest.mark.parametrize("word", ["decider", "material scope", "proven", "claimed"])
def test_the_words_of_the_deciders_are_found_in_the_glossary(word):
    assert ("glossary", word.replace(" ", "-")) in [(h.page.key, h.section.anchor) for h in find(word).hits]


def test_each_section_can_be_found_by_each_of_its_sentences():
    lost = []
    for entry in index():
        words = entry.texts[-1].split()[:12]
        found = find(" ".join(words))
        if (entry.page.key, entry.section.anchor) not in [(h.page.key, h.section.anchor) for h in found.hits]:
            lost.append((entry.page.key, entry.section.anchor, words))

    assert lost == []


@pytest.mark.parametrize(
    ("query", "problem", "note", "shown"),
    [
        ("", "", "", ""),
        ("   ", "", "", ""),
        ("a", TOO_SHORT, "", TOO_SHORT),
        ("é", TOO_SHORT, "", TOO_SHORT),
        ("<script>", "", "", "Nothing found for “&lt;script&gt;”."),
        ("x" * 10_000, "", CUT, "Only the first 100 characters were searched for."),
        ("\x00", "", "", ""),
        (".*", "", "", "Nothing found for “.*”."),
    ],
)
def test_a_search_for_nonsense_gets_a_sentence(client, query, problem, note, shown):
    found = find(query)
    assert (found.problem, found.note, found.hits) == (problem, note, ())
    assert len(found.query) <= LONGEST

    page = client.get(URL, {"q": query})

    assert page.status_code == 200
    assert "<script>" not in page.content.decode().replace("<script src", "")
    assert shown in page.content.decode()


def test_while_one_types_the_list_comes_alone(client):
    part = client.get(URL, {"q": "preemption", "for": "kestrel"}, headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in part
    assert "<mark>preemption</mark>" in part.lower()
    assert 'href="/handbook/glossary/?for=kestrel#preemption"' in part


def test_what_was_searched_for_stays_in_the_field(client):
    page = client.get(URL, {"q": 'say "quota"'}).content.decode()

    assert 'value="say &quot;quota&quot;"' in page


def test_a_search_takes_no_query_of_the_content(client, django_assert_num_queries):
    client.get(URL, {"q": "quota"})

    with django_assert_num_queries(2):
        client.get(URL, {"q": "quota"})


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Straße & Co", ["strasse"], "<mark>Straße</mark> &amp; Co"),
        ("caché cache", ["cache"], "<mark>caché</mark> <mark>cache</mark>"),
        ("a<b>c", ["b"], "a&lt;<mark>b</mark>&gt;c"),
        ("abab", ["aba", "bab"], "<mark>aba</mark><mark>b</mark>"),
        ("abc", ["abc", "b"], "<mark>abc</mark>"),
        ("nothing", ["x"], "nothing"),
    ],
)
def test_words_are_marked_as_they_are_written(text, words, expected):
    assert marked(text, words) == expected


def test_each_language_has_an_index_of_its_own():
    english = index()
    with translation.override("de"):
        german = index()

    assert german is not english
    assert index() is english
