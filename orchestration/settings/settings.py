"""Everything the environment decides, read once.

Here: variables, and what each may be; secrets stay ``SecretStr``. Not here: the folders that follow
from them (``folders``), what is said of one that is refused for its form (``refused``).
"""

import re
from datetime import datetime, timedelta
from functools import cached_property
from ipaddress import IPv4Address
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    Field,
    IPvAnyAddress,
    IPvAnyNetwork,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import URL

from expectations.cells import seeds
from expectations.cells.dbt_files import variable
from expectations.french import PARIS
from orchestration.settings.folders import Folders
from orchestration.settings.mail_addresses import (
    MAX_RECIPIENTS,
    is_mail_table,
    refuse_addresses,
    refuse_relative_table,
)
from orchestration.settings.smtp import SmtpSettings, refuse_unsafe_login
from sources.contract import depositing_producers
from sources.errors import visible
from sources.storage.register_server import in_full, server_url
from sources.wire import loopback

STALE = timedelta(days=3)
"""Time after which an extract that no night has brought or confirmed is stale."""


A_NUMBER_OF_DAYS = "un nombre de jours"
UNOPENED = re.compile(r"[?\\]|%[0-9A-Fa-f]{2}|[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""What is something else than itself in the path of a database: a query and a separator for DuckDB,
an escape for SQLAlchemy; controls, and bytes that are no UTF-8, for whatever quotes it."""


def default_home() -> Path:
    """Return the folder of all state, unless ``VIGIE_HOME`` says another: ``var`` where one is."""
    return Path.cwd() / "var"


def default_region() -> str:
    """Return the region that dbt follows when it is run by hand: there is no other default."""
    return str(variable("region"))


class Settings(BaseSettings):
    """The settings of one Vigie, from ``VIGIE_*`` and ``FRANCE_TRAVAIL_*`` variables.

    The description of a field is what is written, in French, of one that is refused for its form.

    Attributes:
        home: Folder of all state, never in git.
        region: INSEE code of the region that is followed.
        as_of: Month (``YYYY-MM``) in which a period is due or not; empty for the current one.
        replay: Address of a replay portal; empty to ask the producers' own portals.
        france_travail_client_id: Identifier given by France Travail.
        france_travail_client_secret: Secret that goes with it.
        smtp_host: Mail server; empty to leave the mails in the outbox.
        smtp_port: Its port.
        smtp_security: How the connection is protected.
        smtp_user: Account on the mail server, when it asks for one.
        smtp_password: Its password.
        mail_from: Sender of the quality report.
        mail_to: Who receives it, separated by commas; or the path of a table, a CSV, of who
            receives what.
        heartbeat_url: Address of an outside monitor, asked for at the end of each good night; empty
            for none.
        url: Address of the desk as stewards type it, which their mails and Dagster's pages then
            lead to; empty when it is read on the machine itself.
        desk_address: Address of the machine on which the desk listens.
        proxy_user_header: Header in which a reverse proxy says who asks the desk, in the place of a
            password; empty for none.
        proxy_addresses: Where reverse proxies are, addresses or networks separated by commas: what
            they say of who asks is believed, from nowhere else.
        source_minutes: How long all the calls of one source may take.
        keep_days: For how long a release and its report are kept that nothing refers to, and a
            mail that was sent.
        answer_days: For how many days a producer who is asked has to answer, unless another day is
            chosen.
        untaken_days: After how many days a doubt that nobody has taken is told by the mail.
        keep_runs_days: For how long Dagster's history of a run is.
        partners: Who receives the receipts of deposits, by producer, in JSON:
            ``{"dreets": "a@exemple.fr"}``; a partner without an address has the file only.
        database_url: The PostgreSQL database of the register and of Dagster's history, as their
            driver takes it; empty for files of the station.
    """

    model_config = SettingsConfigDict(env_prefix="VIGIE_", frozen=True)

    home: Path = Field(default_factory=default_home)
    region: str = Field(default_factory=default_region)
    as_of: str = Field(
        "",
        pattern=r"^([0-9]{4}-(0[1-9]|1[0-2]))?$",
        description="un mois, de la forme 2025-05",
    )
    replay: str = ""
    france_travail_client_id: SecretStr = Field(
        SecretStr(""), validation_alias="FRANCE_TRAVAIL_CLIENT_ID"
    )
    france_travail_client_secret: SecretStr = Field(
        SecretStr(""), validation_alias="FRANCE_TRAVAIL_CLIENT_SECRET"
    )
    smtp_host: str = ""
    smtp_port: int = Field(587, description="un numéro de port, comme 587")
    smtp_security: Literal["starttls", "ssl", "none"] = Field(
        "starttls", description="starttls, ssl ou none"
    )
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    mail_from: str = "vigie@localhost"
    mail_to: str = "cariforef@localhost"
    heartbeat_url: SecretStr = SecretStr("")
    url: str = Field(
        "",
        pattern=r"^(https?://[!-~]+)?$",
        description="l'adresse du bureau, de la forme https://vigie.exemple.fr",
    )
    desk_address: IPvAnyAddress = Field(
        IPv4Address(loopback.ADDRESS),
        description=f"une adresse de cette machine, comme {loopback.ADDRESS}",
    )
    proxy_user_header: str = Field(
        "",
        pattern=r"^[A-Za-z0-9-]{0,80}$",
        description="le nom d'un en-tête, comme X-Remote-User",
    )
    proxy_addresses: Annotated[tuple[IPvAnyNetwork, ...], NoDecode] = Field(
        (), description="des adresses, séparées par des virgules : 127.0.0.1, 10.0.0.0/24"
    )
    source_minutes: float = Field(15.0, ge=1.0, le=600.0, description="un nombre de minutes")
    keep_days: int = Field(400, ge=31, description=A_NUMBER_OF_DAYS)
    untaken_days: int = Field(7, ge=1, le=365, description=A_NUMBER_OF_DAYS)
    answer_days: int = Field(14, ge=1, le=180, description=A_NUMBER_OF_DAYS)
    keep_runs_days: int = Field(60, ge=7, description=A_NUMBER_OF_DAYS)
    partners: dict[str, str] = Field(
        default_factory=dict,
        description='des adresses par producteur, en JSON : {"dreets": "pole@exemple.fr"}',
    )
    database_url: SecretStr = SecretStr("")

    @field_validator("home", mode="before")
    @classmethod
    def _empty_home_is_unset(cls, home: object) -> object:
        return home or default_home()

    @field_validator("region", mode="before")
    @classmethod
    def _empty_region_is_unset(cls, region: object) -> object:
        return region or default_region()

    @field_validator("region")
    @classmethod
    def _region_is_in_the_code_list(cls, region: str) -> str:
        regions = {row["region_code"]: row["region_label"] for row in seeds.rows("regions")}
        if region not in regions:
            listed = ", ".join(f"{code} ({label})" for code, label in regions.items())
            message = (
                f"VIGIE_REGION vaut « {visible(region[:40])} », qui n'est le code d'aucune région "
                f"de l'INSEE. Écrire l'un de ces codes : {listed}."
            )
            raise ValueError(message)
        return region

    @model_validator(mode="after")
    def _home_can_be_opened(self) -> Self:
        typed = str(self.home)
        path = typed if "\0" in typed else str(self.home.resolve())
        if odd := sorted(set(UNOPENED.findall(path))):
            signs = ", ".join(f"« {visible(sign)} »" for sign in odd)
            message = (
                f"Le dossier de la station, {visible(path[:400])}, a dans son chemin {signs}, que "
                "sa base de données ne sait pas ouvrir. Choisir, par VIGIE_HOME (VIGIE_DEMO_HOME "
                "pour la démonstration), un chemin sans ces signes ; espaces, accents, apostrophes "
                "et guillemets sont admis."
            )
            raise ValueError(message)
        return self

    @field_validator("mail_from", "mail_to")
    @classmethod
    def _mails_can_be_addressed(cls, addresses: str, field: ValidationInfo) -> str:
        if field.field_name == "mail_to" and is_mail_table(addresses):
            refuse_relative_table(addresses)
            return addresses
        most = 1 if field.field_name == "mail_from" else MAX_RECIPIENTS
        refuse_addresses(f"VIGIE_{str(field.field_name).upper()}", addresses, most)
        return addresses

    @field_validator("heartbeat_url")
    @classmethod
    def _monitor_is_on_the_web(cls, url: SecretStr) -> SecretStr:
        address = url.get_secret_value()
        if address and not re.fullmatch(r"https?://[!-~]+", address):
            message = (
                "VIGIE_HEARTBEAT_URL n'est pas une adresse du web. Écrire celle que donne le "
                "veilleur extérieur, de la forme https://…, ou retirer la variable."
            )
            raise ValueError(message)
        return url

    @field_validator("proxy_addresses", mode="before")
    @classmethod
    def _proxies_are_listed(cls, listed: object) -> object:
        if not isinstance(listed, str):
            return listed
        return tuple(each.strip() for each in listed.split(",") if each.strip())

    @model_validator(mode="after")
    def _proxy_is_somewhere(self) -> Self:
        if self.proxy_user_header and not self.proxy_addresses:
            message = (
                "VIGIE_PROXY_USER_HEADER est donné sans VIGIE_PROXY_ADDRESSES : quiconque pourrait "
                "se dire quelqu'un d'autre. Écrire l'adresse d'où le serveur frontal parle au "
                "bureau, comme 127.0.0.1, ou retirer la variable."
            )
            raise ValueError(message)
        return self

    @field_validator("database_url")
    @classmethod
    def _database_can_be_reached(cls, url: SecretStr) -> SecretStr:
        address = url.get_secret_value()
        return SecretStr(in_full(server_url(address))) if address else url

    @model_validator(mode="after")
    def _mails_can_be_sent(self) -> Self:
        if self.smtp_host:
            refuse_unsafe_login(
                self.smtp_host, self.smtp_security, self.smtp_user, self.smtp_password
            )
        return self

    @field_validator("partners")
    @classmethod
    def _partners_deposit_something(cls, partners: dict[str, str]) -> dict[str, str]:
        depositing = sorted(depositing_producers()) if partners else []
        if silent := [name for name in partners if name not in depositing]:
            named = ", ".join(f"« {name[:80]} »" for name in silent)
            message = (
                f"VIGIE_PARTNERS nomme {named}, qui ne dépose rien : aucun accusé ne lui serait "
                f"envoyé. Écrire l'un des producteurs de "
                f"sources/producers/depots : {', '.join(depositing)}."
            )
            raise ValueError(message)
        return partners

    @field_validator("partners")
    @classmethod
    def _partners_can_be_addressed(cls, partners: dict[str, str]) -> dict[str, str]:
        for name, addresses in partners.items():
            where = f"VIGIE_PARTNERS, pour « {visible(name[:80])} »,"
            refuse_addresses(where, addresses, MAX_RECIPIENTS)
        return partners

    @property
    def mail_table(self) -> Path | None:
        """The table of who receives which mails; None where everybody who is listed does."""
        return Path(self.mail_to) if is_mail_table(self.mail_to) else None

    @property
    def month(self) -> str:
        """The month in which a period is due or not: asked anew each time, a station runs long."""
        return self.as_of or datetime.now(PARIS).strftime("%Y-%m")

    @property
    def database(self) -> URL | None:
        """The database of the register and of Dagster's history; None for files of the station."""
        address = self.database_url.get_secret_value()
        return server_url(address) if address else None

    @property
    def smtp(self) -> SmtpSettings | None:
        """How mails are sent; None when no server is configured."""
        if not self.smtp_host:
            return None
        return SmtpSettings(
            host=self.smtp_host,
            port=self.smtp_port,
            security=self.smtp_security,
            user=self.smtp_user or None,
            password=self.smtp_password if self.smtp_password.get_secret_value() else None,
        )

    @cached_property
    def folders(self) -> Folders:
        """The folders of this Vigie's state."""
        return Folders(self.home.resolve())
