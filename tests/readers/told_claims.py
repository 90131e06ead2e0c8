"""What sentences claim: each number with its period, area and state, and whether it is so.

Here: the forms of claims, and the truth that each is held against. Not here: where sentences come
from (``outlets``). A number that no form takes up is itself a discrepancy.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

from tests.readers.french_numerals import MarkedSentence, Token, read_sentence, shows
from tests.readers.station_truth import TOTAL, CellKey, Figure, StationTruth, finding_cells

NO_CELL = "aucune cellule cette nuit"
HAS_FIGURE = re.compile("[0-9]")
EXPLAINED = {
    "chance": "a probability: of a model, of no cell",
    "threshold": "what a rule admits",
    "siblings": "what the other series do, of no single cell",
    "identifier": "a rank or a reference",
    "rest": "how many of the figures of a lapsed decision changed and are not named",
    "records": "how many records of an extract a rule is about, of no observation",
}
"""The kinds of numbers that are of no cell and are not worked out again, with why."""
COUNTED: Counter[str] = Counter()
"""How many of each kind were read in this process."""


@dataclass(frozen=True)
class CardScope:
    """What a sentence stands under: all that it does not say again.

    Attributes:
        indicator: The indicator of its card, page or row.
        area: The area of it.
        category: The category of it.
        period: The period of it.
        period_before: The one it is compared with.
        finding: Reference of the finding.
        role: What its number is, when its label says so: ``received``, ``published``…
        is_chart: Whether it is about a chart, which tells held from published in every point.
        ever: Whether what was once so counts: what was signed, what was sent.
    """

    indicator: str = ""
    area: str = ""
    category: str = TOTAL
    period: str = ""
    period_before: str = ""
    finding: str = ""
    role: str = ""
    is_chart: bool = False
    ever: bool = False


@dataclass
class ClaimReading:
    """A sentence being read: which of its tokens are accounted for, and what is wrong."""

    sentence: MarkedSentence
    scope: CardScope
    truth: StationTruth
    read: set[int] = field(default_factory=set)
    faults: list[tuple[Token, str]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)

    def token(self, match: re.Match[str], name: str) -> Token:
        """Return the token of a group of a form."""
        return self.sentence.tokens[int(match[name])]

    def last(self, kind: str, place: int, after: int = -1) -> tuple[int, frozenset[str]]:
        """Return where the last name of a kind stands before a place, and its codes."""
        found = [
            mark
            for mark in re.finditer(rf"\{{{kind}([0-9]+)\}}", self.sentence.marked[:place])
            if mark.start() > after
        ]
        if not found:
            return -1, frozenset()
        return found[-1].start(), self.sentence.tokens[int(found[-1][1])].codes

    def keys(self, place: int, period: str) -> list[CellKey]:
        """Return the cells that a number at a place of the sentence may be of."""
        at_indicator, indicators = self.last("I", place)
        at_area, areas = self.last("A", place, at_indicator)
        _, categories = self.last("C", place, max(at_area, at_indicator))
        if not areas:
            at_area, areas = self.last("A", place)
        indicators = indicators or frozenset({self.scope.indicator})
        areas = areas or frozenset({self.scope.area or self.truth.region})
        if not categories:
            is_named = at_indicator > at_area or (at_area >= 0 and not self.scope.is_chart)
            categories = frozenset({TOTAL} if is_named else {self.scope.category})
            total = [CellKey(name, area, period) for name in indicators for area in areas]
            if is_named and not any(key in self.truth.cells for key in total):
                categories = frozenset({self.scope.category})
        return [
            CellKey(indicator, area, period, category)
            for indicator in indicators
            for area in areas
            for category in categories
        ]

    def values(self, place: int, period: str) -> list[float]:
        """Return what the cells that a number may be of hold."""
        found = (
            value
            for key in self.keys(place, period)
            for value in self.truth.values(key, ever=self.scope.ever)
        )
        return [value for value in found if value is not None]


Verifier = Callable[[ClaimReading, re.Match[str]], Iterator[tuple[Token, str]]]
FORMS: list[tuple[re.Pattern[str], Verifier, str]] = []


def form(pattern: str, kind: str = "") -> Callable[[Verifier], Verifier]:
    """Add a form of claims: ``<now>`` stands for a number, ``<P:year>`` for a period."""
    expression = re.sub(r"<P:(\w+)>", r"\\{P(?P<\1>[0-9]+)\\}", pattern)
    expression = re.sub(r"(?<!\?P)<(\w+)>", r"\\{V(?P<\1>[0-9]+)\\}", expression)

    def add(verifier: Verifier) -> Verifier:
        FORMS.append((re.compile(expression), verifier, kind))
        return verifier

    return add


def check(text: str, scope: CardScope, truth: StationTruth) -> ClaimReading:
    """Read a sentence, and hold each of its numbers against what is so."""
    if not HAS_FIGURE.search(text):
        return ClaimReading(MarkedSentence(text, text, ()), scope, truth)
    reading = ClaimReading(read_sentence(text, truth.lexicon), scope, truth)
    for pattern, verifier, kind in FORMS:
        for match in pattern.finditer(reading.sentence.marked):
            ranks = {int(rank) for rank in match.groupdict().values() if (rank or "").isdigit()}
            values = {r for r in ranks if reading.sentence.tokens[r].kind == "V"}
            if values <= reading.read and values:
                continue
            faults = list(verifier(reading, match))
            reading.faults += [fault for fault in faults if fault not in reading.faults]
            reading.read |= ranks
            reading.kinds += [kind] * bool(kind)
    reading.faults += list(_left(reading))
    COUNTED.update(reading.kinds)
    return reading


def _left(reading: ClaimReading) -> Iterator[tuple[Token, str]]:
    """Yield what no form took up, and the periods and dates that are none of the station's."""
    truth = reading.truth
    for rank, token in enumerate(reading.sentence.tokens):
        if token.kind == "V" and rank not in reading.read:
            yield token, "aucune forme d'affirmation ne dit de quoi est ce nombre"
        elif token.kind == "P" and not token.codes & truth.periods:
            yield token, "cette période n'est celle d'aucune observation ni d'aucun chiffre imprimé"
        elif token.kind == "D" and not _is_known_moment(token, truth):
            yield token, "rien de la station n'a cette date ou cette heure"


