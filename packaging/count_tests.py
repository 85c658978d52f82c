#!/usr/bin/env python3
"""Counts the test functions of one run and says which were skipped and which failed, and why.

    count_tests.py RESULTS CTEST_XML CTEST_LOG

RESULTS is the folder of PATCHBAY_JUNIT: for each program a plan (what it is going to run), for each class a JUnit file
and a text file. CTEST_XML is what "ctest --output-junit" wrote: it knows programs that crashed, hung or never started, and
tests that are no QtTest programs (each of those counts as one). CTEST_LOG, what ctest printed, tells a time-out from a
failure.

A function passes when at least one of its rows passed and none failed. A skip is no pass. A planned function without a
result (crash, time-out, failed initTestCase) has failed. The last line is "N passed, N failed"; the exit status is 0 only
if something passed and nothing failed.
"""

import glob
import os
import re
import sys
import xml.etree.ElementTree as xml

NO_RESULT = "no result: the program ended before"


class Tally:
    def __init__(self):
        self.passed, self.skipped, self.failed = [], [], []
        self.skipped_rows = []  # of functions that passed or failed by their other rows

    def add(self, name, state, message=""):
        if state == "passed":
            self.passed.append(name)
        else:
            (self.skipped if state == "skipped" else self.failed).append((name, " ".join(message.split())))


def rows_of_junit(path):
    """(function, row, state, message) per row, and whether the file is whole."""
    rows = []
    try:
        for case in xml.parse(path).getroot().iter("testcase"):
            bad = case.find("failure") if case.find("failure") is not None else case.find("error")
            skip = case.find("skipped")
            name = re.sub(r"\(.*", "", case.get("name"), flags=re.S)
            row = case.get("name")[len(name):]
            if bad is not None:
                text = (bad.get("message") or bad.get("type") or "failed") + " " + (bad.text or "")
                rows.append((name, row, "failed", text))
            elif skip is not None:
                rows.append((name, row, "skipped", skip.get("message") or ""))
            else:
                rows.append((name, row, "passed", ""))
        return rows, True
    except (xml.ParseError, OSError):
        return [], False


