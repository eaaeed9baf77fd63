#include "src/store/geo_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace kvasir {
namespace {

constexpr double kMercatorMax = 20037726.37;  // half of the equator on the map, in meters

// The center's cell and its neighbours, in the order in which Redis looks into them.
constexpr size_t kCells = 9;
struct Direction {
  int east;
  int north;
};
constexpr std::array<Direction, kCells> kDirections = {
    {{0, 0}, {0, 1}, {0, -1}, {1, 0}, {-1, 0}, {1, 1}, {-1, 1}, {1, -1}, {-1, -1}}};
using Cells = std::array<GeoCell, kCells>;

// The finest grid whose nine cells cover so much in the most cases.
int EstimateSteps(double reach_meters, double latitude) {
  if (reach_meters == 0) return kGeohashSteps;
  int steps = 1;
  for (; reach_meters < kMercatorMax; reach_meters *= 2) ++steps;
  steps -= 2;
  // Cells are narrower towards the poles.
  if (std::fabs(latitude) > 66) --steps;
  if (std::fabs(latitude) > 80) --steps;
  return std::clamp(steps, 1, kGeohashSteps);
}

Cells CellsAround(const GeoPoint& center, int steps) {
  const GeoCell middle = CellOf(center, steps);
  Cells cells;
  for (size_t i = 0; i < kCells; ++i) {
    cells[i] = NeighborOf(middle, kDirections[i].east, kDirections[i].north);
  }
  return cells;
}

// False as well where a neighbour lies around the map's edge: a coarser grid has fewer of these.
bool Covers(const Cells& cells, const GeoBounds& bounds) {
  return !(AreaOf(cells[1]).high.latitude < bounds.high.latitude ||
           AreaOf(cells[2]).low.latitude > bounds.low.latitude ||
           AreaOf(cells[3]).high.longitude < bounds.high.longitude ||
           AreaOf(cells[4]).low.longitude > bounds.low.longitude);
}

// Takes out neighbours that the shape does not reach.
void DropUnreached(Cells& cells, const GeoBounds& bounds) {
  const GeoArea middle = AreaOf(cells[0]);
  for (size_t i = 1; i < kCells; ++i) {
    const auto [east, north] = kDirections[i];
    if ((north < 0 && middle.low.latitude < bounds.low.latitude) ||
        (north > 0 && middle.high.latitude > bounds.high.latitude) ||
        (east < 0 && middle.low.longitude < bounds.low.longitude) ||
        (east > 0 && middle.high.longitude > bounds.high.longitude)) {
      cells[i] = {};
    }
  }
}

Cells CellsOf(const GeoShape& shape) {
  const GeoBounds bounds = shape.Bounds();
  int steps = EstimateSteps(shape.ReachMeters(bounds), shape.center.latitude);
  Cells cells = CellsAround(shape.center, steps);
  if (steps > 1 && !Covers(cells, bounds)) {
    --steps;
    cells = CellsAround(shape.center, steps);
  }
  if (steps >= 2) DropUnreached(cells, bounds);
  return cells;
}

// Adds the places of one cell; false when there are enough.
bool SearchCell(const Entry& entry, const GeoShape& shape, const GeoCell& cell, size_t limit,
                GeoMatches& out) {
  const int shift = 2 * (kGeohashSteps - cell.steps);
  ScoreRange scores;
  scores.low = static_cast<double>(cell.bits << shift);
  scores.high = static_cast<double>((cell.bits + 1) << shift);
  scores.without_high = true;
  const RankRange ranks = SortedSetRanks(entry, scores);
  if (ranks.count == 0) return true;
  SortedSetCursor cursor(entry, ranks.first);
  ScoredMember member;
  for (size_t i = 0; i < ranks.count && cursor.Next(member); ++i) {
    const GeoPoint place = PlaceOfScore(member.score);
    const std::optional<double> distance = shape.DistanceWithin(place);
    if (!distance) continue;
    out.Add(member.member, {.place = place, .distance = *distance, .score = member.score});
    if (limit != 0 && out.size() >= limit) return false;
  }
  return true;
}

// Antipodes may be no number apart: they come last.
bool IsNearer(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return !std::isnan(a) && std::isnan(b);
  return a < b;
}

}  // namespace

void GeoMatches::Add(std::string_view name, GeoMatch match) {
  match.name_at = names_.size();
  match.name_size = name.size();
  names_ += name;
  matches_.push_back(match);
}

void GeoMatches::Sort(bool descending, size_t count) {
  count = std::min(count, size());
  // Equal distances stay in their order, which is that of the names.
  std::partial_sort(matches_.begin(), matches_.begin() + static_cast<ptrdiff_t>(count),
                    matches_.end(), [&](const GeoMatch& a, const GeoMatch& b) {
                      const GeoMatch& near = descending ? b : a;
                      const GeoMatch& far = descending ? a : b;
                      if (IsNearer(near.distance, far.distance)) return true;
                      if (IsNearer(far.distance, near.distance)) return false;
                      return a.name_at != b.name_at ? a.name_at < b.name_at
                                                    : a.name_size < b.name_size;
                    });
  Limit(count);
}

void GeoMatches::Limit(size_t count) {
  if (count < size()) matches_.resize(count);
}

GeoMatches SearchPlaces(const Entry& entry, const GeoShape& shape, size_t limit) {
  GeoMatches matches;
  const Cells cells = CellsOf(shape);
  size_t last = 0;
  for (size_t i = 0; i < kCells; ++i) {
    if (cells[i].steps == 0) continue;
    // On a coarse grid neighbours on two sides can be one and the same cell. Like Redis, this looks
    // only at the last one, and never at the center's.
    if (last != 0 && cells[i].bits == cells[last].bits) continue;
    if (!SearchCell(entry, shape, cells[i], limit, matches)) break;
    last = i;
  }
  return matches;
}

}  // namespace kvasir
