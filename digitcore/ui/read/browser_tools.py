"""What Streamlit's uploader and camera lack: pasting, a thousand files, and beginning with a phone's rear camera."""

from pathlib import Path

import streamlit as st

PASTE = """
export default function ({ parentElement }) {
  parentElement.ended?.abort();
  parentElement.ended = new AbortController();
  document.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    const input = document.querySelector("[class*=st-key-read_files_] input[type=file]");
    if (!files.length || !input || event.target.closest("input:not([type=file]), textarea")) return;
    event.preventDefault();
    const pasted = new DataTransfer();
    for (const file of files) pasted.items.add(file);
    input.files = pasted.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }, { signal: parentElement.ended.signal });
  return () => parentElement.ended.abort();
}
"""
"""Gives what is pasted to the uploader, as if it had been chosen there."""
REAR_CAMERA = """
export default function ({ data, parentElement }) {
  const press = () => {
    const button = document.querySelector(`.st-key-${data.camera} [data-testid=stCameraInputSwitchButton] button`);
    if (!button || parentElement.pressedFor === data.camera) return;
    parentElement.pressedFor = data.camera;
    button.click();
  };
  parentElement.observer?.disconnect();
  parentElement.observer = new MutationObserver(press);
  parentElement.observer.observe(document.body, { childList: true, subtree: true });
  press();
  return () => parentElement.observer.disconnect();
}
"""
"""Streamlit begins with the camera that looks at the person; a phone has a button there that switches to the other."""
_PACKED = Path(__file__).with_name("packed_upload.js").read_text()
"""With a hundred files the uploader is busy for many seconds, with a thousand it stops the browser. More than a few are
packed into ZIPs, in which they are uploaded."""
_paste = st.components.v2.component("digitcore_paste", js=PASTE)
_rear_camera = st.components.v2.component("digitcore_rear_camera", js=REAR_CAMERA)
_packed = st.components.v2.component("digitcore_packed_upload", js=_PACKED)


def listen_for_paste() -> None:
    """Hands files that are pasted anywhere on the page to the page's uploader."""
    _paste(key="read_paste")


def pack_many_files() -> None:
    """Lets the page's uploader take a thousand files."""
    _packed(key="read_packed")


def prefer_rear_camera(camera: str) -> None:
    """Switches the camera input with this key to a phone's rear camera, once."""
    _rear_camera(key="read_rear_camera", data={"camera": camera})
