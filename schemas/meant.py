"""What a person may have meant by a name that is not known."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches

_MOST = 3


def meant(name: str, known: Iterable[str], shown: Callable[[str], str] = str) -> str:
    """The known names near a mistyped one, as a question; all that there are where none is near.

    Near are names spelt alike, and names that the mistyped one is a part of (`imagenet` of `imagenet-1k`). `shown` says
    how a name is written in the answer.
    """
    names = sorted(set(known))
    alike = get_close_matches(name.lower(), names, n=_MOST, cutoff=0.7)
    holding = [n for n in names if len(name) > _MOST and name.lower() in n]
    near = list(dict.fromkeys([*alike, *holding]))[:_MOST]
    if near:
        return f"did you mean {' or '.join(map(shown, near))}?"
    return f"known are {', '.join(map(shown, names))}"
