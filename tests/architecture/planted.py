#!/usr/bin/env python3
"""A rule that cannot fail is no rule: plants a violation for each and looks whether it is caught, and something innocent
that must not be.

    planted.py RULE...      the rules that CMakeLists.txt runs; all of rules.py must be among them
"""

import sys

import layers
import rules

# rule: ([(path, text that breaks it)...], [(path, innocent text)...])
RULES = {
    "coroutines": (
        [
            ("core/net/a.cpp", "auto r = co_await send(Request{url});"),
            ("core/net/a.cpp", "auto r = co_await send(url,\n    {1, 2});"),
            ("core/net/a.cpp", "co_await run([this](int x) { return x; });"),
            ("core/net/a.cpp", "co_await run([=] { return 1; });"),
            ("tests/net/a.cpp", "if (!co_await ready()) {"),
        ],
        [
            ("core/net/a.cpp", "const Request request{url};\nauto r = co_await send(request);\nif (!r) {\n}"),
            ("core/async/async.h", "auto operator co_await() noexcept\n{\n    return 1;\n}"),
            ("core/net/a.cpp", "// co_await send(Request{url});\nauto s = \"co_await f({\";"),
        ],
    ),
    "singletons": (
        [("core/net/a.cpp", "Log::instance().write();"), ("core/net/a.h", "static Log &instance();"),
         ("app/a.cpp", "QCoreApplication::instance()->quit();")],
        [("core/net/a.cpp", "// no Log::instance() here\nint instances = 1;"), ("tests/a.cpp", "Log::instance();")],
    ),
    "sql_in_the_store": (
        [("core/engine/a.cpp", "#include <QtSql/QSqlQuery>"), ("core/store/a.h", "#include <QtSql/QSqlQuery>"),
         ("ui/models/a.cpp", "#include <QSqlQuery>")],
        [("core/store/a.cpp", "#include <QtSql/QSqlQuery>"), ("core/store/a.h", "class QSqlQuery;")],
    ),
    "facades": (
        [("core/base/json.h", "#include <nlohmann/json.hpp>"), ("core/net/a.cpp", "#include <spdlog/spdlog.h>"),
         ("tests/base/a.cpp", "#include <nlohmann/json.hpp>")],
        [("core/base/json.cpp", "#include <nlohmann/json.hpp>"), ("core/net/a.cpp", "// spdlog/spdlog.h")],
    ),
    "file_length": (
        [("core/net/a.cpp", "\n" * 401), ("tests/net/a.h", "x\n" * 500)],
        [("core/net/a.cpp", "\n" * 400), ("docs/long.md", "\n" * 900)],
    ),
    "nested_loops": (
        [("core/net/a.cpp", "socket.waitForReadyRead(10);"), ("app/a.cpp", "QEventLoop loop;"),
         ("ui/widgets/a.cpp", "dialog.exec();"), ("ui/widgets/a.cpp", "menu->exec(point);"),
         ("ui/widgets/a.cpp", "QCoreApplication::processEvents();")],
        [("tests/net/a.cpp", "socket.waitForReadyRead(10);"), ("app/ctl/main.cpp", "return application.exec();"),
         ("core/store/a.cpp", "query.exec();"), ("ui/widgets/a.cpp", "dialog.open(); // never exec()")],
    ),
    "plain_text": (
        [("ui/widgets/a.cpp", "auto *l = new QLabel(name, this);"), ("ui/widgets/a.cpp", "QLabel label(name);"),
         ("ui/widgets/a.cpp", "QMessageBox::warning(this, a, b);"), ("ui/widgets/a.cpp", "QMessageBox box(this);"),
         ("app/console/a.cpp", "view.setHtml(text);"), ("ui/widgets/plain.cpp", "label->setTextFormat(Qt::RichText);"),
         ("ui/widgets/a.cpp", "button->setToolTip(name);"), ("ui/widgets/a.cpp", "QToolTip::showText(pos, name, view);"),
         ("ui/widgets/a.h", "class A : public QTextBrowser {"), ("ui/widgets/body_view.cpp", "setOpenExternalLinks(true);"),
         ("ui/widgets/body_view.h", "class BodyView : public QTextBrowser {\n};")],
        [("ui/widgets/plain.cpp", "auto *l = new QLabel(parent);"), ("ui/widgets/a.h", "QLabel *m_name = nullptr;"),
         ("ui/widgets/a.cpp", "auto *l = plainLabel(name, \"title\", this); // not new QLabel(name)"),
         ("ui/widgets/a.cpp", "QToolTip::showText(pos, plainTip(lines.join(x)), view);"),
         ("ui/widgets/body_view.cpp", "setOpenExternalLinks(false);"),
         ("ui/widgets/body_view.h", "class B : QTextBrowser {\n  QVariant loadResource(int, const QUrl &) override;\n};")],
    ),
    "pragma_once": (
        [("core/net/a.h", "// words\n#pragma once\n"), ("core/net/a.h", "#ifndef A_H\n#define A_H\n#endif\n")],
        [("core/net/a.h", "#pragma once\n\nint a;\n"), ("core/net/a.cpp", "int a;\n")],
    ),
    "registries": (
        [("docs/a.md", "https://" + rules.REGISTRIES[0] + "/x"), ("packaging/a.sh", "index=" + rules.REGISTRIES[2].upper())],
        [("docs/a.md", "https://example.org/")],
    ),
    "tools": (
        [("docs/a.md", "made with " + rules.TOOLS[0].title()), ("core/a.cpp", "// " + rules.TOOLS[4])],
        [("connectors/ai/x/x.cpp", rules.TOOLS[1]), ("core/a.cpp", "class ImapSession;")],
    ),
    "paths": (
        [("packaging/a.sh", "cp /" + "home/someone/x ."), ("core/a.cpp", 'open("/' + 'work/x")'),
         ("tests/net/a.cpp", "../" + "shared/data"), ("core/a.cpp", '#include "../b.h"')],
        [("packaging/a.sh", "ls /usr/lib/postgresql $HOME/work/x"), ("tests/CMakeLists.txt", "../" + "shared")],
    ),
    "private_keys": (
        [("tests/a.pem", "-----BEGIN RSA PRIVATE" + " KEY-----")],
        [("tests/a.pem", "-----BEGIN CERTIFICATE-----")],
    ),
}

