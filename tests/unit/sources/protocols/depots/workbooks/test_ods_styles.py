"""The styles of ODS, as the format codes that they stand for."""

from xml.etree import ElementTree as ET

import pytest

from sources.protocols.depots.workbooks.ods_styles import ods_styles

NAMES = (
    'xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
)
CELL = (
    '<style:style style:name="ce1" style:family="table-cell" style:parent-style-name="Default" '
    'style:data-style-name="N1"/>'
)
NUMBER = '<number:number number:decimal-places="{}" number:min-integer-digits="1" {}/>'
PART = '<number:number-style style:name="N1P0"><number:text>s.s</number:text></number:number-style>'


def code(body: str, kind: str = "number", maps: str = "") -> str:
    style = f'<number:{kind}-style style:name="N1">{body}{maps}</number:{kind}-style>'
    root = ET.fromstring(f"<styles {NAMES}>{PART}{style}{CELL}</styles>")  # noqa: S314 our own
    (found,) = ods_styles([root]).of_cell("ce1")
    return found


def rule(condition: str) -> str:
    return f'<style:map style:condition="{condition}" style:apply-style-name="N1P0"/>'


@pytest.mark.parametrize(
    ("body", "kind", "maps", "expected"),
    [
        (NUMBER.format(0, ""), "number", "", "0"),
        (NUMBER.format(2, 'number:grouping="true"'), "number", "", "#,##0.00"),
        (NUMBER.format(3, 'number:min-decimal-places="1"'), "number", "", "0.0##"),
        (NUMBER.format(0, 'number:display-factor="1000"'), "number", "", "0,"),
        (NUMBER.format(1, 'number:display-factor="1000000"'), "number", "", "0.0,,"),
        (NUMBER.format(0, 'number:display-factor="10"'), "number", "", "[?]"),
        ('<number:number number:min-integer-digits="1"/>', "number", "", "General"),
        (f"{NUMBER.format(1, '')}<number:text> %</number:text>", "percentage", "", '0.0" "%'),
        (f"{NUMBER.format(0, '')}<number:text> %</number:text>", "number", "", '0" %"'),
        (NUMBER.format(0, ""), "number", rule("value()&lt;5"), '[<5]"s.s";0'),
        (NUMBER.format(0, ""), "number", rule("value()&gt;=0"), '"s.s";0'),
        (NUMBER.format(0, ""), "number", rule("peut-être()"), '[?]"s.s";0'),
        ("", "number", "", '""'),
        ("<number:text-content/>", "text", "", "@"),
        ("<number:fraction/>", "number", "", "[?]"),
        ("<number:year/><number:text>-</number:text><number:month/>", "date", "", 'yyyy"-"mm'),
    ],
)
def test_a_data_style_is_the_code_that_xlsx_would_write(
    body: str, kind: str, maps: str, expected: str
) -> None:
    assert code(body, kind, maps) == expected


def test_a_cell_style_takes_the_format_of_its_parent_and_of_its_conditions() -> None:
    styles = (
        '<style:style style:name="ce2" style:family="table-cell" style:parent-style-name="ce1">'
        '<style:map style:condition="x" style:apply-style-name="ce3"/></style:style>'
        '<style:style style:name="ce3" style:family="table-cell" style:data-style-name="N1P0"/>'
    )
    style = f'<number:number-style style:name="N1">{NUMBER.format(0, "")}</number:number-style>'
    root = ET.fromstring(f"<styles {NAMES}>{PART}{style}{CELL}{styles}</styles>")  # noqa: S314 idem
    found = ods_styles([root])
    assert found.of_cell("ce2") == ("0", '"s.s"')
    assert found.of_cell("unheard of") == ("General",)
