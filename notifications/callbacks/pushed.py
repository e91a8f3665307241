"""What the cloud providers push, read item by item: one bad item does not cost the others.

They sign nothing: whoever mounts the address keeps it secret, and may say from which networks it is called.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from notifications.callbacks.errors import CallbackShapeError

LARGEST = 1024 * 1024
_Value = TypeVar("_Value")


def each(provider: str, body: bytes, expected: str, read: Callable[[Mapping[str, Any]], _Value]) -> list[_Value]:
    """Of a JSON array, or of one object. Error: `CallbackShapeError`, also where no item of it can be read."""
    items = _items(provider, body)
    found = list(_readable(items, read))
    if items and not found:
        raise CallbackShapeError(provider, expected)
    return found


def _readable(items: list[Any], read: Callable[[Mapping[str, Any]], _Value]) -> Iterator[_Value]:
    for item in items:
        try:
            yield read(item)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError):
            continue


def _items(provider: str, body: bytes) -> list[Any]:
    if len(body) > LARGEST:
        raise CallbackShapeError(provider, f"at most {LARGEST} bytes")
    try:
        items = json.loads(body)
    except (ValueError, RecursionError) as cause:
        raise CallbackShapeError(provider, "JSON") from cause
    if isinstance(items, dict):
        return [items]
    if not isinstance(items, list):
        raise CallbackShapeError(provider, "a JSON array or object")
    return items
