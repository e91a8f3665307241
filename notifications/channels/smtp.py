"""Email over SMTP: one connection, kept and used by one message after the other; each refusal is read for its recipient.

What is in doubt begins where the text was sent: whatever breaks before that was surely not accepted.
"""

import asyncio
import re
import ssl
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime

from aiosmtplib import SMTP, SMTPAuthenticationError, SMTPException, SMTPResponseException

from notifications.channels.endpoint import Endpoint, is_loopback
from notifications.channels.errors import ChannelUrlError
from notifications.channels.smtp_codes import classify
from notifications.message import Outcome, Outgoing, Result
from store.clock import Clock, RealClock

STARTTLS, TLS = "smtp", "smtps"
FORM = "smtp://USER:PASSWORD@HOST:587?from=duty@bureau.example (STARTTLS), or smtps://USER:PASSWORD@HOST:465?from=…"
_PORTS = {STARTTLS: 587, TLS: 465}
_ONE_ADDRESS = re.compile(r"[!-~]+@[0-9A-Za-z.\[\]:-]+")
_NOT_IN_ONE = re.compile(r'[\s,;<>()"\\]')
_WAIT = timedelta(seconds=3)
_CONNECT = timedelta(seconds=3)
_SEND = timedelta(seconds=3.5)
"""Together less than the dispatcher's patience: it would have to call a message in doubt that still waits for its turn."""


@dataclass(frozen=True, slots=True)
class MailAccount:
    host: str
    port: int
    sender: str
    user: str
    password: str = field(repr=False)
    security: str
    """`starttls`, `tls` or `none`."""


def read_mail_account(kind: str, endpoint: Endpoint) -> MailAccount:
    if not endpoint.host:
        raise ChannelUrlError(kind, "the host is missing", FORM)
    sender = endpoint.options.get("from", "")
    if not is_one_address(sender):
        raise ChannelUrlError(kind, f"from={sender} is not one address", FORM)
    security = endpoint.options.get("security", "tls" if endpoint.scheme == TLS else "starttls")
    if security not in ("starttls", "tls", "none"):
        raise ChannelUrlError(kind, f"security={security} is unknown", FORM)
    if security == "none" and not is_loopback(endpoint.host):
        raise ChannelUrlError(kind, f"security=none is allowed for this machine only, not for {endpoint.host}", FORM)
    port = endpoint.port or _PORTS[endpoint.scheme]
    return MailAccount(endpoint.host, port, sender, endpoint.user, endpoint.secret, security)


def is_one_address(text: str) -> bool:
    return bool(_ONE_ADDRESS.fullmatch(text)) and not _NOT_IN_ONE.search(text)


