"""What of websockets is called differently since 14.0, in one place."""

import websockets

MAJOR = int(websockets.__version__.split(".")[0])
HEADERS = "additional_headers" if MAJOR >= 14 else "extra_headers"


def connect(uri, headers):
    """Opens a connection whose handshake has these headers."""
    return websockets.connect(uri, **{HEADERS: headers})


def headers_of(connection):
    """The headers with which a client came."""
    return connection.request.headers if MAJOR >= 14 else connection.request_headers
