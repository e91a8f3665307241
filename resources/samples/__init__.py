"""A plausible bureau to start from: invented people, telephone numbers that nobody has, every role of the shipped plans held."""

from importlib.resources import files

FILES = ("people.csv", "duty.csv")


def sample(name: str) -> bytes:
    return (files(__name__) / name).read_bytes()
