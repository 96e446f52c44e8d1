"""The language of the window: what is shown to the reader goes through ``tr``.

- ``tr("Open folder…")``, ``tr("{n} slices", n=3)``: now, in the reader's language. Never an
  f-string: what varies is named in braces.
- ``Text("Open folder…")`` of ``lesion_viewer.text``: in tables that are made on import, and on the
  floors below; ``tr(spec.text)`` where it is shown. ``add_actions`` does that itself.
- One and many: ``tr("1 slice") if n == 1 else tr("{n} slices", n=n)``.

``make translations`` takes all of them up in ``resources/translations``, where the German is
written. What comes from files (names of series, errors of readers) is shown as it is.
"""

from string import Formatter
from typing import Any

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from lesion_viewer.resource_files import resource_folder
from lesion_viewer.text import Text

LANGUAGES = {"system": Text("As the system"), "en": "English", "de": "Deutsch"}
"""Languages of the settings, and what each is called there."""

SOURCE = "en"
"""The language of the code, which needs no translation."""


def tr(text: str, /, **values: object) -> str:
    """A text in the reader's language; the English one where it has no translation.

    Parameters
    ----------
    text : str
        The English text, with names in braces where values are given; or a ``Text``.
    **values : object
        What stands in place of the names.

    Returns
    -------
    str
        As it is shown.
    """
    if isinstance(text, Text):
        values, text = {**text.values, **values}, text.template
    translated = QCoreApplication.translate("", text) if text else ""
    return _FORMATTER.vformat(translated, (), values) if values else translated


def capitalised(text: str) -> str:
    """A text with a capital first letter.

    Parameters
    ----------
    text : str
        Such as a status.

    Returns
    -------
    str
        The rest is as it was: German nouns keep their capitals.
    """
    return text[:1].upper() + text[1:]


def install_language(language: str) -> None:
    """Show what the application makes from now on in a language, Qt's own texts as well.

    Parameters
    ----------
    language : str
        A key of ``LANGUAGES``; what is unknown is taken for ``system``.
    """
    application = QCoreApplication.instance()
    assert application is not None
    for before in application.findChildren(QTranslator):
        application.removeTranslator(before)
        before.deleteLater()
    spoken = _spoken(language)
    qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    ours = str(resource_folder() / "translations")
    for name, folder in (("qtbase", qt), ("lesion-viewer", ours)):
        translator = QTranslator(application)
        if spoken != SOURCE and translator.load(f"{name}_{spoken}", folder):
            application.installTranslator(translator)


def _spoken(language: str) -> str:
    """Of the system's languages, in its order, the first one that the window has."""
    if language in LANGUAGES and language != "system":
        return language
    wanted = (name.split("-")[0] for name in QLocale.system().uiLanguages())
    return next((name for name in wanted if name in LANGUAGES), SOURCE)


class _Shown(Formatter):
    """Fills in values; those that are a ``Text`` are translated first.

    A translation groups digits by thin spaces where it writes ``{n:_}`` for ``{n:,}``: with the
    decimal point, which all languages keep, a German reader would take 1,234 for a fraction.
    """

    def get_field(self, name: str, args: Any, kwargs: Any) -> tuple[Any, Any]:
        value, key = super().get_field(name, args, kwargs)
        return tr(value) if isinstance(value, Text) else value, key

    def format_field(self, value: Any, format_spec: str) -> str:
        text: str = super().format_field(value, format_spec)
        return text.replace("_", "\u202f") if format_spec.startswith("_") else text


_FORMATTER = _Shown()
