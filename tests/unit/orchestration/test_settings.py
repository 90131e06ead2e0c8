"""What the environment decides: the month in which a period is due, who is written to."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from orchestration.dbt.fingerprint import fingerprint
from orchestration.settings import Settings


def test_the_month_is_the_one_asked_or_the_current_one(tmp_path: Path) -> None:
    assert Settings(home=tmp_path, as_of="2025-05").month == "2025-05"
    before = datetime.now(UTC).strftime("%Y-%m")
    assert before <= Settings(home=tmp_path, as_of="").month <= datetime.now(UTC).strftime("%Y-%m")


@pytest.mark.parametrize("wrong", ["2025", "2025-13", "mai 2025", "2025-05-01"])
def test_another_thing_than_a_month_is_refused(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(ValidationError, match="as_of"):
        Settings(home=tmp_path, as_of=wrong)


def test_a_night_depends_on_the_month(tmp_path: Path) -> None:
    may, june, again = (
        fingerprint(Settings(home=tmp_path, as_of=month))
        for month in ("2025-05", "2025-06", "2025-05")
    )
    assert may == again != june


def test_a_partner_who_deposits_nothing_is_refused_with_those_who_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_PARTNERS", '{"dreets": "a@exemple.fr", "dreetz": "b@exemple.fr"}')
    with pytest.raises(ValidationError, match="VIGIE_PARTNERS nomme « dreetz »") as refused:
        Settings(home=tmp_path)
    assert "agora, cariforef, dares, drafpic, dreets," in str(refused.value)
    monkeypatch.setenv("VIGIE_PARTNERS", '{"dreets": "a@exemple.fr"}')
    assert Settings(home=tmp_path).partners == {"dreets": "a@exemple.fr"}


def test_a_producer_with_a_portal_has_no_receipt(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="« insee », qui ne dépose rien"):
        Settings(home=tmp_path, partners={"insee": "a@exemple.fr"})