def _is_known_moment(token: Token, truth: StationTruth) -> bool:
    text = token.text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    if "release" in token.codes:
        return (truth.home / "releases" / text).is_dir()
    return text in (truth.days if "date" in token.codes else truth.minutes)


def _none_shows(
    token: Token, values: list[float], what: str, step: float = 0.005
) -> Iterator[tuple[Token, str]]:
    if not any(shows(token, value, step) for value in values):
        there = ", ".join(sorted({f"{value:g}" for value in values})) or "aucune valeur"
        yield token, f"{what} : {there}"


@form(r"Règle \w+, <records> cas en écart : (?P<held>.*)$", "records")
def _records(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """What the records of an extract hold is quoted: it is no observation."""
    ranks = re.findall(r"\{[VP]([0-9]+)\}", match["held"])
    reading.read |= {int(rank) for rank in ranks}
    yield from ()


@form(
    r"passe en tout de <was> en <P:before> à <now> en <P:after>, quand les autres font <others>.*?"
    r"Pris un à un, <agreeing> des <areas> territoires le disent"
)
def _left_its_table(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """A category that leaves the others: what its areas sum up to, and who says so alone."""
    told = {name: reading.token(match, name) for name in ("was", "now", "areas", "agreeing")}
    codes = reading.last("C", match.start())[1] or {reading.scope.category}
    growth, seen = 1 + reading.token(match, "others").value / 100, []
    for table in _tables(reading):
        columns = _columns(reading, table)
        pairs = [pair for code in codes for pair in columns.get(code, {}).values()]
        rests = [_growth(list(c.values())) for code, c in columns.items() if code not in codes]
        departure = _growth([(told["was"].value, told["now"].value)]) - growth
        along = sum((_growth([pair]) - growth) * departure > 0 for pair in pairs)
        seen.append(f"{len(pairs)} territoires, dont {along} vont dans ce sens")
        if (
            told["areas"].value == len(pairs)
            and told["agreeing"].value <= along
            and told["was"].value <= sum(was for was, _ in pairs)
            and told["now"].value <= sum(now for _, now in pairs)
            and min(rests, default=growth) - 0.005 <= growth <= max(rests, default=growth) + 0.005
        ):
            return
    if not reading.scope.ever:
        yield told["areas"], f"aucune catégorie ne fait cela : {seen}"


@form(r"<value>(?: sur <whole>)? (?:en|\(en) <P:period>\)?(?P<held> \(retenu\)|, retenu)?")
def _value_in_period(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    token, (period,) = reading.token(match, "value"), reading.token(match, "period").codes
    if match["whole"]:
        yield from _part_of_whole(reading, match, period)
        return
    if reading.scope.role == "pre_break":
        key = CellKey(*_scoped(reading.scope))
        if reading.truth.pre_breaks.get(key, ("", None))[0] != period:
            yield token, "la publication ne donne pas cette période d'avant la rupture"
        return
    values = reading.values(match.start(), period)
    yield from _none_shows(token, values, f"la cellule vaut, en {period}")
    yield from _unit(reading, token, reading.keys(match.start(), period))
    yield from _state(reading, token, reading.keys(match.start(), period), match["held"])


def _scoped(scope: CardScope) -> tuple[str, str, str, str]:
    return scope.indicator, scope.area, scope.period, scope.category


def _unit(reading: ClaimReading, token: Token, keys: list[CellKey]) -> Iterator[tuple[Token, str]]:
    """Yield a fault when a unit is written that is not that of the cell."""
    cells = [reading.truth.cells[key] for key in keys if key in reading.truth.cells]
    labels = {reading.truth.unit_labels[cell.unit] for cell in cells}
    if token.unit and labels and not any(_same_word(token.unit, label) for label in labels):
        yield token, f"l'unité de la cellule est « {', '.join(labels)} », pas « {token.unit} »"


def _same_word(shown: str, label: str) -> bool:
    return label == shown or re.sub(r"s\b", "", label) == shown


Pair = tuple[float, float]
"""What a cell holds in the period before and in that of a sentence."""


def _tables(reading: ClaimReading) -> Iterator[list[CellKey]]:
    """Yield all categories of each breakdown in all areas of a type, then in all areas."""
    tables: dict[tuple[str, ...], list[CellKey]] = {}
    for key in reading.truth.group(reading.scope.indicator, reading.scope.period):
        breakdown = reading.truth.breakdowns[key.category]
        for name in ((breakdown, key.area.partition("-")[0]), (breakdown,)):
            tables.setdefault(name, []).append(key)
    yield from tables.values()


def _both(reading: ClaimReading, table: list[CellKey]) -> dict[CellKey, Pair]:
    """Return what cells hold in both periods of a sentence, of those that hold something."""
    return {
        key: (float(was.value), float(now.value))
        for key in table
        if (was := reading.truth.cells.get(key._replace(period=reading.scope.period_before)))
        and was.value is not None
        and (now := reading.truth.cells[key]).value is not None
    }


def _columns(reading: ClaimReading, table: list[CellKey]) -> dict[str, dict[str, Pair]]:
    """Return what a table holds in both periods, by category and area."""
    columns: dict[str, dict[str, Pair]] = defaultdict(dict)
    for key, pair in _both(reading, table).items():
        columns[key.category][key.area] = pair
    return columns


def _growth(pairs: list[Pair]) -> float:
    """Return by what cells are multiplied, all together; a half keeps nothing from being nought."""
    was, now = (sum(side) for side in zip(*pairs, strict=True)) if pairs else (0.0, 0.0)
    return (now + 0.5) / (was + 0.5)


def _state(
    reading: ClaimReading, token: Token, keys: list[CellKey], held: str | None
) -> Iterator[tuple[Token, str]]:
    """Yield a fault when what is said to be held is not, or is drawn as published and is not."""
    known = [key for key in keys if key in reading.truth.cells]
    is_held = any(key in reading.truth.held for key in known)
    if held and known and not is_held:
        yield token, "dit « retenu » : la publication en vigueur ne retient pas cette cellule"
    if (
        reading.scope.is_chart
        and not held
        and known
        and all(k in reading.truth.held for k in known)
    ):
        yield token, "montré comme publié : la publication en vigueur retient cette cellule"


@form(r"(?P<word>aucune valeur|absent|vide|masqué|sans objet|pas encore disponible) en <P:period>"
      r"(?P<held> \(retenu\)|, retenu)?")  # fmt: skip
def _no_value_in_period(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    token, (period,) = reading.token(match, "period"), reading.token(match, "period").codes
    keys = [key for key in reading.keys(match.start(), period) if key in reading.truth.cells]
    figures = [reading.truth.cells[key] for key in keys]
    if reading.scope.ever:
        figures += [figure for key in keys for figure in reading.truth.vintages.get(key, ())]
    if keys and not any(_is_absent(figure, match["word"], reading.truth) for figure in figures):
        yield token, f"dit « {match['word']} » : la cellule ne l'est pas"
    yield from _state(reading, token, keys, match["held"])


def _is_absent(figure: Figure, word: str, truth: StationTruth) -> bool:
    named = truth.absences.get(figure.status, "") == word or word == "aucune valeur"
    return figure.value is None and named


def _part_of_whole(
    reading: ClaimReading, match: re.Match[str], period: str
) -> Iterator[tuple[Token, str]]:
    """A number out of another: the terms of a rate, or an indicator and the one it is a part of."""
    truth, keys = reading.truth, reading.keys(match.start(), period)
    pairs = [(cell.numerator, cell.denominator) for key in keys if (cell := truth.cells.get(key))]
    for key in keys:
        whole = truth.declared.get(key.indicator, {}).get("part_of", "")
        values = truth.values(key), truth.values(key._replace(indicator=whole))
        pairs += [(part, of) for part in values[0] for of in values[1]]
    part, of = reading.token(match, "value"), reading.token(match, "whole")
    if not any(shows(part, a) and shows(of, b) for a, b in pairs):
        yield part, f"« {part.text} sur {of.text} » n'est d'aucun taux ni d'aucune partie, {period}"


@form(r"La valeur publiée était <was>, elle est maintenant <now>(?: \(<change>\))?")
@form(r"<was>(?: [^{}.;]{0,20})?,? (?:devenu|devient|est devenu|→|révisé en) <now>")
def _revised(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    was, now = reading.token(match, "was"), reading.token(match, "now")
    _, periods = reading.last("P", match.start())
    (period,) = periods or {reading.scope.period}
    keys = reading.keys(match.start(), period)
    ever = [v for key in keys for v in reading.truth.values(key, ever=True) if v is not None]
    tonight = [v for key in keys for v in reading.truth.values(key) if v is not None]
    yield from _none_shows(was, ever, f"cette cellule n'a jamais valu cela, {period}")
    yield from _none_shows(now, ever if reading.scope.ever else tonight, "elle vaut cette nuit")
    if "change" in match.re.groupindex and match["change"]:
        yield from _change(reading.token(match, "change"), was, now, 0.05)


@form(r"<P:period> : (?:<was>|(?P<word>rien|absent|aucune valeur)) publiée?, <now> reçue?")
def _received(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    (period,), now = reading.token(match, "period").codes, reading.token(match, "now")
    keys = reading.keys(match.start(), period)
    yield from _none_shows(now, reading.values(match.start(), period), "la cellule vaut")
    if match["was"]:
        ever = [value for key in keys for value in reading.truth.releases.get(key, ())]
        published = [value for value in ever if value is not None]
        yield from _none_shows(reading.token(match, "was"), published, "a été publié")


@form(r"(?:absent|vide|masqué|sans objet), devenu <now>")
def _appeared(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    _, periods = reading.last("P", match.start())
    (period,) = periods or {reading.scope.period}
    now = reading.token(match, "now")
    yield from _none_shows(now, reading.values(match.start(), period), "la cellule vaut")


def _change(token: Token, was: Token, now: Token, step: float) -> Iterator[tuple[Token, str]]:
    if was.value and not shows(token, 100 * (now.value - was.value) / was.value, step):
        moved = 100 * (now.value - was.value) / was.value
        yield token, f"de {was.text} à {now.text}, l'évolution est {moved:+.1f} %"


@form(r"<was>(?: en \{P[0-9]+\})?(?:,| puis| à| :) (?:[^{}.;]{0,12})<now>(?: en \{P[0-9]+\})? "
      r"\(<change>\)")  # fmt: skip
def _moved(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    was, now, change = (reading.token(match, name) for name in ("was", "now", "change"))
    if change.unit == "%":
        yield from _change(change, was, now, 0.5 if reading.scope.is_chart else 0.05)
    if reading.sentence.marked[: match.start()].endswith("passent ensemble de "):
        return
    for token in (was, now):
        periods = reading.truth.periods_of(reading.scope.indicator)
        indicators = [key.indicator for key in reading.keys(match.start(), "")]
        periods += [p for name in indicators for p in reading.truth.periods_of(name)]
        values = [v for p in set(periods) for v in reading.values(match.start(), p)]
        yield from _none_shows(token, values, "les valeurs de la série sont")


@form(r"(?:L|l)e (?P<what>total|numérateur du total|dénominateur du total) vaut <total> ; la somme "
      r"de ses détails \(<parts> [^,)]+(?:, dont <without> sans valeur)?\) vaut <sum>")  # fmt: skip
@form(r"Total : <total> ; somme de <parts> détails : <sum>")
def _adds_up(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    scope, truth = reading.scope, reading.truth
    period = next(iter(reading.last("P", match.start())[1]), scope.period)
    term = {"n": 3, "d": 4}.get((match.groupdict().get("what") or "t")[0], 0)
    total, parts, added = (reading.token(match, name) for name in ("total", "parts", "sum"))
    totals = [100.0, *(truth.cells[key][term] for key in truth.group(scope.indicator, period))]
    if not any(shows(total, value) for value in totals):
        yield total, f"aucune cellule de {period} ne vaut cela"
    for kind in truth.parts(scope.indicator, period):
        terms = [truth.cells[part][term] for part in kind]
        if parts.value == len(kind) and shows(added, sum(filter(None, terms))):
            return
    # What was taken back is added up as it was published, with what stands around it.
    if not (scope.ever and shows(added, total.value)):
        yield added, f"aucun groupe de {parts.text} détails de {period} ne fait cela"


@form(r"font <sum> de la région", "threshold")
@form(r"font <sum>\.", "threshold")
@form(r"(?:plus de|moins de|environ) <one> chance sur (?:<odds>|un milliard|un million)", "chance")
@form(r"(?:révision|part) admise : <limit>", "threshold")
@form(r"(?:au moins|au plus) <limit>", "threshold")
@form(r"valeurs possibles : entre <low> et <high>", "threshold")
@form(r"décimales admises : <limit>", "threshold")
@form(r"ne dépasse pas <limit>", "threshold")
@form(r"<same> valeurs?(?:\(s\))? sur <all> parlantes sont exactement celles", "siblings")
@form(r"<same> valeurs sur <all> sont soudain arrondies à <step>", "siblings")
@form(r"sur <all> valeurs? parlantes?, <same> (?:est|sont) exactement celles?", "siblings")
@form(r"[nN]° ?<rank>", "identifier")
@form(r"<forgotten> oubliée?s?", "identifier")
@form(r"<records> (?:cas en écart|règles? non respectées?)", "records")
@form(r"écrire <zero>\)", "identifier")
@form(r"et <rest> autres? chiffres?", "rest")
@form(r"une erreur <code>", "identifier")
@form(r"Total : <total> ; aucun détail n'a de valeur", "threshold")
@form(r"L'extrait a (?:perdu|gagné) <records> lignes? sur <all>", "records")
def _of_no_cell(_reading: ClaimReading, _match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """Of no cell: see ``EXPLAINED``."""
    yield from ()


@form(
    r"<count> détails? disparus? \((?P<lost>(?:\{V[0-9]+\}(?:, )?)+)\)"
    r"(?: : <share> du total de la période)?"
)
def _share_lost(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    ranks = list(map(int, re.findall(r"\{V([0-9]+)\}", match["lost"])))
    lost = [reading.sentence.tokens[rank] for rank in ranks]
    reading.read.update(ranks)
    truth, scope = reading.truth, reading.scope
    gone = [
        truth.cells[key].value
        for key in truth.group(scope.indicator, scope.period_before)
        if (now := truth.cells.get(key._replace(period=scope.period))) is None or now.value is None
    ]
    for token in lost:
        yield from _none_shows(token, gone, "les détails qui n'ont plus de valeur valaient")
    if (count := reading.token(match, "count")).value != len(lost):
        yield count, f"{len(lost)} sont nommés"
    if match["share"] is not None:
        key = CellKey(scope.indicator, scope.area or truth.region, scope.period_before)
        shares = [100 * sum(t.value for t in lost) / total for total in truth.values(key) if total]
        yield from _none_shows(reading.token(match, "share"), shares, "la part perdue est", 0.05)


@form(
    r"les <series> (?P<others>autres )?séries du (?:même )?tableau passent ensemble de <was> à <is>"
)
def _siblings_sum(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """The series beside one, or all of a panel: their number, and their sum in each period."""
    scope, truth = reading.scope, reading.truth
    told = [reading.token(match, name) for name in ("series", "was", "is")]
    own = reading.keys(match.start(), scope.period)
    for panel in [*truth.parts(scope.indicator, scope.period), *_tables(reading)]:
        pairs = [
            (was.value, truth.cells[key].value)
            for key in panel
            if (was := truth.cells.get(key._replace(period=scope.period_before)))
            and not (match["others"] and key in own)
        ]
        known = [(was, now) for was, now in pairs if was is not None and now is not None]
        sums = [len(known), *(sum(side) for side in zip(*known, strict=True))] if known else []
        if len(sums) == len(told) and all(map(shows, told, map(float, sums))):
            return
    if not scope.ever:
        yield told[0], "aucun groupe de séries du tableau ne fait cela"


@form(
    r"les <series> séries du tableau (?:bougent ensemble|passent ensemble de <was> à <is>"
    r"(?: \(<change>\))?), et <agreeing> vont dans ce sens prises une à une"
)
def _event(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """A table that moves as a whole: how many of its series go where most of them do."""
    series, agreeing = (reading.token(match, name) for name in ("series", "agreeing"))
    seen = []
    for table in _tables(reading):
        moves = [now - was for was, now in _both(reading, table).values()]
        along = max(sum(move > 0 for move in moves), sum(move < 0 for move in moves))
        seen.append(f"{along} sur {len(moves)}")
        if series.value == len(moves) and agreeing.value <= along:
            return
    if not reading.scope.ever:
        yield agreeing, f"vont dans un même sens : {', '.join(seen)}"


@form(
    r"<agreeing> des <parts> catégories de ce territoire s'écartent ensemble de ce qu'elles font "
    r"ailleurs \(de l'ordre de <moved>\)"
)
def _area_apart(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """An area that moves in its categories: how many leave, that way, what others do there."""
    agreeing, parts, moved = (reading.token(match, name) for name in ("agreeing", "parts", "moved"))
    areas = reading.last("A", match.start())[1] or {reading.scope.area}
    seen = []
    for table in _tables(reading):
        columns = _columns(reading, table)
        apart = [
            _growth([pair])
            / _growth([other for area, other in column.items() if area not in areas])
            for column in columns.values()
            for area, pair in column.items()
            if area in areas
        ]
        along = sum((departure - 1) * moved.value > 0 for departure in apart)
        seen.append(f"{along} sur {len(apart)}")
        if parts.value == len(apart) and agreeing.value <= along:
            return
    if not reading.scope.ever:
        yield agreeing, f"catégories qui s'écartent dans ce sens : {', '.join(seen)}"


@form(r"<agreeing> des <areas> territoires le montrent")
@form(r"pris un à un dans <agreeing> des <areas> territoires")
@form(r"dans <agreeing> des <areas> territoires, pris un à un")
def _areas_agree(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """The areas of which each shows, taken alone, what is said of all: no more than there are."""
    agreeing, areas = reading.token(match, "agreeing"), reading.token(match, "areas")
    known = [len({key.area for key in table}) for table in _tables(reading)]
    if not agreeing.value <= areas.value <= max(known, default=0):
        yield areas, f"territoires de l'indicateur, par type : {known}"


@form(
    r"(?:<ratios> des <rates>|Tous les) pourcentages de l'indicateur sont entre <low> et <high> : "
    r"sont-ce des rapports \(<value>\) plutôt que des pourcentages \(<percent>\)"
)
def _ratios(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """Rates that may be ratios: how many they are, and the same number said both ways."""
    value, percent = reading.token(match, "value"), reading.token(match, "percent")
    if not shows(percent, 100 * value.value, 0.5 * 10.0 ** (2 - value.decimals)):
        yield percent, f"{value.text} fait {100 * value.value:g} %"
    yield from _none_shows(
        value, reading.values(match.start(), reading.scope.period), "la cellule vaut"
    )
    if match["ratios"]:
        ratios, rates = reading.token(match, "ratios"), reading.token(match, "rates")
        cells = [
            figure.value
            for key, figure in reading.truth.cells.items()
            if key.indicator == reading.scope.indicator and figure.value is not None
        ]
        between = sum(0 <= figure <= 1 for figure in cells)
        if not ratios.value <= between or not ratios.value < rates.value <= len(cells):
            yield ratios, f"{between} sont entre 0 et 1, de {len(cells)}"


@form(r"<moved> catégories? sur <parts> s'écart(?:e|ent) des autres")
def _parts_apart(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """Of the categories of a whole that are in both periods, those that leave the others."""
    moved, parts = reading.token(match, "moved"), reading.token(match, "parts")
    areas = reading.last("A", match.start())[1] or {reading.scope.area}
    known = [
        sum(area in areas for column in _columns(reading, table).values() for area in column)
        for table in _tables(reading)
    ]
    if not (moved.value <= parts.value and parts.value in known) and not reading.scope.ever:
        yield parts, f"catégories de ce territoire dans les deux périodes : {known}"


@form(
    r"Depuis <P:since>, <points> valeurs de suite, la série est à un autre niveau : de l'ordre de "
    r"<latest> en moyenne, quand ce qui précède faisait attendre <former>"
)
def _new_level(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """A lone series at another level: its values since, and those before, told by their extent."""
    (since,) = reading.token(match, "since").codes
    points, latest, former = (reading.token(match, name) for name in ("points", "latest", "former"))
    keys = {key._replace(period="") for key in reading.keys(match.start(), "")}
    series = [
        (key.period, figure.value)
        for key, figure in reading.truth.cells.items()
        if key._replace(period="") in keys and key.period <= reading.scope.period
    ]
    now = [value for period, value in series if value is not None and period >= since]
    was = [value for period, value in series if value is not None and period < since]
    if points.value != len(now):
        yield points, f"la série a {len(now)} valeurs depuis {since}"
    for token, values, slack in ((latest, now, 0.0), (former, was, 1.0)):
        low, high = min(values, default=0.0), max(values, default=0.0)
        room = slack * (high - low) + 10**-token.decimals
        if not low - room <= token.value <= high + room:
            yield token, f"ces valeurs vont de {low:g} à {high:g}"


@form(
    r"donnée d'un coup par <areas> des <reporting> territoires qui répondaient déjà "
    r"\((?P<term>dénominateur : )?<total> en tout\)"
)
@form(r"entrée dans <areas> des <reporting> territoires à la fois")
def _entered(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """A category that entered everywhere: who gives it, of those that go on, and what it makes."""
    scope, truth = reading.scope, reading.truth
    codes = reading.last("C", match.start())[1] or {scope.category}
    named = match.groupdict()
    told = [
        reading.token(match, name).value
        for name in ("areas", "reporting", "total")
        if name in named
    ]
    now = truth.group(scope.indicator, scope.period)
    seen = []
    for kind in {key.area.partition("-")[0] for key in now}:
        of_kind = [key for key in now if key.area.startswith(f"{kind}-") and key.category != TOTAL]
        went_on = {key.area for key in of_kind if _is_in_both(reading, key)}
        own = [key for key in of_kind if key.category in codes and truth.cells[key].value]
        total = sum(truth.cells[key][4 if named.get("term") else 0] or 0.0 for key in own)
        seen.append([len({key.area for key in own} & went_on), len(went_on), total])
    if told not in [extent[: len(told)] for extent in seen] and not scope.ever:
        yield reading.token(match, "areas"), f"territoires, territoires en tout, total : {seen}"


def _is_in_both(reading: ClaimReading, key: CellKey) -> bool:
    """Tell whether a cell has a value in the period of a sentence and in the one before."""
    before = key._replace(period=reading.scope.period_before)
    values = [*reading.truth.values(key), *reading.truth.values(before)]
    return len(values) == 2 and None not in values


@form(r"Catégorie nouvelle en \{P[0-9]+\} \((?P<term>dénominateur : )?<total> en tout\)")
def _entered_alone(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    scope, truth, total = reading.scope, reading.truth, reading.token(match, "total")
    codes = reading.last("C", match.start())[1] or {scope.category}
    values = [
        float(truth.cells[key][4 if match["term"] else 0] or 0.0)
        for key in truth.group(scope.indicator, scope.period)
        if key.category in codes
    ]
    yield from _none_shows(total, values, "la catégorie vaut")


@form(r"<still> autres? la donne(?:nt)? encore")
def _still_given(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    scope, truth, still = reading.scope, reading.truth, reading.token(match, "still")
    codes = reading.last("C", match.start())[1] or {scope.category}
    given = [
        key.area.partition("-")[0]
        for key in truth.group(scope.indicator, scope.period)
        if key.category in codes and truth.cells[key].value is not None
    ]
    if still.value not in Counter(given).values():
        yield still, f"la donnent encore : {dict(Counter(given))}"


@form(r"<areas> territoires la donnaient en <P:before>(?: \(<total> en tout\))?")
def _gone_together(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """A category that several areas do not give any more, and what it was in all of them."""
    scope, truth = reading.scope, reading.truth
    (before,) = reading.token(match, "before").codes
    codes = reading.last("C", match.start())[1] or {scope.category}
    lost: dict[str, list[float]] = {}
    for key in truth.group(scope.indicator, before):
        value = truth.cells[key].value
        now = truth.cells.get(key._replace(period=scope.period))
        if key.category in codes and value is not None and (now is None or now.value is None):
            lost.setdefault(key.area.partition("-")[0], []).append(value)
    areas = reading.token(match, "areas")
    sums = [sum(values) for values in lost.values() if len(values) == areas.value]
    if not sums:
        yield areas, f"territoires qui ne la donnent plus : {[len(v) for v in lost.values()]}"
    elif match["total"]:
        yield from _none_shows(reading.token(match, "total"), sums, "en tout, c'était")


@form(r"(?:La valeur est|Constaté :) <now>")
def _now(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    values = reading.values(match.start(), reading.scope.period)
    yield from _none_shows(reading.token(match, "now"), values, "la cellule vaut")


@form(
    r"donne <known> pour <P:period> ; la valeur reçue, <now>, est <times> fois plus "
    r"(?:grande|petite)"
)
def _magnitude(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    known, now, times = (reading.token(match, name) for name in ("known", "now", "times"))
    (period,) = reading.token(match, "period").codes
    truth = reading.truth
    values = reading.values(match.start(), reading.scope.period)
    yield from _none_shows(now, values, "la cellule vaut")
    figures = [
        value
        for key in reading.keys(match.start(), period)
        for value in [*truth.values(key, ever=True), *truth.printed_as(key)]
    ]
    yield from _none_shows(known, figures, "le bilan, la publication et les dépôts disent")
    ratios = [max(known.value, now.value) / min(known.value, now.value)] if known.value else []
    yield from _none_shows(times, ratios, "le rapport est", 0.06)


@form(r"passe de <was> à <now>")
def _passes(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    for name, period in (("was", reading.scope.period_before), ("now", reading.scope.period)):
        values = reading.values(match.start(), period)
        yield from _none_shows(reading.token(match, name), values, f"la cellule vaut, en {period}")


@form(r"\{C[0-9]+\} \(<lost>\)|\{A[0-9]+\} \(<gone>\)")
def _lost(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    token, scope = reading.token(match, "lost" if match["lost"] else "gone"), reading.scope
    values = reading.values(match.end(), scope.period_before)
    if not scope.period_before:
        # What was taken back was published, in the same period.
        known = reading.keys(match.end(), scope.period)
        values = [value for key in known for value in reading.truth.values(key, ever=True)]
    yield from _none_shows(token, values, "la cellule valait")


@form(
    r"[Pp]ublié sous <P:under>, le chiffre parle de <P:about> : <months> mois plus (?P<w>tard|tôt)"
)
def _lag(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    token = reading.token(match, "months")
    under, about = (reading.token(match, name) for name in ("under", "about"))
    months = _first_month(about) - _first_month(under)
    if token.value != abs(months):
        yield token, f"de {under.text} à {about.text}, il y a {months} mois"


def _first_month(period: Token) -> int:
    (code,) = period.codes
    year, rest = int(code[:4]), code[5:]
    month = 9 if len(rest) == 4 else int(rest) if rest.isdigit() else 1
    return 12 * year + month


@form(r"(?P<les>[Ll]es|Ces) <count> cellules")
def _cells_of_finding(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    token = reading.token(match, "count")
    cells = finding_cells(reading.truth.findings.get(reading.scope.finding, {}))
    held = reading.truth.held_by[reading.scope.finding]
    if token.value not in {len(cells), held} or not held:
        yield token, f"le constat a {len(cells)} cellules, dont {held} que la publication retient"


@form(r"Constaté pour <count> périodes, de <P:first> à <P:last>")
def _periods_of_finding(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    token = reading.token(match, "count")
    keys = finding_cells(reading.truth.findings.get(reading.scope.finding, {}))
    periods = sorted({key.period for key in keys})
    if keys and token.value != len(periods):
        yield token, f"le constat a {len(periods)} périodes"
    for name, period in (("first", periods[:1]), ("last", periods[-1:])):
        if period and not set(period) & reading.token(match, name).codes:
            yield reading.token(match, name), f"cette période du constat est {period[0]}"


@form(r"<count> cellules? reste(?:nt)? retenues? par (?:un autre|d'autres) constats?")
def _held_by_others(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    token, truth = reading.token(match, "count"), reading.truth
    keys = finding_cells(truth.findings.get(reading.scope.finding, {}))
    if token.value != len(keys & truth.held):
        yield token, f"la publication retient {len(keys & truth.held)} cellules de ce constat"


@form(r"<count> autres? cellules? du même tableau")
def _table_taken_along(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    token, truth, scope = reading.token(match, "count"), reading.truth, reading.scope
    own = finding_cells(truth.findings.get(scope.finding, {}))
    table = {
        key for key in truth.held if (key.indicator, key.period) == (scope.indicator, scope.period)
    }
    if token.value != len(table - own):
        yield token, f"la publication retient {len(table - own)} autres cellules de ce tableau"


@form(
    r"<count> valeurs? de ce tableau (?:n'|ne )?(?:est|sont) "
    r"(?P<what>pas dans la publication|d'un dépôt antérieur)"
)
def _caveat(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    token, truth, scope = reading.token(match, "count"), reading.truth, reading.scope
    here = (scope.indicator, scope.period)
    table = [key for key in truth.held if (key.indicator, key.period) == here]
    out = [key for key in table if key not in truth.released]
    kept = [key for key in table if key in truth.released]
    older = [key for key in kept if truth.values(key) != [truth.released[key].value]]
    is_older = match["what"].startswith("d'un")
    number = len(older) if is_older else len(out) + truth.excluded[here]
    if token.value != number:
        yield token, f"il y en a {number}"


@form(r"<revised> valeurs? révisées?, sur <published> publiées? de cette période")
def _revisions(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    truth, scope = reading.truth, reading.scope
    before = {
        key: value
        for key, value in truth.before_last.items()
        if key.indicator == scope.indicator and key.period == scope.period and value is not None
    }
    # What was taken back is looked at as it was published.
    gone = [key for key in before if reading.scope.ever and truth.values(key) in ([], [None])]
    revised = sum(truth.values(key) != [value] for key, value in before.items()) - len(gone)
    for name, number in (("revised", revised), ("published", len(before))):
        token = reading.token(match, name)
        if truth.before_last and token.value != number:
            yield token, f"la publication précédente en dit {number}"


@form(r"Cellules de <P:period> qui ont une ligne, ou ne peuvent exister : <rows>")
def _rows(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    token, (period,) = reading.token(match, "rows"), reading.token(match, "period").codes
    truth = reading.truth
    cells = truth.group(reading.scope.indicator, period)
    given = sum(truth.cells[key].status not in {"L", "Y"} for key in cells)
    was = sum((k.indicator, k.period) == (reading.scope.indicator, period) for k in truth.released)
    if token.value not in {given, was if reading.scope.ever else given}:
        yield token, f"{given} cellules de cette période ont une ligne"


@form(
    r"Constaté : (?P<terms>(?:[^={};]+ = \{V[0-9]+\}(?: ; )?)+)\. Attendu : (?P<left>[^=≤≥]+?) "
    r"(?P<sign>[=≤≥]) (?P<right>.+?) \(<a> d'un côté, <b> de l'autre\)"
)
def _equation(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    terms = {
        name.strip(): reading.sentence.tokens[int(rank)]
        for name, rank in re.findall(r"([^={};]+) = \{V([0-9]+)\}", match["terms"])
    }
    reading.read |= {int(rank) for rank in re.findall(r"\{V([0-9]+)\}", match.group())}
    for token in terms.values():
        yield from _somewhere(reading, token)
    for side, name in ((match["left"], "a"), (match["right"], "b")):
        token, worth = reading.token(match, name), _worked_out(side, terms, reading.sentence)
        if not shows(token, worth, 0.5):
            yield token, f"« {side} » vaut {worth:g}"


def _somewhere(reading: ClaimReading, token: Token) -> Iterator[tuple[Token, str]]:
    """A term of an equation is in some indicator, at its own area and category."""
    scope = reading.scope
    values = [
        cell.value
        for key, cell in reading.truth.cells.items()
        if key.category == scope.category and key.area == (scope.area or reading.truth.region)
    ]
    if not any(shows(token, value) for value in values):
        yield token, "aucun indicateur n'a cette valeur pour cette catégorie et ce territoire"


@form(r"<size> octets")
def _size(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    token = reading.token(match, "size")
    if token.value not in reading.truth.sizes:
        yield token, "rien n'a été reçu de cette taille"


@form(r"Contrôles \(un indicateur, une règle\) : <spoke> évalués, <silent> non évalués")
def _controls(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    spoke = [bool(c["pass"] + c["fail"]) for c in reading.truth.outcomes.values()]
    least, most = reading.truth.silent_reasons()
    without_cells = 0
    for reason, rank in re.findall(r"([^():,{}]+) : \{V([0-9]+)\}", reading.sentence.marked):
        token, name = reading.sentence.tokens[int(rank)], reason.strip()
        reading.read.add(int(rank))
        if name == NO_CELL:  # of these there is no verdict to count
            without_cells = int(token.value)
        elif not least[name] <= token.value <= most[name]:
            yield token, f"{least[name]} à {most[name]} contrôles n'ont pu se faire : {name}"
    silent = len(spoke) - sum(spoke) + without_cells
    for name, number in (("spoke", sum(spoke)), ("silent", silent)):
        token = reading.token(match, name)
        if token.value != number:
            yield token, f"il y en a {number}"


@form(r"[Ll]a ligne <line> des données .*?« <code> »")
@form(r"« <code> » \(ligne <line>\)")
def _line_set_aside(reading: ClaimReading, match: re.Match[str]) -> Iterator[tuple[Token, str]]:
    """A line that is set aside: some deposit has that code in that line."""
    line, code = reading.token(match, "line"), reading.token(match, "code")
    if code.text not in reading.truth.deposited(int(line.value)):
        yield code, f"aucun dépôt n'a ce code à sa ligne {line.text}"


def _worked_out(side: str, terms: dict[str, Token], sentence: MarkedSentence) -> float:
    """Work out one side of an equation: numbers, names of terms, the four operations."""
    expression = re.sub(r"\{V([0-9]+)\}", lambda m: f"{sentence.tokens[int(m[1])].value}", side)
    for name in sorted(terms, key=len, reverse=True):
        expression = expression.replace(name, str(terms[name].value))
    return _sum_of(re.findall(r"[0-9.]+|[-+×/()]", expression))


def _sum_of(symbols: list[str]) -> float:
    total = _product_of(symbols)
    while symbols and symbols[0] in "+-":
        sign = symbols.pop(0)
        total += _product_of(symbols) * (1 if sign == "+" else -1)
    return total


def _product_of(symbols: list[str]) -> float:
    total = _factor_of(symbols)
    while symbols and symbols[0] in "×/":
        sign, factor = symbols.pop(0), _factor_of(symbols)
        total = total * factor if sign == "×" else total / factor
    return total


def _factor_of(symbols: list[str]) -> float:
    symbol = symbols.pop(0)
    if symbol != "(":
        return float(symbol)
    total = _sum_of(symbols)
    symbols.pop(0)
    return total


@cache
def explained_kinds() -> frozenset[str]:
    """The kinds that forms use; each must say why it is no figure of a cell."""
    return frozenset(kind for _, _, kind in FORMS if kind)
