#!/usr/bin/env python3
"""models.py ROOT: every item model of the console is watched by Qt's model tester while it changes.

A test watches a model with Watched<Model> (tests/support/watched.h), which fails by itself when nothing changed; that the
test runs is checked by registered.py. Templates are bases, and are tested by what is made of them.
"""

import re
import sys

import tree

QT = {"QAbstractItemModel", "QAbstractListModel", "QAbstractTableModel", "QAbstractProxyModel", "QIdentityProxyModel",
      "QSortFilterProxyModel", "QStandardItemModel", "QStringListModel", "QConcatenateTablesProxyModel"}
CLASS = re.compile(r"(?P<template>\btemplate\s*<[^;{}]*>\s*)?\b(?:class|struct)\s+(?P<name>\w+)\s*(?:final\s*)?:(?!:)"
                   r"(?P<bases>[^;{]*)\{")


def models(texts):
    """name -> path of every class that is an item model in the end; templates are left out."""
    classes = {}
    for path, text in texts.items():
        for match in CLASS.finditer(tree.code(text)):
            names = match["bases"]
            while "<" in names and re.search(r"<[^<>]*>", names):
                names = re.sub(r"<[^<>]*>", "", names)
            bases = set(re.findall(r"(\w+)\s*(?:,|$)", names.strip()))
            classes[match["name"]] = (path, bases, bool(match["template"]))
    known = set(QT)
    while True:
        more = {name for name, (_, bases, _) in classes.items() if name not in known and bases & known}
        if not more:
            break
        known |= more
    return {name: classes[name][0] for name in known - QT if not classes[name][2]}


def problems(sources, tests):
    found = models(sources)
    if not found:
        yield "no item model was found"
    watched = set()
    for text in tests.values():
        watched |= set(re.findall(r"\bWatched<(\w+)>\s+\w+\s*[({]", tree.code(text)))
    for name, path in sorted(found.items()):
        if name not in watched:
            yield f"{path}: {name} is in no test with a Watched<{name}>"
    for name in sorted(watched - set(found)):
        yield f"Watched<{name}>: no such model in ui/"


def self_test():
    """What the check must see and must not see."""
    base = "template <class T> class Rows : public QAbstractTableModel {\n};\n"
    cases = [
        ("class A final : public QAbstractListModel {", "Watched<A> watch(model);", False),
        ("class A final : public QAbstractListModel {", "// Watched<A> watch(model);", True),
        (base + "class A final : public Rows<std::pair<int, int>> {", "Watched<A> watch(model);", False),
        (base + "class A : public Rows<int> {\n};\nclass B final : public A {", "Watched<A> watch(model);", True),
        ("class P final : public QObject, public QSortFilterProxyModel {", "", True),
        ("class A final : public QStandardItemModel {", "Watched<A> a(m); Watched<B> b(m);", True),
        ("class V : public QListView {\n};\nclass A : public QStandardItemModel {", "Watched<A> a(m);", False),
    ]
    for source, test, bad in cases:
        if bool(list(problems({"ui/a.h": source}, {"tests/a.cpp": test}))) != bad:
            yield f"the check itself is wrong about: {source!r} {test!r}"


if __name__ == "__main__":
    root = sys.argv[1]
    texts = {path: tree.read(root, path) or "" for path in tree.files(root) if path.endswith(tree.SOURCES)}
    product = {path: text for path, text in texts.items() if path.startswith("ui/")}
    tests = {path: text for path, text in texts.items() if re.fullmatch(r"tests/.+/tst_\w+\.cpp", path)}
    complaints = list(self_test()) + list(problems(product, tests))
    print("\n".join(complaints) if complaints else "every model is watched while it changes")
    sys.exit(1 if complaints else 0)
