"""How much longer the plain structural rules take than one hand-written query of DuckDB.

On one side: the rules that a deposit of declared indicators meets each night, from its contract and
its suite (patterns, sets, ranges, nulls, compound key), by the functions that a night calls, on one
Parquet file of a million records. On the other: the same rules in one query on the same file. Both
read the file, name every record that fails, and must name the same ones.

Not a test: times depend on the machine. `make bench-structural`.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from expectations.extracts.distinct import read_records
from expectations.suites.sources.code_lists import code_list
from expectations.suites.sources.record_controls import Bounds, Codes, Filled, Key, Pattern
from expectations.suites.sources.record_entries import RecordRule
from expectations.validations.extracts.judge import judge
from orchestration.checks.extracts import rules_on
from sources.registry import source

SOURCE, REGION = "region_indicateurs", "52"
OF_ITS_OWN = {"indicateurs_connus", "territoires_connus", "marque_sans_ambiguite"}
STRUCTURAL = (Pattern, Codes, Bounds, Filled, Key)
ROWS = 1_000_000

Failing = set[tuple[str, int]]
"""Name of a rule, and line of a record that fails it."""

RECORDS = """
with cells as (
    select *, row_number() over () as line
    from range(40) as _(i), range({rows} // 10_000) as _(a), range(25) as _(p), range(10) as _(c)
)
select
    if(line % 50_021 = 0, 'Indicateur', format('{{}}{{}}{{}}_indicateur',
        1 + i // 9, chr((65 + i // 3 % 3)::int), 1 + i % 3)) as indicateur,
    if(line % 90_001 = 0, null, lpad((1 + a)::varchar, 2, '0')) as territoire,
    case
        when line % 70_001 = 0 then '24'
        when p % 2 = 0 then (2000 + p)::varchar
        else format('{{}}-{{}}', 2000 + p, 2001 + p)
    end as periode,
    if(c = 0, 'total', 'taille') as ventilation,
    case
        when line % 80_021 = 0 then 'taille_1'
        when c = 0 then 'total'
        else format('taille_{{}}', c)
    end as categorie,
    case
        when line % 60_013 = 0 then 'nd'
        when line % 60_017 = 0 then '-3'
        when line % 40_009 = 0 then null
        when c < 3 then replace((hash(line) % 1000 / 10)::varchar, '.', ',')
        else (hash(line) % 50_000)::varchar
    end as valeur,
    case when line % 30_011 = 0 then 'kg' when c < 3 then 'pct' else 'pcrh' end as unite,
    null::varchar as periode_reference,
    ['AFDAS, Atlas', 'Région', 'DREETS'][1 + i % 3] as repondants,
    if(line % 20_011 = 0, 'oral', ['declaration', 'nationale', 'regionale'][1 + a % 3])
        as mode_collecte,
    null::varchar as commentaire
from cells
order by line
"""

QUERY = r"""
with records as (
    select *, file_row_number + 1 as line from read_parquet($path, file_row_number = true)
), judged as (
    select line,
        indicateur is null or territoire is null or periode is null or ventilation is null
            or categorie is null or unite is null as colonnes_remplies,
        not regexp_full_match(valeur, '[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)') as type_decimal,
        not regexp_full_match(periode, '20[0-9]{2}(?:-20[0-9]{2}|-(?:0[1-9]|1[0-2]))?')
            or not regexp_full_match(periode_reference,
                '20[0-9]{2}(?:-20[0-9]{2}|-(?:0[1-9]|1[0-2]))?') as periode_bien_ecrite,
        unite not in $units as unites_connues,
        mode_collecte not in $collections as modes_de_collecte_connus,
        ventilation = 'total' and categorie <> 'total' as total_sans_categorie,
        try_cast(replace(valeur, ',', '.') as double) < 0 as nombres_positifs,
        unite = 'pct' and try_cast(replace(valeur, ',', '.') as double) > 100 as pourcentages,
        valeur is null and commentaire is null as valeur_vide_expliquee
    from records
), twice as (
    select indicateur, territoire, periode, ventilation, categorie
    from records group by all having count(*) > 1
)
select line, 'cle_unique' as rule
from records semi join twice on
    records.indicateur is not distinct from twice.indicateur
    and records.territoire is not distinct from twice.territoire
    and records.periode is not distinct from twice.periode
    and records.ventilation is not distinct from twice.ventilation
    and records.categorie is not distinct from twice.categorie
union all
select line, rule from (unpivot judged on columns(* exclude (line)) into name rule value fails)
where fails
"""


def main() -> None:
    """Measure, and print what each side took and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "landed.parquet"
        make_records(path, options.rows)
        measure(path, options.rounds)


def make_records(path: Path, rows: int) -> None:
    """Write a file of records, some of which break each rule, in row groups that suit DuckDB."""
    content = RECORDS.format(rows=rows)
    duckdb.sql(f"copy ({content}) to '{path}' (format parquet, compression zstd)")


def measure(path: Path, rounds: int) -> None:
    """Run both sides in turn, and print what they took.

    Raises:
        RuntimeError: They do not name the same records: what they took means nothing.
    """
    rules = structural_rules()
    sides = {
        "the rules, by Great Expectations": lambda: by_rules(path, rules),
        "one query of DuckDB": lambda: by_query(path),
    }
    found = [side() for side in sides.values()]
    if found[0] != found[1]:
        message = f"the sides differ, first on {sorted(found[0] ^ found[1])[:5]}"
        raise RuntimeError(message)
    print(f"{len(rules)} rules, {len(found[0])} failures, the same on both sides")
    seconds = [[took(side) for side in sides.values()] for _ in range(rounds)]
    for name, of_side in zip(sides, zip(*seconds, strict=True), strict=True):
        print(f"{statistics.median(of_side):8.2f} s  {name}")
    ratio = statistics.median(rules_took / query_took for rules_took, query_took in seconds)
    print(f"{ratio:8.2f}    ratio")


def structural_rules() -> list[RecordRule]:
    """Return the structural rules of the source, those that need nothing but a look at values.

    Those about the source's own codes and numbers are left out: these records are invented.
    """
    return [
        rule
        for rule in rules_on(source(SOURCE))
        if isinstance(rule.control, STRUCTURAL) and rule.name not in OF_ITS_OWN
    ]


def by_rules(path: Path, rules: list[RecordRule]) -> Failing:
    """Judge the file as a night does."""
    judgements = judge(read_records(path), rules, REGION)
    return {(one.verdict.name, int(line)) for one in judgements for line in one.lines}


def by_query(path: Path) -> Failing:
    """Ask DuckDB."""
    params = {
        "path": str(path),
        "units": code_list("unites", REGION),
        "collections": code_list("modes_de_collecte", REGION),
    }
    with duckdb.connect() as connection:
        return {(rule, line) for line, rule in connection.execute(QUERY, params).fetchall()}


def took(side: Callable[[], Failing]) -> float:
    """Return how many seconds a side takes."""
    start = time.perf_counter()
    side()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
