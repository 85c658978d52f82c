#!/usr/bin/env python3
"""Reads the texts of ui/ into translations/patchbay_en.ts: the plural forms of English, which is the language of the source.

Run it from the root of the tree after a text with %n was added or changed.
"""
import re
import subprocess
import sys

TS = "translations/patchbay_en.ts"


def singular(text: str) -> str:
    return re.sub(r"\(s\)", "", text.replace("delivery(ies)", "delivery").replace("need(s)", "needs"))


def plural(text: str) -> str:
    return text.replace("delivery(ies)", "deliveries").replace("need(s)", "need").replace("(s)", "s")


def fill(match: re.Match) -> str:
    source = match.group(1)
    forms = "".join(f"\n            <numerusform>{form}</numerusform>" for form in (singular(source), plural(source)))
    return f"<source>{source}</source>{match.group(2)}<translation>{forms}\n        </translation>"


def main() -> int:
    lupdate = sys.argv[1] if len(sys.argv) > 1 else "/usr/lib/qt6/bin/lupdate"
    subprocess.run([lupdate, "-silent", "-no-obsolete", "-locations", "none", "-pluralonly", "-I", ".",
                    "-source-language", "en", "-target-language", "en", "ui", "-ts", TS], check=True)
    with open(TS, encoding="utf-8") as file:
        text = file.read()
    text = re.sub(r'<source>([^<]*)</source>(\s*)<translation type="unfinished">.*?</translation>', fill, text, flags=re.S)
    with open(TS, "w", encoding="utf-8") as file:
        file.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
