"""Numbers, names and sentences as people read them."""

import re


def number(value: float | None, form: str) -> str:
    """The number in `form`, or a dash where there is none yet."""
    return "–" if value is None else format(value, form)


def duration(seconds: float | None) -> str:
    """Seconds in the two largest units of hours, minutes and seconds; a dash where there are none yet."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def about(seconds: float) -> str:
    """Seconds as an estimate: rounded to 5 or 10 seconds, to 1 or 5 minutes, from an hour on to 10 minutes."""
    if seconds < 55:
        step = 5 if seconds < 30 else 10
        return f"about {max(round(seconds / step), 1) * step} s"
    minutes = round(seconds / 60) if seconds < 20 * 60 else 5 * round(seconds / 300)
    if minutes < 60:
        return f"about {minutes} min"
    hours, rest = divmod(10 * round(seconds / 600), 60)
    return f"about {hours} h {rest} min" if rest else f"about {hours} h"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def plain(text: str) -> str:
    """The text as Markdown that shows it as it is."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def sentence(text: str) -> str:
    """The text with a capital at its beginning; the rest, which may have names in it, stays as it is."""
    return text[:1].upper() + text[1:]
