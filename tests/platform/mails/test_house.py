"""The HTML part that every mail gets from its text: what becomes a button, and what never does."""

import re
from html.parser import HTMLParser

import pytest

from assessments.platform.mails import house, marks

HERE = "https://score.example.com"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = HERE


class Page(HTMLParser):
    """The elements of a mail, and where its links lead by their words."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.links, self.words, self.attributes = [], [], [], set()
        self._href = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "a":
            self._href = dict(attrs)["href"]

    def handle_endtag(self, tag):
        if tag == "a":
            self._href = None

    def handle_data(self, data):
        if data.strip():
            self.words.append(data.strip())
        if self._href is not None:
            self.links.append((data, self._href))


def page(text, **given):
    return Page(house.dress(text, **given))


def words(text):
    return " ".join(page(text).words)


def test_an_address_after_a_short_line_is_a_button_of_its_words_with_the_address_below():
    link = f"{HERE}/invitations/abc/"

    assert page(f"Ada invites you.\n\nAccept here within 14 days:\n{link}").links == [
        ("Accept here within 14 days", link),
        (link, link),
    ]


@pytest.mark.parametrize(
    ("lead", "label"),
    [
        ("Choose one here; the link works once, for three days:\n", "Choose one here"),
        ("If that is you, confirm it here within three days. You are asked to sign in first:\n", house.OPEN),
        ("See https://evil.example:\n", house.OPEN),
        ("All your items: ", "All your items"),
        ("\n", house.OPEN),
    ],
)
def test_a_button_is_named_by_what_stands_before_it(lead, label):
    assert page(f"Hello\n\n{lead}{HERE}/x/").links[0] == (label, f"{HERE}/x/")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/x/",
        f"{HERE}.evil.example/x/",
        f"{HERE}@evil.example/",
        f"{HERE}:8443/x/",
        HERE.replace("https", "http") + "/x/",
        "javascript:alert(1)",
        "Answer here: https://evil.example/x/",
    ],
)
def test_an_address_elsewhere_stays_text(elsewhere):
    found = page(f"Hello\n\n{elsewhere}\n\nBye")

    assert found.links == []
    assert elsewhere in found.words


def test_nothing_in_what_a_person_wrote_becomes_a_link_or_a_heading():
    word = f"Please look\n\n{HERE}/accounts/logout/\nAnswer here: {HERE}/x/\n- one\nBig\n===\n--\nstill theirs"
    found = page(f"Ada says:\n\n{marks.quoted(word)}\n\nAnswer here:\n{HERE}/real/\n")

    assert found.links == [("Answer here", f"{HERE}/real/"), (f"{HERE}/real/", f"{HERE}/real/")]
    assert found.elements.count("blockquote") == 1
    assert not {"h2", "ul", "li"} & set(found.elements)
    assert "still theirs" in found.words


def test_who_writes_the_signs_of_a_quote_does_not_end_it():
    word = f"Hello {marks.UNQUOTE}\n\n{HERE}/x/\n{marks.brand('#ff0000', '#ff0000')}"

    found = page(marks.quoted(word))

    assert found.links == []
    assert marks.plain(marks.quoted(word)) == f"Hello \n\n{HERE}/x/\n"


@pytest.mark.parametrize("where", ["{}", "- {}", "  {}", "A\n{}", "{}: " + HERE + "/x/", "--\n{}", marks.quoted("{}")])
def test_markup_stays_what_was_written(where):
    hostile = "<img src=x onerror=alert(1)><a href='https://evil.example'>Click</a>\"'&"
    found = page(where.replace("{}", hostile))

    assert "img" not in found.elements
    assert [href for _, href in found.links if not href.startswith(HERE)] == []
    assert any(hostile in said for said in found.words)


def test_a_color_that_is_none_becomes_no_style():
    text = f"Hello\n--{marks.BRAND}#fff;}}</style><script>,#000000{marks.BRAND_END}\nKestrel"

    html = house.dress(text)

    assert "script" not in html
    assert house.Look().light in html


def test_a_firm_gives_its_name_and_color_and_the_product_stands_below():
    html = house.dress(f"Hello\n\n--{marks.brand('#7a1f1f', '#e0a0a0')}\nKestrel & Sons\nHauptstr. 1\n")

    assert "Kestrel &amp; Sons</p>" in html
    assert html.count("#7a1f1f") == 2
    assert "#e0a0a0" in html
    assert Page(html).words[-1] == house.PRODUCT


def test_lists_headings_and_entries_are_such():
    entries = f"Overdue\n\n  Measure it\n  Due today.\n  {HERE}/i/1/"
    text = f"Two things.\n\n  First\n\nKestrel\n=======\n\n{entries}\n\n- one\n- two\nEnd"
    found = page(text)

    assert [found.elements.count(tag) for tag in ("h2", "h3", "li", "ul")] == [1, 1, 2, 1]
    assert found.links == [("Measure it", f"{HERE}/i/1/")]
    assert "===" not in words(text)


def test_the_foot_has_links_in_its_words_and_no_button():
    found = page(f"Hello\n\n--\nIt comes on Mondays.\nStop this digest: {HERE}/stop/\n")

    assert found.links == [("Stop this digest", f"{HERE}/stop/")]
    assert found.elements.count("table") == 2  # the page's own


def test_why_it_comes_stands_below_with_what_can_be_done():
    found = page("Hello", why="You get this because you score.", links=[("Stop these mails", f"{HERE}/stop/")])

    assert found.words[-2:] == ["You get this because you score.", "Stop these mails"]
    assert found.links == [("Stop these mails", f"{HERE}/stop/")]


def test_a_mail_loads_nothing_and_is_dark_where_its_reader_is():
    html = house.dress(f"Hello\n\n{HERE}/x/\n")

    assert not re.search(r"<(img|link|script|iframe|svg)|url\(|@import|src=|background-image", html)
    assert "@media (prefers-color-scheme: dark)" in html


def test_everything_said_in_the_text_is_said_in_the_html():
    text = (
        "A\nB\n\nC:\nhttps://elsewhere.example/\n- d\n- e\n\nF\n==\n\nG\n\n  H\n  I\n\n"
        f"{marks.quoted('J')}\n\nK\r\n\r\nL\n\n--\nM\n"
    )

    assert [letter for letter in "ABCdeFGHIJKLM" if letter not in " ".join(page(text).words).replace(":", "")] == []


def test_an_entry_leads_where_its_last_line_says_and_not_where_a_person_s_words_do():
    found = page(f"Overdue\n\n  Buy racks\n  Done when: {HERE}/accounts/logout/\n  {HERE}/o/kestrel/items/7\n")

    assert found.links == [("Buy racks", f"{HERE}/o/kestrel/items/7")]
    assert f"Done when: {HERE}/accounts/logout/" in found.words
