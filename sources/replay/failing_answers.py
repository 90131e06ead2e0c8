"""Answers that go wrong in the same way at every portal.

Here: an answer cut before its end, a page in the place of data, a front end that is down. Not here:
which portal gives one, and when.
"""

from collections.abc import Mapping

from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

PAGE = "<!DOCTYPE html>\n<html lang='fr'><head><title>{0}</title></head><body>{0}</body></html>\n"


def front_end_down() -> Response:
    """Return what a front end says when nothing answers behind it."""
    return HTMLResponse(PAGE.format("503 Service Temporarily Unavailable"), 503)


class CutShort(Response):
    """An answer whose connection is closed half-way through its body.

    Args:
        content: The whole body.
        tells_its_length: Whether the whole length was announced, or the body comes in chunks.
        headers: Other headers of the answer.
    """

    def __init__(
        self,
        content: bytes,
        *,
        tells_its_length: bool = True,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(content, headers=headers)
        if not tells_its_length:
            del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send half of it, and leave: the server closes what was not completed."""
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        half = self.body[: len(self.body) // 2]
        await send(start)
        await send({"type": "http.response.body", "body": half, "more_body": True})
