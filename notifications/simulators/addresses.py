"""The addresses by which settings name the simulated providers, each with its account and its approved templates."""

from collections.abc import Mapping
from urllib.parse import quote

from notifications.simulators import official_account_settings, voice_settings
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
    SimulatorSettings,
    variables_of,
)

LOOPBACK = "127.0.0.1"
_CALL_VARIABLES = "plan,level,task,answer_code,code"
_ANSWER_VARIABLES = "reason,task"


class Addresses:
    """Ports of 0 are not known yet."""

    settings: SimulatorSettings
    sms_port = tencent_port = wecom_port = smpp_port = aibot_port = 0

    @property
    def sms_url(self) -> str:
        """For the settings: kind `sms`."""
        aliyun = self.settings.aliyun
        calls, answers = (CALL_TEMPLATE, DRILL_CALL_TEMPLATE), (ANSWER_TEMPLATE, DRILL_ANSWER_TEMPLATE)
        options = _options(calls, answers, NEWS_TEMPLATES)
        account = f"{quote(aliyun.key)}:{quote(aliyun.secret)}@{LOOPBACK}:{self.sms_port}"
        return f"aliyunsms://{account}/{quote(aliyun.sign_name)}?scheme=http&{options}"

    @property
    def tencent_url(self) -> str:
        """For the settings: kind `sms`, alone or beside `sms_url`."""
        tencent = self.settings.tencent
        calls, answers = (TENCENT_CALL, TENCENT_DRILL_CALL), (TENCENT_ANSWER, TENCENT_DRILL_ANSWER)
        options = _options(calls, answers, TENCENT_NEWS_TEMPLATES)
        account = f"{quote(tencent.identifier)}:{quote(tencent.secret)}@{LOOPBACK}:{self.tencent_port}"
        path = f"{tencent.application}/{quote(tencent.sign_name)}"
        return f"tencentsms://{account}/{path}?scheme=http&longest={tencent.longest}&{options}"

    @property
    def wechat_url(self) -> str:
        """For the settings: kind `wechat`."""
        wecom = self.settings.wecom
        account = f"{quote(wecom.corporation)}:{quote(wecom.secret)}@{wecom.agent}"
        return f"wecomapp://{account}/?host={LOOPBACK}:{self.wecom_port}&scheme=http"

    @property
    def group_url(self) -> str:
        """For the settings: kind `wechat`, the bot of a group."""
        return f"wecomgroup://:{quote(self.settings.wecom.bot_key)}@{LOOPBACK}:{self.wecom_port}/?scheme=http"

    @property
    def official_url(self) -> str:
        """For the settings: kind `wechat`, to followers of the Official Account."""
        official = self.settings.official
        account = f"{official.application}:{quote(official.secret)}@{LOOPBACK}:{self.wecom_port}"
        return f"officialaccount://{account}/?scheme=http&{_in_places()}"

    @property
    def aibot_url(self) -> str:
        """For the settings: kind `wechat`, by the smart bot."""
        aibot = self.settings.aibot
        return f"wecomaibot://{aibot.bot}:{quote(aibot.secret)}@{LOOPBACK}:{self.aibot_port}/?scheme=http"

    @property
    def smpp_url(self) -> str:
        """For the settings: kind `sms`, alone or beside the others."""
        smpp = self.settings.smpp
        return f"smppline://{smpp.system_id}:{smpp.password}@{LOOPBACK}:{self.smpp_port}/10690001?sign={quote('警钟平台')}"

    @property
    def voice_url(self) -> str:
        """For the settings: kind `voice`, by Alibaba Cloud."""
        aliyun, voice = self.settings.aliyun, self.settings.voice
        account = f"{quote(aliyun.key)}:{quote(aliyun.secret)}@{LOOPBACK}:{self.sms_port}"
        heard = f"received={voice_settings.HEARD['1']}&cannot={voice_settings.HEARD['2']}"
        return f"aliyunvoice://{account}/{voice.number}?scheme=http&{heard}&{_spoken('TTS_')}"

    @property
    def tencent_voice_url(self) -> str:
        """For the settings: kind `voice`, alone or beside `voice_url`."""
        tencent = self.settings.tencent
        account = f"{quote(tencent.identifier)}:{quote(tencent.secret)}@{LOOPBACK}:{self.tencent_port}"
        return f"tencentvoice://{account}/{self.settings.voice.application}?scheme=http&{_spoken('')}"


def _options(call: tuple[str, str], answer: tuple[str, str], news: Mapping[str, tuple[str, str]]) -> str:
    """Each with its template of real messages and of drills."""
    variables = {"default": (call, _CALL_VARIABLES), "answer": (answer, _ANSWER_VARIABLES)}
    variables |= {name: (codes, ",".join(variables_of(NEWS[name]))) for name, codes in news.items()}
    real = {name: f"{codes[0]}:{names}" for name, (codes, names) in variables.items()}
    drill = {f"drill.{name}": f"{codes[1]}:{names}" for name, (codes, names) in variables.items()}
    return "&".join(f"{name}={value}" for name, value in (real | drill).items())


def _in_places() -> str:
    """The templates of the Official Account, of real messages and of drills."""
    both = {False: "", True: "drill."}
    return "&".join(
        f"{start}{name}={official_account_settings.template_of(name, is_drill=is_drill)}:"
        + ",".join(f"{place}={variable}" for place, variable in official_account_settings.places_of(name).items())
        for is_drill, start in both.items()
        for name in official_account_settings.messages()
    )


def _spoken(prefix: str) -> str:
    """The texts that are read aloud, of real messages and of drills."""
    texts = voice_settings.TEXTS
    both = {False: "", True: "drill."}
    return "&".join(
        f"{start}{name}={prefix}{voice_settings.code_of(name, is_drill=is_drill)}:{','.join(variables_of(text))}"
        for is_drill, start in both.items()
        for name, text in texts.items()
    )
