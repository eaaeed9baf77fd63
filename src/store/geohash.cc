#include "src/store/geohash.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <string_view>

namespace kvasir {
namespace {

constexpr double kRadiansPerDegree = std::numbers::pi / 180.0;
constexpr uint64_t kEvenBits = 0x5555555555555555;

// Puts the bits of a number at the even places of one of twice the width.
uint64_t Spread(uint32_t number) {
  uint64_t bits = number;
  bits = (bits | bits << 16) & 0x0000ffff0000ffff;
  bits = (bits | bits << 8) & 0x00ff00ff00ff00ff;
  bits = (bits | bits << 4) & 0x0f0f0f0f0f0f0f0f;
  bits = (bits | bits << 2) & 0x3333333333333333;
  return (bits | bits << 1) & kEvenBits;
}

uint32_t Gather(uint64_t bits) {
  bits &= kEvenBits;
  bits = (bits | bits >> 1) & 0x3333333333333333;
  bits = (bits | bits >> 2) & 0x0f0f0f0f0f0f0f0f;
  bits = (bits | bits >> 4) & 0x00ff00ff00ff00ff;
  bits = (bits | bits >> 8) & 0x0000ffff0000ffff;
  return static_cast<uint32_t>(bits | bits >> 16);
}

// Which of 2^steps parts of [-limit, limit] the value lies in.
uint32_t PartOf(double value, double limit, int steps) {
  const double share = (value + limit) / (limit + limit);
  return static_cast<uint32_t>(share * static_cast<double>(uint64_t{1} << steps));
}

double EdgeOf(uint32_t part, double limit, int steps) {
  return -limit + part * 1.0 / static_cast<double>(uint64_t{1} << steps) * (limit + limit);
}

uint64_t Interleave(const GeoPoint& point, double latitude_max, int steps) {
  return Spread(PartOf(point.latitude, latitude_max, steps)) |
         Spread(PartOf(point.longitude, kLongitudeMax, steps)) << 1;
}

// What the processor makes of a double that an unsigned integer cannot hold, spelled out.
uint64_t UnsignedOfScore(double score) {
  constexpr double kHalf = 9223372036854775808.0;  // 2^63
  if (score >= 2 * kHalf || std::isnan(score)) return 0;
  if (score >= kHalf) return static_cast<uint64_t>(score);
  return static_cast<uint64_t>(IntegerOfScore(score));
}

double Middle(double low, double high, double limit) {
  return std::clamp((low + high) / 2, -limit, limit);
}

}  // namespace

bool IsOnMap(const GeoPoint& point) {
  return point.longitude >= -kLongitudeMax && point.longitude <= kLongitudeMax &&
         point.latitude >= -kLatitudeMax && point.latitude <= kLatitudeMax;
}

GeoCell CellOf(const GeoPoint& point, int steps) {
  return {Interleave(point, kLatitudeMax, steps), steps};
}

GeoArea AreaOf(const GeoCell& cell) {
  const uint32_t row = Gather(cell.bits);
  const uint32_t column = Gather(cell.bits >> 1);
  return {
      {EdgeOf(column, kLongitudeMax, cell.steps), EdgeOf(row, kLatitudeMax, cell.steps)},
      {EdgeOf(column + 1, kLongitudeMax, cell.steps), EdgeOf(row + 1, kLatitudeMax, cell.steps)}};
}

GeoCell NeighborOf(const GeoCell& cell, int east, int north) {
  // The place on the very edge has a bit more than others, which only a move takes away.
  const uint32_t mask = UINT32_MAX >> (32 - cell.steps);
  uint32_t column = Gather(cell.bits >> 1);
  uint32_t row = Gather(cell.bits);
  if (east != 0) column = (column + static_cast<uint32_t>(east)) & mask;
  if (north != 0) row = (row + static_cast<uint32_t>(north)) & mask;
  return {Spread(column) << 1 | Spread(row), cell.steps};
}

double ScoreOfPlace(const GeoPoint& point) {
  return static_cast<double>(CellOf(point, kGeohashSteps).bits);
}

int64_t IntegerOfScore(double score) {
  constexpr double kLimit = 9223372036854775808.0;  // 2^63
  return score >= -kLimit && score < kLimit ? static_cast<int64_t>(score) : INT64_MIN;
}

GeoPoint PlaceOfScore(double score) {
  const GeoArea area = AreaOf({UnsignedOfScore(score), kGeohashSteps});
  return {Middle(area.low.longitude, area.high.longitude, kLongitudeMax),
          Middle(area.low.latitude, area.high.latitude, kLatitudeMax)};
}

std::array<char, 11> GeohashText(const GeoPoint& point) {
  constexpr std::string_view kLetters = "0123456789bcdefghjkmnpqrstuvwxyz";
  constexpr double kPole = 90;
  constexpr int kLetterBits = 5;
  const uint64_t bits = Interleave(point, kPole, kGeohashSteps);
  std::array<char, 11> text;
  text.fill('0');
  // Ten letters take 50 of the 52 bits; two bits are no letter.
  for (size_t i = 0; i < 10; ++i) {
    const int shift = 2 * kGeohashSteps - static_cast<int>(i + 1) * kLetterBits;
    text[i] = kLetters[bits >> shift & 0x1f];
  }
  return text;
}

double ToRadians(double degrees) { return degrees * kRadiansPerDegree; }
double ToDegrees(double radians) { return radians / kRadiansPerDegree; }

double LatitudeDistance(double from, double to) {
  return kEarthRadiusMeters * std::fabs(ToRadians(to) - ToRadians(from));
}

// The haversine formula.
double Distance(const GeoPoint& from, const GeoPoint& to) {
  const double v = std::sin((ToRadians(to.longitude) - ToRadians(from.longitude)) / 2);
  if (v == 0.0) return LatitudeDistance(from.latitude, to.latitude);
  const double from_latitude = ToRadians(from.latitude);
  const double to_latitude = ToRadians(to.latitude);
  const double u = std::sin((to_latitude - from_latitude) / 2);
  const double a = u * u + std::cos(from_latitude) * std::cos(to_latitude) * v * v;
  return 2.0 * kEarthRadiusMeters * std::asin(std::sqrt(a));
}

}  // namespace kvasir
