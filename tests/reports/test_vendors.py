"""The vendors in a report: which of them, the finding as a sentence, and pages that hold whatever people wrote."""

import io
import json
import re
from datetime import date

import pikepdf
import pytest
from django.urls import reverse
from pypdf import PdfReader

from assessments import framework
from assessments.reports import pdf
from assessments.reports.document import document
from assessments.reports.models import Report
from assessments.reports.services import request_report
from assessments.reports.snapshot import digest
from assessments.reports.vendors import category_flags, freeze_vendors, latest_reviews, section
from assessments.vendors import services
from tests.factories import make_organization, make_scorecard, make_user, make_vendor_review
from tests.reports.snapshots import make_snapshot

pytestmark = pytest.mark.django_db

TOPICS = framework.current().vendor.topics
QUESTIONS = [question for topic in TOPICS for question in topic.questions]
KEYS = [question.key for question in QUESTIONS]
CRITICAL = [question.key for question in QUESTIONS if question.critical]
ALL = dict.fromkeys(KEYS, "2")
HOSTILE = '<img src="http://127.0.0.1:1/x.png"><script>alert(1)</script>{{ x }}'


@pytest.fixture
def organization():
    return make_organization(hosting_model="cloud")


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def squeezed(text):
    return re.sub(r"\s+", "", text)


def text_of(made):
    return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(made.content)).pages))


def compared(organization, reviews=None):
    """The section as the templates get it, by way of JSON as a worker does."""
    return section(json.loads(json.dumps({"vendors": freeze_vendors(organization, reviews)})))


def made_of(organization, reviews=None):
    snapshot = {**make_snapshot(), "vendors": freeze_vendors(organization, reviews)}
    snapshot["choices"]["sections"].append("answers")
    return pdf.render_pdf(pdf.render_html(json.loads(json.dumps(snapshot))))


# ---- Which reviews


def test_a_report_without_vendors_is_the_same_as_before(organization):
    make_vendor_review(organization)  # of which nothing is rated yet

    snapshot = request_report(make_scorecard(organization), actor=organization.created_by).snapshot

    assert "vendors" not in snapshot
    assert freeze_vendors(organization) is None
    assert digest(make_snapshot()) == digest({**make_snapshot()})
    assert document(make_snapshot())["vendors"] is None
    assert 'id="vendors"' not in pdf.render_html(make_snapshot())


def test_the_latest_review_of_each_vendor_with_a_rating_is_taken(organization):
    actor = organization.created_by
    old = make_vendor_review(organization, name="Corvid", ratings={"preemption": "1"}, complete=True)
    again = services.repeat_review(old, actor=actor)
    mine = make_vendor_review(organization, name="Atlas", is_own_team=True, ratings={"preemption": "na"})
    make_vendor_review(organization, name="Nobody")
    make_vendor_review(name="Of others", ratings={"preemption": "1"})

    assert latest_reviews(organization) == [again, mine]


def test_the_newest_six_are_taken_in_the_order_of_their_names(organization):
    for number in range(8):
        make_vendor_review(
            organization, name=f"V{9 - number}", ratings={"preemption": "1"}, reviewed_on=date(2026, 9, 1 + number)
        )

    assert [review.vendor.name for review in latest_reviews(organization)] == ["V2", "V3", "V4", "V5", "V6", "V7"]


def test_the_reviews_that_are_given_are_taken_in_their_order(organization):
    first = make_vendor_review(organization, name="Atlas", ratings={"preemption": "1"})
    second = make_vendor_review(organization, name="Corvid")

    report = request_report(make_scorecard(organization), actor=organization.created_by, reviews=[second, first])

    assert [review["vendor"] for review in report.snapshot["vendors"]["reviews"]] == ["Corvid", "Atlas"]


def test_freezing_takes_the_same_queries_for_one_review_and_for_six(organization, django_assert_num_queries):
    make_vendor_review(organization, ratings=ALL)
    with django_assert_num_queries(6):
        freeze_vendors(organization)
    for _ in range(5):
        make_vendor_review(organization, ratings=ALL)
    with django_assert_num_queries(6):
        freeze_vendors(organization)


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        (["x"], "A review that was chosen is not here any more. Choose again."),
        (["-1"], "A review that was chosen is not here any more. Choose again."),
        (["²"], "A review that was chosen is not here any more. Choose again."),
        (["9" * 30], "A review that was chosen is not here any more. Choose again."),
        (["others"], "A review that was chosen is not here any more. Choose again."),
        (["1", "2", "3", "4", "5", "6", "7"], "At most 6 reviews fit side by side. Take some away."),
    ],
)
def test_a_choice_that_cannot_be_is_refused_with_a_sentence(client, organization, chosen, sentence):
    client.force_login(organization.created_by)
    others = make_vendor_review(ratings={"preemption": "1"})
    reviews = [str(others.pk) if pk == "others" else pk for pk in chosen]

    response = client.post(
        reverse("report_create", args=[organization.slug]),
        {"scorecard": make_scorecard(organization).pk, "review": reviews},
    )

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert Report.objects.count() == 0


