"""Which answers are trusted: an honest « nothing fails » is, whatever else says it is not."""

import json
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from expectations.cells.observations import COLUMNS as OBSERVED
from expectations.cells.observations import KEY
from expectations.verdicts.rule_answers import (
    BatchIdentity,
    UntrustedAnswerError,
    as_result,
    failures,
    restricted,
    trusted,
)
from expectations.verdicts.table import COLUMNS, verdict_table
from expectations.verdicts.tally import tally

Answer = dict[str, Any]
IDENTITY = BatchIdentity(3, "ab" * 32)
ASKED = {"BRK": {"a", "b"}, "VAN": {"a"}}


def verdict(rule: str, indicator: str, area: str, outcome: str) -> dict[str, object]:
    key = dict(zip(KEY, (indicator, area, "2024", "_T", "_T"), strict=True))
    return {
        "rule": rule,
        **key,
        "outcome": outcome,
        "severity": "Warning",
        "period_before": "2023" if outcome == "fail" else None,
        "value_before": 43.1,
        "value_after": None,
        "p_value": 4.5e-5,
        "reason": "valeur absente" if outcome == "not_evaluated" else None,
        "explanation": "43 en 2023, 4 en 2024.",
        "evidence": "{}",
    }


VERDICTS = verdict_table(
    pd.DataFrame(
        [
            verdict("BRK", "a", "DEP-44", "fail"),
            verdict("BRK", "a", "DEP-49", "pass"),
            verdict("BRK", "b", "DEP-44", "not_evaluated"),
            verdict("VAN", "a", "DEP-44", "pass"),
        ],
        columns=COLUMNS,
    )
)


def answers(identity: BatchIdentity = IDENTITY) -> list[Answer]:
    made = []
    for rule in ASKED:
        of_rule = VERDICTS[VERDICTS["rule"] == rule]
        tallies = {name: counted for (name,), counted in tally(of_rule, ["indicator"]).items()}
        result = as_result(identity, tallies, of_rule[of_rule["outcome"] == "fail"])
        answer = {
            "success": not result["unexpected_count"],
            "expectation_config": {"meta": {"rule": rule}},
            "result": result,
            "exception_info": {"raised_exception": False, "exception_message": None},
        }
        made.append(json.loads(json.dumps(answer)))
    return made


def test_what_fails_is_read_again_as_it_was_judged() -> None:
    told = trusted(answers(), IDENTITY, ASKED)
    expected = VERDICTS[VERDICTS["outcome"] == "fail"].reset_index(drop=True)
    pd.testing.assert_frame_equal(failures(told), expected)
    broken, _ = told
    assert broken.tallies["a"].evaluated == 2
    assert broken.tallies["b"].reasons == {"valeur absente": 1}


def test_an_honest_nothing_fails_is_trusted() -> None:
    assert failures(trusted(answers()[1:], IDENTITY, {"VAN": {"a"}})).empty


def emptied(answer: Answer) -> None:
    answer["result"] = {}


def made_a_success(answer: Answer) -> None:
    answer["success"] = True


def made_silent(answer: Answer) -> None:
    answer["success"] = True
    answer["result"]["unexpected_index_list"] = []


def made_silent_with_its_count(answer: Answer) -> None:
    made_silent(answer)
    answer["result"]["unexpected_count"] = 0


def in_error(answer: Answer) -> None:
    error = {"raised_exception": True, "exception_message": "clé en double"}
    answer |= {"success": False, "result": {}, "exception_info": {"metric": error}}


def in_error_though_answered(answer: Answer) -> None:
    answer["exception_info"] = {"raised_exception": True, "exception_message": "clé en double"}


def of_fewer_indicators(answer: Answer) -> None:
    answer["result"] = restricted(answer["result"], {"a"})


def of_other_counts(answer: Answer) -> None:
    answer["result"]["evaluated"] = 0


@pytest.mark.parametrize(
    ("blind", "said"),
    [
        (emptied, "est vide"),
        (made_a_success, "se contredit : réussite, et cellules en échec nommées : 1"),
        (made_silent, "cellules en échec comptées : 1, annoncées : 1, nommées : 0"),
        (made_silent_with_its_count, "cellules en échec comptées : 1, annoncées : 0, nommées : 0"),
        (in_error, "est une erreur : clé en double"),
        (in_error_though_answered, "est une erreur : clé en double"),
        (of_fewer_indicators, "ne dit rien de b"),
        (of_other_counts, "cellules jugées comptées : 2, annoncées : 0"),
    ],
)
def test_a_blind_answer_is_refused(blind: Callable[[Answer], None], said: str) -> None:
    told = answers()
    blind(told[0])
    with pytest.raises(UntrustedAnswerError) as refused:
        trusted(told, IDENTITY, ASKED)
    message = str(refused.value).replace("\xa0", " ")
    assert "règle BRK (« Le niveau n'a pas sauté »)" in message
    assert said in message


def test_a_rule_that_did_not_answer_is_missed() -> None:
    with pytest.raises(UntrustedAnswerError, match=r"n'a pas répondu.*: règle VAN"):
        trusted(answers()[:1], IDENTITY, ASKED)
    with pytest.raises(UntrustedAnswerError, match=r"règle BRK .*, règle VAN "):
        trusted([], IDENTITY, ASKED)


@pytest.mark.parametrize("other", [BatchIdentity(4, IDENTITY.sha256), BatchIdentity(3, "cd" * 32)])
def test_an_answer_on_other_observations_is_refused(other: BatchIdentity) -> None:
    with pytest.raises(UntrustedAnswerError, match="ne porte pas sur les observations"):
        trusted(answers(other), IDENTITY, ASKED)


def test_the_identity_is_that_of_the_cells_in_any_order() -> None:
    table = pd.DataFrame([dict.fromkeys(OBSERVED, "a"), dict.fromkeys(OBSERVED, "b")])
    table["obs_value"] = [1.0, None]
    identity = BatchIdentity.of(table)
    assert BatchIdentity.of(table[::-1][OBSERVED[::-1]]) == identity
    assert BatchIdentity.of(table.fillna({"obs_value": 0.0})) != identity
