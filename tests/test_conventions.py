"""Keeps the rules of the architecture. Each rule is a function from source text to what breaks it.

Beside every rule stands a test that feeds it something broken.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.auth.decorators import login_not_required
from django.urls import get_resolver
from django.views.decorators.http import require_GET

from assessments.accounts import access as account_access
from assessments.accounts.access import personal_view
from assessments.organizations import access as organization_access
from assessments.organizations.access import organization_view
from assessments.organizations.models import Role
from tests.reach import imported_files, imports
from tests.test_access import site_urls

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES, STATIC = ROOT / "templates", ROOT / "static"

PACKAGES = (
    *("framework", "scoring", "charts", "readers"),
    *("platform", "audit", "accounts", "organizations", "saving", "webhooks"),
    *("scorecards", "figures", "vendors", "economics", "roadmaps", "handbook", "rounds"),
    *("reports", "dashboards", "api", "scim", "administration"),
)
PURE = ("framework", "scoring", "charts", "readers")


def sources(*folders: str, suffix: str = ".py") -> dict[str, str]:
    """The text of every file below the folders, by its path from the root."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob(f"*{suffix}"))
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in paths}


PYTHON = sources("assessments", "scorecard")
HTML = sources("templates", suffix=".html")
SCREEN_HTML = {path: text for path, text in HTML.items() if not path.startswith("templates/reports/pdf/")}


# Imports


def begins_with(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def wrong_way_imports(path: str, source: str) -> list[str]:
    """A feature imports only itself and the features to its left: no index module, no wiring, nothing to its right."""
    package = Path(path).parts[1]
    if package not in PACKAGES:
        return []
    allowed = [f"assessments.{name}" for name in PACKAGES[: PACKAGES.index(package) + 1]]
    own = {m for m in imports(path, source) if begins_with(m, "assessments") or begins_with(m, "scorecard")}
    return sorted(f"{path} imports {m}" for m in own if not any(begins_with(m, package) for package in allowed))


def impure_imports(path: str, source: str) -> list[str]:
    """What is pure knows neither Django nor anything built on it."""
    if Path(path).parts[1] not in PURE:
        return []
    found = {m for m in imports(path, source) for web in ("django", "celery", "environs") if begins_with(m, web)}
    return sorted(f"{path} imports {m}" for m in found)


def weasyprint_imports(path: str, source: str) -> list[str]:
    found = {m for m in imports(path, source) if begins_with(m, "weasyprint")}
    return [f"{path} imports WeasyPrint"] if found and path != "assessments/reports/pdf.py" else []


# What a field of a released migration refers to by name, as Django writes it: it stays where it is for good.
REFERRED_TO = {
    "assessments.figures.models.drop_path",
    "assessments.organizations.branding.models.logo_path",
    "assessments.platform.time_zones.validate_time_zone",
    "assessments.reports.batches.models.batch_path",
    "assessments.reports.models.report_path",
    "assessments.saving.models.evidence_path",
}


def live_code(path: str, source: str) -> list[str]:
    """What a migration takes from code that goes on changing: what a released one does must stay what it was."""
    tree, used = ast.parse(source), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            used |= {name for name in imports(path, ast.unparse(node)) if begins_with(name, "assessments")}
        elif isinstance(node, ast.Attribute) and ast.unparse(node).startswith("assessments."):
            used.add(ast.unparse(node))
    used -= {name.rpartition(".")[0] for name in used}  # the modules on the way to a name
    beside = "assessments.migrations._"
    return [f"{path} uses {name}" for name in sorted(used - REFERRED_TO) if not name.startswith(beside)]


def circles(sources: dict[str, str]) -> list[str]:
    """Pairs of files that import each other, wherever in them. A package's `__init__` is only its index."""
    files = {path for path in sources if Path(path).name != "__init__.py"}
    graph = {path: imported_files(path, sources[path], files) for path in files}
    return sorted(f"{a} and {b}" for a, imported in graph.items() for b in imported if a < b and a in graph[b])


def test_a_package_imports_only_what_stands_to_its_left():
    assert [broken for path, source in PYTHON.items() for broken in wrong_way_imports(path, source)] == []


@pytest.mark.parametrize(
    ("path", "source", "module"),
    [
        ("assessments/scoring/x.py", "from assessments.charts import svg", "assessments.charts.svg"),
        ("assessments/scorecards/x.py", "from assessments import reports", "assessments.reports"),
        ("assessments/scorecards/x.py", "import assessments.vendors.models", "assessments.vendors.models"),
        ("assessments/reports/x.py", "from assessments.models import Report", "assessments.models.Report"),
        ("assessments/reports/x.py", "def f():\n    from ..dashboards import x", "assessments.dashboards.x"),
        ("assessments/framework/x.py", "from scorecard import settings", "scorecard.settings"),
    ],
)
def test_an_import_to_the_right_is_found(path, source, module):
    assert wrong_way_imports(path, source) == [f"{path} imports {module}"]


def test_a_migration_uses_no_code_that_goes_on_changing():
    migrations = {path: text for path, text in PYTHON.items() if path.startswith("assessments/migrations/")}

    assert [broken for path, source in migrations.items() for broken in live_code(path, source)] == []
    assert {name for name in REFERRED_TO if not any(name in source for source in migrations.values())} == set()


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("from assessments.platform.names import fold", "assessments.platform.names.fold"),
        ("def f(apps, editor):\n    from assessments.saving import numbers", "assessments.saving.numbers"),
        ("import assessments.saving.models\nx = assessments.saving.models.Proof", "assessments.saving.models.Proof"),
        ("from assessments.migrations._names_of_0010 import derived", ""),
        ("import assessments.saving.models\nx = assessments.saving.models.evidence_path", ""),
    ],
)
def test_live_code_in_a_migration_is_found(source, name):
    path = "assessments/migrations/0099_x.py"

    assert live_code(path, source) == ([f"{path} uses {name}"] if name else [])


