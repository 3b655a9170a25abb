"""Tells the build what the project depends on: what requirements.txt says."""

from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface


class RequirementsHook(MetadataHookInterface):
    """Fills in the dependencies."""

    def update(self, metadata: dict[str, object]) -> None:
        """Takes every line that is neither empty nor a comment."""
        lines = (Path(self.root) / "requirements.txt").read_text().splitlines()
        metadata["dependencies"] = [line for line in lines if line and not line.startswith("#")]
