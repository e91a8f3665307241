"""The simulated providers on loopback ports of this machine, with one ledger of what the phones received."""

from collections.abc import Mapping
from types import TracebackType
from urllib.parse import quote

from aiohttp import web

from notifications.simulators.admin import Admin
from notifications.simulators.aliyun import AliyunSimulator
from notifications.simulators.faults import Faults
from notifications.simulators.ledger import Ledger
from notifications.simulators.push import Pusher
from notifications.simulators.settings import (
    ANSWER_TEMPLATE,
    CALL_TEMPLATE,
    DRILL_ANSWER_TEMPLATE,
    DRILL_CALL_TEMPLATE,
    NEWS,
    NEWS_TEMPLATES,
    TENCENT_ANSWER,
    TENCENT_CALL,
    TENCENT_DRILL_ANSWER,
    TENCENT_DRILL_CALL,
    TENCENT_NEWS_TEMPLATES,
    Callbacks,
    SimulatorSettings,
    variables_of,
)
from notifications.simulators.smpp import SmppSimulator
from notifications.simulators.tencent import TencentSimulator
from notifications.simulators.wecom import WecomSimulator
from notifications.simulators.wecom_bot import WecomBotSimulator
from store.clock import Clock, RealClock

_LOOPBACK = "127.0.0.1"
_PATIENCE = 0.5
_CALL_VARIABLES = "plan,level,task,answer_code,code"
_ANSWER_VARIABLES = "reason,task"


