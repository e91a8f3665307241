"""SMS through apprise: `aliyunsms://`, `tencentsms://`, `smppline://`, `smpplines://`, the phones at the end of the path."""

from typing import Any, ClassVar

from notifications.channels import aliyun_sms, smpp, smpp_settings, tencent_sms
from notifications.channels.plugin import NotifyBase, OurPlugin
from notifications.message import Channel


class NotifyAliyunSms(OurPlugin):
    """`aliyunsms://KEY:SECRET@host/SIGN/PHONE/PHONE?default=CODE:title,text`."""

    service_name = "Alibaba Cloud SMS"
    service_url = "https://www.aliyun.com/product/sms"
    setup_url = "https://help.aliyun.com/zh/sms/"
    secure_protocol = scheme = aliyun_sms.SCHEME
    form = aliyun_sms.FORM
    templates = ("{schema}://{user}:{password}@{host}/{sign}/{targets}",)
    template_tokens: ClassVar[dict[str, Any]] = dict(
        NotifyBase.template_tokens,
        user={"name": "Access key", "type": "string", "required": True},
        password={"name": "Secret", "type": "string", "private": True, "required": True},
        sign={"name": "Signature", "type": "string", "required": True},
        targets={"name": "Phones", "type": "list:string"},
    )

    def __init__(self, address: str, **kwargs: Any) -> None:
        super().__init__(address, **kwargs)
        self._account = aliyun_sms.read_account(self.scheme, self.endpoint)

    def people(self) -> tuple[str, ...]:
        return self.endpoint.path[1:]

    def channel(self) -> Channel:
        return aliyun_sms.AliyunSms("sms", self._account)


class NotifyTencentSms(OurPlugin):
    """`tencentsms://ID:KEY@host/APP_ID/SIGN/PHONE/PHONE?default=TEMPLATE:title,text`."""

    service_name = "Tencent Cloud SMS"
    service_url = "https://cloud.tencent.com/product/sms"
    setup_url = "https://cloud.tencent.com/document/product/382"
    secure_protocol = scheme = tencent_sms.SCHEME
    form = tencent_sms.FORM
    templates = ("{schema}://{user}:{password}@{host}/{application}/{sign}/{targets}",)
    template_tokens: ClassVar[dict[str, Any]] = dict(
        NotifyBase.template_tokens,
        user={"name": "Secret id", "type": "string", "required": True},
        password={"name": "Secret key", "type": "string", "private": True, "required": True},
        host={"name": "Host", "type": "string", "required": True},
        application={"name": "Application", "type": "string", "required": True},
        sign={"name": "Signature", "type": "string", "required": True},
        targets={"name": "Phones", "type": "list:string"},
    )

    def __init__(self, address: str, **kwargs: Any) -> None:
        super().__init__(address, **kwargs)
        self._account = tencent_sms.read_account(self.scheme, self.endpoint)

    def people(self) -> tuple[str, ...]:
        return self.endpoint.path[2:]

    def channel(self) -> Channel:
        return tencent_sms.TencentSms("sms", self._account)


class NotifySmpp(OurPlugin):
    """`smppline://SYSTEM_ID:PASSWORD@HOST/SOURCE/PHONE/PHONE`; apprise's own `smpp://` never reads an answer."""

    service_name = "SMPP line"
    service_url = setup_url = "https://smpp.org"
    secure_protocol = scheme = smpp_settings.PLAIN
    form = smpp_settings.FORM
    templates = ("{schema}://{user}:{password}@{host}/{source}/{targets}",)
    template_tokens: ClassVar[dict[str, Any]] = dict(
        NotifyBase.template_tokens,
        user={"name": "System id", "type": "string", "required": True},
        password={"name": "Password", "type": "string", "private": True, "required": True},
        host={"name": "Host", "type": "string", "required": True},
        source={"name": "Source", "type": "string", "required": True},
        targets={"name": "Phones", "type": "list:string"},
    )

    def __init__(self, address: str, **kwargs: Any) -> None:
        super().__init__(address, **kwargs)
        self._account = smpp_settings.read_smpp_account(self.scheme, self.endpoint)

    def people(self) -> tuple[str, ...]:
        return self.endpoint.path[1:]

    def channel(self) -> Channel:
        return smpp.Smpp("sms", self._account)


class NotifySmpps(NotifySmpp):
    """The same over TLS."""

    secure_protocol = scheme = smpp_settings.TLS
