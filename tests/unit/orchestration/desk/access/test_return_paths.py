"""Where somebody goes on once signed in."""

import pytest
from starlette.responses import Response
from starlette.routing import Mount, Route

from orchestration.desk.access.return_paths import return_path


async def page(_request: object) -> Response:
    return Response()


PAGES = [
    Route("/", page),
    Route("/constats/{finding}", page),
    Route("/constats/{finding}/decision", page, methods=["POST"]),
    Mount("/station/reports", page),
]


@pytest.mark.parametrize(
    "ours",
    ["/", "/constats/4f2a", "/constats/4f2a?depuis=courriel#decider", "/station/reports/a/b.html"],
)
def test_a_page_of_the_desk_is_gone_on_to(ours: str) -> None:
    assert return_path(ours, PAGES) == ours


@pytest.mark.parametrize(
    "other",
    [
        "",
        "https://ailleurs.exemple/constats/4f2a",
        "//ailleurs.exemple/constats/4f2a",
        "//ailleurs.exemple",
        "/\\ailleurs.exemple",
        "\\\\ailleurs.exemple",
        "/\t/ailleurs.exemple",
        "\n//ailleurs.exemple",
        "/constats/4f2a\r\nLocation: https://ailleurs.exemple",
        "javascript:alert(1)",
        "constats/4f2a",
        "/inconnu",
        "/.//ailleurs.exemple",
        "/constats/4f2a/decision",
        "/constats/" + "a" * 3000,
        "/constats/é",
    ],
)
def test_nothing_else_is(other: str) -> None:
    assert return_path(other, PAGES) == "/"
