"""Read numbers in photos and files, up to a thousand at a time."""

import streamlit as st

from digitcore.errors import BundleError
from digitcore.prediction import Engine
from digitcore.ui import address, models, shell
from digitcore.ui.address import Parameter
from digitcore.ui.explanations import why
from digitcore.ui.read import album, intake, progress
from digitcore.ui.read.album import Album
from digitcore.ui.read.picture_view import picture_view
from digitcore.ui.read.table import by_doubt, downloads, table
from digitcore.ui.reading_view import reading_html

MODEL = "read_model"


def read() -> None:
    """Pictures in, and their answers out."""
    with st.container(horizontal=True, vertical_alignment="center"):
        source = intake.choose_source()
        bundle = models.choose_model(MODEL)
    if bundle is None:
        return
    kept = album.of_session()
    kept.read_with(models.stamp(bundle.name))
    intake.take_in(kept, source)
    try:
        engine = models.engine(bundle)
        progress.read_on(kept, engine)
    except BundleError as error:
        st.warning(str(error), icon=":material/gpp_bad:")
        return
    if kept.too_many:
        most = f"At most {album.MOST_PICTURES:,} pictures are read in a session"
        st.warning(f"{most}; {kept.too_many:,} more were left out.", icon=":material/filter_1:")
    results(kept, engine)
    intake.about_keeping(kept)


@st.fragment
def results(kept: Album, engine: Engine) -> None:
    """The picture that is picked with its digit, and where there are several pictures, the table of all beside it."""
    pictures = by_doubt(kept.readable)
    if pictures:
        shown = next((picture for picture in pictures if picture.number == kept.picked), pictures[0])
        left, right = st.columns(2, gap="large")
        with left:
            digit = picture_view(kept, shown, engine)
        several = len(kept.pictures) > 1
        with left if several else right:
            if digit:
                st.html(reading_html(digit))
        with left if several else st.container():
            if digit:
                why([digit], "read")
        with right if several else st.container():
            if several:
                table(kept, pictures, shown)
            downloads(kept)
    problems(kept)


def problems(kept: Album) -> None:
    """What could not be read, each with its reason."""
    lines = kept.problems
    if lines:
        title, alone = f"{len(lines):,} could not be read", not kept.readable
        with st.expander(title, icon=":material/warning:", key="read_problems", expanded=alone):
            st.text("\n".join(lines[: album.MOST_PICTURES]))


def parameters() -> dict[str, Parameter]:
    """What the address says."""
    opened, _ = models.open_models()
    names = [bundle.name for bundle in opened]
    return {
        "model": Parameter(MODEL, names[0] if names else None, address.one_of(names)),
        "from": Parameter(intake.SOURCE, intake.FILES, address.one_of(intake.SOURCES)),
    }


shell.enter()
models.warn_of_missing(address.agree("read", parameters()))
read()
