"""What comes from outside reads, once rendered, as the very text that it was."""

import re
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from orchestration.indicator_pages.markdown_templates import as_code, environment
from orchestration.reporting.markdown import escaped

HOSTILE = [
    "<script>alert(1)</script>",
    "[clic](javascript:alert(1)) ![img](http://ailleurs.example/x.png)",
    "**gras** _italique_ ~~barré~~ `code`",
    "| une | cellule | de plus |",
    "# titre",
    "- liste",
    "1. liste",
    "&lt;b&gt; &amp;amp;",
    "https://ailleurs.example et www.ailleurs.example et a@b.example",
    "$\\alpha$ \\* échappé",
]


class Text(HTMLParser):
    """The visible text of a page, and its elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        del attrs
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.words.append(data)


def rendered(markdown: str) -> Text:
    return Text(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_paragraph_says_what_the_text_says_and_no_more(text: str) -> None:
    page = rendered(escaped(text))
    assert page.tags == ["p"]
    assert "".join(page.words).strip().replace("\xa0", " ") == text


@pytest.mark.parametrize("text", HOSTILE)
def test_a_cell_stays_one_cell(text: str) -> None:
    page = rendered(f"| a | b |\n|---|---|\n| {escaped(text)} | fin |\n")
    assert page.tags.count("td") == 2
    assert not {"a", "img", "script", "em", "strong", "code"} & set(page.tags)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_becomes_a_link_by_itself(text: str) -> None:
    assert not re.search(r"(?i)://|www\.|@", escaped(text))


def test_a_line_break_does_not_forge_a_section() -> None:
    assert rendered(escaped("fin\n\n## Autre")).tags == ["p"]


def test_every_value_of_a_template_is_escaped() -> None:
    written = environment().from_string("- {{ text }}").render(text="*a* <b>")
    assert written == "- \\*a\\* &lt;b&gt;"


@pytest.mark.parametrize("name", ["a`b", "a b", "a](b", "", "a|b"])
def test_only_a_name_goes_without_escaping(name: str) -> None:
    assert as_code("models/fiche_1a/1A4_pcrh_te.sql") == "models/fiche_1a/1A4_pcrh_te.sql"
    with pytest.raises(ValueError, match="échappement"):
        as_code(name)