LAYERS = (
    [
        ("core/base/a.h", '#include "core/model/message.h"'),
        ("core/model/a.h", '#include "core/async/async.h"'),
        ("core/net/a.h", '#include "core/model/message.h"'),
        ("core/store/a.cpp", '#include "core/net/request.h"'),
        ("core/engine/a.cpp", '#include "core/net/request.h"'),
        ("core/engine/a.cpp", '#include "connectors/kit/services.h"'),
        ("connectors/kit/a.h", '#include "core/store/store.h"'),
        ("connectors/chat/mail/a.cpp", '  #  include "core/engine/intake.h"'),
        ("connectors/chat/mail/a.cpp", '#include "ui/models/list.h"'),
        ("connectors/chat/mail/a.cpp", '#include "connectors/chat/file/file.h"'),
        ("connectors/crm/redmine/a.cpp", '#include "connectors/chat/mail/a.h"'),
        ("ui/models/a.h", '#include "ui/widgets/plain.h"'),
        ("ui/models/a.h", "#include <QtWidgets/QWidget>"),
        ("ui/models/a.h", "#include <QtSql/QSqlQuery>"),
        ("ui/widgets/a.h", '#include "app/application.h"'),
        ("ui/widgets/a.cpp", "#include <QtNetwork/QTcpSocket>"),
        ("core/engine/a.h", "#include <QtGui/QColor>"),
        ("core/net/a.cpp", '#include "request.h"'),
        ("core/extra/a.h", "int x;"),
    ],
    [
        ("core/engine/a.cpp", '#include "core/store/store.h"\n#include "core/base/result.h"'),
        ("connectors/kit/a.h", '#include "core/net/request.h"\n#include <QtNetwork/QSslSocket>'),
        ("connectors/chat/mail/a.cpp", '#include "connectors/chat/mail/b.h"\n#include "core/mail/mail.h"\n#include "a.moc"'),
        ("ui/widgets/a.cpp", '#include "core/model/message.h"\n#include <QtGui/QColor>\n// #include "app/x.h"'),
        ("app/a.cpp", '#include "ui/widgets/plain.h"'),
    ],
)

# rule of all files together: ([files that break it...], [innocent files...])
WHOLE_RULES = {
    "connector_length": (
        [
            [("connectors/crm/a/a.cpp", "x\n" * 251)],
            [("connectors/crm/a/a.cpp", "x\n" * 200), ("connectors/crm/a/a_text.cpp", "x\n" * 30),
             ("connectors/crm/a/a_text.h", "x\n" * 21)],
            [("connectors/crm/a/a.cpp", "x\n" * 9), ("connectors/crm/b/deep/b.h", "x\n" * 251)],
            [("connectors/chat/a/a.cpp", "x\n" * 251)],
            [("connectors/chat/mail/a.cpp", "x\n" * 9000)],
        ],
        [
            [("connectors/crm/a/a.cpp", "x\n" * 250), ("connectors/crm/b/b.cpp", "x\n" * 250)],
            [("connectors/crm/a/setup.md", "x\n" * 900), ("connectors/crm/a/fixtures/create.json", "x\n" * 900)],
            [("connectors/kit/a.cpp", "x\n" * 300), ("connectors/ai/a/a.cpp", "x\n" * 300)],
            [("connectors/chat/a/a.cpp", "x\n" * 250), ("connectors/chat/mail/a.cpp", "x\n" * 400)],
        ],
    ),
}


def main(run_by_cmake):
    bad = []
    for name, function in rules.WHOLE_RULES.items():
        broken, innocent = WHOLE_RULES.get(name, ([], []))
        if not broken or not innocent:
            bad.append(f"{name}: nothing is planted for it")
        bad += [f"{name} does not catch {files[0][0]}" for files in broken if not function(files)]
        bad += [f"{name} complains about {files[0][0]}" for files in innocent if function(files)]
        if name not in run_by_cmake:
            bad.append(f"{name} is not run: add it to CMakeLists.txt")
    for name, function in rules.RULES.items():
        broken, innocent = RULES.get(name, ([], []))
        if not broken or not innocent:
            bad.append(f"{name}: nothing is planted for it")
        bad += [f"{name} does not catch {text[:60]!r} in {path}" for path, text in broken if not function(path, text)]
        bad += [f"{name} complains about {text[:60]!r} in {path}" for path, text in innocent if function(path, text)]
        if name not in run_by_cmake:
            bad.append(f"{name} is not run: add it to CMakeLists.txt")
    broken, innocent = LAYERS
    bad += [f"layers: {text!r} in {path} is not caught" for path, text in broken if not list(layers.problems(path, text))]
    bad += [f"layers: {text!r} in {path} is refused" for path, text in innocent if list(layers.problems(path, text))]
    if not layers.check("/nowhere", []) or not rules.check("/nowhere", "tools"):
        bad.append("a check of an empty folder is content")
    print("\n".join(bad) if bad else "every rule catches what is planted for it")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
