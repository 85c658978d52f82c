#pragma once

#include "core/search/completion.h"

#include <QtWidgets/QLineEdit>

#include <functional>

class QFrame;
class QLabel;
class QListView;

namespace patchbay {

class ChoiceModel;

/// Where a search is typed: marks what is wrong in its place, and offers how it could go on in a list below that never
/// takes the focus or a key that types. Down and Up choose from it, Tab takes, Enter takes what was chosen, Esc closes
/// it. GUI thread.
class SearchField final : public QLineEdit {
    Q_OBJECT

public:
    /// `offer` completes the text at the cursor; asked after each change.
    using Offer = std::function<Completion(const QString &text, int cursor)>;

    SearchField(Offer offer, QWidget *parent);

    /// Underlines this stretch; a length of 0: nothing.
    /// `sentence` is told where the offers hide what stands below the field.
    void markProblem(int position, int length, const QString &sentence = {});
    QLabel *problem() const { return m_problem; }
    bool isOffering() const;
    void closeOffers();
    /// Looks again for what to offer: names came from elsewhere.
    void offerAgain();
    QListView *offers() const { return m_list; }

Q_SIGNALS:
    /// Enter, and nothing of the list below was chosen.
    void submitted();
    /// Down, and there is nothing below to choose from.
    void leftDownwards();
    /// The focus went elsewhere: what stands there is meant so.
    void finished();

protected:
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void inputMethodEvent(QInputMethodEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void showOffers(bool evenForNothing);
    void placeOffers();
    void choose(int step);
    void take(int row);
    QString hintOf(const QString &name) const;

    Offer m_offer;
    Completion m_completion;
    QFrame *m_popup;
    ChoiceModel *m_model;
    QListView *m_list;
    QLabel *m_problem; ///< below the offers
    bool m_asked = false; ///< the list was asked for where nothing is typed
    bool m_composing = false; ///< an input method is at work: its letters must not be disturbed
    bool m_taking = false;
    bool m_dismissed = false; ///< closed by the person, until they type again
    int m_problemAt = 0;
    int m_problemLength = 0;
};

} // namespace patchbay
