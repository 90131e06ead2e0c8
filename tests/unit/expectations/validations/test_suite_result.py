"""Results of suites, kept in files for the step that makes pages of them."""

from pathlib import Path

import pandas as pd
import pytest
from great_expectations import ExpectationSuite
from great_expectations import expectations as gxe
from great_expectations.core import ExpectationSuiteValidationResult

from expectations.validations.batch import validator_of
from expectations.validations.suite_result import (
    SuiteResult,
    read_suite_results,
    write_suite_result,
)


@pytest.fixture(scope="module")
def validation() -> ExpectationSuiteValidationResult:
    suite = ExpectationSuite("any", [gxe.ExpectColumnValuesToNotBeNull(column="area")])
    return validator_of(pd.DataFrame({"area": ["DEP-44", None]})).validate_expectation_suite(suite)


def test_what_is_written_is_read_again(
    tmp_path: Path, validation: ExpectationSuiteValidationResult
) -> None:
    result = SuiteResult("fiche_1a", "Fiche 1.A", "ab12", validation)
    write_suite_result(tmp_path / "new", result)
    (again,) = read_suite_results(tmp_path / "new")
    assert (again.name, again.title, again.data_sha256) == ("fiche_1a", "Fiche 1.A", "ab12")
    assert again.validation.to_json_dict() == validation.to_json_dict()
    assert not again.validation.success


def test_a_result_takes_the_place_of_the_former_one(
    tmp_path: Path, validation: ExpectationSuiteValidationResult
) -> None:
    for digest in ("ab12", "cd34"):
        write_suite_result(tmp_path, SuiteResult("fiche_1a", "Fiche 1.A", digest, validation))
    assert [result.data_sha256 for result in read_suite_results(tmp_path)] == ["cd34"]


def test_nothing_was_validated(tmp_path: Path) -> None:
    assert read_suite_results(tmp_path / "nowhere") == []


@pytest.mark.parametrize("name", ["", "../x", "a/b", "Fiche", ".part", "x" * 81])
def test_a_name_that_cannot_be_a_page_is_refused(
    name: str, validation: ExpectationSuiteValidationResult
) -> None:
    with pytest.raises(ValueError, match="ne peut pas nommer une page"):
        SuiteResult(name, "Titre", "ab12", validation)
