"""Where pictures come from: files that are chosen, dropped or pasted, and the camera."""

import streamlit as st

from digitcore.preprocessing.pictures import SUFFIXES
from digitcore.ui.choices import choose_one
from digitcore.ui.read import album, browser_tools
from digitcore.ui.read.album import MOST_PICTURES, Album

FILES, CAMERA = "Files", "Camera"
SOURCES = {FILES: "upload_file", CAMERA: "photo_camera"}
"""The icon of each source."""
SOURCE = "read_from"
PHOTO_TAKEN = "read_photo_taken"
TYPES = [suffix.removeprefix(".") for suffix in SUFFIXES] + ["zip"]


def choose_source() -> str:
    """Where the pictures come from."""
    return choose_one("From", list(SOURCES), SOURCE, format_func=_label, label_hidden=True)


def take_in(kept: Album, source: str) -> None:
    """Adds what someone gives to the album, and then runs the page again."""
    if source == FILES:
        _files(kept)
    else:
        _camera(kept)


def _label(source: str) -> str:
    return f":material/{SOURCES[source]}: {source}"


def _files(kept: Album) -> None:
    # A new uploader after each batch: what is in the album need not be listed, nor kept twice.
    key = f"read_files_{kept.batches}"
    files = st.file_uploader(
        f"Drop, choose or paste pictures, or ZIP files of them: up to {MOST_PICTURES:,} in all",
        TYPES,
        accept_multiple_files=True,
        key=key,
    )
    browser_tools.listen_for_paste()
    if files:
        with st.spinner("Opening the files"):
            kept.add((file.name, file.getvalue()) for file in files)
        st.rerun()


def _camera(kept: Album) -> None:
    """A camera until a photo is taken, then a button for the next one; the answer has the camera's place."""
    if st.session_state.get(PHOTO_TAKEN) and kept.pictures:
        st.button(
            "Next photo",
            icon=":material/photo_camera:",
            key="read_next",
            on_click=_next_photo,
            type="primary",
            width="stretch",
        )
        return
    key = f"read_camera_{kept.batches}"
    photo = st.camera_input("Photo", key=key, label_visibility="collapsed", resolution="1080p")
    browser_tools.prefer_rear_camera(key)
    if photo:
        kept.add([("photo.jpg", photo.getvalue())])
        st.session_state[PHOTO_TAKEN] = True
        st.rerun()


def _next_photo() -> None:
    st.session_state[PHOTO_TAKEN] = False


def about_keeping(kept: Album) -> None:
    """How long pictures are kept, and a button to delete them before that."""
    with st.container(horizontal=True, vertical_alignment="center"):
        about = "Pictures are kept for this session alone; nothing of them is left on the server after it."
        st.caption(about, width="stretch")
        if kept.pictures:
            st.button("Delete all", icon=":material/delete:", key="read_delete", on_click=album.forget)
