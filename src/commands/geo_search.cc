// Finding places in a shape: GEOSEARCH and its older relatives.
#include "src/store/geo_search.h"

#include <algorithm>

#include "src/commands/families.h"
#include "src/commands/geo_reply.h"
#include "src/commands/geo_search_request.h"
#include "src/commands/sorted_set_log.h"
#include "src/commands/sorted_set_reply.h"
#include "src/store/sorted_set_builder.h"

namespace kvasir {
namespace {

GeoMatches Search(const Entry* entry, const GeoSearchRequest& request) {
  using Order = GeoSearchRequest::Order;
  if (entry == nullptr) return {};
  GeoMatches matches = SearchPlaces(*entry, request.shape, request.any ? request.count : 0);
  const size_t count = request.count == 0 ? matches.size() : request.count;
  // A count asks for the nearest, unless any do.
  const bool sorts = request.order != Order::kNone || (request.count != 0 && !request.any);
  if (sorts) {
    matches.Sort(request.order == Order::kFarthest, count);
  } else {
    matches.Limit(count);
  }
  return matches;
}

void Reply(Call& call, const GeoSearchRequest& request, const GeoMatches& matches) {
  const int extras = int{request.with_distance} + int{request.with_hash} + int{request.with_place};
  call.reply.Array(matches.size());
  for (size_t i = 0; i < matches.size(); ++i) {
    const GeoMatch& match = matches[i];
    if (extras > 0) call.reply.Array(static_cast<size_t>(extras) + 1);
    call.reply.Bulk(matches.NameOf(match));
    if (request.with_distance) ReplyDistance(call, match.distance / request.shape.unit_meters);
    if (request.with_hash) call.reply.Integer(IntegerOfScore(match.score));
    if (request.with_place) ReplyPlace(call, match.place);
  }
}

void Store(Call& call, const Key& destination, const GeoSearchRequest& request,
           const GeoMatches& matches, std::string_view event) {
  SortedSetBuilder builder;
  for (size_t i = 0; i < matches.size(); ++i) {
    const GeoMatch& match = matches[i];
    const double distance = match.distance / request.shape.unit_meters;
    builder.AddIfAbsent({matches.NameOf(match), request.store_distance ? distance : match.score});
  }
  builder.Sort();
  // Distances are not the same to the last bit on every processor, so the log gets the outcome.
  LogSortedSet(call, destination.bytes, builder);
  const bool existed = call.database().Peek(destination) != nullptr;
  const bool stored = builder.size() > 0;
  builder.Store(call.database(), destination);
  if (stored) {
    call.Notify(kNotifySortedSet, event, destination.bytes);
  } else if (existed) {
    call.Notify(kNotifyGeneric, "del", destination.bytes);
  }
  call.reply.Integer(static_cast<int64_t>(matches.size()));
}

void RunSearch(Call& call, const GeoSearchForm& form) {
  const size_t source = form.stores ? 2 : 1;
  bool failed = false;
  const Entry* entry = ReadSortedSet(call, call.KeyAt(source), failed);
  if (failed) return;
  ArgumentReader read(call, source + 1);
  GeoSearchRequest request = ReadGeoSearch(read, form, entry, call[0]);
  if (!read.Finish()) return;
  if (form.stores) request.destination = call.KeyAt(1);
  const GeoMatches matches = Search(entry, request);
  if (request.destination) {
    const std::string_view event = form.stores ? "geosearchstore" : "georadiusstore";
    Store(call, *request.destination, request, matches, event);
  } else {
    Reply(call, request, matches);
  }
}

using Center = GeoSearchForm::Center;

void CmdGeoSearch(Call& call) { RunSearch(call, {}); }
void CmdGeoSearchStore(Call& call) { RunSearch(call, {.stores = true}); }
void CmdGeoRadius(Call& call) { RunSearch(call, {.center = Center::kPlace, .may_store = true}); }
void CmdGeoRadiusRo(Call& call) { RunSearch(call, {.center = Center::kPlace}); }
void CmdGeoRadiusByMember(Call& call) {
  RunSearch(call, {.center = Center::kMember, .may_store = true});
}
void CmdGeoRadiusByMemberRo(Call& call) { RunSearch(call, {.center = Center::kMember}); }

constexpr KeySpec kStoreKeys[] = {{.flags = kKeyOverwrite | kKeyUpdate},
                                  {.flags = kKeyReadOnly | kKeyAccess, .begin = 2}};
constexpr KeySpec kRadiusKeys[] = {
    {.flags = kKeyReadOnly | kKeyAccess},
    {.flags = kKeyOverwrite | kKeyUpdate, .begin = 6, .keyword = "STORE"},
    {.flags = kKeyOverwrite | kKeyUpdate, .begin = 6, .keyword = "STOREDIST"}};
constexpr KeySpec kRadiusByMemberKeys[] = {
    {.flags = kKeyReadOnly | kKeyAccess},
    {.flags = kKeyOverwrite | kKeyUpdate, .begin = 5, .keyword = "STORE"},
    {.flags = kKeyOverwrite | kKeyUpdate, .begin = 5, .keyword = "STOREDIST"}};

// clang-format off
constexpr CommandRow kRows[] = {
    {.name = "geosearch", .handler = CmdGeoSearch, .arity = -7, .flags = kReadOnly,
     .categories = kAclGeo, .keys = kReadFirstKey, .since = "6.2.0",
     .group = CommandGroup::kGeo,
     .summary = "Finds the members in a circle, a box or a polygon.",
     .syntax = "key [FROMMEMBER member | FROMLONLAT longitude latitude] "
               "<BYRADIUS radius <M | KM | FT | MI> | BYBOX width height <M | KM | FT | MI> | "
               "BYPOLYGON num-vertices longitude latitude [longitude latitude ...]> "
               "[ASC | DESC] [COUNT count [ANY]] [WITHCOORD] [WITHDIST] [WITHHASH]"},
    {.name = "geosearchstore", .handler = CmdGeoSearchStore, .arity = -8,
     .flags = kWrite | kDenyOom, .categories = kAclGeo, .keys = kStoreKeys, .since = "6.2.0",
     .group = CommandGroup::kGeo,
     .summary = "Stores the members in a circle, a box or a polygon.",
     .syntax = "destination source [FROMMEMBER member | FROMLONLAT longitude latitude] "
               "<BYRADIUS radius <M | KM | FT | MI> | BYBOX width height <M | KM | FT | MI> | "
               "BYPOLYGON num-vertices longitude latitude [longitude latitude ...]> "
               "[ASC | DESC] [COUNT count [ANY]] [STOREDIST]"},
    {.name = "georadius", .handler = CmdGeoRadius, .arity = -6,
     .flags = kWrite | kDenyOom | kMovableKeys, .categories = kAclGeo, .keys = kRadiusKeys,
     .since = "3.2.0", .group = CommandGroup::kGeo,
     .summary = "Finds the members around a place, and maybe stores them.",
     .syntax = "key longitude latitude radius <M | KM | FT | MI> [WITHCOORD] [WITHDIST] "
               "[WITHHASH] [COUNT count [ANY]] [ASC | DESC] [STORE key | STOREDIST key]"},
    {.name = "georadius_ro", .handler = CmdGeoRadiusRo, .arity = -6, .flags = kReadOnly,
     .categories = kAclGeo, .keys = kReadFirstKey, .since = "3.2.10",
     .group = CommandGroup::kGeo, .summary = "Finds the members around a place.",
     .syntax = "key longitude latitude radius <M | KM | FT | MI> [WITHCOORD] [WITHDIST] "
               "[WITHHASH] [COUNT count [ANY]] [ASC | DESC]"},
    {.name = "georadiusbymember", .handler = CmdGeoRadiusByMember, .arity = -5,
     .flags = kWrite | kDenyOom | kMovableKeys, .categories = kAclGeo,
     .keys = kRadiusByMemberKeys, .since = "3.2.0", .group = CommandGroup::kGeo,
     .summary = "Finds the members around a member, and maybe stores them.",
     .syntax = "key member radius <M | KM | FT | MI> [WITHCOORD] [WITHDIST] [WITHHASH] "
               "[COUNT count [ANY]] [ASC | DESC] [STORE key | STOREDIST key]"},
    {.name = "georadiusbymember_ro", .handler = CmdGeoRadiusByMemberRo, .arity = -5,
     .flags = kReadOnly, .categories = kAclGeo, .keys = kReadFirstKey, .since = "3.2.10",
     .group = CommandGroup::kGeo, .summary = "Finds the members around a member.",
     .syntax = "key member radius <M | KM | FT | MI> [WITHCOORD] [WITHDIST] [WITHHASH] "
               "[COUNT count [ANY]] [ASC | DESC]"},
};
// clang-format on

}  // namespace

std::span<const CommandRow> GeoSearchCommands() { return kRows; }

}  // namespace kvasir
