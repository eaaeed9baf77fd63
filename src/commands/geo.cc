// Places in sorted sets: adding them and telling where they are.
#include <vector>

#include "src/commands/families.h"
#include "src/commands/geo_reply.h"
#include "src/commands/sorted_set_reply.h"

namespace kvasir {
namespace {

void CmdGeoAdd(Call& call) {
  ArgumentReader read(call, 1);
  const Key key = read.NextKey();
  AddConditions conditions;
  bool count_changed = false;
  while (!read.AtEnd()) {
    if (read.TakeWord("NX")) {
      conditions.if_absent = true;
    } else if (read.TakeWord("XX")) {
      conditions.if_present = true;
    } else if (read.TakeWord("CH")) {
      count_changed = true;
    } else {
      break;
    }
  }
  const bool both = conditions.if_absent && conditions.if_present;
  if (read.left() == 0 || read.left() % 3 != 0 || both) read.Fail(errors::kSyntax);
  std::vector<ScoredMember> places;
  places.reserve(read.left() / 3);
  while (!read.AtEnd()) {
    const double score = [&] {
      const GeoPoint place = NextPlace(read);
      return read.failed() ? 0 : ScoreOfPlace(place);
    }();
    places.push_back({read.Next(), score});
  }
  if (!read.Finish()) return;
  bool failed = false;
  const Database::Position position = LocateSortedSet(call, key, failed);
  if (failed) return;
  int64_t added = 0;
  int64_t updated = 0;
  {
    SortedSetAdder adder(call.database(), key, position);
    for (const ScoredMember& place : places) {
      const AddOutcome outcome = adder.Add(place, conditions).outcome;
      if (outcome == AddOutcome::kAdded) ++added;
      if (outcome == AddOutcome::kUpdated) ++updated;
    }
  }
  if (added + updated > 0) call.Notify(kNotifySortedSet, "zadd", key.bytes);
  call.reply.Integer(count_changed ? added + updated : added);
}

// Calls `reply(place)` for each member from argument 2 on, and `reply_absent()` for those that are
// not there.
template <typename Reply, typename ReplyAbsent>
void ForEachPlace(Call& call, Reply reply, ReplyAbsent reply_absent) {
  bool failed = false;
  const Entry* entry = ReadSortedSet(call, call.KeyAt(1), failed);
  if (failed) return;
  call.reply.Array(call.size() - 2);
  for (size_t i = 2; i < call.size(); ++i) {
    const std::optional<double> score =
        entry == nullptr ? std::nullopt : SortedSetScore(*entry, call[i]);
    if (score) {
      reply(PlaceOfScore(*score));
    } else {
      reply_absent();
    }
  }
}

void CmdGeoPos(Call& call) {
  ForEachPlace(
      call, [&](const GeoPoint& place) { ReplyPlace(call, place); },
      [&] { call.reply.NullArray(); });
}

void CmdGeoHash(Call& call) {
  ForEachPlace(
      call,
      [&](const GeoPoint& place) {
        const auto text = GeohashText(place);
        call.reply.Bulk({text.data(), text.size()});
      },
      [&] { call.reply.Null(); });
}

void CmdGeoDist(Call& call) {
  ArgumentReader read(call, 4);
  // Too many arguments come before a wrong unit.
  if (call.size() > 5) read.Fail(errors::kSyntax);
  const double unit_meters = read.AtEnd() ? 1 : NextUnit(read);
  if (!read.Finish()) return;
  bool failed = false;
  const Entry* entry = ReadSortedSet(call, call.KeyAt(1), failed);
  if (failed) return;
  const std::optional<double> from =
      entry == nullptr ? std::nullopt : SortedSetScore(*entry, call[2]);
  const std::optional<double> to = from ? SortedSetScore(*entry, call[3]) : std::nullopt;
  if (!to) {
    call.reply.Null();
    return;
  }
  ReplyDistance(call, Distance(PlaceOfScore(*from), PlaceOfScore(*to)) / unit_meters);
}

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "geoadd", .handler = CmdGeoAdd, .arity = -5, .flags = kWrite | kDenyOom,
     .categories = kAclGeo, .keys = kUpdateFirstKey, .since = "3.2.0",
     .group = CommandGroup::kGeo,
     .summary = "Adds members with places to a sorted set, or moves those it has.",
     .syntax = "key [NX | XX] [CH] longitude latitude member [longitude latitude member ...]"},
    {.name = "geopos", .handler = CmdGeoPos, .arity = -2, .flags = kReadOnly,
     .categories = kAclGeo, .keys = kReadFirstKey, .since = "3.2.0",
     .group = CommandGroup::kGeo, .summary = "Tells where members are.",
     .syntax = "key [member [member ...]]"},
    {.name = "geohash", .handler = CmdGeoHash, .arity = -2, .flags = kReadOnly,
     .categories = kAclGeo, .keys = kReadFirstKey, .since = "3.2.0",
     .group = CommandGroup::kGeo, .summary = "Tells where members are, as geohash texts.",
     .syntax = "key [member [member ...]]"},
    {.name = "geodist", .handler = CmdGeoDist, .arity = -4, .flags = kReadOnly,
     .categories = kAclGeo, .keys = kReadFirstKey, .since = "3.2.0",
     .group = CommandGroup::kGeo, .summary = "Tells how far two members are from each other.",
     .syntax = "key member1 member2 [M | KM | FT | MI]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> GeoCommands() { return kRows; }

}  // namespace kvasir