def rows_of_text(path):
    """What a program said before it ended too early."""
    states = {"PASS": "passed", "FAIL!": "failed", "SKIP": "skipped", "XPASS": "failed"}
    rows = []
    try:
        with open(path, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                found = re.match(r"(PASS|FAIL!|SKIP|XPASS)\s*: \w+::(\w+)\((.*?)\)(.*)", line)
                if found:
                    rows.append((found[2], f"({found[3]})" if found[3] else "", states[found[1]], found[4].strip()))
    except OSError:
        pass
    return rows


def worst(rows):
    """One state for a function from those of its rows."""
    failed = [f"{row} {message}" for row, state, message in rows if state == "failed"]
    if failed:
        return "failed", "; ".join(failed)
    if any(state == "passed" for _, state, _ in rows):
        return "passed", ""
    return "skipped", "; ".join(dict.fromkeys(message for _, _, message in rows))


def count_class(tally, label, planned, results):
    """One class: its planned functions and whatever else has a result (initTestCase, cleanupTestCase when they fail)."""
    rows, whole = rows_of_junit(results + ".xml")
    if not whole:
        rows = rows_of_text(results + ".txt")
    functions = {}
    for name, row, state, message in rows:
        functions.setdefault(name, []).append((row, state, message))
    setup_state, setup_message = worst(functions.get("initTestCase", [("", "passed", "")]))
    for name in planned:
        if name in functions:
            state, message = worst(functions[name])
            tally.add(f"{label}::{name}", state, message)
            if state != "skipped":
                tally.skipped_rows += [
                    (f"{label}::{name}{row}", why) for row, one, why in functions[name] if one == "skipped"
                ]
        elif setup_state == "skipped":
            tally.add(f"{label}::{name}", "skipped", setup_message)
        elif setup_state == "failed":
            tally.add(f"{label}::{name}", "failed", "not run, initTestCase failed: " + setup_message)
        else:
            tally.add(f"{label}::{name}", "failed", NO_RESULT)
    for name, found in functions.items():
        if name not in planned and worst(found)[0] == "failed" and not (name == "initTestCase" and planned):
            tally.add(f"{label}::{name}", "failed", worst(found)[1])


def count_program(tally, folder, program):
    """The number of failures that the files of one program tell, or None without a plan."""
    try:
        with open(os.path.join(folder, program + ".plan"), encoding="utf-8") as lines:
            plan = [line.split() for line in lines]
    except OSError:
        return None
    before = len(tally.failed)
    classes = {}
    for name, function in plan:
        classes.setdefault(name, []).append(function)
    for name, functions in classes.items():
        count_class(tally, f"{program}: {name}", functions, os.path.join(folder, f"{program}.{name}"))
    return len(tally.failed) - before


def reasons_of_ctest(path):
    """{name: "Timeout", "Failed", "SEGFAULT"...} from the list at the end of what ctest printed."""
    with open(path, encoding="utf-8", errors="replace") as lines:
        found = (re.match(r"\s+\d+ - (\S+) \((.+)\)", line) for line in lines)
        return {match[1]: match[2] for match in found if match}


def ctest_cases(path):
    """(name, state, message, lines of output) of each test that ctest knows."""
    for case in xml.parse(path).getroot().iter("testcase"):
        bad, skip, status = case.find("failure"), case.find("skipped"), case.get("status")
        output = (case.findtext("system-out") or "").strip().splitlines()
        if status == "disabled" or skip is not None and "Unable to find" not in (skip.get("message") or ""):
            yield case.get("name"), "skipped", (skip.get("message") if skip is not None else "disabled"), output
        elif status == "run" and bad is None:
            yield case.get("name"), "passed", "", output
        else:
            message = bad.get("message") if bad is not None else skip.get("message") if skip is not None else status
            yield case.get("name"), "failed", message or "failed", output


def ending_of(message, output):
    """How a program that ctest calls failed came to its end."""
    crashes = [line for line in output if line.startswith("CRASH ")]
    return " ".join(crashes[0].split()) if crashes else message


def count(folder, ctest_file, reasons):
    tally = Tally()
    for name, state, message, output in ctest_cases(ctest_file):
        message = reasons.get(name, message)
        program = "test_" + name.replace("/", "_")
        told = count_program(tally, folder, program)
        ending = ending_of(message, output)
        if told is None:
            tail = " | ".join(output[-15:]) if state == "failed" else ""
            tally.add(name, state, f"{message} {tail}")
        elif state == "failed" and told == 0:
            tally.add(name, "failed", f"{ending}: no function failed, but the program did. " + " | ".join(output[-5:]))
        elif state == "failed":
            tally.failed = [
                (who, f"{what} ({ending})" if what == NO_RESULT and who.startswith(program + ":") else what)
                for who, what in tally.failed
            ]
    return tally


def unknown_programs(folder, ctest_file):
    """Plans that belong to no test of ctest: a sign that the names have come apart."""
    known = {"test_" + case[0].replace("/", "_") for case in ctest_cases(ctest_file)}
    plans = {os.path.basename(path)[: -len(".plan")] for path in glob.glob(os.path.join(folder, "*.plan"))}
    return sorted(plans - known)


def main(arguments):
    if len(arguments) != 4:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        tally = count(arguments[1], arguments[2], reasons_of_ctest(arguments[3]))
        for program in unknown_programs(arguments[1], arguments[2]):
            tally.add(program, "failed", "ran, but ctest does not know it")
    except (OSError, xml.ParseError) as error:
        tally = Tally()
        tally.add("ctest", "failed", f"left no readable results: {error}")
    for title, entries in (("Skipped", tally.skipped), ("Rows skipped of functions that ran", tally.skipped_rows),
                           ("Failed", tally.failed)):
        if entries:
            print(f"{title} ({len(entries)}):")
            for name, message in entries:
                print(f"  {name}" + (f": {message[:1500]}" if message else ""))
            print()
    if not tally.passed and not tally.failed:
        print("nothing ran")
    print(f"{len(tally.passed)} passed, {len(tally.failed)} failed")
    return 0 if tally.passed and not tally.failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv))
