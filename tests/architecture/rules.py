#!/usr/bin/env python3
"""The rules of the house: rules.py ROOT RULE prints each place that breaks the rule, and fails.

Each rule is a function (path, text) -> [(line, sentence)] for the files that it is about, or one of all files together;
planted.py shows that each of them catches what it is for.
"""

import re
import sys

import tree

PRODUCT = ("core/", "connectors/", "ui/", "app/")


def matches(text, pattern, sentence, keep=lambda match: True):
    return [(tree.line_of(text, match.start()), sentence) for match in re.finditer(pattern, text) if keep(match)]


def is_source(path, *folders):
    return path.endswith(tree.SOURCES) and path.startswith(folders or PRODUCT + ("tests/",))


def coroutines(path, text):
    """GCC 12 miscompiles these forms inside one co_await statement."""
    if is_source(path):
        return matches(tree.code(text), r"(?<!operator )co_await[^;]*?(\{|\[[^\]]+\]\s*[({])",
                       "a braced list or a capturing lambda in a co_await statement: name the value first")


def singletons(path, text):
    """What everybody can reach nobody can replace in a test."""
    if is_source(path, *PRODUCT):
        return matches(tree.code(text), r"::instance\s*\(|\bstatic\s+\w+\s*[&*]\s*instance\s*\(", "a singleton")


def sql_in_the_store(path, text):
    if is_source(path, *PRODUCT) and not (path.startswith("core/store/") and path.endswith(".cpp")):
        return matches(tree.code(text), r"#\s*include\s+<(QtSql/|QSql)", "QtSql outside core/store/*.cpp")


def facades(path, text):
    if is_source(path) and not (path.startswith("core/base/") and path.endswith(".cpp")):
        return matches(tree.code(text), r"#\s*include\s+[<\"](nlohmann|spdlog)/", "included outside core/base/*.cpp: it costs "
                       "seconds per file; use json_reader.h and log.h")


def file_length(path, text):
    lines = text.count("\n")
    if is_source(path) and lines > 400:
        return [(lines, f"{lines} lines; 400 is the limit: split it by noun")]


def nested_loops(path, text):
    """Nothing waits: a nested event loop runs other code in the middle of a function."""
    if is_source(path, *PRODUCT):
        clean = tree.code(text)
        found = matches(clean, r"\bwaitFor\w*\s*\(|\bQEventLoop\b|\bprocessEvents\s*\(", "waits or runs a nested event loop")
        if path.startswith(("ui/", "app/")):
            found += matches(clean, r"(\w+)\s*(?:\.|->)\s*exec\s*\(", "runs a nested event loop; open() or popup() it",
                             lambda match: not re.fullmatch(r"app|application", match[1]))
        return found


# Where text from outside becomes a widget: the only place that may make labels and boxes.
PLAIN_TEXT_HELPER = ("ui/widgets/plain.cpp", "ui/widgets/plain.h")
# The only view that shows a document; it must answer itself what the document asks to load.
BODY_VIEW = ("ui/widgets/body_view.cpp", "ui/widgets/body_view.h")
# Shows the connectors' setup pages, which are compiled in: the one text in Markdown.
SETUP_PAGE = "ui/widgets/setup_page.cpp"


def plain_text(path, text):
    """QLabel, boxes and tips turn <b>x</b> in a name into markup: they come from plain.h, which prevents it."""
    if is_source(path, "ui/", "app/"):
        clean = tree.code(text)
        if path == SETUP_PAGE:
            clean = re.sub(r"\bsetMarkdown\s*\([^;]*MarkdownNoHTML\)", "", clean)
        found = matches(clean, r"\bsetHtml\s*\(|\binsertHtml\s*\(|\bsetMarkdown\s*\(|Qt::(RichText|AutoText|MarkdownText)\b"
                        r"|\bsetOpenExternalLinks\s*\(\s*(?!false\s*\))", "shows markup or follows links")
        if path not in BODY_VIEW:
            found += matches(clean, r"\bQTextBrowser\b", "a message is shown by BodyView only")
        elif path.endswith(".h") and not re.search(r"\bloadResource\s*\([^;]*\boverride\b", clean):
            found.append((1, "does not override loadResource: Qt would read local files"))
        if path not in PLAIN_TEXT_HELPER:
            found += matches(clean, r"\bnew\s+(QLabel|QMessageBox|QErrorMessage)\b|\bQMessageBox\s*(::|\w+\s*[({;])"
                             r"|\bQLabel\s+\w+\s*[({;]|\bsetWhatsThis\s*\("
                             r"|\b(QToolTip::showText|setToolTip)\s*\((?![^;]*\bplainTip\s*\()",
                             "use the makers of ui/widgets/plain.h, which show text as text")
        return found


