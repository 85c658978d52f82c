#!/usr/bin/env python3
"""Builds a catalog with one more folder in it and nothing else touched: one_folder.py ROOT LIBRARY..."""

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
file(GLOB sources crm/*/*.cpp)
add_library(patchbay_connectors STATIC ${sources})
target_include_directories(patchbay_connectors PUBLIC @ROOT@)
target_link_libraries(patchbay_connectors PUBLIC -Wl,--start-group @LIBRARIES@ -Wl,--end-group PkgConfig::MAIL
    spdlog::spdlog Qt6::Core Qt6::Network Qt6::WebSockets OpenSSL::Crypto)
include(@ROOT@/connectors/collect.cmake)
add_executable(show show.cpp)
target_link_libraries(show PRIVATE patchbay_connectors)
"""

CONNECTOR = """#include "connectors/kit/crm_spec.h"
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

SHOW = """#include "connectors/kit/services.h"

#include <cstdio>

int main()
{
    for (const patchbay::CrmConnectorInfo &crm : patchbay::makeCatalog({}).crms)
        std::printf("%s, %s, %d fields: %s", qPrintable(crm.id), qPrintable(crm.title), int(crm.form.size()),
                    qPrintable(crm.setupHelp));
}
"""

SAYS = "planted, Planted, 5 fields: How to plant it.\n"


def run(words, folder):
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=500)
    if done.returncode:
        sys.exit(f"{' '.join(words)}\n{done.stdout}{done.stderr}")
    return done.stdout


def main(root, libraries):
    with tempfile.TemporaryDirectory() as folder:
        planted = os.path.join(folder, "crm", "planted")
        os.makedirs(planted)
        project = PROJECT.replace("@ROOT@", root).replace("@LIBRARIES@", " ".join(libraries))
        for path, text in (
            (os.path.join(folder, "CMakeLists.txt"), project),
            (os.path.join(folder, "show.cpp"), SHOW),
            (os.path.join(planted, "planted.cpp"), CONNECTOR),
            (os.path.join(planted, "planted.svg"), "<svg xmlns='http://www.w3.org/2000/svg'/>"),
            (os.path.join(planted, "setup.md"), "How to plant it.\n"),
        ):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        run(["cmake", "-G", "Ninja", "-S", ".", "-B", "build"], folder)
        run(["ninja", "-C", "build"], folder)
        said = run(["build/show"], folder)
    print(said if said == SAYS else f"the catalog has not what was planted: {said}")
    return 0 if said == SAYS else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
