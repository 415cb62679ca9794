"""tools/run_tests on small build directories: what counts as passed, and that failures are loud."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools/run_tests"

GTEST_OK = "[==========] 3 tests from 2 test suites ran. (1 ms total)\n[  PASSED  ] 3 tests.\n"
GTEST_SKIP = ("[==========] 3 tests from 1 test suite ran. (1 ms total)\n[  PASSED  ] 2 tests.\n"
              "[  SKIPPED ] 1 test, listed below:\n")
GTEST_FAIL = ("[==========] 3 tests from 1 test suite ran. (1 ms total)\n[  PASSED  ] 1 test.\n"
              "[  FAILED  ] 2 tests, listed below:\n")
GTEST_NONE = "[==========] 0 tests from 0 test suites ran. (0 ms total)\n[  PASSED  ] 0 tests.\n"


class RunTests(unittest.TestCase):
    def run_programs(self, programs, *arguments, properties=""):
        """`programs`: name -> (what it prints, a shell command after that)."""
        with tempfile.TemporaryDirectory() as folder:
            lines = []
            for name, (text, then) in programs.items():
                program = pathlib.Path(folder) / f"{name}.sh"
                program.write_text(f"cat <<'TEXT'\n{text}TEXT\n{then}\n")
                lines.append(f'add_test({name} "/bin/sh" "{program}")\nset_tests_properties({name} PROPERTIES LABELS unit '
                             f'{properties})\n')
            (pathlib.Path(folder) / "CTestTestfile.cmake").write_text("".join(lines))
            return subprocess.run([sys.executable, TOOL, folder, *arguments], capture_output=True, text=True, timeout=60)

    def test_what_counts_as_passed(self):
        cases = [
            # what, output, then, exit code, what the report says
            ("GoogleTest", GTEST_OK, "", 0, "3 tests run, 3 passed, 0 failed, 0 skipped"),
            ("unittest", "Ran 4 tests in 0.1s\n\nOK\n", "", 0, "4 tests run, 4 passed"),
            ("a skip is told apart", GTEST_SKIP, "", 0, "2 tests run, 2 passed, 0 failed, 1 skipped"),
            ("unittest with a skip", "Ran 4 tests in 0.1s\n\nOK (skipped=1)\n", "", 0, "3 tests run, 3 passed, 0 failed, 1"),
            ("failing tests", GTEST_FAIL, "exit 1", 1, "3 tests run, 1 passed, 2 failed"),
            ("unittest failing", "Ran 4 tests in 0.1s\n\nFAILED (failures=1, errors=1)\n", "exit 1", 1, "2 passed, 2 failed"),
            ("failing, but exit 0", GTEST_FAIL, "", 1, "yet the program ended with 0"),
            ("no test", GTEST_NONE, "", 1, "ran no test"),
            ("no summary", "fine\n", "", 1, "ran no test"),
            ("all good, but exit 3", GTEST_OK, "exit 3", 1, "exit 3"),
            ("a signal", GTEST_OK, "kill -SEGV $$", 1, "died of SIGSEGV"),
        ]
        for what, text, then, code, says in cases:
            with self.subTest(what):
                done = self.run_programs({"a_test": (text, then)})
                self.assertEqual(done.returncode, code, done.stdout + done.stderr)
                self.assertIn(says, done.stdout)

    def test_totals_and_the_log_of_a_failure(self):
        done = self.run_programs({"good": (GTEST_OK, ""), "bad": ("what went wrong\n" + GTEST_FAIL, "exit 1")})
        self.assertEqual(done.returncode, 1)
        self.assertIn("2 programs, 1 failed; 6 tests run, 4 passed, 2 failed", done.stdout)
        self.assertIn("what went wrong", done.stdout)
        self.assertTrue(done.stdout.endswith("failed: bad\n"), done.stdout)

    def test_a_program_that_hangs_is_ended(self):
        done = self.run_programs({"a_test": (GTEST_OK, "sleep 1000 & wait")}, "--timeout", "0.2")
        self.assertEqual(done.returncode, 1)
        self.assertIn("not done after", done.stdout)

    def test_choosing(self):
        programs = {"a_test": (GTEST_OK, ""), "b_test": (GTEST_FAIL, "exit 1")}
        cases = [(("--only", "a_test"), 0, "1 programs"), (("--only", "c_test"), 1, "no test program c_test"),
                 (("--label", "unit"), 1, "2 programs"), (("--label", "none"), 1, "no test programs in")]
        for arguments, code, says in cases:
            with self.subTest(arguments):
                done = self.run_programs(programs, *arguments)
                self.assertEqual(done.returncode, code, done.stdout + done.stderr)
                self.assertIn(says, done.stdout + done.stderr)

    def test_environment_and_wrapper_reach_the_program(self):
        says = 'test "$COLOUR$SHADE" = reddark || exit 5'
        done = self.run_programs({"a_test": (GTEST_OK, says)}, "--wrap", "env SHADE=dark",
                                 properties='ENVIRONMENT "COLOUR=red"')
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_a_program_that_was_not_built(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "CTestTestfile.cmake").write_text('add_test(a_test "/nonexistent/a_test")\n')
            done = subprocess.run([sys.executable, TOOL, folder], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("build these first: a_test", done.stderr)


if __name__ == "__main__":
    unittest.main()
