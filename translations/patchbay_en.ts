<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
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
</context>
<context>
    <name>patchbay::ContextPanel</name>
    <message numerus="yes">
        <source>%n message(s) since %1</source>
        <translation>
            <numerusform>%n message since %1</numerusform>
            <numerusform>%n messages since %1</numerusform>
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
    <name>patchbay::MessageCard</name>
    <message numerus="yes">
        <source>▸ %n change(s)</source>
        <translation>
            <numerusform>▸ %n change</numerusform>
            <numerusform>▸ %n changes</numerusform>
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
</TS>
