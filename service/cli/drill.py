"""`tocsin drill …`: a drill at once, and drills on a schedule. A drill opens on the same engine and never becomes real."""

from typing import Annotated

import typer

from service.cli.moments import moment_of
from service.cli.output import AsJson, By, Reason, print_json, print_turn
from service.cli.response import Facts, Learned, Occurred, Received

app = typer.Typer(no_args_is_help=True)
PlanName = Annotated[str, typer.Argument(help="Name of the plan.")]
LevelName = Annotated[str, typer.Option("--level", help="IV, III, II or I; left out, the facts decide.")]


@app.command()
def run(
    plan: PlanName,
    level: LevelName = "III",
    fact: Facts = [],  # noqa: B006  # typer reads the default, nobody changes it
    incident: Annotated[str, typer.Option(help="What is assumed to have happened.")] = "",
    place: Annotated[str, typer.Option(help="Where.")] = "",
    reason: Reason = "",
    by: By = "",
    occurred: Occurred = None,
    learned: Learned = None,
    received: Received = None,
    key: Annotated[str, typer.Option(help="Idempotency key.")] = "",
    as_json: AsJson = False,
) -> None:
    """Begin a drill now; only people who take part in drills are called. 立即演练"""
    from service.desk.duty import Activation, Desk, pairs
    from service.wiring import Home

    home = Home()
    now = home.clock.now()
    asked = Activation(
        plan=plan,
        level=level,
        facts=pairs(fact),
        incident=incident,
        place=place,
        reason=reason,
        by=by,
        key=key,
        occurred_at=moment_of(occurred, home.zone, now),
        learned_at=moment_of(learned, home.zone, now),
        received_at=moment_of(received, home.zone, now),
    )
    print_turn(Desk(home).drill(asked, "cli"), as_json=as_json)


@app.command()
def schedule(
    plan: PlanName,
    cron: Annotated[str, typer.Option("--cron", help="Minute hour day month weekday, as in '0 9 15 5,11 *'.")],
    level: LevelName = "III",
    name: Annotated[str, typer.Option(help="Of the schedule; the same name replaces it.")] = "",
    place: Annotated[str, typer.Option(help="Where the drill assumes the incident.")] = "",
    as_json: AsJson = False,
) -> None:
    """Put a Prefect schedule on the plan's drill deployment. 定期演练"""
    import asyncio
    from dataclasses import asdict

    from flows.deciding.levels.levels import read_level_name
    from service.serving.prefect_address import point_to_prefect
    from service.wiring import Home

    home = Home()
    found = home.plans.named(plan)
    wanted = read_level_name(level) if level else None
    point_to_prefect(home)
    from flows.on_prefect.deployments import schedule_drill

    scheduled = asyncio.run(schedule_drill(found, cron, timezone=home.settings.zone, level=wanted, name=name, place=place))
    made, before = scheduled.made, scheduled.replaced
    if as_json:
        print_json(asdict(made) | {"replaced": before.cron if before else None})
        return
    typer.echo(
        f"drill of {made.plan} scheduled as {made.name}: {made.cron} ({made.timezone}), level {made.level or 'by the facts'}"
    )
    if before:
        typer.echo(f"it replaces {before.cron} ({before.timezone}); --name NAME keeps both")


@app.command()
def schedules(plan: PlanName, as_json: AsJson = False) -> None:
    """The schedules of a plan's drills."""
    import asyncio
    from dataclasses import asdict

    from service.serving.prefect_address import point_to_prefect
    from service.wiring import Home

    home = Home()
    name = home.plans.named(plan).name
    point_to_prefect(home)
    from flows.on_prefect.deployments import drill_schedules

    found = asyncio.run(drill_schedules(name))
    if as_json:
        print_json([asdict(each) for each in found])
        return
    if not found:
        typer.echo(f"no drill of {name} is scheduled; 'tocsin drill schedule {name} --cron …' schedules one")
    for each in found:
        typer.echo(
            f"{each.name}  {each.cron} ({each.timezone})  level {each.level or 'by the facts'}  {'on' if each.active else 'off'}"
        )


@app.command()
def unschedule(plan: PlanName, name: str) -> None:
    """Take a schedule away."""
    import asyncio

    from service.serving.prefect_address import point_to_prefect
    from service.wiring import Home

    home = Home()
    found = home.plans.named(plan).name
    point_to_prefect(home)
    from flows.on_prefect.deployments import remove_drill_schedule

    asyncio.run(remove_drill_schedule(found, name))
    typer.echo(f"drill schedule {name} of {found} removed")
