"""A request's body, read with a bound."""

from fastapi import HTTPException, Request


async def capped_body(request: Request, most: int) -> bytes:
    """However it is sent, no more than `most` bytes are ever held. Answers 413 beyond."""
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > most:
            raise HTTPException(413, f"the body is over {most} bytes; nothing was taken in")
    return bytes(raw)