def test_no_two_files_import_each_other():
    assert circles(PYTHON) == []


def test_two_files_that_import_each_other_are_found():
    a, b = "assessments/roadmaps/a.py", "assessments/roadmaps/b.py"

    assert circles({a: "def f():\n    from . import b", b: "from assessments.roadmaps.a import f"}) == [f"{a} and {b}"]


def test_every_package_has_its_place_in_the_order():
    unordered = {"locale", "management", "migrations", "templatetags", "__pycache__"}

    assert {path.name for path in (ROOT / "assessments").iterdir() if path.is_dir()} - unordered <= set(PACKAGES)


def test_the_packages_that_are_to_be_pure_are_pure():
    assert [broken for path, source in PYTHON.items() for broken in impure_imports(path, source)] == []


def test_django_in_a_pure_package_is_found():
    source = "def f():\n    from django.utils import timezone"

    assert impure_imports("assessments/scoring/x.py", source) == [
        "assessments/scoring/x.py imports django.utils.timezone"
    ]


def test_only_the_pdf_module_imports_weasyprint():
    assert [broken for path, source in PYTHON.items() for broken in weasyprint_imports(path, source)] == []


def test_weasyprint_elsewhere_is_found():
    path = "assessments/reports/views.py"

    assert weasyprint_imports(path, "from weasyprint import HTML") == [f"{path} imports WeasyPrint"]


# Names

JUNK_DRAWERS = {"util", "utils", "helper", "helpers", "common", "misc"}


def junk_drawers(paths: Iterable[str]) -> list[str]:
    return [path for path in paths if JUNK_DRAWERS.intersection(Path(path).with_suffix("").parts)]


def test_no_module_is_called_utils_or_the_like():
    everything = [
        *PYTHON,
        *HTML,
        *sources("tests"),
        *sources("static", suffix=".js"),
        *sources("static", suffix=".css"),
    ]

    assert junk_drawers(everything) == []


