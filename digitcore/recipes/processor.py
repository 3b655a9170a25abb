"""What the processor supports, according to Linux."""

from functools import cache
from pathlib import Path

BFLOAT16_FLAG = "avx512_bf16"
"""Linux's name for the instructions that multiply bfloat16."""


@cache
def has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16; without that, TensorFlow is slow with them or fails."""
    try:
        return BFLOAT16_FLAG in Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
