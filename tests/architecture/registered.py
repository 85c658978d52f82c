#!/usr/bin/env python3
"""A test that is not registered never fails: registered.py ROOT looks for such classes and folders."""

import os
import re
import sys

import tree


def problems(paths, read):
    """Sentences about tests/<folder>/tst_*.cpp that no program runs."""
    cmake = read("tests/CMakeLists.txt")
    programs = set(re.findall(r"patchbay_test\((\S+)", cmake))
    tests = [path for path in paths if re.fullmatch(r"tests/.+/tst_\w+\.cpp", path)]
    if not tests:
        yield "no tests/*/tst_*.cpp was found"
    for path in tests:
        folder = os.path.dirname(path)[len("tests/"):]
        if folder not in programs:
            yield f"{path}: tests/CMakeLists.txt has no patchbay_test({folder} ...)"
        text = tree.code(read(path))
        classes = re.findall(r"\bclass\s+(\w+)\s*(?:final)?\s*:\s*public\s+QObject\b[^;]*?\bQ_OBJECT\b", text)
        registered = re.findall(r"^\s*PATCHBAY_(?:CHILD_)?TESTS\((\w+)[,)]", text, re.M)
        slots = re.search(r"\bprivate\s+Q_SLOTS\s*:", text)
        if not registered or not slots:
            yield f"{path}: runs nothing (no PATCHBAY_TESTS or no private Q_SLOTS)"
        for name in classes:
            body = text[text.index(f"class {name}"):]
            body = body[: body.find("\n};")]
            if re.search(r"\bprivate\s+Q_SLOTS\s*:", body) and name not in registered:
                yield f"{path}: {name} has test functions, but no PATCHBAY_TESTS({name})"
        if not re.search(r'#\s*include\s+"%s\.moc"' % re.escape(os.path.basename(path)[:-4]), text):
            yield f"{path}: does not include its .moc"


def self_test():
    """What the check must see and must not see."""
    good = ('class T : public QObject {\n    Q_OBJECT\nprivate Q_SLOTS:\n    void works() { }\n};\nPATCHBAY_TESTS(T)\n'
            '#include "tst_a.moc"\n')
    cases = [
        (good, "patchbay_test(net LINKS x)", False),
        (good, "patchbay_test(mail LINKS x)", True),
        (good.replace("PATCHBAY_TESTS(T)", "// PATCHBAY_TESTS(T)"), "patchbay_test(net LINKS x)", True),
        (good + good.replace("class T", "class U").replace("PATCHBAY_TESTS(T)\n", ""), "patchbay_test(net LINKS x)", True),
        (good.replace('#include "tst_a.moc"', ""), "patchbay_test(net LINKS x)", True),
    ]
    for text, cmake, bad in cases:
        texts = {"tests/CMakeLists.txt": cmake, "tests/net/tst_a.cpp": text}
        if bool(list(problems(list(texts), texts.get))) != bad:
            yield f"the check itself is wrong about: {cmake} {text!r}"


if __name__ == "__main__":
    root = sys.argv[1]
    complaints = list(self_test()) + list(problems(tree.files(root), lambda path: tree.read(root, path)))
    print("\n".join(complaints) if complaints else "every test class is run by a program")
    sys.exit(1 if complaints else 0)
