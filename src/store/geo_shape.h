// The shapes that places are searched in: a circle, a box along the meridians, or a polygon.
// THREAD: any.
#pragma once

#include <optional>
#include <vector>

#include "src/store/geohash.h"

namespace kvasir {

// Corners of a square on the map, in degrees; may reach over the map's edges.
struct GeoBounds {
  GeoPoint low;
  GeoPoint high;
};

struct GeoShape {
  enum class Kind : uint8_t { kNone, kCircle, kBox, kPolygon };
  Kind kind = Kind::kNone;
  // Distances are measured from here. Of a polygon: its corners' center of mass.
  GeoPoint center;
  double unit_meters = 1;  // what the following are in, and distances in replies
  double radius = 0;       // kCircle
  double width = 0;        // kBox
  double height = 0;
  std::vector<GeoPoint> corners;  // kPolygon: at least three

  // The distance of a place from the center in meters; nothing when it lies outside.
  std::optional<double> DistanceWithin(const GeoPoint& place) const;
  GeoBounds Bounds() const;
  // How far from the center the shape reaches, about.
  double ReachMeters(const GeoBounds& bounds) const;
};

// The mean of the corners as vectors from the Earth's center, on the surface again.
GeoPoint CenterOfCorners(const std::vector<GeoPoint>& corners);

}  // namespace kvasir
