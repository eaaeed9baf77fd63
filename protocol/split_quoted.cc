// SplitQuoted of request_parser.h: the word rules of inline requests and of redis.conf lines.
#include <cctype>
#include <cstdint>
#include <optional>

#include "protocol/request_parser.h"

namespace kvasir {
namespace {

bool IsSpace(char c) { return isspace(static_cast<uint8_t>(c)) != 0 || c == '\0'; }

std::optional<int> HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

char Unescape(char letter) {
  switch (letter) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'b':
      return '\b';
    case 'a':
      return '\a';
    default:
      return letter;
  }
}

// Reads what stands behind an opening double quote; `i` ends up behind the closing one.
bool ReadDoubleQuoted(std::string_view line, size_t& i, std::string& word) {
  for (; i < line.size(); ++i) {
    if (line[i] == '"') {
      ++i;
      return i == line.size() || IsSpace(line[i]);
    }
    if (line[i] != '\\' || i + 1 >= line.size()) {
      word += line[i];
      continue;
    }
    if (line[i + 1] == 'x' && i + 3 < line.size()) {
      const std::optional<int> high = HexDigit(line[i + 2]);
      const std::optional<int> low = HexDigit(line[i + 3]);
      if (high && low) {
        word += static_cast<char>(*high * 16 + *low);
        i += 3;
        continue;
      }
    }
    word += Unescape(line[++i]);
  }
  return false;
}

bool ReadSingleQuoted(std::string_view line, size_t& i, std::string& word) {
  for (; i < line.size(); ++i) {
    if (line[i] == '\'') {
      ++i;
      return i == line.size() || IsSpace(line[i]);
    }
    if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '\'') ++i;
    word += line[i];
  }
  return false;
}

}  // namespace

bool SplitQuoted(std::string_view line, std::vector<std::string>& out) {
  size_t i = 0;
  while (true) {
    while (i < line.size() && IsSpace(line[i])) ++i;
    if (i >= line.size()) return true;
    std::string word;
    bool quoted = false;
    while (i < line.size() && !IsSpace(line[i]) && !quoted) {
      const char c = line[i++];
      if (c == '"') {
        if (!ReadDoubleQuoted(line, i, word)) return false;
        quoted = true;
      } else if (c == '\'') {
        if (!ReadSingleQuoted(line, i, word)) return false;
        quoted = true;
      } else {
        word += c;
      }
    }
    out.push_back(std::move(word));
  }
}

}  // namespace kvasir
