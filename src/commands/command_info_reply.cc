#include <bit>
#include <span>
#include <string>

#include "src/base/text.h"
#include "src/commands/command_reply.h"
#include "src/engine/acl_category.h"

namespace kvasir {
namespace {

// In the order of the bits of CommandFlag.
constexpr std::string_view kFlagNames[] = {
    "write",    "readonly",     "denyoom",       "admin",
    "pubsub",   "noscript",     "blocking",      "loading",
    "stale",    "skip_monitor", "skip_slowlog",  "asking",
    "fast",     "no_auth",      "may_replicate", "no_async_loading",
    "no_multi", "movablekeys",  "allow_busy",    "no_mandatory_keys"};
// Of KeyFlag.
constexpr std::string_view kKeyFlagNames[] = {
    "RO",     "RW",     "OW",      "RM",         "access",        "update",
    "insert", "delete", "not_key", "incomplete", "variable_flags"};

void ReplyNames(ReplyWriter& reply, uint32_t bits, std::span<const std::string_view> names,
                std::string_view prefix) {
  bits &= (uint32_t{1} << names.size()) - 1;
  reply.Set(static_cast<size_t>(std::popcount(bits)));
  for (; bits != 0; bits &= bits - 1) {
    reply.Status(std::string(prefix).append(names[std::countr_zero(bits)]));
  }
}

void Field(ReplyWriter& reply, std::string_view name, int64_t value) {
  reply.Bulk(name);
  reply.Integer(value);
}

// Begins {type: ..., spec: {`fields` of them}} under `name`.
void BeginTyped(ReplyWriter& reply, std::string_view name, std::string_view type, size_t fields) {
  reply.Bulk(name);
  reply.Map(2);
  reply.Bulk("type");
  reply.Bulk(type);
  reply.Bulk("spec");
  reply.Map(fields);
}

void ReplyKeySpec(ReplyWriter& reply, const KeySpec& spec) {
  reply.Map(3);
  reply.Bulk("flags");
  ReplyKeyFlags(reply, spec.flags);
  if (spec.keyword == nullptr) {
    BeginTyped(reply, "begin_search", "index", 1);
    Field(reply, "index", spec.begin);
  } else {
    BeginTyped(reply, "begin_search", "keyword", 2);
    reply.Bulk("keyword");
    reply.Bulk(spec.keyword);
    Field(reply, "startfrom", spec.begin);
  }
  if (spec.find == KeySpec::Find::kRange) {
    BeginTyped(reply, "find_keys", "range", 3);
    Field(reply, "lastkey", spec.last);
    Field(reply, "keystep", spec.step);
    Field(reply, "limit", spec.limit);
  } else {
    BeginTyped(reply, "find_keys", "keynum", 3);
    Field(reply, "keynumidx", spec.count_at);
    Field(reply, "firstkey", spec.first_at);
    Field(reply, "keystep", spec.step);
  }
}

}  // namespace

void ReplyKeyFlags(ReplyWriter& reply, uint32_t flags) {
  ReplyNames(reply, flags, kKeyFlagNames, "");
}

void ReplyCommandInfo(ReplyWriter& reply, const Command& command) {
  const CommandRow& row = *command.row;
  reply.Array(10);
  reply.Bulk(command.full_name);
  reply.Integer(row.arity);
  // As in Redis, what a pause of writes looks at is not shown.
  ReplyNames(reply, row.flags & ~uint32_t{kMayReplicate}, kFlagNames, "");
  reply.Integer(command.first_key);
  reply.Integer(command.last_key);
  reply.Integer(command.key_step);
  ReplyNames(reply, command.categories, AclCategoryNames(), "@");
  reply.Set(0);  // hints for clusters
  reply.Set(row.keys.size());
  for (const KeySpec& spec : row.keys) ReplyKeySpec(reply, spec);
  reply.Set(command.subcommands.size());
  for (const Command* subcommand : command.subcommands) ReplyCommandInfo(reply, *subcommand);
}

}  // namespace kvasir
