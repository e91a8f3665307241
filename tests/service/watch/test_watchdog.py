"""What the watchdog finds, when it says so and over which gateway, and what the outside hears of it."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from plans.model import Text
from service.folder import Folder
from service.settings_faults import SettingsError
from service.settings_watching import Watchdog as Rules
from service.watch.heartbeat import OutsideHeart
from service.watch.pulse import Pulse
from service.watch.second_channel import SecondChannel
from service.watch.telling import News, Turn, news_of
from service.watch.troubles import Looking, Trouble
from service.watch.watchdog import Watchdog
from service.wiring import Home
from tests.service.field_bureau import OFFICER, FieldBureau
from tests.service.notify_bureau import bureau_with
from tests.service.watch_outside import Outside

REMIND = timedelta(minutes=10)
SLOW = Trouble("clock R-1", Text("响应 R-1 的时钟已超时 90 秒", "a clock of response R-1 is 90 s late"))


def looking_at(bureau: FieldBureau, pulse: Pulse | None = None) -> Looking:
    folder = bureau.home.folder
    return Looking(folder.place, folder.path, bureau.clock, pulse or Pulse(), Rules())


def names(looking: Looking) -> list[str]:
    return [each.name for each in looking.troubles()]


def test_nothing_is_wrong_with_a_bureau_whose_clocks_are_kept(tmp_path: Path) -> None:
    bureau = FieldBureau(tmp_path)
    bureau.flood()

    assert names(looking_at(bureau)) == []


@pytest.mark.usefixtures("each_database")
def test_a_clock_a_minute_late_is_trouble_of_its_response_until_somebody_fires_it(tmp_path: Path) -> None:
    bureau = FieldBureau(tmp_path)
    bureau.flood()
    looking = looking_at(bureau)
    first = min(looked.acknowledge_by for looked in bureau.home.engine.head(bureau.response).state.assignments.values())

    bureau.clock.forward(first - bureau.clock.now() + timedelta(seconds=61))
    late = names(looking)
    bureau.home.engine.tick(bureau.response)

    assert late == [f"clock {bureau.response}"]
    assert names(looking) == []


def test_a_loop_that_hangs_is_trouble(tmp_path: Path) -> None:
    seconds = [0.0]
    pulse = Pulse(lambda: seconds[0])
    beat = pulse.of("standby")
    looking = looking_at(FieldBureau(tmp_path), pulse)

    seconds[0] = 46
    hanging = names(looking)
    beat()

    assert (hanging, names(looking)) == (["loop standby"], [])


@pytest.mark.only_sqlite
def test_a_locked_database_is_trouble_and_the_look_does_not_wait_for_it(tmp_path: Path) -> None:
    bureau = FieldBureau(tmp_path)
    bureau.flood()
    looking = looking_at(bureau)
    other = sqlite3.connect(bureau.home.folder.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    found = names(looking)
    other.close()

    assert found == ["database"]
    assert names(looking) == []


def test_each_trouble_is_said_once_reminded_of_and_said_to_be_over_once() -> None:
    turns = []
    said = {}
    for now, troubles in [(0, [SLOW]), (5, [SLOW]), (599, [SLOW]), (600, [SLOW]), (605, [SLOW]), (610, []), (615, [])]:
        news, said = news_of(troubles, said, now, REMIND)
        turns.append([each.turn for each in news])

    assert turns == [[Turn.BEGAN], [], [], [Turn.LASTS], [], [Turn.OVER], []]


def test_a_second_trouble_is_said_while_the_first_lasts() -> None:
    other = Trouble("database", Text("数据库无法写入", "nothing can be written"))
    _, said = news_of([SLOW], {}, 0, REMIND)

    news, _ = news_of([SLOW, other], said, 5, REMIND)

    assert news == [News(Turn.BEGAN, other)]


class Ears:
    """Hears what the watchdog says."""

    def __init__(self) -> None:
        self.news: list[News] = []

    def begin(self) -> None:
        """Nothing yet."""

    def beat(self, troubles: Sequence[Trouble]) -> None:
        """It is the telling that is listened to."""

    def tell(self, news: Sequence[News]) -> None:
        self.news += news


def test_the_people_named_and_whoever_holds_the_role_hear_it_once_each_over_the_second_gateway(tmp_path: Path) -> None:
    with Outside() as outside:
        home = bureau_with(
            tmp_path,
            f"""[channels]
