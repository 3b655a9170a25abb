"""What Streamlit's uploader and camera lack in the browser: pasting a picture, and a phone's rear camera at first."""

import streamlit as st

PASTE = """
export default function ({ data }) {
  const ended = new AbortController();
  document.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    const input = document.querySelector(`.st-key-${data.uploader} input[type=file]`);
    if (!files.length || !input || event.target.closest("input:not([type=file]), textarea")) return;
    event.preventDefault();
    const pasted = new DataTransfer();
    for (const file of files) pasted.items.add(file);
    input.files = pasted.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }, { signal: ended.signal });
  return () => ended.abort();
}
"""
"""Gives what is pasted to the uploader, as if it had been chosen there."""
REAR_CAMERA = """
export default function ({ data }) {
  let pressed = false;
  const press = () => {
    const button = document.querySelector(`.st-key-${data.camera} [data-testid=stCameraInputSwitchButton] button`);
    if (!button || pressed) return;
    pressed = true;
    button.click();
  };
  const observer = new MutationObserver(press);
  observer.observe(document.body, { childList: true, subtree: true });
  press();
  return () => observer.disconnect();
}
"""
"""Streamlit begins with the camera that looks at the person, and on phones has a button to switch to the other."""
_paste = st.components.v2.component("digitcore_paste", js=PASTE)
_rear_camera = st.components.v2.component("digitcore_rear_camera", js=REAR_CAMERA)


def listen_for_paste(uploader: str) -> None:
    """Hands files that are pasted anywhere on the page to the uploader with this key."""
    _paste(key="read_paste", data={"uploader": uploader})


def prefer_rear_camera(camera: str) -> None:
    """Switches the camera input with this key to a phone's rear camera."""
    _rear_camera(key=f"read_rear_{camera}", data={"camera": camera})
