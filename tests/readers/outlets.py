"""What a night leaves for people to read: the report, both parts of the mail, findings, decisions.

Here: which files there are, and what each piece of them stands under. Not here: what is so
(``station_truth``), how a sentence is read (``claims``).
"""

import email
import email.policy
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

from orchestration.reporting.templating import PRINTED_PAGE
from tests.readers import drawn_marks, printed_claims
from tests.readers.claims.claim_reading import CardScope
from tests.readers.discrepancies import Discrepancy, Place, of_row, of_sentence
from tests.readers.french_numerals import read_sentence, shows
from tests.readers.old_doubts import old_doubts
from tests.readers.rendered_pages import (
    Block,
    Drawing,
    Piece,
    Row,
    read_html,
    read_plain,
)
from tests.readers.station_truth import TOTAL, CellKey, StationTruth, bare, cell_key, cells_in
from tests.readers.unmoved_findings import ages, unmoved

PAST = re.compile(r"décisions?", re.IGNORECASE)
INDICATORS = re.compile(r"indicateurs", re.IGNORECASE)
PRINTED = re.compile(r"bilan imprimé", re.IGNORECASE)
LISTED = re.compile(r"en bref|à savoir", re.IGNORECASE)
"""Sections whose tables have a finding a row, under no card of its own."""
FOLDED = re.compile(
    r"([\d\u202f]+)[ \xa0](?:constats? (que le rapport précédent|déjà dits?)|indicateurs? inchangé)"
)
AGE = re.compile(r"depuis ((\d+) jours?), ")
COLUMNS = re.compile(r"(?:Territoire|Catégorie|Période) : (.+)")
SOURCES = re.compile(r"sources|extraits|boîte de dépôt", re.IGNORECASE)
"""Sections about files: what they count is of no observation."""


def of_report(truth: StationTruth) -> Iterator[Discrepancy]:
    """Read the page of the report in force."""
    path = truth.home / "reports" / "current" / "index.html"
    place = Place("rapport", "reports/current/index.html")
    yield from of_pieces(place, read_html(path.read_text("utf-8")), truth)


def of_printed_page(truth: StationTruth) -> Iterator[Discrepancy]:
    """Read the page of what does not hold together in the printed report."""
    report = truth.home / "reports" / "current"
    if f'href="{PRINTED_PAGE}"' not in (report / "index.html").read_text("utf-8"):
        return
    place = Place("bilan imprimé", f"reports/current/{PRINTED_PAGE}")
    for piece in read_html((report / PRINTED_PAGE).read_text("utf-8")):
        if not isinstance(piece, Drawing):
            text = " | ".join(piece.cells) if isinstance(piece, Row) else piece.text
            yield from printed_claims.of_text(place, text, truth)


def of_findings_file(truth: StationTruth) -> Iterator[Discrepancy]:
    """Read the findings as programs do: titles, sentences, and the values beside their periods."""
    place = Place("findings.json", "reports/current/findings.json")
    for finding in truth.findings.values():
        scope = finding_scope(finding, truth)
        for name in ("title", "question"):
            yield from of_sentence(place, finding[name], scope, truth)
        for paragraph in finding["explanation"].split("\n\n"):
            yield from of_sentence(place, paragraph, scope, truth)
        yield from _of_numbers(place, finding, truth)


def _of_numbers(
    place: Place, finding: dict[str, Any], truth: StationTruth
) -> Iterator[Discrepancy]:
    """Each value beside its cell is, or was, its value; the state of each is the gate's."""
    for key, told in cells_in(finding.get("numbers", [])):
        tonight = told.get("vintage", "tonight") == "tonight"
        value, so = told.get("value"), truth.values(key, ever=not tonight)
        if value is not None and value not in so:
            yield place.found(finding["title"], f"{value:g}, {key.period}", f"il y a {so}")
    for number in finding.get("numbers", []):
        for key, _ in cells_in({"now": number["now"]}):
            if (number["publication"] == "held") != (key in truth.held):
                state = "retient" if key in truth.held else "ne retient pas"
                told = f"{number['publication']}, {' '.join(key)}"
                yield place.found(finding["title"], told, f"la publication {state} cette cellule")


