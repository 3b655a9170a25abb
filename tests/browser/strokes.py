"""Digits as strokes, drawn with the mouse or with a finger."""

from playwright.sync_api import Page

Points = list[tuple[float, float]]
STEPS = 6
"""In so many a hand moves from one corner of a stroke to the next."""

DIGITS: dict[int, list[Points]] = {
    0: [[(0.5, 0), (0.2, 0.15), (0.1, 0.5), (0.2, 0.85), (0.5, 1), (0.8, 0.85), (0.9, 0.5), (0.8, 0.15), (0.5, 0)]],
    1: [[(0.5, 0), (0.5, 1)]],
    2: [[(0.1, 0.2), (0.3, 0.02), (0.65, 0.02), (0.8, 0.22), (0.65, 0.48), (0.3, 0.78), (0.08, 0.98), (0.9, 0.98)]],
    3: [
        [(0.1, 0.1), (0.5, 0), (0.8, 0.15), (0.7, 0.4), (0.4, 0.48), (0.75, 0.58), (0.85, 0.8), (0.5, 1), (0.05, 0.92)]
    ],
    4: [[(0.6, 0), (0.1, 0.62), (0.9, 0.62)], [(0.65, 0.3), (0.65, 1)]],
    7: [[(0.05, 0.02), (0.85, 0), (0.35, 1)]],
    9: [
        [
            (0.78, 0.2),
            (0.55, 0.02),
            (0.25, 0.1),
            (0.18, 0.32),
            (0.4, 0.5),
            (0.7, 0.4),
            (0.78, 0.2),
            (0.72, 0.6),
            (0.62, 1),
        ]
    ],
}
MIDDLE, CORNER, SMALL, RIGHT = (0.25, 0.2, 0.55), (0.06, 0.06, 0.4), (0.6, 0.62, 0.22), (1.1, 0.2, 0.55)
"""Left, top and size, as shares of the canvas's height: all but the last are on the square that a phone shows."""


def draw(page: Page, digit: int, place: tuple[float, float, float] = MIDDLE, touch: bool = False) -> None:
    """Draws a digit at `place`: left, top and size, as shares of the canvas's height."""
    for stroke in placed(digit, place):
        (_drag_finger if touch else _drag_mouse)(page, _on_screen(page, stroke))


def draw_number(page: Page, text: str, top: float = 0.25, size: float = 0.45, touch: bool = False) -> None:
    """Draws digits side by side, as shares of the canvas's height."""
    for at, digit in enumerate(text):
        draw(page, int(digit), (0.08 + at * size, top, size), touch)


def placed(digit: int, place: tuple[float, float, float] = MIDDLE) -> list[Points]:
    """The digit's strokes at `place`, as shares of the canvas's height."""
    left, top, size = place
    return [[(left + size * x, top + size * y) for x, y in stroke] for stroke in DIGITS[digit]]


def _on_screen(page: Page, points: Points) -> Points:
    canvas = page.locator("canvas.upper-canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    return [(box["x"] + x * box["height"], box["y"] + y * box["height"]) for x, y in points]


def _drag_mouse(page: Page, points: Points) -> None:
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=STEPS)
    page.mouse.up()


def _drag_finger(page: Page, points: Points) -> None:
    """Playwright has taps but no drags of a finger; Chromium's own protocol has."""
    session = page.context.new_cdp_session(page)

    def send(kind: str, *touches: tuple[float, float]) -> None:
        points = [{"x": x, "y": y} for x, y in touches]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", points[0])
    for start, end in zip(points, points[1:], strict=False):
        for part in range(1, STEPS + 1):
            send("touchMove", tuple(a + (b - a) * part / STEPS for a, b in zip(start, end, strict=True)))
    send("touchEnd")


def press_control(page: Page, name: str) -> None:
    """Presses one of the canvas's buttons: undo, redo or clear."""
    page.locator(f".st-key-draw_controls button[name={name}]").click()
