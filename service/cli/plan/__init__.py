"""`tocsin plan …`: the tools of the plan language, one module each; none imports Prefect, and the language only when asked."""

import typer

from service.cli.plan.check import check
from service.cli.plan.diff import diff
from service.cli.plan.explain import explain
from service.cli.plan.export import export
from service.cli.plan.graph import graph
from service.cli.plan.new import new
from service.cli.plan.schema import schema
from service.cli.plan.show import show
from service.cli.plan.taking import take
from service.cli.simulate import simulate

app = typer.Typer(help="Check and read plans.", no_args_is_help=True)
for command in (check, show, schema, diff, new, graph, explain, export, simulate):
    app.command()(command)
# `import` is a word of Python
app.command("import")(take)