def test_the_chosen_reviews_are_in_the_report_each_once(client, organization):
    client.force_login(organization.created_by)
    one, other = (make_vendor_review(organization, name=name) for name in ("Corvid", "Atlas"))

    response = client.post(
        reverse("report_create", args=[organization.slug]),
        {"scorecard": make_scorecard(organization).pk, "review": [one.pk, other.pk, one.pk]},
    )

    assert response.status_code == 302
    reviews = Report.objects.get().snapshot["vendors"]["reviews"]
    assert [review["vendor"] for review in reviews] == ["Corvid", "Atlas"]


# ---- What is said


def rated(rating, but=None):
    return {**dict.fromkeys(KEYS, rating), **(but or {})}


ONE_MISS = rated("2", {"latency-target": "1"})


@pytest.mark.parametrize(
    ("vendors", "title"),
    [
        ([rated("2")], "A earns 100% of the points. Every critical question has its proof."),
        ([ONE_MISS], "A earns 98% of the points. One critical question has no proof."),
        ([rated("1")], "A earns 50% of the points. Six critical questions have no proof."),
        ([{"preemption": "2"}], "A earns 5 to 100% of the points. Six critical questions have no proof."),
        ([{"preemption": ""}], "No answer is rated yet. Six critical questions have no proof."),
        ([rated("na")], "No answer is rated yet. Every critical question has its proof."),
        ([rated("2"), rated("1")], "A answers best, and alone can prove every critical question."),
        ([rated("1"), rated("0")], "A answers best. Nobody can prove every critical question."),
        ([rated("1"), rated("1")], "A and B answer equally well. Nobody can prove every critical question."),
        (
            [rated("2", {"preemption": "0"}), ONE_MISS],
            "B answers best. Only A can prove every critical question.",
        ),
        (
            [rated("1"), {"preemption": "1"}],
            "A leads so far; what is still open can change that. So far nobody can prove every critical question.",
        ),
        (
            [rated("2", {"preemption": "0"}), {"preemption": "1"}, rated("1")],
            "A leads so far, and alone can prove every critical question.",
        ),
        (
            [{"preemption": "1"}, {"preemption": "1"}],
            "A and B are level so far. So far nobody can prove every critical question.",
        ),
    ],
)
def test_the_title_is_the_finding(organization, vendors, title):
    reviews = [
        make_vendor_review(organization, name=name, ratings=ratings)
        for name, ratings in zip("ABC", vendors, strict=False)
    ]

    assert plain(compared(organization, reviews)["title"]) == title


def test_a_column_says_share_points_and_what_is_open(organization):
    review = make_vendor_review(
        organization, name="Corvid", offer="Three years", ratings={"preemption": "2", "workload-mix": "na"}
    )

    [column] = compared(organization, [review])["reviews"]

    shown = {name: column[name] for name in ("label", "about", "share", "points", "questions", "misses", "critical")}
    assert shown == {
        "label": "Corvid",
        "about": "Cloud, Three years",
        "share": "5 to 100%",
        "points": "2 of 38 points",
        "questions": "19 questions, 18 not rated",
        "misses": 6,
        "critical": 6,
    }


def test_topics_are_counted_by_themselves_and_the_share_by_their_weights(organization):
    only_serving = {key: "2" if key in [q.key for q in TOPICS[4].questions] else "0" for key in KEYS}
    review = make_vendor_review(organization, ratings=only_serving)
    unweighted = compared(organization, [review])["reviews"][0]["share"]
    weights = {"topic-serving": 5, "topic-networking": 0}
    services.set_weights(organization, weights, actor=organization.created_by)

    after = compared(organization, [review])

    assert (unweighted, after["reviews"][0]["share"]) == ("20%", "59%")
    counts = {topic["name"]: (topic["cells"], topic["counts"]) for topic in after["topics"]}
    assert counts["Serving strategy"] == (["8 of 8"], "counts five times")
    assert counts["Networking design"] == (["0 of 4"], "left out of the share")
    assert "by the weights" in after["lead"]


