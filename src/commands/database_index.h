// Numbers of databases as arguments.
// THREAD: loop.
#pragma once

#include "src/engine/argument_reader.h"

namespace kvasir {

// Reads the number of a database that exists; errors are latched.
int NextDatabaseIndex(ArgumentReader& read, Call& call);

}  // namespace kvasir
