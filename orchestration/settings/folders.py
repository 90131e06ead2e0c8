"""Where each kind of state is kept, and where the code is.

Here: paths. Not here: making folders (``station.environment``), what is in them (``station``).
"""

from pathlib import Path

HEARTBEAT = "heartbeat.json"
"""The sign of the last good night."""

LETTERS = "courriers"
"""The copies of the letters that producers were sent."""

DESK_USERS = "desk_users.json"
"""Who may read the desk, and who may decide there."""

PROJECT = Path(__file__).resolve().parents[2]

DBT_PROJECT = PROJECT / "dbt_project"


class Folders:
    """Where each kind of state is kept, under one home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.inbox = home / "inbox"
        self.templates = home / "modeles"
        self.receipts = home / "accuses"
        self.warehouse = home / "warehouse.duckdb"
        self.vintages = home / "vintages"
        self.dbt_target = home / "dbt"
        self.dbt_parse = self.dbt_target / "parse"
        self.dbt_manifest = self.dbt_target / "manifest.json"
        self.quality = home / "quality"
        self.validations = self.quality / "validations"
        self.data_docs = self.quality / "data_docs"
        self.releases = home / "releases"
        self.reports = home / "reports"
        self.documentation = home / "docs" / "index.html"
        self.outbox = home / "outbox"
        self.letters = home / LETTERS
        self.heartbeat = home / HEARTBEAT
        self.desk_users = home / DESK_USERS
        self.dagster = home / "dagster"

    def with_warehouse(self, warehouse: Path) -> "Folders":
        """Return the same folders with another warehouse: one that is being written."""
        other = Folders(self.home)
        other.warehouse = warehouse
        return other
