"""A kalamdb-server of its own for a test: a real process on a free port, with a data directory that goes away."""

import http.client
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import threading

SERVER = os.environ.get("KALAMDB_SERVER", "")
START_SECONDS = 30


def environment():
    """Ours, without settings for servers that somebody else runs."""
    return {name: value for name, value in os.environ.items() if not name.startswith("KALAMDB_")}


def run_to_end(*arguments, cwd=None, env=None):
    """Runs the program to its end: (status, stdout, stderr)."""
    done = subprocess.run([SERVER, *arguments], cwd=cwd, env={**environment(), **(env or {})}, capture_output=True,
                          text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


class ServerProcess:
    """Starts in __init__, and is ready when that returns. Use `with`: the process ends with the block."""

    def __init__(self, directory, *arguments, env=None):
        self.directory = pathlib.Path(directory)
        self.output = []  # lines of stdout, the log among them, and of stderr
        self.ready_line = None
        self._ready = threading.Event()
        self.process = subprocess.Popen(
            [SERVER, "--data", str(self.directory / "data"), "--port", "0", *arguments], cwd=self.directory,
            env={**environment(), **(env or {})}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        # A pipe that nobody empties would stop the server.
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        if not self._ready.wait(START_SECONDS) or self.ready_line is None:
            self.kill()
            raise AssertionError("the server did not get ready:\n" + "".join(self.output))
        self.host, port = self.ready_line.removeprefix("listening on http://").rsplit(":", 1)
        self.port = int(port)

    def _read(self):
        with self.process.stdout as lines:
            for line in lines:
                self.output.append(line)
                if self.ready_line is None and line.startswith("listening on "):
                    self.ready_line = line.rstrip("\n")
                    self._ready.set()
        self._ready.set()  # it ended

    def request(self, method, path, body=None, headers=None):
        """(status, headers, body text) over a connection of its own."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read().decode()
        finally:
            connection.close()

    def sql(self, text, **members):
        """(status, decoded JSON) of one POST."""
        body = json.dumps({"sql": text, **members})
        status, _, answer = self.request("POST", "/v1/api/sql", body, {"Content-Type": "application/json"})
        return status, json.loads(answer)

    def rows(self, text, **members):
        status, answer = self.sql(text, **members)
        assert status == 200, answer
        return answer["results"][0]["rows"]

    def stop(self, with_signal=signal.SIGTERM):
        """Asks it to stop: (status, all it ever said)."""
        self.process.send_signal(with_signal)
        return self.wait(), "".join(self.output)

    def wait(self):
        try:
            return self.process.wait(timeout=60)
        finally:
            self.kill()

    def kill(self):
        self.process.kill()  # does nothing to a process that has ended
        self.process.wait()
        self._reader.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()


def directory():
    return tempfile.TemporaryDirectory(prefix="kalamdb-e2e-")
