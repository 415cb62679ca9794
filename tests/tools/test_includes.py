"""tools/includes on small source trees: each kind of violation is caught, and what is allowed passes."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools/includes"
LAYERS = 'set(KALAM_LAYERS\n  "base"\n  "types store"  # the ground\n  "codec duck"\n  "query")\n'


class ThisTree(unittest.TestCase):
    def test_has_no_violation(self):
        done = subprocess.run([sys.executable, TOOL], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, "\n" + done.stdout + done.stderr)


class Includes(unittest.TestCase):
    def run_on(self, modules, files, *arguments):
        """`modules`: name -> the rest of its kalam_module() call; `files`: path below src/ -> text."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            tree = {"cmake/modules.cmake": LAYERS}
            tree |= {f"src/{name}/CMakeLists.txt": f"kalam_module({name}\n  {call}\n)\n" for name, call in modules.items()}
            tree |= {f"src/{path}": text for path, text in files.items()}
            for path, text in tree.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text)
            return subprocess.run([sys.executable, TOOL, "--root", root, *arguments], capture_output=True, text=True)

    def test_violations(self):
        modules = {"base": "SOURCES a.cc FOREIGN spdlog", "types": "SOURCES t.cc NEEDS base",
                   "store": "SOURCES s.cc NEEDS base FOREIGN rocksdb", "duck": "SOURCES d.cc NEEDS types base",
                   "query": "SOURCES q.cc\n  NEEDS duck types base\n  TEST_NEEDS store"}
        cases = [
            # what, the file, its text, what the sentence says
            ("upwards", "base/a.cc", '#include "types/t.h"', "types does not lie below base"),
            ("sideways", "types/t.cc", '#include "store/s.h"', "store does not lie below types"),
            ("undeclared", "query/q.cc", '#include "store/s.h"', "add store to NEEDS in src/query/CMakeLists.txt"),
            ("not from src/", "types/t.cc", '#include "t.h"', 'write "types/t.h"'),
            ("foreign of another", "query/q.cc", "#include <rocksdb/db.h>", "only store may"),
            ("foreign in quotes", "query/q.cc", '#include "rocksdb/db.h"', "only store may"),
            ("foreign undeclared", "duck/d.cc", "#include <duckdb.hpp>", "add duckdb to FOREIGN in src/duck"),
            ("foreign in a test of another", "query/q_test.cc", "#include <duckdb.hpp>", "only duck may"),
            ("unknown library", "base/a.cc", "#include <folly/json.h>", "no library we know"),
            ("unknown part of Boost", "base/a.cc", "#include <boost/any.hpp>", "no library we know"),
            ("test library in a source", "types/t.cc", "#include <gtest/gtest.h>", "belongs into tests"),
            ("ours in angle brackets", "types/t.cc", "#include <base/a.h>", 'write "base/a.h"'),
            ("private header", "types/t.cc", '#include "base/detail/d.h"', "base's own affair"),
            ("foreign handed on", "query/q.cc", '#include "duck/leak.h"', "brings <duckdb.hpp> along"),
            ("spaced directive", "base/a.cc", '  #  include "types/t.h"', "types does not lie below base"),
            ("no module", "extra/e.cc", "#include <vector>", "extra is no module"),
        ]
        headers = {"base/a.h": "", "types/t.h": "", "store/s.h": "", "base/detail/d.h": "",
                   "duck/leak.h": '#include "duck/inner.h"', "duck/inner.h": "#include <duckdb.hpp>"}
        for what, file, text, sentence in cases:
            with self.subTest(what):
                # DuckDB is declared except where that is the case itself.
                call = "SOURCES d.cc NEEDS types base" + ("" if what == "foreign undeclared" else " FOREIGN duckdb")
                done = self.run_on(modules | {"duck": call}, headers | {file: text + "\n"})
                self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                self.assertIn(sentence, done.stdout)
                self.assertIn(f"src/{file}", done.stdout)
                if what != "foreign undeclared":
                    self.assertIn(" 1 violations", done.stdout)

    def test_needs_that_do_not_lie_below(self):
        for call, sentence in [("NEEDS query", "query, which does not lie below"),
                               ("NEEDS store", "store, which does not lie below"),
                               ("TEST_NEEDS query", "query, which does not lie below"),
                               ("NEEDS nothing", "nothing, which is no module")]:
            with self.subTest(call):
                done = self.run_on({"types": f"SOURCES t.cc {call}"}, {"types/t.cc": ""})
                self.assertEqual(done.returncode, 1)
                self.assertIn(sentence, done.stdout)

    def test_what_is_allowed(self):
        modules = {"base": "SOURCES a.cc FOREIGN spdlog  # logs", "types": "SOURCES t.cc TESTS t_test.cc NEEDS base",
                   "store": "SOURCES s.cc NEEDS base FOREIGN rocksdb",
                   "query": "NEEDS types base TEST_NEEDS store TEST_FOREIGN duckdb"}
        files = {
            "base/a.h": "#include <vector>\n#include <sys/random.h>\n",
            "base/a.cc": '#include "base/a.h"\n#include <spdlog/spdlog.h>\n#include <fmt/format.h>\n',
            "base/detail/d.h": "",
            "base/d.cc": '#include "base/detail/d.h"\n',
            "types/t.h": '#include "base/a.h"\n',
            "types/t.cc": '// #include "query/q.h"\n/* #include "query/q.h"\n#include "store/s.h" */\n',
            "types/t_test.cc": '#include <gtest/gtest.h>\n#include "types/t.h"\n',
            "store/s.cc": "#include <rocksdb/db.h>\n",
            "store/s.h": "",
            "query/q_test.cc": '#include "store/s.h"\n#include <duckdb.hpp>\n#include "types/t.h"\n',
        }
        done = self.run_on(modules, files)
        self.assertEqual((done.returncode, done.stdout), (0, "includes: 4 modules, 7 files, 0 violations\n"), done.stderr)

    def test_a_need_in_tests_is_none_in_sources(self):
        modules = {"store": "SOURCES s.cc", "query": "SOURCES q.cc TEST_NEEDS store"}
        done = self.run_on(modules, {"store/s.h": "", "query/q.cc": '#include "store/s.h"\n'})
        self.assertEqual(done.returncode, 1)
        self.assertIn("add store to NEEDS", done.stdout)

    def test_graph_leaves_out_what_other_arrows_imply(self):
        modules = {"base": "SOURCES a.cc", "types": "NEEDS base", "codec": "NEEDS types base"}
        done = self.run_on(modules, {}, "--graph")
        arrows = [line.strip() for line in done.stdout.splitlines() if "-->" in line]
        self.assertEqual(arrows, ["types --> base", "codec --> types"])

    def test_public_headers_are_those_that_others_include(self):
        modules = {"base": "SOURCES a.cc", "types": "NEEDS base"}
        files = {"base/a.h": "", "base/b.h": "", "base/a.cc": '#include "base/b.h"\n', "types/t.cc": '#include "base/a.h"\n'}
        done = self.run_on(modules, files, "--public")
        self.assertEqual([line.split() for line in done.stdout.splitlines()], [["base"], ["base/a.h", "types"], ["types"]])

    def test_a_broken_module_file_is_an_error(self):
        done = self.run_on({"base": "SOURCES a.cc"}, {"types/CMakeLists.txt": "add_library(types t.cc)\n"})
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("no kalam_module(types", done.stderr)


if __name__ == "__main__":
    unittest.main()
