"""`python -m tests.golden.report [WORD …]`: which phenomena are read rightly, and what is misread in the others.

With words, only the phenomena whose names hold one. `--keep FOLDER` keeps their papers.
"""

import argparse
import tempfile
from pathlib import Path

from tests.golden.claims import misread
from tests.golden.phenomena import GROUPS


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        right = total = 0
        for group, phenomena in GROUPS.items():
            for phenomenon in phenomena:
                if options.words and not any(word in phenomenon.name for word in options.words):
                    continue
                folder = (options.keep or Path(scratch)) / phenomenon.name.replace("/", "")
                folder.mkdir(parents=True, exist_ok=True)
                problems = misread(phenomenon, folder)
                print(f"{'fail' if problems else 'pass'}  {group}: {phenomenon.name}")
                print("".join(f"        {problem}\n" for problem in problems), end="")
                right += not problems
                total += 1
    print(f"{right} of {total} phenomena are read as a careful reader reads them")


if __name__ == "__main__":
    main()
