"""`tocsin level …`: a level is proposed, then approved or refused by whoever the plan names; the paper may follow."""

from typing import Annotated

import typer

from service.cli.output import AsJson, By, Reason, print_turn
from service.cli.response import Although, ApprovedBy, Oral, ResponseId

app = typer.Typer(no_args_is_help=True)
LevelName = Annotated[str, typer.Argument(help="IV, III, II or I.")]


@app.command()
def propose(response: ResponseId, level: LevelName, by: By = "", reason: Reason = "", as_json: AsJson = False) -> None:
    """Propose a level to those who may approve it. 建议调整"""
    from service.desk.level_desk import LevelDesk
    from service.wiring import Home

    print_turn(LevelDesk(Home()).propose(response, level, by, "cli", reason), as_json=as_json)


@app.command()
def approve(
    response: ResponseId,
    level: LevelName,
    by: By = "",
    approved_by: ApprovedBy = "",
    oral: Oral = False,
    reason: Reason = "",
    although: Although = "",
    as_json: AsJson = False,
) -> None:
    """Approve a level, proposed or not: it changes at once. 批准调整"""
    from service.desk.level_desk import LevelDesk
    from service.wiring import Home

    turn = LevelDesk(Home()).approve(response, level, by, "cli", reason, approved_by=approved_by, oral=oral, although=although)
    print_turn(turn, as_json=as_json)


@app.command()
def refuse(response: ResponseId, by: By = "", reason: Reason = "", as_json: AsJson = False) -> None:
    """Refuse the level that is proposed. 不同意"""
    from service.desk.level_desk import LevelDesk
    from service.wiring import Home

    print_turn(LevelDesk(Home()).refuse(response, by, "cli", reason), as_json=as_json)


@app.command()
def paper(
    response: ResponseId,
    reference: Annotated[str, typer.Argument(help="Number or file of the paper.")],
    paper: Annotated[str, typer.Option("--paper", help="Which one, where several are owed: opening, level-1, end-1.")] = "",
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """File the paper of an oral approval. 补交书面件"""
    from service.desk.level_desk import LevelDesk
    from service.wiring import Home

    print_turn(LevelDesk(Home()).file_paper(response, by, "cli", reference, paper), as_json=as_json)
