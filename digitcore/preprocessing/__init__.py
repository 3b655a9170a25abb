"""Any picture -> ink -> the 28x28 that networks read. One way for canvas and files."""

from digitcore.preprocessing.ink import find_ink
from digitcore.preprocessing.normalise import Normalised, normalise
from digitcore.preprocessing.pictures import find_pictures, open_picture

__all__ = ["Normalised", "find_ink", "find_pictures", "normalise", "open_picture"]
