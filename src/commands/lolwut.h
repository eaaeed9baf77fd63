// The picture of LOLWUT.
#pragma once

#include <string>

namespace kvasir {

// Hills at night, another view each time, with the version below.
std::string DrawLolwut();

}  // namespace kvasir
