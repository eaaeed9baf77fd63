// The arguments of a command as COMMAND DOCS shows them, read from the notation of its row:
// "key value [NX | XX] [EX seconds | PX milliseconds]".
//   WORD            a token, to be typed as it is
//   word            a placeholder
//   [ ... ]         may be left out
//   < ... >         a group
//   a | b           one of them
//   x [x ...]       once or more
// THREAD: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kvasir {

struct SyntaxArgument {
  std::string name;
  std::string type;   // Redis's word: "key", "integer", "oneof", "block", ...
  std::string token;  // what stands before it; of a "pure-token" itself
  bool optional = false;
  bool multiple = false;
  bool multiple_token = false;            // the token is repeated with each value
  std::vector<SyntaxArgument> arguments;  // of "oneof" and "block"
};

std::vector<SyntaxArgument> ParseSyntax(std::string_view syntax);

}  // namespace kvasir