class Simulators:
    """Ports of 0 are chosen by the system; `sms_url`, `tencent_url` and `wechat_url` are known after the start."""

    def __init__(self, settings: SimulatorSettings | None = None, clock: Clock | None = None) -> None:
        self.settings = settings or SimulatorSettings()
        world = clock or RealClock()
        self.ledger = Ledger(self.settings.ledger)
        self.faults = Faults()
        self._pusher = Pusher()
        self.aliyun = AliyunSimulator(self.settings.aliyun, self.ledger, self.faults, self._pusher, world)
        self.tencent = TencentSimulator(self.settings.tencent, self.ledger, self.faults, self._pusher, world)
        self.wecom = WecomSimulator(self.settings.wecom, self.ledger, self.faults, self._pusher, world)
        self._bot = WecomBotSimulator(self.settings.wecom, self.ledger, self.faults, world)
        self.smpp = SmppSimulator(self.settings.smpp, self.ledger, self.faults, world)
        self._admin = Admin(self.aliyun, self.tencent, self.wecom, self.smpp, self.ledger, self.faults)
        self._admin.point_to(self.settings.callbacks)
        self._runners: list[web.AppRunner] = []
        self.sms_port = self.tencent_port = self.wecom_port = self.smpp_port = 0

    async def start(self) -> None:
        self.sms_port = await self._serve(self.settings.sms_port, [web.post("/", self.aliyun.handle)])
        self.tencent_port = await self._serve(self.settings.tencent_port, [web.post("/", self.tencent.handle)])
        self.wecom_port = await self._serve(
            self.settings.wecom_port,
            [
                web.get("/cgi-bin/gettoken", self.wecom.token),
                web.post("/cgi-bin/message/send", self.wecom.send),
                web.post("/cgi-bin/webhook/send", self._bot.send),
                web.post("/cgi-bin/message/update_template_card", self.wecom.update_card),
            ],
        )

        self.smpp_port = await self.smpp.start(_LOOPBACK, self.settings.smpp_port)

    async def stop(self) -> None:
        await self.smpp.stop()
        for runner in self._runners:
            await runner.cleanup()
        self._runners.clear()
        await self._pusher.close()

    async def __aenter__(self) -> "Simulators":
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.stop()

    @property
    def sms_url(self) -> str:
        """For the settings: kind `sms`."""
        aliyun = self.settings.aliyun
        calls, answers = (CALL_TEMPLATE, DRILL_CALL_TEMPLATE), (ANSWER_TEMPLATE, DRILL_ANSWER_TEMPLATE)
        options = _options(calls, answers, NEWS_TEMPLATES)
        account = f"{quote(aliyun.key)}:{quote(aliyun.secret)}@{_LOOPBACK}:{self.sms_port}"
        return f"aliyunsms://{account}/{quote(aliyun.sign_name)}?scheme=http&{options}"

    @property
    def tencent_url(self) -> str:
        """For the settings: kind `sms`, alone or beside `sms_url`."""
        tencent = self.settings.tencent
        calls, answers = (TENCENT_CALL, TENCENT_DRILL_CALL), (TENCENT_ANSWER, TENCENT_DRILL_ANSWER)
        options = _options(calls, answers, TENCENT_NEWS_TEMPLATES)
        account = f"{quote(tencent.identifier)}:{quote(tencent.secret)}@{_LOOPBACK}:{self.tencent_port}"
        path = f"{tencent.application}/{quote(tencent.sign_name)}"
        return f"tencentsms://{account}/{path}?scheme=http&longest={tencent.longest}&{options}"

    @property
    def wechat_url(self) -> str:
        """For the settings: kind `wechat`."""
        wecom = self.settings.wecom
        account = f"{quote(wecom.corporation)}:{quote(wecom.secret)}@{wecom.agent}"
        return f"wecomapp://{account}/?host={_LOOPBACK}:{self.wecom_port}&scheme=http"

    @property
    def group_url(self) -> str:
        """For the settings: kind `wechat`, the bot of a group."""
        return f"wecomgroup://:{quote(self.settings.wecom.bot_key)}@{_LOOPBACK}:{self.wecom_port}/?scheme=http"

    @property
    def smpp_url(self) -> str:
        """For the settings: kind `sms`, alone or beside the others."""
        smpp = self.settings.smpp
        return f"smppline://{smpp.system_id}:{smpp.password}@{_LOOPBACK}:{self.smpp_port}/10690001?sign={quote('警钟平台')}"

    @property
    def page(self) -> str:
        return f"http://{_LOOPBACK}:{self.sms_port}/"

    def point_to(self, base: str) -> None:
        """Alibaba's calls go to BASE/sms/reports and BASE/sms/replies, Tencent's to BASE/tencent/…, WeCom's to BASE/wechat."""
        self._admin.point_to(Callbacks.under(base))

    async def reply(self, channel: str, address: str, text: str) -> bool:
        """Somebody writes back by `sms` or `wechat`; True when our side took it."""
        return await self._admin.reply(channel, address, text)

    async def click(self, delivery: str, key: str, address: str = "") -> bool:
        """Somebody presses `ack` or `decline` on the card of this delivery."""
        return await self._admin.click(delivery, key, address)

    def expire_tokens(self) -> None:
        """WeCom's access tokens end, as after a change of the secret."""
        self.wecom.tokens.expire(RealClock().now())

    async def settle(self) -> None:
        """Returns when every receipt under way has been pushed or given up."""
        await self._pusher.settle()

    async def _serve(self, port: int, routes: list[web.RouteDef]) -> int:
        application = web.Application()
        # the page and /_sim are on both ports, so that either address leads there
        application.add_routes([*routes, *self._admin.routes()])
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=_PATIENCE)
        await runner.setup()
        self._runners.append(runner)
        site = web.TCPSite(runner, _LOOPBACK, port)
        await site.start()
        return int(runner.addresses[0][1])


def _options(call: tuple[str, str], answer: tuple[str, str], news: Mapping[str, tuple[str, str]]) -> str:
    """Each with its template of real messages and of drills."""
    variables = {"default": (call, _CALL_VARIABLES), "answer": (answer, _ANSWER_VARIABLES)}
    variables |= {name: (codes, ",".join(variables_of(NEWS[name]))) for name, codes in news.items()}
    real = {name: f"{codes[0]}:{names}" for name, (codes, names) in variables.items()}
    drill = {f"drill.{name}": f"{codes[1]}:{names}" for name, (codes, names) in variables.items()}
    return "&".join(f"{name}={value}" for name, value in (real | drill).items())
