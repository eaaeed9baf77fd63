// The directives with a grammar of their own: readers and writers for WordsField. A reader takes
// the words behind the directive's name; none at all means the empty value.
#pragma once

#include <span>
#include <string>

#include "src/base/result.h"
#include "src/engine/settings.h"

namespace kvasir {

Result<void> ParseBind(std::span<const std::string> words, Settings& settings);
std::string FormatBind(const Settings& settings);

// Pairs of seconds and changes: "3600 1 300 100". Adds to what is there, unless there is no word.
Result<void> ParseSave(std::span<const std::string> words, Settings& settings);
std::string FormatSave(const Settings& settings);

// Quadruples of class, hard limit, soft limit and seconds; classes that are not named stay.
Result<void> ParseOutputBufferLimits(std::span<const std::string> words, Settings& settings);
std::string FormatOutputBufferLimits(const Settings& settings);

Result<void> ParsePercentiles(std::span<const std::string> words, Settings& settings);
std::string FormatPercentiles(const Settings& settings);

// Bytes, or "5%" of maxmemory.
Result<void> ParseMaxmemoryClients(std::span<const std::string> words, Settings& settings);
std::string FormatMaxmemoryClients(const Settings& settings);

// A name and its rules. Adds a user, unless there is no word. One line for each user.
Result<void> ParseUser(std::span<const std::string> words, Settings& settings);
std::string FormatUsers(const Settings& settings);

Result<void> ParseNotifyDirective(std::span<const std::string> words, Settings& settings);
std::string FormatNotifyDirective(const Settings& settings);

}  // namespace kvasir