def test_a_module_called_utils_is_found():
    paths = ["assessments/reports/utils.py", "assessments/common/dates.py", "assessments/reports/services.py"]

    assert junk_drawers(paths) == paths[:2]


# URLs whose names allauth gives, whoever answers them.
ACCOUNTS = ("account_", "mfa_", "socialaccount_", "openid_connect_", "usersessions_")
# Those of the API's and of SCIM's operations, which show no page; what they keep stands in `tests/api`, `tests/scim`.
OPERATIONS = ("api:", "scim:")
PUBLIC_VIEWS = {
    "figure_push",
    "calendar_feed_detail",
    "invitation_accept",
    "language_update",
    "mail_choice_stop",
    "rater_link_attach",
    "rater_link_detach",
    "rater_link_download",
    "rater_link_logo",
    "rater_link_rate",
    "rater_link_save",
    "rater_link_styles",
    "rater_link_unlock",
    "reminder_setting_stop",
    "returned_mail_create",
    "report_share_detail",
    "report_share_logo",
    "report_share_styles",
    "report_share_download",
    "report_share_unlock",
    "report_share_view",
    "robots_detail",
    "vendor_link_answer",
    "vendor_link_attach",
    "vendor_link_detach",
    "vendor_link_download",
    "vendor_link_drop",
    "vendor_link_export",
    "vendor_link_logo",
    "vendor_link_save",
    "vendor_link_styles",
    "vendor_link_submit",
    "vendor_link_unlock",
}


def site_views() -> list[tuple[str, Callable[..., object]]]:
    """The product's own pages: names and views, without the administration's, allauth's and the health check's."""
    urls = site_urls(get_resolver("assessments.urls").url_patterns)
    return [(url.name, url.view) for url in urls if not url.name.startswith((*ACCOUNTS, *OPERATIONS))]


def source_of(view: Callable[..., object]) -> str:
    return PYTHON[view.__module__.replace(".", "/") + ".py"]


def templates_of(function: str, source: str) -> set[str]:
    """The templates a view names, itself, in the private functions of its module that it calls, or by its door."""
    body = ast.parse(source).body
    functions: dict[str, ast.stmt] = {node.name: node for node in body if isinstance(node, ast.FunctionDef)}
    functions |= {ast.unparse(node.targets[0]): node for node in body if isinstance(node, ast.Assign)}
    names, to_read, seen = set(), [function], set()
    while to_read:
        name = to_read.pop()
        if name in seen or name not in functions:
            continue
        seen.add(name)
        for node in ast.walk(functions[name]):
            if isinstance(node, ast.Constant) and str(node.value).endswith(".html"):
                names.add(str(node.value))
            if isinstance(node, ast.Name) and (node.id.startswith("_") or node.id == "by_link"):
                to_read.append(node.id)
    return names


def misnamed(url_name: str, module: str, function: str, source: str, views: set[str]) -> list[str]:
    """One name end to end: <model>_<action> is the URL's, the view's and the page's.

    A view shows its own page or a variant of it, another view's page when it refuses something there, or partials.
    """
    package, broken = module.split(".")[1], []
    if url_name != function:
        broken.append(f"{url_name} is the URL of {function}")
    if not re.fullmatch(r"[a-z]+(_[a-z]+)+", url_name):
        broken.append(f"{url_name} is not <model>_<action>")
    for name in sorted(templates_of(function, source)):
        folder, _, page = name.removesuffix(".html").rpartition("/")
        named = page in views or page.startswith(("_", f"{function}_"))
        if folder and not (named and folder == package):
            broken.append(f"{function} shows {name}")
    return broken


def test_url_and_view_and_page_have_one_name():
    views = {view.__name__ for _, view in site_views()}

    broken = [misnamed(name, view.__module__, view.__name__, source_of(view), views) for name, view in site_views()]

    assert [line for lines in broken for line in lines] == []


