# Reads the folders below chat/, crm/ and ai/ and generates the catalog, so that adding a connector touches one folder:
#   <kind>/<id>/<id>.cpp   defines `ChatConnectorInfo chat_<id>(...)`, `CrmConnectorInfo crm_<id>(...)` or
#                          `ModelConnectorInfo ai_<id>(...)`; a folder without it is not in the catalog yet
#   <kind>/<id>/<id>.svg, setup.md   are compiled in as :/connectors/<id>/<id>.svg and :/connectors/<id>/setup.md

file(GLOB connector_entries CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} chat/*/*.cpp crm/*/*.cpp
    ai/*/*.cpp)
file(GLOB connector_assets CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} chat/*/*.svg chat/*/setup.md
    crm/*/*.svg crm/*/setup.md ai/*/*.svg ai/*/setup.md)

set(CONNECTOR_DECLARATIONS "")
set(CONNECTOR_CALLS "")
set(connector_ids "")
foreach(entry IN LISTS connector_entries)
    string(REGEX MATCH "^(chat|crm|ai)/([^/]+)/([^/]+)\\.cpp$" matched "${entry}")
    set(kind "${CMAKE_MATCH_1}")
    set(id "${CMAKE_MATCH_2}")
    if(NOT id STREQUAL CMAKE_MATCH_3)
        continue() # a helper file of the connector
    endif()
    if(NOT id MATCHES "^[a-z][a-z0-9_]*$")
        message(FATAL_ERROR "connectors/${kind}/${id}: a connector's folder is named in lower case letters, digits and _")
    endif()
    if(id IN_LIST connector_ids)
        message(FATAL_ERROR "connectors: \"${id}\" is there twice; an id names one connector")
    endif()
    list(APPEND connector_ids ${id})
    if(kind STREQUAL "chat")
        string(APPEND CONNECTOR_DECLARATIONS "ChatConnectorInfo chat_${id}(const ConnectorServices &services);\n")
        string(APPEND CONNECTOR_CALLS "    if (isWanted(\"${id}\"))\n        catalog.chats.push_back(chat_${id}(services));\n")
    elseif(kind STREQUAL "ai")
        string(APPEND CONNECTOR_DECLARATIONS "ModelConnectorInfo ai_${id}(const ConnectorServices &services);\n")
        string(APPEND CONNECTOR_CALLS "    if (isWanted(\"${id}\"))\n        catalog.models.push_back(ai_${id}(services));\n")
    else()
        string(APPEND CONNECTOR_DECLARATIONS "CrmConnectorInfo crm_${id}(const ConnectorServices &services);\n")
        string(APPEND CONNECTOR_CALLS "    if (isWanted(\"${id}\"))\n        catalog.crms.push_back(crm_${id}(services));\n")
    endif()
endforeach()

configure_file(${CMAKE_CURRENT_LIST_DIR}/catalog.cpp.in ${CMAKE_CURRENT_BINARY_DIR}/catalog.cpp @ONLY)
target_sources(patchbay_connectors PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/catalog.cpp)

set(connector_files "")
foreach(asset IN LISTS connector_assets)
    string(REGEX MATCH "^(chat|crm|ai)/([^/]+)/([^/]+)$" matched "${asset}")
    set(id "${CMAKE_MATCH_2}")
    set(name "${CMAKE_MATCH_3}")
    if(NOT name STREQUAL "setup.md" AND NOT name STREQUAL "${id}.svg")
        continue()
    endif()
    set_source_files_properties(${asset} PROPERTIES QT_RESOURCE_ALIAS "${id}/${name}")
    list(APPEND connector_files ${asset})
endforeach()
if(connector_files)
    qt_add_resources(patchbay_connectors patchbay_connector_files PREFIX /connectors FILES ${connector_files})
endif()
