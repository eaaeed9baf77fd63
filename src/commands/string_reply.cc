#include "src/commands/string_reply.h"

#include "src/engine/engine.h"

namespace kvasir {

void ReplyString(Call& call, const Entry* entry) {
  if (entry == nullptr) {
    call.reply.Null();
    return;
  }
  if (entry->encoding() == Encoding::kBlock &&
      entry->block_view().size() >= OutputBuffer::kShareMin) {
    call.reply.BulkShared(StringBlock(*entry));
    return;
  }
  IntegerText scratch;
  call.reply.Bulk(StringBytes(*entry, scratch));
}

bool CheckStringSize(Call& call, uint64_t size) {
  if (size <= call.engine().settings().proto_max_bulk_bytes) return true;
  call.Error(errors::kStringTooLong);
  return false;
}

std::vector<std::string> SetEffect(std::string_view key, std::string_view value,
                                   ExpiryChange expiry) {
  std::vector<std::string> effect = {"SET", std::string(key), std::string(value)};
  if (expiry.kind == ExpiryChange::Kind::kSet) {
    effect.emplace_back("PXAT");
    effect.push_back(std::to_string(expiry.deadline_ms));
  } else if (expiry.kind == ExpiryChange::Kind::kKeep) {
    effect.emplace_back("KEEPTTL");
  }
  return effect;
}

}  // namespace kvasir
