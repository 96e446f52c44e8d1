"""The German of the window: whole, with every value in its place, and nothing of it cut."""

import re
import xml.etree.ElementTree as ElementTree
from functools import cache
from pathlib import Path
from string import Formatter

from PySide6.QtCore import QTranslator

from lesion_viewer.ct.values.window import window_presets
from lesion_viewer.detection.lesion_types import DEEPLESION_TYPES
from lesion_viewer.resource_files import resource_folder
from tests.lint.untranslated import shown_files, taken_up, untranslated

CODE = Path(__file__).parents[2] / "lesion_viewer"
GERMAN = resource_folder() / "translations" / "lesion-viewer_de.ts"


def messages() -> dict[str, ElementTree.Element]:
    """English text -> its German, as Qt Linguist keeps it."""
    contexts = ElementTree.parse(GERMAN).getroot().findall("context")
    assert [context.findtext("name") for context in contexts] == [""]
    found = {}
    for message in contexts[0].findall("message"):
        translation = message.find("translation")
        assert translation is not None
        found[message.findtext("source") or ""] = translation
    return found


def values_in(text: str) -> list[tuple[str, str]]:
    """Name and format of each value of a text; digits are grouped as the language does."""
    parts = Formatter().parse(text)
    return sorted((name, (spec or "").replace("_", ",")) for _, name, spec, _ in parts if name)


@cache
def marked() -> tuple[tuple[str, str | None, bool], ...]:
    """Each text that the code marks: where, the text, and whether it stands in an f-string."""
    return tuple(
        (f"{file}:{line}", text, is_in_f_string)
        for file in sorted(CODE.rglob("*.py"))
        for line, text, is_in_f_string in taken_up(file.read_text(encoding="utf-8"))
    )


def test_all_that_readers_see_goes_through_the_translation() -> None:
    found = {
        str(file): texts
        for floor in ("ui", "viewing")
        for file in shown_files(CODE / floor)
        if (texts := list(untranslated(file.read_text(encoding="utf-8"))))
    }
    assert not found


def test_the_finder_of_texts_finds_them() -> None:
    source = 'label.setText("Open")\nreturn f"{n} slices found"\nlog.info("Not shown here")'
    assert [text for _, text in untranslated(source)] == ["Open", " slices found"]


def test_no_text_is_put_together_before_it_is_translated() -> None:
    assert not [where for where, _, is_in_f_string in marked() if is_in_f_string]


def test_every_text_of_the_code_is_in_the_german_file_and_no_other() -> None:
    in_code, in_file = {text: where for where, text, _ in marked()}, set(messages())
    missing = {where: text for text, where in in_code.items() if text not in in_file}
    assert not missing, "run make translations"
    assert not in_file - in_code.keys()


def test_every_text_has_a_finished_german_translation() -> None:
    unfinished = [
        text
        for text, german in messages().items()
        if german.get("type") or not (german.text or "").strip()
    ]
    assert not unfinished


def test_every_translation_has_the_values_of_its_text() -> None:
    for text, german in messages().items():
        if "{" in text:
            assert values_in(german.text or "") == values_in(text), text


def test_every_translation_keeps_the_ends_of_its_text() -> None:
    for text, element in messages().items():
        german = element.text or ""
        for end in ("…", ".", ":", "?", "\n"):
            assert german.endswith(end) == text.endswith(end), text
        assert german.count("\n") == text.count("\n"), text
        assert re.findall(r"\*\.\w+", german) == re.findall(r"\*\.\w+", text), text


def test_the_compiled_translations_are_those_of_the_file() -> None:
    compiled = QTranslator()
    assert compiled.load(str(GERMAN.with_suffix(".qm")))
    for text, german in messages().items():
        assert compiled.translate("", text) == german.text, "run make translations"


def test_names_that_come_from_data_are_translated() -> None:
    names = {preset.name for preset in window_presets()} | set(DEEPLESION_TYPES.values())
    assert names <= messages().keys()
