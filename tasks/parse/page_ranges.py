"""Page numbers as a person writes them: "2-4 7"."""


def ranges_text(numbers: list[int]) -> str:
    """Ascending numbers as text."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return " ".join("-".join(map(str, run)) for run in runs)


def numbers_of(text: str) -> list[int]:
    """The inverse of `ranges_text`."""
    ranges = [part.partition("-") for part in text.split()]
    return [number for first, _, last in ranges for number in range(int(first), int(last or first) + 1)]
