"""The handbook's pages: all there, all linked, each with where it is scored and asked."""

import re
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from assessments import framework
from assessments.handbook.pages import TRAINING, book, flag_of_fact, page_of_category
from assessments.handbook.terms import explain
from assessments.templatetags.handbook import explains_category, explains_flag, explains_question
from tests.factories import make_organization, make_scorecard

pytestmark = pytest.mark.once  # the pages are made of the content; of the database they read who one is

KEYS = [page.key for page in book().pages]


class Markup(HTMLParser):
    """The ids of a page and where its links lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids, self.links, self.popovers = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(given["id"])
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if given.get("popovertarget"):
            self.popovers.append(given["popovertarget"])


def markup(client, address: str) -> Markup:
    response = client.get(address)
    assert response.status_code == 200, address
    return Markup(response.content.decode())


def address(key: str) -> str:
    return reverse("handbook_detail", args=[key])


@pytest.fixture
def everything(client):
    """Every page of the handbook by its address."""
    pages = {address(key): markup(client, address(key)) for key in KEYS}
    return pages | {reverse("handbook_list"): markup(client, reverse("handbook_list"))}


def test_the_handbook_has_a_page_for_all_that_the_content_holds():
    assert [
        *("how-scoring-works", "categories", "layers", "training-vs-inference", "starved-accelerators", "money-shift"),
        *("utilization", "bottlenecks", "tail-latency", "power", "reliability-engineering", "governance-risk"),
        *("ai-finops", "three-questions", "pitfalls", "roles", "business-alignment", "tuning", "operating", "trends"),
        *("vendor-questions", "nist-ai-rmf", "questions-and-answers", "glossary", "references"),
    ] == KEYS


def test_every_text_of_the_content_can_be_read_somewhere():
    content = framework.current()
    read = {text for page in book().pages for s in page.sections for block in s.blocks for text in block.texts}
    everything = " ".join(
        [*read, *(f"{p.title} {p.lead}" for p in book().pages), *(s.heading for p in book().pages for s in p.sections)]
    )

    def texts(value):
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            for each in value:
                yield from texts(each)
        elif hasattr(value, "__dataclass_fields__"):
            for name in value.__dataclass_fields__:
                if name not in ("key", "url", "sources", "concepts", "categories", "category", "calculator", "formula",
                                "group", "advice", "touched_by", "left"):  # fmt: skip
                    yield from texts(getattr(value, name))

    handbook = content.handbook
    missing = [
        text for text in texts(handbook) if not all(piece in everything for piece in re.split(r"(?<=[.?!]) ", text))
    ]
    assert missing == []


def test_every_anchor_stands_once_on_its_page(everything):
    assert {place: [i for i in page.ids if page.ids.count(i) > 1] for place, page in everything.items()} == {
        place: [] for place in everything
    }


def test_every_link_within_the_handbook_leads_to_a_page_and_a_place_on_it(everything):
    lost = []
    for place, page in everything.items():
        for link in page.links:
            to, _, anchor = link.partition("#")
            to = to or place
            if to.startswith("/handbook/") and (to not in everything or (anchor and anchor not in everything[to].ids)):
                lost.append((place, link))

    assert lost == []
    assert sum(len(page.links) for page in everything.values()) > 1000


def test_every_page_is_reached_by_reading_on(client):
    seen, key = [], KEYS[0]
    while key:
        seen.append(key)
        found = re.search(r'rel="next" href="/handbook/([\w-]+)/"', client.get(address(key)).content.decode())
        key = found[1] if found else ""

    assert seen == KEYS


@pytest.mark.parametrize("version", framework.versions())
def test_every_category_question_and_fact_leads_to_what_explains_it(everything, version):
    content = framework.load(version=version)
    links = [str(explains_category(category.key)) for category in content.categories]
    questions = [question for topic in content.vendor.topics for question in topic.questions]
    links += [str(explains_question(question.key, 1)) for question in questions]
    links += [str(explains_flag("facts", fact.question)) for fact in content.facts]
    addresses = [Markup(link).links[0] for link in links]

    assert len(set(addresses)) == 7 + 24 + 3  # tail latency explains two categories
    for each in addresses:
        place, _, anchor = each.partition("#")
        assert place in everything
        assert not anchor or anchor in everything[place].ids


def test_each_page_that_explains_a_category_links_back_to_it(everything):
    for category in framework.current().categories:
        page = page_of_category(category.key)
        assert f"/handbook/categories/#{category.key}" in everything[address(page.key)].links


def test_each_vendor_question_is_on_the_page_that_explains_its_category(everything):
    concepts = [p for p in book().pages if p.topics]

    assert {topic for page in concepts for topic in page.topics} == {t.key for t in framework.current().vendor.topics}
    assert "/handbook/vendor-questions/#preemption" in everything[address("utilization")].links


def test_a_fact_of_whichever_version_has_its_question_among_the_three():
    facts = framework.load(version="2026.1").facts

    assert [flag_of_fact(f.question) for f in facts] == ["latency-target", "request-cost", "utilization-reason"]
    assert flag_of_fact("What is this?") == ""


def test_a_category_that_the_framework_does_not_know_has_no_link():
    assert explains_category("nothing") == ""


def test_a_page_that_does_not_exist_is_not_found(client):
    assert client.get(address("nothing")).status_code == 404


def test_the_rubric_stands_beside_a_concept(client):
    page = client.get(address("utilization")).content.decode()

    for level in framework.current().category("utilization-plan").levels:
        assert level.statement in page


def test_the_worked_case_stands_beside_what_it_is_an_example_of(everything):
    case = "/handbook/starved-accelerators/#your-numbers"

    assert {place for place, page in everything.items() if case in page.links} == {
        address("utilization"),
        address("bottlenecks"),
    }


def test_each_calculator_and_the_page_that_explains_it_lead_to_each_other(client, organization):
    calculators = reverse("calculator_list", args=[organization.slug])
    economics = markup(client, calculators)
    pages = {"utilization": "idle-spend", "ai-finops": "unit-economics", "power": "power-envelope"}

    for key, calculator in pages.items():
        there = f"{address(key)}?for={organization.slug}"
        assert there in economics.links
        assert f"{calculators}#{calculator}" in markup(client, there).links
        assert calculator in economics.ids
    assert set(pages.values()) == {each.key for each in framework.current().calculators}


def test_a_long_page_begins_with_its_contents_and_a_short_one_does_not():
    pages = book().by_key

    assert [section.heading for section in pages["layers"].contents][:2] == ["Facilities and power", "Compute"]
    assert [section.anchor for section in pages["vendor-questions"].contents] == [
        topic.key for topic in framework.current().vendor.topics
    ]
    assert pages["trends"].contents == []


# From an organization


def test_opened_from_an_organization_a_page_leads_back_to_its_own_answers(client, organization):
    scorecard = make_scorecard(organization, levels=[1] * 8)

    page = client.get(f"{address('utilization')}?for={organization.slug}").content.decode()

    answers = reverse("scorecard_detail", args=[organization.slug, scorecard.pk])
    assert f'href="{answers}#utilization-plan"' in page
    assert f'href="/handbook/bottlenecks/?for={organization.slug}"' in page
    assert "Your answers, Kestrel Logistics" in page


def test_an_organization_of_somebody_else_is_not_named(client):
    other = make_organization(name="Corvid Secret")
    make_scorecard(other, levels=[1] * 8)

    page = client.get(f"{address('utilization')}?for={other.slug}").content.decode()

    assert "Corvid" not in page
    assert other.slug not in page.partition("</main>")[0]  # at its foot a page leads back to its own address


@pytest.mark.parametrize("slug", ["", "nothing", "%00", "<script>", "a" * 5000])
def test_an_organization_that_cannot_be_is_none(client, slug):
    response = client.get(f"{address('utilization')}?for={slug}")

    assert response.status_code == 200
    assert b"<script>" not in response.content


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_takes_the_same_number_of_queries_however_much_there_is(
    client, organization, django_assert_num_queries, count
):
    for _ in range(count):
        make_scorecard(make_organization(owner=organization.created_by), levels=[1] * 8)
    make_scorecard(organization, levels=[1] * 8)
    client.get(address("utilization"))

    with django_assert_num_queries(2):
        client.get(address("utilization"))
    with django_assert_num_queries(4):
        client.get(f"{address('utilization')}?for={organization.slug}")


def test_the_larger_kind_of_work_can_stand_first(client):
    page = client.get(f"{address(TRAINING)}?first=inference").content.decode()

    assert re.findall(r'<th scope="col">(\w+)</th>', page) == ["Aspect", "Inference", "Training"]
    page = client.get(f"{address(TRAINING)}?first=nonsense").content.decode()
    assert re.findall(r'<th scope="col">(\w+)</th>', page) == ["Aspect", "Training", "Inference"]


# Terms


def test_a_term_explains_itself_where_it_stands_first(everything):
    page = everything[address("tail-latency")]

    assert "term-p95-p99" in page.popovers
    assert set(page.popovers) <= set(page.ids)
    assert len(page.popovers) == len(set(page.popovers))
    assert "term-tail-latency" not in page.popovers  # the page is about nothing else


def test_the_deciders_words_explain_themselves(everything):
    assert {"term-decider", "term-material-scope"} <= set(everything[address("how-scoring-works")].popovers)


def test_a_term_is_marked_in_any_number_once_and_as_a_whole_word():
    seen = set()

    text = explain("Caches, quotas and a quota; a quotation of <b>SLOs</b>.", seen)

    assert text.count("popovertarget=") == 2
    assert ">quotas</button>" in text
    assert "a quotation" in text
    assert "&lt;b&gt;" in text
    assert seen == {"quota", "slo"}


def test_the_glossary_explains_no_term_twice(everything):
    assert everything[address("glossary")].popovers == []


def test_the_words_of_the_result_explain_themselves(client, organization):
    scorecard = make_scorecard(organization, levels=[1] * 8)

    page = markup(client, reverse("scorecard_detail", args=[organization.slug, scorecard.pk]))

    assert page.popovers == ["term-proven", "term-decider", "term-claimed", "term-material-scope"]
    assert set(page.popovers) <= set(page.ids)
    assert "/handbook/glossary/#material-scope" in page.links
