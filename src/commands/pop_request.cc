#include "src/commands/pop_request.h"

#include "src/commands/typed_lookup.h"

namespace kvasir {

PopRequest ReadPopRequest(Call& call, ArgumentReader& read, std::string_view front,
                          std::string_view back) {
  PopRequest request;
  const auto keys =
      static_cast<size_t>(read.NextIntegerIn(1, INT64_MAX, "ERR numkeys should be greater than 0"));
  if (keys >= read.left()) read.Fail(errors::kSyntax);
  if (read.failed()) return request;
  request.keys = call.arguments().subspan(read.position(), keys);
  for (size_t i = 0; i < keys; ++i) read.Next();
  request.from_back = read.TakeWord(back);
  if (!request.from_back && !read.TakeWord(front)) read.Fail(errors::kSyntax);
  if (read.TakeOption("COUNT", 1)) {
    request.count =
        static_cast<size_t>(read.NextIntegerIn(1, INT64_MAX, "ERR count should be greater than 0"));
  }
  if (!read.AtEnd()) read.Fail(errors::kSyntax);
  return request;
}

std::optional<FoundKey> FindFirst(Call& call, std::span<const std::string_view> keys,
                                  ValueType type, bool& failed) {
  for (const std::string_view name : keys) {
    const Key key = Key::Of(name);
    const Database::Position position = LocateTyped(call, key, type, failed);
    if (failed) return std::nullopt;
    if (position) return FoundKey{key, position};
  }
  return std::nullopt;
}

void WaitOrReplyNull(Call& call, std::span<const std::string_view> keys, ValueType type,
                     int64_t deadline_ms) {
  const auto reply_null = [](ReplyWriter& reply) { reply.NullArray(); };
  if (call.MayBlock()) {
    call.BlockOnKeys(keys, type, deadline_ms, reply_null);
  } else {
    reply_null(call.reply);
  }
}

}  // namespace kvasir
