import asyncio
import json
import os

import pytest
import websockets

from feed.connection import HEADERS, MAJOR, connect
from feed.server import UNAUTHORISED, serve

TOKEN = {"Authorization": "Bearer shop"}


def with_feed(use):
    """Runs `use` against a feed of its own."""

    async def run():
        async with serve() as server:
            port = server.sockets[0].getsockname()[1]
            return await asyncio.wait_for(use(f"ws://127.0.0.1:{port}"), timeout=30)

    return asyncio.run(run())


def test_the_library_is_the_one_that_the_variant_names():
    assert os.environ.get("RUNNER_VARIANT", "none") in ("none", f"websockets{MAJOR}")


@pytest.mark.parametrize(("title", "cents"), [("green-tea", 499), ("mug", 1200), ("sold out", None)])
def test_who_brings_the_token_is_told_prices(title, cents):
    async def ask(uri):
        async with connect(uri, TOKEN) as connection:
            await connection.send(title)
            return json.loads(await connection.recv())

    assert with_feed(ask) == {"title": title, "cents": cents}


def test_who_brings_no_token_is_sent_away():
    async def ask(uri):
        async with connect(uri, {}) as connection:
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await connection.recv()
            return closed.value.rcvd.code

    assert with_feed(ask) == UNAUTHORISED


def test_the_other_version_of_the_library_calls_headers_by_another_name():
    other = {"additional_headers": "extra_headers", "extra_headers": "additional_headers"}[HEADERS]

    async def ask(uri):
        async with websockets.connect(uri, **{other: TOKEN}):
            pass

    with pytest.raises(TypeError, match=other):
        with_feed(ask)
