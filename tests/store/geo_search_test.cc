#include "src/store/geo_search.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <string>

#include "src/store/keyspace.h"

namespace kvasir {
namespace {

TEST(GeohashTest, PlacesComeBackAboutWhereTheyWere) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> share(-1, 1);
  for (int i = 0; i < 10'000; ++i) {
    const GeoPoint place{share(random) * kLongitudeMax, share(random) * kLatitudeMax};
    const GeoPoint back = PlaceOfScore(ScoreOfPlace(place));
    ASSERT_LT(Distance(place, back), 0.6);
  }
}

TEST(GeohashTest, ScoresAreThoseOfRedis) {
  EXPECT_EQ(ScoreOfPlace({13.361389, 38.115556}), 3479099956230698);
  EXPECT_EQ(ScoreOfPlace({-73.9454966, 40.747533}), 1791875804419201);
  EXPECT_EQ(ScoreOfPlace({0, 0}), 3377699720527872);
  EXPECT_EQ(ScoreOfPlace({-180, -kLatitudeMax}), 0);
  EXPECT_EQ(ScoreOfPlace({180, kLatitudeMax}), 13510798882111488);
}

TEST(GeohashTest, AnyScoreIsSomePlace) {
  for (const double score :
       {-1.0, -1e300, 1e300, 0.5, 1.8e19, 9.3e18, std::numeric_limits<double>::infinity(),
        -std::numeric_limits<double>::infinity()}) {
    EXPECT_TRUE(IsOnMap(PlaceOfScore(score))) << score;
    IntegerOfScore(score);
    GeohashText(PlaceOfScore(score));
  }
  EXPECT_EQ(IntegerOfScore(1e300), INT64_MIN);
}

TEST(GeohashTest, NeighborsGoAroundTheEdges) {
  const GeoCell corner = CellOf({-179.9, -85}, 4);
  EXPECT_EQ(AreaOf(NeighborOf(corner, -1, 0)).high.longitude, 180);
  EXPECT_EQ(AreaOf(NeighborOf(corner, 0, -1)).high.latitude, kLatitudeMax);
  EXPECT_EQ(NeighborOf(NeighborOf(corner, -1, -1), 1, 1).bits, corner.bits);
  EXPECT_EQ(NeighborOf(corner, 0, 0).bits, corner.bits);
}

class GeoSearchTest : public ::testing::Test {
 protected:
  // Adds places at random and remembers where they are.
  void Fill(int count) {
    std::mt19937 random(8);
    std::uniform_real_distribution<double> share(-1, 1);
    SortedSetAdder adder(database, key, {});
    for (int i = 0; i < count; ++i) {
      const GeoPoint place{share(random) * 180, share(random) * 60};
      const std::string name = std::to_string(i);
      adder.Add({name, ScoreOfPlace(place)}, {});
      places.push_back(PlaceOfScore(ScoreOfPlace(place)));
    }
  }
  std::set<std::string> Found(const GeoShape& shape) {
    const GeoMatches matches = SearchPlaces(*database.Peek(key), shape, 0);
    std::set<std::string> names;
    for (size_t i = 0; i < matches.size(); ++i) names.emplace(matches.NameOf(matches[i]));
    return names;
  }
  std::set<std::string> Expected(const GeoShape& shape) {
    std::set<std::string> names;
    for (size_t i = 0; i < places.size(); ++i) {
      if (shape.DistanceWithin(places[i])) names.insert(std::to_string(i));
    }
    return names;
  }

  Keyspace keyspace{1};
  Database& database = keyspace.database(0);
  const Key key = Key::Of("z");
  std::vector<GeoPoint> places;
};

TEST_F(GeoSearchTest, FindsWhatALookAtAllPlacesFinds) {
  Fill(3000);
  std::mt19937 random(9);
  std::uniform_real_distribution<double> share(-1, 1);
  for (int round = 0; round < 300; ++round) {
    // Not around the edge of the map, where a search in Redis ends, too.
    GeoShape circle{.kind = GeoShape::Kind::kCircle,
                    .center = {share(random) * 120, share(random) * 40},
                    .unit_meters = 1000,
                    .radius = std::pow(10, 1 + 2 * std::fabs(share(random)))};
    ASSERT_EQ(Found(circle), Expected(circle)) << round;
    GeoShape polygon{.kind = GeoShape::Kind::kPolygon};
    for (int i = 0; i < 5; ++i) {
      polygon.corners.push_back({circle.center.longitude + share(random) * 20,
                                 circle.center.latitude + share(random) * 20});
    }
    polygon.center = CenterOfCorners(polygon.corners);
    ASSERT_EQ(Found(polygon), Expected(polygon)) << round;
  }
}

TEST_F(GeoSearchTest, TheOrderOfTheNearestIsThatOfAllCutOff) {
  Fill(500);
  const GeoShape shape{.kind = GeoShape::Kind::kCircle, .radius = 5e6};
  GeoMatches all = SearchPlaces(*database.Peek(key), shape, 0);
  GeoMatches few = SearchPlaces(*database.Peek(key), shape, 0);
  all.Sort(true, all.size());
  few.Sort(true, 7);
  ASSERT_EQ(few.size(), 7U);
  for (size_t i = 0; i < 7; ++i) EXPECT_EQ(all.NameOf(all[i]), few.NameOf(few[i]));
  for (size_t i = 1; i < all.size(); ++i) EXPECT_GE(all[i - 1].distance, all[i].distance);
  EXPECT_EQ(SearchPlaces(*database.Peek(key), shape, 3).size(), 3U);
}

TEST_F(GeoSearchTest, ShapesWithoutMeasureEnd) {
  Fill(100);
  for (const double size : {0.0, 1e-300, 1e300, std::numeric_limits<double>::infinity()}) {
    for (const GeoPoint& center : {GeoPoint{0, 0}, GeoPoint{180, kLatitudeMax}}) {
      Found({.kind = GeoShape::Kind::kCircle, .center = center, .radius = size});
      Found({.kind = GeoShape::Kind::kBox, .center = center, .width = size, .height = 1});
    }
  }
  Found({.kind = GeoShape::Kind::kPolygon, .corners = {{0, 0}, {0, 0}, {0, 0}}});
}

TEST(GeoShapeTest, APolygonHasAnInsideAndACenter) {
  GeoShape shape{.kind = GeoShape::Kind::kPolygon, .corners = {{0, 0}, {10, 0}, {10, 10}, {0, 10}}};
  shape.center = CenterOfCorners(shape.corners);
  EXPECT_NEAR(shape.center.longitude, 5, 1e-9);
  EXPECT_NEAR(shape.center.latitude, 5.019, 1e-3);
  EXPECT_TRUE(shape.DistanceWithin({1, 9}));
  EXPECT_FALSE(shape.DistanceWithin({-1, 5}));
  EXPECT_FALSE(shape.DistanceWithin({5, 11}));
  // A bow tie: what is crossed twice is outside.
  shape.corners = {{0, 0}, {10, 10}, {10, 0}, {0, 10}};
  EXPECT_TRUE(shape.DistanceWithin({1, 5}));
  EXPECT_FALSE(shape.DistanceWithin({5, 1}));
}

}  // namespace
}  // namespace kvasir