def of_decisions(truth: StationTruth) -> Iterator[Discrepancy]:
    """Read the records of decisions: their titles speak of what was known when they were signed."""
    place = Place("registre des décisions", "register.sqlite")
    for decision in truth.decisions:
        scope = CardScope(
            decision["indicator"], truth.region, period=decision["time_period"], ever=True
        )
        yield from of_sentence(place, decision["title"], scope, truth)
        for figure in json.loads(decision["figures"]):
            yield from _of_signed(place, decision, figure, truth)


def _of_signed(
    place: Place, decision: dict[str, str], figure: dict[str, Any], truth: StationTruth
) -> Iterator[Discrepancy]:
    """Each value that was signed is one that its cell has had; so is the one before."""
    key = cell_key(figure["cell"])
    value = figure["value"]
    if value is not None and float(str(value)) not in truth.values(key, ever=True):
        yield place.found(decision["title"], f"{value}", f"{' '.join(key)} n'a jamais valu cela")


def of_mail(truth: StationTruth) -> Iterator[Discrepancy]:
    """Read both parts of the last mail, and what its subject says."""
    for part, pieces in mail_parts(truth):
        if part == "objet du courriel":
            for piece in pieces:
                if isinstance(piece, Block):
                    yield from _of_summary(Place(part, "outbox"), piece, CardScope(), truth)
        else:
            yield from of_pieces(Place(part, "outbox"), pieces, truth)


def mail_parts(truth: StationTruth) -> Iterator[tuple[str, list[Piece]]]:
    """Yield the subject and each part of the last mail, in pieces."""
    outbox = truth.home / "outbox"
    mails = sorted([*outbox.glob("*.eml"), *outbox.glob("sent/*.eml")], key=lambda path: path.name)
    read_mails = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in mails
    ]
    for message in [mail for mail in read_mails if _may_be_of_release(mail, truth)][-1:]:
        yield "objet du courriel", [Block("p", message["Subject"], {})]
        for kind, read in (("plain", read_plain), ("html", read_html)):
            body = message.get_body((kind,))
            if body is not None:
                yield f"courriel ({kind})", read(body.get_content())


def _may_be_of_release(mail: EmailMessage, truth: StationTruth) -> bool:
    """Whether a mail tells no other release than the one in force, whose numbers were others."""
    body = mail.get_body(("plain",))
    text = body.get_content() if body else ""
    told = set(re.findall(r"\b[0-9]{8}T[0-9]{6,12}Z", text))
    return not told or (truth.home / "releases" / "current").resolve().name in told


def finding_scope(finding: dict[str, object], truth: StationTruth) -> CardScope:
    """Return what a card is about: what its title names, and the periods that it compares."""
    title = read_sentence(str(finding["title"]), truth.lexicon).tokens
    areas = [code for token in title if token.kind == "A" for code in token.codes]
    categories = [code for token in title if token.kind == "C" for code in token.codes]
    indicator = str(finding["indicator"])
    known = [area for area in areas if any(k.indicator == indicator and k.area == area
                                           for k in truth.cells)]  # fmt: skip
    return CardScope(
        indicator=indicator,
        area=(known or areas or [truth.region])[0],
        category=categories[0] if categories else TOTAL,
        period=str(finding["time_period"]),
        period_before=str(finding["period_before"] or ""),
        finding=str(finding["finding_id"]),
    )


def of_pieces(place: Place, pieces: Iterable[Piece], truth: StationTruth) -> Iterator[Discrepancy]:
    """Read the pieces of a report or of a mail, each under its card."""
    cards = {bare(line["title"]): reference for reference, line in truth.findings.items()}
    subject, columns = "", list[str]()
    for piece in pieces:
        if isinstance(piece, Block) and (named := COLUMNS.fullmatch(piece.text)):
            columns = named[1].split(" puis ")
            continue
        subject = _subject(piece, subject, truth)
        scope = _scope(piece, cards, truth)
        scope = scope if scope.finding else replace(scope, indicator=subject)
        if isinstance(piece, Drawing):
            yield from drawn_marks.of_drawing(place, piece.source, scope, truth)
        elif isinstance(piece, Row):
            yield from _of_row(place, piece, scope, truth)
        elif not SOURCES.search(piece.under.get("h2", "")):
            yield from _of_block(place, piece, scope, columns, truth)


