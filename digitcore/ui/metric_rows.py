"""The rows of a run's metrics.csv, read on from where any session has read them to."""

import streamlit as st

from digitcore.runs import Run, metrics


def rows_of(run: Run) -> list[metrics.Row]:
    """The run's rows as they are now."""
    return _follower(str(run.metrics_file)).rows()


@st.cache_resource(show_spinner=False, max_entries=16)
def _follower(path: str) -> metrics.Follower:
    return metrics.Follower(path)
