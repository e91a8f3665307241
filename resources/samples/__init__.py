"""A plausible bureau to start from: invented people, telephone numbers that nobody has, every role of the shipped plans held."""

from datetime import tzinfo
from importlib.resources import files

from resources.model import Duty
from resources.roster_csv import Source, read_roster

FILES = ("people.csv", "duty.csv")


def sample(name: str) -> bytes:
    return (files(__name__) / name).read_bytes()


def sample_duty(zone: tzinfo) -> Duty:
    """The sample bureau, read as an import would read it."""
    people, duty = (Source(name, sample(name)) for name in FILES)
    return read_roster(people, duty, zone).duty
