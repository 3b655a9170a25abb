"""The digit dashboard: `streamlit run app.py`."""

from digitcore.ui import shell

shell.run()
