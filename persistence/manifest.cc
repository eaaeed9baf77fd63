#include "persistence/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "protocol/request_parser.h"
#include "src/base/crc.h"
#include "src/base/number.h"
#include "src/base/text.h"

namespace kvasir {
namespace {

constexpr uint64_t kManifestBytesMax = 16 * 1024 * 1024;
constexpr size_t kManifestLineMax = 1024;  // Redis's MANIFEST_MAX_LINE
constexpr std::string_view kSumTag = "#KVSUM:";

tl::unexpected<Error> LineError(size_t line, std::string_view what) {
  return Fail(Errc::kCorrupt, fmt::format("line {}: {}", line, what));
}

bool IsPlainName(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '\'' && c != '\\';
  });
}

bool IsFileName(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string_view::npos &&
         name.find('\0') == std::string_view::npos;
}

// Fields come as pairs of a key and a value, in any order; unknown keys are passed over, as Redis
// does, so that later versions can add some.
Result<ManifestEntry> ParseEntry(std::string_view text, size_t line) {
  std::vector<std::string> words;
  if (!SplitQuoted(text, words)) return LineError(line, "unbalanced quotes");
  if (words.size() < 6 || words.size() % 2 != 0) return LineError(line, "fields are missing");
  ManifestEntry entry;
  bool has_type = false;
  for (size_t i = 0; i < words.size(); i += 2) {
    const std::string& value = words[i + 1];
    if (EqualsIgnoreCase(words[i], "file")) {
      if (!IsFileName(value)) return LineError(line, "the file's name is not a plain name");
      entry.name = value;
    } else if (EqualsIgnoreCase(words[i], "seq")) {
      const std::optional<int64_t> number = ParseInt64(value);
      if (!number || *number <= 0) return LineError(line, "seq is not a positive number");
      entry.number = static_cast<uint64_t>(*number);
    } else if (EqualsIgnoreCase(words[i], "type")) {
      if (value != "b" && value != "i" && value != "h") return LineError(line, "unknown type");
      entry.type = static_cast<LogFileType>(value[0]);
      has_type = true;
    }
  }
  if (entry.name.empty() || entry.number == 0 || !has_type) {
    return LineError(line, "file, seq or type is missing");
  }
  return entry;
}

Result<void> AddEntry(ManifestEntry entry, size_t line, Manifest& manifest) {
  if (entry.type == LogFileType::kBase) {
    if (manifest.base) return LineError(line, "a second base");
    manifest.base = std::move(entry);
  } else if (entry.type == LogFileType::kHistory) {
    manifest.history.push_back(std::move(entry));
  } else {
    if (!manifest.increments.empty() && entry.number <= manifest.increments.back().number) {
      return LineError(line, "increments are not in order");
    }
    manifest.increments.push_back(std::move(entry));
  }
  return {};
}

void FormatEntry(const ManifestEntry& entry, std::string& out) {
  const std::string name = IsPlainName(entry.name) ? entry.name : QuoteBytes(entry.name);
  out += fmt::format("file {} seq {} type {}\n", name, entry.number, static_cast<char>(entry.type));
}

uint64_t NumberAfter(const std::vector<ManifestEntry>& entries, uint64_t number) {
  for (const ManifestEntry& entry : entries) number = std::max(number, entry.number);
  return number + 1;
}

// A flipped bit may turn an increment into history, so our manifests begin with the checksum of
// what follows, in a comment.
std::string SumLine(std::string_view text) {
  return fmt::format("{}{:08x}\n", kSumTag, Crc32c(0, text));
}

Result<void> WriteSynced(FileSystem& files, const std::string& path, std::string_view content) {
  Result<std::unique_ptr<AppendFile>> file = files.OpenAppend(path, FileSystem::Open::kReplace);
  if (!file) return tl::unexpected(file.error());
  const std::array<std::string_view, 1> pieces = {content};
  if (Result<void> written = (*file)->Append(pieces); !written) return written;
  return (*file)->SyncData();
}

}  // namespace

uint64_t Manifest::NextBaseNumber() const { return NumberAfter(history, base ? base->number : 0); }

uint64_t Manifest::NextIncrementNumber() const {
  return std::max(NumberAfter(increments, 0), NumberAfter(history, 0));
}

Result<Manifest> ParseManifest(std::string_view text) {
  Manifest manifest;
  size_t line = 0;
  if (text.starts_with(kSumTag)) {
    const size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    if (text.substr(0, end) != SumLine(text.substr(end))) {
      return LineError(1, "the checksum is wrong");
    }
  }
  while (!text.empty()) {
    ++line;
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return LineError(line, "the line is cut short");
    if (end + 1 >= kManifestLineMax) return LineError(line, "the line is too long");
    const std::string_view content = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (content.starts_with('#')) continue;
    Result<ManifestEntry> entry = ParseEntry(content, line);
    if (!entry) return tl::unexpected(entry.error());
    if (Result<void> added = AddEntry(std::move(*entry), line, manifest); !added) {
      return tl::unexpected(added.error());
    }
  }
  if (manifest.empty()) return LineError(line, "no file is named");
  return manifest;
}

std::string FormatManifest(const Manifest& manifest) {
  std::string text;
  if (manifest.base) FormatEntry(*manifest.base, text);
  for (const ManifestEntry& entry : manifest.history) FormatEntry(entry, text);
  for (const ManifestEntry& entry : manifest.increments) FormatEntry(entry, text);
  return SumLine(text) + text;
}

std::string BaseName(const LogPaths& paths, uint64_t number, BaseFormat format) {
  const std::string_view kind = format == BaseFormat::kRdb ? "rdb" : "aof";
  return fmt::format("{}.{}.base.{}", paths.file_name, number, kind);
}

std::string IncrementName(const LogPaths& paths, uint64_t number) {
  return fmt::format("{}.{}.incr.aof", paths.file_name, number);
}

Result<std::optional<Manifest>> ReadManifest(FileSystem& files, const LogPaths& paths) {
  const std::string path = paths.Manifest();
  const Result<bool> exists = files.Exists(path);
  if (!exists) return tl::unexpected(exists.error());
  if (!*exists) return std::optional<Manifest>();
  Result<std::string> text = ReadWholeFile(files, path, kManifestBytesMax);
  if (!text) return tl::unexpected(text.error());
  Result<Manifest> manifest = ParseManifest(*text);
  if (!manifest) return Fail(manifest.error().code(), path + ": " + manifest.error().detail());
  return std::optional<Manifest>(std::move(*manifest));
}

ManifestWriteResult WriteManifest(FileSystem& files, const LogPaths& paths,
                                  const Manifest& manifest) {
  const std::string temporary = paths.InDirectory("temp-" + paths.ManifestName());
  const std::string text = FormatManifest(manifest);
  if (Result<void> written = WriteSynced(files, temporary, text); !written) {
    return {ManifestWrite::kUntouched, written};
  }
  if (Result<void> renamed = files.Rename(temporary, paths.Manifest()); !renamed) {
    // D5: which of the two is there must be seen, not guessed.
    const Result<std::string> seen = ReadWholeFile(files, paths.Manifest(), kManifestBytesMax);
    const bool is_old = seen ? *seen != text : seen.error().code() == Errc::kNotFound;
    return {is_old ? ManifestWrite::kRenameFailed : ManifestWrite::kUnknown, renamed};
  }
  if (Result<void> synced = files.SyncDirectory(paths.Directory()); !synced) {
    return {ManifestWrite::kUnknown, synced};
  }
  return {};
}

}  // namespace kvasir
