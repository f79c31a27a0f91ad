"""The pages of the documentation, and their parts."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCS = ["README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))]
BESIDE = ["CONTRIBUTING.md", "benchmarks/README.md", "sample_images/README.md"]
TEXT = {page: (ROOT / page).read_text() for page in [*DOCS, *BESIDE]}


def section(page, title):
    found = re.search(rf"^(#+) {title}\n(.*?)(?=^#+ |\Z)", TEXT[page], re.MULTILINE | re.DOTALL)
    return found[2]


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def rows(text):
    """Return the cells of each row of the tables of a text; an escaped bar is part of a cell."""
    lines = re.findall(r"^\| (.*) \|$", text.replace("|  |", "| |"), re.MULTILINE)
    return [[cell.strip() for cell in re.split(r" ?(?<!\\)\| ?", line)] for line in lines]
