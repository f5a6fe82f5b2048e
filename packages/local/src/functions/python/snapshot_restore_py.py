"""Hooks of Lambda SnapStart, as Lambda's runtimes for Python provide them.

Source: docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    Hook = TypeVar("Hook", bound=Callable[..., Any])
    Registered = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]

_before_snapshot: list[Registered] = []
_after_restore: list[Registered] = []


def register_before_snapshot(func: Hook, *args: Any, **kwargs: Any) -> Hook:
    """Calls `func(*args, **kwargs)` before the snapshot is taken; the last one that was registered is called first."""
    _before_snapshot.append((func, args, kwargs))
    return func


def register_after_restore(func: Hook, *args: Any, **kwargs: Any) -> Hook:
    """Calls `func(*args, **kwargs)` after a restore, in the order of registration."""
    _after_restore.append((func, args, kwargs))
    return func


def get_before_snapshot() -> list[Registered]:
    """Returns what was registered, in that order."""
    return list(_before_snapshot)


def get_after_restore() -> list[Registered]:
    """Returns what was registered, in that order."""
    return list(_after_restore)