def test_a_topic_that_is_open_is_a_range_and_one_that_is_not_asked_is_none(organization):
    colocation = make_vendor_review(organization, hosting_model="colocation", ratings={"rack-power-density": "1"})
    cloud = make_vendor_review(organization, ratings=rated("1"))

    topics = {topic["name"]: topic["cells"] for topic in compared(organization, [colocation, cloud])["topics"]}

    assert topics["Facilities reality"] == ["1 to 7 of 8", "n/a"]


def test_critical_misses_come_first_where_most_miss_with_who_can_prove_it(organization):
    actor = organization.created_by
    corvid = make_vendor_review(
        organization, name="Corvid", ratings=rated("2", {"latency-target": "0", "rollback-plan": "1"})
    )
    atlas = make_vendor_review(organization, name="Atlas", ratings=rated("2", {"rollback-plan": ""}))
    services.record_said(corvid, question="rollback-plan", said="word " * 60, actor=actor, version=0)

    first, second = compared(organization, [corvid, atlas])["misses"]

    assert first["ask"].startswith("If output quality drops after a release")
    assert [(line["label"], line["said"]) for line in first["lines"]] == [
        ("Corvid", "claimed, not proven."),
        ("Atlas", "not rated yet."),
    ]
    assert first["lines"][0]["words"] == "word " * 20 + "word…"
    assert first["proof"] == ""
    assert [(line["label"], line["said"]) for line in second["lines"]] == [("Corvid", "no answer.")]
    assert second["proof"] == "Proven by Atlas."


def test_the_vendor_s_own_words_stand_in_where_the_buyer_noted_none(organization):
    review = make_vendor_review(organization, ratings=rated("1"))
    review.answers.filter(question_key="rollback-plan").update(vendor_said="Theirs")
    services.record_said(review, question="latency-target", said="Ours", actor=organization.created_by, version=0)
    review.answers.filter(question_key="latency-target").update(vendor_said="Not this")
    review.answers.filter(question_key="preemption").update(vendor_said="Not critical")

    snapshot = freeze_vendors(organization, [review])

    words = [answer["words"] for t in snapshot["topics"] for q in t["questions"] for answer in q["answers"]]
    assert [text for text in words if text] == ["Ours", "Theirs"]


def test_nothing_of_contacts_and_follow_ups_is_frozen(organization):
    review = make_vendor_review(organization, contact="Okapi", ratings=rated("1"))
    services.record_follow_up(
        *(review,), question="latency-target", follow_up="Zebra", owner="Gnu", on=None, done=False,
        actor=organization.created_by, version=0,
    )  # fmt: skip

    frozen = json.dumps(freeze_vendors(organization))

    assert not [word for word in ("Okapi", "Zebra", "Gnu") if word in frozen]


def test_what_does_not_count_is_named_for_each_vendor(organization):
    own = make_vendor_review(
        organization, name="Us", is_own_team=True, hosting_model="hybrid", ratings=rated("2", {"workload-mix": "na"})
    )
    other = make_vendor_review(organization, name="Corvid", ratings=rated("2", {KEYS[1]: "na", KEYS[2]: "na"}))

    assert [(left["label"], left["said"]) for left in compared(organization, [own, other])["left_out"]] == [
        ("Us", "not applicable: question 1."),
        ("Corvid", "not applicable: questions 2 and 3; not asked (cloud): Facilities reality."),
    ]


def test_questions_are_in_the_team_s_words_where_only_the_own_team_is_asked(organization):
    own = make_vendor_review(organization, is_own_team=True, ratings=rated("2"))
    other = make_vendor_review(organization, ratings=rated("2"))

    asks = [compared(organization, reviews)["topics"][0]["questions"][0]["ask"] for reviews in ([own], [own, other])]

    assert asks == [QUESTIONS[0].ask_team, QUESTIONS[0].ask_vendor]


def test_two_reviews_of_one_vendor_have_names_that_differ(organization):
    old = make_vendor_review(organization, name="Corvid", ratings=rated("1"), complete=True)
    new = services.repeat_review(old, actor=organization.created_by)

    assert [c["label"] for c in compared(organization, [old, new])["reviews"]] == ["Corvid (1)", "Corvid (2)"]


def test_a_category_names_the_red_flags_of_vendors_that_bear_on_it(organization):
    make_vendor_review(organization, name="Corvid", ratings={"latency-target": "1"})
    make_vendor_review(organization, name="Atlas", ratings={"latency-target": "0"})
    make_vendor_review(organization, name="Tessel", ratings={"latency-target": "0"})
    snapshot = {**make_snapshot(), "vendors": freeze_vendors(organization)}

    [flag] = document(snapshot)["categories"][0]["vendor_flags"]

    assert flag["ask"] == QUESTIONS[1].ask_vendor
    assert flag["who"] == [
        ("Atlas and Tessel", "no answer"),
        ("Corvid", "claimed, not proven"),
    ]
    assert category_flags(make_snapshot(), "workload-clarity") == []
    assert squeezed(f"{flag['ask']} Atlas and Tessel: no answer. Corvid: claimed") in text_of(made_of(organization))


