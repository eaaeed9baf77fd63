#include "src/engine/acl_category.h"

#include <cstddef>
#include <iterator>

#include "src/base/text.h"

namespace kvasir {
namespace {

constexpr std::string_view kNames[] = {
    "keyspace", "read",   "write",       "set",       "sortedset",  "list",        "hash",
    "string",   "bitmap", "hyperloglog", "geo",       "stream",     "pubsub",      "admin",
    "fast",     "slow",   "blocking",    "dangerous", "connection", "transaction", "scripting"};

}  // namespace

std::span<const std::string_view> AclCategoryNames() { return kNames; }

uint32_t AclCategoryOf(std::string_view name) {
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (EqualsIgnoreCase(kNames[i], name)) return uint32_t{1} << i;
  }
  return 0;
}

}  // namespace kvasir
