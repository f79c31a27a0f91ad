"""Build hook: links and pictures of the README that work outside of a checkout, too."""

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

# Code is matched so that nothing in it is taken for a link.
_CODE_OR_LINK = re.compile(
    r"^```.*?^```$|`[^`\n]*`|(?P<picture>!?)(?P<text>\[[^\]]*\])\((?P<target>[^)\s]+)\)",
    re.MULTILINE | re.DOTALL,
)
_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


class ReadmeHook(MetadataHookInterface):
    """Takes the long description from README.md, with absolute links if an address is set."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the long description."""
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        text = with_address(text, self.config["address"])
        metadata["readme"] = {"content-type": "text/markdown", "text": text}


def with_address(text: str, address: str) -> str:
    """Return Markdown in which relative links and pictures begin with an address.

    Parameters
    ----------
    text : str
    address : str
        Where a code host shows the top folder. Pictures are taken from where it has the raw
        files: for ``/blob/`` in the address, ``/raw/``. If it is empty, the text stays as it is.
    """
    if not address:
        return text
    base = address.rstrip("/") + "/"

    def change(found: re.Match[str]) -> str:
        target = found["target"]
        if not target or _ABSOLUTE.match(target):
            return found[0]
        if target.startswith("#"):
            target = "README.md" + target
        place = base.replace("/blob/", "/raw/") if found["picture"] else base
        return f"{found['picture']}{found['text']}({place}{target})"

    return _CODE_OR_LINK.sub(change, text)
