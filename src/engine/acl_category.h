// The ACL categories' names (https://redis.io/docs/latest/commands/acl-cat).
// THREAD: any; constant.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace kvasir {

// In the order of the bits of AclCategory.
std::span<const std::string_view> AclCategoryNames();

// The bit of a category by its name, in any case; 0 for an unknown one.
uint32_t AclCategoryOf(std::string_view name);

}  // namespace kvasir
