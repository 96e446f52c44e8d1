"""A report as text and as HTML."""

from base64 import b64encode
from collections.abc import Sequence
from html import escape
from pathlib import Path
from textwrap import wrap

from lesion_viewer import NOT_A_DEVICE
from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.report.report_content import (
    TITLE,
    LesionText,
    ReportContent,
    image_text,
)
from lesion_viewer.system.atomic_files import save_bytes

WIDTH = 90
"""Characters a line of the text."""

PICTURE_PX = 310
PICTURES_A_ROW = 2
STYLE = """
body { font-family: sans-serif; font-size: 10pt; color: #222; }
h1 { font-size: 16pt; } h2 { font-size: 12pt; } h3 { font-size: 10pt; }
th { text-align: left; background: #eee; }
.foot { font-size: 8pt; color: #555; }
"""


def report_text(content: ReportContent) -> str:
    """A report as plain text, to be pasted.

    Parameters
    ----------
    content : ReportContent
        What it says.

    Returns
    -------
    str
        Lines of at most ``WIDTH`` characters.
    """
    lines = [TITLE.upper(), NOT_A_DEVICE, ""]
    for name, value in content.head:
        lines += wrap(f"{name}: {value}", WIDTH, subsequent_indent="    ")
    lines += ["", "FINDINGS"]
    for text in content.lesions:
        number = f"{text.lesion.number}. "
        indent = " " * len(number)
        lines += wrap(number + " ".join(text.sentences), WIDTH, subsequent_indent=indent)
    lines += [*([] if content.lesions else ["None."]), "", "SUMMARY"]
    lines += wrap(" ".join(content.summary), WIDTH)
    lines.append("")
    for sentence in content.foot:
        lines += wrap(sentence, WIDTH)
    return "\n".join(lines) + "\n"


def report_html(content: ReportContent) -> str:
    """A report as one HTML page with its pictures in it.

    It uses no more of HTML and CSS than Qt's documents know, from which the PDF is made.

    Parameters
    ----------
    content : ReportContent
        What it says.

    Returns
    -------
    str
        The page.
    """
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="en"><head><meta charset="utf-8"><title>{TITLE}</title>',
        f"<style>{STYLE}</style></head><body><h1>{TITLE}</h1>",
        f"<p>{escape(NOT_A_DEVICE)}</p>",
        _rows([(escape(name), escape(value)) for name, value in content.head]),
        "<h2>Findings</h2>",
    ]
    if content.lesions:
        parts.append(_lesions(content.lesions))
    else:
        parts.append("<p>None.</p>")
    parts += ["<h2>Summary</h2>", f"<p>{escape(' '.join(content.summary))}</p>"]
    parts += _key_images([text for text in content.lesions if text.lesion.picture])
    parts.append(f'<p class="foot">{"<br>".join(map(escape, content.foot))}</p></body></html>')
    return "\n".join(parts)


def save_report(content: ReportContent, path: Path) -> str:
    """Write a report as the file's name says: ``.txt``, else ``.html``.

    Parameters
    ----------
    content : ReportContent
        What it says.
    path : Path
        File to write.

    Returns
    -------
    str
        How many lesions it has, as a text: ``3 lesions``.

    Raises
    ------
    ExchangeError
        Where it cannot be written, or is to be of another kind.
    """
    match path.suffix.lower():
        case ".txt":
            text = report_text(content)
        case ".html" | ".htm":
            text = report_html(content)
        case suffix:
            raise ExchangeError(f"{path.name}: a report is a .html, .txt or .pdf, not {suffix}")
    save_bytes(path, text.encode("utf-8", "replace"))
    return counted(content)


def counted(content: ReportContent) -> str:
    """How many lesions a report has.

    Parameters
    ----------
    content : ReportContent
        What it says.

    Returns
    -------
    str
        Such as ``3 lesions``.
    """
    count = len(content.lesions)
    return "1 lesion" if count == 1 else f"{count} lesions"


def _lesions(lesions: tuple[LesionText, ...]) -> str:
    titles = ["No.", "Lesion", "Slice", "Size", "Mean HU", "Volume", "Change", "How found"]
    rows = [
        (
            str(text.lesion.number),
            _with_note(text),
            text.slice_text,
            text.size_text,
            text.hu_text.removesuffix(" HU"),
            text.volume_text,
            text.lesion.change,
            text.found_text,
        )
        for text in lesions
    ]
    used = [n for n, cells in enumerate(zip(*rows, strict=True)) if any(cells)]
    shown = [[escape(row[n]).replace("\n", "<br>") for n in used] for row in rows]
    return _rows(shown, [titles[n] for n in used])


def _with_note(text: LesionText) -> str:
    note = text.lesion.finding.note
    return f"{text.title}\nNote: {note}" if note else text.title


def _key_images(lesions: list[LesionText]) -> list[str]:
    """The pictures, from a new page on where they are printed."""
    if not lesions:
        return []
    figures = [_figure(text) for text in lesions]
    rows = [figures[n : n + PICTURES_A_ROW] for n in range(0, len(figures), PICTURES_A_ROW)]
    return ['<h2 style="page-break-before: always">Key images</h2>', _rows(rows)]


def _figure(text: LesionText) -> str:
    lesion = text.lesion
    window = f"W {lesion.window.width:g} L {lesion.window.level:g}"
    place = image_text(lesion.place)
    caption = f"{lesion.number}. {text.title}, {text.size_text}; {place}; {window}"
    source = f"data:image/png;base64,{b64encode(lesion.picture).decode()}"
    image = f'<img width="{PICTURE_PX}" alt="{escape(caption)}" src="{source}">'
    return f"{image}<br>{escape(caption)}"


def _rows(rows: Sequence[Sequence[str]], titles: Sequence[str] = ()) -> str:
    head = "".join(f"<th>{title}</th>" for title in titles)
    body = "\n".join(
        "<tr>" + "".join(f'<td valign="top">{cell}</td>' for cell in row) + "</tr>" for row in rows
    )
    border = ' border="1"' if titles else ""
    lines = f"<tr>{head}</tr>\n{body}" if head else body
    return f'<table{border} cellspacing="0" cellpadding="4">\n{lines}</table>'
