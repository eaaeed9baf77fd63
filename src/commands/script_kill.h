// SCRIPT KILL and FUNCTION KILL.
// THREAD: loop.
#pragma once

#include "src/engine/call.h"

namespace kvasir {

// Ends the function, or else the script, that has been running for too long; or says why not.
void KillScript(Call& call, bool function);

}  // namespace kvasir
