"""What a sender downloads: a template in XLSX, and the lines of a printable form."""

import io
from collections.abc import Sequence

import xlsxwriter

from gateway.sheets import Sheet
from gateway.texts import Texts

__all__ = ["LINES", "lines", "template"]

LINES = 25


def template(sheet: Sheet, texts: Texts) -> bytes:
    """An empty sheet under its Indonesian headings, and a guide with an example of each column."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        bold, plain = (
            book.add_format({"bold": True, "bg_color": "#e6f2ee", "border": 1}),
            book.add_format({"num_format": "@"}),
        )
        data = book.add_worksheet("Data")
        for place, column in enumerate(sheet.columns):
            data.write_string(0, place, column.id, bold)
            # Cells of text: Excel must not take a document number for a figure, nor turn days and months around.
            data.set_column(place, place, max(14, len(column.id) + 2), plain)
        data.freeze_panes(1, 0)
        guide = book.add_worksheet(texts("sheet.guide"))
        for place, key in enumerate(("heading", "english", "example", "required")):
            guide.write_string(0, place, texts(f"sheet.{key}"), bold)
        guide.set_column(0, 3, 24)
        for number, column in enumerate(sheet.columns, 1):
            needed = texts("answer.yes") if column.required else ""
            for place, said in enumerate((column.id, column.en, column.example, needed)):
                guide.write_string(number, place, said)
    return out.getvalue()


def lines(book: str, first: int, number: int) -> Sequence[str]:
    """The numbers printed on a form: `<book>/<line>`, as the ids of its events begin."""
    return [f"{book}/{line}" for line in range(first, first + number)]