class _RefusedError(Exception):
    """Carries the outcome of a stage that failed up to the one place that answers for the message."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


class SmtpMail:
    resend_is_safe = False

    def __init__(
        self,
        kind: str,
        account: MailAccount,
        wire_clock: Clock | None = None,
        tls: ssl.SSLContext | None = None,
        wait: timedelta = _WAIT,
    ) -> None:
        """`tls` in place of the system's trust; `wire_clock` is real time, for the Date; `wait` for the connection to be free."""
        self.kind = kind
        self._account = account
        self._clock = wire_clock or RealClock()
        self._tls = tls
        self._wait = wait.total_seconds()
        self._turn = asyncio.Lock()
        self._client: SMTP | None = None

    async def deliver(self, message: Outgoing) -> Outcome:
        """On acceptance `provider_id` is the Message-ID."""
        if not is_one_address(message.address):
            return Outcome(Result.FAILED_FOR_GOOD, code="address", detail=f"{message.address!r} is not one mail address")
        try:
            async with asyncio.timeout(self._wait):
                await self._turn.acquire()
        except TimeoutError:
            return Outcome(Result.FAILED_FOR_NOW, code="busy", detail="the connection is taken by the messages before")
        try:
            return await self._send(message)
        except _RefusedError as refused:
            return refused.outcome
        except BaseException:
            # cancelled in the middle: nobody knows where the conversation stands
            self._drop()
            raise
        finally:
            self._turn.release()

    async def look_up(self, message: Outgoing, sent: datetime) -> Outcome | None:  # noqa: ARG002 - SMTP has no such question
        return None

    async def prove(self) -> Outcome:
        """Signs in and names the sender, and takes that back."""
        try:
            async with self._turn:
                await self._ready()
                await self._begin_anew()
        except _RefusedError as refused:
            return refused.outcome
        return Outcome(Result.ACCEPTED)

    async def close(self) -> None:
        self._drop()

    async def _send(self, message: Outgoing) -> Outcome:
        content = letter(message, self._account.sender, self._clock.now())
        client = await self._ready()
        await self._ask("RCPT", client.rcpt(message.address))
        code, words = await self._hand_over(client, content.as_bytes(policy=WIRE))
        return Outcome(Result.ACCEPTED, provider_id=str(content["Message-ID"]), detail=f"{code} {words}")

    async def _ready(self) -> SMTP:
        """A connection on which the sender was just accepted: one that was kept may have ended in the meantime."""
        kept = self._client
        if kept is not None:
            try:
                await self._ask("MAIL", kept.mail(self._account.sender))
            except _RefusedError:
                self._drop()
            else:
                return kept
        client = await self._connected()
        await self._ask("MAIL", client.mail(self._account.sender))
        return client

    async def _connected(self) -> SMTP:
        account = self._account
        client = SMTP(
            hostname=account.host,
            port=account.port,
            use_tls=account.security == "tls",
            start_tls=account.security == "starttls",
            tls_context=self._tls,
            timeout=_CONNECT.total_seconds(),
        )
        self._client = client
        try:
            async with asyncio.timeout(_CONNECT.total_seconds()):
                await client.connect()
                if account.user:
                    await client.login(account.user, account.password)
        except SMTPResponseException as cause:
            stage = "AUTH" if isinstance(cause, SMTPAuthenticationError) else "connect"
            raise self._refused(_refusal(stage, cause)) from cause
        except (SMTPException, OSError) as cause:
            raise self._refused(_no_connection(cause)) from cause
        return client

    async def _ask(self, stage: str, question: Awaitable[object]) -> None:
        """A stage before the text: whatever breaks here, the message was not accepted."""
        try:
            async with asyncio.timeout(_SEND.total_seconds()):
                await question
        except SMTPResponseException as cause:
            await self._begin_anew()
            raise _RefusedError(_refusal(stage, cause)) from cause
        except (SMTPException, OSError) as cause:
            raise self._refused(Outcome(Result.FAILED_FOR_NOW, code="connect", detail=type(cause).__name__)) from cause

    async def _hand_over(self, client: SMTP, content: bytes) -> tuple[int, str]:
        try:
            async with asyncio.timeout(_SEND.total_seconds()):
                return await client.data(content)
        except SMTPResponseException as cause:
            await self._begin_anew()
            raise _RefusedError(_refusal("DATA", cause)) from cause
        except (SMTPException, OSError) as cause:
            raise self._refused(Outcome(Result.UNKNOWN, code="timeout", detail="no answer after the text was sent")) from cause

    async def _begin_anew(self) -> None:
        """After a refusal the connection is good for the next message; if it is not even that, it is given up."""
        client = self._client
        try:
            if client is not None:
                async with asyncio.timeout(1):
                    await client.rset()
        except (SMTPException, OSError):
            self._drop()

    def _refused(self, outcome: Outcome) -> _RefusedError:
        self._drop()
        return _RefusedError(outcome)

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


def letter(message: Outgoing, sender: str, now: datetime) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = " ".join(message.title.split())
    mail["From"], mail["To"] = sender, message.address
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message.delivery}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Tocsin-Delivery"] = message.delivery
    link = message.link if message.link not in message.text else ""
    mail.set_content("\n\n".join(part for part in (message.text, link) if part) + "\n")
    return mail


def _no_connection(cause: Exception) -> Outcome:
    """A server that cannot do what we ask of it (TLS, signing in) is not just away for a moment."""
    if isinstance(cause, ssl.SSLError) or isinstance(cause.__cause__, ssl.SSLError):
        return Outcome(Result.PROVIDER_DOWN, code="tls", detail="the server's certificate or its TLS is not good enough")
    result = Result.FAILED_FOR_NOW if isinstance(cause, OSError) else Result.PROVIDER_DOWN
    return Outcome(result, code="connect", detail=str(cause)[:200] or type(cause).__name__)


def _refusal(stage: str, cause: SMTPResponseException) -> Outcome:
    return Outcome(classify(stage, cause.code), code=f"{stage} {cause.code}", detail=cause.message.replace("\n", " ")[:200])
