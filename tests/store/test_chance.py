"""Chance comes from a seed: the same draws everywhere, and as many of them whatever is drawn."""

import subprocess
import sys

from store.chance import Chance

DRAWS = "from store.chance import Chance; c = Chance('7/3'); print(c.share(), c.normal(), c.triangular(1, 9, 2), c.happens(0.5))"


def test_same_seed_draws_the_same_in_every_process():
    drawn = [subprocess.run([sys.executable, "-c", DRAWS], capture_output=True, text=True, check=True).stdout for _ in range(2)]

    assert drawn[0] == drawn[1] != ""


def test_seeds_differ_by_every_letter():
    assert Chance("1/12").share() != Chance("11/2").share()


def test_sure_things_take_a_draw_like_any_other():
    sure, even = Chance("x"), Chance("x")

    sure.happens(1.0)
    even.happens(0.5)

    assert sure.share() == even.share()


def test_what_is_impossible_never_happens_and_what_is_sure_always():
    chance = Chance("x")

    assert not any(chance.happens(0.0) for _ in range(1000))
    assert all(chance.happens(1.0) for _ in range(1000))
