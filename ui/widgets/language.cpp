#include "ui/widgets/language.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLocale>
#include <QtCore/QTranslator>
#include <QtCore/QVariant>

namespace patchbay {

void installLanguage(QCoreApplication &application)
{
    const char *const mark = "patchbayLanguage";
    if (application.property(mark).isValid())
        return;
    application.setProperty(mark, true);
    const QString folder = QStringLiteral(":/patchbay/i18n");
    auto *english = new QTranslator(&application);
    if (english->load(folder + QStringLiteral("/patchbay_en.qm")))
        QCoreApplication::installTranslator(english);
    if (QLocale().language() == QLocale::English || QLocale().language() == QLocale::C)
        return;
    auto *own = new QTranslator(&application);
    if (own->load(QLocale(), QStringLiteral("patchbay"), QStringLiteral("_"), folder))
        QCoreApplication::installTranslator(own);
}

} // namespace patchbay
