from pathlib import Path

import pytest
from django.template import Context, Template, engines

from assessments.platform.static_files import SqueezedStorage, squeezed
from assessments.templatetags.design import SHEETS, SHEETS_OF_PAGE, feature_sheets

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("css", "served"),
    [
        ("/* why */\n.a {\n  color: red;\n}\n", ".a{color: red;}"),
        (".a { & > b, & i { inset: calc(1px + 2px) auto; } }", ".a{& > b,& i{inset: calc(1px + 2px) auto;}}"),
        ('.a::before { content: "a  /* b */ ; c"; }', '.a::before{content: "a  /* b */ ; c";}'),
        (".a { quotes: '\\'  ' ; }", ".a{quotes: '\\'  ';}"),
        (".a :hover, .b:hover {}", ".a :hover,.b:hover{}"),
        ("@media (width >= 48rem) { .a /* b */ .c { } }", "@media (width >= 48rem){.a .c{}}"),
    ],
)
def test_squeezed_keeps_what_a_browser_reads(css, served):
    assert squeezed(css) == served
    assert squeezed(served) == served


@pytest.mark.parametrize("sheet", sorted((ROOT / "static/css").glob("*.css")), ids=lambda path: path.stem)
def test_a_sheet_is_served_with_all_its_rules(sheet):
    css = sheet.read_text()
    served = squeezed(css)

    assert len(served) < len(css)
    assert served.count("{") == served.count("}") > 0
    assert "/*" not in served


def test_what_is_collected_is_squeezed(tmp_path):
    (tmp_path / "css").mkdir()
    (tmp_path / "css/a.css").write_text("/* why */ .a { color: red; }" * 100)
    (tmp_path / "theirs.css").write_text("/* license */ .b { }")
    storage = SqueezedStorage(location=tmp_path)

    names = dict.fromkeys(("css/a.css", "theirs.css"))
    done = list(storage.post_process({name: (storage, name) for name in names}))

    assert len(done) >= 2
    assert (tmp_path / storage.stored_name("css/a.css")).read_text() == ".a{color: red;}" * 100
    assert (tmp_path / f"{storage.stored_name('css/a.css')}.gz").exists()
    assert not (tmp_path / "css/a.css.gz").exists()
    assert (tmp_path / storage.stored_name("theirs.css")).read_text() == "/* license */ .b { }"


def test_every_feature_with_pages_has_its_sheets_and_every_sheet_is_there():
    folders = {path.parent.name for path in (ROOT / "templates").glob("*/*.html")} - {"admin", "saving"}

    assert folders == SHEETS.keys()
    for name in {name for names in (*SHEETS.values(), *SHEETS_OF_PAGE.values()) for name in names}:
        assert (ROOT / f"static/css/{name}.css").is_file()
    for page in SHEETS_OF_PAGE:
        assert (ROOT / "templates" / page).is_file()


@pytest.mark.parametrize(
    ("page", "sheets"), [("roadmaps/roadmap_detail.html", ["working", "roadmaps"]), ("404.html", [])]
)
def test_a_page_links_the_sheets_of_its_feature(page, sheets):
    template = Template("", name=page, engine=engines["django"].engine)
    context = Context()

    with context.bind_template(template):
        links = feature_sheets(context)

    assert [line.partition("css/")[2].partition(".")[0] for line in links.splitlines()] == sheets
