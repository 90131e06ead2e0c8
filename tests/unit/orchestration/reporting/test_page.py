"""The page: complete, self-contained, accessible, and deaf to what labels try to do."""

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest

from expectations.verdicts.table import Severity
from orchestration.reporting.decided import DecisionLine
from orchestration.reporting.plots import describe
from orchestration.reporting.report import make_current, render_page, write_report
from orchestration.reporting.reported_findings import SameCauseLine
from orchestration.reporting.reported_night import FigureLine, ReportedNight
from orchestration.reporting.reported_sources import RemarkLine
from tests.unit.orchestration.reporting.nights import (
    FINDING_ID,
    SENT,
    founding_night,
    hostile_night,
    pcrh_finding,
    quiet_night,
    troubled_night,
)


def test_the_page_says_how_many_controls_were_made_and_leads_to_them() -> None:
    made = replace(founding_night(), controls="2 évalués, 0 oublié.", data_docs="../dd/index.html")
    page = Page(render_page(made))
    assert "2 évalués, 0 oublié." in " ".join(page.words)
    assert ("a", {"href": "../dd/index.html"}) in page.tags
    without = render_page(replace(made, data_docs=""))
    assert "2 évalués" in without.replace("\xa0", " ")
    assert "Ce que chaque contrôle a répondu" not in without


class Page(HTMLParser):
    """The tags, ids and visible text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._folded: list[str] = []
        self._folds = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element and its attributes."""
        self.tags.append((tag, dict(attrs)))
        self._folds += tag == "details"
        if self._folds and tag == "article":
            self._folded.append((dict(attrs)["id"] or "").removeprefix("constat-"))

    def handle_endtag(self, tag: str) -> None:
        """Note the end of what is folded."""
        self._folds -= tag == "details"

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.words.append(data)

    @property
    def folded(self) -> list[str]:
        """The findings whose card is shut until it is opened."""
        return self._folded

    @property
    def text(self) -> str:
        """All texts, with ordinary spaces."""
        return re.sub(r"\s+", " ", " ".join(self.words))

    def count(self, tag: str) -> int:
        """How many elements of that name there are."""
        return sum(name == tag for name, _ in self.tags)


@pytest.fixture(scope="module")
def founding() -> Page:
    return Page(render_page(founding_night()))


@pytest.fixture(scope="module")
def hostile() -> str:
    return render_page(hostile_night())


def test_the_finding_is_told_whole(founding: Page) -> None:
    for told in (
        "PCRH avec un volet « transition écologique » : 43 en 2023, 4 en 2024",
        "Deux départements présents en 2023 ont disparu du tableau de 2024",
        "Les OPCO déclarent-ils encore, en 2024, plusieurs thématiques",
        "DREETS Pays de la Loire, service Mutations économiques",
        "Il faut une explication du producteur",
        "Partie détachée de son tout",
        "Avertissement",
        f"vigie explain {FINDING_ID}",
    ):
        assert told in founding.text
    assert ("article", f"constat-{FINDING_ID}") in [(t, a.get("id")) for t, a in founding.tags]


def test_a_finding_that_compares_no_two_periods_shows_one() -> None:
    alone = replace(pcrh_finding(), headings=("2024",))
    told, compared = (
        Page(render_page(replace(founding_night(), findings=(it,))))
        for it in (alone, pcrh_finding())
    )
    (fewer, more) = ([it for it in page.words if it == "26"] for page in (told, compared))
    assert len(fewer) < len(more)
    assert "Avant" not in told.words
    assert "puis" not in describe(alone)
    assert "Maine-et-Loire : absent" in describe(alone).replace("\xa0", " ")


def test_no_two_landmarks_of_a_report_have_one_name() -> None:
    other = replace(pcrh_finding(), finding_id="a" * 12)
    night = replace(founding_night(), findings=(pcrh_finding(), other))
    page = Page(render_page(night))
    named = [
        attributes["aria-label"]
        for tag, attributes in page.tags
        if "aria-label" in attributes and (tag == "section" or attributes.get("role") == "region")
    ]
    assert len(named) == len(set(named)) > 0
    assert not {str(name) for name in named} & {word.strip() for word in page.words}


