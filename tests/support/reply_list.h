// Replies of CommandTest taken apart: for commands whose elements come in any order.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace kvasir {

// The elements of "[a, b]". REQUIRES: none of them holds ", " or a bracket.
inline std::vector<std::string> ReplyElements(const std::string& reply) {
  std::vector<std::string> elements;
  for (size_t at = 1; at + 1 < reply.size();) {
    size_t end = reply.find(", ", at);
    if (end == std::string::npos) end = reply.size() - 1;
    elements.push_back(reply.substr(at, end - at));
    at = end + 2;
  }
  return elements;
}

inline std::multiset<std::string> ReplySet(const std::string& reply) {
  const std::vector<std::string> elements = ReplyElements(reply);
  return {elements.begin(), elements.end()};
}

// The cursor and the elements of "[cursor, [a, b]]".
inline std::vector<std::string> ScanReply(const std::string& reply, std::string& cursor) {
  const size_t comma = reply.find(", ");
  cursor = reply.substr(1, comma - 1);
  return ReplyElements(reply.substr(comma + 2, reply.size() - comma - 3));
}

}  // namespace kvasir
