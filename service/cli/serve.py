"""`tocsin serve` and `tocsin worker`."""

from typing import Annotated

import typer


def serve(
    without_prefect: Annotated[bool, typer.Option("--without-prefect", help="Only our own doors and loops.")] = False,
) -> None:
    """Open the doors, send messages, keep the clocks; Prefect runs beside. 启动服务"""
    from service.serving.serve import serve as run
    from service.wiring import Home

    run(Home(), with_prefect=not without_prefect)


def worker(
    minutes: Annotated[float | None, typer.Option(help="Stop after that long; left out, run on.")] = None,
) -> None:
    """Drive flow runs for a Prefect server (PREFECT_API_URL, or our own). `tocsin serve` starts one by itself."""
    import logging
    from datetime import timedelta

    from service.serving.prefect_address import point_to_prefect
    from service.watch.logs import take_over
    from service.watch.process import watched_process
    from service.wiring import Home

    logging.getLogger("httpx").setLevel(logging.WARNING)
    home = Home()
    point_to_prefect(home)
    from flows.on_prefect.worker import run_worker

    take_over(home.settings.logs.format)
    with watched_process(home):
        run_worker(home.responses, home.plans_to_run, timedelta(minutes=minutes) if minutes else None)
