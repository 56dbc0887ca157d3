"""A transport whose requests end at a moment, whatever the other side drips meanwhile.

httpx bounds each read by itself: an answer that comes byte by byte, header lines included, would never be late.
"""

import time
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx


class Deadline:
    """The moment at which the running request is over, on the monotonic clock."""

    def __init__(self) -> None:
        self.at = float("inf")

    def left(self, timeout_s: float | None) -> float:
        """Return how long one more step may take.

        Raises:
            httpcore.ReadTimeout: time is up.
        """
        left_s = self.at - time.monotonic()
        if left_s <= 0:
            raise httpcore.ReadTimeout("time is up")
        return left_s if timeout_s is None else min(left_s, timeout_s)


class BoundedStream(httpcore.NetworkStream):
    """A connection whose every step ends by the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> Any:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return BoundedStream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class BoundedBackend(httpcore.SyncBackend):
    """Makes connections that keep to the deadline."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left_s = self._deadline.left(timeout)
        return BoundedStream(super().connect_tcp(host, port, left_s, local_address, socket_options), self._deadline)


def bounded_transport(deadline: Deadline) -> httpx.HTTPTransport:
    """Return a transport that keeps to a deadline, which its owner sets before each request."""
    context = httpx.create_ssl_context(trust_env=False)
    transport = httpx.HTTPTransport(verify=context)
    transport._pool.close()
    # httpx takes no backend, httpcore does; that a dripping header is cut off is under test
    transport._pool = httpcore.ConnectionPool(ssl_context=context, network_backend=BoundedBackend(deadline))
    return transport
