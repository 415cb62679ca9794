#!/usr/bin/env python3
"""The thin thread, end to end: the real program, a real socket, a real disk.

    KALAMDB_SERVER=build/release/bin/kalamdb-server tests/e2e/test_server.py
"""

import http.client
import pathlib
import signal
import socket
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import server_process
from server_process import ServerProcess, run_to_end


ROOT = pathlib.Path(__file__).resolve().parents[2]
ROOT_PASSWORD = "Night-Train-42"


class WithDirectory(unittest.TestCase):
    def setUp(self):
        temporary = server_process.directory()
        self.addCleanup(temporary.cleanup)
        self.directory = pathlib.Path(temporary.name)
        self.data = self.directory / "data"

    def start(self, *arguments, env=None, root_password=ROOT_PASSWORD):
        env = {"KALAMDB_ROOT_PASSWORD": ROOT_PASSWORD, **(env or {})}
        server = ServerProcess(self.directory, *arguments, env=env, root_password=root_password)
        self.addCleanup(server.kill)
        return server


class Serving(WithDirectory):
    def test_ready_line_and_health(self):
        server = self.start()
        self.assertRegex(server.ready_line, r"^listening on http://127\.0\.0\.1:\d+$")
        for path in ("/health", "/v1/api/healthcheck"):
            status, headers, body = server.request("GET", path)
            self.assertEqual(status, 200)
            self.assertEqual(headers["Content-Type"], "application/json")
            self.assertRegex(body, r'^\{"api_version":"v1","build_date":"[^"]+","status":"healthy","version":"[^"]+"\}$')
        status, headers, body = server.request("HEAD", "/health")
        self.assertEqual((status, body), (200, ""))

    def test_select_one(self):
        # http-api case 1.
        status, answer = self.start().sql("SELECT 1")
        self.assertEqual(status, 200)
        self.assertEqual(answer["status"], "success")
        self.assertIsNone(answer["error"])
        self.assertGreater(answer["took"], 0)
        self.assertEqual(answer["results"], [{"schema": [{"name": "Int64(1)", "data_type": "BigInt", "index": 0}], "rows": [["1"]],
                                              "row_count": 1, "as_user": "root"}])

    def test_joins_and_parameters_over_the_catalog(self):
        server = self.start()
        rows = server.rows("SELECT s.namespace_id, count(*) FROM system.schemas s JOIN system.namespaces n "
                           "ON n.namespace_id = s.namespace_id WHERE s.namespace_id <> $1 GROUP BY 1 ORDER BY 1",
                           params=["nothing"])
        self.assertEqual(rows, [["dba", "2"]])
        self.assertEqual(server.rows("SELECT user_id, role FROM users", namespace_id="system"), [["root", "system"]])

    def test_case_83_settings_are_the_effective_ones(self):
        # catalog case 83.
        server = self.start(env={"KALAMDB_ROOT_PASSWORD": "sesame-open"}, root_password="sesame-open")
        self.assertEqual(server.rows("SELECT value FROM system.settings WHERE name = 'server.port'"),
                         [[str(server.port)]])
        settings = server.rows("SELECT * FROM system.settings")
        self.assertLess({"server.host", "server.port", "storage.data_path"}, {row[0] for row in settings})
        self.assertTrue(all(row[2] and row[3] == row[0].split(".")[0] for row in settings), settings)
        self.assertNotIn("sesame-open", str(settings))

    def test_errors_have_bodies(self):
        server = self.start()
        cases = [
            ("SELEC 1", 400, "INVALID_SQL", "sql parser error: "),
            ("", 400, "EMPTY_SQL", "No SQL statements provided"),
            ("SELECT * FROM nowhere.t", 400, "SQL_EXECUTION_ERROR", "Statement 1 failed: Table not found: "),
            ("SELECT nosuch FROM system.users", 400, "SQL_EXECUTION_ERROR", "Statement 1 failed: "),
            ("SELECT * FROM read_csv('/etc/passwd')", 400, "SQL_EXECUTION_ERROR", "Statement 1 failed: "),
        ]
        for text, expected, code, begins in cases:
            with self.subTest(sql=text):
                status, answer = server.sql(text)
                self.assertEqual((status, answer["status"], answer["results"]), (expected, "error", []))
                self.assertEqual(answer["error"]["code"], code)
                self.assertTrue(answer["error"]["message"].startswith(begins), answer["error"]["message"])
        status, _, body = server.request("POST", "/v1/api/sql", "{",
                                         {"Content-Type": "application/json", **server.as_root()})
        self.assertEqual(status, 400)
        self.assertIn('"code":"INVALID_INPUT","message":"Invalid JSON payload: ', body)

    def test_unknown_paths_and_methods(self):
        server = self.start()
        self.assertEqual(server.request("GET", "/")[0], 404)
        status, headers, body = server.request("GET", "/v1/api/sql")
        self.assertEqual((status, headers["Allow"], body), (405, "POST", ""))

    def test_one_connection_many_requests(self):
        server = self.start()
        connection = http.client.HTTPConnection(server.host, server.port, timeout=30)
        self.addCleanup(connection.close)
        sockets = set()
        for number in range(20):
            connection.request("POST", "/v1/api/sql", f'{{"sql":"SELECT {number}"}}',
                               {"Content-Type": "application/json", **server.as_root()})
            self.assertIn(f'"rows":[["{number}"]]', connection.getresponse().read().decode())
            sockets.add(connection.sock)
        self.assertEqual(len(sockets), 1)

    def test_many_clients_at_once(self):
        server = self.start()
        wrong = []

        def ask(number):
            for _ in range(10):
                rows = server.rows("SELECT count(*), $1 FROM system.schemas", params=[number])
                if rows != [["12", str(number)]]:
                    wrong.append(rows)

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])

    def test_body_too_large(self):
        server = self.start()
        with socket.create_connection((server.host, server.port), timeout=30) as client:
            client.sendall(b"POST /v1/api/sql HTTP/1.1\r\nContent-Length: 2097153\r\n\r\n")
            answer = b""
            while chunk := client.recv(4096):
                answer += chunk
        self.assertTrue(answer.startswith(b"HTTP/1.1 400 "), answer)
        self.assertIn(b"JSON payload (2097153 bytes) is larger than allowed (limit: 2097152 bytes).", answer)


