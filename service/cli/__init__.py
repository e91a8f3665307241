"""The command line `tocsin`. Modules import what is heavy inside their commands, so that each answers in well under a second."""

import sys

import typer

from service.cli import alert, drill, plan, proposal, response, roster, serve, simulators, task

OURS = ("alerts", "flows", "notifications", "plans", "resources", "service", "store")
BAD_INPUT = (400, 404, 422)

app = typer.Typer(
    name="tocsin",
    help="警钟 Tocsin: incident response plans that run. 应急预案，真正运转。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(plan.app, name="plan", help="Check and show plans. 预案检查与查看")
app.add_typer(roster.app, name="roster", help="People and duty roster. 人员与值班")
app.add_typer(alert.app, name="alert", help="Take in CAP alerts. 预警接入")
app.add_typer(proposal.app, name="proposal", help="Proposals from alerts. 启动建议")
app.add_typer(response.app, name="response", help="Running responses. 响应")
app.add_typer(task.app, name="task", help="Tasks of a response. 任务")
app.add_typer(drill.app, name="drill", help="Drills. 演练")
app.command()(response.activate)
app.command()(serve.serve)
app.command()(serve.worker)
app.command()(simulators.simulators)


def main() -> None:
    """Errors of ours are one line on stderr: exit 2 for input that cannot be right, 1 for what was refused."""
    try:
        app()
    except Exception as error:
        if type(error).__module__.split(".")[0] not in OURS:
            raise
        sys.stderr.write(f"error: {error}\n")
        sys.exit(2 if getattr(error, "status", 409) in BAD_INPUT else 1)