def pragma_once(path, text):
    if is_source(path) and path.endswith(".h") and not text.startswith("#pragma once\n"):
        return [(1, "the first line of a header is #pragma once")]


# Written in two parts, so that this list does not break its own rules.
REGISTRIES = [host + ending for host, ending in (
    ("registry.npmjs", ".org"), ("registry.yarnpkg", ".com"), ("pypi", ".org"), ("pythonhosted", ".org"),
    ("crates", ".io"), ("rubygems", ".org"), ("proxy.golang", ".org"), ("deb.debian", ".org"), ("repo1.maven", ".org"),
    ("conan", ".io/center"), ("ghcr", ".io"), ("docker", ".io"), ("quay", ".io"),
)]
TOOLS = [start + ending for start, ending in (
    ("cla", "ude"), ("anthro", "pic"), ("copi", "lot"), ("chat", "gpt"), ("sub", "agent"), ("co-authored", "-by"),
)]


def registries(path, text):
    return matches(text.lower(), "|".join(map(re.escape, REGISTRIES)), "names a package registry: use its client's setting")


def tools(path, text):
    if not path.startswith("connectors/ai/"):
        return matches(text.lower(), "|".join(TOOLS), "names a tool that is no part of the project")


def paths(path, text):
    """The project is whole without what lies around it; only the vendors' material, when there, is read from beside it."""
    if path.endswith((".eml", ".mbox", ".json", ".txt", ".md")):
        return None
    found = matches(text, r"(?<![\w.$}/])/(home|root|work|Users)/\w+", "a path of one machine")
    if path != "tests/CMakeLists.txt":
        found += matches(text, r"\.\./" + "shared", "a path outside the repository")
    if is_source(path):
        found += matches(text, r'#\s*include\s+"\.\./', "an include that climbs")
    return found


def private_keys(path, text):
    return matches(text, r"-----BEGIN [A-Z ]*PRIVATE" + " KEY-----", "a private key: tests make theirs when they run")


RULES = {
    function.__name__: function
    for function in (coroutines, singletons, sql_in_the_store, facades, file_length, nested_loops, plain_text, pragma_once,
                     registries, tools, paths, private_keys)
}


CONNECTOR_MOST = 250
# Folders that are longer, each with its own limit: they may shrink and must not grow.
CONNECTOR_LONGER = {
    "connectors/chat/dingtalk_stream": 352,
    "connectors/chat/evolution": 724,  # asked, a socket of another protocol's frames, called, and paired
    "connectors/chat/feishu_long": 424,
    "connectors/chat/file": 2700,  # no chat: the formats of many programs' exports, each a reader of its own
    "connectors/chat/mail": 2263,  # no chat over HTTP: IMAP, SMTP and their sign-ins, written by hand
    "connectors/chat/slack": 474,
    "connectors/chat/wecom_bot": 353,
    "connectors/chat/whatsapp_cloud": 254,
}


def connector_length(files):
    """Targets and channels are tables of declared facts: what makes their folders long is missing in the kit."""
    lines = {}
    for path, text in files:
        folder = re.match(r"connectors/(crm|chat)/[^/]+(?=/)", path)
        if folder and path.endswith(tree.SOURCES):
            lines[folder[0]] = lines.get(folder[0], 0) + text.count("\n")
    limits = {folder: CONNECTOR_LONGER.get(folder, CONNECTOR_MOST) for folder in lines}
    return [(folder, f"{count} lines of code; {limits[folder]} is the limit: extend connectors/kit")
            for folder, count in sorted(lines.items()) if count > limits[folder]]


# Of all files together: [(path, text)...] -> [(place, sentence)].
WHOLE_RULES = {"connector_length": connector_length}


def check(root, name):
    found, read, whole = [], 0, []
    for path in tree.files(root):
        text = tree.read(root, path)
        if text is not None:
            read += 1
            whole.append((path, text))
            if name in RULES:
                found += [f"{path}:{line}: {sentence}" for line, sentence in RULES[name](path, text) or []]
    if name in WHOLE_RULES:
        found += [f"{place}: {sentence}" for place, sentence in WHOLE_RULES[name](whole)]
    if read < 50:
        found.append(f"only {read} files were read: is {root} the project?")
    return found


if __name__ == "__main__":
    complaints = check(sys.argv[1], sys.argv[2])
    print("\n".join(complaints) if complaints else "nothing breaks this rule")
    sys.exit(1 if complaints else 0)
