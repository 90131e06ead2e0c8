"""Who receives which mails: a list, a table, what is said of one that cannot be followed."""

from pathlib import Path

import pytest

from orchestration.doctor.configured import recipients
from orchestration.doctor.subject_health import ExaminedStation
from orchestration.settings.settings import Settings
from orchestration.station.mail_readers import (
    MailTableError,
    declared_fiches,
    failure_addresses,
    mail_readers,
    receipt_addresses,
)
from tests.conftest import PROJECT
from tests.unit.orchestration.reporting.nights import AT

HEADER = "adresse;fiches;reçoit;même au calme\n"
GOOD = (
    "# Qui reçoit quoi\n"
    f"{HEADER}"
    "direction@x.fr;*;rapport, accusés, pannes;\n"
    "\n"
    "Anne Lebrun <anne@x.fr>;1.A, 2.*;Rapport;oui\n"
    "astreinte@x.fr;;pannes;non\n"
)


def table(folder: Path, text: str, encoding: str = "utf-8") -> Settings:
    path = folder / "destinataires.csv"
    path.write_bytes(text.encode(encoding))
    return Settings(home=folder, mail_to=str(path), mail_from="vigie@x.fr")


def test_a_list_receives_the_whole_report_and_failures_in_one_mail(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, mail_to="a@x.fr, B <b@x.fr>")
    (reader,) = mail_readers(settings)
    assert reader.addresses == "a@x.fr, B <b@x.fr>"
    assert reader.follows("1.A")
    assert failure_addresses(settings) == reader.addresses
    assert receipt_addresses(settings) == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_table_says_who_receives_what_as_any_spreadsheet_writes_it(
    tmp_path: Path, encoding: str
) -> None:
    settings = table(tmp_path, GOOD.replace("\n", "\r\n"), encoding)
    direction, anne, standby = mail_readers(settings)
    assert [anne.follows(fiche) for fiche in ("1.A", "1.B", "2.B")] == [True, False, True]
    assert [each.is_told_of_quiet for each in (direction, anne, standby)] == [True, True, False]
    assert anne.receives == {"rapport"}
    assert failure_addresses(settings) == "direction@x.fr, astreinte@x.fr"
    assert receipt_addresses(settings) == "direction@x.fr"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "personne n'y reçoit les pannes"),
        ("a@x.fr,*,rapport\n", "ligne 1 : il y manque adresse, fiches, recoit"),
        (f"{HEADER}a@x.fr;*;rapport;\n", "personne n'y reçoit les pannes"),
        (f"{GOOD}anne;*;rapport;\n", "ligne 7, colonne « adresse » : « anne »"),
        (f"{GOOD}a@x.fr, b@x.fr;*;rapport;\n", "ligne 7, colonne « adresse »"),
        (f"{GOOD}anne@x.fr;*;rapport;\n", "« anne@x.fr ». Elle est déjà à la ligne 5"),
        (f"{GOOD}a@x.fr;1.A 9.Z;rapport;\n", "colonne « fiches » : « 9.Z »"),
        (f"{GOOD}a@x.fr;*;;\n", "colonne « reçoit » : «  »"),
        (f"{GOOD}a@x.fr;*;rapports;\n", "« rapports ». Écrire rapport, accusés ou pannes"),
        (f"{GOOD}a@x.fr;*;rapport;parfois\n", "« parfois ». Écrire oui ou non"),
        (GOOD + "".join(f"r{n}@x.fr;*;rapport;\n" for n in range(100)), "100 lecteurs au plus"),
    ],
)
def test_what_cannot_be_followed_is_said_with_its_file_its_line_and_its_value(
    tmp_path: Path, text: str, said: str
) -> None:
    settings = table(tmp_path, text)
    with pytest.raises(MailTableError) as refused:
        mail_readers(settings)
    told = str(refused.value).replace("\xa0", " ")
    assert said in told
    assert str(settings.mail_table) in told


def test_a_table_that_is_too_long_is_refused_and_not_cut(tmp_path: Path) -> None:
    comment = f"# {'x' * 997}\n"
    settings = table(tmp_path, GOOD + comment * 100 + "dernier@x.fr;*;rapport;\n")
    with pytest.raises(MailTableError, match=r"destinataires\.csv : une table de 100.000 octets"):
        mail_readers(settings)
    assert "direction@x.fr" in failure_addresses(settings)


def test_a_table_that_the_account_may_not_read_is_not_said_to_be_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    settings = table(tmp_path, GOOD)
    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(MailTableError, match="le droit de la lire") as told:
        mail_readers(settings)
    assert "La créer" not in str(told.value)


def test_a_table_that_cannot_be_followed_silences_no_failure(tmp_path: Path) -> None:
    broken = table(tmp_path, f"{GOOD}anne;*;rapport;\n")
    assert failure_addresses(broken) == "direction@x.fr, anne@x.fr, astreinte@x.fr"
    assert receipt_addresses(broken) == ""
    assert failure_addresses(table(tmp_path, "rien")) == "vigie@x.fr"
    (tmp_path / "destinataires.csv").unlink()
    assert failure_addresses(broken) == "vigie@x.fr"
    with pytest.raises(MailTableError, match="ne peut pas être lue"):
        mail_readers(broken)


def test_a_table_has_its_whole_path(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="le chemin entier de la table"):
        Settings(home=tmp_path, mail_to="destinataires.csv")


def test_the_table_that_is_given_as_an_example_can_be_followed(tmp_path: Path) -> None:
    example = PROJECT / "deploy" / "destinataires.example.csv"
    whole, narrow = mail_readers(Settings(home=tmp_path, mail_to=str(example)))
    assert [each.fiches for each in (whole, narrow)] == [("*",), ("1.A",)]


def test_the_doctor_names_the_indicators_that_nobody_receives(tmp_path: Path) -> None:
    def looked(text: str) -> tuple[bool, str]:
        health = recipients(ExaminedStation(table(tmp_path, text), is_live=True, now=AT))
        return health.is_well, f"{health.said} {health.to_do}"

    assert looked(GOOD)[0]
    missing = GOOD.replace(";*;rapport, accusés, pannes;", ";1.* 2.* 3.* 4.*;rapport, pannes;")
    is_well, said = looked(missing)
    only_there = [name for name, fiche in declared_fiches().items() if fiche == "5"]
    assert not is_well
    assert f"Personne ne reçoit {', '.join(only_there)}." in said
    assert not looked(GOOD.replace("1.A", "1.Z"))[0]
