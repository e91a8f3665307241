"""A bureau with gateways in its settings, and the simulated providers behind them where a test starts those."""

from dataclasses import replace
from pathlib import Path

from resources import tables as roster
from resources.model import Duty
from resources.samples import sample_duty
from service.folder import Folder
from service.wiring import Home
from store.clock import MovableClock
from tests.service.field_bureau import START

SECRET = "s3cret-of-the-account"
GATEWAYS = f"""\
[channels]
sms = [
  "aliyunsms://LTAIKEY:{SECRET}@dysmsapi.aliyuncs.com/警钟?default=SMS_1:task,code&drill.default=SMS_2:task",
  "tencentsms://AKIDKEY:{SECRET}@sms.tencentcloudapi.com/1400000001/警钟?default=11:task,code&longest=6",
  "smppline://system:{SECRET[:8]}@10.0.0.8:2775/1069?sign=警钟",
]
wechat = "wecomapp://wwcorp:{SECRET}@1000002"
email = "smtp://duty:{SECRET}@mail.bureau.example:587?from=duty@bureau.example"
"""


def bureau_with(folder: Path, settings: str = GATEWAYS, *, without: tuple[str, ...] = ()) -> Home:
    """The officer `chenzhiyuan` has no address for the kinds in `without`."""
    home = Home(Folder(folder / "bureau"), MovableClock(START))
    home.folder.path.mkdir()
    home.folder.settings.write_text(settings, "utf-8")
    duty = sample_duty(home.zone)
    officer = duty.people["chenzhiyuan"]
    poorer = replace(officer, addresses={kind: each for kind, each in officer.addresses.items() if kind not in without})
    with home.database.write() as connection:
        roster.replace(connection, Duty({**duty.people, officer.id: poorer}, duty.shifts), START)
    return home