# ---- The pages


@pytest.fixture
def six(organization):
    names = ["Northlane Cloud", "C" * 120, "شركة كيسترل للحوسبة", HOSTILE, "Consolidated " * 9, "Our team"]
    for place, name in enumerate(names):
        ratings = {key: ("0", "1", "2", "na", "")[(place + n) % 5] for n, key in enumerate(KEYS)}
        review = make_vendor_review(
            organization,
            name=name.strip()[:120],
            offer=HOSTILE,
            is_own_team=place == 5,
            hosting_model=("cloud", "colocation")[place % 2],
            ratings={key: rating for key, rating in ratings.items() if rating},
        )
        review.answers.update(said=HOSTILE)
    services.set_weights(organization, {"topic-serving": 3}, actor=organization.created_by)
    return organization


def elements(node):
    if isinstance(node, pikepdf.Array):
        for item in node:
            yield from elements(item)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node.K)


@pytest.mark.once
def test_the_tables_are_tagged_and_every_cell_knows_its_heads(six):
    with pikepdf.open(io.BytesIO(made_of(six).content)) as opened:
        tags = list(elements(opened.Root.StructTreeRoot))

    assert {len(cell.A.Headers) for cell in tags if cell.S == "/TD"} == {2}
    assert sum(tag.S == "/Table" for tag in tags) >= 4


@pytest.mark.once
def test_the_section_is_in_the_contents_and_the_bookmarks(six):
    reader = PdfReader(io.BytesIO(made_of(six).content))

    titles = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert titles[3:6] == ["Category by category", "Vendor comparison", "What to do, in which order"]
    assert "Vendor comparison" in reader.pages[0].extract_text()


@pytest.mark.once
def test_every_question_with_its_rating_is_on_the_pages_and_markup_is_text(six):
    text = text_of(made_of(six))

    for question in QUESTIONS:
        assert squeezed(question.ask_vendor) in text
    assert text.count(squeezed("<script>alert(1)</script>{{ x }}")) >= 6
    assert "Notrated" in text


@pytest.mark.once
@pytest.mark.parametrize("number", [1, 2, 6])
def test_the_same_snapshot_gives_the_same_bytes(six, number):
    reviews = latest_reviews(six)[:number]

    assert made_of(six, reviews).content == made_of(six, reviews).content


@pytest.mark.once
def test_nothing_stands_over_the_edge_of_a_page(six):
    """No text begins right of the margin: names of any length are broken within their columns."""
    pages = PdfReader(io.BytesIO(made_of(six).content)).pages
    of_vendors = [page for page in pages[2:] if "endor" in page.extract_text()]
    assert len(of_vendors) >= 2
    # What stands in the chart is placed within it (see tests/charts), by a matrix of its own that is not read here.
    chart = {"0%", "25%", "50%", "75%", "100%", *(topic.name for topic in framework.current().vendor.topics)}
    for page in of_vendors:
        places = {}
        page.extract_text(
            visitor_text=lambda text, m, t, f, s, places=places: places.update({text.strip(): t[4] * m[0] + m[4]})
        )
        assert max(place for text, place in places.items() if text not in chart) < 595 - 20 * 72 / 25.4


def test_deleting_the_vendor_leaves_the_report_as_it_is(organization):
    review = make_vendor_review(organization, name="Corvid", ratings=rated("1"))
    report = request_report(make_scorecard(organization), actor=make_user())
    before = pdf.render_pdf(pdf.render_html(report.snapshot)).content

    services.delete_review(review, actor=organization.created_by)

    report = Report.objects.get()
    assert pdf.render_pdf(pdf.render_html(report.snapshot)).content == before
    assert freeze_vendors(organization) is None


def test_a_change_after_it_was_asked_for_is_not_in_the_report_and_makes_the_next_another(organization):
    review = make_vendor_review(organization, ratings={"preemption": "1"})
    scorecard = make_scorecard(organization)
    report = request_report(scorecard, actor=organization.created_by)
    assert request_report(scorecard, actor=organization.created_by) == report

    services.record_rating(review, question="preemption", rating="2", actor=organization.created_by, version=1)

    assert request_report(scorecard, actor=organization.created_by) != report
    assert Report.objects.get(pk=report.pk).snapshot == report.snapshot
