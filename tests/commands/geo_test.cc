// The geo commands. The replies are those of redis-server 7.0.15, but for BYPOLYGON, which it
// lacks.
#include <gmock/gmock.h>

#include "tests/support/command_test.h"
#include "tests/support/error_replies.h"

namespace kvasir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class GeoTest : public CommandTest {
 protected:
  void SetUp() override {
    Run({"GEOADD", "z", "13.361389", "38.115556", "Palermo", "15.087269", "37.502669", "Catania",
         "12.758489", "38.788135", "edge1", "17.241510", "38.788135", "edge2"});
    Run({"GEOADD", "z", "-73.9454966", "40.747533", "nyc", "151.2092955", "-33.8688197", "sydney",
         "-180", "-85.05112878", "corner", "180", "85.05112878", "corner2", "0", "0", "null"});
    TakeLogged();
  }
  // Runs GEOSEARCH on z around 15 37.
  std::string Search(const std::vector<std::string>& options) {
    std::vector<std::string> command = {"GEOSEARCH", "z", "FROMLONLAT", "15", "37"};
    command.insert(command.end(), options.begin(), options.end());
    return Run(command);
  }
  std::string Stored() { return Run({"ZRANGE", "d", "0", "-1", "WITHSCORES"}); }
};

TEST_F(GeoTest, AddsPlacesUnderConditions) {
  EXPECT_EQ(Run({"GEOADD", "k", "1", "2", "a"}), "(integer) 1");
  EXPECT_EQ(Run({"GEOADD", "k", "NX", "3", "4", "a", "5", "6", "b"}), "(integer) 1");
  EXPECT_EQ(Run({"GEOADD", "k", "XX", "CH", "3", "4", "a", "5", "6", "c"}), "(integer) 1");
  EXPECT_EQ(Run({"GEOADD", "k", "XX", "3", "4", "a"}), "(integer) 0");
  EXPECT_EQ(Run({"ZCARD", "k"}), "(integer) 2");
  EXPECT_EQ(TakeLogged().size(), 3U);
  EXPECT_EQ(Run({"GEOADD", "k", "NX", "XX", "3", "4", "a"}), kSyntax);
  EXPECT_EQ(Run({"GEOADD", "k", "3", "4", "a", "5"}), kSyntax);
  EXPECT_EQ(Run({"GEOADD", "k", "NX", "CH", "CH"}), kSyntax);
  EXPECT_EQ(Run({"GEOADD", "k", "x", "4", "a"}), kNotFloat);
  EXPECT_EQ(Run({"GEOADD", "k", "200", "1", "a"}),
            "-ERR invalid longitude,latitude pair 200.000000,1.000000");
  EXPECT_EQ(Run({"GEOADD", "k", "1", "2", "x", "1", "-86", "a"}),
            "-ERR invalid longitude,latitude pair 1.000000,-86.000000");
  Run({"SET", "s", "v"});
  EXPECT_EQ(Run({"GEOADD", "s", "1", "2", "a"}), kWrongType);
}

TEST_F(GeoTest, TellsWherePlacesAre) {
  EXPECT_EQ(Run({"GEOPOS", "z", "Palermo", "no", "corner2", "null"}),
            "[[13.36138933897018433, 38.11555639549629859], (nil), [180, 85.0511287799999991], "
            "[0.00000268220901489, 0.00000126736058093]]");
  EXPECT_EQ(Run({"GEOHASH", "z", "Palermo", "Catania", "corner", "corner2", "null", "no"}),
            "[sqc8b49rny0, sqdtr74hyu0, 00bh0hbj200, bp05b5048p0, s0000000000, (nil)]");
  EXPECT_EQ(Run({"GEOPOS", "no", "a"}), "[(nil)]");
  EXPECT_EQ(Run({"GEOHASH", "no"}), "[]");
  EXPECT_EQ(Run({"ZSCORE", "z", "Palermo"}), "3479099956230698");
  Session& resp3 = NewSession();
  resp3.resp_version = 3;
  EXPECT_EQ(RunRaw(resp3, {"GEOPOS", "z", "corner2", "no"}),
            "*2\r\n*2\r\n,180\r\n,85.0511287799999991\r\n_\r\n");
}