def _subject(piece: Piece, before: str, truth: StationTruth) -> str:
    """Return the indicator that was named last, in this piece or in one before it."""
    if not isinstance(piece, Block):
        return before
    tokens = read_sentence(piece.text, truth.lexicon).tokens
    named = [code for token in tokens if token.kind == "I" for code in token.codes]
    return "" if piece.tag == "h2" else (named or [before])[-1]


def _scope(piece: Piece, cards: dict[str, str], truth: StationTruth) -> CardScope:
    references = [name.removeprefix("constat-") for name in piece.ids if "constat-" in name]
    if isinstance(piece, Row):
        references += [cards[title] for title in map(bare, piece.cells[:1]) if title in cards]
    title = bare(re.sub(r"^\[\w+\] ", "", piece.under.get("h3", "")))
    named = [reference for card, reference in cards.items() if card and title.startswith(card)]
    reference = next(iter([*references, *named]), "")
    is_past = bool(PAST.search(piece.under.get("h2", "")))
    if reference not in truth.findings or is_past:
        return CardScope(area=truth.region, ever=is_past)
    return finding_scope(truth.findings[reference], truth)


def _of_block(
    place: Place, block: Block, scope: CardScope, columns: list[str], truth: StationTruth
) -> Iterator[Discrepancy]:
    section = block.under.get("h2", "")
    if block.tag == "caption":
        return
    if folded := FOLDED.match(block.text):
        yield from _of_folded(place, block, folded, truth)
        return
    if (age := AGE.search(block.text)) and int(age[2]) not in ages(truth.home):
        yield place.found(block.text, age[1], "aucune publication n'a cet âge")
    block = replace(block, text=AGE.sub("depuis ", block.text))
    if PRINTED.search(section):
        yield from printed_claims.of_text(place, block.text, truth)
    elif INDICATORS.fullmatch(section):
        yield from _of_released(place, block.text, truth)
    elif block.tag == "alt":
        yield from drawn_marks.of_alternative(place, block.text, scope, truth)
    elif block.tag in {"dd", "h1"} or "indicateurs" in block.text:
        yield from _of_summary(place, block, scope, truth)
    elif line := re.match(r"(.+) : (.+?)(?: puis (.+))?$", _tabled(block.text, scope)):
        heads = columns or [scope.period_before, scope.period]
        yield from _of_plain_row(place, line, scope, heads, truth)
    else:
        yield from of_sentence(place, block.text, scope, truth)


def _of_folded(
    place: Place, block: Block, folded: re.Match[str], truth: StationTruth
) -> Iterator[Discrepancy]:
    """What the page folds: what the report before had already, and what did not change."""
    states = [state["state"] for state in truth.manifest["indicators"].values()]
    if folded[2]:
        so = unmoved(truth.home)["held" if folded[2].startswith("que") else "known"]
    else:
        so = states.count("unchanged")
    # A finding that was decided since is not told as the report before did.
    if not 0 < int(re.sub(r"\D", "", folded[1])) <= so:
        yield place.found(block.text, folded[1], f"il y en a {so} au plus")


def _tabled(text: str, scope: CardScope) -> str:
    """A line of a plain table, « Sarthe : 1 puis absent »; empty when it is none."""
    is_line = re.fullmatch(
        r"[^:]{2,90} : (?:[\d,\s\u202f\xa0−]+|absent|vide|masqué|sans objet|pas encore disponible)"
        r"(?: puis .{1,30}?)? ?(?:\(retenue?\))?",
        text,
    )
    return text if is_line and scope.indicator else ""


