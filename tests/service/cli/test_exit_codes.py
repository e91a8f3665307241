"""Scripts tell by the exit code: 2 for input that cannot be right, 1 for what was refused."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from resources import tables as roster
from resources.samples import sample_duty
from service.desk.views import response_list
from service.folder import Folder
from service.wiring import Home
from store.clock import RealClock

pytestmark = pytest.mark.slow
FLOOD = ("flood", "--level", "III", "--fact", "flow=3300", "--by", "chenzhiyuan", "--approved-by", "liangwenbo")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(Folder(tmp_path), RealClock())
    with home.database.write() as connection:
        roster.replace(connection, sample_duty(home.zone), home.clock.now())
    return home


def activated(home: Home, *words: str) -> tuple[int, str]:
    """What `tocsin activate` with these words ends with, and what it says on stderr."""
    environment = {**os.environ, "TOCSIN_HOME": str(home.folder.path)}
    command = [sys.executable, "-m", "service", "activate", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("flod", *FLOOD[1:]), "there is no plan 'flod'"),
        ((*FLOOD, "--level", "V"), "there is no level 'V'"),
        ((*FLOOD, "--fact", "flw=3"), "plan 'flood' has no fact 'flw'"),
        ((*FLOOD, "--approved-by", "liangwenbu"), "the directory has no person 'liangwenbu'; did you mean 'liangwenbo'?"),
    ],
    ids=["plan", "level", "fact", "person"],
)
def test_whatever_does_not_exist_ends_alike(home: Home, words: tuple[str, ...], said: str) -> None:
    code, told = activated(home, *words)

    assert code == 2
    assert said in told


def test_a_refusal_ends_otherwise(home: Home) -> None:
    code, told = activated(home, *FLOOD, "--approved-by", "chenzhiyuan")

    assert code == 1
    assert "may not approve level III" in told


def test_a_key_that_comes_again_with_other_words_opens_nothing(home: Home) -> None:
    first = activated(home, *FLOOD, "--key", "k")
    again = activated(home, *FLOOD, "--key", "k")
    code, told = activated(home, *FLOOD, "--key", "k", "--place", "魏家堡")

    assert (first[0], again[0], code) == (0, 0, 2)
    assert "the idempotency key 'k' opened R-" in told
    with home.database.read() as connection:
        assert len(response_list(connection)) == 1