TEST_F(GeoTest, MeasuresDistances) {
  EXPECT_EQ(Run({"GEODIST", "z", "Palermo", "Catania"}), "166274.1516");
  EXPECT_EQ(Run({"GEODIST", "z", "Palermo", "Catania", "KM"}), "166.2742");
  EXPECT_EQ(Run({"GEODIST", "z", "nyc", "sydney", "mi"}), "9941.1065");
  EXPECT_EQ(Run({"GEODIST", "z", "corner", "corner2"}), "18919844.5891");
  EXPECT_EQ(Run({"GEODIST", "z", "nyc", "nyc", "ft"}), "0.0000");
  EXPECT_EQ(Run({"GEODIST", "z", "nyc", "no"}), "(nil)");
  EXPECT_EQ(Run({"GEODIST", "no", "a", "b"}), "(nil)");
  EXPECT_EQ(Run({"GEODIST", "z", "nyc", "nyc", "yard"}),
            "-ERR unsupported unit provided. please use M, KM, FT, MI");
  EXPECT_EQ(Run({"GEODIST", "z", "nyc", "nyc", "yard", "x"}), kSyntax);
}

TEST_F(GeoTest, SearchesCirclesAndBoxes) {
  EXPECT_EQ(Search({"BYRADIUS", "200", "km", "ASC", "WITHDIST", "WITHHASH", "WITHCOORD"}),
            "[[Catania, 56.4413, (integer) 3479447370796909, [15.08726745843887329, "
            "37.50266842333162032]], [Palermo, 190.4424, (integer) 3479099956230698, "
            "[13.36138933897018433, 38.11555639549629859]]]");
  EXPECT_EQ(Search({"BYBOX", "400", "400", "km", "ASC"}), "[Catania, Palermo, edge2, edge1]");
  EXPECT_EQ(Search({"BYBOX", "400", "400", "km"}), "[Palermo, edge1, Catania, edge2]");
  EXPECT_EQ(Search({"BYRADIUS", "1", "m"}), "[]");
  EXPECT_EQ(Run({"GEOSEARCH", "z", "FROMMEMBER", "nyc", "BYRADIUS", "1", "m"}), "[nyc]");
  EXPECT_EQ(Run({"GEOSEARCH", "no", "FROMMEMBER", "nyc", "BYRADIUS", "1", "m"}), "[]");
}

TEST_F(GeoTest, ACountTakesTheNearestOrAny) {
  EXPECT_EQ(Search({"BYRADIUS", "20000", "km"}),
            "[null, Palermo, edge1, Catania, edge2, sydney, nyc, corner]");
  EXPECT_EQ(Search({"BYRADIUS", "20000", "km", "COUNT", "2", "ANY"}), "[null, Palermo]");
  EXPECT_EQ(Search({"BYRADIUS", "20000", "km", "COUNT", "2"}), "[Catania, Palermo]");
  EXPECT_EQ(Search({"BYRADIUS", "20000", "km", "DESC", "COUNT", "3"}), "[sydney, corner, nyc]");
  EXPECT_EQ(Search({"BYRADIUS", "1", "km", "ANY"}),
            "-ERR the ANY argument requires COUNT argument");
  EXPECT_EQ(Search({"BYRADIUS", "1", "km", "COUNT", "0"}), "-ERR COUNT must be > 0");
  EXPECT_EQ(Search({"BYRADIUS", "1", "km", "COUNT", "x"}), kNotInteger);
}

TEST_F(GeoTest, RefusesShapesThatAreNone) {
  EXPECT_EQ(Search({"BYRADIUS", "x", "km"}), "-ERR need numeric radius");
  EXPECT_EQ(Search({"BYRADIUS", "-1", "km"}), "-ERR radius cannot be negative");
  EXPECT_EQ(Search({"BYBOX", "1", "x", "km"}), "-ERR need numeric height");
  EXPECT_EQ(Search({"BYBOX", "x", "1", "km"}), "-ERR need numeric width");
  EXPECT_EQ(Search({"BYBOX", "1", "-1", "km"}), "-ERR height or width cannot be negative");
  EXPECT_EQ(Search({"BYBOX", "1", "1", "km", "BYRADIUS", "1", "km"}), kSyntax);
  EXPECT_EQ(Search({"FROMMEMBER", "nyc", "BYRADIUS", "1", "km"}), kSyntax);
  EXPECT_EQ(Search({"STOREDIST", "BYRADIUS", "1", "km"}), kSyntax);
  EXPECT_EQ(Search({"ASC", "DESC"}),
            "-ERR exactly one of BYRADIUS and BYBOX can be specified for GEOSEARCH");
  EXPECT_EQ(Run({"geoSearch", "z", "BYRADIUS", "1", "km", "ASC", "DESC"}),
            "-ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for geoSearch");
  EXPECT_EQ(Run({"GEOSEARCH", "z", "FROMMEMBER", "no", "BYRADIUS", "1", "km"}),
            "-ERR could not decode requested zset member");
  Run({"SET", "s", "v"});
  EXPECT_EQ(Run({"GEOSEARCH", "s", "x", "x", "x", "x", "x"}), kWrongType);
}

