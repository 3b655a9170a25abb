"""Boxes over the drawing: where each digit of a number was found, and as what it was read."""

from digitcore.prediction import Reading
from digitcore.prediction.records import sign
from digitcore.ui.reading_view import Shown

GAP = 6
"""Between the ink and its box, in the canvas's pixels."""
STYLE = """<style>
.st-key-draw_boxes *{position:static;height:100%}
.st-key-draw_boxes .boxes{position:relative}
.st-key-draw_boxes .box{position:absolute;border:1.5px solid var(--digit-grey);border-radius:.25rem}
.st-key-draw_boxes .box.picked{border:2.5px solid var(--digit-orange)}
.st-key-draw_boxes .sign{position:absolute;width:auto;height:auto;font-weight:600;line-height:1.5rem;
transform:translateX(-50%);opacity:.7}
.st-key-draw_boxes .picked+.sign{opacity:1}
</style>"""


def boxes_html(shown: Shown) -> str:
    """The boxes of several digits, and what each was read as above it. A digit that is alone needs none.

    The class `far` is given where a digit is not on the square that a phone shows.
    """
    digits, size = shown.writing.digits, shown.drawing.shape
    far = any(x + width / 2 > size[0] for x, _, width, _ in (reading.box for reading in digits))
    boxes = [_box(reading, size, at == shown.picked) for at, reading in enumerate(digits)] if len(digits) > 1 else []
    return f'{STYLE}<div class="boxes{" far" if far else ""}" aria-hidden="true">{"".join(boxes)}</div>'


def _box(reading: Reading, size: tuple[int, ...], picked: bool) -> str:
    x, y, width, height = reading.box
    left, top = max(0, x - GAP) / size[1], max(0, y - GAP) / size[0]
    right, bottom = min(size[1], x + width + GAP) / size[1], min(size[0], y + height + GAP) / size[0]
    return (
        f'<div class="box{" picked" if picked else ""}" data-testid="box" style="left:{left:.2%};top:{top:.2%};'
        f'width:{right - left:.2%};height:{bottom - top:.2%}"></div>'
        # Above the box, or where it ends at the paper's edge, in it.
        f'<span class="sign" style="left:{(left + right) / 2:.2%};top:max(0px,calc({top:.2%} - 1.6rem))">'
        f"{sign(reading)}</span>"
    )
