// Places on Earth as 52-bit numbers: longitude and latitude cut into 2^26 parts each, their bits
// interleaved, longitude first (https://en.wikipedia.org/wiki/Geohash). Latitudes end where the Web
// Mercator map does. Every number comes out as Redis computes it, to the last bit: the order of the
// operations on doubles matters here.
// THREAD: any.
#pragma once

#include <array>
#include <cstdint>

namespace kvasir {

inline constexpr double kLongitudeMax = 180;
inline constexpr double kLatitudeMax = 85.05112878;
inline constexpr int kGeohashSteps = 26;

// In degrees.
struct GeoPoint {
  double longitude = 0;
  double latitude = 0;
};
bool IsOnMap(const GeoPoint& point);

// A cell of the grid that has 2^steps parts each way.
struct GeoCell {
  uint64_t bits = 0;
  int steps = 0;  // 1 to 26; 0: no cell
};
struct GeoArea {
  GeoPoint low;
  GeoPoint high;
};

// REQUIRES: the point is on the map.
GeoCell CellOf(const GeoPoint& point, int steps);
GeoArea AreaOf(const GeoCell& cell);
// The cell so many columns to the east and rows to the north (-1, 0 or 1), around the edges.
// REQUIRES: the cell has steps.
GeoCell NeighborOf(const GeoCell& cell, int east, int north);

// A place as the score of a sorted set, and back, as exactly as 52 bits allow. Scores that are no
// place give some place on the map.
double ScoreOfPlace(const GeoPoint& point);
GeoPoint PlaceOfScore(double score);
// The score as an integer, as replies show it.
int64_t IntegerOfScore(double score);

// The usual text of 11 letters, the last always '0'. Its latitudes go to the poles.
std::array<char, 11> GeohashText(const GeoPoint& point);

// The way along a great circle of a sphere, in meters.
double Distance(const GeoPoint& from, const GeoPoint& to);
// The same for points of one longitude.
double LatitudeDistance(double from, double to);

inline constexpr double kEarthRadiusMeters = 6372797.560856;
double ToRadians(double degrees);
double ToDegrees(double radians);

}  // namespace kvasir
