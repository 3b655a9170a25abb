import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from digitcore import settings
from digitcore.data import files
from digitcore.errors import DataError

BODY = bytes(range(256)) * 1_000


class _Server(BaseHTTPRequestHandler):
    """Serves BODY whole, broken off, altered, or not at all, as the path asks."""

    def do_GET(self) -> None:
        if self.path.startswith("/missing"):
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        body = {"/half": BODY[: len(BODY) // 2], "/wrong": b"x" + BODY[1:]}.get(self.path, BODY)
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Server) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()


def _file(*urls: str) -> files.DataFile:
    return files.DataFile("digits.gz", len(BODY), hashlib.sha256(BODY).hexdigest(), urls)


def _left_behind() -> list[str]:
    folder = settings.downloads_folder()
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_whole_file_is_downloaded_with_progress_and_kept(server):
    told = []
    path = files.fetch(_file(f"{server}/whole"), lambda *words: told.append(words))
    assert path.read_bytes() == BODY
    assert told[-1] == ("digits.gz", len(BODY), len(BODY))
    assert [received for _, received, _ in told] == sorted(received for _, received, _ in told)
    assert _left_behind() == ["digits.gz"]


def test_a_file_that_is_here_is_not_downloaded_again():
    settings.downloads_folder().mkdir(parents=True)
    (settings.downloads_folder() / "digits.gz").write_bytes(BODY)
    assert files.fetch(_file("http://127.0.0.1:9/nobody")).read_bytes() == BODY


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("half", "no connection|was interrupted"),
        ("wrong", "does not match its SHA-256"),
        ("missing", "the server answered 404"),
    ],
)
def test_what_is_not_the_file_is_refused_and_not_left_behind(server, path, reason):
    with pytest.raises(DataError, match=reason) as caught:
        files.fetch(_file(f"{server}/{path}"))
    assert "\n" not in str(caught.value)
    assert _left_behind() == []


def test_the_next_mirror_is_tried(server):
    path = files.fetch(_file(f"{server}/half", "http://127.0.0.1:9/nobody", f"{server}/whole"))
    assert path.read_bytes() == BODY


def test_a_damaged_file_in_a_named_folder_is_passed_over(server, tmp_path, monkeypatch):
    for name, body in (("bad", BODY[:-1]), ("good", BODY)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "digits.gz").write_bytes(body)
    monkeypatch.setenv("DIGITCORE_DATA", f"{tmp_path / 'bad'}:{tmp_path / 'good'}")
    assert files.find(_file()) == tmp_path / "good" / "digits.gz"
    assert (tmp_path / "bad" / "digits.gz").read_bytes() == BODY[:-1]


def test_a_damaged_download_is_replaced(server):
    settings.downloads_folder().mkdir(parents=True)
    (settings.downloads_folder() / "digits.gz").write_bytes(b"half")
    assert files.fetch(_file(f"{server}/whole")).read_bytes() == BODY
