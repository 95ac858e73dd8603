import pytest
from django.urls import reverse

from assessments.vendors import services as vendors
from tests.factories import make_vendor_review

pytestmark = pytest.mark.django_db


def url(roadmap, name):
    return reverse(name, args=[roadmap.organization.slug, roadmap.pk])


def test_a_red_flag_of_a_vendor_is_suggested_and_taken_once_also_after_the_review_was_repeated(editor, roadmap, owner):
    review = make_vendor_review(
        roadmap.organization, name="<b>Corvid</b>", ratings={"rollback-plan": "0"}, complete=False
    )
    html = editor.get(url(roadmap, "roadmap_detail")).content.decode()
    assert "Ask &lt;b&gt;Corvid&lt;/b&gt; again: If output quality drops" in html
    source = f"vendor:{review.vendor_id}:rollback-plan"

    editor.post(url(roadmap, "suggestion_take"), {"source": source})
    vendors.complete_review(review, actor=owner)
    vendors.repeat_review(review, actor=owner)
    editor.post(url(roadmap, "suggestion_take"), {"source": source})

    item = roadmap.items.get()
    assert item.category_key == "serving-maturity"
    assert "no answer. Ask to see: Rollback procedure" in item.detail


def test_the_own_team_s_red_flag_asks_to_be_settled(editor, roadmap):
    make_vendor_review(roadmap.organization, name="Platform", is_own_team=True, ratings={"rollback-plan": "1"})

    html = editor.get(url(roadmap, "roadmap_detail")).content.decode()

    assert "Settle: If output quality drops after a release, how do we return" in html
