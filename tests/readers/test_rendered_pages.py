"""Pages are read as they are shown: blocks, rows, headings, boxes that stand side by side."""

from tests.readers.rendered_pages import Block, Row, read_html, read_markdown, read_plain


def test_a_page_is_read_under_its_headings() -> None:
    page = "<style>x</style><h2>À traiter</h2><p>Un <b>mot</b>.</p><ul><li>Un point</li></ul>"
    assert read_html(page) == [
        Block("h2", "À traiter", {"h2": "À traiter"}),
        Block("p", "Un mot.", {"h2": "À traiter"}),
        Block("li", "Un point", {"h2": "À traiter"}),
    ]


def test_a_row_knows_its_columns_and_a_layout_is_no_table() -> None:
    table = (
        "<table><tr><th>Zone</th><th>2024</th></tr><tr><th>A</th><td>1<small>x</small></td></tr>"
    )
    layout = f'<table role="presentation"><tr><td>Texte {table}</table></td></tr></table>'
    text, row = read_html(layout)
    assert isinstance(text, Block)
    assert isinstance(row, Row)
    assert (text.text, row.heads, row.cells) == ("Texte", ("Zone", "2024"), ("A", "1 x"))


def test_markdown_and_plain_text_are_read_alike() -> None:
    (row,) = [
        piece
        for piece in read_markdown("| Zone | 2024 |\n|:--|--:|\n| A | 1 |")
        if isinstance(piece, Row)
    ]
    assert (row.heads, row.cells) == (("Zone", "2024"), ("A", "1"))
    read = read_plain("À SAVOIR\n========\n\n- Un point\n  qui dure\n- Un autre\n")
    assert [piece.text for piece in read if isinstance(piece, Block)] == [
        "À SAVOIR",
        "Un point qui dure",
        "Un autre",
    ]


def test_a_plain_text_has_its_headings_underlined_or_in_capitals() -> None:
    under = {"Sources": "SOURCES EN DIFFICULTÉ", "Une décision": "Décisions"}
    pieces = read_plain(
        "SOURCES EN DIFFICULTÉ\n\n- Sources\n\nDécisions\n=====\n\n- Une décision\n"
    )
    found = {piece.text: piece.under.get("h2") for piece in pieces if isinstance(piece, Block)}
    assert found.items() >= under.items()