def test_findings_of_one_cause_lead_to_one_another() -> None:
    first = pcrh_finding()
    other = replace(first, finding_id="a" * 12, indicator_label="Toutes les PCRH")
    told = (SameCauseLine(other.finding_id, other.indicator_label),)
    night = replace(founding_night(), findings=(replace(first, same_cause=told), other))
    page = Page(render_page(night))
    assert "Sans doute la même cause" in page.text
    assert ("a", {"href": f"#constat-{other.finding_id}"}) in page.tags
    assert "Sans doute la même cause" not in Page(render_page(founding_night())).text


def test_every_indicator_and_every_source_is_listed(founding: Page) -> None:
    night = founding_night()
    for line in night.indicators:
        assert line.indicator in founding.text
    for source in night.sources:
        assert source.source_id in founding.text
    assert "Retenu en partie" in founding.text
    assert "avril 2025" in founding.text
    assert "Licence Ouverte 2.0" in founding.text
    assert "aucune, c'est la première" in founding.text


def test_what_partners_sent_is_not_said_to_be_open_data(founding: Page) -> None:
    assert f"Licences de ses sources : « Licence Ouverte 2.0 » ; « {SENT} »" in founding.text
    assert f"dreets_pcrh_2024 · DREETS · {SENT}" in founding.text


def test_sources_in_trouble_say_what_stays_in_use() -> None:
    text = Page(render_page(troubled_night())).text
    assert "La colonne « acc_tot_f », attendue, n'est pas dans le fichier" in text
    assert "Reste en service l'extrait accepté le 15 novembre 2026" in text
    assert "Aucun extrait n'a encore été accepté" in text
    assert "Sources en difficulté" not in Page(render_page(quiet_night())).text


def test_a_quiet_night_says_so() -> None:
    page = Page(render_page(quiet_night()))
    assert "Rien n'est retenu :" in page.text
    assert page.count("svg") == 0


def test_held_values_without_a_finding_are_not_called_nothing() -> None:
    text = Page(render_page(replace(founding_night(), findings=()))).text
    assert "Rien n'est retenu" not in text
    assert "retenues sans constat" in text


def test_information_is_listed_apart_and_asks_nothing() -> None:
    known = replace(pcrh_finding(), severity="Information")
    page = Page(render_page(replace(quiet_night(), findings=(known,))))
    assert "Rien n'est retenu :" in page.text
    assert "À savoir Ce qui n'a rien retenu " in page.text
    assert "En bref" not in page.text
    assert page.folded == [known.finding_id]


def test_the_findings_are_listed_first_each_leading_to_its_card(founding: Page) -> None:
    (listed, table) = (
        next(rank for rank, (tag, _) in enumerate(founding.tags) if tag == name)
        for name in ("article", "table")
    )
    assert table < listed
    assert ("a", {"href": f"#constat-{FINDING_ID}"}) in founding.tags[table:listed]
    assert founding.folded == []
    assert founding.text.count("nouveau ") == 1


def test_what_has_not_moved_since_the_report_before_is_folded_with_its_age() -> None:
    week = timedelta(days=7)
    night = founding_night()
    # The night of a week ago ended a little later in its hour.
    old = replace(pcrh_finding(), since=night.at - week + timedelta(minutes=3))
    new = replace(pcrh_finding(), finding_id="a" * 12)
    page = Page(render_page(replace(night, findings=(old, new))))
    assert page.folded == [FINDING_ID]
    assert "depuis 7 jours, le 15 novembre 2026" in page.text
    assert "1 constat que le rapport précédent disait déjà" in page.text


def test_the_age_of_a_finding_is_not_that_of_what_was_decided_of_it() -> None:
    night = founding_night()
    signed = DecisionLine(
        1, FINDING_ID, "1A4_pcrh_te", "Constat", "maintien", "Anne", "Motif", night.at, "en vigueur"
    )
    old = replace(pcrh_finding(), since=night.at - timedelta(days=7), decision=signed)
    page = Page(render_page(replace(night, findings=(old,))))
    assert "maintien constaté depuis 7 jours, le 15 novembre 2026" in page.text


def test_a_table_says_what_all_its_lines_are_of() -> None:
    shared = replace(pcrh_finding(), shared="« Bénéficiaires du RSA »")
    page = Page(render_page(replace(founding_night(), findings=(shared,))))
    assert "Territoire, « Bénéficiaires du RSA »" in page.text


def test_a_doubt_whose_figures_changed_is_told_as_changed_and_not_as_new() -> None:
    changed = replace(pcrh_finding(), was_told=True)
    page = Page(render_page(replace(founding_night(), findings=(changed,))))
    assert page.folded == []
    assert (page.text.count("modifié "), page.text.count("nouveau ")) == (1, 0)


