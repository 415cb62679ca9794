#!/usr/bin/env python3
"""Who gets in: the real program over a real socket.

    KALAMDB_SERVER=build/release/bin/kalamdb-server tests/e2e/test_auth.py
"""

import base64
import concurrent.futures
import hashlib
import hmac
import json
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import server_process
from server_process import ServerProcess, run_to_end

SECRET = "e2e-secret-e2e-secret-e2e-secret-42"
DBA, DBA_PASSWORD, ROOT_PASSWORD = "maria", "Blue-Lagoon-7", "Night-Train-42"
WRONG = {"error": "unauthorized", "message": "Invalid credentials"}


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def claims_of(token):
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def forge(claims, secret=SECRET, header=None, digest=hashlib.sha256):
    text = part(header or {"typ": "JWT", "alg": "HS256"}) + "." + part(claims)
    signature = hmac.new(secret.encode(), text.encode(), digest).digest()
    return text + "." + base64.urlsafe_b64encode(signature).rstrip(b"=").decode()


class Doors(unittest.TestCase):
    """One server, set up, for all tests: hashing passwords takes its time."""

    @classmethod
    def setUpClass(cls):
        cls.temporary = server_process.directory()
        cls.addClassCleanup(cls.temporary.cleanup)
        directory = pathlib.Path(cls.temporary.name)
        (directory / "server.toml").write_text("[auth]\nbcrypt_cost = 4\nmax_parallel_hashes = 4\n"
                                               "[rate_limit]\nmax_auth_requests_per_ip_per_sec = 100000\n")
        cls.server = ServerProcess(directory, env={"KALAMDB_JWT_SECRET": SECRET})
        cls.addClassCleanup(cls.server.kill)
        status, headers, cls.setup_answer = cls.server.post(
            "/v1/api/auth/setup", {"user": DBA, "password": DBA_PASSWORD, "root_password": ROOT_PASSWORD})
        assert status == 200, cls.setup_answer
        assert "Set-Cookie" not in headers
        cls.dba = cls.server.log_in(DBA, DBA_PASSWORD)
        for user in ("alice", "bob"):
            cls.as_dba(f"CREATE USER {user} WITH PASSWORD 'p-{user}' ROLE user")

    @classmethod
    def as_dba(cls, sql):
        status, answer = cls.ask(sql, cls.dba["access_token"])
        assert status == 200, answer
        return answer

    @classmethod
    def ask(cls, sql, token):
        status, _, answer = cls.server.post("/v1/api/sql", {"sql": sql}, {"Authorization": f"Bearer {token}"})
        return status, answer

    def whom(self, token):
        """What the token is taken for: a user's name, or the code of the refusal."""
        status, answer = self.ask("SELECT CURRENT_USER()", token)
        return answer["results"][0]["rows"][0][0] if status == 200 else answer["error"]["code"]

    def log_in(self, user, password):
        status, _, answer = self.server.post("/v1/api/auth/login", {"user": user, "password": password})
        return status, answer

    def test_case_21_setup_works_once(self):
        status, _, answer = self.server.post(
            "/v1/api/auth/setup", {"user": "eve", "password": DBA_PASSWORD, "root_password": "Other-Train-43"})
        self.assertEqual((status, answer["error"]), (409, "already_configured"))
        self.assertEqual(json.loads(self.server.request("GET", "/v1/api/auth/status")[2])["needs_setup"], False)

    def test_cases_31_33_40_66_tokens_of_others(self):
        own = claims_of(self.dba["access_token"])
        now = int(time.time())
        cases = [
            ("the same claims", own, {}, DBA),
            ("another secret", own, {"secret": "x" * 40}, "INVALID_CREDENTIALS"),
            ("alg none", own, {"header": {"alg": "none"}}, "INVALID_CREDENTIALS"),
            ("RS256", own, {"header": {"alg": "RS256"}}, "INVALID_CREDENTIALS"),
            ("HS512", own, {"header": {"alg": "HS512"}, "digest": hashlib.sha512}, "INVALID_CREDENTIALS"),
            ("a key of its own", own, {"header": {"alg": "HS256", "jwk": {"kty": "oct", "k": "eA"}}, "secret": "x"},
             "INVALID_CREDENTIALS"),
            ("foreign issuer", {**own, "iss": "https://example.com"}, {}, "INVALID_CREDENTIALS"),
            ("expired", {**own, "exp": now - 120}, {}, "TOKEN_EXPIRED"),
            ("expired within the leeway", {**own, "exp": now - 30}, {}, DBA),
            ("not yet valid", {**own, "nbf": now + 600}, {}, "INVALID_CREDENTIALS"),
            ("made in the future", {**own, "iat": now + 600}, {}, "INVALID_CREDENTIALS"),
            ("higher role", {**own, "role": "system"}, {}, "INVALID_CREDENTIALS"),
            ("refresh", {**own, "token_type": "refresh"}, {}, "INVALID_CREDENTIALS"),
            ("no kind", {name: own[name] for name in own if name != "token_type"}, {}, "INVALID_CREDENTIALS"),
            ("no epoch", {name: own[name] for name in own if name != "epoch"}, {}, "INVALID_CREDENTIALS"),
            ("another epoch", {**own, "epoch": own["epoch"] + 1}, {}, "INVALID_CREDENTIALS"),
            ("nobody", {**own, "sub": "nobody"}, {}, "INVALID_CREDENTIALS"),
            ("SQL", {**own, "sub": "maria' OR 1=1 --"}, {}, "INVALID_CREDENTIALS"),
            ("no subject", {**own, "sub": ""}, {}, "INVALID_CREDENTIALS"),
        ]
        for what, claims, how, expected in cases:
            with self.subTest(what):
                self.assertEqual(self.whom(forge(claims, **how)), expected)
        for header in ("", "Bearer", "Bearer ", "BearerXYZ", "Basic bWFyaWE6eA==", "Bearer " + "a" * 9000):
            with self.subTest(header[:20]):
                status, _, _ = self.server.post("/v1/api/sql", {"sql": "SELECT 1"}, {"Authorization": header})
                self.assertEqual(status, 401)

    def test_case_30_claims(self):
        access, refresh = claims_of(self.dba["access_token"]), claims_of(self.dba["refresh_token"])
        self.assertEqual(list(access), ["sub", "iss", "exp", "iat", "email", "role", "token_type", "epoch"])
        self.assertEqual((access["sub"], access["iss"], access["role"], access["token_type"]),
                         (DBA, "kalamdb", "dba", "access"))
        self.assertEqual(access["exp"] - access["iat"], 24 * 3600)
        self.assertEqual(refresh["exp"] - refresh["iat"], 7 * 24 * 3600)

    def test_cases_25_35_answers_are_alike(self):
        for user in ("alice", "nobody", "alice'--", "../x", "", "ALICE"):
            with self.subTest(user):
                self.assertEqual(self.log_in(user, "wrong"), (401, WRONG))

    def test_case_37_cookies(self):
        for headers, expected in (
                ({"Cookie": f"kalamdb_auth={self.dba['access_token']}"}, 200),
                ({"Authorization": "Bearer x", "Cookie": f"kalamdb_auth={self.dba['access_token']}"}, 401),
                ({}, 401)):
            self.assertEqual(self.server.request("GET", "/v1/api/auth/me", headers=headers)[0], expected)
        status, _, answer = self.server.post("/v1/api/sql", {"sql": "SELECT 1"},
                                             {"Cookie": f"kalamdb_auth={self.dba['access_token']}"})
        self.assertEqual((status, answer["error"]["code"]), (401, "MISSING_AUTHORIZATION"))

    def test_case_65_what_voids_tokens(self):
        self.as_dba("CREATE USER leo WITH PASSWORD 'one' ROLE user")
        bob = self.server.log_in("bob", "p-bob")
        password = "one"
        for sql in ("ALTER USER leo SET PASSWORD 'two'", "ALTER USER leo REVOKE TOKENS",
                    "ALTER USER leo SET ROLE service"):
            with self.subTest(sql):
                session = self.server.log_in("leo", password)
                self.assertEqual(self.whom(session["access_token"]), "leo")
                self.as_dba(sql)
                password = "two"
                self.assertEqual(self.whom(session["access_token"]), "INVALID_CREDENTIALS")
                status, _, answer = self.server.post("/v1/api/auth/refresh", None,
                                                     {"Authorization": f"Bearer {session['refresh_token']}"})
                self.assertEqual((status, answer["error"]), (401, "unauthorized"))
                self.assertEqual(self.whom(self.server.log_in("leo", password)["access_token"]), "leo")
        session = self.server.log_in("leo", "two")
        self.as_dba("DROP USER leo")
        self.assertEqual(self.whom(session["access_token"]), "INVALID_CREDENTIALS")
        self.assertEqual(self.log_in("leo", "two"), (401, WRONG))
        self.assertEqual(self.whom(bob["access_token"]), "bob")

    def test_case_72_a_user_changes_his_own_password_and_nothing_else(self):
        self.as_dba("CREATE USER nina WITH PASSWORD 'one' ROLE user")
        token = self.server.log_in("nina", "one")["access_token"]
        for sql in ("ALTER USER nina SET ROLE dba", "ALTER USER alice SET PASSWORD 'x'", "ALTER USER nina UNLOCK",
                    "CREATE USER x WITH PASSWORD 'y' ROLE user", "DROP USER alice"):
            with self.subTest(sql):
                self.assertEqual(self.ask(sql, token)[0], 403)
        self.assertEqual(self.ask("ALTER USER nina SET EMAIL 'nina@example.com'", token)[0], 200)
        self.assertEqual(self.ask("ALTER USER nina SET PASSWORD 'two'", token)[0], 200)
        self.assertEqual(self.whom(token), "INVALID_CREDENTIALS")
        self.assertEqual(self.server.log_in("nina", "two")["user"]["email"], "nina@example.com")

    def test_case_73_parallel_attempts(self):
        self.as_dba("CREATE USER victim WITH PASSWORD 'right' ROLE user")
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda _: self.log_in("victim", "wrong"), range(20)))
        texts = [answer["error"] for _, answer in answers]
        self.assertEqual(texts.count("unauthorized"), 5, texts)
        self.assertEqual(self.log_in("victim", "right"),
                         (401, {"error": "account_locked", "message": "15 minute(s)"}))
        rows = self.as_dba("SELECT action FROM system.audit_log WHERE target = 'user:victim'")["results"][0]["rows"]
        self.assertEqual(rows, [["LOGIN_LOCKED"]])
        self.as_dba("ALTER USER victim UNLOCK")
        self.assertEqual(self.log_in("victim", "right")[0], 200)

    def test_case_19_forwarded_strangers_are_no_localhost(self):
        status, _, body = self.server.request("GET", "/v1/api/auth/status",
                                              headers={"X-Forwarded-For": "203.0.113.9"})
        self.assertEqual((status, json.loads(body)["error"]), (403, "forbidden"))


