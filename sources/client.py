"""What a source's client is: what it is given, what it gives back, and what a source is made of.

Here: the shapes shared by all clients. Not here: any protocol (each has its folder in
``protocols``), nor the order in which things are done (``collect``).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, Self

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, SecretStr

from sources.contract import ExtractContract, Producer
from sources.wire.http import Answer, Download, PortalSession


class Credentials(BaseModel):
    """Secrets given by the environment; empty when the environment does not give them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    france_travail_client_id: SecretStr = SecretStr("")
    france_travail_client_secret: SecretStr = SecretStr("")


@dataclass(frozen=True)
class FetchedPart:
    """One file received, lying in a scratch folder until the archive takes it."""

    name: str
    path: Path
    sha256: str
    bytes: int

    @classmethod
    def from_download(cls, download: Download) -> Self:
        """Return what was streamed to disk as a part."""
        return cls(download.path.name, download.path, download.sha256, download.bytes)

    @classmethod
    def from_answer(cls, answer: Answer, path: Path) -> Self:
        """Write a small answer to disk, and return it as a part."""
        path.write_bytes(answer.content)
        sha256 = hashlib.sha256(answer.content).hexdigest()
        return cls(path.name, path, sha256, len(answer.content))


@dataclass(frozen=True)
class Extract:
    """An extract kept in the archive.

    Attributes:
        extract_id: SHA-256 of its bytes, or of the manifest of its parts.
        paths: Its files, in order.
        bytes: Their total size.
        announced: What the portal said of it: number of rows, date of the data.
        repairs: What was damaged of it in the archive and is whole again, in French.
    """

    extract_id: str
    paths: tuple[Path, ...]
    bytes: int
    announced: Mapping[str, Any]
    repairs: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class FetchContext:
    """What a client is given: nothing else is reachable from it.

    Attributes:
        session: The one HTTP session.
        region: INSEE code of the region that is followed.
        credentials: Secrets of the environment.
        inbox: Folder where partners drop their deposits.
        scratch: Folder where received files are written before they are archived.
        last: The last accepted extract of this source, if there is one.
        again: Whether it must be received again, though the portal announces nothing new.
        received: Every extract that was ever received of it, accepted or not, the last at the end.
    """

    session: PortalSession
    region: str
    credentials: Credentials
    inbox: Path
    scratch: Path
    last: Extract | None
    again: bool = False
    received: tuple[Extract, ...] = ()

    def still(self, announced: Mapping[str, Any]) -> bool:
        """Tell whether the portal announces exactly what it announced of the last extract."""
        if self.again or self.last is None:
            return False
        return dict(self.last.announced) == dict(announced)


@dataclass(frozen=True)
class Fetched:
    """Something was received; ``url`` and ``headers`` hold no secret.

    ``notices`` say what came with it and is not used, in French.
    """

    parts: tuple[FetchedPart, ...]
    url: str
    announced: Mapping[str, Any] = field(default_factory=dict)
    http_status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unchanged:
    """The producer says that nothing changed since the last accepted extract."""

    url: str
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Absent:
    """The producer has nothing to give yet; ``message`` says so in French."""

    message: str
    url: str
    notices: tuple[str, ...] = ()


class Client(Protocol):
    """How one protocol is spoken and its extracts read."""

    def fetch(self, source: "Source", context: FetchContext) -> Fetched | Unchanged | Absent:
        """Ask the producer for an extract.

        Raises:
            SourceError: The producer did not give it.
        """
        ...

    def read(self, source: "Source", extract: Extract) -> pa.Table:
        """Read an archived extract into text columns under their landed names.

        Raises:
            ExtractRefused: It is not what the contract or the portal says.
        """
        ...


@dataclass(frozen=True)
class Source:
    """One source: its producer, what it owes us, and the client that serves it."""

    id: str
    producer: Producer
    contract: ExtractContract
    client: Client

    @property
    def label(self) -> str:
        """What the source is, in French."""
        return self.contract.label

    @property
    def table(self) -> str:
        """The table that models read it in: that of its family, or its own."""
        return self.contract.family or self.id

    @property
    def partition(self) -> str:
        """What tells it from the others of its family: a session, as a rule."""
        return self.id.removeprefix(f"{self.contract.family}_")
