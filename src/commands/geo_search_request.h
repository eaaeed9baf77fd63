// The arguments of GEOSEARCH, GEOSEARCHSTORE, GEORADIUS and GEORADIUSBYMEMBER.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <optional>

#include "src/engine/argument_reader.h"
#include "src/store/entry.h"
#include "src/store/geo_shape.h"

namespace kvasir {

// What a command's arguments look like.
struct GeoSearchForm {
  enum class Center : uint8_t { kOption, kPlace, kMember };
  Center center = Center::kOption;  // kOption: GEOSEARCH, whose shape is an option, too
  bool stores = false;              // the destination is argument 1
  bool may_store = false;           // STORE and STOREDIST are options
};

struct GeoSearchRequest {
  GeoShape shape;
  bool with_distance = false;
  bool with_hash = false;
  bool with_place = false;
  enum class Order : uint8_t { kNone, kNearest, kFarthest };
  Order order = Order::kNone;
  bool any = false;  // the first matches do
  size_t count = 0;  // 0: all
  std::optional<Key> destination;
  bool store_distance = false;
};

// Reads the arguments behind the source key. `entry` is what is there, nullptr when nothing is:
// members are not looked for then. Errors are latched in `read`.
GeoSearchRequest ReadGeoSearch(ArgumentReader& read, const GeoSearchForm& form, const Entry* entry,
                               std::string_view command_name);

}  // namespace kvasir
