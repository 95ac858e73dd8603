"""Every page in a made-up language that is longer by 40 per cent: from the left and from the right, narrow and wide.

The pages are those that `test_accessibility` visits, up to where a test of it does something by an English word.
"""

import inspect
from contextlib import suppress

import pytest

from tests import pseudo
from tests import test_accessibility as english
from tests.test_accessibility import (  # noqa: F401 - its fixtures
    AXE,
    HEIGHT,
    RULES,
    asked,
    clearable,
    draft,
    owner,
    roadmap,
    signed_off,
    visit,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.urls(english.__name__)]

WIDTHS = (1440, 390)
TESTS = [
    test
    for name, test in vars(english).items()
    if name.startswith("test_") and "visit" in (asks := inspect.signature(test).parameters) and "width" not in asks
]

# Text that is cut off by its own box or by one around it, that stands out of its box, or lies beside the page. What can
# be scrolled to is there; what ends in an ellipsis is a name with a title, or one that its page shows in full, too.
CUT = """() => {
  const found = new Set(), name = (it) => it.id ? `#${it.id}` : `${it.localName}.${[...it.classList].join(".")}`;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text; (text = walk.nextNode());) {
    const box = text.parentElement;
    if (!text.data.trim() || !box.checkVisibility({ visibilityProperty: true })) continue;
    if (box.closest(".vh, .skip, svg, script, option, [hidden], .sprite")) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const { left, right, width, height } = range.getBoundingClientRect();
    if (!width || !height) continue;
    const said = `${name(box)}: ${text.data.trim().slice(0, 40)}`;
    let inside = true, isOwn = true;
    for (let it = box; it && it !== document.body; it = it.parentElement) {
      const style = getComputedStyle(it), edge = it.getBoundingClientRect();
      if (style.clipPath.startsWith("inset")) { inside = false; break; }
      if (style.display === "inline" || style.display === "contents") continue;
      if (/auto|scroll/.test(style.overflowX)) { inside = false; break; }
      const out = Math.max(edge.left - left, right - edge.right);
      if (/hidden|clip/.test(style.overflowX)) {
        if (out > 1 && style.textOverflow !== "ellipsis") found.add(`cut off by ${name(it)} at ${said}`);
        if (out > 1) { inside = false; break; }
      } else if (out > 2 && isOwn) found.add(`${Math.round(out)} px out of its box at ${said}`);
      const tooHigh = it.scrollHeight > it.clientHeight + 2 && style.webkitLineClamp === "none";
      if (/hidden|clip/.test(style.overflowY) && tooHigh)
        found.add(`cut off below by ${name(it)} at ${said}`);
      isOwn = false;
    }
    if (inside && (left < -1 || right > innerWidth + 1)) found.add(`beside the page at ${said}`);
  }
  return [...found];
}"""


class _Enough(Exception):
    """What follows is about English words."""


class _Seen:
    def __getattr__(self, name):
        raise _Enough


@pytest.fixture
def context(new_context):
    return new_context(reduced_motion="reduce", locale="de-DE", viewport={"width": WIDTHS[0], "height": HEIGHT})


@pytest.fixture
def mirrored(settings):
    settings.LANGUAGES_BIDI = ["de"]
    with pseudo.speaking(longer=True):
        yield


def problems(page):
    found = []
    page.evaluate(AXE)
    # A report by link speaks its own language, whatever the browser asks for.
    if page.evaluate("document.documentElement.matches('[lang^=de]:not([dir=rtl]), [dir]:not([lang^=de])')"):
        found.append("from the wrong side")
    for direction in ("rtl", "ltr"):
        page.evaluate("dir => (document.documentElement.dir = dir)", direction)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            wrong = [f"{wider} px too wide"] * (wider > 0) + page.evaluate(CUT)
            found += [f"{width} px, {direction}: {line}" for line in wrong]
        if direction == "rtl":
            for rule in page.evaluate("async (rules) => (await axe.run(rules)).violations", RULES):
                nodes = ", ".join(node["target"][0] for node in rule["nodes"][:3])
                found.append(f"390 px, rtl: {rule['id']} at {nodes}")
    return found


@pytest.mark.long
@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.__name__.removeprefix("test_"))
def test_there_is_room(test, visit, mirrored, monkeypatch, request):  # noqa: F811
    found, seen = {}, set()

    def look(user, address):
        if (user, address) not in seen:
            seen.add((user, address))
            found[address] = problems(visit(user, address))
        return _Seen()

    monkeypatch.setattr(english, "check", lambda _, user, addresses: [look(user, address) for address in addresses])
    monkeypatch.setattr(english, "problems", lambda page: [])
    others = {name: request.getfixturevalue(name) for name in inspect.signature(test).parameters if name != "visit"}
    with suppress(_Enough):
        test(visit=look, **others)

    assert seen
    assert {address: lines for address, lines in found.items() if lines} == {}
