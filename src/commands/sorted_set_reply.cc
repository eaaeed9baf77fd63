#include "src/commands/sorted_set_reply.h"

#include "src/store/score.h"

namespace kvasir {

void ReplyScore(Call& call, double score) {
  ScoreText scratch;
  const std::string_view text = FormatScore(score, scratch);
  if (!call.reply.resp3()) {
    call.reply.Bulk(text);
    return;
  }
  OutputBuffer& out = call.reply.out();
  out.Append(",");
  out.Append(text);
  out.Append("\r\n");
}

void ReplyMemberCount(Call& call, size_t count, bool with_scores) {
  call.reply.Array(with_scores && !call.reply.resp3() ? count * 2 : count);
}

void ReplyMember(Call& call, const ScoredMember& member, bool with_scores) {
  if (with_scores && call.reply.resp3()) call.reply.Array(2);
  call.reply.Bulk(member.member);
  if (with_scores) ReplyScore(call, member.score);
}

void ReplyMembers(Call& call, const Entry& entry, const RankRange& ranks,
                  SortedSetCursor::Direction direction, bool with_scores) {
  ReplyMemberCount(call, ranks.count, with_scores);
  if (ranks.count == 0) return;
  const bool up = direction == SortedSetCursor::Direction::kUp;
  SortedSetCursor cursor(entry, up ? ranks.first : ranks.first + ranks.count - 1, direction);
  ScoredMember member;
  for (size_t i = 0; i < ranks.count && cursor.Next(member); ++i) {
    ReplyMember(call, member, with_scores);
  }
}

}  // namespace kvasir