class Starting(unittest.TestCase):
    def setUp(self):
        temporary = server_process.directory()
        self.addCleanup(temporary.cleanup)
        self.directory = pathlib.Path(temporary.name)

    def run_with(self, *arguments, env=None):
        return run_to_end("--data", str(self.directory / "data"), "--port", "0", *arguments, cwd=self.directory,
                          env={"KALAMDB_SECURITY_CORS_ALLOWED_ORIGINS": "https://app.example.com", **(env or {})})

    def test_case_64_a_weak_secret_does_not_leave_the_machine(self):
        for secret in ("0123456789", "your-secret-key-at-least-32-chars-change-me-in-production"):
            status, out, errors = self.run_with("--host", "0.0.0.0", env={"KALAMDB_JWT_SECRET": secret})
            self.assertEqual((status, out), (1, ""))
            self.assertIn("SECURITY WARNING: JWT SECRET", errors)
            self.assertIn("FATAL: Refusing to start with insecure JWT secret on non-local", errors)
            self.assertNotIn(secret, errors)
        self.assertFalse((self.directory / "data").exists(), "nothing was made")
        server = ServerProcess(self.directory, env={"KALAMDB_JWT_SECRET": "0123456789"})
        self.addCleanup(server.kill)
        output = server.stop()[1]
        self.assertIn("SECURITY WARNING: JWT SECRET", output)
        self.assertNotIn("FATAL", output)

    def test_case_63_attempts_are_limited(self):
        server = ServerProcess(self.directory, env={"KALAMDB_RATE_LIMIT_AUTH_REQUESTS_PER_IP_PER_SEC": "2"})
        self.addCleanup(server.kill)
        answers = [server.post("/v1/api/auth/refresh", None)[2]["error"] for _ in range(20)]
        self.assertEqual(answers[:2], ["unauthorized", "unauthorized"])
        self.assertIn("rate_limited", answers)

    def test_case_65_revocation_outlives_a_restart(self):
        env = {"KALAMDB_JWT_SECRET": SECRET, "KALAMDB_ROOT_PASSWORD": ROOT_PASSWORD}
        with ServerProcess(self.directory, env=env, root_password=ROOT_PASSWORD) as server:
            old = server.log_in("root", ROOT_PASSWORD)["access_token"]
            self.assertEqual(server.sql("ALTER USER root REVOKE TOKENS")[0], 200)
            new = server.log_in("root", ROOT_PASSWORD)["access_token"]
            server.kill()
        with ServerProcess(self.directory, env=env) as server:
            for token, expected in ((old, 401), (new, 200)):
                status, _, _ = server.post("/v1/api/sql", {"sql": "SELECT 1"}, {"Authorization": f"Bearer {token}"})
                self.assertEqual(status, expected)


if __name__ == "__main__":
    server_process.main()
