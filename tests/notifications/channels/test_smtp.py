"""Our mail channel against a real SMTP server (aiosmtpd): one connection, each refusal read, doubt only after the text."""

import asyncio
import email
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from notifications.channels import smtp
from notifications.channels.endpoint import parse
from notifications.channels.smtp import FORM, SmtpMail, read_mail_account
from notifications.channels.smtp_codes import CODES
from notifications.message import Outcome, Outgoing, Result

from .certificates import self_signed

pytestmark = pytest.mark.anyio
Make = Callable[..., Outgoing]


@dataclass
class Mailbox:
    """Answers as it is told, once for each stage that is named, and then well."""

    answers: dict[str, str] = field(default_factory=dict)
    received: list[tuple[list[str], Message]] = field(default_factory=list)
    connections: int = 0
    silent: bool = False
    """Takes the text and never says so."""
    transports: list[Any] = field(default_factory=list)
    has_text: asyncio.Event = field(default_factory=asyncio.Event)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    """Shut: the answer to the text waits."""

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, name: str, replies: list[str]) -> list[str]:  # noqa: N802 - the name is aiosmtpd's
        session.host_name = name
        self.connections += 1
        self.transports.append(server.transport)
        return replies

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        envelope.mail_from = address
        return self.answers.pop("MAIL", "250 OK")

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        answer = self.answers.pop("RCPT", "250 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.has_text.set()
        await self.gate.wait()
        answer = self.answers.pop("DATA", "250 OK")
        if answer.startswith("2"):
            self.received.append((envelope.rcpt_tos, email.message_from_bytes(envelope.content)))
        if self.silent:
            server.transport.abort()
        return answer


@asynccontextmanager
async def serving(box: Mailbox, **options: Any) -> AsyncIterator[int]:
    tls = options.pop("tls", None)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(box, **options), "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@pytest.fixture
def box() -> Mailbox:
    made = Mailbox()
    made.gate.set()
    return made


@pytest.fixture
async def channel(box: Mailbox) -> AsyncIterator[SmtpMail]:
    async with serving(box) as port:
        made = mail(f"smtp://127.0.0.1:{port}?from=duty@bureau.example&security=none")
        yield made
        await made.close()


def mail(url: str, tls: ssl.SSLContext | None = None) -> SmtpMail:
    return SmtpMail("email", read_mail_account("email", parse("email", url, FORM)), tls=tls)


def to(message: Make, **changes: object) -> Outgoing:
    return message(address="zhang@bureau.example", **changes)


async def test_mail_goes_to_the_person_with_our_reference_and_the_link(channel: SmtpMail, box: Mailbox, message: Make) -> None:
    outcome = await channel.deliver(to(message, link="https://tocsin.example/f/1"))

    ((people, received),) = box.received
    text = received.get_payload(decode=True)
    assert isinstance(text, bytes)
    assert (outcome.result, outcome.provider_id) == (Result.ACCEPTED, "<d-0001@bureau.example>")
    assert people == ["zhang@bureau.example"]
    assert (received["Message-ID"], received["X-Tocsin-Delivery"]) == ("<d-0001@bureau.example>", "d-0001")
    assert str(make_header(decode_header(received["Subject"]))) == "防汛 Ⅲ级"
    assert text.decode().split() == ["巡堤查险：请立即到", "3", "号堤段。", "https://tocsin.example/f/1"]


async def test_many_messages_at_once_use_one_connection(channel: SmtpMail, box: Mailbox, message: Make) -> None:
    outcomes = await asyncio.gather(*(channel.deliver(to(message, delivery=f"d-{number}")) for number in range(20)))

    assert {outcome.result for outcome in outcomes} == {Result.ACCEPTED}
    assert (box.connections, len(box.received)) == (1, 20)


async def test_a_connection_that_the_server_has_closed_is_opened_again_unnoticed(
    channel: SmtpMail, box: Mailbox, message: Make
) -> None:
    await channel.deliver(to(message))
    box.transports[0].close()

    outcome = await channel.deliver(to(message, delivery="d-2"))

    assert (outcome.result, box.connections, len(box.received)) == (Result.ACCEPTED, 2, 2)


REFUSALS = {
    ("MAIL", "451 later"): Result.FAILED_FOR_NOW,
    ("MAIL", "550 not from you"): Result.PROVIDER_DOWN,
    ("RCPT", "450 mailbox busy"): Result.FAILED_FOR_NOW,
    ("RCPT", "452 mailbox full"): Result.FAILED_FOR_NOW,
    ("RCPT", "550 no such user"): Result.FAILED_FOR_GOOD,
    ("DATA", "451 later"): Result.FAILED_FOR_NOW,
    ("DATA", "554 looks like spam"): Result.FAILED_FOR_GOOD,
}


@pytest.mark.parametrize(("stage", "answer", "result"), [(*key, result) for key, result in REFUSALS.items()])
async def test_a_refusal_is_read_by_its_stage_and_first_figure(
    stage: str, answer: str, result: Result, channel: SmtpMail, box: Mailbox, message: Make
) -> None:
    box.answers[stage] = answer

    outcome = await channel.deliver(to(message))

    assert (outcome.result, outcome.code) == (result, f"{stage} {answer[:3]}")
    assert box.received == []


async def test_after_a_refusal_the_next_message_uses_the_same_connection(channel: SmtpMail, box: Mailbox, message: Make) -> None:
    box.answers["RCPT"] = "550 no such user"
    await channel.deliver(to(message))

    outcome = await channel.deliver(to(message, delivery="d-2"))

    assert (outcome.result, box.connections) == (Result.ACCEPTED, 1)
    assert box.received[0][0] == ["zhang@bureau.example"]


async def test_a_connection_that_breaks_after_the_text_leaves_the_delivery_in_doubt(
    channel: SmtpMail, box: Mailbox, message: Make
) -> None:
    box.silent = True

    outcome = await channel.deliver(to(message))

    assert (outcome.result, outcome.code) == (Result.UNKNOWN, "timeout")
    assert len(box.received) == 1


async def test_nobody_there_is_surely_not_accepted(message: Make) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        channel = mail(f"smtp://127.0.0.1:{free.getsockname()[1]}?from=duty@bureau.example&security=none")

        outcome = await channel.deliver(to(message))

    assert (outcome.result, outcome.code) == (Result.FAILED_FOR_NOW, "connect")


@pytest.mark.parametrize("address", ["zhang@a.cn,li@b.cn", "zhang", "zhang@a.cn\nBcc: all@b.cn", "张@a.cn", ""])
async def test_what_is_not_one_address_reaches_nobody(address: str, channel: SmtpMail, box: Mailbox, message: Make) -> None:
    outcome = await channel.deliver(message(address=address))

    assert (outcome.result, outcome.code) == (Result.FAILED_FOR_GOOD, "address")
    assert box.received == []


async def test_a_message_that_waits_too_long_for_the_connection_was_not_sent(box: Mailbox, message: Make) -> None:
    async with serving(box) as port:
        account = parse("email", f"smtp://127.0.0.1:{port}?from=duty@bureau.example&security=none", FORM)
        channel = SmtpMail("email", read_mail_account("email", account), wait=timedelta(0))
        box.gate.clear()
        first = asyncio.create_task(channel.deliver(to(message)))
        await box.has_text.wait()

        outcome = await channel.deliver(to(message, delivery="d-2"))

        box.gate.set()
        assert (outcome.result, outcome.code) == (Result.FAILED_FOR_NOW, "busy")
        assert ((await first).result, len(box.received)) == (Result.ACCEPTED, 1)
        await channel.close()


async def test_a_server_that_knows_us_is_proved_without_a_mail_and_keeps_its_connection(
    channel: SmtpMail, box: Mailbox, message: Make
) -> None:
    proved = await channel.prove()
    sent = await channel.deliver(to(message))

    assert (proved.result, sent.result) == (Result.ACCEPTED, Result.ACCEPTED)
    assert (len(box.received), box.connections) == (1, 1)


async def test_a_sender_that_the_server_refuses_is_what_the_proof_says(channel: SmtpMail, box: Mailbox) -> None:
    box.answers["MAIL"] = "550 not you"

    proved = await channel.prove()

    assert (proved.result, proved.code) == (Result.PROVIDER_DOWN, "MAIL 550")


async def test_a_message_that_is_given_up_in_the_middle_takes_its_connection_with_it(
    channel: SmtpMail, box: Mailbox, message: Make
) -> None:
    """Else the next message would read the answer to this one."""
    box.gate.clear()
    sending = asyncio.create_task(channel.deliver(to(message)))
    await box.has_text.wait()
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    box.gate.set()

    assert (await channel.deliver(to(message, delivery="d-2"))).result is Result.ACCEPTED
    assert box.connections == 2


def _only_duty(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    is_right = (data.login, data.password) == (b"duty", b"right")
    return AuthResult(success=is_right, handled=is_right)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_over_tls_the_account_signs_in(scheme: str, box: Mailbox, message: Make, tmp_path: Path) -> None:
    server, client = self_signed(tmp_path)
    with_tls = {"tls": server} if scheme == "smtps" else {"tls_context": server, "require_starttls": True}
    options = {"authenticator": _only_duty, "auth_required": True, "auth_require_tls": scheme == "smtp"}
    async with serving(box, **with_tls, **options) as port:
        outcomes: list[Outcome] = []
        for password in ("right", "wrong"):
            channel = mail(f"{scheme}://duty:{password}@localhost:{port}?from=duty@bureau.example", client)
            outcomes.append(await channel.deliver(to(message)))
            await channel.close()

    assert [(outcome.result, outcome.code) for outcome in outcomes] == [
        (Result.ACCEPTED, ""),
        (Result.PROVIDER_DOWN, "AUTH 535"),
    ]
    assert "wrong" not in repr(outcomes)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_server_that_nobody_vouches_for_gets_no_password(
    scheme: str, box: Mailbox, message: Make, tmp_path: Path
) -> None:
    server, _ = self_signed(tmp_path)
    async with serving(box, **({"tls": server} if scheme == "smtps" else {"tls_context": server})) as port:
        channel = mail(f"{scheme}://duty:right@localhost:{port}?from=duty@bureau.example")
        outcome = await channel.deliver(to(message))
        await channel.close()

    assert (outcome.result, outcome.code) == (Result.PROVIDER_DOWN, "tls")
    assert box.received == []


async def test_a_server_without_starttls_is_not_spoken_to_in_the_open(box: Mailbox, message: Make) -> None:
    async with serving(box) as port:
        channel = mail(f"smtp://duty:right@127.0.0.1:{port}?from=duty@bureau.example")
        outcome = await channel.deliver(to(message))
        await channel.close()

    assert (outcome.result, outcome.code) == (Result.PROVIDER_DOWN, "connect")
    assert box.received == []


async def test_every_stage_of_the_table_is_read_as_the_table_says() -> None:
    read = {code: smtp.classify(code.split()[0], int(code.split()[1][0]) * 100) for code in CODES}

    assert read == CODES
    assert (
        smtp.letter(_any(), "duty@bureau.example", datetime(2026, 1, 1, tzinfo=UTC))["Date"] == "Thu, 01 Jan 2026 00:00:00 +0000"
    )


def _any() -> Outgoing:
    from store.kinds import Kind

    return Outgoing("d-1", Kind.REAL, "a@b.cn", "t", "x", "x", "call", {}, "zh")
