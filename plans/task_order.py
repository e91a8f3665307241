"""The tasks of a draft in the order in which they wait for each other, in one pass however many there are."""

from collections.abc import Callable, Collection, Iterable, Iterator

from plans.draft import Draft


def predecessors(draft: Draft, name: str) -> Iterator[str]:
    """What it comes after, and what confirms those; the confirmation itself waits for the deed alone."""
    for before in draft.tasks[name].after:
        if before in draft.tasks:
            yield before
            if (second := draft.confirmed_by.get(before, name)) != name:
                yield second


def written_as(draft: Draft, name: str, before: str) -> int:
    """Where in its `after` a task names this predecessor, or what the predecessor confirms."""
    after = draft.tasks[name].after
    return after.index(before if before in after else draft.tasks[before].confirms)


def in_order(draft: Draft, roots: Collection[str] = ()) -> tuple[str, ...]:
    """Each task behind everything it waits for; those in circles and behind them are left out. `roots` wait for nothing."""
    return ordered(draft.tasks, lambda name: () if name in roots else predecessors(draft, name))


def ordered(names: Iterable[str], before: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    waits: dict[str, int] = {}
    followers: dict[str, list[str]] = {}
    for name in names:
        earlier = set(before(name))
        waits[name] = len(earlier)
        for each in earlier:
            followers.setdefault(each, []).append(name)
    ready = [name for name, count in waits.items() if not count]
    for name in ready:
        for follower in followers.get(name, ()):
            waits[follower] -= 1
            if not waits[follower]:
                ready.append(follower)
    return tuple(ready)


def circles(names: Iterable[str], before: Callable[[str], Iterable[str]]) -> Iterator[tuple[str, ...]]:
    """Each circle once, from the name that stands first; every name is followed by one of those before it."""
    left = dict.fromkeys(names)
    for name in ordered(left, before):
        del left[name]
    seen: set[str] = set()
    for start in left:
        if start not in seen and (circle := _way_back(start, lambda name: (each for each in before(name) if each in left))):
            seen.update(circle)
            yield circle


def _way_back(start: str, before: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    """The shortest way from a name through what is before it back to it; empty when there is none."""
    came_from: dict[str, str] = {}
    queue = [start]
    for name in queue:
        for each in before(name):
            if each == start:
                return _way(came_from, start, name)
            if each not in came_from:
                came_from[each] = name
                queue.append(each)
    return ()


def _way(came_from: dict[str, str], start: str, end: str) -> tuple[str, ...]:
    way = [end]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return tuple(reversed(way))
