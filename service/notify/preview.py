"""What a person would receive at a step of a plan: the engine's own call, outbox and renderer, on a passing database."""

import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from notifications import outbox
from notifications.channels.previews import Preview, preview
from notifications.masking import masked
from notifications.message import Call, Outgoing
from notifications.outbox import DeliveryView
from notifications.rendering import Renderer
from plans.model import Plan, Text
from resources.model import Person
from service.notify.gateways import Configured, configured
from service.notify.steps import Asked, call_of, one_of, person_of
from service.plain import Json, text_view
from service.wiring import Home, template_of
from store.database import Database


def preview_view(home: Home, asked: Asked) -> Json:
    """Errors: `UnknownNameError`, and those of a plan that cannot be read."""
    plan, duty = home.plans.named(asked.plan), home.duty()
    call = call_of(plan, duty, home.zone, home.clock.now(), asked)
    person = person_of(duty, asked.to, asked.language)
    channels = {each.channel: each for each in configured(home) if each.kind is call.kind}
    if asked.channel:
        one_of("channel", asked.channel, channels)
    return {
        "plan": plan.name,
        "task": asked.task,
        "step": asked.step,
        "kind": call.kind.value,
        "person": {"person": person.id, "name": person.name, "language": person.language},
        "template": call.template,
        "answerable": call.answerable,
        "notes": [text_view(each) for each in _notes(person, call, asked)],
        "deliveries": [
            _delivery(home, view, message, fault, channels[view.channel])
            for view, message, fault in _rendered(home, plan, call)
            if view.channel and asked.channel in ("", view.channel)
        ],
    }


def _rendered(home: Home, plan: Plan, call: Call) -> Iterator[tuple[DeliveryView, Outgoing, str]]:
    renderer = Renderer(lambda _, template, language: template_of(plan, template, language), home.link_for)
    with tempfile.TemporaryDirectory(prefix="tocsin-preview-") as folder:
        database = Database(Path(folder) / "preview.db")
        with database.write() as connection:
            outbox.add(connection, [call], home.clock.now())
        with database.read() as connection:
            views = outbox.deliveries(connection, call.response)
        database.close()
    order = {channel: place for place, channel in enumerate(call.channels)}
    for view in sorted(views, key=lambda each: order.get(each.channel, 0)):
        rendering = renderer(view)
        yield view, rendering.outgoing, rendering.fault


def _notes(person: Person, call: Call, asked: Asked) -> Iterator[Text]:
    name = person.name
    if asked.is_drill and not person.exercises:
        yield Text(f"{name} 不参加演练，不会收到", f"{name} takes no part in drills and would not be called")
    reachable = outbox.reachable_by(call)
    for channel in (asked.channel,) if asked.channel else call.channels:
        if channel not in call.channels:
            by = "、".join(call.channels)
            yield Text(
                f"此步骤不用 {channel}（只用 {by}）", f"this step does not use {channel} (only {', '.join(call.channels)})"
            )
        elif channel not in reachable:
            yield Text(
                f"{name} 没有 {channel} 地址，请在名册补充", f"{name} has no address for {channel}; add one to the directory"
            )
    if not reachable:
        yield Text(f"{name} 收不到任何消息", f"{name} would receive nothing")


def _delivery(home: Home, view: DeliveryView, message: Outgoing, fault: str, channel: Configured) -> Json:
    now = home.clock.now()
    return {
        "channel": view.channel,
        "address": masked(view.address),
        "title": message.title,
        "text": message.text,
        "short": message.short,
        "link": message.link,
        "code": message.code,
        "fault": fault or channel.fault,
        "gateways": [
            {"name": name, **_shown(preview(view.channel, url, message, now))} for name, url in channel.gateways.items()
        ],
    }


def _shown(shown: Preview) -> Json:
    return asdict(shown) | {"variables": dict(shown.variables)}