def _of_plain_row(
    place: Place, line: re.Match[str], scope: CardScope, heads: list[str], truth: StationTruth
) -> Iterator[Discrepancy]:
    """A line of a plain table, under the columns that its first line names."""
    values = [line[2], *([line[3]] if line[3] else [])]
    row = Row(("", *heads[-len(values) :]), (line[1], *values), {})
    yield from of_row(place, row, scope, truth)


def _of_row(place: Place, row: Row, scope: CardScope, truth: StationTruth) -> Iterator[Discrepancy]:
    section = row.under.get("h2", "")
    if PRINTED.search(section):
        yield from printed_claims.of_text(place, " | ".join(row.cells), truth)
    elif LISTED.search(section) and not any("constat-" in name for name in row.ids):
        if not scope.finding:
            yield place.found(" | ".join(row.cells), row.cells[0], "aucun constat n'a ce titre")
        for cell in row.cells:
            yield from of_sentence(place, cell, scope, truth)
    elif scope.finding:
        yield from of_row(place, row, scope, truth)
    elif INDICATORS.fullmatch(section):
        yield from _of_indicator(place, row, truth)
    elif PAST.search(section):
        for cell in row.cells:
            yield from of_sentence(place, cell, scope, truth)
    else:
        yield from _of_source(place, row, truth)


def _of_source(place: Place, row: Row, truth: StationTruth) -> Iterator[Discrepancy]:
    """A line about a source: its dates are those of its outcomes."""
    for cell in row.cells[1:]:
        if re.search(r"\d", cell) and "…" not in cell:
            yield from of_sentence(place, cell, CardScope(), truth)


def _of_indicator(place: Place, row: Row, truth: StationTruth) -> Iterator[Discrepancy]:
    """A line about an indicator: its verdicts, what is published of it, how many cells."""
    if row.spans_all:
        return
    tokens = read_sentence(row.cells[0], truth.lexicon).tokens
    codes = [code for token in tokens if token.kind == "I" for code in token.codes]
    if not codes:
        yield place.found(" | ".join(row.cells), row.cells[0], "aucun indicateur n'a ce nom")
        return
    for cell in row.cells[1:]:
        yield from _of_counts(place, cell, codes[0], truth)
        yield from _of_released(place, f"{codes[0]} : {cell}", truth)


COUNTS = {
    r"([\d\u202f\xa0]+) réussis?": ("verdicts", "pass"),
    r"([\d\u202f\xa0]+) échoués?": ("verdicts", "fail"),
    r"([\d\u202f\xa0]+) non évalués?": ("verdicts", "not_evaluated"),
    r"([\d\u202f\xa0]+) publiées?": ("indicators", "published"),
    r"([\d\u202f\xa0]+) retenues?": ("indicators", "held"),
    r"([\d\u202f\xa0]+) exclues?": ("indicators", "excluded"),
}


def _of_counts(
    place: Place, text: str, indicator: str, truth: StationTruth
) -> Iterator[Discrepancy]:
    for pattern, (kind, name) in COUNTS.items():
        for match in re.finditer(pattern, text):
            counts = (
                truth.verdicts[indicator]
                if kind == "verdicts"
                else truth.manifest["indicators"].get(indicator, {})
            )
            told = int(re.sub(r"\D", "", match[1]))
            if told != counts.get(name, 0):
                yield place.found(text, match.group(), f"il y en a {counts.get(name, 0)}")


def _of_released(place: Place, text: str, truth: StationTruth) -> Iterator[Discrepancy]:
    """What is said to be published: « 4 PCRH rupture 2024 », « MASA (agriculture) 1 % en 2023 »."""
    for pattern in COUNTS:
        text = re.sub(pattern, "", text)
    sentence = read_sentence(text, truth.lexicon)
    codes = [code for t in sentence.tokens if t.kind == "I" for code in t.codes]
    categories = [None if t.kind != "C" else next(iter(t.codes)) for t in sentence.tokens]
    for rank, token in enumerate(sentence.tokens):
        if token.kind != "V":
            continue
        after = [t for t in sentence.tokens[rank + 1 :] if t.kind in "PV"]
        beside = [c for c in categories[max(0, rank - 1) : rank + 2] if c] or [TOTAL]
        period = next(iter(after[0].codes)) if after and after[0].kind == "P" else ""
        keys = [CellKey(codes[0], truth.region, period, c) for c in beside] if codes else []
        figures = [truth.released[key] for key in keys if key in truth.released]
        if not any(shows(token, figure.value) for figure in figures):
            yield place.found(text, f"{token.text} {token.unit}", f"publié, {period} : {figures}")


