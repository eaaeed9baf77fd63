// Members of a sorted set of places (see geohash.h) that lie in a shape.
// THREAD: loop.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "src/store/geo_shape.h"
#include "src/store/sorted_set_type.h"

namespace kvasir {

struct GeoMatch {
  GeoPoint place;
  double distance = 0;  // from the shape's center, in meters
  double score = 0;
  size_t name_at = 0;
  size_t name_size = 0;
};

class GeoMatches {
 public:
  size_t size() const { return matches_.size(); }
  const GeoMatch& operator[](size_t index) const { return matches_[index]; }
  // LIFETIME: until the next Add.
  std::string_view NameOf(const GeoMatch& match) const {
    return std::string_view(names_).substr(match.name_at, match.name_size);
  }

  void Add(std::string_view name, GeoMatch match);
  // Brings the first `count` into the order of their distances, and drops the others.
  void Sort(bool descending, size_t count);
  // Drops all but the first `count`.
  void Limit(size_t count);

 private:
  std::vector<GeoMatch> matches_;
  std::string names_;  // one behind the other
};

// The places in the shape: those of the center's cell of the grid first, then those of its
// neighbours in Redis's order, each by their scores. Ends at `limit` matches; 0: none.
// REQUIRES: the entry is a sorted set.
GeoMatches SearchPlaces(const Entry& entry, const GeoShape& shape, size_t limit);

}  // namespace kvasir
