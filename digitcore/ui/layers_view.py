"""The feature maps of each layer, and one unit at work: its kernel sliding over its input."""

import numpy as np
import streamlit as st

from digitcore.model_format import LayerKind
from digitcore.prediction import Bundle
from digitcore.prediction.engine import ForwardPass
from digitcore.prediction.units import Step, Unit, open_unit
from digitcore.preprocessing.pictures import png
from digitcore.ui import palette
from digitcore.ui.choices import choose_one
from digitcore.ui.tile_picker import pick_tile

STYLE = """<style>
.unit{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;margin-top:.5rem}
.unit figure{margin:0}
.unit figcaption{font-size:.875rem;opacity:.7;margin-top:.35rem;max-width:9rem}
.unit .picture{position:relative;height:9rem;width:fit-content}
.unit .picture img{height:100%;display:block;image-rendering:pixelated;border-radius:.4rem;
background:color-mix(in srgb,currentColor 6%,transparent)}
.unit .window{position:absolute;outline:2px solid var(--digit-orange);box-sizing:border-box}
.unit table{border-collapse:collapse;font-size:.8rem;font-variant-numeric:tabular-nums}
.unit td{min-width:2.6rem;height:2.2rem;text-align:center;
border:1px solid color-mix(in srgb,currentColor 20%,transparent)}
.unit .step{display:flex;align-items:center;gap:.75rem}
.unit .sign{font-size:1.4rem;opacity:.7}
.unit .sign:empty{display:none}
</style>"""


def layers_view(bundle: Bundle, forward: ForwardPass, page: str) -> None:
    """The feature maps of a layer, and the unit that makes one of them."""
    layer = choose_one(
        "Layer",
        range(len(bundle.layers)),
        f"{page}_layer",
        format_func=lambda index: f"{index + 1} · {_kind(bundle, index)} {_shape(forward.layers[index])}",
    )
    maps = forward.layers[layer]
    feature = pick_tile("Feature map", _pictures(maps), f"{page}_feature_{layer}")
    st.caption(f"Feature map {feature + 1} of {maps.shape[-1]}. Choose another by a click or the arrow keys.")
    if _kind(bundle, layer) == LayerKind.CONVOLUTION:
        _show_unit(open_unit(bundle, forward, layer, feature), layer, feature, page)


def _kind(bundle: Bundle, layer: int) -> str:
    return str(bundle.layers[layer]["kind"])


def _shape(maps: np.ndarray) -> str:
    return "×".join(map(str, maps.shape))


def _pictures(maps: np.ndarray) -> list[str]:
    """The (H, W, C) feature maps of a layer as data URLs of images, the layer's largest value in white."""
    pixels = np.rint(maps * (255 / max(float(maps.max()), 1e-9))).astype(np.uint8)
    return [png(np.ascontiguousarray(pixels[..., feature])) for feature in range(pixels.shape[-1])]


def _show_unit(unit: Unit, layer: int, feature: int, page: str) -> None:
    """The kernel at the position of a slider, at first where the unit's output is largest."""
    positions, width = range(unit.answers.size), unit.answers.shape[1]
    key = f"{page}_place_{layer}_{feature}"
    if st.session_state.get(key) not in positions:
        st.session_state[key] = int(unit.answers.argmax())
    position = st.select_slider(
        "Slide the kernel",
        positions,
        key=key,
        format_func=lambda index: f"row {index // width + 1}, column {index % width + 1}",
    )
    row, column = divmod(position, width)
    step = unit.at(row, column)
    channel = int(np.abs(step.products.sum(axis=(0, 1))).argmax())
    source = unit.source[..., channel]
    size, top, left = len(unit.kernel), row * unit.stride, column * unit.stride
    is_picture = step.products.shape[-1] == 1
    caption = "Network input" if is_picture else f"Input channel {channel + 1}, which contributes most here"
    parts = (
        ("", _picture(source, (top, left, size), caption)),
        ("", _table(step.covered[..., channel], "Covered input")),
        ("×", _table(unit.kernel[..., channel], "Kernel")),
        ("=", _table(step.products[..., channel], _sum(unit, step, channel))),
        ("→", _picture(unit.answers, (row, column, 1), "Feature map")),
    )
    shown = (f'<div class="step"><span class="sign">{sign}</span>{figure}</div>' for sign, figure in parts)
    st.html(f'{STYLE}<div class="unit">{"".join(shown)}</div>')


def _sum(unit: Unit, step: Step, channel: int) -> str:
    """What the unit adds up, as a sum."""
    here, others = step.products[..., channel].sum(), step.products.shape[-1] - 1
    terms = [f"Sum {_number(here)}"]
    if others:
        terms.append(f"{_number(step.products.sum() - here)} from {others} other channels")
    return f"{', '.join(terms)}, bias {_number(unit.bias)}: output {_output(step)}"


def _output(step: Step) -> str:
    return f"{step.answer:.2f}" if step.answer else "0, as the total is negative"


def _picture(values: np.ndarray, window: tuple[int, int, int], caption: str) -> str:
    """A picture of values from 0 on, with a window on it: row, column, side."""
    pixels = np.rint(values * (255 / max(float(values.max()), 1e-9))).astype(np.uint8)
    height, width = values.shape
    row, column, side = window
    place = f"top:{row / height:.2%};left:{column / width:.2%};height:{side / height:.2%};width:{side / width:.2%}"
    return (
        f'<figure><div class="picture"><img alt="{caption}" src="{png(np.ascontiguousarray(pixels))}">'
        f'<div class="window" style="{place}"></div></div><figcaption>{caption}</figcaption></figure>'
    )


def _table(values: np.ndarray, caption: str) -> str:
    """Numbers, the larger the more tinted: blue above 0, red below."""
    largest = max(float(np.abs(values).max()), 1e-9)
    rows = "".join(f"<tr>{''.join(_cell(float(value), largest) for value in row)}</tr>" for row in values)
    return f"<figure><table>{rows}</table><figcaption>{caption}</figcaption></figure>"


def _cell(value: float, largest: float) -> str:
    colour = palette.FOR if value > 0 else palette.AGAINST
    tint = f"color-mix(in srgb,{colour} {60 * abs(value) / largest:.0f}%,transparent)"
    return f'<td style="background:{tint}">{_number(value)}</td>'


def _number(value: float) -> str:
    """With two digits after the point; what is rounded to 0 has no sign."""
    return f"{round(value, 2) + 0.0:.2f}"
