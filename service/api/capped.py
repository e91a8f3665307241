"""A request's body, read with a bound: however it is sent, no more than that is ever held."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
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
    """Answers 413 beyond `most`."""
    return await Request(request.scope, capped(request.receive, most)).body()


def too_large(most: int) -> str:
    return f"the body is over {most} bytes; nothing was taken in"
