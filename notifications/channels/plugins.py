"""Our channels as apprise plugins (`aliyunsms://`, `wecomapp://`, `smtps://` …), for whoever sends through apprise."""

from typing import Any

from apprise.manager_plugins import NotificationManager

from notifications.channels.mail_plugins import NotifySmtp, NotifySmtps
from notifications.channels.sms_plugins import NotifyAliyunSms, NotifySmpp, NotifySmpps, NotifyTencentSms
from notifications.channels.voice_plugins import NotifyAliyunVoice, NotifyTencentVoice
from notifications.channels.wechat_plugins import NotifyOfficialAccount, NotifyWecomAibot, NotifyWecomApp, NotifyWecomBot

_Manager: Any = NotificationManager  # apprise leaves it untyped
OURS = (
    NotifyAliyunSms,
    NotifyTencentSms,
    NotifySmpp,
    NotifySmpps,
    NotifyWecomApp,
    NotifyWecomBot,
    NotifyWecomAibot,
    NotifyOfficialAccount,
    NotifyAliyunVoice,
    NotifyTencentVoice,
    NotifySmtp,
    NotifySmtps,
)


def register() -> None:
    """Makes our schemes known to every `apprise.Apprise` of this process; more than once does nothing more."""
    manager = _Manager()
    for plugin in OURS:
        if plugin.secure_protocol not in manager:
            manager.add(plugin)
