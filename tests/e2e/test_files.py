#!/usr/bin/env python3
"""Files, end to end: they come with a statement, are read back, and go with their rows.

    KALAMDB_SERVER=build/release/bin/kalamdb-server tests/e2e/test_files.py
"""

import hashlib
import http.client
import json
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import server_process
from server_process import ServerProcess

BOUNDARY = "a-boundary"
ROOT_PASSWORD = "Night-Train-42"


def form(sql, **files):
    """The body of a form; of each file: (name, content type, bytes)."""
    parts = [f'Content-Disposition: form-data; name="sql"\r\n\r\n{sql}\r\n'.encode()]
    for key, (name, content_type, content) in files.items():
        parts.append(f'Content-Disposition: form-data; name="file:{key}"; filename="{name}"\r\n'
                     f"Content-Type: {content_type}\r\n\r\n".encode() + content + b"\r\n")
    return b"".join(f"--{BOUNDARY}\r\n".encode() + part for part in parts) + f"--{BOUNDARY}--\r\n".encode()


class Files(unittest.TestCase):
    def setUp(self):
        temporary = server_process.directory()
        self.addCleanup(temporary.cleanup)
        self.directory = pathlib.Path(temporary.name)
        self.server = self.start()
        for statement in ("CREATE NAMESPACE app",
                          "CREATE TABLE app.docs (id INT PRIMARY KEY, doc FILE) WITH (TYPE='USER')"):
            self.assertEqual(self.server.sql(statement)[0], 200)

    def start(self, *arguments):
        server = ServerProcess(self.directory, *arguments, env={"KALAMDB_ROOT_PASSWORD": ROOT_PASSWORD},
                               root_password=ROOT_PASSWORD)
        self.addCleanup(server.kill)
        return server

    def send(self, body):
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", **self.server.as_root()}
        status, _, text = self.server.request("POST", "/v1/api/sql", body, headers)
        return status, json.loads(text)

    def get(self, path, **headers):
        """(status, headers, bytes)."""
        connection = http.client.HTTPConnection(self.server.host, self.server.port, timeout=30)
        try:
            connection.request("GET", path, None, {**self.server.as_root(), **headers})
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()

    def stored(self):
        return sorted(path for path in (self.directory / "data" / "storage").rglob("*") if path.is_file())

    def wait_for_files(self, number):
        """Files go after the commit, by a thread of the server."""
        until = time.monotonic() + 20
        while len(self.stored()) != number and time.monotonic() < until:
            time.sleep(0.05)
        self.assertEqual(len(self.stored()), number)

    def upload(self, row, content=b"\x89PNG\r\n\x1a\n\0\xff", name="Trip Plan.png"):
        status, answer = self.send(form(f"INSERT INTO app.docs (id, doc) VALUES ({row}, FILE('f'))",
                                        f=(name, "image/png", content)))
        self.assertEqual(status, 200, answer)
        return json.loads(self.server.rows(f"SELECT doc FROM app.docs WHERE id = {row}")[0][0])

    def test_a_file_comes_and_goes(self):
        content = bytes(range(256)) * 5000
        ref = self.upload(1, content)
        digest = hashlib.sha256(content).hexdigest()
        self.assertEqual({**ref, "id": ""}, {"id": "", "sub": "f0001", "name": "Trip Plan.png", "size": len(content),
                                             "mime": "image/png", "sha256": digest})
        path = f"/v1/files/app/docs/{ref['sub']}/{ref['id']}-trip-plan.png"
        status, headers, body = self.get(path)
        self.assertEqual((status, body), (200, content))
        self.assertEqual(headers["Content-Type"], "image/png")
        self.assertEqual(headers["Content-Disposition"], f'inline; filename="{ref["id"]}-trip-plan.png"')
        self.assertEqual(headers["ETag"], f'"{digest}"')
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        status, headers, body = self.get(path, Range="bytes=10-19")
        self.assertEqual((status, headers["Content-Range"], body), (206, f"bytes 10-19/{len(content)}", content[10:20]))
        self.assertEqual(self.get(path, **{"If-None-Match": f'"{digest}"'})[0], 304)
        self.assertEqual(self.get("/v1/files/app/docs/%2e%2e/x")[0], 400)
        self.assertEqual(self.server.request("GET", path)[0], 401)

        self.assertEqual(self.server.sql("DELETE FROM app.docs WHERE id = 1")[0], 200)
        self.wait_for_files(0)
        self.assertEqual(self.get(path)[0], 404)

    def test_a_dropped_table_takes_its_files_along(self):
        self.upload(1)
        self.upload(2)
        self.assertEqual(self.server.sql("DROP TABLE app.docs")[0], 200)
        self.wait_for_files(0)

    def test_a_failed_statement_leaves_nothing(self):
        self.upload(1)
        status, answer = self.send(form("INSERT INTO app.docs (id, doc) VALUES (1, FILE('f'))",
                                        f=("a.txt", "text/plain", b"x")))
        self.assertEqual((status, answer["error"]["code"]), (400, "SQL_EXECUTION_ERROR"))
        self.assertEqual(len(self.stored()), 1)
        self.assertEqual(list((self.directory / "data" / "tmp").iterdir()), [])

    def test_larger_than_other_bodies(self):
        content = b"x" * (20 << 20)
        ref = self.upload(1, content, "large.bin")
        self.assertEqual(len(self.get(f"/v1/files/app/docs/{ref['sub']}/{ref['id']}")[2]), len(content))
        status, answer = self.send(form("SELECT 1", f=("b", "text/plain", b"x" * (26_214_400 + 1))))
        self.assertEqual((status, answer["error"]["code"]), (400, "FILE_TOO_LARGE"))
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Content-Length": str(64 << 20)}
        status, _, text = self.server.request("POST", "/v1/api/sql", b"", {**self.server.as_root(), **headers})
        self.assertEqual((status, json.loads(text)["error"]), (413, "BODY_TOO_LARGE"))

    def test_what_a_kill_leaves_goes_at_the_next_start(self):
        ref = self.upload(1)
        kept = self.stored()[0]
        self.server.kill()
        # As if it had been killed between storing a file and its row, and between a row and its answer.
        staging = self.directory / "data" / "tmp"
        for number, of in (("7", {**ref, "id": "7"}), (ref["id"], ref)):
            (staging / f"{number}.json").write_text(json.dumps(
                {"namespace": "app", "table": "docs", "user": "root", "directory": str(kept.parent.parent),
                 "file": json.dumps(of, separators=(",", ":"))}))
        (kept.parent / "7-trip-plan.png").write_bytes(b"nobody's")
        (staging / "8.part").write_bytes(b"half a fi")
        self.server = self.start()
        self.assertEqual(self.stored(), [kept])
        self.assertEqual(list(staging.iterdir()), [])


if __name__ == "__main__":
    server_process.main()
