"""What `tocsin serve` says of messages in its log: one plain line each, no phone number whole. Pure."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from notifications.channels import registry
from notifications.masking import masked, without_number
from notifications.message import WRITTEN_TO_FILE, Outcome
from notifications.outbox import DeliveryView
from store.kinds import Kind


def delivery_line(view: DeliveryView, outcome: Outcome) -> str:
    """`R-… verify.1 [call] to chenzhiyuan by sms 199****0001: accepted (r-…)`, with what the provider said."""
    whom = f"{view.person} by {view.channel} {masked(view.address)}".rstrip()
    code = "" if outcome.code == WRITTEN_TO_FILE else outcome.code
    said = ": ".join(part for part in (code, outcome.detail) if part)
    said = without_number(said, view.address)
    came = "written to a file" if outcome.code == WRITTEN_TO_FILE else outcome.result.value.replace("_", " ")
    told = f"{view.response} {view.assignment} [{view.step}] to {whom}: {came} ({view.id})"
    return f"{told}: {said}" if said else told


def channel_warnings(urls: Mapping[Kind, Mapping[str, registry.Urls]], files: Mapping[Kind, Mapping[str, Path]]) -> Iterator[str]:
    """One for each channel kind that reaches nobody; `files` are where its messages go instead."""
    for channel, url in urls[Kind.REAL].items():
        if registry.stays_here(url):
            yield (
                f"{channel}: no gateway is set up, its messages are written to {files[Kind.REAL][channel]} and reach nobody; "
                f"name one under [channels] in tocsin.toml"
            )
        elif registry.stays_here(urls[Kind.DRILL][channel]):
            yield f"{channel}: messages of drills are written to {files[Kind.DRILL][channel]} and reach nobody ([drill_channels])"