class Living(WithDirectory):
    def first_rows(self, server):
        return server.rows("SELECT namespace_id, table_name, schema_version FROM system.schemas")

    def test_case_2_twelve_schemas_at_first_start_and_after_a_restart(self):
        with self.start() as server:
            before = self.first_rows(server)
            self.assertEqual(len(server.rows("SELECT * FROM system.schemas")), 12)
            self.assertEqual(server.stop()[0], 0)
        with self.start() as server:
            self.assertEqual(self.first_rows(server), before)

    def test_sigterm_and_sigint_stop_cleanly(self):
        for with_signal in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=with_signal), self.start() as server:
                status, output = server.stop(with_signal)
                self.assertEqual(status, 0, output)
                self.assertIn("Server shutdown complete\n", output)

    def test_open_connections_do_not_hold_up_a_stop(self):
        server = self.start()
        with socket.create_connection((server.host, server.port)):
            self.assertEqual(server.stop()[0], 0)

    def test_a_second_signal_ends_at_once(self):
        for with_signal, expected in ((signal.SIGTERM, 143), (signal.SIGINT, 130)):
            with self.subTest(signal=with_signal), self.start() as server:
                with socket.create_connection((server.host, server.port)) as client:
                    # A body that never ends keeps the stop waiting.
                    client.sendall(b"POST /v1/api/sql HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n")
                    self.assertTrue(client.recv(100).startswith(b"HTTP/1.1 100"))
                    server.process.send_signal(with_signal)
                    server.wait_for_line("initiating graceful shutdown...")
                    server.process.send_signal(with_signal)
                    self.assertEqual(server.wait(), expected)

    def test_killed_and_started_again(self):
        with self.start() as server:
            before = self.first_rows(server)
            created = server.rows("SELECT created_at FROM system.users")
            server.kill()
        self.assertEqual(server.process.returncode, -signal.SIGKILL)
        with self.start() as server:
            self.assertEqual(self.first_rows(server), before)
            self.assertEqual(server.rows("SELECT created_at FROM system.users"), created, "root was not made again")

    def test_one_process_to_a_directory(self):
        server = self.start()
        status, _, errors = run_to_end("--data", str(self.data), "--port", "0", cwd=self.directory)
        self.assertEqual(status, 1)
        self.assertIn(f"Error: Data directory '{self.data}' is in use by process {server.process.pid}\n", errors)
        self.assertEqual(server.rows("SELECT 1"), [["1"]])

    def test_root_password_is_hashed_once(self):
        with self.start(env={"KALAMDB_ROOT_PASSWORD": "first"}, root_password="first") as server:
            (first,), = server.rows("SELECT password_hash FROM system.users")
            self.assertRegex(first, r"^\$2b\$12\$")
            server.stop()
        with self.start(env={"KALAMDB_ROOT_PASSWORD": "second"}, root_password="first") as server:
            self.assertEqual(server.rows("SELECT password_hash FROM system.users"), [[first]])


