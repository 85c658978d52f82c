#!/usr/bin/env python3
"""Which layer may include which: layers.py ROOT prints each #include that breaks the table, and fails.

A layer also sees what its layers see. What is not in the table may not exist.
"""

import re
import sys

import tree

SEES = {
    "core/base": [],
    "core/async": ["core/base"],
    "core/model": ["core/base"],
    "core/ports": ["core/model", "core/async"],
    "core/net": ["core/base", "core/async"],
    "core/mail": ["core/model"],
    "core/search": ["core/model"],
    "core/store": ["core/model", "core/search"],
    "core/engine": ["core/store", "core/ports", "core/mail"],
    "connectors/kit": ["core/ports", "core/net", "core/mail"],
    "connectors/chat": ["connectors/kit"],
    "connectors/crm": ["connectors/kit"],
    "connectors/ai": ["connectors/kit"],
    "ui/models": ["core/engine"],
    "ui/widgets": ["ui/models"],
}
EVERYTHING = ["app"]

# Which parts of Qt a layer may use beside QtCore. A layer has what the layers that it sees have.
QT = {
    "core/net": ["QtNetwork", "QtWebSockets"],
    "core/store": ["QtSql"],
    "ui/models": ["QtGui"],
    "ui/widgets": ["QtWidgets", "QtSvg", "QtPrintSupport"],
}
PRIVATE_QT = ["QtSql", "QtWebSockets"]


def visible(layer):
    """The layer and all that it sees."""
    seen = [layer]
    for other in seen:
        seen += [next_one for next_one in SEES.get(other, []) if next_one not in seen]
    return seen


def place(path):
    """(layer, connector or None) of a source path such as core/net/request.h."""
    parts = path.split("/")
    if parts[0] == "app":
        return "app", None
    layer = "/".join(parts[:2])
    connector = parts[2] if layer in ("connectors/chat", "connectors/crm", "connectors/ai") and len(parts) > 3 else None
    return layer, connector


def allowed_qt(layer):
    own = QT.get(layer, [])
    inherited = [part for other in visible(layer)[1:] for part in QT.get(other, []) if part not in PRIVATE_QT]
    return ["QtCore"] + own + inherited


def problems(path, text):
    """Sentences, one for each include of this file that the table forbids."""
    layer, connector = place(path)
    if layer in EVERYTHING:
        return
    if layer not in SEES:
        yield f"{path}: {layer} is no layer of the table in tests/architecture/layers.py"
        return
    for number, line in enumerate(tree.code(text).split("\n"), 1):
        project = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        if project:
            target, target_connector = place(project[1])
            if "/" not in project[1]:
                if not re.search(r"\.moc$|^ui_|^moc_", project[1]):
                    yield f'{path}:{number}: "{project[1]}" is not rooted at the tree'
            elif target not in visible(layer):
                yield f"{path}:{number}: {layer} may not see {target} ({project[1]})"
            elif target_connector != connector and target_connector is not None:
                yield f"{path}:{number}: a connector may not see another connector ({project[1]})"
        qt = re.match(r"\s*#\s*include\s+<(Qt[A-Z]\w*)/", line)
        if qt and qt[1] not in allowed_qt(layer):
            yield f"{path}:{number}: {layer} may not use {qt[1]}"


def check(root, paths=None, read=tree.read):
    """All problems of a tree; also one if hardly anything was read."""
    found, seen = [], set()
    for path in paths if paths is not None else tree.files(root):
        if path.endswith(tree.SOURCES) and path.split("/")[0] in ("core", "connectors", "ui", "app"):
            seen.add(place(path)[0])
            found += problems(path, read(root, path))
    for layer in ("core/base", "core/async", "core/model", "core/ports", "core/net", "core/store", "core/engine", "app"):
        if layer not in seen:
            found.append(f"nothing of {layer} was read: is {root} the project?")
    return found


if __name__ == "__main__":
    complaints = check(sys.argv[1])
    print("\n".join(complaints) if complaints else "every include respects the layers")
    sys.exit(1 if complaints else 0)
