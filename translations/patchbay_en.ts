<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>patchbay::AttachmentStrip</name>
    <message numerus="yes">
        <source>%n file(s), %1</source>
        <translation>
            <numerusform>%n file, %1</numerusform>
            <numerusform>%n files, %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChannelWords</name>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n second</numerusform>
            <numerusform>%n seconds</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>for %n hour(s), then templates</source>
        <translation>
            <numerusform>for %n hour, then templates</numerusform>
            <numerusform>for %n hours, then templates</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>for %n hour(s) after a message</source>
        <translation>
            <numerusform>for %n hour after a message</numerusform>
            <numerusform>for %n hours after a message</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n being read</source>
        <translation>
            <numerusform>%n being read</numerusform>
            <numerusform>%n being read</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unreadable</source>
        <translation>
            <numerusform>%n unreadable</numerusform>
            <numerusform>%n unreadable</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n sent</source>
        <translation>
            <numerusform>%n sent</numerusform>
            <numerusform>%n sent</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n waiting</numerusform>
            <numerusform>%n waiting</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n failed, will retry</source>
        <translation>
            <numerusform>%n failed, will retry</numerusform>
            <numerusform>%n failed, will retry</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n failed, not sent</source>
        <translation>
            <numerusform>%n failed, not sent</numerusform>
            <numerusform>%n failed, not sent</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unknown</source>
        <translation>
            <numerusform>%n unknown</numerusform>
            <numerusform>%n unknown</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n fetched</source>
        <translation>
            <numerusform>%n fetched</numerusform>
            <numerusform>%n fetched</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n here already</source>
        <translation>
            <numerusform>%n here already</numerusform>
            <numerusform>%n here already</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>⚠ %n unreadable</source>
        <translation>
            <numerusform>⚠ %n unreadable</numerusform>
            <numerusform>⚠ %n unreadable</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>⚠ %n request(s) unproved</source>
        <translation>
            <numerusform>⚠ %n request unproved</numerusform>
            <numerusform>⚠ %n requests unproved</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>⚠ %n request(s) not taken</source>
        <translation>
            <numerusform>⚠ %n request not taken</numerusform>
            <numerusform>⚠ %n requests not taken</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>⚠ %n not sent</source>
        <translation>
            <numerusform>⚠ %n not sent</numerusform>
            <numerusform>⚠ %n not sent</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TargetWords</name>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n waiting</numerusform>
            <numerusform>%n waiting</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n failed, will retry</source>
        <translation>
            <numerusform>%n failed, will retry</numerusform>
            <numerusform>%n failed, will retry</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n failed, not sent</source>
        <translation>
            <numerusform>%n failed, not sent</numerusform>
            <numerusform>%n failed, not sent</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unknown</source>
        <translation>
            <numerusform>%n unknown</numerusform>
            <numerusform>%n unknown</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n hour</numerusform>
            <numerusform>%n hours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n day</numerusform>
            <numerusform>%n days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>No task goes there until %1, after %n failure(s) in a row</source>
        <translation>
            <numerusform>No task goes there until %1, after %n failure in a row</numerusform>
            <numerusform>No task goes there until %1, after %n failures in a row</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::BatchPlan</name>
    <message numerus="yes">
        <source>%1 would be asked about %n conversation(s), for at most %2. Of this month&apos;s budget %3 is left.</source>
        <translation>
            <numerusform>%1 would be asked about %n conversation, for at most %2. Of this month&apos;s budget %3 is left.</numerusform>
            <numerusform>%1 would be asked about %n conversations, for at most %2. Of this month&apos;s budget %3 is left.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>What leaves: subject and text of the newest message of each, and the list of categories. Struck out: e-mail addresses, phone and card numbers, in %n place(s).</source>
        <translation>
            <numerusform>What leaves: subject and text of the newest message of each, and the list of categories. Struck out: e-mail addresses, phone and card numbers, in %n place.</numerusform>
            <numerusform>What leaves: subject and text of the newest message of each, and the list of categories. Struck out: e-mail addresses, phone and card numbers, in %n places.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Ask %1 about %n conversation(s)?</source>
        <translation>
            <numerusform>Ask %1 about %n conversation?</numerusform>
            <numerusform>Ask %1 about %n conversations?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Take over %n answer(s) of before?</source>
        <translation>
            <numerusform>Take over %n answer of before?</numerusform>
            <numerusform>Take over %n answers of before?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>✓ Put into the Outbox: %n question(s).</source>
        <translation>
            <numerusform>✓ Put into the Outbox: %n question.</numerusform>
            <numerusform>✓ Put into the Outbox: %n questions.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>✓ Nothing left; taken over: %n answer(s) of before.</source>
        <translation>
            <numerusform>✓ Nothing left; taken over: %n answer of before.</numerusform>
            <numerusform>✓ Nothing left; taken over: %n answers of before.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::ChannelLogDialog</name>
    <message numerus="yes">
        <source>✓ Copied %n line(s)</source>
        <translation>
            <numerusform>✓ Copied %n line</numerusform>
            <numerusform>✓ Copied %n lines</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::ConversationDelegate</name>
    <message numerus="yes">
        <source>%n delivery(ies) with a problem: see the Outbox</source>
        <translation>
            <numerusform>%n delivery with a problem: see the Outbox</numerusform>
            <numerusform>%n deliveries with a problem: see the Outbox</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::ConversationListModel</name>
    <message numerus="yes">
        <source>%n delivery(ies) with a problem</source>
        <translation>
            <numerusform>%n delivery with a problem</numerusform>
            <numerusform>%n deliveries with a problem</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::ConversationListPane</name>
    <message numerus="yes">
        <source>↑ %n new</source>
        <translation>
            <numerusform>↑ %n new</numerusform>
            <numerusform>↑ %n new</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::ExistingModel</name>
    <message numerus="yes">
        <source>%1 has %n record(s) of the person.</source>
        <translation>
            <numerusform>%1 has %n record of the person.</numerusform>
            <numerusform>%1 has %n records of the person.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::GatewayDialog</name>
    <message numerus="yes">
        <source>It tries again by itself in %n second(s).</source>
        <translation>
            <numerusform>It tries again by itself in %n second.</numerusform>
            <numerusform>It tries again by itself in %n seconds.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::GuidanceDialog</name>
    <message numerus="yes">
        <source>None of %n fits</source>
        <translation>
            <numerusform>None of %n fits</numerusform>
            <numerusform>None of %n fits</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::ImportDialog</name>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::LessonsDialog</name>
    <message numerus="yes">
        <source>Learned today: %n lesson(s)</source>
        <translation>
            <numerusform>Learned today: %n lesson</numerusform>
            <numerusform>Learned today: %n lessons</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::MessageCard</name>
    <message numerus="yes">
        <source>▸ %n change(s)</source>
        <translation>
            <numerusform>▸ %n change</numerusform>
            <numerusform>▸ %n changes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Marked as what counted for the category: %n place(s)</source>
        <translation>
            <numerusform>Marked as what counted for the category: %n place</numerusform>
            <numerusform>Marked as what counted for the category: %n places</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::ModelsDialog</name>
    <message numerus="yes">
        <source>%n call(s)</source>
        <translation>
            <numerusform>%n call</numerusform>
            <numerusform>%n calls</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::OwnFieldRow</name>
    <message numerus="yes">
        <source>⚠ The target offered %n value(s), and this is none of them.</source>
        <translation>
            <numerusform>⚠ The target offered %n value, and this is none of them.</numerusform>
            <numerusform>⚠ The target offered %n values, and this is none of them.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::OwnFieldsForm</name>
    <message numerus="yes">
        <source>%1 offers %n choice(s) (read %2).</source>
        <translation>
            <numerusform>%1 offers %n choice (read %2).</numerusform>
            <numerusform>%1 offers %n choices (read %2).</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more were left out.</source>
        <translation>
            <numerusform>%n more were left out.</numerusform>
            <numerusform>%n more were left out.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::PairingDialog</name>
    <message numerus="yes">
        <source>Good for %n more second(s)</source>
        <translation>
            <numerusform>Good for %n more second</numerusform>
            <numerusform>Good for %n more seconds</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::PersonCard</name>
    <message numerus="yes">
        <source>%n message(s) here since %1</source>
        <translation>
            <numerusform>%n message here since %1</numerusform>
            <numerusform>%n messages here since %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::PersonDialog</name>
    <message numerus="yes">
        <source>Waiting, and cancelled first: %n delivery(ies).</source>
        <translation>
            <numerusform>Waiting, and cancelled first: %n delivery.</numerusform>
            <numerusform>Waiting, and cancelled first: %n deliveries.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Stays, because nobody knows whose: %n item(s) of the same channels that could not be read.</source>
        <translation>
            <numerusform>Stays, because nobody knows whose: %n item of the same channels that could not be read.</numerusform>
            <numerusform>Stays, because nobody knows whose: %n items of the same channels that could not be read.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All of it stays in %n backup(s) of this workspace until somebody removes them.</source>
        <translation>
            <numerusform>All of it stays in %n backup of this workspace until somebody removes them.</numerusform>
            <numerusform>All of it stays in %n backups of this workspace until somebody removes them.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::RailModel</name>
    <message numerus="yes">
        <source>%n message(s) could not be read</source>
        <translation>
            <numerusform>%n message could not be read</numerusform>
            <numerusform>%n messages could not be read</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n need(s) attention</source>
        <translation>
            <numerusform>%n needs attention</numerusform>
            <numerusform>%n need attention</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::RouteCard</name>
    <message numerus="yes">
        <source>%n more rule(s) did not match.</source>
        <translation>
            <numerusform>%n more rule did not match.</numerusform>
            <numerusform>%n more rules did not match.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more rule(s) matched.</source>
        <translation>
            <numerusform>%n more rule matched.</numerusform>
            <numerusform>%n more rules matched.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::RoutesModel</name>
    <message numerus="yes">
        <source>%n mapped</source>
        <translation>
            <numerusform>%n mapped</numerusform>
            <numerusform>%n mapped</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::RuleEditor</name>
    <message numerus="yes">
        <source>For %n day(s) the draft is asked beside the live rules; it has no effect.</source>
        <translation>
            <numerusform>For %n day the draft is asked beside the live rules; it has no effect.</numerusform>
            <numerusform>For %n days the draft is asked beside the live rules; it has no effect.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::RuleListModel</name>
    <message numerus="yes">
        <source>⚠ %n error(s)</source>
        <translation>
            <numerusform>⚠ %n error</numerusform>
            <numerusform>⚠ %n errors</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>△ %n warning(s)</source>
        <translation>
            <numerusform>△ %n warning</numerusform>
            <numerusform>△ %n warnings</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::RulesPage</name>
    <message numerus="yes">
        <source>Checks: %n error(s)</source>
        <translation>
            <numerusform>Checks: %n error</numerusform>
            <numerusform>Checks: %n errors</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rule(s) differ from version %1. The new version holds from the next message on; what is already routed stays.</source>
        <translation>
            <numerusform>%n rule differs from version %1. The new version holds from the next message on; what is already routed stays.</numerusform>
            <numerusform>%n rules differ from version %1. The new version holds from the next message on; what is already routed stays.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::SearchPane</name>
    <message numerus="yes">
        <source>↑ %n new</source>
        <translation>
            <numerusform>↑ %n new</numerusform>
            <numerusform>↑ %n new</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n conversation(s)</source>
        <translation>
            <numerusform>%n conversation</numerusform>
            <numerusform>%n conversations</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::ThreadPane</name>
    <message numerus="yes">
        <source>Loaded %n file(s)</source>
        <translation>
            <numerusform>Loaded %n file</numerusform>
            <numerusform>Loaded %n files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::ThreadView</name>
    <message numerus="yes">
        <source>↓ %n new</source>
        <translation>
            <numerusform>↓ %n new</numerusform>
            <numerusform>↓ %n new</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::TimelineModel</name>
    <message numerus="yes">
        <source>%n change(s), %1</source>
        <translation>
            <numerusform>%n change, %1</numerusform>
            <numerusform>%n changes, %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::WorkspaceCare</name>
    <message numerus="yes">
        <source>%n file(s) removed that nothing referred to: %1.</source>
        <translation>
            <numerusform>%n file removed that nothing referred to: %1.</numerusform>
            <numerusform>%n files removed that nothing referred to: %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) exported to %1.</source>
        <translation>
            <numerusform>%n message exported to %1.</numerusform>
            <numerusform>%n messages exported to %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Missing from the workspace: %n file(s).</source>
        <translation>
            <numerusform>Missing from the workspace: %n file.</numerusform>
            <numerusform>Missing from the workspace: %n files.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) deleted.</source>
        <translation>
            <numerusform>%n message deleted.</numerusform>
            <numerusform>%n messages deleted.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patchbay::WorkspaceFigures</name>
    <message numerus="yes">
        <source>damaged: %1; %n broken reference(s). Restore a backup.</source>
        <translation>
            <numerusform>damaged: %1; %n broken reference. Restore a backup.</numerusform>
            <numerusform>damaged: %1; %n broken references. Restore a backup.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 in %n file(s)</source>
        <translation>
            <numerusform>%1 in %n file</numerusform>
            <numerusform>%1 in %n files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 in %n backup(s)</source>
        <translation>
            <numerusform>%1 in %n backup</numerusform>
            <numerusform>%1 in %n backups</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>called old after %n month(s); nothing is deleted by itself</source>
        <translation>
            <numerusform>called old after %n month; nothing is deleted by itself</numerusform>
            <numerusform>called old after %n months; nothing is deleted by itself</numerusform>
        </translation>
    </message>
</context>
</TS>
