"""A request's body, read with a bound: however it is sent, no more than that is ever held."""

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive


def capped(receive: Receive, most: int) -> Receive:
    """The same messages, counted. Beyond `most` bytes of body whoever reads gets 413 (`HTTPException`)."""
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise HTTPException(413, too_large(most))
        return message

    return counted


async def capped_body(request: Request, most: int) -> bytes:
    """Answers 413 beyond `most`. Whoever has gone before the end hears nothing of it, and the log gets no traceback."""
    try:
        return await Request(request.scope, capped(request.receive, most)).body()
    except ClientDisconnect as cause:
        raise HTTPException(400, "the caller went away before the body was whole; nothing was taken in") from cause


def too_large(most: int) -> str:
    return f"the body is over {most} bytes; nothing was taken in"
