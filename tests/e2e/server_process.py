"""A kalamdb-server of its own for a test: a real process on a free port, with a data directory that goes away."""

import http.client
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

SERVER = os.environ.get("KALAMDB_SERVER", "")
WAIT_SECONDS = 60


def environment():
    """Ours, without settings for servers that somebody else runs."""
    return {name: value for name, value in os.environ.items() if not name.startswith("KALAMDB_")}


def run_to_end(*arguments, cwd=None, env=None):
    """Runs the program to its end: (status, stdout, stderr)."""
    done = subprocess.run([SERVER, *arguments], cwd=cwd, env={**environment(), **(env or {})}, capture_output=True,
                          text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


class ServerProcess:
    """Starts in __init__, and is ready when that returns. Use `with`: the process ends with the block.

    `root_password` is what sql() logs in with, as root."""

    def __init__(self, directory, *arguments, env=None, root_password=None):
        self.root_password = root_password
        self._token = None  # of root, once it was needed
        self.directory = pathlib.Path(directory)
        self.output = []  # lines of stdout, the log among them, and of stderr
        self._said = threading.Condition()  # guards output
        self._ended = False  # guarded by _said: no further line will come
        self.process = subprocess.Popen(
            [SERVER, "--data", str(self.directory / "data"), "--port", "0", *arguments], cwd=self.directory,
            env={**environment(), **(env or {})}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        # A pipe that nobody empties would stop the server.
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        try:
            self.ready_line = self.wait_for_line("listening on ")
        except BaseException:
            self.kill()
            raise
        self.host, port = self.ready_line.removeprefix("listening on http://").rsplit(":", 1)
        self.port = int(port)

    def _read(self):
        with self.process.stdout as lines:
            for line in lines:
                with self._said:
                    self.output.append(line)
                    self._said.notify_all()
        with self._said:
            self._ended = True
            self._said.notify_all()

    def wait_for_line(self, part):
        """The first line with this part, now or later."""
        def found():
            return next((line for line in self.output if part in line), None)

        with self._said:
            self._said.wait_for(lambda: found() or self._ended, WAIT_SECONDS)
            if line := found():
                return line.rstrip("\n")
            raise AssertionError(f"the server never said {part!r}:\n" + "".join(self.output))

    def request(self, method, path, body=None, headers=None):
        """(status, headers, body text) over a connection of its own."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read().decode()
        finally:
            connection.close()

    def post(self, path, body, headers=None):
        """(status, headers, decoded JSON) of one POST of JSON."""
        status, answered, text = self.request("POST", path, json.dumps(body),
                                              {"Content-Type": "application/json", **(headers or {})})
        return status, answered, json.loads(text)

    def log_in(self, user, password):
        """The decoded session."""
        status, _, session = self.post("/v1/api/auth/login", {"user": user, "password": password})
        assert status == 200, session
        return session

    def as_root(self):
        """The header that authenticates root."""
        if not self._token:
            self._token = self.log_in("root", self.root_password)["access_token"]
        return {"Authorization": f"Bearer {self._token}"}

    def sql(self, text, **members):
        """(status, decoded JSON) of one POST, as root."""
        status, _, answer = self.post("/v1/api/sql", {"sql": text, **members}, self.as_root())
        return status, answer

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


def main():
    """Of a test program: all its tests."""
    global SERVER
    if not SERVER:
        sys.exit("KALAMDB_SERVER must name the program")
    SERVER = os.path.abspath(SERVER)
    unittest.main()
