"""Build hooks: links of the README that work outside of a checkout, too, and the manual page."""

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
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


class ManualHook(BuildHookInterface):
    """Adds a manual page, made from the options that the commands declare."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Write the page, and have it packed."""
        sys.path.insert(0, self.root)
        try:
            from colorquant.cli.main import main
            from colorquant.cli.shown.manpage import manual_page
        finally:
            sys.path.remove(self.root)
        name, number = self.metadata.name, self.metadata.version
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name) / f"{name}.1"
        path.write_text(manual_page(main, name, number, self.released()), encoding="ascii")
        build_data["shared_data"][str(path)] = f"share/man/man1/{path.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove the page, which is packed."""
        self.folder.cleanup()

    def released(self) -> str:
        """Return the date of the newest version; the same source gives the same page."""
        text = (Path(self.root) / "CHANGELOG.md").read_text(encoding="utf-8")
        return re.findall(r"^## \[.+\] - ([\d-]+)$", text, re.MULTILINE)[0]


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
