#include "src/commands/client_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "src/base/number.h"
#include "src/base/text.h"
#include "src/engine/client_description.h"
#include "src/engine/engine.h"

namespace kvasir {
namespace {

using Field = ClientFilter::Field;

struct FieldWord {
  std::string_view word;
  Field field;
};
constexpr FieldWord kFieldWords[] = {
    {"ID", Field::kId},
    {"TYPE", Field::kType},
    {"USER", Field::kUser},
    {"ADDR", Field::kAddress},
    {"NAME", Field::kName},
    {"LADDR", Field::kLocalAddress},
    {"FLAGS", Field::kFlags},
    {"LIB-NAME", Field::kLibraryName},
    {"DB", Field::kDatabase},
    {"LIB-VER", Field::kLibraryVersion},
    {"CAPA", Field::kCapabilities},
    {"IP", Field::kIp},
};

// The capabilities that CLIENT CAPA knows.
constexpr std::string_view kCapabilityLetters = "r";

// Redis's older and newer words for the kinds of clients; nothing for any other word.
std::optional<std::string_view> TypeName(std::string_view word) {
  constexpr std::string_view kNames[][2] = {{"normal", "normal"},   {"pubsub", "pubsub"},
                                            {"replica", "replica"}, {"slave", "replica"},
                                            {"master", "master"},   {"primary", "master"}};
  for (const auto& [name, type] : kNames) {
    if (EqualsIgnoreCase(word, name)) return type;
  }
  return std::nullopt;
}

bool ContainsAll(std::string_view text, std::string_view letters) {
  return letters.find_first_not_of(text) == std::string_view::npos;
}

void CheckLetters(ArgumentReader& read, std::string_view kind, bool negated,
                  std::string_view letters, std::string_view known) {
  if (ContainsAll(known, letters)) return;
  const std::string_view filter = !negated          ? "provided"
                                  : kind == "flags" ? "NOT-FLAGS"
                                                    : "NOT-CAPA";
  read.Fail(fmt::format("ERR Unknown {} found in the {} filter: {}", kind, filter, letters));
}

}  // namespace

ClientFilter::Criterion& ClientFilter::Find(Field field, bool negated) {
  for (Criterion& criterion : criteria_) {
    if (criterion.field == field && criterion.negated == negated) return criterion;
  }
  criteria_.push_back({field, negated, {}, {}});
  return criteria_.back();
}

void ClientFilter::ReadIds(ArgumentReader& read, Criterion& criterion) {
  const auto add = [&] {
    criterion.ids.push_back(static_cast<uint64_t>(read.NextIntegerIn(1, INT64_MAX, bad_id_)));
  };
  add();
  while (!read.AtEnd() && ParseInt64(read.Peek())) add();
}

void ClientFilter::ReadValue(ArgumentReader& read, Call& call, Criterion& criterion) {
  if (criterion.field == Field::kId) {
    ReadIds(read, criterion);
    return;
  }
  if (criterion.field == Field::kDatabase) {
    criterion.database =
        read.NextIntegerIn(0, call.keyspace().database_count() - 1, errors::kDbIndexOutOfRange);
    return;
  }
  criterion.text = read.Next();
  if (criterion.field == Field::kType) {
    const std::optional<std::string_view> type = TypeName(criterion.text);
    if (!type) read.Fail(fmt::format("ERR Unknown client type '{}'", criterion.text));
    criterion.text = type.value_or("");
  } else if (criterion.field == Field::kUser &&
             call.engine().acl().Find(criterion.text) == nullptr) {
    read.Fail(fmt::format("ERR No such user '{}'", criterion.text));
  } else if (criterion.field == Field::kFlags) {
    CheckLetters(read, "flags", criterion.negated, criterion.text, kClientFlagLetters);
  } else if (criterion.field == Field::kCapabilities) {
    CheckLetters(read, "capa", criterion.negated, criterion.text, kCapabilityLetters);
  }
}

bool ClientFilter::ReadCriterion(ArgumentReader& read, Call& call) {
  for (const FieldWord& known : kFieldWords) {
    const bool plain = read.TakeOption(known.word, 1);
    if (!plain && !read.TakeOption("NOT-" + std::string(known.word), 1)) continue;
    ReadValue(read, call, Find(known.field, !plain));
    return true;
  }
  return false;
}

bool ClientFilter::ReadBound(ArgumentReader& read, std::string_view word, std::string_view name,
                             int64_t& seconds) {
  if (!read.TakeOption(word, 1)) return false;
  seconds = read.NextInteger(fmt::format("ERR {} is not an integer or out of range", name));
  if (!read.failed() && seconds <= 0) {
    read.Fail(fmt::format("ERR {} should be greater than 0", name));
  }
  return true;
}

void ClientFilter::Read(ArgumentReader& read, Call& call) {
  while (!read.AtEnd()) {
    if (ReadBound(read, "MAXAGE", "maxage", age_s_min_)) continue;
    if (ReadBound(read, "IDLE", "idle", idle_s_min_)) continue;
    if (ReadCriterion(read, call)) continue;
    if (!read.TakeOption("SKIPME", 1)) {
      read.Fail(errors::kSyntax);
    } else if (read.TakeWord("YES")) {
      skip_me_ = true;
    } else if (read.TakeWord("NO")) {
      skip_me_ = false;
    } else {
      read.Fail(errors::kSyntax);
    }
  }
}

bool ClientFilter::Passes(const Session& session, const Session& caller, int64_t now_ms) const {
  if (skip_me_ && &session == &caller) return false;
  if ((now_ms - session.created_ms) / 1000 < age_s_min_) return false;
  if ((now_ms - session.last_request_ms) / 1000 < idle_s_min_) return false;
  if (criteria_.empty()) return true;
  const ConnectionFacts facts = session.Facts();
  const auto meets = [&](const Criterion& wanted) {
    switch (wanted.field) {
      case Field::kId:
        return std::find(wanted.ids.begin(), wanted.ids.end(), session.id) != wanted.ids.end();
      case Field::kType:
        return wanted.text == (session.subscriber == nullptr ? "normal" : "pubsub");
      case Field::kUser:
        return wanted.text == session.user_name();
      case Field::kAddress:
        return wanted.text == facts.address;
      case Field::kLocalAddress:
        return wanted.text == facts.local_address;
      case Field::kName:
        return wanted.text == session.name;
      case Field::kFlags:
        return ContainsAll(ClientFlags(session, facts), wanted.text);
      case Field::kLibraryName:
        return wanted.text == session.library_name;
      case Field::kLibraryVersion:
        return wanted.text == session.library_version;
      case Field::kDatabase:
        return wanted.database == session.database;
      case Field::kCapabilities:
        return ContainsAll(session.capabilities, wanted.text);
      case Field::kIp:
        return wanted.text == AddressHost(facts.address);
    }
    return false;
  };
  return std::all_of(criteria_.begin(), criteria_.end(),
                     [&](const Criterion& wanted) { return meets(wanted) != wanted.negated; });
}

}  // namespace kvasir
