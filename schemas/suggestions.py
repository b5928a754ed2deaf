"""Names that a person may have meant by one that is not known."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches

_MOST = 3


def close_names(name: str, known: Iterable[str]) -> list[str]:
    """At most three known names that are spelt like a mistyped one, or hold the like (`nvidia-h100` for `h1000`)."""
    by_lower = {n.lower(): n for n in sorted(set(known))}
    alike = get_close_matches(name.lower(), by_lower, n=_MOST, cutoff=0.7)
    holding = [n for n in by_lower if len(name) > _MOST and name.lower() in n]
    in_part = [n for n in by_lower if len(name) > _MOST and get_close_matches(name.lower(), n.split("-"), cutoff=0.8)]
    return [by_lower[n] for n in dict.fromkeys([*alike, *holding, *in_part])][:_MOST]


def did_you_mean(name: str, known: Iterable[str], shown: Callable[[str], str] = str) -> str:
    """The names near a mistyped one, as a question; all that are known where none is near. `shown` writes a name."""
    names = sorted(set(known))
    if found := close_names(name, names):
        return f"did you mean {' or '.join(map(shown, found))}?"
    return f"known are {', '.join(map(shown, names))}"
