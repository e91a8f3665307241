"""Plots of simulated runs as SVG of our own: nothing is loaded, nothing moves, and a printed page shows the same."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from flows.simulation.summary import Hour, Share

GOOD, FAIR, BAD, CALM = "#15803d", "#b45309", "#b91c1c", "#1d4ed8"
_BAR, _HIGH = 150, 16
_WIDE, _TALL, _LEFT, _BELOW = 760, 230, 40, 34


def share_bar(share: Share, colour: str = "") -> Markup:
    """A bar from 0 to 1 with the Wilson interval as a whisker; green, amber or red unless it is neither good nor bad."""
    if share.value is None:
        return Markup("")
    low, high = share.interval
    judged = GOOD if share.value >= 0.9 else FAIR if share.value >= 0.5 else BAD
    whisker = (
        f'<path d="M{low * _BAR:.1f} {_HIGH / 2}H{high * _BAR:.1f}M{low * _BAR:.1f} 4V12M{high * _BAR:.1f} 4V12" '
        'stroke="#111" stroke-width="1.4" fill="none"/>'
    )
    return _bar(share.value, colour or judged, whisker)


def instances_bar(share: Share) -> Markup:
    """Without a whisker: what happens twice in one run are not two independent answers."""
    if share.value is None:
        return Markup("")
    return _bar(share.value, GOOD if share.value >= 0.9 else FAIR if share.value >= 0.5 else BAD)


def plain_bar(value: float) -> Markup:
    """A bar from 0 to 1: how much of their time people are at work."""
    whole = min(value, 1.0)
    colour = BAD if whole >= 0.8 else FAIR if whole >= 0.5 else CALM
    return _bar(whole, colour)


def hours_plot(hours: Sequence[Hour], labels: Sequence[str]) -> Markup:
    """Messages as columns, people as a line, by hour from the start; `labels` stand under every sixth hour."""
    if not hours:
        return Markup("")
    highest = max(1.0, *(each.messages for each in hours), *(each.people for each in hours))
    step = (_WIDE - _LEFT - 8) / len(hours)
    base, height = _TALL - _BELOW, _TALL - _BELOW - 12

    def up(value: float) -> float:
        return base - value / highest * height

    parts = [f'<svg class="plot" viewBox="0 0 {_WIDE} {_TALL}" role="img" aria-label="people and messages by hour">']
    for line in range(5):
        value = highest * line / 4
        parts.append(f'<path d="M{_LEFT} {up(value):.1f}H{_WIDE - 8}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 5}" y="{up(value) + 4:.1f}" text-anchor="end">{value:.0f}</text>')
    for each in hours:
        left, top = _LEFT + each.hour * step, up(each.messages)
        parts.append(
            f'<rect x="{left + step * 0.1:.1f}" y="{top:.1f}" width="{step * 0.8:.1f}" height="{base - top:.1f}" fill="#93c5fd"/>'
        )
        if each.hour % 6 == 0 and each.hour < len(labels):
            parts.append(f'<text x="{left:.1f}" y="{base + 14}">{escape(labels[each.hour])}</text>')
            parts.append(f'<path d="M{left:.1f} {base}V{base + 4}" stroke="#555"/>')
    line_points = " ".join(f"{_LEFT + (each.hour + 0.5) * step:.1f},{up(each.people):.1f}" for each in hours)
    parts.append(f'<polyline points="{line_points}" fill="none" stroke="{BAD}" stroke-width="2"/>')
    parts.append(f'<path d="M{_LEFT} {base}H{_WIDE - 8}" stroke="#555"/></svg>')
    return _drawn("".join(parts))


def heat(value: float, highest: float) -> str:
    """The background of a cell: white for nothing, red for the most."""
    share = 0 if highest <= 0 else min(1.0, value / highest)
    return f"background:rgba(220,38,38,{share * 0.6:.2f})"


def _bar(value: float, colour: str, above: str = "") -> Markup:
    return _drawn(
        f'<svg class="bar" viewBox="0 0 {_BAR} {_HIGH}" role="img" aria-label="{value:.0%}">'
        f'<rect width="{_BAR}" height="{_HIGH}" fill="#eef0f3"/>'
        f'<rect width="{value * _BAR:.1f}" height="{_HIGH}" fill="{colour}" opacity=".75"/>{above}</svg>'
    )


def _drawn(svg: str) -> Markup:
    return Markup(svg)  # noqa: S704  # numbers of ours, and labels that were escaped
