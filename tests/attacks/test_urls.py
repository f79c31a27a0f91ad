"""Secrets of URLs, and sources without times: a server of this process, and whole runs."""

import io
import json
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from helpers import run
from PIL import Image

import colorquant

pytestmark = pytest.mark.filterwarnings("ignore")

SECRET = "Secr3t"


def image(shade):
    """Return an image file; those of all shades have the same size."""
    stream = io.BytesIO()
    Image.fromarray(np.full((9, 8, 3), shade, np.uint8)).save(stream, "BMP")
    return stream.getvalue()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self, *, head=False):
        path = self.path.partition("?")[0]
        self.server.asked.append(path)
        known = self.server.files.get(path)
        if path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", f"{path[3:]}?Signature={SECRET}")
            self.end_headers()
            return
        data, headers = known or (b"", {})
        self.send_response(200 if known else 403)
        for name, value in {"Content-Length": len(data), **headers}.items():
            self.send_header(name, str(value))
        self.end_headers()
        if not head:
            self.wfile.write(data)

    def do_HEAD(self):
        self.do_GET(head=True)

    def log_message(self, *_told):
        pass


@pytest.fixture
def server(tmp_path, monkeypatch):
    """Yield a server of some files, with its address as ``base``."""
    monkeypatch.chdir(tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as serving:
        serving.base = f"127.0.0.1:{serving.server_port}"
        serving.files = {"/a.bmp": (image(1), {}), "/cut.bmp": (image(1)[:60], {})}
        serving.asked = []
        thread = threading.Thread(target=serving.serve_forever, args=(0.01,))
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["http://u:{0}@{1}/a.bmp?Signature={0}", "-o", "o.png", "-v"], 0),
        (["http://u:{0}@{1}/a.bmp?Signature={0}", "-o", "o.gif", "--format", "jpg"], 0),
        (["http://u:{0}@{1}/a.bmp?Signature={0}", "-o", "o/", "-v", "--json"], 0),
        (["http://u:{0}@{1}/a.bmp?Signature={0}", "-o", "o/", "--dry-run"], 0),
        (["http://u:{0}@{1}/cut.bmp?Signature={0}", "-o", "o.png"], 1),
        (["http://u:{0}@{1}/cut.bmp?Signature={0}", "-o", "o/", "--json"], 1),
        (["http://u:{0}@{1}/none.bmp?Signature={0}", "-o", "o.png"], 1),
        (["http://{1}/to/none.bmp", "-o", "o.png"], 1),
        (["http://{0}@{1}/a.bmp"], 1),
        (["http://{1}/a.bmp?{0}"], 1),
        (["http://{1}/a.bmp", "http://{1}/a.bmp?{0}", "-o", "o/"], 1),
        (["http://{1}/a.bmp", "-o", "http://u:{0}@{1}/b.png?s={0}"], 1),
        (["http://{1}/a.bmp", "-o", "o.png", "--report", "http://u:{0}@{1}/r.png"], 1),
        (["http://{1}/a.bmp", "-o", "o.png", "--palette", "http://u:{0}@{1}/p.json"], 1),
        (["http://{1}/a.bmp", "-o", "o.png", "--cluster", "tcp://u:{0}@{1}"], 2),
        (["http://{1}/a.bmp", "-o", "o.png", "--format", "http://u:{0}@{1}/x"], 2),
        (["palette", "http://u:{0}@{1}/a.cqt", "http://u:{0}@{1}/b.cqt", "-o", "x.json"], 1),
        (["palette", "http://u:{0}@{1}/a.bmp?s={0}", "-k", "2", "-o", "http://u:{0}@{1}/x.gpl"], 1),
        (["http://{1}/a.bmp", "-o", "o.png", "--pin", "@http://u:{0}@{1}/p.gpl"], 1),
        (["http://{1}/a.bmp", "-o", "o.png", "--palette-out", "http://u:{0}@{1}/p.gpl"], 1),
        (["colors", "http://u:{0}@{1}/none.bmp", "-o", "http://u:{0}@{1}/x.cqt?{0}"], 2),
        (["zip://a.bmp::http://u:{0}@{1}/a.bmp?Signature={0}", "-o", "o.png"], 2),
        (["simplecache::http://u:{0}@{1}/a.bmp?Signature={0}", "-o", "o/"], 1),
        (["s3://u:{0}@bucket/a.bmp", "-o", "o.png"], 1),
        (["s3://u:{0}/+{0}@bucket/a.bmp?versionId={0}", "-o", "o.png"], 1),
        (["ftp://u:{0}@127.0.0.1:1/a.bmp", "-o", "o.png"], 1),
        (["nosuch://u:{0}@{1}/a.bmp", "-o", "o.png"], 2),
    ],
)
def test_no_secret_is_told_or_written(arguments, code, server, tmp_path):
    done = run(*(each.format(SECRET, server.base) for each in arguments))
    assert done.exit_code == code, done.output
    assert SECRET not in done.output
    assert "Traceback" not in done.output
    for path in tmp_path.rglob("*"):
        assert SECRET not in str(path)
        assert path.is_dir() or SECRET.encode() not in path.read_bytes()


def test_no_traceback_tells_a_secret(server):
    for place in ("none.bmp", "cut.bmp", "to/none.bmp"):
        url = f"http://u:{SECRET}@{server.base}/{place}?Signature={SECRET}"
        with pytest.raises(colorquant.ImageReadError) as caught:
            colorquant.quantize_file(url, "o.png")
        assert SECRET not in "".join(traceback.format_exception(caught.value))
        assert SECRET not in repr(caught.value)


def test_results_are_named_without_queries(server):
    url = f"http://{server.base}/a.bmp?x=/d/y.z&Signature={SECRET}"
    done = run(url, "-k", 4, "-o", "o/", "--json")
    record = json.loads(done.stdout.splitlines()[0])
    assert record["source"] == f"http://{server.base}/a.bmp?***"
    assert record["output"] == "o/a.png"


@pytest.mark.parametrize("name", ["ETag", "Last-Modified", None])
def test_a_source_without_a_time_that_changes(name, server, tmp_path):
    """Its size stays, as does all that the server says of the other two kinds."""
    values = {"ETag": ('"1"', '"2"'), "Last-Modified": ("Mon, 01 Jan", "Tue, 02 Jan")}
    before, after = ({name: value} if name else {} for value in values.get(name, "12"))
    arguments = (f"http://{server.base}/a.bmp", "-k", 4, "-o", "o/", "--json")
    server.files["/a.bmp"] = (image(1), before)
    first = run(*arguments)
    assert json.loads(first.stdout.splitlines()[-1])["done"] == 1
    assert json.loads(run(*arguments).stdout.splitlines()[-1])["skipped"] == 1
    server.files["/a.bmp"] = (image(2), after)
    again = run(*arguments)
    assert json.loads(again.stdout.splitlines()[-1])["done"] == 1
    with Image.open(tmp_path / "o" / "a.png") as result:
        assert result.convert("RGB").getpixel((0, 0)) == (2, 2, 2)
