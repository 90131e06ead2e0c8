"""The power curves of ``docs/detection.md``: what share is caught of changes of each size.

Here: the picture, and kinds in its order. Not here: the sizes (``intensity``), the tables
(``page``).
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tests.benchmarks.breaks import intensity
from tests.benchmarks.breaks.judges import VIGIE
from tests.benchmarks.breaks.shares import Share, share_of

PICTURE = "detection-power.svg"
COLUMNS = 5
OWN_COLOUR = "#1f5fa8"


def in_columns(words: "pd.Series[str]") -> pd.DataFrame:
    """Return words by kind and size as a table: a row a kind, a column a size, small ones first."""
    names = ("smallest", "small", "middling", "largest")
    rows = {}
    for kind in intensity.KINDS:
        sizes = [intensity.in_words(kind, size) for size in intensity.sizes_of(kind)]
        rows[f"{kind} ({', '.join(sizes)})"] = {
            name: words.get((kind, size), "") for name, size in zip(names, sizes, strict=True)
        }
    return pd.DataFrame(rows).T


def draw(found: pd.DataFrame, methods: Sequence[str], file: Path) -> None:
    """Draw the share caught of each kind by size, with Wilson's intervals for Vigie's.

    Args:
        found: What became of changes of many sizes.
        methods: Vigie, and each other method at the threshold where it is as silent.
        file: Where the picture goes.
    """
    found = found[found["periods"] >= 3]
    lines = -(-len(intensity.KINDS) // COLUMNS)
    others = [method for method in methods if method != VIGIE]
    with mpl.rc_context({"svg.hashsalt": PICTURE, "svg.fonttype": "none", "font.size": 7}):
        figure = Figure(figsize=(10, 1.9 * lines), layout="constrained")
        axes = figure.subplots(lines, COLUMNS, sharey=True).ravel()
        for axis, kind in zip(axes, intensity.KINDS, strict=False):
            _draw_kind(axis, kind, found[found["kind"] == kind], others)
        for axis in axes[len(intensity.KINDS) :]:
            axis.set_axis_off()
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="lower right", fontsize=8)
        figure.savefig(file, format="svg", metadata={"Date": None})


def _draw_kind(axis: Axes, kind: str, found: pd.DataFrame, others: Sequence[str]) -> None:
    words = [intensity.in_words(kind, size) for size in intensity.sizes_of(kind)]
    places = range(len(words))
    for rank, method in enumerate(others, start=1):
        rows = found[found["method"] == method].groupby("size")["is_caught"].mean()
        axis.plot(places, rows.reindex(words), color=f"C{rank}", label=method, marker=".")
    own = found[found["method"] == VIGIE]
    shares = [share_of(own.loc[own["size"] == word, "is_caught"]) for word in words]
    tried = [place for place, share in enumerate(shares) if share.trials]
    values, low, high = ([get(shares[place]) for place in tried] for get in _OWN)
    axis.plot(tried, values, color=OWN_COLOUR, label=VIGIE, marker="o")
    axis.fill_between(tried, low, high, color=OWN_COLOUR, alpha=0.15)
    axis.set_title(kind, fontsize=8)
    axis.set_xticks(places, [word.split(" ")[0] for word in words])
    axis.set_ylim(-0.02, 1.02)


_OWN: tuple[Callable[[Share], float], ...] = (
    lambda share: share.value,
    lambda share: share.interval[0],
    lambda share: share.interval[1],
)