def test_every_page_is_shown_by_a_view():
    shown = {name for _, view in site_views() for name in templates_of(view.__name__, source_of(view))}
    packages = tuple(f"templates/{package}/" for package in PACKAGES)
    pages = {path.removeprefix("templates/") for path in SCREEN_HTML if path.startswith(packages) and "/_" not in path}

    assert {name for name in shown if "/" in name and "/_" not in name} == pages


@pytest.mark.parametrize(
    ("url_name", "function", "source", "broken"),
    [
        ("report_new", "report_create", "", ["report_new is the URL of report_create"]),
        ("reports", "reports", "", ["reports is not <model>_<action>"]),
        (
            "report_list",
            "report_list",
            "def report_list(request):\n    return render(request, 'reports/reports.html')",
            ["report_list shows reports/reports.html"],
        ),
        (
            "report_list",
            "report_list",
            "def report_list(r):\n    return _page(r)\ndef _page(r):\n    return render(r, 'scorecards/_hero.html')",
            ["report_list shows scorecards/_hero.html"],
        ),
    ],
)
def test_a_second_name_for_the_same_thing_is_found(url_name, function, source, broken):
    assert misnamed(url_name, "assessments.reports.views", function, source, {"report_list"}) == broken


# Doors


DOORS = {organization_access.__file__, account_access.__file__}


def doors(view: Callable[..., object]) -> int:
    """How many doors stand above a view: the functions are counted, as `wraps` hands the mark of one on upward."""
    count = int(getattr(view, "login_required", True) is False)
    layer = view
    while layer is not None:
        code = getattr(layer, "__code__", None)
        count += bool(code and code.co_filename in DOORS and code.co_name == "door")
        layer = getattr(layer, "__wrapped__", None)
    return count


def test_every_view_has_exactly_one_door():
    views = {url.name: url.view for url in site_urls(get_resolver("assessments.urls").url_patterns)}

    assert {name: doors(view) for name, view in views.items() if doors(view) != 1} == {}
    assert {name for name, view in site_views() if not hasattr(view, "door")} == PUBLIC_VIEWS


def test_no_door_and_two_doors_are_found():
    def view(request):
        return None

    assert doors(view) == 0
    assert doors(require_GET(view)) == 0
    assert doors(require_GET(organization_view(Role.VIEWER)(view))) == 1
    assert doors(login_not_required(view)) == 1
    assert doors(organization_view(Role.OWNER)(organization_view(Role.VIEWER)(lambda request: None))) == 2
    assert doors(login_not_required(personal_view(lambda request: None))) == 2


# Markup


class Elements(HTMLParser):
    """The elements of a template, each with its attributes and the elements around it."""

    VOID = {"meta", "link", "input", "img", "br", "hr", "path", "circle", "use", "option"}

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[SimpleNamespace] = []
        self.all: list[SimpleNamespace] = []
        self.feed(without_tags(text))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        element = SimpleNamespace(tag=tag, attrs=attributes, around=list(self.open), line=self.getpos()[0])
        self.all.append(element)
        if tag not in self.VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        for index in range(len(self.open) - 1, -1, -1):
            if self.open[index].tag == tag:
                del self.open[index:]
                return


def without_tags(text: str) -> str:
    """A template as markup: tags and comments gone, a variable or an address as one word that tells it from others."""
    text = re.sub(r"{#.*?#}|{% comment .*?{% endcomment %}", "", text, flags=re.S)
    text = re.sub(r"{%\s*url\s+(.*?)%}", lambda m: "/url:" + re.sub(r"\W+", "-", m[1]).strip("-"), text)
    text = re.sub(r"{%.*?%}", "", text, flags=re.S)
    return re.sub(r"{{.*?}}", lambda m: "var-" + re.sub(r"\W+", "-", m[0]).strip("-"), text, flags=re.S)


def inline_code(path: str, text: str) -> list[str]:
    """Scripts, styles and handlers in the markup, which the content security policy would refuse."""
    broken = []
    for element in Elements(text).all:
        names = [f"{name}=" for name in element.attrs if name.startswith(("on", "hx-on")) or name == "style"]
        names += [f"{name}=javascript:" for name, value in element.attrs.items() if value.startswith("javascript:")]
        names += ["<style>"] * (element.tag == "style")
        names += ["<script>"] * (element.tag == "script" and "src" not in element.attrs)
        broken += [f"{path}:{element.line}: {name}" for name in names]
    return broken


