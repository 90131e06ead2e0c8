"""A page as its reader has it: blocks of text under their headings, rows under their columns.

Here: reading HTML with the standard library, Markdown by way of HTML, a mail's plain text by its
blank lines. Not here: what any of it says (``claims``).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from markdown_it import MarkdownIt

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "caption",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "thead",
        "tr",
        "ul",
    ]
)
VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)
BOXES = frozenset({"span", "small"})
CELLS = frozenset({"td", "th"})
UNREAD = frozenset({"style", "script", "template", "head"})
HEADINGS = ("h1", "h2", "h3", "h4", "summary", "dt", "caption")
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


@dataclass(frozen=True)
class Block:
    """A piece of text that is read at once, and what it stands under.

    Attributes:
        tag: The element it is in, ``p``, ``li``, ``h3``; ``alt`` for the text of a picture.
        text: What it says.
        under: The last heading of each level above it, by tag.
        ids: The ids of the elements it is in, outermost first.
    """

    tag: str
    text: str
    under: dict[str, str]
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A row of a table: its texts, and those of its columns' heads."""

    heads: tuple[str, ...]
    cells: tuple[str, ...]
    under: dict[str, str]
    ids: tuple[str, ...] = ()
    spans_all: bool = False


@dataclass(frozen=True)
class Drawing:
    """An SVG inside a page, as it is written."""

    source: str
    under: dict[str, str]
    ids: tuple[str, ...] = ()


Piece = Block | Row | Drawing


@dataclass
class _Open:
    tag: str
    element_id: str = ""


@dataclass
class _Table:
    heads: tuple[str, ...] = ()
    cells: list[str] | None = None
    n_heads: int = 0
    is_layout: bool = False

    def add(self, text: str) -> None:
        if self.cells is not None:
            self.cells.append(text)


@dataclass
class _Reader(HTMLParser):
    """Reads a page piece by piece, in the order in which it is shown."""

    pieces: list[Piece] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[_Open] = []
        self._text: list[str] = []
        self._under: dict[str, str] = {}
        self._tables: list[_Table] = []
        self._drawing: list[str] = []
        self._unread = 0
        self._has_just_closed = False

    @property
    def _is_in_cell(self) -> bool:
        return bool(self._tables) and self._tables[-1].cells is not None

    @property
    def _ids(self) -> tuple[str, ...]:
        return tuple(element.element_id for element in self._open if element.element_id)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._drawing or tag == "svg":
            self._flush("p")
            written = self.get_starttag_text() or ""
            self._drawing.append(f"<{tag}{written[len(tag) + 1 :]}")
            return
        named = {name: value or "" for name, value in attrs}
        self._unread += tag in UNREAD
        if tag in BLOCKS:
            self._flush(self._tag)
        elif self._has_just_closed or (tag in BOXES and self._is_in_cell):
            self._text.append(" ")  # two boxes side by side are not one word
        if tag not in VOID:
            self._open.append(_Open(tag, named.get("id", "")))
        if tag == "img" and named.get("alt"):
            self.pieces.append(Block("alt", named["alt"], dict(self._under), self._ids))
        self._start_table(tag, is_layout=named.get("role") == "presentation")

    def _start_table(self, tag: str, *, is_layout: bool) -> None:
        if tag == "table":
            self._tables.append(_Table(is_layout=is_layout))
        elif self._tables and self._tables[-1].is_layout:
            if tag in CELLS:
                self._flush("p")
        elif tag == "tr" and self._tables:
            self._tables[-1].cells, self._tables[-1].n_heads = [], 0
        elif tag in CELLS and self._tables:
            self._text.clear()
            self._tables[-1].n_heads += tag == "th"

    def handle_endtag(self, tag: str) -> None:
        if self._drawing:
            self._drawing.append(f"</{tag}>")
            if tag == "svg":
                self.pieces.append(Drawing("".join(self._drawing), dict(self._under), self._ids))
                self._drawing = []
            return
        self._unread -= tag in UNREAD
        self._has_just_closed = tag in BOXES
        if tag in CELLS and self._is_in_cell:
            self._tables[-1].add(_joined(self._text))
            self._text.clear()
        elif tag in BLOCKS or tag in CELLS:
            self._flush(tag)
        self._end_table(tag)
        while self._open and self._open.pop().tag != tag:
            pass

    def _end_table(self, tag: str) -> None:
        if tag == "tr" and self._is_in_cell:
            table = self._tables[-1]
            cells = tuple(table.cells or ())
            if table.n_heads == len(cells) > 1 and not table.heads:
                table.heads = cells
            else:
                row = Row(table.heads, cells, dict(self._under), self._ids, len(cells) == 1)
                self.pieces.append(row)
            table.cells = None
        elif tag == "table" and self._tables:
            self._tables.pop()

    def handle_data(self, data: str) -> None:
        if self._drawing:
            self._drawing.append(data.replace("&", "&amp;").replace("<", "&lt;"))
        elif not self._unread:
            if self._has_just_closed and data[:1].isalnum():
                self._text.append(" ")
            self._has_just_closed = False
            self._text.append(data)

    @property
    def _tag(self) -> str:
        return next((element.tag for element in reversed(self._open) if element.tag in BLOCKS), "p")

    def _flush(self, tag: str) -> None:
        if self._is_in_cell:
            self._text.append(" ")
            return
        text = _joined(self._text)
        self._text.clear()
        if not text:
            return
        if tag in HEADINGS:
            rank = HEADINGS.index(tag)
            self._under = {k: v for k, v in self._under.items() if HEADINGS.index(k) < rank}
            self._under[tag] = text
        self.pieces.append(Block(tag, text, dict(self._under), self._ids))


def _joined(texts: list[str]) -> str:
    return " ".join(re.split(r"[ \t\n\r]+", "".join(texts).strip(" \t\n\r")))


def read_html(page: str) -> list[Piece]:
    """Return the pieces of a page, in the order in which it is shown."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.pieces


def read_markdown(page: str) -> list[Piece]:
    """Return the pieces of a page written in Markdown, as a browser shows it."""
    return read_html(MARKDOWN.render(page))


def read_plain(text: str) -> list[Piece]:
    """Return the paragraphs and items of a plain text, under headings underlined or in capitals."""
    under: dict[str, str] = {}
    pieces: list[Piece] = []
    for paragraph in _paragraphs(text):
        head, _, line = paragraph.partition("\n")
        if (line and not line.strip("=")) or (not line and head.isupper()):
            under = {"h2": head.strip()}
        elif head.startswith("[") and "]" in head:
            under = {"h2": under.get("h2", ""), "h3": _joined([paragraph])}
        tag = "h3" if head.startswith("[") else "p"
        text = re.sub(r"^\s*- |\n=+$", "", paragraph)
        pieces.append(Block(tag, _joined([text]), dict(under)))
    return pieces


def _paragraphs(text: str) -> Iterator[str]:
    """Yield what blank lines, dashes and labels set apart."""
    for part in re.split(r"\n\s*\n", text):
        lines: list[str] = []
        for line in part.splitlines():
            is_item = re.match(r"\s*(- |\[|À : |[^ ].* :$)", line) and "==" not in line
            if lines and is_item:
                yield "\n".join(lines)
                lines = []
            lines.append(line)
        if lines:
            yield "\n".join(lines)
