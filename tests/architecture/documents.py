#!/usr/bin/env python3
"""Whether README.md and docs/ tell the truth where a program can tell: documents.py ROOT PATCHBAYCTL."""

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile

import layers
import tree

GLOBAL_OPTIONS_WITH_VALUE = ("--workspace", "--secrets")


def link_problems(root, path, text):
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if not re.match(r"[a-z]+:", target) and not os.path.exists(os.path.join(root, os.path.dirname(path), target)):
            yield f"{path}: the link {target} leads nowhere"


def layer_problems(root, text):
    """The table of docs/architecture.md against that of layers.py and the folders that are there."""
    told = {}
    for name, sees in re.findall(r"^\| ((?:core|connectors|ui)/\w+|app) \| ([^|]+?) \|", text, re.M):
        told[name] = sorted([] if sees == "-" else sees.split(", "))
    there = {layer for layer in layers.SEES if os.path.isdir(os.path.join(root, layer))}
    for layer in sorted(there | set(told) - {"app"}):
        if layer not in told:
            yield f"docs/architecture.md: has no row for {layer}"
        elif layer not in there:
            yield f"docs/architecture.md: {layer} is no folder or no layer"
        elif told[layer] != sorted(layers.SEES[layer]):
            yield f"docs/architecture.md: {layer} sees {layers.SEES[layer]}, not {told[layer]}"


def script_problems(root, path, text):
    for script in sorted(set(re.findall(r"(?<![\w/])((?:packaging|\.ci)/[\w./]*\w)", text))):
        if not os.path.exists(os.path.join(root, script)):
            yield f"{path}: there is no {script}"


def preset_problems(path, text, presets):
    for preset in sorted(set(re.findall(r"--preset (\w+)", text))):
        if f'"{preset}"' not in presets:
            yield f"{path}: there is no preset {preset}"


def command_problems(path, text, ask):
    """Each patchbayctl line of a document must name a command, and options that its help names."""
    overview = ask([])
    commands = set(re.findall(r"^  ([a-z]+(?: [a-z]+)?)(?= |$)", overview, re.M))
    for line in re.findall(r"^patchbayctl (.+)$", text, re.M):
        words, named = shlex.split(line, comments=True), []
        options = [word.split("=")[0] for word in words if word.startswith("--")]
        for index, word in enumerate(words):
            if not word.startswith("--") and (index == 0 or words[index - 1] not in GLOBAL_OPTIONS_WITH_VALUE):
                named.append(word)
        match = next((" ".join(named[:size]) for size in (2, 1) if " ".join(named[:size]) in commands), None)
        if not match:
            yield f"{path}: patchbayctl has no command for: {line}"
            continue
        known = ask(match.split()) + overview
        for option in options:
            if not re.search(re.escape(option) + r"\b", known):
                yield f"{path}: patchbayctl {match} has no {option}"


def setting_problems(path, text, refusal):
    """A channel or target is added as the document says: what is required and left out would be refused."""
    for line in re.findall(r"^patchbayctl (.+)$", text, re.M):
        words = shlex.split(line, comments=True)
        while words and words[0] in GLOBAL_OPTIONS_WITH_VALUE:
            words = words[2:]
        if words[:2] in (["channels", "add"], ["targets", "add"]):  # a route needs targets that are there
            sentence = refusal(words)
            if sentence:
                yield f"{path}: \"{line}\" is refused: {sentence}"


def target_row(one):
    """The row of docs/targets.md for a connector of `targets connectors --json`."""
    contract = one["contract"] or "-"
    if one["contract_date"]:
        contract += ", " + one["contract_date"]
    stands = "built in" if one["id"] == "local" else "verified" if one["verified"] else "unverified"
    return f"| `{one['id']}` | {one['title']} | {', '.join(one['objects']) or '-'} | {one['class']} | {one['files']} | {contract} | {stands} |"


def target_problems(text, connectors):
    told = {line for line in text.splitlines() if line.startswith("| `")}
    there = {target_row(one) for one in connectors}
    for row in sorted(there - told):
        yield f"docs/targets.md: lacks {row}"
    for row in sorted(told - there):
        yield f"docs/targets.md: the program does not say {row}"


def self_test():
    """What each check must catch."""
    def ask(words):
        return "patchbayctl [--workspace X] COMMAND\n  init [--sample]\n      x\n  channels add NAME\n" if not words else "--sample"

    caught = [
        link_problems("/", "README.md", "[x](no/such/file.md)"),
        layer_problems("/nowhere", "| core/base | core/net | x |\n"),
        script_problems("/nowhere", "README.md", "packaging/run.sh"),
        preset_problems("README.md", "cmake --preset devv", '"dev"'),
        command_problems("README.md", "patchbayctl --workspace X channels remove y", ask),
        command_problems("README.md", "patchbayctl init --simple", ask),
        setting_problems("README.md", "patchbayctl --workspace X channels add mail --name M", " ".join),
        target_problems("", [dict(id="x", title="X", objects=[], contract="", contract_date="", verified=False, files="-") | {"class": "D"}]),
        target_problems("| `x` | X |", []),
    ]
    for number, problems in enumerate(caught):
        if not list(problems):
            yield f"check {number} of documents.py catches nothing"
    if list(command_problems("README.md", "patchbayctl --workspace X init --sample\n", ask)):
        yield "documents.py complains about a good command"
    if list(setting_problems("README.md", "patchbayctl --workspace X targets add local\npatchbayctl init\n", lambda words: "")):
        yield "documents.py complains about a target that was added"


def check(root, program):
    def ask(words):
        return subprocess.run([program, *words, "--help"], capture_output=True, text=True, timeout=60).stdout

    def refusal(words):
        """What the program says against these words in a new workspace; nothing when it does them."""
        with tempfile.TemporaryDirectory() as folder:
            place = [program, "--workspace", os.path.join(folder, "desk.patchbay"), "--secrets", folder]
            for command in (["init"], words):
                done = subprocess.run([*place, *command], capture_output=True, text=True, timeout=60)
                if done.returncode:
                    return done.stderr.strip() or f"exit status {done.returncode}"
        return ""

    def connectors():
        with tempfile.TemporaryDirectory() as folder:
            place = [program, "--workspace", os.path.join(folder, "desk.patchbay"), "--secrets", folder]
            subprocess.run([*place, "init"], capture_output=True, timeout=60, check=True)
            said = subprocess.run([*place, "--json", "targets", "connectors"], capture_output=True, timeout=60, check=True)
            return json.loads(said.stdout)["connectors"]

    yield from self_test()
    yield from target_problems(tree.read(root, "docs/targets.md"), connectors())
    documents = [path for path in tree.files(root) if re.fullmatch(r"README\.md|docs/[\w-]+\.md", path)]
    presets = tree.read(root, "CMakePresets.json")
    if "README.md" not in documents or "docs/architecture.md" not in documents:
        yield "README.md or docs/architecture.md is missing"
        return
    yield from layer_problems(root, tree.read(root, "docs/architecture.md"))
    for path in documents:
        text = tree.read(root, path)
        yield from link_problems(root, path, text)
        yield from script_problems(root, path, text)
        yield from preset_problems(path, text, presets)
        yield from command_problems(path, text, ask)
        yield from setting_problems(path, text, refusal)


if __name__ == "__main__":
    complaints = list(check(*sys.argv[1:3]))
    print("\n".join(complaints) if complaints else "the documents agree with the tree and the program")
    sys.exit(1 if complaints else 0)