def test_templates_hold_no_inline_script_and_no_inline_style():
    assert [broken for path, text in SCREEN_HTML.items() for broken in inline_code(path, text)] == []


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ('<p style="color:red">', "style="),
        ("<style>p{}</style>", "<style>"),
        ("<script>go()</script>", "<script>"),
        ('{% if a %}<button onclick="go()">{% endif %}', "onclick="),
        ('<form hx-on:click="go()">', "hx-on:click="),
        ('<a href="javascript:go()">', "href=javascript:"),
    ],
)
def test_inline_code_is_found(text, broken):
    assert inline_code("x.html", text) == [f"x.html:1: {broken}"]


LOADING = {"src", "srcset", "data", "poster", "xlink:href"}
LOADING_TAGS = {"link", "use", "image", "base"}
FAR = re.compile(r"\s*(https?:)?//", re.I)
# Names of vocabularies look like addresses, yet nothing loads them.
NAMESPACE = re.compile(r"https?://www\.w3\.org/[\w/.-]*")


def loaded_from_afar(path: str, text: str) -> list[str]:
    """Whatever a page, a stylesheet or a script would fetch from another host: the product runs air-gapped."""
    if path.endswith((".css", ".js")):
        far = re.findall(r"https?://[^\s\"')]+|url\(\s*[\"']?//[^)]*|@import[^;]+//[^;]*", NAMESPACE.sub("", text))
        return [f"{path}: {address}" for address in far]
    return [
        f"{path}:{element.line}: {value.strip()}"
        for element in Elements(text).all
        for name, value in element.attrs.items()
        if (name in LOADING or (name == "href" and element.tag in LOADING_TAGS)) and FAR.match(value)
    ]


def test_nothing_is_loaded_from_another_host():
    files = HTML | sources("static", suffix=".css") | sources("static", suffix=".js")

    assert [broken for path, text in files.items() for broken in loaded_from_afar(path, text)] == []


@pytest.mark.parametrize(
    ("path", "text", "broken"),
    [
        ("x.html", '<script src="https://cdn.example/x.js"></script>', "x.html:1: https://cdn.example/x.js"),
        ("x.html", '<link rel="stylesheet" href="//cdn.example/x.css">', "x.html:1: //cdn.example/x.css"),
        ("x.css", "@font-face{src:url(https://fonts.example/a.woff2)}", "x.css: https://fonts.example/a.woff2"),
        ("x.js", 'import "https://cdn.example/x.js"', "x.js: https://cdn.example/x.js"),
    ],
)
def test_something_loaded_from_another_host_is_found(path, text, broken):
    assert loaded_from_afar(path, text) == [broken]


def test_a_link_that_a_reader_follows_and_the_name_of_a_vocabulary_load_nothing():
    assert loaded_from_afar("x.html", '<a href="https://example.com/"><svg xmlns="http://www.w3.org/2000/svg">') == []
    assert loaded_from_afar("x.js", 'createElementNS("http://www.w3.org/2000/svg", "svg")') == []


# A tag that draws a partial once, and which: the page has it as if it were included.
DRAWN = {
    tag: partial
    for path, text in PYTHON.items()
    if path.startswith("assessments/templatetags/")
    for tag, partial in re.findall(r'^def (drawn_\w+)\(.*?\bdraw(?:_form)?\([^\n]*?"([^"]+\.html)"', text, re.M | re.S)
}


