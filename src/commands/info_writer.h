// Lines of INFO: "name:value" and CRLF.
// THREAD: loop.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

namespace kvasir {

class InfoWriter {
 public:
  // LIFETIME: `out` outlives the writer.
  explicit InfoWriter(std::string& out) : out_(out) {}

  template <typename Value>
  void operator()(std::string_view name, const Value& value) {
    fmt::format_to(std::back_inserter(out_), "{}:{}\r\n", name, value);
  }
  // The figure twice, as bytes and as people read it.
  void Bytes(std::string_view name, uint64_t bytes);
  // Several names with the same value: what this server has none of.
  void Zeros(std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) (*this)(name, 0);
  }

 private:
  std::string& out_;
};

// "1.25M": in powers of 1024, with two decimals from 1 KiB on.
std::string HumanBytes(uint64_t bytes);

}  // namespace kvasir