sms = "json://127.0.0.1:9"
[watchdog]
tell = ["{OFFICER}", "duty_officer", "duty_leader"]
channel = "sms"
gateway = "json://127.0.0.1:{outside.port}/second?allow=127.0.0.0/8"
""",
        )
        voice, ears = SecondChannel(home), Ears()
        voice.learn()
        holders = home.duty().holders("duty_officer", home.clock.now()) + home.duty().holders("duty_leader", home.clock.now())
        people = {OFFICER, *(each.id for each in holders)}
        watchdog = Watchdog(lambda: [SLOW], voice.tell, ears, REMIND, lambda: None, lambda: 0.0)

        watchdog.round()
        watchdog.round()

    said = [json.loads(body)["message"] for body in outside.bodies("/second")]
    assert len(said) == len(people) > 1
    assert all("响应 R-1 的时钟已超时 90 秒" in each for each in said)


def test_the_roster_last_known_serves_while_the_database_does_not_answer(tmp_path: Path) -> None:
    with Outside() as outside:
        home = bureau_with(
            tmp_path,
            f'[watchdog]\ntell = ["{OFFICER}"]\nchannel = "sms"\ngateway = "json://127.0.0.1:{outside.port}/second?allow=127.0.0.0/8"\n',
        )
        voice = SecondChannel(home)
        voice.learn()
        home.database.close()
        home.folder.database.write_bytes(b"this is no database" * 500)
        voice.learn()

        voice.tell([News(Turn.BEGAN, SLOW)])

    assert len(outside.bodies("/second")) == 1


def test_a_second_channel_that_is_the_first_one_is_refused_at_the_start(tmp_path: Path) -> None:
    gateway = "json://127.0.0.1:9"
    home = bureau_with(
        tmp_path, f'[channels]\nsms = "{gateway}"\n[watchdog]\ntell = ["{OFFICER}"]\nchannel = "sms"\ngateway = "{gateway}"\n'
    )

    with pytest.raises(SettingsError, match=r"\[watchdog\] gateway: calls go out by this one first; expected another"):
        SecondChannel(home)


def test_a_second_channel_that_is_a_file_is_refused_at_the_start(tmp_path: Path) -> None:
    home = bureau_with(tmp_path, f'[watchdog]\ntell = ["{OFFICER}"]\ngateway = "file://elsewhere"\n')

    with pytest.raises(SettingsError, match="what is written to a file reaches nobody"):
        SecondChannel(home)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('[watchdog]\ntell = ["a"]', "[watchdog]: gateway missing; expected who is told (tell) and the gateway for it"),
        ('[watchdog]\nchannel = "pigeon"', "channel 'pigeon' is no kind of address; expected one of sms, wechat, voice, email"),
        ('[watchdog]\noverdue = "soon"', "[watchdog] overdue: 'soon' is no length of time; expected at least a second"),
        ('[heartbeat]\nurl = "hc.example"', "[heartbeat] url: this is no address of a web server; expected https://HOST/PATH"),
        ('[logs]\nformat = "xml"', "[logs] format: found 'xml'; expected 'plain' or 'json'"),
        ('[doctor]\ntime = "pool"', "[doctor] time: 'pool' names no clock; expected ntp://HOST or https://HOST"),
    ],
)
def test_settings_of_the_watch_that_are_not_right_are_said_with_what_was_expected(
    tmp_path: Path, settings: str, said: str
) -> None:
    (tmp_path / "tocsin.toml").write_text(settings, "utf-8")

    with pytest.raises(SettingsError) as refused:
        _ = Home(Folder(tmp_path)).settings

    assert said in str(refused.value)


def test_the_outside_hears_that_all_is_well_only_while_it_is_and_at_once_when_it_is_not() -> None:
    seconds = [0.0]
    with Outside() as outside:
        heart = OutsideHeart(f"{outside.url}/ping/uuid", timedelta(seconds=60), lambda: seconds[0])
        heart.begin()
        for now, troubles in [(0, []), (5, []), (60, []), (65, [SLOW]), (70, [SLOW]), (125, [SLOW]), (130, []), (135, [])]:
            seconds[0] = now
            heart.beat(troubles)

    paths = [path.removeprefix("/ping/uuid") for path, _ in outside.heard]
    assert paths == ["/start", "", "", "/fail", "/fail", ""]
    assert outside.bodies("/ping/uuid/fail")[0].decode() == SLOW.what.en


def test_an_outside_that_does_not_answer_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    heart = OutsideHeart("http://127.0.0.1:9/ping", timedelta(0))

    heart.beat([])
    heart.beat([])

    assert [record.getMessage() for record in caplog.records] == [
        "the heartbeat is not heard outside (URLError); it is tried on and on"
    ]
