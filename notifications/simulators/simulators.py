"""The simulated providers on loopback ports of this machine, with one ledger of what the phones received."""

from types import TracebackType

from aiohttp import web

from notifications.simulators.addresses import LOOPBACK, Addresses
from notifications.simulators.admin import Admin
from notifications.simulators.aibot import AibotSimulator
from notifications.simulators.aliyun import AliyunSimulator
from notifications.simulators.aliyun_voice import AliyunVoiceSimulator
from notifications.simulators.faults import Faults
from notifications.simulators.ledger import Ledger
from notifications.simulators.official_account import OfficialAccountSimulator
from notifications.simulators.push import Pusher
from notifications.simulators.settings import Callbacks, SimulatorSettings
from notifications.simulators.smpp import SmppSimulator
from notifications.simulators.switchboard import Switchboard
from notifications.simulators.tencent import TencentSimulator
from notifications.simulators.tencent_voice import TencentVoiceSimulator
from notifications.simulators.wecom import WecomSimulator
from notifications.simulators.wecom_bot import WecomBotSimulator
from store.clock import Clock, RealClock

_PATIENCE = 0.5


class Simulators(Addresses):
    """Ports of 0 are chosen by the system; `sms_url`, `tencent_url` and `wechat_url` are known after the start."""

    def __init__(self, settings: SimulatorSettings | None = None, clock: Clock | None = None) -> None:
        self.settings = settings or SimulatorSettings()
        world = clock or RealClock()
        self.ledger = Ledger(self.settings.ledger)
        self.faults = Faults()
        self._pusher = Pusher()
        self.switchboard = Switchboard(self.settings.voice, self.ledger, self.faults, world)
        common = (self.ledger, self.faults, self._pusher, world)
        self.aliyun = AliyunSimulator(self.settings.aliyun, *common, AliyunVoiceSimulator(self.switchboard, self._pusher))
        self.tencent = TencentSimulator(self.settings.tencent, *common, TencentVoiceSimulator(self.switchboard, self._pusher))
        self.wecom = WecomSimulator(self.settings.wecom, self.ledger, self.faults, self._pusher, world)
        self.official = OfficialAccountSimulator(self.settings.official, *common)
        self.aibot = AibotSimulator(self.settings.aibot, self.ledger, self.faults, world)
        self._bot = WecomBotSimulator(self.settings.wecom, self.ledger, self.faults, world)
        self.smpp = SmppSimulator(self.settings.smpp, self.ledger, self.faults, world)
        channels = (self.aliyun, self.tencent, self.wecom, self.official, self.aibot, self.smpp)
        self._admin = Admin(*channels, self.switchboard, self.ledger, self.faults)
        self._admin.point_to(self.settings.callbacks)
        self._runners: list[web.AppRunner] = []

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
                *self.official.routes(),
            ],
        )

        self.aibot_port = await self._serve(self.settings.aibot_port, [web.get("/", self.aibot.connect)], has_page=False)
        self.smpp_port = await self.smpp.start(LOOPBACK, self.settings.smpp_port)

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
    def page(self) -> str:
        return f"http://{LOOPBACK}:{self.sms_port}/"

    def point_to(self, base: str) -> None:
        """Alibaba's calls go to BASE/sms/reports and BASE/sms/replies, Tencent's to BASE/tencent/…, WeCom's to BASE/wechat."""
        self._admin.point_to(Callbacks.under(base))

    async def reply(self, channel: str, address: str, text: str) -> bool:
        """Somebody writes back by `sms` or `wechat`; True when our side took it."""
        return await self._admin.reply(channel, address, text)

    async def click(self, delivery: str, key: str, address: str = "") -> bool:
        """Somebody presses `ack` or `decline` on the card of this delivery."""
        return await self._admin.click(delivery, key, address)

    def press(self, delivery: str, address: str, key: str) -> bool:
        """Somebody picks up and presses `1` or `2`, only listens (`hear`), or refuses the call (`refuse`)."""
        return self.switchboard.press(delivery, address, key)

    def expire_tokens(self) -> None:
        """WeCom's and WeChat's access tokens end, as after a change of the secret."""
        self.wecom.tokens.expire(RealClock().now())
        self.official.tokens.expire(RealClock().now())

    async def settle(self) -> None:
        """Returns when every receipt under way has been pushed or given up."""
        await self._pusher.settle()

    async def _serve(self, port: int, routes: list[web.RouteDef], *, has_page: bool = True) -> int:
        application = web.Application()
        # the page and /_sim are on every port that has room for them, so that each address leads there
        application.add_routes([*routes, *(self._admin.routes() if has_page else ())])
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=_PATIENCE)
        await runner.setup()
        self._runners.append(runner)
        site = web.TCPSite(runner, LOOPBACK, port)
        await site.start()
        return int(runner.addresses[0][1])
