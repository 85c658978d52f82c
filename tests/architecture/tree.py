"""The files of the project, and C++ text without comments and strings."""

import os
import re
import subprocess

SOURCES = (".h", ".cpp")
_TOKENS = re.compile(
    r"""(?P<raw>R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)")|(?P<string>"(?:\\.|[^"\\\n])*")"""
    r"""|(?P<char>(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+')|(?P<line>//[^\n]*)|(?P<block>/\*.*?\*/)""",
    re.S,
)


def files(root):
    """Paths below root, as git knows them (tracked or new, not ignored); without git, everything but build folders."""
    try:
        listed = subprocess.run(
            ["git", "-C", root, "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            check=True, capture_output=True,
        ).stdout.decode()
        found = [path for path in listed.split("\0") if path and os.path.isfile(os.path.join(root, path))]
    except (OSError, subprocess.CalledProcessError):
        found = []
        for folder, folders, names in os.walk(root):
            folders[:] = [name for name in folders if name not in ("build", "out", ".git", ".cache", "__pycache__")]
            found += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return sorted(set(found))


def read(root, path):
    """The text of a file, or None when it is not text."""
    with open(os.path.join(root, path), "rb") as file:
        data = file.read()
    return None if b"\0" in data else data.decode("utf-8", errors="replace")


def code(text):
    """C++ text with comments, strings and characters blanked out; every line keeps its number."""

    def blank(match):
        kept = '"' if match["string"] or match["raw"] else ""
        return kept + re.sub(r"[^\n]", " ", match[0])[len(kept) * 2:] + kept

    includes = {}
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if re.match(r"\s*#\s*include\b", line):
            includes[number] = line
            lines[number] = ""
    result = _TOKENS.sub(blank, "\n".join(lines)).split("\n")
    for number, line in includes.items():
        result[number] = line
    return "\n".join(result)


def line_of(text, position):
    return text.count("\n", 0, position) + 1
