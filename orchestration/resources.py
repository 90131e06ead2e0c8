"""What assets are given to work with: the station's folders and archive.

Here: where a station is, and nothing secret: Dagster shows a resource's configuration. Not here:
what the environment decides, secrets among it, which is read at the moment of use (``settings``).
"""

from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.settings import Folders, Settings
from sources.archive import Archive


class Station(dg.ConfigurableResource[Any]):
    """One Vigie: where its state is and which region it follows."""

    home: str

    @property
    def settings(self) -> Settings:
        """The settings of the environment, with this station's home."""
        return Settings(home=Path(self.home))

    @property
    def folders(self) -> Folders:
        """The folders of the state."""
        return self.settings.folders

    @property
    def archive(self) -> Archive:
        """The raw extracts and the outcomes of fetches."""
        return Archive(self.folders.home)


def build_resources(settings: Settings) -> dict[str, Any]:
    """Return the resources of a station."""
    return {"station": Station(home=str(settings.folders.home))}
