"""URLs through the command: on an S3 server here, and in memory."""

import io
import json
import os
import signal
import socket
import subprocess
import sys

import fsspec
import numpy as np
import pytest
from click.testing import CliRunner
from helpers import COMMAND, GUARD, after, run, wait_until
from PIL import Image
from upath import UPath

import colorquant
from colorquant.batch import cluster, many_images
from colorquant.cli import main as cli
from colorquant.errors import ImageWriteError, InvalidInputError

pytestmark = pytest.mark.filterwarnings("ignore")


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def server():
    """Start an S3 server that the settings of the environment name."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until(lambda: answers(port))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_ACCESS_KEY_ID", "somebody")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        # One that another test has made may know nothing of these.
        fsspec.get_filesystem_class("s3").clear_instance_cache()
        yield
        fsspec.get_filesystem_class("s3").clear_instance_cache()
    process.kill()
    process.wait()


@pytest.fixture
def bucket(server, tmp_path, monkeypatch):
    """Return a place in a bucket with a tree of images, which is in a folder here, too."""
    monkeypatch.chdir(tmp_path)
    place = UPath(f"s3://bucket-{os.urandom(8).hex()}/base")
    place.fs.mkdir(place.parent.path)
    noise = np.random.default_rng(0).integers(0, 256, (15, 20, 3), np.uint8)
    for index, name in enumerate(["a.png", "sub/b.png", "sub/deep/c.png", "sub/d.webp"]):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.roll(noise, index, axis=1)).save(path, lossless=True)
    (tmp_path / "in" / "broken.png").write_bytes((tmp_path / "in" / "a.png").read_bytes()[:500])
    (tmp_path / "in" / "notes.txt").write_text("words")
    for name, data in contents(tmp_path / "in").items():
        (place / "in" / name).write_bytes(data)
    return place


def contents(folder):
    """Return what is in a folder, here or there, but the records."""
    if isinstance(folder, UPath):
        folder.fs.invalidate_cache()
        found = {path.removeprefix(folder.path).strip("/") for path in folder.fs.find(folder.path)}
    else:
        found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    return {n: (folder / n).read_bytes() for n in sorted(found) if ".colorquant-" not in n}


def test_a_tree_there_and_back(bucket, tmp_path, monkeypatch):
    # Where there is more than one process, none of the images waits for this one to be slow.
    monkeypatch.setattr(many_images, "is_light", lambda *_: False)
    expected = run("in", "-r", "-k", 8, "-o", "expected", "--jobs", 1).stderr
    assert expected.splitlines()[-1].startswith("4 done, 1 not an image, 1 failed, ")
    local = contents(tmp_path / "expected")
    assert set(local) == {"a.png", "sub/b.png", "sub/deep/c.png", "sub/d.png"}
    for source, target, jobs in [
        (bucket / "in", bucket / "out", 2),
        (bucket / "in", tmp_path / "out", 1),
        (tmp_path / "in", bucket / "more" / "out", 1),
    ]:
        done = run(source, "-r", "-k", 8, "-o", target, "--jobs", jobs)
        assert done.exit_code == 1
        assert f"Error: {source}/broken.png: damaged or incomplete: " in done.stderr
        assert "4 done, 1 not an image, 1 failed, " in done.stderr
        assert contents(target) == local
        again = run(source, "-r", "-k", 8, "-o", target, "--jobs", 1)
        assert "4 skipped as up to date, 1 not an image, 1 failed, " in again.stderr


def test_running_again_does_what_changed(bucket):
    arguments = (bucket / "in", "-r", "-k", 8, "-o", bucket / "out", "--jobs", 1)
    arguments += ("--exclude", "broken*")
    run(*arguments)
    larger = io.BytesIO()
    Image.new("RGB", (300, 200), "red").save(larger, "PNG")
    (bucket / "in" / "a.png").write_bytes(larger.getvalue())
    (bucket / "out" / "sub" / "b.png").unlink()
    (bucket / "out" / "sub" / "deep" / "c.png").write_bytes(b"theirs")
    done = run(*arguments)
    assert f"Error: {bucket}/out/sub/deep/c.png: exists already; --force replaces it" in done.stderr
    assert "2 done, 1 skipped as up to date, 1 not an image, 1 failed" in done.stderr
    assert (bucket / "out" / "sub" / "deep" / "c.png").read_bytes() == b"theirs"
    assert "4 done" in run(*arguments, "--force").stderr


def test_killed_and_run_again(bucket, tmp_path):
    arguments = (f"{bucket}/in", "-r", "-k", "8", "--exclude", "broken*", "--jobs", "1")
    command = [*after(3, "os.kill(os.getpid(), signal.SIGKILL)"), *arguments]
    process = subprocess.Popen([*command, "-o", f"{bucket}/out"])
    assert process.wait(GUARD) == -signal.SIGKILL
    # The first that is told of is not an image.
    assert len(contents(bucket / "out")) == 2
    done = run(*arguments, "-o", bucket / "out")
    assert (done.exit_code, done.stderr.split(", ")[:2]) == (
        0,
        ["2 done", "2 skipped as up to date"],
    )
    run("in", *arguments[1:], "-o", "whole")
    assert contents(bucket / "out") == contents(tmp_path / "whole")


def test_one_palette_and_its_stages(bucket, tmp_path):
    source, stages = bucket / "in", bucket / "stages"
    alone = ("-r", "--jobs", 1)
    shared = (*alone, "-k", 8, "--shared-palette", "--palette-out")
    run(source, "-o", bucket / "out", *shared, bucket / "palette.json")
    run("in", "-o", "out", *shared, "palette.json")
    assert len(contents(bucket / "out")) == 4
    assert contents(bucket / "out") == contents(tmp_path / "out")
    assert (bucket / "palette.json").read_bytes() == (tmp_path / "palette.json").read_bytes()
    run("colors", source, *alone, "-o", bucket / "a.cqt")
    assert run("colors", "--merge", bucket / "a.cqt", "-o", bucket / "b.cqt").exit_code == 0
    done = run("palette", bucket / "b.cqt", "-k", 8, "-o", bucket / "p.gpl")
    assert done.exit_code == 0, done.output
    run(source, *alone, "-o", stages, "--palette", bucket / "p.gpl", "--include", "a.png")
    assert contents(stages) == {"a.png": (bucket / "out" / "a.png").read_bytes()}


def test_on_a_cluster(bucket, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "cores", lambda: 1)
    monkeypatch.setattr(cluster, "_PATIENCE", GUARD)
    done = run(bucket / "in", "-r", "-k", 8, "-o", bucket / "out", "--cluster", "local")
    assert "4 done, 1 not an image, 1 failed" in done.stderr
    run("in", "-r", "-k", 8, "-o", "out", "--jobs", 1)
    assert contents(bucket / "out") == contents(tmp_path / "out")


def test_one_image(bucket, tmp_path):
    source = bucket / "in" / "a.png"
    assert run("in/a.png", "-k", 8, "-o", "x.gif").exit_code == 0
    more = ("--report", bucket / "report.png")
    assert run(source, "-k", 8, "-o", bucket / "x.gif", *more).exit_code == 0
    assert (bucket / "x.gif").read_bytes() == (tmp_path / "x.gif").read_bytes()
    assert (bucket / "report.png").read_bytes().startswith(b"\x89PNG")
    assert run(source, "-k", 8).exit_code == 0
    assert (bucket / "in" / "a-8colors.png").exists()
    refused = run(source, "-k", 8)
    assert f"Error: {bucket}/in/a-8colors.png: exists already; --force" in refused.stderr
    assert "is the source; --in-place replaces it" in run(source, "-o", source, "--force").stderr
    assert run(source, "-k", 8, "--in-place").exit_code == 0
    assert source.read_bytes() == (bucket / "in" / "a-8colors.png").read_bytes()


def test_in_place_and_what_is_kept(bucket):
    arguments = (bucket / "in", "-r", "-k", 8, "--jobs", 1, "--in-place")
    arguments += ("--skip-if-larger", "--include")
    assert "4 done" in run(*arguments, "[a-d].*").stderr
    assert "4 skipped" in run(*arguments, "[a-d].*").stderr
    before = contents(bucket / "in")
    copied = run(*arguments[:-3], "-o", bucket / "out", *arguments[-2:], "[a-c].*")
    assert "3 kept as the result saved too little" in copied.stderr
    names = ("a.png", "sub/b.png", "sub/deep/c.png")
    assert contents(bucket / "out") == {name: before[name] for name in names}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["s3://{}/none.png"], 1, "/none.png: no such file"),
        (["s3://no-such-bucket/x.png"], 1, "s3://no-such-bucket/x.png: no such file"),
        (["s3://{}/in", "-r", "-o", "out", "--keep-times"], 2, "the times of a URL are not kept"),
        (["in/a.png", "-o", "s3://{}/x.png", "--keep-times"], 2, "the times of a URL are not kept"),
        (["in/a.png", "-o", "s3://no-such-bucket/x.png"], 1, "x.png: cannot write it: The spec"),
        (["in", "in/sub", "-o", "s3://{}/in/notes.txt"], 2, "/notes.txt names a file, and there"),
        (["in", "in/sub", "-o", "s3://{}/new.png"], 2, "/new.png names a file, and there is more"),
        (["s3://{}/in", "-o", "out.gif"], 2, "out.gif names a file, and s3://"),
        (["in/a.png", "-o", "nosuch://x.png"], 2, "nosuch://x.png: Unsupported filesystem"),
        (["gs://x/y.png"], 1, "Error: gs://x/y.png: Please install gcsfs"),
    ],
)
def test_what_does_not_work(arguments, code, message, bucket):
    done = run(*(argument.format(bucket.path) for argument in arguments))
    assert (done.exit_code, done.stderr.count("\n")) == (code, 1)
    assert message in done.stderr


def test_keys_that_no_file_can_have(bucket, tmp_path):
    fs, data = bucket.fs, (bucket / "in" / "a.png").read_bytes()
    odd = ("/abs.png", "a//b.png", "../x.png", "b\\c.png", "d::e.png")
    for key in ("ok.png", "sp ace#?%.png", *odd):
        fs.pipe_file(f"{bucket.path}/odd/{key}", data)
    done = run(bucket / "odd", "-r", "-k", 4, "-o", "out", "--jobs", 1)
    assert done.exit_code == 1
    assert set(contents(tmp_path / "out")) == {"ok.png", "sp ace#?%.png"}
    assert done.stderr.count("no file can have the name of its") == 5
    assert "2 done, 5 failed" in done.stderr


def test_names_that_no_key_can_have(bucket, tmp_path):
    name = os.fsdecode(b"bad\xff.png")
    (tmp_path / "in" / "a.png").rename(tmp_path / "in" / name)
    done = run("in", "-k", 8, "-o", bucket / "bad", "--jobs", 1, "--exclude", "broken*")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 2)
    assert done.stderr.startswith("Error: in/bad\\udcff.png: 'utf-8' codec can't encode")
    assert "1 not an image, 1 failed" in done.stderr


def test_a_bucket_that_is_not_there(bucket):
    done = run("in", "-k", 8, "-o", "s3://no-such-bucket/x", "--include", "a*", "--jobs", 1)
    assert done.exit_code == 1
    assert "Error: s3://no-such-bucket/x/a.png: cannot be recorded: s3://" in done.stderr


def test_no_server(bucket, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    done = subprocess.run([*COMMAND, f"{bucket}/in"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert f"Error: {bucket}/in: Could not connect to the endpoint URL" in done.stderr
    assert done.stderr.count(f"{bucket}/in:") == 1


@pytest.fixture
def memory(tmp_path, monkeypatch):
    """Return a folder of one image that only this process sees."""
    monkeypatch.chdir(tmp_path)
    place = UPath(f"memory://{os.urandom(8).hex()}")
    noise = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    stream = io.BytesIO()
    Image.fromarray(noise).save(stream, "PNG")
    (place / "in" / "a.png").write_bytes(stream.getvalue())
    return place


def test_memory(memory):
    source = memory / "in" / "a.png"
    done = colorquant.quantize_file(source, f"{memory}/out.png", k=8)
    assert done.output == memory / "out.png"
    with Image.open(io.BytesIO((memory / "out.png").read_bytes())) as image:
        assert len(image.getcolors()) == 8
    with pytest.raises(ImageWriteError, match="exists already"):
        colorquant.quantize_file(str(source), memory / "out.png", k=8)
    with pytest.raises(InvalidInputError, match="times of a URL"):
        colorquant.quantize_file(source, memory / "new.png", keep_times=True)
    assert "1 done" in run(memory / "in", "-k", 8, "-o", memory / "out").stderr
    assert "1 skipped" in run(memory / "in", "-k", 8, "-o", memory / "out").stderr
    (memory / "in" / "a.png").write_bytes((memory / "in" / "a.png").read_bytes())
    assert "1 done" in run(memory / "in", "-k", 8, "-o", memory / "out").stderr
    assert contents(memory / "out") == {"a.png": (memory / "out.png").read_bytes()}
    for more in (("--jobs", 2), ("--cluster", "local")):
        refused = run(memory / "in", "-o", memory / "out", *more)
        assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
        assert "other processes do not see it" in refused.stderr


def test_json_names_urls(memory):
    done = CliRunner().invoke(cli.main, [str(memory / "in"), "-o", str(memory / "out"), "--json"])
    record = json.loads(done.stdout.splitlines()[0])
    assert (record["source"], record["output"]) == (f"{memory}/in/a.png", f"{memory}/out/a.png")
