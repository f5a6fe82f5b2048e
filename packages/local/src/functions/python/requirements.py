"""Prints, as JSON, the packages that a function needs and nobody has installed.

    python -c SOURCE '{"folders": ["/project/src", "/layer/python"], "imported": ["boto3"]}'
    {"named": ["requests"], "imported": ["boto3"]}

The first folder is the function's own: `named` are those of its requirements.txt. Lines with addresses or options
(`-e`, `-r`, `name @ https://...`) are left to pip. `imported` are those of the question that requirements.txt does not
name.
Source: pip's documentation, "Requirements File Format"; PEP 508; PEP 503 (names).
"""

from __future__ import annotations

import ast
import json
import os
import platform
import re
import sys
from importlib.metadata import distributions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[^\]]*\])?[^;@/\\]*(;(?P<marker>.*))?$")


def find_missing(folders: list[str], imported: list[str]) -> dict[str, list[str]]:
    path = [*folders, *sys.path]
    named = {normalise(name): name for folder in folders[:1] for name in read_requirements(folder)}
    return {
        "named": [name for key, name in named.items() if not is_installed(key, path)],
        "imported": [name for name in imported if name not in named and not is_installed(name, path)],
    }


def is_installed(name: str, path: list[str]) -> bool:
    return next(iter(distributions(name=name, path=path)), None) is not None


def read_requirements(folder: str) -> Iterator[str]:
    try:
        with open(os.path.join(folder, "requirements.txt"), encoding="utf-8-sig", errors="replace") as file:
            text = file.read()
    except OSError:
        return
    for line in text.replace("\\\n", " ").splitlines():
        # A comment, and options of one requirement such as --hash.
        requirement = REQUIREMENT.match(re.sub(r"(^|\s)(#|--).*", "", line).strip())
        if requirement and applies(requirement["marker"]):
            yield requirement["name"]


def normalise(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def applies(marker: str | None) -> bool:
    """Whether an environment marker is true here. One that cannot be read is: pip will say what is wrong with it."""
    try:
        # The language of markers is a part of Python's own, but for ~= and ===.
        return marker is None or evaluate(ast.parse(marker.strip(), mode="eval").body)
    except (SyntaxError, KeyError, ValueError):
        return True


def evaluate(node: ast.expr) -> bool:
    if isinstance(node, ast.BoolOp):
        results = [evaluate(value) for value in node.values]
        return all(results) if isinstance(node.op, ast.And) else any(results)
    if isinstance(node, ast.Compare):
        return compare(text_of(node.left), type(node.ops[0]), text_of(node.comparators[0]))
    raise ValueError("no marker")


def compare(left: str, operator: type[ast.cmpop], right: str) -> bool:
    if operator is ast.In:
        return left in right
    if operator is ast.NotIn:
        return left not in right
    order = order_of(left, right)
    return {
        ast.Eq: order == 0,
        ast.NotEq: order != 0,
        ast.Lt: order < 0,
        ast.LtE: order <= 0,
        ast.Gt: order > 0,
        ast.GtE: order >= 0,
    }[operator]


def order_of(left: str, right: str) -> int:
    """Returns a number below, above or equal to 0. Two versions are compared number by number."""
    if is_version(left) and is_version(right):
        a, b = version_of(left), version_of(right)
        return (a > b) - (a < b)
    return (left > right) - (left < right)


def text_of(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.Name):
        return environment()[node.id]
    raise ValueError("no value of a marker")


def environment() -> dict[str, str]:
    return {
        "extra": "",
        "implementation_name": sys.implementation.name,
        "implementation_version": platform.python_version(),
        "os_name": os.name,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "python_full_version": platform.python_version(),
        "python_version": f"{sys.version_info.major}.{sys.version_info.minor}",
        "sys_platform": sys.platform,
    }


def is_version(text: str) -> bool:
    return re.fullmatch(r"\d+(\.\d+)*", text) is not None


def version_of(text: str) -> list[int]:
    parts = [int(part) for part in text.split(".")]
    while parts and parts[-1] == 0:
        parts.pop()
    return parts


if __name__ == "__main__":
    print(json.dumps(find_missing(**json.loads(sys.argv[1]))))
