"""The files of the fiches: read, refused when they are broken, right about the figures."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from expectations.suites.fiches.controls import Term
from expectations.suites.fiches.entries import FOLDER, Entry, load_suites
from expectations.suites.words import SuiteError
from expectations.verdicts.rules import RULES

MODELS = Path(__file__).parents[5] / "dbt_project" / "models" / "indicators"
FICHES = {"1a", "1b", "1c", "2a", "2b", "3a", "3b", "4a", "4b", "5"}
GOOD = {
    "code": "VIR",
    "nom": "essai",
    "indicateurs": ["1C1_pcrh"],
    "controle": {"quoi": "bornes", "au_plus": 10},
    "explication": "Ce qui doit être vrai des cellules.",
    "question": "Pourquoi ne l'est-ce pas ?",
}


def indicators_of(entry: Entry) -> set[str]:
    """Return the indicators that an entry names, those of its terms included."""
    told = dict(entry.control)
    terms = [told.get("raw"), told.get("other")]
    for named in ("terms", "details"):
        terms += list((told.get(named) or {}).values())
    named = {term.indicator for term in terms if isinstance(term, Term) and term.indicator}
    return named | set(entry.indicators)


def test_each_fiche_has_its_suite() -> None:
    assert {path.stem.removeprefix("fiche_") for path in FOLDER.glob("fiche_*.yml")} == FICHES


def test_every_suite_is_read_and_names_indicators_that_exist() -> None:
    models = {path.stem for path in MODELS.rglob("*.sql")}
    for entry in load_suites().entries:
        assert indicators_of(entry) <= models, entry.name
        assert entry.code in RULES


def test_an_entry_is_in_the_suite_of_its_indicators() -> None:
    for path in FOLDER.glob("fiche_*.yml"):
        fiche = path.stem.removeprefix("fiche_").upper()
        for entry in yaml.safe_load(path.read_text("utf-8"))["regles"]:
            assert all(name.upper().startswith(fiche) for name in entry["indicateurs"])


@pytest.fixture
def refused(tmp_path: Path) -> Callable[..., str]:
    """Return the message that a suite made of one entry is refused with."""

    def read(content: object) -> str:
        (tmp_path / "fiche_9z.yml").write_text(yaml.safe_dump(content), "utf-8")
        with pytest.raises(SuiteError) as refusal:
            load_suites(tmp_path)
        return str(refusal.value)

    return read


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"gravitee": "Warning"}, "« gravitee » : mot inconnu"),
        ({"gravite": {"est": "Warning", "depuis": "2026-01-31"}}, "« gravite.raison » : absent"),
        ({"gravite": {"est": "Warning", "raison": "x" * 30}}, "« gravite.depuis » : absent"),
        ({"gravite": {"est": "Grave"}}, "attendu : 'Error', 'Warning' or 'Information'"),
        ({"code": "VCO"}, "« bornes » est un contrôle VIR, non VCO"),
        ({"controle": {"quoi": "borne", "au_plus": 3}}, "attendu : 'relation'"),
        ({"controle": {"au_plus": 3}}, "« quoi » est absent"),
        ({"controle": {"quoi": "bornes"}}, "au_moins ou au_plus est attendu"),
        (
            {"controle": {"quoi": "bornes", "au_moins": 5, "au_plus": 3}},
            "au_moins est plus grand que au_plus",
        ),
        ({"nom": "Un Nom"}, "« nom » : mal écrit ; attendu : de 3 à 60 minuscules"),
        (
            {"question": "Pourquoi."},
            "« question » : mal écrit ; attendu : une question, qui finit par « ? »",
        ),
        ({"explication": "Trop court."}, "« explication » : trop court"),
        ({"seulement_si": {"categories": [1149]}}, "un texte est attendu, entre guillemets"),
        ({"seulement_si": {"categories": ["tout"]}}, "« tout » n'est pas dans la liste des codes"),
    ],
)
def test_a_broken_entry_is_refused_by_its_name(
    refused: Callable[..., str], fault: dict[str, Any], message: str
) -> None:
    told = refused({"regles": [GOOD, {**GOOD, "nom": "autre", **fault}]})
    assert told.startswith("fiche_9z.yml : règle n° 2 (")
    assert message in told.replace("\xa0", " ")


def relation(**told: object) -> dict[str, object]:
    """Return an entry that holds a relation."""
    control = {
        "quoi": "relation",
        "termes": {"ici": {}},
        "gauche": "ici",
        "operateur": "<=",
        **told,
    }
    return {**GOOD, "code": "VCO", "controle": control}


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"droite": "la"}, "ne sont pas les mêmes : la"),
        ({"droite": "ici ** 2"}, "autre chose que du calcul"),
        ({"droite": "(ici"}, "formule illisible"),
        ({"droite": "ici", "operateur": "≈"}, "attendu : '=', '<='"),
        (
            {"droite": "ici", "termes": {"ici": {"ventilation": "taille", "categorie": "men"}}},
            "« men » n'est pas une catégorie de « taille »",
        ),
    ],
)
def test_a_broken_relation_is_refused(
    refused: Callable[..., str], told: dict[str, object], message: str
) -> None:
    assert message in refused({"regles": [relation(**told)]})


def test_two_rules_have_two_names(refused: Callable[..., str]) -> None:
    assert "deux règles ont le même nom : essai" in refused({"regles": [GOOD, GOOD]})


def test_two_fiches_have_no_name_in_common(tmp_path: Path) -> None:
    for fiche in ("1x", "2x"):
        (tmp_path / f"fiche_{fiche}.yml").write_text(yaml.safe_dump({"regles": [GOOD]}), "utf-8")
    with pytest.raises(SuiteError, match=r"fiche_2x.yml : « essai » est déjà .* fiche_1x.yml"):
        load_suites(tmp_path)


@pytest.mark.parametrize("content", [[], {}, {"regle": []}, {"regles": "aucune"}, {"regles": [3]}])
def test_what_is_no_suite_is_refused(refused: Callable[..., str], content: object) -> None:
    assert refused(content).startswith("fiche_9z.yml : ")


def test_a_file_that_is_no_yaml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fiche_9z.yml").write_text("regles: [", "utf-8")
    with pytest.raises(SuiteError, match=r"fiche_9z\.yml n'est pas du YAML lisible"):
        load_suites(tmp_path)
