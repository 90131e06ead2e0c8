"""The verdicts of the rules on the extracts: given when one comes in, kept while it is in use.

Here: which rules a source has, judging by them, and when verdicts are given again. Not here: what
rules say (``expectations.extracts``), the file of the verdicts (``station.extract_verdicts``), when
extracts are collected (``assets.extracts``).

Great Expectations is imported when something must be judged: a quiet night does not pay for it.
"""

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from expectations.extracts.contract_rules import contract_rules
from expectations.extracts.distinct import Records, read_records
from expectations.extracts.rule_verdict import RuleVerdict, reasons_to_refuse
from expectations.suites.sources.record_entries import RecordRule, rules_of
from orchestration.settings.folders import Folders
from orchestration.station.code_version import code_version
from orchestration.station.extract_verdicts import read_kept, verdicts_of, write_kept
from sources.archive import Archive, FetchOutcome
from sources.contract import MASKED
from sources.errors import SourceError
from sources.landing import landed_path
from sources.registry import Source
from sources.tables.writing import writing_of

if TYPE_CHECKING:
    from expectations.validations.extracts.judge import RuleJudgement


def rules_on(source: Source) -> list[RecordRule]:
    """Return what must hold of the extracts of a source: its contract, then its suite."""
    contract = source.contract
    return [
        *contract_rules(
            columns=contract.types(),
            mandatory=[name for name, column in contract.columns.items() if column.filled],
            key=contract.key,
            rows_at_least=contract.rows.at_least,
            rows_at_most=contract.rows.at_most,
            decimal_mark=contract.format.decimal,
            masked=(*contract.masked_as, MASKED) if contract.masked_as else (),
        ),
        *rules_of(source.id),
    ]


def _records(table: pa.Table) -> Records:
    """Return the records of an extract, on the lines that whoever wrote it sees."""
    lines = writing_of(table).lines
    return Records(table, np.array(lines) if lines else None)


class Bench:
    """Judges extracts for one night, and keeps what it said of those that are in use.

    Args:
        folders: Where verdicts are kept.
        region: INSEE code of the region that is followed.
    """

    def __init__(self, folders: Folders, region: str) -> None:
        self._folders = folders
        self._region = region
        self._code = code_version()
        self._judged: dict[str, list[RuleJudgement]] = {}

    def accept(self, source: Source, table: pa.Table) -> Sequence[str]:
        """Return the reasons to refuse an extract; none when it is let in."""
        judgements = self._judged[source.id] = self._judge(source, _records(table))
        return reasons_to_refuse([judgement.verdict for judgement in judgements])

    def verdicts_tonight(self, source: Source, table: pa.Table) -> list[RuleVerdict]:
        """Return what the rules say of what came tonight, whether it is let in or not.

        What could not be read as it should was not judged: it is now, as far as it was read.
        """
        judged = self._judged.get(source.id)
        if judged is None:
            judged = self._judge(source, _records(table))
        return [judgement.verdict for judgement in judged]

    def verdicts_in_use(self, source: Source, outcome: FetchOutcome) -> list[RuleVerdict]:
        """Return the verdicts on the extract in use, none when there is no extract.

        They are given again only when the extract, the rules or the region are others.
        """
        judged, extract_id = self._judged.get(source.id), outcome.extract_in_use
        if judged is not None:
            self._keep_answers(source, str(outcome.extract_id), judged)
        if extract_id is None:
            return []
        identity = {"extract_id": extract_id, "region": self._region, "code": self._code}
        kept = read_kept(self._folders, source.id)
        if kept and {name: kept[name] for name in identity} == identity:
            return verdicts_of(kept)
        if judged is None or outcome.extract_id != extract_id:
            in_use = self._judge_landed(source, extract_id)
            if judged is None:
                self._keep_answers(source, extract_id, in_use)
            judged = in_use
        verdicts = [judgement.verdict for judgement in judged]
        content = identity | {"verdicts": [verdict.to_dict() for verdict in verdicts]}
        write_kept(self._folders, source.id, content)
        return verdicts

    def _keep_answers(
        self, source: Source, extract_id: str, judgements: Sequence["RuleJudgement"]
    ) -> None:
        """Keep what Great Expectations answered of the last extract, let in or refused."""
        from expectations.validations.extracts.answers import (  # noqa: PLC0415 it costs seconds
            write_answers,
        )

        write_answers(self._folders.validations, source.id, source.label, extract_id, judgements)

    def _judge_landed(self, source: Source, extract_id: str) -> list["RuleJudgement"]:
        """Judge the extract in use as it was landed, the readings of former extracts left out.

        A deposit is read again: its lines, as its partner sees them, are not landed.
        """
        if source.contract.protocol == "depot":
            archive = Archive(self._folders.home)
            with contextlib.suppress(SourceError):
                table = archive.read(source, archive.extract(extract_id))
                return self._judge(source, _records(table))
        path = landed_path(self._folders.home, source.id)
        return self._judge(source, read_records(path, extract_id))

    def _judge(self, source: Source, records: Records) -> list["RuleJudgement"]:
        from expectations.validations.extracts.judge import judge  # noqa: PLC0415 it costs seconds

        return judge(records, rules_on(source), self._region)
