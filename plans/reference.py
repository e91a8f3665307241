"""The list of rules in docs/plan-language.md, in their own words: `python -m plans.reference docs/plan-language.md`."""

import inspect
import re
import sys
from pathlib import Path

from plans.rules import every_rule

_section = re.compile(r"(?<=<!-- rules -->\n).*?(?=<!-- end of rules -->)", re.DOTALL)


def rules_section() -> str:
    return "".join(f"\n**`{rule.RULE}`** {inspect.getdoc(rule)}\n" for rule in every_rule) + "\n"


def with_rules(document: str) -> str:
    """The document with its list of rules as they are now."""
    return _section.sub(lambda _: rules_section(), document)


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(with_rules(file.read_text(encoding="utf-8")), encoding="utf-8")
