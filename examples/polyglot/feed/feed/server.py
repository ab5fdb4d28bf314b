"""A feed of prices over WebSocket, for those who bring a token."""

import json

import websockets

from .connection import headers_of

PRICES = {"green-tea": 499, "mug": 1200}
UNAUTHORISED = 4401


async def feed(connection):
    if headers_of(connection).get("Authorization") != "Bearer shop":
        await connection.close(UNAUTHORISED, "a token is missing")
        return
    async for title in connection:
        await connection.send(json.dumps({"title": title, "cents": PRICES.get(title)}))


def serve():
    """The feed on a port of the system's choice."""
    return websockets.serve(feed, "127.0.0.1", 0)
