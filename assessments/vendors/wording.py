"""How names are put into sentences, in the language that is spoken."""

from collections.abc import Sequence

from assessments.framework.translating import is_english, language
from assessments.scoring.words import and_before


def together(names: Sequence[object]) -> str:
    """A, B and C."""
    texts = [str(name) for name in names]
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {and_before(texts[-1])} {texts[-1]}"


def uncapitalized(text: str) -> str:
    """A sentence or a label as it goes on behind a colon or a comma; German begins its nouns with a capital."""
    return text if language() == "de" else text[:1].lower() + text[1:]


def label_within(text: str) -> str:
    """A label in the midst of a sentence."""
    return text.lower() if is_english() else uncapitalized(text)