def test_indicators_that_did_not_change_are_folded() -> None:
    night = quiet_night()
    first, *others = night.indicators
    page = Page(render_page(replace(night, indicators=(replace(first, state="new"), *others))))
    shown, folded = (page.text.index(line.indicator) for line in (first, others[0]))
    assert shown < page.text.index(f"{len(others)} indicateurs inchangés, publiés") < folded


def test_the_documentation_is_linked_once_somebody_has_made_it() -> None:
    night = quiet_night()
    assert "documentation" not in render_page(night)
    documented = replace(night, documentation="../../docs/index.html")
    assert 'href="../../docs/index.html"' in render_page(documented)


def test_what_an_extract_does_not_keep_is_told_with_what_to_ask() -> None:
    night = founding_night()
    remark = RemarkLine(
        Severity.WARNING,
        "total_des_departements",
        "La ligne « total » est la somme des départements. Règle VAD, 1 cas en écart : ligne 6.",
        "Quel nombre est juste ?",
        "la DREETS",
    )
    first, *others = night.sources
    told = replace(night, sources=(replace(first, remarks=(remark,)), *others))
    text = Page(render_page(told)).text
    assert "Lignes en écart dans 1 extrait, qui ne retiennent aucune valeur" in text
    assert "Règle VAD, 1 cas en écart : ligne 6." in text
    assert "Question à poser : Quel nombre est juste ? À : la DREETS" in text
    assert "Lignes en écart" not in Page(render_page(night)).text


def test_what_changed_in_the_extract_of_a_source_is_told_under_its_name() -> None:
    night = quiet_night()
    assert "Ce qui a changé" not in render_page(night)
    first, *others = night.sources
    change = "[grave] La colonne « zone » a perdu ses zéros de tête."
    told = replace(night, sources=(replace(first, changes=(change,)), *others))
    _, _, section = Page(render_page(told)).text.partition("Ce qui a changé dans les extraits")
    assert section.index(first.label) < section.index(change)


def test_a_source_that_changed_everywhere_does_not_drown_the_page() -> None:
    night = quiet_night()
    changes = tuple(f"[à savoir] La colonne « c{i} » est nouvelle." for i in range(5_000))
    told = replace(night, sources=(replace(night.sources[0], changes=changes),))
    text = Page(render_page(told)).text
    assert "« c199 »" in text
    assert "« c200 »" not in text
    assert "4 800 autres changements" in text


def test_what_the_inbox_holds_and_nobody_reads_is_listed() -> None:
    line = "« <b>DREETS (1).xlsx » : le renommer ainsi pour qu'il soit lu."
    told = render_page(replace(founding_night(), inbox=(line,)))
    assert "Dans la boîte de dépôt, et pas lu" in told
    assert "&lt;b&gt;DREETS (1).xlsx" in told
    assert "boîte de dépôt" not in render_page(founding_night())


@pytest.mark.parametrize("night", [founding_night(), troubled_night(), hostile_night()])
def test_nothing_is_fetched_and_nothing_runs(night: ReportedNight) -> None:
    html = render_page(night)
    page = Page(html)
    assert page.count("script") == page.count("link") == page.count("img") == 0
    for _, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "src"]
        assert (attributes.get("href") or "#").startswith("#")
    assert not re.search(r"https?:|@import|url\((?!#)", html)


def test_hostile_text_stays_text_everywhere(hostile: str) -> None:
    assert "<script" not in hostile
    assert "&lt;script&gt;" in hostile
    assert "{{ 7*7 }}" in hostile
    assert "\u202e" not in hostile


