"""What tests in a browser look at: accessibility, and names that must be escaped."""

import os
from pathlib import Path

HOSTILE = ("<script>alert(1)</script>.png", "a\"b'c&.png", "javascript:alert(1).png")
"""Names that would do harm if they were not escaped; the first is a folder with a file."""

_AXE = os.environ.get("AXE", "node_modules/axe-core/axe.min.js")


def violations(page):
    """Return what axe-core finds against WCAG 2.2 AA and its own best practices."""
    # The policy of the page lets no other script run; what a debugger evaluates is none.
    page.evaluate(Path(_AXE).read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        (each["id"], node["html"][:200], node["failureSummary"])
        for each in found["violations"]
        for node in each["nodes"]
    ]


def shown_names(page):
    """Return the names of the pictures of the list, in its order."""
    return page.eval_on_selector_all(".card", "cards => cards.map(card => card.dataset.name)")


def wait_for(page, expression):
    """Wait until JavaScript finds something true; playwright's own way is barred by the policy."""
    for _ in range(300):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"it stays false: {expression}")
