"""A framework in another language: what is said, what is left in English, what is refused."""

import shutil

import pytest
from django.utils import translation

from assessments import framework
from assessments.framework import FrameworkError, loader, overlays, rules
from assessments.framework.definitions import CalculatorsFile, RoadmapFile, ScorecardFile
from assessments.framework.documents import read_document

WHOLE = loader.CONTENT / "ai-infrastructure" / "2026.2"


@pytest.fixture
def scorecard():
    return read_document(WHOLE / "scorecard.yaml", ScorecardFile)[0]


@pytest.fixture
def said(tmp_path, scorecard):
    """Reads an overlay of the scorecard's file."""

    def read(text):
        path = tmp_path / "de" / "scorecard.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return overlays.overlaid(scorecard, path), overlays.untranslated(scorecard, path)

    return read


def test_what_is_said_takes_the_place_of_the_english_and_the_rest_stays_and_is_counted(said, scorecard):
    second = scorecard.categories[1]
    found, missing = said(f"categories:\n  - key: {second.key}\n    name: Zweite\n    question: Wie?\n")

    assert (found.categories[1].name, found.categories[1].question) == ("Zweite", "Wie?")
    assert found.categories[0] == scorecard.categories[0]
    assert found.categories[1].deciders[0].name == second.deciders[0].name
    assert [f"categories[{second.key}].{name}" in missing for name in ("name", "question", "summary")][:2] == [
        False
    ] * 2
    assert f"categories[{scorecard.categories[0].key}].name" in missing


def test_how_old_a_proof_may_be_does_not_depend_on_the_language(said, scorecard):
    category = scorecard.categories[0]
    decider = next(each for each in category.deciders if each.months)
    found, _ = said(
        f"categories:\n  - key: {category.key}\n    deciders:\n"
        f"      - key: {decider.key}\n        shown_when: Belegt, nicht älter als drei Monate.\n"
    )

    translated = next(each for each in found.categories[0].deciders if each.key == decider.key)
    assert (translated.shown_when[:6], translated.months) == ("Belegt", decider.months)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the file is empty"),
        ("a: &x 1\nb: *x", "anchors and aliases are not read"),
        ("scale: !!python/object:os.system {}", "only plain lists and mappings"),
        ("framework: {title: A, title: B}", "a second time"),
        ("framework: {version: '9'}", "is not translated"),
        ("framework: {key: other}", 'must be "ai-infrastructure"'),
        ("scale: {risk_threshold: 3}", "is not translated"),
        ("scale: {risk_label: 3}", "must be text"),
        ("scale: {risk_label: ''}", "must not be empty"),
        ("categories: [{key: no-such, name: A}]", 'the original has no entry "no-such"'),
        ("categories: {name: A}", "must be a list"),
        ("categories:\n\t- key: a", "there is a tab"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(said, text, reason):
    with pytest.raises(FrameworkError) as error:
        said(text)

    assert reason in str(error.value)
    assert "de/scorecard.yaml" in str(error.value)


def test_each_language_has_its_framework_and_english_is_what_it_was():
    english = framework.load(version="2026.2")
    found = {}
    for code in ("de", "fr", "es", "en"):
        with translation.override(code):
            found[code] = framework.current()

    assert found["en"] == english
    assert len({each.categories[0].question for each in found.values()}) == 4
    assert len({each.handbook.layers[0].constraint for each in found.values()}) == 4
    for code, spoken in found.items():
        assert [c.key for c in spoken.categories] == [c.key for c in english.categories], code
        assert [d.months for c in spoken.categories for d in c.deciders] == [
            d.months for c in english.categories for d in c.deciders
        ]


@pytest.mark.parametrize("language", overlays.LANGUAGES)
@pytest.mark.parametrize("version", ["2026.1", "2026.2", "2026.2.1"])
def test_every_text_of_the_product_s_own_is_said_in_every_language(version, language):
    folder = WHOLE.with_name(version)
    names = {path.name for path in folder.glob("*.yaml")}
    shapes = {
        "scorecard.yaml": ScorecardFile,
        "vendor_questions.yaml": framework.VendorChecklist,
        "roadmap.yaml": RoadmapFile,
        "handbook.yaml": framework.Handbook,
        "calculators.yaml": CalculatorsFile,
    }

    missing = {}
    for name in names:
        content = read_document(folder / name, shapes[name])[0]
        missing[name] = overlays.untranslated(content, folder / language / name)[:5]

    assert missing == {name: [] for name in names}


def test_one_s_own_framework_may_have_languages_too(tmp_path, monkeypatch):
    folder = tmp_path / "bank-ai" / "1"
    folder.mkdir(parents=True)
    text = (WHOLE / "scorecard.yaml").read_text(encoding="utf-8")
    text = text.replace("key: ai-infrastructure", "key: bank-ai", 1).replace('version: "2026.2"', 'version: "1"', 1)
    (folder / "scorecard.yaml").write_text(text, encoding="utf-8")
    shutil.copy(WHOLE / "vendor_questions.yaml", folder)
    (folder / "de").mkdir()
    (folder / "de" / "scorecard.yaml").write_text("framework: {title: KI der Bank}\n", encoding="utf-8")

    spoken = loader.read_framework(folder, language="de")

    assert spoken.title == "KI der Bank"
    with translation.override("de"):
        assert spoken.handbook.layers == framework.current().handbook.layers  # what is taken over is translated, too
    shutil.move(folder / "de", folder / "xx")
    with pytest.raises(FrameworkError, match="unknown file"):
        loader.read_framework(folder)


@pytest.mark.parametrize("language", overlays.LANGUAGES)
@pytest.mark.parametrize("version", ["2026.1", "2026.2"])
def test_what_stands_in_little_room_is_short_in_every_language(version, language):
    with translation.override(language):
        spoken = framework.load(version=version)

    long = [c.short_name for c in spoken.categories if len(c.short_name) > rules.LONGEST_SHORT_NAME]
    deciders = [decider for category in spoken.categories for decider in category.deciders]
    long += [decider.short for decider in deciders if len(decider.short) > rules.LONGEST_SHORT + 10]
    long += [decider.goal for decider in deciders if len(decider.goal) > rules.LONGEST_GOAL + 20]
    assert long == []
