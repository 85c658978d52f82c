#pragma once

#include "called_channel.h"

namespace patchbay::tests {

/// How Meta calls a channel: WhatsApp Cloud, Messenger and Instagram have this in common.

inline QHash<QString, QString> metaSecrets()
{
    return {{u"app_secret"_s, QString::fromLatin1(callSecret)},
            {u"verify_token"_s, u"made-up-verify"_s},
            {u"access_token"_s, QString::fromLatin1(callToken)}};
}

inline HookRequest metaCall(const QByteArray &body)
{
    const SignatureForm form{"x-hub-signature-256", QCryptographicHash::Sha256, false, "sha256="};
    return postOf(body, {{form.header, signatureOf(body, QString::fromLatin1(callSecret), form)}});
}

/// The look for the address, echoed; with another token, refused.
inline void looksForTheAddress(CalledChannel &desk)
{
    HookRequest look;
    look.method = "GET";
    look.query = {{u"hub.mode"_s, u"subscribe"_s},
                  {u"hub.challenge"_s, u"1158201444"_s},
                  {u"hub.verify_token"_s, u"made-up-verify"_s}};
    const HookReply echo = desk.receive(look);
    QCOMPARE(echo.status, 200);
    QCOMPARE(echo.body, QByteArray("1158201444"));
    for (const QString &other : {u"made-up"_s, u"made-up-verif"_s}) {
        look.query[2].second = other;
        QCOMPARE(desk.receive(look).status, 401);
    }
}

} // namespace patchbay::tests