class Refusing(WithDirectory):
    def test_a_port_in_use(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            status, out, errors = run_to_end("--data", str(self.data), "--port", str(port), cwd=self.directory)
        self.assertEqual((status, out), (1, ""))
        self.assertIn(f"❌ FATAL: Port preflight check failed: HTTP port check failed: '127.0.0.1:{port}' "
                      f"(resolved as 127.0.0.1:{port}) is already in use\n", errors)
        self.assertFalse(self.data.exists(), "nothing was made")

    def test_bad_configuration(self):
        path = self.directory / "bad.toml"
        cases = [
            ("[server]\nport = x", "Failed to parse config file: TOML parse error at line 2, column "),
            ("[server]\nport = 0", "Server port cannot be 0"),
            ("[logging]\nlevel = \"loud\"", "Invalid log level 'loud'. Must be one of: error, warn, info, debug, trace"),
        ]
        for text, reason in cases:
            with self.subTest(text=text):
                path.write_text(text)
                status, out, errors = run_to_end(str(path), "--data", str(self.data), cwd=self.directory)
                self.assertEqual((status, out), (1, ""))
                self.assertIn(f"❌ FATAL: Failed to load {path}: ", errors)
                self.assertIn(reason, errors)
                self.assertTrue(errors.endswith("❌ Server cannot start without valid configuration\n"), errors)
        status, _, errors = run_to_end("/nowhere/server.toml", cwd=self.directory)
        self.assertEqual(status, 1)
        self.assertIn("❌ FATAL: Config file not found: /nowhere/server.toml\n", errors)
        self.assertFalse(self.data.exists(), "nothing was made")

    def test_unknown_keys_warn_and_fail_the_check(self):
        (self.directory / "server.toml").write_text("[server]\nprot = 1\n")
        warning = "Unknown configuration key 'server.prot' ignored; did you mean 'server.port'?"
        status, out, errors = run_to_end("--check-config", cwd=self.directory)
        self.assertEqual((status, out), (1, ""))
        self.assertIn(warning, errors)
        server = self.start()
        self.assertIn(warning, server.stop()[1])

    def test_command_line(self):
        self.assertEqual(run_to_end("--nope")[0], 2)
        status, out, _ = run_to_end("--version")
        self.assertEqual(status, 0)
        self.assertRegex(out, r"^KalamDB Server v\S+ \| Build: .+\n$")
        status, out, _ = run_to_end("--print-config", "--port", "0", cwd=self.directory,
                                    env={"KALAMDB_ROOT_PASSWORD": "sesame", "KALAMDB_JWT_SECRET": "open-sesame"})
        self.assertEqual(status, 0)
        self.assertIn("server.port = 0\n", out)
        self.assertIn('auth.root_password = "***"\n', out)
        self.assertNotIn("sesame", out)

    def test_the_example_file_is_the_one_that_the_program_prints(self):
        status, out, _ = run_to_end("--print-example")
        self.assertEqual(status, 0)
        self.assertEqual((ROOT / "server.example.toml").read_text(), out, "make it anew: kalamdb-server --print-example")
        # Nothing in it stands in the way of a start.
        text = "\n".join(line.removeprefix("# ") if " = " in line and "`" not in line else line
                         for line in out.split("\n"))
        (self.directory / "server.toml").write_text(text)
        self.assertEqual(run_to_end("--check-config", cwd=self.directory)[0], 0)

    def test_a_directory_that_cannot_be(self):
        (self.directory / "file").write_text("in the way")
        status, _, errors = run_to_end("--data", str(self.directory / "file"), "--port", "0", cwd=self.directory)
        self.assertEqual(status, 1)
        self.assertIn("Error: ", errors)
        self.assertEqual((self.directory / "file").read_text(), "in the way")

    def test_a_damaged_store(self):
        with self.start() as server:
            server.stop()
        manifest = next((self.data / "rocksdb").glob("MANIFEST-*"))
        whole = manifest.read_bytes()
        manifest.write_bytes(b"no manifest" * 10)
        status, _, errors = run_to_end("--data", str(self.data), "--port", "0", cwd=self.directory)
        self.assertEqual(status, 1)
        self.assertIn("Error: ", errors)
        manifest.write_bytes(whole)
        self.assertEqual(self.start().rows("SELECT count(*) FROM system.schemas"), [["12"]])


if __name__ == "__main__":
    server_process.main()
