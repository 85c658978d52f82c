#!/usr/bin/env python3
"""Builds a catalog with a new target and a new channel in it, nothing but their folders touched:
one_folder.py ROOT LIBRARY..."""

import os
import subprocess
import sys
import tempfile

PROJECT = """cmake_minimum_required(VERSION 3.22)
project(one_folder CXX)
set(CMAKE_CXX_STANDARD 20)
find_package(Qt6 REQUIRED COMPONENTS Core Network WebSockets)
find_package(OpenSSL REQUIRED)
find_package(spdlog REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(MAIL REQUIRED IMPORTED_TARGET gmime-3.0 gumbo)
file(GLOB sources chat/*/*.cpp crm/*/*.cpp)
add_library(patchbay_connectors STATIC ${sources})
target_include_directories(patchbay_connectors PUBLIC @ROOT@)
target_link_libraries(patchbay_connectors PUBLIC -Wl,--start-group @LIBRARIES@ -Wl,--end-group PkgConfig::MAIL
    spdlog::spdlog Qt6::Core Qt6::Network Qt6::WebSockets OpenSSL::Crypto)
include(@ROOT@/connectors/collect.cmake)
add_executable(show show.cpp)
target_link_libraries(show PRIVATE patchbay_connectors)
"""

TARGET = """#include "connectors/kit/crm_spec.h"
#include "connectors/kit/form_fields.h"

namespace patchbay {

static CrmSpec plantedSpec()
{
    CrmSpec spec;
    spec.id = QStringLiteral("planted");
    spec.title = QStringLiteral("Planted");
    spec.form = {secretField("token", "Token", true), apiAddressField("https://planted.example")};
    return spec;
}

CrmConnectorInfo crm_planted(const ConnectorServices &services) { return makeCrmInfo<&plantedSpec>(services); }

} // namespace patchbay
"""

CHANNEL = """#include "connectors/kit/chat_calls.h"
#include "connectors/kit/form_fields.h"

namespace patchbay {

static Result<InboundMessage> readSprout(const RawItem &item, const AccountConfig &)
{
    JsonReader in = JsonReader::parse(item.raw, QStringLiteral("message"));
    InboundMessage message;
    message.dedupeKey = item.sourceKey;
    setChatText(message, in.text(QStringLiteral("/text")));
    return in.finish(message);
}

static ChatSpec sproutSpec()
{
    ChatSpec spec;
    spec.id = QStringLiteral("sprout");
    spec.title = QStringLiteral("Sprout");
    spec.form = {secretField("token", "Token", true), apiAddressField("https://sprout.example")};
    spec.me = {&chatGet<"/me">, &readWho<"/id", "{/name}">};
    spec.parse = &readSprout;
    return spec;
}

ChatConnectorInfo chat_sprout(const ConnectorServices &services) { return makeChatInfo<&sproutSpec>(services); }

} // namespace patchbay
"""

SHOW = """#include "connectors/kit/services.h"

#include <cstdio>

int main()
{
    const patchbay::Catalog catalog = patchbay::makeCatalog({});
    for (const patchbay::CrmConnectorInfo &crm : catalog.crms)
        std::printf("%s, %s, %d fields: %s", qPrintable(crm.id), qPrintable(crm.title), int(crm.form.size()),
                    qPrintable(crm.setupHelp));
    for (const patchbay::ChatConnectorInfo &chat : catalog.chats) {
        patchbay::RawItem item;
        item.raw = "{\\"text\\": \\"It grows.\\"}";
        const patchbay::Result<patchbay::InboundMessage> read = chat.parse(item, {});
        std::printf("%s, %s, %d fields, reads \\"%s\\": %s", qPrintable(chat.id), qPrintable(chat.title),
                    int(chat.form.size()), read ? qPrintable(read->text) : "nothing", qPrintable(chat.setupHelp));
    }
}
"""

SAYS = """planted, Planted, 5 fields: How to plant it.
sprout, Sprout, 4 fields, reads "It grows.": How it sprouts.
"""

FOLDERS = {
    "crm/planted": (TARGET, "How to plant it.\n"),
    "chat/sprout": (CHANNEL, "How it sprouts.\n"),
}


def run(words, folder):
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=500)
    if done.returncode:
        sys.exit(f"{' '.join(words)}\n{done.stdout}{done.stderr}")
    return done.stdout


def write(folder, path, text):
    path = os.path.join(folder, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def main(root, libraries):
    with tempfile.TemporaryDirectory() as folder:
        project = PROJECT.replace("@ROOT@", root).replace("@LIBRARIES@", " ".join(libraries))
        write(folder, "CMakeLists.txt", project)
        write(folder, "show.cpp", SHOW)
        for place, (code, setup) in FOLDERS.items():
            name = os.path.basename(place)
            write(folder, f"{place}/{name}.cpp", code)
            write(folder, f"{place}/{name}.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
            write(folder, f"{place}/setup.md", setup)
        run(["cmake", "-G", "Ninja", "-S", ".", "-B", "build"], folder)
        run(["ninja", "-C", "build"], folder)
        said = run(["build/show"], folder)
    print(said if said == SAYS else f"the catalog has not what was planted: {said}")
    return 0 if said == SAYS else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