def whole(text: str, templates: dict[str, str]) -> str:
    """A template with what it includes in its place, without the controls of a partial that is not `editable`."""

    def included(match: re.Match[str]) -> str:
        partial = templates.get(f"templates/{match[1]}", "")  # one of the libraries' is not ours to keep
        if "editable=True" not in match[0]:
            partial = re.sub(r"{% if editable %}.*?{% endif %}", "", partial, flags=re.S)
        return whole(partial, templates)

    text = re.sub(r"{% (drawn_\w+) [^%]*%}", lambda tag: f'{{% include "{DRAWN[tag[1]]}" with editable=True %}}', text)
    return re.sub(r"{%\s*include\s+[\"']([^\"']+)[\"'].*?%}", included, text)


def needs_javascript(path: str, text: str) -> list[str]:
    """An hx-get has the same link on, in or around it, or submits a form; an hx-post belongs to a form that posts."""
    elements = Elements(text).all
    broken = []
    for element in elements:
        forms = [e for e in [element, *element.around] if e.tag == "form"]
        if (address := element.attrs.get("hx-get")) is not None:
            inside = [element, *element.around, *(e for e in elements if element in e.around)]
            links = {e.attrs.get("href") for e in inside if e.tag == "a"}
            submits = forms and (element.tag == "form" or element.attrs.get("type") == "submit")
            if address not in links and not submits:
                broken.append(f"{path}: hx-get={address}")
        posting = any(form.attrs.get("method") == "post" and form.attrs.get("action") for form in forms)
        if "hx-post" in element.attrs and not posting:
            broken.append(f"{path}: hx-post={element.attrs['hx-post']}")
        for verb in ("hx-put", "hx-patch", "hx-delete"):
            if verb in element.attrs:
                broken.append(f"{path}: {verb}={element.attrs[verb]}")
    return broken


def pages() -> Iterator[tuple[str, str]]:
    """The templates that are pages, with their partials in place."""
    for path, text in SCREEN_HTML.items():
        if not Path(path).name.startswith("_"):
            yield path, whole(text, HTML)


def test_every_page_works_without_javascript():
    assert [broken for path, text in pages() for broken in needs_javascript(path, text)] == []


WITHOUT_HTMX = "{% block htmx %}{% endblock %}"


def test_a_page_that_leaves_htmx_out_needs_none():
    without = {path: text for path, text in pages() if WITHOUT_HTMX in text}
    assert without
    assert [path for path, text in without.items() if re.search(r"\shx-\w", text)] == []


def test_every_partial_that_sends_something_is_part_of_a_page():
    sent = r'hx-(?:get|post)="[^"]*"'
    on_pages = {found for _, text in pages() for found in re.findall(sent, text)}

    assert {path for path, text in SCREEN_HTML.items() if not on_pages.issuperset(re.findall(sent, text))} == set()


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ('<div hx-get="{% url "a_b" x.pk %}"></div>', ["x.html: hx-get=/url:a_b-x-pk"]),
        ('<a href="{% url "a_c" %}" hx-get="{% url "a_b" %}">', ["x.html: hx-get=/url:a_b"]),
        ('<form><button type="button" hx-get="/x"></form>', ["x.html: hx-get=/x"]),
        ('<button hx-post="/x">', ["x.html: hx-post=/x"]),
        ('<form hx-post="/x"></form>', ["x.html: hx-post=/x"]),
        ('<form method="post" action="/x"></form><button hx-post="/x">', ["x.html: hx-post=/x"]),
        ('<form method="post" action="/x"><button hx-delete="/x"></form>', ["x.html: hx-delete=/x"]),
        ('<a href="{% url "a_b" %}" hx-get="{% url "a_b" %}">', []),
        ('<li hx-get="/x"><p><a href="/x">Refresh</a></p></li>', []),
        ('<form method="post" action="/x"><div hx-post="/y"></div></form>', []),
    ],
)
def test_what_would_need_javascript_is_found(text, broken):
    assert needs_javascript("x.html", text) == broken


# Forms


def forms_without_a_key(path: str, text: str) -> list[str]:
    """Every form that posts has the tag with token and request key in it, so that two equal requests make one thing."""
    forms = re.findall(r"<form\b(.*?)</form>", whole(text, HTML), flags=re.S)
    posting = [form for form in forms if 'method="post"' in form]
    return [f"{path}: {form[:80].strip()}" for form in posting if "{% csrf_token %}" not in form]


