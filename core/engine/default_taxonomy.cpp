#include "core/engine/default_taxonomy.h"

namespace patchbay {

namespace {

struct TaxonomySeed {
    const char16_t *name;
    const char16_t *description;
    Priority priority;
    const char16_t *words; // separated by ", ": English, Russian, Portuguese, Chinese, German
};

constexpr TaxonomySeed taxonomySeeds[] = {
    {u"Billing", u"Invoices, payments, charges, prices of a contract, taxes", Priority::Normal,
     u"invoice, bill, payment, pay, charged, charged twice, double charge, overcharged, credit card, card declined, "
     u"payment failed, receipt, vat, tax, subscription fee, direct debit, bank transfer, billing address, amount due, "
     u"withdrawal, bank statement, "
     u"overdue, price on the invoice, debited, "
     u"счёт, счет-фактура, оплата, оплатить, платёж, платеж не прошёл, списали деньги, списали дважды, двойное "
     u"списание, карта, банковская карта, чек, ндс, квитанция, реквизиты, задолженность, "
     u"fatura, nota fiscal, pagamento, pagar, cobrança, cobrado duas vezes, cobrança duplicada, cartão de crédito, "
     u"cartão recusado, boleto, recibo, imposto, débito, mensalidade, pix, "
     u"发票, 账单, 付款, 支付, 支付失败, 扣款, 重复扣款, 多扣, 信用卡, 收据, 税, 费用, 转账, 开票, 扣了两次, "
     u"rechnung, zahlung, bezahlen, bezahlt, abgebucht, doppelt abgebucht, abbuchung, lastschrift, kreditkarte, "
     u"karte abgelehnt, quittung, mehrwertsteuer, überweisung, mahnung, rechnungsbetrag, zahlungsart"},
    {u"Delivery", u"Where a parcel is, when it arrives, late, lost or misdelivered shipments", Priority::Normal,
     u"delivery, shipping, shipment, parcel, package, tracking, tracking number, courier, where is my order, not "
     u"arrived, "
     u"has not arrived, never arrived, late delivery, delayed, lost in transit, delivered to neighbour, delivery date, "
     u"dispatched, still waiting for my order, when will it arrive, shipped, "
     u"доставка, посылка, курьер, трек-номер, отслеживание, где мой заказ, заказ не пришёл, не доставили, задержка "
     u"доставки, отправление, когда придёт заказ, почта, пункт выдачи, не привезли, "
     u"entrega, envio, encomenda, pacote, rastreamento, código de rastreio, transportadora, correios, onde está meu "
     u"pedido, não chegou, atrasado, atraso na entrega, prazo de entrega, quando chega, extraviado, "
     u"快递, 物流, 配送, 发货, 送货, 包裹, 运单号, 还没收到, 没收到货, 什么时候到, 什么时候发货, 快递员, 派送, 丢件, "
     u"延误, "
     u"lieferung, versand, paket, sendung, sendungsnummer, sendungsverfolgung, zustellung, wo ist meine bestellung, "
     u"nicht angekommen, noch nicht geliefert, lieferzeit, lieferverzug, paketbote, verspätet, wann kommt"},
    {u"Returns and refunds", u"Sending goods back, exchanges, money back, warranty replacement", Priority::Normal,
     u"return, refund, money back, send back, return label, exchange, replacement, want my money back, refund status, "
     u"refund not received, reimburse, wrong item, wrong size, does not fit, damaged item, arrived broken, warranty "
     u"claim, "
     u"return policy, "
     u"возврат, вернуть, вернуть товар, вернуть деньги, возврат денег, возврат средств, обмен, обменять, не подошёл "
     u"размер, пришёл не тот товар, брак, бракованный, гарантия, верните деньги, товар повреждён, "
     u"devolução, devolver, reembolso, estorno, dinheiro de volta, troca, trocar, produto errado, tamanho errado, veio "
     u"com "
     u"defeito, chegou quebrado, produto danificado, garantia, reembolsar, "
     u"退货, 退款, 退钱, 换货, 退回, 退换, 发错货, 尺码不对, 破损, 坏了, 质量问题, 保修, 退款进度, 七天无理由, "
     u"rückgabe, retoure, rücksendung, zurückschicken, zurücksenden, erstattung, rückerstattung, geld zurück, "
     u"umtausch, "
     u"umtauschen, falscher artikel, falsche größe, beschädigt angekommen, garantie, reklamation, widerruf, ersatz"},
    {u"Technical problem", u"Something does not work: errors, crashes, bugs, outages", Priority::High,
     u"error, error message, bug, crash, crashes, not working, does not work, doesn't work, stopped working, broken "
     u"page, "
     u"freezes, will not load, slow, outage, is down, cannot connect, app, website, server error, blank screen, "
     u"update failed, install, sync, timeout, glitch, "
     u"ошибка, не работает, сбой, баг, зависает, вылетает, приложение, сайт, не открывается, не загружается, тормозит, "
     u"ошибка сервера, белый экран, не устанавливается, не подключается, перестало работать, "
     u"erro, não funciona, não está funcionando, parou de funcionar, travando, trava, aplicativo, site fora do ar, "
     u"falha, "
     u"não carrega, não abre, tela branca, lento, mensagem de erro, bug no sistema, "
     u"错误, 报错, 故障, 崩溃, 闪退, 打不开, 无法使用, 用不了, 卡死, 加载不出来, 连接不上, 白屏, 网站, 系统, 应用, "
     u"软件, "
     u"fehler, fehlermeldung, funktioniert nicht, geht nicht, absturz, stürzt ab, hängt sich auf, lädt nicht, "
     u"verbindung, störung, serverfehler, app, webseite, langsam, ausfall, lässt sich nicht öffnen"},
    {u"Account and access", u"Signing in, passwords, profiles, two-factor codes, closing an account", Priority::Normal,
     u"account, log in, login, sign in, cannot log in, password, reset password, forgot my password, locked out, "
     u"account "
     u"locked, verification code, two-factor, change my email, delete my account, close my account, profile, user "
     u"name, "
     u"access denied, registration, sign up, hacked, permissions, "
     u"аккаунт, учётная запись, личный кабинет, войти, не могу войти, вход, пароль, забыл пароль, сбросить пароль, "
     u"восстановить доступ, код подтверждения, удалить аккаунт, заблокирован, регистрация, логин, смс с кодом, "
     u"conta, entrar na conta, não consigo entrar, senha, esqueci a senha, redefinir senha, login, acesso, acesso "
     u"bloqueado, código de verificação, excluir minha conta, cadastro, perfil, usuário, não consigo acessar, "
     u"账号, 账户, 登录, 登不上, 登录不了, 无法登录, 密码, 忘记密码, 重置密码, 验证码, 注销账号, 注册, 被锁定, 用户名, "
     u"修改邮箱, 绑定手机, "
     u"konto, benutzerkonto, anmelden, einloggen, kann mich nicht anmelden, passwort, passwort vergessen, passwort "
     u"zurücksetzen, gesperrt, zugang, zugriff, bestätigungscode, konto löschen, registrierung, benutzername, profil"},
    {u"Order change", u"Cancelling or changing an order that was placed: items, quantity, address, date",
     Priority::High,
     u"cancel my order, cancel the order, cancel, cancellation, change my order, change the address, change delivery "
     u"address, wrong address, modify order, add an item, remove an item, change quantity, ordered by mistake, "
     u"different "
     u"size instead, reschedule, change the date, "
     u"отменить заказ, отмена заказа, отмените, изменить заказ, изменить адрес, поменять адрес, изменить количество, "
     u"добавить товар, заказал по ошибке, перенести доставку, другой адрес, ошибся адресом, "
     u"cancelar pedido, cancelar meu pedido, cancelamento, alterar pedido, mudar endereço, alterar o endereço, "
     u"endereço "
     u"errado, mudar a quantidade, adicionar item, comprei por engano, trocar o endereço, alterar a data, "
     u"取消订单, 取消, 修改订单, 改地址, 修改地址, 换地址, 地址写错, 改数量, 加一件, 下错单, 拍错了, 改时间, "
     u"修改收货地址, "
     u"bestellung stornieren, stornieren, stornierung, bestellung ändern, adresse ändern, lieferadresse ändern, "
     u"falsche "
     u"adresse, menge ändern, artikel hinzufügen, versehentlich bestellt, termin verschieben, andere adresse"},
    {u"Product question", u"Before buying: availability, features, sizes, prices, compatibility, how to use",
     Priority::Normal,
     u"question about the product, is it available, in stock, availability, back in stock, how much does it cost, "
     u"price, "
     u"discount, size chart, which size, colour, compatible with, does it support, specifications, features, material, "
     u"dimensions, how do i use, instructions, manual, quote, offer, difference between, recommend, do you sell, "
     u"есть в наличии, наличие, сколько стоит, цена, скидка, какой размер, размеры, характеристики, совместим, "
     u"подходит ли, цвет, материал, инструкция, как пользоваться, чем отличается, посоветуйте, в продаже, "
     u"tem em estoque, disponível, quanto custa, preço, desconto, qual tamanho, tamanhos, compatível, características, "
     u"especificações, material, cor, manual, como usar, diferença entre, orçamento, vocês vendem, "
     u"有货吗, 库存, 多少钱, 价格, 优惠, 折扣, 尺寸, 什么尺码, 颜色, 兼容, 支持吗, 参数, 功能, 材质, 说明书, 怎么用, "
     u"区别, 推荐, 咨询, "
     u"verfügbar, auf lager, lieferbar, was kostet, preis, rabatt, welche größe, kompatibel, eigenschaften, technische "
     u"daten, material, farbe, anleitung, wie benutze ich, unterschied zwischen, angebot, empfehlen, gibt es"},
    {u"Complaint", u"Dissatisfaction with service, staff or the company; threats to leave or to go public",
     Priority::High,
     u"complaint, complain, unacceptable, terrible service, very disappointed, disappointed, worst, rude, nobody "
     u"answers, "
     u"no one replies, scandal, disgusted, lawyer, legal action, consumer protection, manager, fed up, angry, "
     u"outrageous, "
     u"never again, bad experience, ignored, "
     u"жалоба, пожаловаться, ужасный сервис, отвратительно, возмущён, возмутительно, хамство, нагрубил, недоволен, "
     u"безобразие, никто не отвечает, претензия, роспотребнадзор, суд, разочарован, кошмар, "
     u"reclamação, reclamar, péssimo atendimento, inaceitável, absurdo, decepcionado, muito insatisfeito, ninguém "
     u"responde, falta de respeito, procon, advogado, grosseiro, vergonha, descaso, horrível, "
     u"投诉, 太差了, 服务态度差, 态度恶劣, 非常失望, 失望, 不满, 没人回复, 没人理, 欺骗, 骗子, 消费者协会, 差评, "
     u"太过分, 垃圾, "
     u"beschwerde, beschweren, unverschämt, inakzeptabel, schlechter service, enttäuscht, sehr enttäuscht, "
     u"unfreundlich, "
     u"niemand antwortet, anwalt, verbraucherschutz, frechheit, unzufrieden, nie wieder, zumutung"},
    {u"Feedback", u"Thanks, praise, suggestions and ideas, feature requests, reviews", Priority::Low,
     u"thank you so much, great service, love it, love your product, excellent, awesome, well done, suggestion, "
     u"feature "
     u"request, it would be great if, it would be nice, idea, feedback, review, praise, keep up the good work, happy "
     u"with, "
     u"amazing, wish list, improve, "
     u"спасибо большое, отличный сервис, всё понравилось, понравилось, супер, предложение, пожелание, идея, отзыв, "
     u"было "
     u"бы здорово, было бы удобно, хотелось бы, благодарю, молодцы, рекомендую, добавьте, "
     u"muito obrigado, ótimo atendimento, adorei, excelente, parabéns, sugestão, sugiro, ideia, seria ótimo, seria "
     u"bom, "
     u"elogio, avaliação, maravilhoso, recomendo, gostei muito, "
     u"非常感谢, 很满意, 满意, 好评, 服务很好, 太棒了, 喜欢, 建议, 希望增加, 希望能, 意见, 反馈, 点赞, 点评, 想法, "
     u"vielen dank, toller service, super service, sehr zufrieden, begeistert, vorschlag, verbesserungsvorschlag, "
     u"idee, "
     u"lob, es wäre schön, es wäre toll, wunsch, rückmeldung, bewertung, weiter so, großartig"},
};

} // namespace

Taxonomy defaultTaxonomy()
{
    Taxonomy taxonomy;
    for (const TaxonomySeed &seed : taxonomySeeds) {
        Category category;
        category.name = QString::fromUtf16(seed.name);
        category.description = QString::fromUtf16(seed.description);
        category.keywords = QString::fromUtf16(seed.words).split(QStringLiteral(", "), Qt::SkipEmptyParts);
        category.defaultPriority = seed.priority;
        category.position = int(taxonomy.size());
        taxonomy.push_back(category);
    }
    Category unsorted;
    unsorted.name = QStringLiteral("Unsorted");
    unsorted.description = QStringLiteral("What fits no category, or what the classifier is not sure of");
    unsorted.position = int(taxonomy.size());
    unsorted.isUnsorted = true;
    taxonomy.push_back(unsorted);
    return taxonomy;
}

} // namespace patchbay
