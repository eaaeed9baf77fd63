#include "src/store/geo_shape.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace kvasir {
namespace {

// Counts the sides that a line from the place to the east crosses (W. Randolph Franklin's PNPOLY,
// https://wrfranklin.org/Research/Short_Notes/pnpoly.html).
bool IsInside(const std::vector<GeoPoint>& corners, const GeoPoint& place) {
  bool inside = false;
  for (size_t i = 0, before = corners.size() - 1; i < corners.size(); before = i++) {
    const GeoPoint& a = corners[i];
    const GeoPoint& b = corners[before];
    if ((a.latitude > place.latitude) == (b.latitude > place.latitude)) continue;
    const double crossing =
        (b.longitude - a.longitude) * (place.latitude - a.latitude) / (b.latitude - a.latitude) +
        a.longitude;
    if (place.longitude < crossing) inside = !inside;
  }
  return inside;
}

bool IsInBox(const GeoPoint& center, double width, double height, const GeoPoint& place) {
  if (LatitudeDistance(place.latitude, center.latitude) > height / 2) return false;
  return !(Distance(place, {center.longitude, place.latitude}) > width / 2);
}

GeoBounds BoundsOfCorners(const std::vector<GeoPoint>& corners) {
  GeoBounds bounds{corners[0], corners[0]};
  for (const GeoPoint& corner : corners) {
    bounds.low.longitude = std::min(bounds.low.longitude, corner.longitude);
    bounds.low.latitude = std::min(bounds.low.latitude, corner.latitude);
    bounds.high.longitude = std::max(bounds.high.longitude, corner.longitude);
    bounds.high.latitude = std::max(bounds.high.latitude, corner.latitude);
  }
  return bounds;
}

}  // namespace

std::optional<double> GeoShape::DistanceWithin(const GeoPoint& place) const {
  switch (kind) {
    case Kind::kCircle: {
      const double distance = Distance(center, place);
      if (distance > radius * unit_meters) return std::nullopt;
      return distance;
    }
    case Kind::kBox:
      if (!IsInBox(center, width * unit_meters, height * unit_meters, place)) return std::nullopt;
      return Distance(center, place);
    case Kind::kPolygon:
      if (!IsInside(corners, place)) return std::nullopt;
      return Distance(center, place);
    case Kind::kNone:
      break;
  }
  return std::nullopt;
}

GeoBounds GeoShape::Bounds() const {
  if (kind == Kind::kPolygon) return BoundsOfCorners(corners);
  const bool circle = kind == Kind::kCircle;
  const double up = unit_meters * (circle ? radius : height / 2);
  const double aside = unit_meters * (circle ? radius : width / 2);
  const double latitudes = ToDegrees(up / kEarthRadiusMeters);
  // Meridians come closer towards the pole, so that the edge nearer to it spans more of them. Redis
  // takes the southern edge south of the equator and the northern one elsewhere.
  const double edge =
      center.latitude < 0 ? center.latitude - latitudes : center.latitude + latitudes;
  const double longitudes = ToDegrees(aside / kEarthRadiusMeters / std::cos(ToRadians(edge)));
  return {{center.longitude - longitudes, center.latitude - latitudes},
          {center.longitude + longitudes, center.latitude + latitudes}};
}

double GeoShape::ReachMeters(const GeoBounds& bounds) const {
  if (kind == Kind::kCircle) return radius * unit_meters;
  if (kind == Kind::kBox) {
    return std::sqrt(width / 2 * (width / 2) + height / 2 * (height / 2)) * unit_meters;
  }
  const double north = std::max(Distance(center, {bounds.low.longitude, bounds.high.latitude}),
                                Distance(center, bounds.high));
  const double south = std::max(Distance(center, {bounds.high.longitude, bounds.low.latitude}),
                                Distance(center, bounds.low));
  return std::max(north, south);
}

GeoPoint CenterOfCorners(const std::vector<GeoPoint>& corners) {
  double x = 0;
  double y = 0;
  double z = 0;
  for (const GeoPoint& corner : corners) {
    const double longitude = ToRadians(corner.longitude);
    const double latitude = ToRadians(corner.latitude);
    x += std::cos(latitude) * std::cos(longitude);
    y += std::cos(latitude) * std::sin(longitude);
    z += std::sin(latitude);
  }
  const GeoPoint center{ToDegrees(std::atan2(y, x)),
                        ToDegrees(std::atan2(z, std::sqrt(x * x + y * y)))};
  return {std::clamp(center.longitude, -kLongitudeMax, kLongitudeMax),
          std::clamp(center.latitude, -kLatitudeMax, kLatitudeMax)};
}

}  // namespace kvasir
