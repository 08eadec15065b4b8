"""The ways out: a POST to a checked address, and a letter by SMTP. Nothing of what the other side says is kept."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Literal

import aiosmtplib
import httpx

from alerts.notify.addresses import Address, NotAllowed, Rules, read_url
from alerts.notify.attempts import DELIVERED, GONE, Outcome

__all__ = ["Mail", "Resolve", "Web", "resolve"]

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
SECONDS = 10.0
"""For everything: looking up, connecting, sending and the answer's first line. Well under the lease of a notice."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name; none where there is no such name."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(entry[4][0]) for entry in found]


@dataclass(frozen=True)
class Web:
    """Posts webhooks. `trust` holds the certificates it believes; `resolve` is asked once, and what it said is used."""

    rules: Rules
    trust: ssl.SSLContext
    resolve: Resolve = resolve
    seconds: float = SECONDS

    async def checked(self, address: str) -> tuple[httpx.URL, Address]:
        """The address and where to connect for it. Raises NotAllowed."""
        url = read_url(address, self.rules)
        port = url.port or (443 if url.scheme == "https" else 80)
        return url, self.rules.checked(await self.resolve(url.host, port))

    async def post(self, address: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Send once. 2xx is delivered; no redirect is followed; nothing of the answer but its status is read."""
        try:
            async with asyncio.timeout(self.seconds):
                url, place = await self.checked(address)
                return _outcome(await self._status(url, place, headers, body))
        except NotAllowed as error:
            return Outcome(error.code)
        except (TimeoutError, httpx.TimeoutException):
            return Outcome("timeout")
        except httpx.HTTPError as error:
            return Outcome("certificate" if isinstance(_root(error), ssl.SSLError) else "unreachable")

    async def _status(self, url: httpx.URL, place: Address, headers: Mapping[str, str], body: bytes) -> int:
        # To the address that was checked, not to what the name means a moment later; the certificate is the name's.
        pinned = url.copy_with(host=str(place))
        sent = {**headers, "host": url.netloc.decode(), "content-type": "application/cloudevents+json"}
        limits = httpx.Limits(max_keepalive_connections=0)
        async with (
            httpx.AsyncClient(verify=self.trust, trust_env=False, timeout=self.seconds, limits=limits) as client,
            client.stream(
                "POST", pinned, headers=sent, content=body, extensions={"sni_hostname": url.host}
            ) as response,
        ):
            return response.status_code


def _outcome(status: int) -> Outcome:
    if 200 <= status < 300:
        return DELIVERED
    return GONE if status == 410 else Outcome("redirect" if 300 <= status < 400 else f"http_{status}")


def _root(error: BaseException) -> BaseException:
    while (cause := error.__cause__ or error.__context__) is not None and not isinstance(error, ssl.SSLError):
        error = cause
    return error


@dataclass(frozen=True)
class Mail:
    """Sends letters through the office's own mail server."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    trust: ssl.SSLContext
    user: str | None = None
    password: str | None = None
    seconds: float = SECONDS

    async def send(self, message: EmailMessage) -> Outcome:
        """Send once. The server's word is a code, never its text, which may name the recipient."""
        try:
            async with asyncio.timeout(self.seconds):
                await aiosmtplib.send(
                    message,
                    hostname=self.host,
                    port=self.port,
                    use_tls=self.security == "tls",
                    start_tls=self.security == "starttls",
                    tls_context=self.trust if self.security != "none" else None,
                    username=self.user,
                    password=self.password,
                    timeout=self.seconds,
                )
        except (TimeoutError, aiosmtplib.SMTPTimeoutError):
            return Outcome("timeout")
        except aiosmtplib.SMTPAuthenticationError:
            return Outcome("mail_login")
        except (aiosmtplib.SMTPResponseException, aiosmtplib.SMTPRecipientsRefused):
            return Outcome("mail_refused")
        except (aiosmtplib.SMTPException, OSError) as error:
            return Outcome("certificate" if isinstance(_root(error), ssl.SSLError) else "unreachable")
        return DELIVERED
