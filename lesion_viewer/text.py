"""Texts that the window shows in the reader's language, said where there is no Qt."""

from typing import Self


class Text(str):
    """An English text that is translated when it is shown; until then an ordinary ``str``.

    Its first argument is written out, so that ``make translations`` finds it; what varies is
    named in braces and given beside it: ``Text("{n} slices were read", n=3)``.

    Attributes
    ----------
    template : str
        The English text as it is written, with names in braces.
    values : dict[str, object]
        What stands in place of the names; a ``Text`` among them is translated as well.
    """

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:  # noqa: D102
        text = super().__new__(cls, template.format(**values) if values else template)
        text.template, text.values = template, values
        return text
