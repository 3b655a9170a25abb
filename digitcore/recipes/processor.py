"""What the processor can do, as Linux tells of it."""

from functools import cache
from pathlib import Path

BFLOAT16_FLAG = "avx512_bf16"
"""Intel's and AMD's name for such instructions."""


@cache
def has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself. Where it does not, TensorFlow is slow with them, or fails."""
    try:
        return BFLOAT16_FLAG in Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