def test_every_form_that_posts_has_a_request_key():
    assert [broken for path, text in SCREEN_HTML.items() for broken in forms_without_a_key(path, text)] == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ('<form method="post" action="/x"><input></form>', 1),
        ('<form class="a" method="post">{% csrf_token %}</form><form method="post"></form>', 1),
        ('<form method="post"{% if x %} hx-post="/x"{% endif %}>{% csrf_token %}</form>', 0),
        ('<form method="get" action="/x"></form>', 0),
    ],
)
def test_a_form_without_a_key_is_found(text, number):
    assert len(forms_without_a_key("x.html", text)) == number


# Environment variables

NAME = re.compile(r"[A-Z][A-Z0-9_]*")


def read_by_python(source: str) -> set[str]:
    """The environment variables a module reads: `env.…("NAME")`, `os.environ.get("NAME")`, `_read(env.…, "NAME")`."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and re.match(r"env\.|os\.(environ|getenv)|_read|_list", ast.unparse(node.func)):
            first = next((a.value for a in node.args if isinstance(a, ast.Constant)), None)
            if "setdefault" not in ast.unparse(node.func) and NAME.fullmatch(str(first)):
                names.add(str(first))
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and isinstance(node.slice, ast.Constant):
            names |= {str(node.slice.value)} if ast.unparse(node.value) == "os.environ" else set()
    return names


def read_by_shell(text: str) -> set[str]:
    """The variables that a Procfile or a compose file puts in, as in `${PORT:-8000}`."""
    return set(re.findall(r"(?<!\$)\${([A-Z][A-Z0-9_]*)", text))


def documented(text: str) -> list[str]:
    """The variables of an `.env.example`, each on a line that is commented out."""
    return re.findall(r"^# ?([A-Z][A-Z0-9_]*)=", text, re.M)


def undocumented(read: set[str], example: str) -> list[str]:
    """Variables that are read and not documented, documented and not read, or documented twice."""
    names = documented(example)
    return sorted(
        [f"{name} is read and not documented" for name in read.difference(names)]
        + [f"{name} is documented and not read" for name in set(names) - read]
        + [f"{name} is documented {names.count(name)} times" for name in set(names) if names.count(name) > 1]
    )


def test_every_environment_variable_is_documented_and_no_other():
    read = {name for source in PYTHON.values() for name in read_by_python(source)}
    for file in ("Procfile", "docker-compose.yml"):
        read |= read_by_shell((ROOT / file).read_text(encoding="utf-8"))

    assert {"PORT", "HOST", "DEMO_PASSWORD", "WEB_CONCURRENCY", "WORKER_CONCURRENCY", "SECRET_KEY"} <= read
    assert undocumented(read, (ROOT / ".env.example").read_text(encoding="utf-8")) == []


def test_a_copied_env_example_changes_nothing_and_gives_no_secret_away():
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if line and not line.startswith("#")] == []
    assert [line for line in lines if re.match(r"# ?(SECRET_KEY|POSTGRES_PASSWORD|DEMO_PASSWORD)=.", line)] == []


def test_a_variable_that_is_not_documented_or_not_read_is_found():
    source = 'A = env.str("A", "")\n_read(env.int, "B", 1, "x")\n_list("C", [])\nos.environ.get("D")\nos.environ["E"]'
    other = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "x")\nos.environ["F"] = "1"\n_refuse("G", "must")'

    assert read_by_python(source) == {"A", "B", "C", "D", "E"}
    assert read_by_python(other) == set()
    assert read_by_shell("--bind ${HOST:-127.0.0.1}:${PORT} $$HOME $${NOT}") == {"HOST", "PORT"}
    assert undocumented({"A", "B"}, "# What A is.\n# A=1\n# A=2\n#C=x\n") == [
        "A is documented 2 times",
        "B is read and not documented",
        "C is documented and not read",
    ]
