#!/usr/bin/env python3
"""Whether the counter of packaging/test.sh tells the truth: counter.py COUNT_TESTS runs it on results made here."""

import os
import subprocess
import sys
import tempfile

CASE = '<testcase name="{0}" classname="{0}" status="{1}">{2}<system-out>{3}</system-out></testcase>'


def junit(*cases):
    return "<testsuite>" + "".join(f'<testcase name="{name}">{inner}</testcase>' for name, inner in cases) + "</testsuite>"


BAD = '<failure type="fail" message="1 is not 2"/>'
SKIP = '<skipped message="no server"/>'
GOOD = junit(("initTestCase", ""), ("works", ""), ("rows(a)", ""), ("rows(b)", ""), ("cleanupTestCase", ""))
PLAN = "T works\nT rows\n"

# name: (files of the results folder, cases of ctest, lines of ctest's log, last line, exit status, words in the output)
SITUATIONS = {
    "all is well": ({"test_a.plan": PLAN, "test_a.T.xml": GOOD}, [("a", "run", "", ""), ("architecture.x", "run", "", "")],
                    "", "3 passed, 0 failed", 0, []),
    "a row fails": (
        {"test_a.plan": PLAN, "test_a.T.xml": junit(("works", ""), ("rows(a)", ""), ("rows(b)", BAD))},
        [("a", "fail", "<failure/>", "")], "", "1 passed, 1 failed", 1, ["test_a: T::rows: (b) 1 is not 2"]),
    "a skip is no pass": (
        {"test_a.plan": PLAN, "test_a.T.xml": junit(("works", ""), ("rows", SKIP))},
        [("a", "run", "", "")], "", "1 passed, 0 failed", 0, ["Skipped (1)", "T::rows: no server"]),
    "a row is skipped": (
        {"test_a.plan": PLAN, "test_a.T.xml": junit(("works", ""), ("rows(a)", ""), ("rows(b)", SKIP))},
        [("a", "run", "", "")], "", "2 passed, 0 failed", 0, ["Rows skipped of functions that ran (1)", "T::rows(b): no server"]),
    "only skips": ({"test_a.plan": PLAN, "test_a.T.xml": junit(("works", SKIP), ("rows", SKIP))}, [("a", "run", "", "")],
                   "", "0 passed, 0 failed", 1, []),
    "initTestCase skips": ({"test_a.plan": PLAN, "test_a.T.xml": junit(("initTestCase", SKIP))},
                           [("a", "run", "", ""), ("architecture.x", "run", "", "")], "", "1 passed, 0 failed", 0,
                           ["Skipped (2)"]),
    "initTestCase fails": ({"test_a.plan": PLAN, "test_a.T.xml": junit(("initTestCase", BAD))},
                           [("a", "fail", "<failure/>", "")], "", "0 passed, 2 failed", 1, ["initTestCase failed: 1 is not 2"]),
    "cleanupTestCase fails": (
        {"test_a.plan": PLAN, "test_a.T.xml": junit(("works", ""), ("rows", ""), ("cleanupTestCase", BAD))},
        [("a", "fail", "<failure/>", "")], "", "2 passed, 1 failed", 1, ["T::cleanupTestCase"]),
    "a crash": (
        {"test_a.plan": PLAN + "U other\n", "test_a.T.xml": "", "test_a.T.txt": "PASS   : T::works()\nQDEBUG : x\n"},
        [("a", "fail", "<failure/>", "CRASH  : in rows\n")], "\t  1 - a (SEGFAULT)\n", "1 passed, 2 failed", 1,
        ["T::rows: no result", "CRASH : in rows", "U::other: no result"]),
    "a time-out": ({"test_a.plan": PLAN, "test_a.T.txt": "PASS   : T::works()\nFAIL!  : T::rows(a) bad\n"},
                   [("a", "fail", "<failure/>", "")], "\t  1 - a (Timeout)\n", "1 passed, 1 failed", 1, []),
    "the program fails, its functions do not": (
        {"test_a.plan": PLAN, "test_a.T.xml": GOOD}, [("a", "fail", "<failure/>", "leak found")],
        "\t  1 - a (Failed)\n", "2 passed, 1 failed", 1, ["leak found"]),
    "a program is missing": ({}, [("a", "notrun", '<skipped message="Unable to find executable"/>', "")], "",
                             "0 passed, 1 failed", 1, ["Unable to find executable"]),
    "a rule is broken": ({}, [("architecture.x", "fail", "<failure/>", "core/a.cpp:1: broken")], "", "0 passed, 1 failed", 1,
                         ["core/a.cpp:1: broken"]),
    "a plan that ctest does not know": ({"test_b.plan": PLAN}, [("architecture.x", "run", "", "")], "",
                                        "1 passed, 1 failed", 1, ["ctest does not know"]),
    "nothing ran": ({}, [], "", "0 passed, 0 failed", 1, ["nothing ran"]),
    "ctest left nothing": ({}, None, "", "0 passed, 1 failed", 1, ["no readable results"]),
}


def run(program, files, cases, log):
    with tempfile.TemporaryDirectory() as folder:
        results = os.path.join(folder, "results")
        os.mkdir(results)
        everything = {os.path.join(results, name): text for name, text in files.items()}
        everything[os.path.join(folder, "log")] = log
        if cases is not None:
            suite = "<testsuite>" + "".join(CASE.format(*case) for case in cases) + "</testsuite>"
            everything[os.path.join(folder, "ctest.xml")] = suite
        for path, text in everything.items():
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        command = [sys.executable, "-B", program, results, os.path.join(folder, "ctest.xml"), os.path.join(folder, "log")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr


def main(program):
    bad = []
    for name, (files, cases, log, last, status, words) in SITUATIONS.items():
        code, output = run(program, files, cases, log)
        if output.rstrip("\n").split("\n")[-1] != last or code != status or any(word not in output for word in words):
            bad.append(f"{name}: exit status {code} (expected {status}), expected {last!r} {words}, got:\n{output}")
    print("\n".join(bad) if bad else f"{len(SITUATIONS)} situations are counted as they should be")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
