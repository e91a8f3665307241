"""Reading YAML: places, texts that stay texts, and everything that is refused."""

from pathlib import Path

import pytest

from plans.reader import Mapping, Scalar, Sequence, depth_limit, read, read_text, size_limit


def test_every_key_and_value_knows_its_place() -> None:
    root, faults = read_text("a: 1\nb:\n  - x\n  - {c: 巡堤, d: y}\n", "p.yaml")

    assert not faults
    assert isinstance(root, Mapping)
    assert root.entries["b"].key == ("p.yaml", 2, 1)
    items = root.entries["b"].value
    assert isinstance(items, Sequence)
    inner = items.items[1]
    assert isinstance(inner, Mapping)
    assert inner.entries["c"].value.mark == ("p.yaml", 4, 9)
    assert inner.entries["d"].key == ("p.yaml", 4, 13)


@pytest.mark.parametrize("word", ["no", "on", "off", "yes", "2026.10", "1_000", "12:30:00", "2011-01-08"])
def test_what_the_author_wrote_stays_a_text(word: str) -> None:
    root, _ = read_text(f"a: {word}\n", "p.yaml")

    assert isinstance(root, Mapping)
    value = root.entries["a"].value
    assert isinstance(value, Scalar)
    assert value.text == word


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", "3:1: the key 'a' is here a second time (first in line 1), expected each key once [yaml]"),
        ("a: [1, 2\nb: 3\n", "2:2: this is not YAML: did not find expected ',' or ']'"),
        ("a: !!python/object:os.system x\n", "1:4: the tag 'tag:yaml.org,2002:python/object:os.system' is used"),
        ("a: 1\n---\nb: 2\n", "2:1: a second document begins, expected one plan in a file [yaml]"),
        ("a: *nowhere\n", "1:4: there is no finished anchor &nowhere before this"),
        ("a: &a [*a]\n", "1:8: there is no finished anchor &a before this"),
        ("? [x]\n: 1\n", "1:3: a list or mapping is used as a key, expected a name [yaml]"),
        ("", "1:1: the file is empty, expected a plan [yaml]"),
        ("a: \x00\n", "1:1: this is not YAML"),
    ],
)
def test_what_is_no_plan_file_is_a_fault_with_its_place(source: str, said: str) -> None:
    _, faults = read_text(source, "p.yaml")

    assert [str(each).removeprefix("p.yaml:")[: len(said)] for each in faults] == [said]


def test_aliases_cannot_blow_up() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]

    _, faults = read_text("\n".join(lines), "p.yaml")

    assert "more than 300000 values once aliases are followed" in str(faults[0])


def test_nesting_has_an_end() -> None:
    _, faults = read_text("[" * 5000, "p.yaml")

    assert f"nested deeper than {depth_limit} levels" in str(faults[0])


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    file.write_bytes(b"#" * (size_limit + 1))

    _, faults = read(file)

    assert "the file is larger than 4 MB, expected a plan of at most 4 MB" in str(faults[0])


def test_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "gb.yaml"
    file.write_bytes("a: 1\nb: 防汛\n".encode("gb18030"))

    _, faults = read(file)

    assert str(faults[0]).endswith("gb.yaml:2:1: the file is not UTF-8 here, expected text saved as UTF-8 [yaml]")
