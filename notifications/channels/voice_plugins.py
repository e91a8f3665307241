"""Voice calls through apprise: `aliyunvoice://` and `tencentvoice://`, with the phones at the end of the path."""

from typing import Any, ClassVar

from notifications.channels import aliyun_voice, tencent_voice
from notifications.channels.plugin import NotifyBase, OurPlugin
from notifications.message import Channel


class NotifyAliyunVoice(OurPlugin):
    """`aliyunvoice://KEY:SECRET@host/CALLING_NUMBER/PHONE/PHONE?default=TTS_CODE:title,text`."""

    service_name = "Alibaba Cloud voice"
    service_url = "https://www.aliyun.com/product/vms"
    setup_url = "https://help.aliyun.com/zh/vms/"
    secure_protocol = scheme = aliyun_voice.SCHEME
    form = aliyun_voice.FORM
    templates = ("{schema}://{user}:{password}@{host}/{number}/{targets}",)
    template_tokens: ClassVar[dict[str, Any]] = dict(
        NotifyBase.template_tokens,
        user={"name": "Access key", "type": "string", "required": True},
        password={"name": "Secret", "type": "string", "private": True, "required": True},
        number={"name": "Calling number", "type": "string", "required": True},
        targets={"name": "Phones", "type": "list:string"},
    )

    def __init__(self, address: str, **kwargs: Any) -> None:
        super().__init__(address, **kwargs)
        self._caller = aliyun_voice.read_caller(self.scheme, self.endpoint)

    def people(self) -> tuple[str, ...]:
        return self.endpoint.path[1:]

    def channel(self) -> Channel:
        return aliyun_voice.AliyunVoice("voice", self._caller)


class NotifyTencentVoice(OurPlugin):
    """`tencentvoice://ID:KEY@host/APP_ID/PHONE/PHONE?default=TEMPLATE:title,text`."""

    service_name = "Tencent Cloud voice"
    service_url = "https://cloud.tencent.com/product/vms"
    setup_url = "https://cloud.tencent.com/document/product/1128"
    secure_protocol = scheme = tencent_voice.SCHEME
    form = tencent_voice.FORM
    templates = ("{schema}://{user}:{password}@{host}/{application}/{targets}",)
    template_tokens: ClassVar[dict[str, Any]] = dict(
        NotifyBase.template_tokens,
        user={"name": "Secret id", "type": "string", "required": True},
        password={"name": "Secret key", "type": "string", "private": True, "required": True},
        host={"name": "Host", "type": "string", "required": True},
        application={"name": "Application", "type": "string", "required": True},
        targets={"name": "Phones", "type": "list:string"},
    )

    def __init__(self, address: str, **kwargs: Any) -> None:
        super().__init__(address, **kwargs)
        self._caller = tencent_voice.read_caller(self.scheme, self.endpoint)

    def people(self) -> tuple[str, ...]:
        return self.endpoint.path[1:]

    def channel(self) -> Channel:
        return tencent_voice.TencentVoice("voice", self._caller)