def test_ids_are_unique_and_links_resolve(founding: Page) -> None:
    ids = [attributes["id"] for _, attributes in founding.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [attributes["href"] for tag, attributes in founding.tags if tag == "a"]
    assert set(links) == {f"#constat-{FINDING_ID}"}


def test_the_page_can_be_heard(founding: Page) -> None:
    assert ("html", {"lang": "fr"}) in founding.tags
    assert founding.count("h1") == 1
    assert founding.count("caption") == founding.count("table")
    (svg,) = (attributes for tag, attributes in founding.tags if tag == "svg")
    assert svg["role"] == "img"
    ids = {attributes.get("id") for _, attributes in founding.tags}
    assert set((svg["aria-labelledby"] or "").split()) <= ids
    assert all("scope" in attributes for tag, attributes in founding.tags if tag == "th")


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize("ground", ["paper", "tint"])
def test_contrast_is_enough_in_both_themes(theme: int, ground: str) -> None:
    css = (files("orchestration.reporting") / "templates" / "report.css").read_text()
    root = re.findall(r":root \{([^}]+)\}", css)[theme]
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", root))
    for name in ("ink", "muted", "accent", "alert"):
        light, dark = sorted((luminance(colours[name]), luminance(colours[ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, name


def test_a_page_is_the_current_one_once_it_is_made_so(tmp_path: Path) -> None:
    first = write_report(tmp_path, founding_night())
    assert not (tmp_path / "current").exists()
    make_current(first)
    second = write_report(tmp_path, replace(quiet_night(), release_id="20261123T020500Z"))
    assert (tmp_path / "current" / "index.html").samefile(first)
    make_current(second)
    assert (tmp_path / "current" / "index.html").samefile(second)
    assert second.read_text().rstrip().endswith("</html>")
    assert first.is_file()
    assert sorted(path.name for path in tmp_path.rglob("*.part")) == []


@pytest.mark.parametrize("release_id", ["../ailleurs", "", ".cache", "a/b"])
def test_a_release_id_that_cannot_name_a_folder_is_refused(tmp_path: Path, release_id: str) -> None:
    with pytest.raises(ValueError, match="cannot name a folder"):
        write_report(tmp_path, replace(quiet_night(), release_id=release_id))
    assert list(tmp_path.iterdir()) == []


def test_late_stale_failed_and_not_evaluated_are_told_apart() -> None:
    night = troubled_night()
    line = replace(night.indicators[0], late=("2023", "2024"), n_failed=2, n_not_evaluated=3)
    source = next(source for source in night.sources if source.status == "failed")
    assert source.obtained_at is not None
    silent = replace(source, confirmed_at=source.obtained_at - timedelta(days=3))
    just_failed = replace(source, confirmed_at=source.obtained_at - timedelta(days=1))
    told = replace(night, indicators=(line,), findings=(), sources=(silent, just_failed))
    page = Page(render_page(told))
    badges = [
        a["class"] for tag, a in page.tags if tag == "span" and "badge" in (a.get("class") or "")
    ]
    assert badges.count("badge stale") == 2
    for words in ("En retard", "attendu : 2023, 2024", "2 échoués 3 non évalués"):
        assert words in page.text
    assert page.text.count("Périmé") == 1


def test_indicators_and_cells_lead_to_their_explanation() -> None:
    night = founding_night()
    line = replace(night.indicators[0], explanation="explications/1A4_pcrh_te.html")
    (finding,) = night.findings
    cell = replace(finding.cells[0], explanation="explications/1A4_pcrh_te.html#cellule-0a")
    finding = replace(finding, cells=(cell,))
    page = Page(render_page(replace(night, indicators=(line,), findings=(finding,))))
    links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
    assert {line.explanation, cell.explanation} <= set(links)


def test_an_indicator_without_a_total_shows_its_categories_and_why_one_has_no_figure() -> None:
    night = quiet_night()
    figures = (
        FigureLine("MEN", 59, "2023", status="Y"),
        FigureLine("MASA", None, None, status="M"),
    )
    line = replace(night.indicators[0], unit="pct", figures=figures)
    text = Page(render_page(replace(night, indicators=(line,)))).text
    assert "59 % MEN, 2023" in text
    assert "sans objet MASA" in text


def test_where_the_only_values_are_held_it_says_so_and_not_that_they_have_not_come() -> None:
    night = quiet_night()
    figure = FigureLine("", None, None, status="Y", is_held=True)
    line = replace(night.indicators[0], figures=(figure,))
    text = Page(render_page(replace(night, indicators=(line,)))).text
    assert "retenu" in text
    assert "pas encore disponible" not in text


def test_an_indicator_not_measured_yet_says_so() -> None:
    night = quiet_night()
    line = replace(night.indicators[0], figures=(FigureLine("", None, None, status="Y"),))
    assert "pas encore disponible" in Page(render_page(replace(night, indicators=(line,)))).text


def test_it_is_titled_by_what_made_the_release() -> None:
    page = render_page(replace(founding_night(), occasion="décision"))
    assert "Rapport de qualité, décision du 22" in page
    assert "nuit du" not in page
