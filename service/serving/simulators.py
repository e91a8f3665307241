"""How a data folder and the simulated providers find each other: their settings for us, our address for them."""

from notifications.simulators.simulators import Simulators
from service.auth import Keys
from service.folder import Folder
from service.settings import read_settings


def settings_for(phones: Simulators) -> str:
    """The part of tocsin.toml that sends every message to them and believes their answers."""
    wecom, official = phones.settings.wecom, phones.settings.official
    return f"""\
[channels]
sms = ["{phones.sms_url}", "{phones.tencent_url}", "{phones.smpp_url}"]
wechat = "{phones.wechat_url}"
voice = ["{phones.voice_url}", "{phones.tencent_voice_url}"]
# followers of an Official Account, in place of members of WeCom:
# wechat = "{phones.official_url}"
# members of WeCom by its smart bot, where nobody can call this machine back:
# wechat = "{phones.aibot_url}"

[wecom]
token = "{wecom.token}"
encoding_aes_key = "{wecom.encoding_aes_key}"
corp = "{wecom.corporation}"

[official_account]
token = "{official.token}"
encoding_aes_key = "{official.encoding_aes_key}"
application = "{official.application}"
"""


def callbacks_of(folder: Folder) -> str:
    """Where `tocsin serve` on this folder hears receipts and answers, seen from this machine. Error: `SettingsError`."""
    return f"{read_settings(folder.settings).own_url}/callbacks/{Keys(folder.path).callback_path}"
