#include "src/commands/script_arguments.h"

#include "src/base/number.h"
#include "src/engine/engine.h"
#include "src/scripting/script_flags.h"

namespace kvasir {

bool ReadScriptArguments(Call& call, std::string_view not_a_number, ScriptStart& start) {
  const std::optional<int64_t> count = ParseInt64(call[2]);
  const std::span<const std::string_view> rest = call.arguments().subspan(3);
  if (!count) {
    call.Error(not_a_number);
  } else if (*count > static_cast<int64_t>(rest.size())) {
    call.Error("ERR Number of keys can't be greater than number of args");
  } else if (*count < 0) {
    call.Error("ERR Number of keys can't be negative");
  } else {
    start.keys = rest.first(static_cast<size_t>(*count));
    start.arguments = rest.subspan(static_cast<size_t>(*count));
    return true;
  }
  return false;
}

uint32_t RequestFlagsOf(uint32_t row_flags, uint32_t script_flags) {
  if ((script_flags & kScriptCompatible) != 0) return row_flags;
  const bool reads_only = (script_flags & kScriptNoWrites) != 0;
  uint32_t flags = row_flags & ~uint32_t{kMayReplicate};
  if (!reads_only) flags |= kWrite;
  if (!reads_only && (script_flags & kScriptAllowOom) == 0) flags |= kDenyOom;
  return flags;
}

void ShowScriptToMonitors(Call& call) {
  Engine& engine = call.engine();
  const bool shown = engine.has_monitors() && !call.session().is_replay;
  if (shown) engine.ShowToMonitors(call.session(), call.arguments());
}

}  // namespace kvasir
