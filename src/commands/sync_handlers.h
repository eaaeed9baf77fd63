// The handlers of sync.cc, whose rows stand with those of the other ways to save the dataset.
// THREAD: loop.
#pragma once

#include "src/engine/call.h"

namespace kvasir {

void CmdSync(Call& call);
void CmdPSync(Call& call);
void CmdReplConf(Call& call);

}  // namespace kvasir