TEST_F(GeoTest, SearchesPolygons) {
  const auto around_sicily = [&](const std::vector<std::string>& options) {
    std::vector<std::string> command = {"GEOSEARCH", "z",    "BYPOLYGON", "4",  "12", "36.5",
                                        "16",        "36.5", "16",        "39", "12", "39"};
    command.insert(command.end(), options.begin(), options.end());
    return Run(command);
  };
  EXPECT_EQ(around_sicily({"ASC"}), "[Palermo, Catania, edge1]");
  EXPECT_EQ(around_sicily({"DESC", "COUNT", "1"}), "[edge1]");
  // The distance is that from the center of the corners, near 14 37.75.
  EXPECT_THAT(around_sicily({"ASC", "WITHDIST", "COUNT", "1"}), HasSubstr("[[Palermo, 68"));
  EXPECT_EQ(Run({"GEOSEARCH", "z", "BYPOLYGON", "3", "1", "1", "2", "1", "2", "2"}), "[]");
  EXPECT_EQ(Run({"GEOSEARCH", "z", "BYPOLYGON", "2", "1", "1", "2", "1", "2", "2"}),
            "-ERR GEOSEARCH BYPOLYGON must have at least 3 vertices");
  EXPECT_EQ(Run({"GEOSEARCH", "z", "BYPOLYGON", "4", "1", "1", "2", "1", "2", "2"}), kSyntax);
  EXPECT_EQ(Run({"GEOSEARCH", "z", "BYPOLYGON", "9223372036854775807", "1", "1", "2"}), kSyntax);
  EXPECT_EQ(Run({"GEOSEARCH", "z", "BYPOLYGON", "x", "1", "1", "2", "1", "2", "2"}), kNotInteger);
  EXPECT_EQ(Run({"GEOSEARCH", "z", "BYPOLYGON", "3", "1", "1", "2", "99", "2", "2"}),
            "-ERR invalid longitude,latitude pair 2.000000,99.000000");
  EXPECT_EQ(Search({"BYPOLYGON", "3", "1", "1", "2", "1", "2", "2"}), kSyntax);
  EXPECT_EQ(around_sicily({"FROMMEMBER", "nyc"}), kSyntax);
  EXPECT_EQ(around_sicily({"BYRADIUS", "1", "km"}), kSyntax);
  EXPECT_EQ(Run({"GEOSEARCHSTORE", "d", "z", "BYPOLYGON", "3", "11", "36", "17", "36", "14", "40"}),
            "(integer) 2");
}

