// CONFIG REWRITE without the file system: an old configuration's text brought up to date.
// THREAD: any.
#pragma once

#include <string>
#include <string_view>

#include "src/engine/settings.h"

namespace kvasir {

// The text of a configuration that loads as `settings`. Comments, order, directives of others and
// every line that still says the truth stay byte for byte; a directive with another value is
// written once, where it stood first. What was never written and differs from the default comes at
// the end, behind a marker; defaults are not added. `include` lines stay and are not followed: a
// directive of an included file is also written here, where it differs from the default, and an
// `include` behind a changed line can overrule it at the next start, as with redis-server.
std::string RewriteConfig(std::string_view old_text, const Settings& settings);

}  // namespace kvasir
