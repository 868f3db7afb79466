"""Writes what each scenario promises into docs/simulator.md: `python -m tests.architecture.write_scenario_table`.

Law: the scenario files are the truth; what stands between the two marks is never edited by hand, and a test fails when
they differ.
"""

from pathlib import Path

from simulators.scenario import load, names

PAGE = Path(__file__).parents[2] / "docs" / "simulator.md"
BEGIN = "<!-- the scenarios: written by python -m tests.architecture.write_scenario_table -->"
END = "<!-- end of the scenarios -->"


def table() -> str:
    """Every scenario with what happens and what must come of it, as Markdown."""
    rows = ["| scenario | what happens | what must come of it |", "|---|---|---|"]
    for name in names():
        chosen = load(name)
        outcomes = "<br>".join(one.words for one in chosen.expected) or "nothing is promised"
        rows.append(f"| `{name}` | {chosen.words} | {outcomes} |")
    return "\n".join(rows)


def filled(page: str) -> str:
    """The page with the table between its marks."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n\n{table()}\n\n{END}{tail}"


def main() -> None:
    """Write it."""
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
