#include "core/mail/body_lines.h"

#include "core/mail/characters.h"

namespace patchbay::mail {

namespace {

QString withoutMarks(QStringView text)
{
    QString clean;
    clean.reserve(text.size());
    for (const QChar c : text) {
        if (!isBidiControl(c) && !isInvisible(c))
            clean += c;
    }
    return clean;
}

/// Cuts a block's runs at its line feeds.
std::vector<std::vector<BodyRun>> runsByLine(const BodyBlock &block)
{
    std::vector<std::vector<BodyRun>> lines(1);
    for (const BodyRun &run : block.runs) {
        bool first = true;
        for (const QStringView piece : QStringView(run.text).split(u'\n')) {
            if (!first)
                lines.emplace_back();
            first = false;
            if (piece.isEmpty())
                continue;
            lines.back().push_back(run);
            lines.back().back().text = piece.toString();
        }
    }
    return lines;
}

void appendLine(BodyBlock &block, std::vector<BodyRun> &&runs, bool first)
{
    if (!first) {
        if (block.runs.empty() || !block.runs.back().href.isEmpty())
            block.runs.push_back({});
        block.runs.back().text += u'\n';
    }
    for (BodyRun &run : runs) {
        BodyRun *last = block.runs.empty() ? nullptr : &block.runs.back();
        if (last && looksLike(*last, run))
            last->text += run.text;
        else
            block.runs.push_back(std::move(run));
    }
}

} // namespace

std::vector<BodyLine> linesOf(const Body &body)
{
    std::vector<BodyLine> lines;
    for (const BodyBlock &block : body.blocks) {
        BodyLine line;
        line.quote = block.kind == BodyBlock::Kind::Quote;
        line.rule = block.kind == BodyBlock::Kind::Rule;
        line.words = !line.rule && block.kind != BodyBlock::Kind::Image;
        line.part = block.part;
        if (!line.words) {
            lines.push_back(line);
            continue;
        }
        QString text;
        for (const BodyRun &run : block.runs)
            text += run.text;
        for (const QStringView piece : QStringView(text).split(u'\n')) {
            line.text = withoutMarks(piece);
            lines.push_back(line);
        }
    }
    return lines;
}

void applyParts(Body &body, const std::vector<BodyLine> &lines)
{
    std::vector<BodyBlock> blocks;
    blocks.reserve(body.blocks.size());
    size_t at = 0;
    for (BodyBlock &block : body.blocks) {
        const bool words = block.kind != BodyBlock::Kind::Rule && block.kind != BodyBlock::Kind::Image;
        std::vector<std::vector<BodyRun>> runs;
        if (words)
            runs = runsByLine(block);
        const size_t count = words ? runs.size() : 1;
        bool same = true;
        for (size_t i = 1; i < count; ++i)
            same = same && lines[at + i].part == lines[at].part;
        if (same) {
            block.part = lines[at].part;
            blocks.push_back(std::move(block));
            at += count;
            continue;
        }
        for (size_t i = 0; i < count; ++i, ++at) {
            const bool begins = i == 0 || lines[at].part != lines[at - 1].part;
            if (begins) {
                BodyBlock piece;
                piece.kind = block.kind;
                piece.part = lines[at].part;
                piece.depth = block.depth;
                piece.number = i == 0 ? block.number : 0;
                blocks.push_back(std::move(piece));
            }
            appendLine(blocks.back(), std::move(runs[i]), begins);
        }
    }
    body.blocks = std::move(blocks);
}

} // namespace patchbay::mail