TEST_F(GeoTest, StoresPlacesOrDistancesAndLogsTheOutcome) {
  EXPECT_EQ(Run({"GEOSEARCHSTORE", "d", "z", "FROMLONLAT", "15", "37", "BYRADIUS", "200", "km"}),
            "(integer) 2");
  EXPECT_EQ(Stored(), "[Palermo, 3479099956230698, Catania, 3479447370796909]");
  EXPECT_THAT(TakeLogged(),
              ElementsAre("DEL d", "ZADD d 3479099956230698 Palermo 3479447370796909 Catania"));
  EXPECT_EQ(Run({"GEOSEARCHSTORE", "d", "z", "FROMLONLAT", "15", "37", "BYBOX", "400", "400", "km",
                 "STOREDIST"}),
            "(integer) 4");
  EXPECT_EQ(Stored(),
            "[Catania, 56.441257870158204, Palermo, 190.44242984775784, edge2, 279.7403417843143, "
            "edge1, 279.74045213563431]");
  EXPECT_EQ(Run({"GEORADIUSBYMEMBER", "z", "Palermo", "200", "km", "STOREDIST", "d"}),
            "(integer) 3");
  EXPECT_EQ(Stored(), "[Palermo, 0, edge1, 91.400658605814272, Catania, 166.27415156960032]");
  EXPECT_EQ(Run({"GEORADIUS", "z", "15", "37", "200", "km", "COUNT", "1", "STORE", "z2"}),
            "(integer) 1");
  TakeLogged();
  EXPECT_EQ(Run({"GEOSEARCHSTORE", "d", "no", "FROMMEMBER", "a", "BYRADIUS", "1", "m"}),
            "(integer) 0");
  EXPECT_EQ(Run({"EXISTS", "d"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(), ElementsAre("DEL d"));
  EXPECT_EQ(Run({"GEORADIUSBYMEMBER", "no", "a", "1", "m", "STORE", "d"}), "(integer) 0");
  EXPECT_THAT(TakeLogged(), IsEmpty());
}

TEST_F(GeoTest, TheSourceMayBeTheDestination) {
  EXPECT_EQ(Run({"GEOSEARCHSTORE", "z", "z", "FROMMEMBER", "nyc", "BYRADIUS", "1", "km"}),
            "(integer) 1");
  EXPECT_EQ(Run({"ZRANGE", "z", "0", "-1"}), "[nyc]");
}

TEST_F(GeoTest, StoringRepliesNothingElse) {
  const std::string store =
      "-ERR STORE option in GEORADIUS is not compatible with WITHDIST, "
      "WITHHASH and WITHCOORD options";
  EXPECT_EQ(Run({"GEORADIUS", "z", "15", "37", "1", "km", "WITHDIST", "STORE", "d"}), store);
  EXPECT_EQ(Run({"GEORADIUSBYMEMBER", "z", "nyc", "1", "km", "STOREDIST", "d", "WITHCOORD"}),
            store);
  EXPECT_EQ(
      Run({"GEOSEARCHSTORE", "d", "z", "FROMMEMBER", "nyc", "BYRADIUS", "1", "m", "WITHHASH"}),
      "-ERR GEOSEARCHSTORE is not compatible with WITHDIST, WITHHASH and WITHCOORD options");
  EXPECT_EQ(Run({"GEORADIUS_RO", "z", "15", "37", "1", "km", "STORE", "d"}), kSyntax);
  EXPECT_EQ(Run({"GEORADIUSBYMEMBER_RO", "z", "nyc", "1", "km", "STORE", "d"}), kSyntax);
}

TEST_F(GeoTest, TheOlderCommandsSearchTheSame) {
  EXPECT_EQ(Run({"GEORADIUS", "z", "15", "37", "200", "km", "ASC"}), "[Catania, Palermo]");
  EXPECT_EQ(Run({"GEORADIUS_RO", "z", "15", "37", "200", "km", "DESC"}), "[Palermo, Catania]");
  EXPECT_EQ(Run({"GEORADIUSBYMEMBER", "z", "nyc", "1", "km"}), "[nyc]");
  EXPECT_EQ(Run({"GEORADIUSBYMEMBER_RO", "z", "nyc", "1", "km", "WITHDIST"}), "[[nyc, 0.0000]]");
  EXPECT_EQ(Run({"GEORADIUSBYMEMBER", "no", "nyc", "x", "y"}), "[]");
  EXPECT_EQ(Run({"GEORADIUS", "no", "x", "1", "1", "m"}), kNotFloat);
  EXPECT_EQ(Run({"GEORADIUS", "z", "1", "1", "1", "m", "BYBOX"}), kSyntax);
  EXPECT_EQ(Run({"COMMAND", "GETKEYS", "GEORADIUS", "z", "1", "1", "1", "m", "STORE", "d"}),
            "[z, d]");
}

TEST_F(GeoTest, ScoresThatAreNoPlacesAreSomewhere) {
  Run({"ZADD", "odd", "-1", "a", "inf", "b", "-inf", "c", "1e300", "d", "1.5", "e"});
  EXPECT_EQ(Run({"GEODIST", "odd", "a", "a"}), "0.0000");
  Run({"GEOPOS", "odd", "a", "b", "c", "d", "e"});
  Run({"GEOHASH", "odd", "a", "b", "c", "d", "e"});
  Run({"GEOSEARCH", "odd", "FROMMEMBER", "b", "BYRADIUS", "inf", "km", "WITHHASH", "ASC"});
  Run({"GEOSEARCHSTORE", "d", "odd", "FROMLONLAT", "0", "0", "BYRADIUS", "30000", "km",
       "STOREDIST"});
}

}  // namespace
}  // namespace kvasir
