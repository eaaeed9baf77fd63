// Numbers of places, as the geo commands read and reply them.
// THREAD: loop.
#pragma once

#include <optional>

#include "src/engine/argument_reader.h"
#include "src/store/geohash.h"

namespace kvasir {

// Longitude and latitude.
GeoPoint NextPlace(ArgumentReader& read);
// "m", "km", "ft" or "mi", in meters.
double NextUnit(ArgumentReader& read);

// With four decimals.
void ReplyDistance(Call& call, double distance);
// An array of longitude and latitude.
void ReplyPlace(Call& call, const GeoPoint& place);

}  // namespace kvasir
