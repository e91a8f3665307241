"""The command line `tocsin`. Only the module of the command called is imported: each answers in well under a second."""

import os
import sys
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module

import typer

from service.cli.pipes import ending_quietly

OURS = ("alerts", "flows", "notifications", "plans", "resources", "service", "store")
BAD_INPUT = (400, 404, 422)

GROUPS = {
    "plan": "Check and show plans. 预案检查与查看",
    "roster": "People and duty roster. 人员与值班",
    "alert": "Take in CAP alerts. 预警接入",
    "reading": "Take in gauges and weather series. 监测数据接入",
    "proposal": "Decide on what alerts, readings and linked plans propose. 启动建议",
    "response": "Running responses. 响应",
    "level": "Levels: proposed, approved, refused. 响应级别",
    "task": "Tasks of a response. 任务",
    "finding": "What is found on the ground. 险情与区域",
    "report": "Reports to those above. 信息报送",
    "signal": "Orders that outrank everything. 信号",
    "reply": "Answers that wait for a person. 待人工处理的回复",
    "notify": "Gateways, previews, tests and what became of messages. 通知",
    "public": "Tell people outside the directory. 公众告知",
    "drill": "Drills. 演练",
}
"""Command groups: each is the `app` of the module of that name."""

COMMANDS = {
    "activate": "response",
    "serve": "serve",
    "doctor": "doctor",
    "worker": "serve",
    "backup": "backup",
    "restore": "backup",
    "retention": "retention",
    "simulators": "simulators",
    "demo": "demo",
}
"""Single commands: each is the function of that name in the module named."""


def build(called: str = "") -> typer.Typer:
    """The whole command line, or as much of it as `called` needs."""
    app = typer.Typer(
        name="tocsin",
        help="警钟 Tocsin: incident response plans that run. 应急预案，真正运转。",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.callback()(_group)
    is_known = called in GROUPS or called in COMMANDS
    for name, words in GROUPS.items():
        if name == called or not is_known:
            app.add_typer(import_module(f"service.cli.{name}").app, name=name, help=words)
    for name, module in COMMANDS.items():
        if name == called or not is_known:
            app.command(name)(getattr(import_module(f"service.cli.{module}"), name))
    return app


def main() -> None:
    """Errors of ours are one line on stderr: exit 2 for input that cannot be right, 1 for what was refused."""
    try:
        called = sys.argv[1] if len(sys.argv) > 1 else ""
        with ending_quietly(), _traced(called):
            build(called)()
    except Exception as error:
        if type(error).__module__.split(".")[0] not in OURS:
            raise
        sys.stderr.write(f"error: {error}\n")
        sys.exit(2 if getattr(error, "status", 409) in BAD_INPUT else 1)


def _traced(called: str) -> AbstractContextManager[None]:
    """Where the standard variables name an exporter; nobody else pays for the libraries."""
    if not any(name.startswith("OTEL_EXPORTER_OTLP") for name in os.environ):
        return nullcontext()
    from service.watch.process import traced

    return traced(called)


def _group() -> None:
    """警钟 Tocsin: incident response plans that run."""
