// A message that goes to many connections: encoded once as RESP2 and once as RESP3 (an array there,
// a push here), and from a few receivers or some size on shared between their output buffers.
// THREAD: loop.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <string_view>

#include "protocol/output_buffer.h"

namespace kvasir {

class PushMessage {
 public:
  static constexpr size_t kPartsMax = 4;

  // A message of bulk strings, kPartsMax at most, that about so many connections will get.
  // LIFETIME: the parts outlive the message; what AppendTo wrote depends on neither.
  PushMessage(std::initializer_list<std::string_view> parts, size_t receivers);

  void AppendTo(OutputBuffer& out, bool resp3);

 private:
  // Up to so many receivers it is cheaper to write a small message out for each.
  static constexpr size_t kCopiesMax = 8;

  char* Encode(char* out, bool resp3) const;

  std::array<std::string_view, kPartsMax> parts_;
  size_t count_ = 0;
  size_t bytes_ = 0;  // encoded
  bool copied_;
  std::array<SharedBytes, 2> forms_;  // by resp3
};

}  // namespace kvasir
