"""The colours of the pages; no other module of the user interface names one.

Only the colours of evaluated models are `digitcore.evaluation.report_charts`', as a report's charts have them too, and
those of boxes `digitcore.prediction.boxes`', as commands draw them too.
Python code takes the constants. HTML that a page shows takes the custom properties of `CSS`, which the header of every
page defines: `var(--digit-blue)`, for instance.
"""

from digitcore.prediction.boxes import COLOURS, LABEL_COLOUR

BLUE, RED, ORANGE, GREY = "#5b6cff", "#e5484d", "#f2994a", "#969696"
"""Each can be seen on a light page and on a dark one."""
ASSURANCE, ON_ASSURANCE = COLOURS, LABEL_COLOUR
"""Of the boxes around digits, by how far each digit can be trusted, and of the text on their labels."""
INK = BLUE
"""What is drawn on the canvas, which is transparent and takes the page's colour; and pen strokes."""
RIGHT, WRONG = BLUE, RED
FOR, AGAINST, NEITHER = BLUE, RED, GREY
"""What speaks for an answer, against it, and for neither."""
SELECTED = ORANGE
TRAINING, VALIDATION = "#8b9aff", ORANGE
RUNS = ("#6f7dff", "#f2994a", "#27ae7a", "#e5566d", "#b07cf0", "#2fa8d5", "#c9a227", "#a08a78", "#e47ac0", "#7fb13c")
BARS = RUNS[0]
DIGITS = "tableau10"
"""Vega's scheme of ten colours."""
BADGES = {"blue": "#5b6cff", "orange": "#d9822b", "green": "#2e9e6b", "red": "#d64550"}
"""Streamlit's names for the colours of badges, and those colours in a table."""
RULE, OUTLINE, DRAWING = "gray", "white", "black"
"""Lines that help to read a chart, the edge of a point on it, and the drawing among other digits."""
NO_TINT, COUNT, COUNT_ON_TINT = "#88848810", "#88848f", "white"
"""An empty cell of a matrix, and numbers in its cells: Vega does not know the page's theme, and no colour is readable
both on the page and on a tint."""
PAPER, TEXT, QUIET_TEXT, TRACK, FILL = "white", "#26282e", "#6b6f78", "#e8e9ed", "#a9adb8"
"""Of the picture that a drawing is saved as, which has no theme."""

CSS = (
    f":root{{--digit-blue:{BLUE};--digit-red:{RED};--digit-orange:{ORANGE};--digit-grey:{GREY};"
    f"--digit-label-text:{ON_ASSURANCE}}}"
)


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, from 0 to 255, of a colour as in "#5b6cff"."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue
