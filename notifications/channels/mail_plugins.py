"""Mail through apprise: `smtp://` and `smtps://`, with the addresses at the end of the path."""

from typing import Any, ClassVar

from notifications.channels import smtp
from notifications.channels.plugin import NotifyBase, OurPlugin
from notifications.message import Channel


class NotifySmtp(OurPlugin):
    """`smtp://USER:PASSWORD@HOST/PERSON@DOMAIN?from=ADDRESS`, with STARTTLS."""

    service_name = "SMTP"
    service_url = setup_url = "https://www.rfc-editor.org/rfc/rfc5321"
    secure_protocol = scheme = smtp.STARTTLS
    form = smtp.FORM
    templates = ("{schema}://{user}:{password}@{host}/{targets}",)
    template_tokens: ClassVar[dict[str, Any]] = dict(
        NotifyBase.template_tokens,
        user={"name": "User", "type": "string"},
        password={"name": "Password", "type": "string", "private": True},
        host={"name": "Host", "type": "string", "required": True},
        targets={"name": "Mail addresses", "type": "list:string"},
    )

    def __init__(self, address: str, **kwargs: Any) -> None:
        super().__init__(address, **kwargs)
        self._account = smtp.read_mail_account(self.scheme, self.endpoint)

    def people(self) -> tuple[str, ...]:
        return self.endpoint.path

    def channel(self) -> Channel:
        return smtp.SmtpMail("email", self._account)


class NotifySmtps(NotifySmtp):
    """The same over TLS from the first byte."""

    secure_protocol = scheme = smtp.TLS
