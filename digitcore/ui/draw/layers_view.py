"""What each layer makes of a drawing, and one unit at work: its kernel sliding over its input."""

import numpy as np
import streamlit as st

from digitcore.prediction import Bundle
from digitcore.prediction.engine import ForwardPass
from digitcore.prediction.units import Step, Unit, open_unit
from digitcore.preprocessing.pictures import png
from digitcore.ui.draw.tile_picker import pick_tile

STYLE = """<style>
.unit{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;margin-top:.5rem}
.unit figure{margin:0}
.unit figcaption{font-size:.875rem;opacity:.7;margin-top:.35rem;max-width:9rem}
.unit .picture{position:relative;height:9rem;width:fit-content}
.unit .picture img{height:100%;display:block;image-rendering:pixelated;border-radius:.4rem;
background:color-mix(in srgb,currentColor 6%,transparent)}
.unit .window{position:absolute;outline:2px solid #f2994a;box-sizing:border-box}
.unit table{border-collapse:collapse;font-size:.8rem;font-variant-numeric:tabular-nums}
.unit td{min-width:2.6rem;height:2.2rem;text-align:center;
border:1px solid color-mix(in srgb,currentColor 20%,transparent)}
.unit .step{display:flex;align-items:center;gap:.75rem}
.unit .sign{font-size:1.4rem;opacity:.7}
.unit .sign:empty{display:none}
</style>"""


def layers_view(bundle: Bundle, forward: ForwardPass) -> None:
    """All features of a layer as pictures, and one of them opened."""
    told, layers = bundle.layers, forward.layers
    layer = st.segmented_control(
        "Layer",
        list(range(len(told))),
        default=0,
        required=True,
        wrap=True,
        key="draw_layer",
        format_func=lambda at: f"{at + 1} · {told[at]['kind']} {'×'.join(map(str, layers[at].shape))}",
    )
    maps, opens = layers[layer], told[layer]["kind"] == "convolution"
    feature = pick_tile("Feature", _pictures(maps), f"draw_feature_{layer}")
    st.caption(f"Feature {feature + 1} of {maps.shape[-1]}. Choose another by a click or the arrow keys.")
    if opens:
        _unit(open_unit(bundle, forward, layer, feature), layer, feature)


def _pictures(maps: np.ndarray) -> list[str]:
    """The (H, W, C) features of a layer as addresses of images, the layer's strongest answer in white."""
    pixels = np.rint(maps * (255 / max(float(maps.max()), 1e-9))).astype(np.uint8)
    return [png(np.ascontiguousarray(pixels[..., at])) for at in range(pixels.shape[-1])]


def _unit(unit: Unit, layer: int, feature: int) -> None:
    """The kernel at a place that a slider chooses, where the unit answers most at first."""
    places, width = range(unit.answers.size), unit.answers.shape[1]
    key = f"draw_place_{layer}_{feature}"
    if st.session_state.get(key) not in places:
        st.session_state[key] = int(unit.answers.argmax())
    place = st.select_slider(
        "Slide the kernel", places, key=key, format_func=lambda at: f"row {at // width + 1}, column {at % width + 1}"
    )
    row, column = divmod(place, width)
    step = unit.at(row, column)
    channel = int(np.abs(step.products.sum(axis=(0, 1))).argmax())
    source = unit.source[..., channel]
    size, top, left = len(unit.kernel), row * unit.stride, column * unit.stride
    of = "The picture" if step.products.shape[-1] == 1 else f"Input {channel + 1}, which counts most here"
    parts = (
        ("", _picture(source, (top, left, size), of)),
        ("", _table(step.covered[..., channel], "Covered")),
        ("×", _table(unit.kernel[..., channel], "Kernel")),
        ("=", _table(step.products[..., channel], _sum(unit, step, channel))),
        ("→", _picture(unit.answers, (row, column, 1), "What the unit answers")),
    )
    shown = (f'<div class="step"><span class="sign">{sign}</span>{figure}</div>' for sign, figure in parts)
    st.html(f'{STYLE}<div class="unit">{"".join(shown)}</div>')


def _sum(unit: Unit, step: Step, channel: int) -> str:
    """What the unit adds up, in words."""
    here, others = step.products[..., channel].sum(), step.products.shape[-1] - 1
    words = f"Together {_number(here)}"
    if others:
        words += f", with {_number(step.products.sum() - here)} from the {others} other inputs"
    return f"{words} and a bias of {_number(unit.bias)}: {_answer(step)}"


def _answer(step: Step) -> str:
    return f"{step.answer:.2f}" if step.answer else "below 0, so it is silent"


def _picture(values: np.ndarray, window: tuple[int, int, int], words: str) -> str:
    """A picture of values from 0 on, with a window on it: row, column, side."""
    pixels = np.rint(values * (255 / max(float(values.max()), 1e-9))).astype(np.uint8)
    height, width = values.shape
    row, column, side = window
    place = f"top:{row / height:.2%};left:{column / width:.2%};height:{side / height:.2%};width:{side / width:.2%}"
    return (
        f'<figure><div class="picture"><img alt="{words}" src="{png(np.ascontiguousarray(pixels))}">'
        f'<div class="window" style="{place}"></div></div><figcaption>{words}</figcaption></figure>'
    )


def _table(values: np.ndarray, words: str) -> str:
    """Numbers, the more tinted the larger: blue above 0, red below."""
    most = max(float(np.abs(values).max()), 1e-9)
    rows = "".join(f"<tr>{''.join(_cell(float(value), most) for value in row)}</tr>" for row in values)
    return f"<figure><table>{rows}</table><figcaption>{words}</figcaption></figure>"


def _cell(value: float, most: float) -> str:
    colour, share = ("#5b6cff" if value > 0 else "#e5484d"), 60 * abs(value) / most
    return f'<td style="background:color-mix(in srgb,{colour} {share:.0f}%,transparent)">{_number(value)}</td>'


def _number(value: float) -> str:
    """With two digits after the point; what is rounded to 0 has no sign."""
    return f"{round(value, 2) + 0.0:.2f}"
