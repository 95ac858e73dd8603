import pytest
from django.template.loader import render_to_string

from assessments.accounts.erasure import erase_user
from assessments.reports.choices import defaults, with_section
from assessments.reports.document import document
from assessments.reports.models import Report
from assessments.reports.services import request_report
from assessments.rounds.settling.frozen import freeze_round
from assessments.rounds.settling.services import settle
from tests.factories import make_membership, make_organization, make_rater, make_round, make_scorecard, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def settled():
    """Three raters, one of them a member, with a category that was settled against one of them."""
    organization = make_organization(name="Kestrel Logistics")
    scorecard = make_scorecard(organization, levels=[1] * 8)
    asked = make_round(scorecard)
    mark = make_membership(organization, make_user(name="Mark Ellison")).user
    first = make_rater(asked, user=mark, role="Chief financial officer", levels=[0] * 8)
    make_rater(asked, name="Priya Raman", role="Chief technology officer", levels=[2, *[0] * 7])
    make_rater(asked, name="Joao Pires", levels=[1, *[0] * 6, "x"])
    from assessments.rounds.services import close_round

    asked = close_round(asked, actor=scorecard.created_by)
    about = {"actor": scorecard.created_by, "version": 0, "dissenters": [first.pk]}
    settle(asked, category="workload-clarity", level=1, reason="One list of three was shown.", **about)
    return asked


def page_of(scorecard, people="names"):
    choices = {**with_section(defaults(), "raters"), "people": people}
    report = request_report(scorecard, actor=scorecard.created_by, choices=choices)
    context = document(report.snapshot)
    (section,) = [each for each in context["sections"] if each["key"] == "raters"]
    html = render_to_string(section["template"], {**context, "section": section})
    return report, " ".join(html.split())


def test_the_report_says_how_far_they_agreed_where_not_and_how_it_was_settled(settled):
    _, html = page_of(settled.scorecard)
    assert "Three raters agree closely on seven of eight." in html
    assert "Krippendorff’s alpha" in html
    assert "0: Mark Ellison; 1: Joao Pires; 2: Priya Raman." in html
    assert '<b>1.</b> <span dir="auto">One list of three was shown.</span>' in html
    assert "Dissent: Mark Ellison." in html
    assert "One rater could not judge it" in html or "one rater could not judge it" in html
    assert html.count("Not settled.") == 7


@pytest.mark.parametrize(
    ("people", "shown", "hidden"),
    [
        ("roles", "0: Chief financial officer; 1: one rater; 2: Chief technology officer.", "Mark Ellison"),
        ("neither", "0: one rater; 1: one rater; 2: one rater.", "Chief"),
    ],
)
def test_names_give_way_to_what_people_do_or_to_nothing(settled, people, shown, hidden):
    report, html = page_of(settled.scorecard, people)
    assert shown in html
    assert hidden not in html
    assert hidden not in str(report.snapshot["raters"])


def test_without_the_section_or_a_closed_round_the_report_has_no_such_page(settled):
    scorecard = settled.scorecard
    assert "raters" not in request_report(scorecard, actor=scorecard.created_by).snapshot
    assert freeze_round(make_scorecard(), "names") is None


def test_an_erased_person_is_erased_from_what_was_frozen(settled):
    report, _ = page_of(settled.scorecard)
    assert "Mark Ellison" in str(report.snapshot["raters"])
    erase_user(settled.raters.first().user)
    kept = Report.objects.get(pk=report.pk).snapshot["raters"]
    assert "Ellison" not in str(kept)
    assert "Chief financial officer" not in str(kept)
    assert kept["categories"][0]["settled"]["dissent"][0]["label"] == "A former member"
