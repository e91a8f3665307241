"""`python tools/fuzz/run.py TARGET FOLDER SECONDS`: guided by coverage, from the shipped plans on. Findings stay there."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import atheris

# targets stand beside this file, what they test two folders above
sys.path.insert(0, str(Path(__file__).parents[2]))
with atheris.instrument_imports(include=["plans"]):
    import targets

from plans.extending import library

_token = re.compile(r"[ \t]+|\n|\w+|[^\w\s]")
_word = re.compile(r"[A-Za-z_][\w.]*|[{}\[\]()|&<>=!%]{1,2}")
_conditions = re.compile(r"(?:when|keep|while|until|pause|release|text|short|zh|en): (?:>-\n)?(.+)")
SECONDS_FOR_ONE, MEGABYTES, LONGEST = 10, 1024, 60_000


def main(name: str, folder: Path, seconds: int) -> None:
    corpus, found = folder / name, folder / "found"
    for each in (corpus, found):
        each.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(_seeds(name)):
        (corpus / f"shipped-{number}").write_text(seed, encoding="utf-8")
    dictionary = folder / "words.txt"
    words = sorted({word for text in _files() for word in _word.findall(text)})
    dictionary.write_text("".join(f'"{word}"\n' for word in words if word.isascii()), encoding="utf-8")
    options = {"max_total_time": seconds, "timeout": SECONDS_FOR_ONE, "rss_limit_mb": MEGABYTES, "max_len": LONGEST}
    options |= {"dict": dictionary, "artifact_prefix": f"{found}/{name}-", "print_final_stats": 1, "reload": 0}
    atheris.Setup(
        [sys.argv[0], *(f"-{key}={value}" for key, value in options.items()), str(corpus)],
        getattr(targets, name),
        custom_mutator=mutated,
    )
    atheris.Fuzz()


def mutated(content: bytes, most: int, seed: int) -> bytes:
    """Half of the time words change places: bytes alone leave YAML that hardly ever is read to its end."""
    words = _token.findall(content.decode("utf-8", "replace"))
    if seed % 2 or len(words) < 2:
        return bytes(atheris.Mutate(content, most))
    seed //= 2
    place, source, length = seed % len(words), seed // 7 % len(words), (1, 1, 3, 12)[seed // 3 % 4]
    match seed // 11 % 3:
        case 0:
            del words[place : place + length]
        case 1:
            words[place:place] = words[source : source + length]
        case _:
            words[place] = words[source]
    return "".join(words).encode()[:most]


def _files() -> list[str]:
    samples = [targets.SAMPLES / "small.yaml", targets.SAMPLES / "whole.yaml"]
    return [path.read_text(encoding="utf-8") for path in (*sorted(library.rglob("*.yaml")), *samples)]


def _seeds(name: str) -> Iterator[str]:
    if name == "scenarios":
        yield from (path.read_text(encoding="utf-8") for path in sorted((library / "scenarios").glob("*.yaml")))
    elif name == "expressions":
        yield from sorted({found.strip("\"'>- {}") for text in _files() for found in _conditions.findall(text)})
    else:
        yield from _files()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
