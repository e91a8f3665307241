"""WeChat through apprise: `wecomapp://` and `wecomgroup://`, with the members at the end of the path."""

from typing import Any, ClassVar

from notifications.channels import official_account, wecom, wecom_aibot, wecom_bot
from notifications.channels.access_token import TokenCache
from notifications.channels.plugin import NotifyBase, OurPlugin
from notifications.message import Channel
from store.clock import RealClock


class NotifyWecomApp(OurPlugin):
    """`wecomapp://CORPID:SECRET@AGENTID/USERID/USERID`."""

    service_name = "WeCom application"
    service_url = "https://work.weixin.qq.com"
    setup_url = "https://developer.work.weixin.qq.com/document/path/90236"
    secure_protocol = scheme = wecom.SCHEME
    form = wecom.FORM
    templates = ("{schema}://{user}:{password}@{host}/{targets}",)
    template_tokens: ClassVar[dict[str, Any]] = dict(
        NotifyBase.template_tokens,
        user={"name": "Corporation", "type": "string", "required": True},
        password={"name": "Secret", "type": "string", "private": True, "required": True},
        host={"name": "Agent", "type": "string", "required": True},
        targets={"name": "Members", "type": "list:string"},
    )

    def __init__(self, address: str, **kwargs: Any) -> None:
        super().__init__(address, **kwargs)
        self._application = wecom.read_application(self.scheme, self.endpoint)
        self._token = TokenCache(RealClock())

    def people(self) -> tuple[str, ...]:
        return self.endpoint.path

    def channel(self) -> Channel:
        return wecom.WecomApp("wechat", self._application, self._token)


class NotifyWecomBot(OurPlugin):
    """`wecomgroup://:KEY@qyapi.weixin.qq.com/USERID/PHONE`: those who are to be mentioned, one message each."""

    service_name = "WeCom group"
    service_url = "https://work.weixin.qq.com"
    setup_url = "https://developer.work.weixin.qq.com/document/path/91770"
    secure_protocol = scheme = wecom_bot.SCHEME
    form = wecom_bot.FORM
    templates = ("{schema}://:{password}@{host}/{targets}",)
    template_tokens: ClassVar[dict[str, Any]] = dict(
        NotifyBase.template_tokens,
        password={"name": "Key", "type": "string", "private": True, "required": True},
        host={"name": "Host", "type": "string", "required": True},
        targets={"name": "Members or phones", "type": "list:string"},
    )

    def __init__(self, address: str, **kwargs: Any) -> None:
        super().__init__(address, **kwargs)
        self._bot = wecom_bot.WecomBot("wechat", wecom_bot.read_group(self.scheme, self.endpoint))

    def people(self) -> tuple[str, ...]:
        return self.endpoint.path

    def channel(self) -> Channel:
        return self._bot


class NotifyOfficialAccount(OurPlugin):
    """`officialaccount://APPID:SECRET@api.weixin.qq.com/OPENID/OPENID?default=TEMPLATE_ID:thing1=title,thing2=text`."""

    service_name = "WeChat Official Account"
    service_url = "https://mp.weixin.qq.com"
    setup_url = "https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Template_Message_Interface.html"
    secure_protocol = scheme = official_account.SCHEME
    form = official_account.FORM
    templates = ("{schema}://{user}:{password}@{host}/{targets}",)
    template_tokens: ClassVar[dict[str, Any]] = dict(
        NotifyBase.template_tokens,
        user={"name": "Application", "type": "string", "required": True},
        password={"name": "Secret", "type": "string", "private": True, "required": True},
        host={"name": "Host", "type": "string", "required": True},
        targets={"name": "Followers", "type": "list:string"},
    )

    def __init__(self, address: str, **kwargs: Any) -> None:
        super().__init__(address, **kwargs)
        self._account = official_account.read_account(self.scheme, self.endpoint)
        self._token = TokenCache(RealClock())

    def people(self) -> tuple[str, ...]:
        return self.endpoint.path

    def channel(self) -> Channel:
        return official_account.OfficialAccount("wechat", self._account, self._token)


class NotifyWecomAibot(OurPlugin):
    """`wecomaibot://BOT_ID:SECRET@openws.work.weixin.qq.com/USERID/USERID`; it takes the line from whoever listens on it."""

    service_name = "WeCom smart bot"
    service_url = "https://work.weixin.qq.com"
    setup_url = "https://developer.work.weixin.qq.com/document/path/101463"
    secure_protocol = scheme = wecom_aibot.SCHEME
    form = wecom_aibot.FORM
    templates = ("{schema}://{user}:{password}@{host}/{targets}",)
    template_tokens: ClassVar[dict[str, Any]] = dict(
        NotifyBase.template_tokens,
        user={"name": "Bot", "type": "string", "required": True},
        password={"name": "Secret", "type": "string", "private": True, "required": True},
        host={"name": "Host", "type": "string", "required": True},
        targets={"name": "Members", "type": "list:string"},
    )

    def __init__(self, address: str, **kwargs: Any) -> None:
        super().__init__(address, **kwargs)
        self._aibot = wecom_aibot.read_aibot(self.scheme, self.endpoint)

    def people(self) -> tuple[str, ...]:
        return self.endpoint.path

    def channel(self) -> Channel:
        return wecom_aibot.WecomAibot("wechat", self._aibot)
