"""`tocsin simulators`: the simulated SMS and WeChat providers on this machine, to try Tocsin without an account."""

import asyncio
import signal
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from notifications.simulators.settings import Callbacks, SimulatorSettings
from notifications.simulators.simulators import Simulators
from service.folder import Folder, folder_from_environment
from service.serving.simulators import callbacks_of, settings_for
from store.clock import clock_from_environment


def simulators(
    sms_port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the simulated Alibaba Cloud SMS; 0: any free one.")
    ] = 8481,
    wecom_port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the simulated WeCom; 0: any free one.")] = 8482,
    tencent_port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the simulated Tencent Cloud SMS; 0: any free one.")
    ] = 8483,
    smpp_port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the simulated SMPP gateway; 0: any free one.")] = 8484,
    callback: Annotated[
        str, typer.Option(help="Where receipts and answers go; left out, to 'tocsin serve' on the same data folder.")
    ] = "",
    ledger: Annotated[Path | None, typer.Option(help="Keep what the phones received in this file, across restarts.")] = None,
    minutes: Annotated[float, typer.Option(min=0.01, max=1440, help="Stop by itself after so long.")] = 60,
) -> None:
    """Run the simulated SMS and WeChat providers; open the page it names to see the phones and answer."""
    folder = folder_from_environment()
    callbacks = Callbacks.under(callback or callbacks_of(folder))
    settings = SimulatorSettings(sms_port, wecom_port, tencent_port, smpp_port, callbacks, ledger=ledger)
    try:
        asyncio.run(_run(settings, folder, timedelta(minutes=minutes)))
    except OSError as cause:
        typer.echo(
            f"simulators: {cause.strerror or cause}; choose other ports with --sms-port, --wecom-port …",
            err=True,
        )
        raise typer.Exit(1) from cause


async def _run(settings: SimulatorSettings, folder: Folder, bound: timedelta) -> None:
    stop = asyncio.Event()
    for wish in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(wish, stop.set)
    async with Simulators(settings, clock_from_environment()) as running:
        typer.echo(_addresses(running, folder))
        try:
            await asyncio.wait_for(stop.wait(), bound.total_seconds())
        except TimeoutError:
            typer.echo(f"simulators: stopped after {bound}")


def _addresses(running: Simulators, folder: Folder) -> str:
    replies = running.settings.callbacks.replies
    return "\n".join(
        [
            f"phones · 手机  {running.page}",
            f"answers go to  {replies.partition('/callbacks/')[0]}, where 'tocsin serve' is to listen",
            f"For {folder.settings}, then start 'tocsin serve' anew · 写入设置后重启服务:",
            "",
            settings_for(running),
        ]
    )
