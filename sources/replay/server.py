"""Running the replayed portals on the loopback.

Here: a thread of a test or of a demonstration, or a process of their own. Not here: what they serve
(``app``).
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from sources.wire import loopback


@contextmanager
def serve(app: ASGIApp) -> Iterator[str]:
    """Serve an application from a thread; yield its base address."""
    with socket.create_server((loopback.ADDRESS, 0)) as listening:
        server = uvicorn.Server(_config(app))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield f"http://{loopback.ADDRESS}:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def run(app: ASGIApp, port: int) -> None:
    """Serve an application on a port, until the process is stopped."""
    uvicorn.run(app, host=loopback.ADDRESS, port=port, log_level="warning", lifespan="off")


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_level="warning",
        lifespan="off",
        ws="none",
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
