"""`tocsin proposal …`: what alerts propose, and what a person decides about it."""

from typing import Annotated

import typer

from service.cli.moments import moment_of
from service.cli.output import AsJson, By, Reason, print_json, print_turn
from service.cli.response import ApprovedBy, Facts, Learned, Occurred, Oral, Received

app = typer.Typer(no_args_is_help=True)
ProposalId = Annotated[str, typer.Argument(help="The proposal, as in P-261124-1a2b3c.")]


@app.command("list")
def list_proposals(
    decided: Annotated[bool, typer.Option("--all", help="Decided ones too.")] = False,
    as_json: AsJson = False,
) -> None:
    """What waits for a decision, newest first. 待定的启动建议"""
    from service.api.alert_views import proposal_view
    from service.desk.proposals import listed
    from service.wiring import Home

    found = listed(Home(), decided=decided)
    if as_json:
        print_json([proposal_view(each) for each in found])
        return
    if not found:
        typer.echo("no proposal waits for a decision (没有待定的建议)")
    for each in found:
        question = "  ? " + each.content.question.zh if each.content.question and each.is_open else ""
        typer.echo(
            f"{each.id}  {each.plan:12} {each.level.name:>3}  {each.state.value:9}  {each.content.why.headline[:50]}{question}"
        )


@app.command()
def show(proposal: ProposalId, as_json: AsJson = False) -> None:
    """One proposal with its whole why, in the bureau's own time."""
    from service.api.alert_views import proposal_view
    from service.cli.pictures import local_time
    from service.desk.proposals import shown
    from service.wiring import Home

    home = Home()
    found = shown(home, proposal)
    if as_json:
        print_json(proposal_view(found))
        return
    why = found.content.why
    until = local_time(found.content.until.isoformat(), home.zone) if found.content.until else "until it is lifted"
    typer.echo(f"{found.id}: {found.plan} level {found.level.name}, {found.state.value}")
    typer.echo(f"  alert   {why.headline} ({why.sender} {why.identifier})")
    typer.echo(f"  because {why.rule}: {why.condition}")
    typer.echo(f"  values  {', '.join(f'{name}={value}' for name, value in why.values.items())}")
    typer.echo(f"  areas   {', '.join(found.content.areas)}; {why.overlap}")
    typer.echo(f"  until   {until}")
    for defect in why.defects:
        typer.echo(f"  defect  {defect.zh} / {defect.en}")
    if found.content.question:
        typer.echo(f"  asks    {found.content.question.zh} / {found.content.question.en}")


@app.command()
def accept(
    proposal: ProposalId,
    by: By = "",
    approved_by: ApprovedBy = "",
    oral: Oral = False,
    occurred: Occurred = None,
    learned: Learned = None,
    received: Received = None,
    level: Annotated[str, typer.Option(help="Another level than the proposed one.")] = "",
    fact: Facts = [],  # noqa: B006  # typer reads the default, nobody changes it
    incident: Annotated[str, typer.Option(help="What happened, in a few words.")] = "",
    place: Annotated[str, typer.Option(help="Where.")] = "",
    confirm: Annotated[bool, typer.Option("--confirm", help="The question it asks has been looked at: it is real.")] = False,
    as_json: AsJson = False,
) -> None:
    """Open the response that is proposed. 采纳并启动"""
    from service.api.bodies import AcceptBody
    from service.desk.duty import pairs
    from service.desk.proposals import accept as accept_proposal
    from service.wiring import Home

    home = Home()
    now = home.clock.now()
    body = AcceptBody.model_validate(
        {
            "by": by,
            "approved_by": approved_by,
            "oral": oral,
            "level": level,
            "facts": pairs(fact),
            "incident": incident,
            "place": place,
            "confirm": confirm,
            "occurred_at": moment_of(occurred, home.zone, now),
            "learned_at": moment_of(learned, home.zone, now),
            "received_at": moment_of(received, home.zone, now),
        }
    )
    print_turn(accept_proposal(home, proposal, body, "cli"), as_json=as_json)


@app.command()
def decline(proposal: ProposalId, reason: Reason, by: By = "") -> None:
    """Decide that nothing is opened, and why. 否决"""
    from service.desk.proposals import decline as decline_proposal
    from service.wiring import Home

    found = decline_proposal(Home(), proposal, by, reason)
    typer.echo(f"{found.id}: declined by {found.decided_by}: {found.reason}")
