"""The figures of ``docs/detection.md``, written between its markers, and its picture.

Here: which figures, in Markdown. Not here: the words around them, which are written by hand in that
page; how the figures are counted (``shares``); the picture (``power``).
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from tests.benchmarks.breaks import baselines, power
from tests.benchmarks.breaks.corpora import LEFT_OUT, OTHERS, Counted
from tests.benchmarks.breaks.excluded import excluded
from tests.benchmarks.breaks.judges import PUBLISHED, VIGIE
from tests.benchmarks.breaks.long_nights import CROWDED
from tests.benchmarks.breaks.long_panels import LENGTHS
from tests.benchmarks.breaks.nights import UNCHANGED
from tests.benchmarks.breaks.score import Silence
from tests.benchmarks.breaks.shares import (
    MANY,
    Share,
    as_silent,
    detection_table,
    false_cells,
    innocents,
    of_length,
    rate_of,
    share_of,
    silence_table,
)

PAGE = Path(__file__).resolve().parents[3] / "docs" / "detection.md"
MOST_FALSE = 1.0
"""False cells per thousand that are asked of Vigie; others may have as many, or as many as it."""
START, END = "<!-- figures: start -->", "<!-- figures: end -->"
COMMAND = 'make bench-breaks ARGS="--write --processes 2"'
RATIO_EDIT = baselines.METHODS["ratio edit (HB)"]
CORPORA = {"stations": "stations", "long": "panels of 2 to 20 periods", "unseen": "unseen panels"}
Tables = tuple[pd.DataFrame, pd.DataFrame]


def write(counted: Mapping[str, Counted]) -> None:
    """Write the figures, and the picture, into the page.

    Raises:
        ValueError: The page has no markers.
    """
    before, start, rest = PAGE.read_text("utf-8").partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        message = f"{PAGE} : les repères « {START} » et « {END} » manquent."
        raise ValueError(message)
    text = figures(counted)
    power.draw(*_at_same_silence(counted["weak"]), PAGE.with_name(power.PICTURE))
    PAGE.write_text(f"{before}{START}\n{text}\n{END}{after}", "utf-8")


def figures(counted: Mapping[str, Counted]) -> str:
    """Return the tables in Markdown."""
    sections: Sequence[tuple[str, pd.DataFrame]] = [
        (_counts(counted), _in_short(counted)),
        ("Today's kinds, on stations; other methods at as many false cells:", _kinds(counted)),
        ("Quiet nights of stations:", _quiet(counted["stations"])),
        (
            "Quiet nights of panels of 2 to 20 periods, more of them, by Vigie alone:",
            _quiet(counted["quiet"]),
        ),
        (_of_lengths_title(counted["long"]), _lengths(counted["long"])),
        (_sizes_title(counted["weak"]), _sizes(counted["weak"])),
        ("Panels that no constant ever saw:", _panels(counted["unseen"])),
        ("Each panel with the constants of the others:", _left_out(counted[LEFT_OUT])),
        ("Each method as its source sets it:", _as_published(counted)),
        (
            "Left out of the stations, on the night of the country:",
            excluded().set_index("left out"),
        ),
    ]
    return "\n\n".join(f"{title}\n\n{_markdown(table)}" for title, table in sections)


def _counts(counted: Mapping[str, Counted]) -> str:
    words = [
        f"{name} {len({night.seed for night in part.silences})}" for name, part in counted.items()
    ]
    return f"`{COMMAND}`; seeds: {', '.join(words)}. In brackets, Wilson's intervals at 95 %."


def _of_vigie(counted: Counted) -> Tables:
    found, quiet = detection_table(counted.detections), silence_table(counted.silences)
    return found[found["method"] == VIGIE], quiet[quiet["method"] == VIGIE]


def _in_short(counted: Mapping[str, Counted]) -> pd.DataFrame:
    columns = {
        words: {name: line(*_of_vigie(counted[corpus])) for name, line in _LINES.items()}
        for corpus, words in CORPORA.items()
    }
    return pd.DataFrame(columns)


def _single(found: pd.DataFrame) -> pd.DataFrame:
    return found[found["kind"] != CROWDED]


def _crowded(found: pd.DataFrame) -> pd.DataFrame:
    return found[found["kind"] == CROWDED]


def _rounded(quiet: pd.DataFrame) -> pd.DataFrame:
    return quiet[quiet["panel"].str.contains("rounded")]


def _figure(figures: Mapping[str, float], name: str) -> str:
    return f"{figures[name]:.2f}" if np.isfinite(figures[name]) else ""


def _of_crowded(found: pd.DataFrame, name: str) -> str:
    crowded = _crowded(found)
    return _figure(innocents(crowded), name) if len(crowded) else ""


def _many(found: pd.DataFrame, apart: str | None = None) -> str:
    cells = found["innocent"] - (found[apart] if apart else 0)
    return f"{share_of(cells >= MANY):.3f}"


def _cells_held(found: pd.DataFrame) -> str:
    caught = found[found["is_caught"]]
    return f"{Share(int(caught['changed_held'].sum()), int(caught['changed'].sum())):.3f}"


_LINES: Mapping[str, Callable[[pd.DataFrame, pd.DataFrame], str]] = {
    "changes": lambda found, _: f"{len(_single(found))}",
    "changes caught (0.95 asked of stations)": lambda found, _: (
        f"{share_of(_single(found)['is_caught']):.2f}"
    ),
    "changes caught, or reported and published": lambda found, _: (
        f"{share_of(_single(found)['is_reported']):.2f}"
    ),
    "cells on quiet nights": lambda _, quiet: f"{quiet['cells'].sum()}",
    "false cells per thousand (1)": lambda _, quiet: rate_of(quiet),
    "the same, producers who round (1)": lambda _, quiet: rate_of(_rounded(quiet)),
    "largest false holding of a quiet night (5)": lambda _, quiet: f"{quiet['largest'].max()}",
    "innocents of a change, mean (1)": lambda found, _: _figure(
        innocents(_single(found)), "innocents, mean"
    ),
    "innocents, median": lambda found, _: _figure(innocents(_single(found)), "innocents, median"),
    f"{MANY} innocents or more (0.02)": lambda found, _: _many(_single(found)),
    "but for parts of held totals: mean": lambda found, _: _figure(
        innocents(_single(found)), "innocents but for parts of held totals, mean"
    ),
    f"but for parts of held totals: {MANY} or more": lambda found, _: _many(
        _single(found), "together"
    ),
    "changed cells held, where caught (0.95)": lambda found, _: _cells_held(_single(found)),
    "crowded nights": lambda found, _: f"{len(_crowded(found))}",
    "crowded: innocents per thousand cells (1)": lambda found, _: _of_crowded(
        found, "innocents per 1 000 cells"
    ),
    "crowded: but for parts of held totals, per thousand": lambda found, _: _of_crowded(
        found, "innocents but for parts of held totals per 1 000 cells"
    ),
    "crowded: changed cells held": lambda found, _: (
        _cells_held(_crowded(found)) if len(_crowded(found)) else ""
    ),
}
"""What is asked (in brackets) and what is measured."""


def _at_same_silence(counted: Counted) -> tuple[pd.DataFrame, list[str]]:
    """Return what became of changes, and Vigie beside the others at as many false cells."""
    unchanged = _unchanged(counted)
    most = max(MOST_FALSE, float(false_cells(unchanged, [VIGIE]).loc["all", VIGIE]))
    methods = as_silent(counted.detections, unchanged, most)
    found = detection_table(counted.detections)
    return found[found["method"].isin(methods)], methods


def _unchanged(counted: Counted) -> list[Silence]:
    """Return the quiet nights by which methods are compared, on which nothing happened at all.

    What happens everywhere is held by whoever looks at one series at a time: with such nights among
    them, most of the others would be as silent as Vigie only where they catch nothing.
    """
    return [night for night in counted.silences if night.kind == UNCHANGED]


def _kinds(counted: Mapping[str, Counted]) -> pd.DataFrame:
    found, methods = _at_same_silence(counted["stations"])
    every = pd.concat(
        [found, found[~found["is_declared"]].assign(kind="numbers alone"), found.assign(kind="all")]
    )
    groups = every.groupby(["kind", "method"], sort=False)["is_caught"].agg(share_of)
    table = groups.unstack("method")[methods]
    is_own = [column == VIGIE for column in table]
    return pd.DataFrame(
        {
            column: table[column].map(
                lambda share, own=own: f"{share:.2f}" if own else _bare(share)
            )
            for column, own in zip(table, is_own, strict=True)
        }
    )


def _bare(share: Share) -> str:
    return f"{share.value:.2f}"


def _quiet(counted: Counted) -> pd.DataFrame:
    _, quiet = _of_vigie(counted)
    rows = {kind: quiet[quiet["kind"] == kind] for kind in dict.fromkeys(quiet["kind"])}
    rows |= {"all": quiet}
    if len(rounded := _rounded(quiet)):
        rows |= {"of these, producers who round": rounded}
    return pd.DataFrame(
        {
            "false findings per thousand cells": {
                kind: f"{1000 * night['alarms'].sum() / night['cells'].sum():.2f}"
                for kind, night in rows.items()
            },
            "false cells per thousand": {kind: rate_of(night) for kind, night in rows.items()},
            "largest holding": {kind: f"{night['largest'].max()}" for kind, night in rows.items()},
        }
    )


def _of_lengths_title(counted: Counted) -> str:
    other, silence = _ratio_edit(counted)
    return (
        f"Share caught by length in periods, on panels of many lengths: Vigie / {other}, {silence}:"
    )


def _ratio_edit(counted: Counted) -> tuple[str, str]:
    """Return the ratio edit at as many false cells, or where it holds the fewest, and which."""
    _, methods = _at_same_silence(counted)
    chosen = RATIO_EDIT.among(methods)
    if chosen in RATIO_EDIT.thresholds:
        return chosen, "at as many false cells"
    rates = false_cells(_unchanged(counted), list(RATIO_EDIT.thresholds)).loc["all"]
    least = f"which holds {rates.min():.1f} false cells per thousand, never less"
    return str(rates.idxmin()), least


def _lengths(counted: Counted) -> pd.DataFrame:
    other, _ = _ratio_edit(counted)
    found = detection_table(counted.detections)
    found = found[found["method"].isin([VIGIE, other])]
    found = _single(found).assign(length=of_length(found["periods"], LENGTHS))
    every = pd.concat([found, found.assign(length="all")])
    every = pd.concat([every, every.assign(kind="all")])
    shares = every.groupby(["kind", "length", "method"], sort=False)["is_caught"].mean()
    shares = shares.unstack("method").reindex(columns=[VIGIE, other])
    words = shares[VIGIE].map("{:.2f}".format) + " / " + shares[other].map("{:.2f}".format)
    own = every[(every["method"] == VIGIE) & (every["length"] == "all")]
    of_all = own.groupby("kind")["is_caught"].agg(share_of).map("{:.2f}".format)
    whole = [(kind, "all") for kind in of_all.index]
    words[whole] = of_all.to_numpy() + " / " + shares.loc[whole, other].map("{:.2f}".format)
    columns = [name for name in [*LENGTHS, "all"] if name in set(every["length"])]
    table = words.unstack("length")[columns].fillna("")
    only_reported = (own["is_reported"] & ~own["is_caught"]).groupby(own["kind"]).mean()
    return table.assign(**{"reported and published": only_reported.map("{:.2f}".format)})


def _sizes_title(counted: Counted) -> str:
    found, _ = _of_vigie(counted)
    is_long = found["periods"] >= 3
    return (
        f"![Share caught by size]({power.PICTURE})\n\nShare caught by size, on panels of 3 to 20 "
        f"periods ({is_long.sum()} changes): Vigie / the best of the others at as many false cells:"
    )


def _sizes(counted: Counted) -> pd.DataFrame:
    found, methods = _at_same_silence(counted)
    found = found[found["periods"] >= 3]
    shares = found.groupby(["kind", "size", "method"], sort=False)["is_caught"].mean()
    shares = shares.unstack("method")
    others = shares.drop(columns=VIGIE).reindex(columns=methods[1:])
    most = others.max(axis=1)
    best = most.map("{:.2f}".format) + (" " + others.idxmax(axis=1)).where(most > 0, "")
    words = shares[VIGIE].map("{:.2f}".format) + " / " + best
    return power.in_columns(words)


def _panels(counted: Counted) -> pd.DataFrame:
    found, quiet = _of_vigie(counted)
    found = _single(found)
    name, quiet_name = (table["panel"].str.partition(",")[0] for table in (found, quiet))
    return pd.DataFrame(
        {
            "changes": found.groupby(name).size().astype(str),
            "caught": found.groupby(name)["is_caught"].agg(share_of).map("{:.2f}".format),
            "innocents, mean": found.groupby(name)["innocent"].mean().map("{:.2f}".format),
            "false cells per thousand": pd.Series(
                {key: rate_of(rows) for key, rows in quiet.groupby(quiet_name)}
            ),
        }
    ).fillna("")


def _left_out(counted: Counted) -> pd.DataFrame:
    found, quiet = detection_table(counted.detections), silence_table(counted.silences)
    words = {VIGIE: "constants in force", OTHERS: "constants of the others"}
    columns = {}
    for method, label in words.items():
        own, nights = found[found["method"] == method], quiet[quiet["method"] == method]
        by_panel = _single(own).groupby("panel")
        columns[f"caught, {label}"] = by_panel["is_caught"].agg(share_of).map("{:.2f}".format)
        columns[f"false cells per thousand, {label}"] = pd.Series(
            {panel: rate_of(rows) for panel, rows in nights.groupby("panel")}
        )
        columns[f"innocents, {label}"] = by_panel["innocent"].mean().map("{:.2f}".format)
    return pd.DataFrame(columns).fillna("")


def _as_published(counted: Mapping[str, Counted]) -> pd.DataFrame:
    columns = {}
    for corpus, words in CORPORA.items():
        found = detection_table(counted[corpus].detections)
        quiet = silence_table(counted[corpus].silences).groupby("method")
        caught = _single(found).groupby("method")["is_caught"].mean()
        rates = 1000 * quiet["false_cells"].sum() / quiet["cells"].sum()
        columns[f"caught, {words}"] = caught.reindex(PUBLISHED).map("{:.2f}".format)
        columns["false cells ‰" + " " * len(columns)] = rates.reindex(PUBLISHED).map(
            "{:.1f}".format
        )
    return pd.DataFrame(columns)


def _markdown(table: pd.DataFrame) -> str:
    header = ["", *(str(column).strip() for column in table.columns)]
    rows = [[str(name), *map(str, values)] for name, *values in table.itertuples(name=None)]
    rule = ["---", *("---:" for _ in table.columns)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, rule, *rows))
