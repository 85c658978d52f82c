#pragma once

#include <QtCore/QByteArray>

namespace patchbay::tests {

/// A small good pack, each line a place to break.
inline const QByteArray flowerPack =
    "{\n"
    "  \"format\": 1,\n"
    "  \"name\": \"flowers\",\n"
    "  \"title\": \"Flower shop\",\n"
    "  \"categories\": [\n"
    "    {\"name\": \"Bouquets\", \"description\": \"Flowers to order\", \"priority\": \"low\",\n"
    "     \"keywords\": [\"roses\", \"tulips\"]},\n"
    "    {\"name\": \"Funerals\", \"description\": \"Wreaths\", \"priority\": \"high\", \"keywords\": [\"wreath\"]}\n"
    "  ],\n"
    "  \"rules\": {\"rules\": [\n"
    "    {\"name\": \"Funerals first\", \"when\": {\"field\": \"category\", \"is\": \"Funerals\"},\n"
    "     \"then\": [{\"set_priority\": \"urgent\"}]}\n"
    "  ], \"default_route\": \"Tasks\"},\n"
    "  \"replies\": [\n"
    "    {\"title\": \"Thanks\", \"category\": \"Bouquets\", \"language\": \"en\", \"text\": \"Dear {{contact.name}}, "
    "thank you.\"}\n"
    "  ],\n"
    "  \"business_rules\": [\n"
    "    {\"title\": \"Mothering Sunday\", \"category\": \"Bouquets\", \"text\": \"Orders until Friday noon.\",\n"
    "     \"valid_from\": \"2027-05-01\", \"valid_until\": \"2027-05-09\"}\n"
    "  ]\n"
    "}\n";

} // namespace patchbay::tests
