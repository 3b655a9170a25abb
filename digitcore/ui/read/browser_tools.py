"""What Streamlit's uploader and camera lack in the browser: pasting a picture, and a phone's rear camera at first."""

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
_paste = st.components.v2.component("digitcore_paste", js=PASTE)
_rear_camera = st.components.v2.component("digitcore_rear_camera", js=REAR_CAMERA)


def listen_for_paste() -> None:
    """Hands files that are pasted anywhere on the page to the page's uploader."""
    _paste(key="read_paste")


def prefer_rear_camera(camera: str) -> None:
    """Switches the camera input with this key to a phone's rear camera, once."""
    _rear_camera(key="read_rear_camera", data={"camera": camera})
