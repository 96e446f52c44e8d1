"""The language of the window: the reader's, the system's, Qt's own texts as well."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication, QComboBox, QDialogButtonBox
from pytestqt.qtbot import QtBot

from lesion_viewer.text import Text
from lesion_viewer.ui.settings import load_settings
from lesion_viewer.ui.texts import install_language, tr
from tests.ui.conftest import MakeWindow


@pytest.fixture(autouse=True)
def english_afterwards(qapp: QApplication) -> Iterator[None]:
    yield
    install_language("en")


@pytest.mark.parametrize(
    ("system", "shown"),
    [(["de-AT"], "Wie das System"), (["en-US", "de-DE"], "As the system"), (["fr", "de"], "Wie")],
)
def test_the_system_s_first_language_that_the_window_has_is_taken(
    system: list[str], shown: str, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QLocale, "uiLanguages", lambda locale: system)
    install_language("system")
    assert tr("As the system").startswith(shown)


def test_a_text_of_a_table_is_english_until_it_is_shown(qapp: QApplication) -> None:
    inner = Text("As the system")
    text = Text("{what}: {n:,}", what=inner, n=1200)
    install_language("de")
    assert text == "As the system: 1,200"
    assert tr(text) == "Wie das System: 1,200"
    assert tr("{what} {{", what=inner) == "Wie das System {"


def test_german_groups_digits_so_that_they_cannot_be_taken_for_decimals(
    qapp: QApplication,
) -> None:
    assert tr("Apply {n:,} changes", n=1200) == "Apply 1,200 changes"
    install_language("de")
    assert tr("Apply {n:,} changes", n=1200) == "1\u202f200 Änderungen übernehmen"
    assert tr("Opening {name} …", name="a_b.csv") == "a_b.csv wird geöffnet …"


def test_a_text_without_values_may_hold_braces(qapp: QApplication) -> None:
    assert tr("{n} of {") == "{n} of {"


def test_a_reader_chooses_german_and_has_it_from_the_next_start(
    qapp: QApplication, qtbot: QtBot, make_window: MakeWindow
) -> None:
    window = make_window()
    window.actions_by_id["file.settings"].trigger()
    dialog = qapp.activeModalWidget()
    assert dialog is not None
    languages = next(c for c in dialog.findChildren(QComboBox) if c.findData("de") >= 0)
    qtbot.keyClicks(languages, "Deutsch")
    buttons = dialog.findChild(QDialogButtonBox)
    buttons.button(QDialogButtonBox.StandardButton.Ok).click()
    assert load_settings().language == "de"

    install_language(load_settings().language)
    again = make_window()
    assert [menu.title() for menu in again.menus.values()][:2] == ["&Datei", "&Bearbeiten"]
    assert again.menus["File"].title() == "&Datei"
    again.actions_by_id["file.settings"].trigger()
    german = qapp.activeModalWidget()
    cancel = german.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Cancel)
    assert cancel.text().replace("&", "") == "Abbrechen"