FORGOTTEN = r"(\d+) doutes? (?:n'est|ne sont) à personne depuis (\d+) jours? ou plus\."


def _of_summary(
    place: Place, block: Block, scope: CardScope, truth: StationTruth
) -> Iterator[Discrepancy]:
    """The first sentence and the figures beside it: how many indicators, sources, decisions."""
    states = list(truth.manifest["indicators"].values())
    held = sum(state["held"] > 0 or state["state"] == "held" for state in states)
    empty = sum(state["state"] == "empty" for state in states)
    kept = _kept_by_decisions(truth)
    worth = {
        "indicateurs retenus": held,
        "indicateurs publiés": len(states) - held - empty,
        "dont nouveaux ou modifiés": sum(s["state"] in {"new", "changed"} for s in states),
        "dont inchangés": sum(s["state"] == "unchanged" for s in states),
        "sources en difficulté": truth.in_trouble,
        "Sur": len(states),
        "publiés": len(states) - held - empty,
        "retenus": held,
        "sans donnée": empty,
        "attendus": held - len(kept),
        "gardés": len(kept),
        "en partie": sum(s["held"] > 0 and s["published"] > 0 for s in states),
        "en difficulté": truth.in_trouble,
        "caduque": sum(d["standing"] == "caduque" for d in truth.manifest["decisions"]),
    }
    if block.tag == "dd" and block.under.get("dt") in worth:
        if block.text != str(worth[block.under["dt"]]):
            yield place.found(f"{block.under['dt']} : {block.text}", block.text, f"{worth}")
        return
    forms = (
        r"Sur (\d+) indicateurs|(\d+) (?:sont |indicateurs? )?publiés?"
        r"|(\d+) (?:sont |indicateurs? )?retenus?"
        r"|(\d+) (?:est|sont) sans donnée"
        r"|dont (\d+) en partie|(\d+) sources? (?:est |sont )?en difficulté"
        r"|(\d+) décisions? caduques?"
        r"|(\d+) dans l'attente|(\d+) gardés? retenus? par décision"
    )
    for match in re.finditer(forms, block.text):
        names = ["Sur", "publiés", "retenus", "sans donnée"]
        names += ["en partie", "en difficulté", "caduque", "attendus", "gardés"]
        counts = zip(match.groups(), names, strict=True)
        told, so = next((told, worth[name]) for told, name in counts if told)
        # Those whose figures did not come back, and that hold nothing any more, are not told again.
        if int(told) != so and not ("caduq" in match.group() and 0 < int(told) <= so):
            yield place.found(block.text, match.group(), f"il y en a {so}")
    rest = re.sub(forms, "", block.text)
    for match in re.finditer(FORGOTTEN, rest):
        told, days = map(int, match.groups())
        # Those of one cause are told as one.
        if not 0 < told <= (so := old_doubts(truth.home, days)):
            yield place.found(block.text, match.group(), f"il y en a {so} au plus")
    yield from of_sentence(place, re.sub(FORGOTTEN, "", rest), scope, truth)


def _kept_by_decisions(truth: StationTruth) -> set[str]:
    """Return the indicators of which all that is held is so by decisions that await nothing."""
    decisions, held = truth.manifest["decisions"], truth.manifest.get("held", ())
    kept = {
        each["finding_id"]
        for each in decisions
        if each["decision"] == "maintien" and each["standing"] == "en vigueur"
    }
    awaited = {cell["indicator"] for cell in held if cell["finding_id"] not in kept}
    return {cell["indicator"] for cell in held} - awaited
