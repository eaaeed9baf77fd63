#include "src/commands/geo_search_request.h"

#include <string>
#include <utility>

#include "src/commands/geo_reply.h"
#include "src/store/score.h"
#include "src/store/sorted_set_type.h"

namespace kvasir {
namespace {

class GeoSearchReader {
 public:
  GeoSearchReader(ArgumentReader& read, const GeoSearchForm& form, const Entry* entry)
      : read_(read), form_(form), entry_(entry) {}

  void ReadFixed();
  void ReadOptions();
  void Check(std::string_view command_name);
  GeoSearchRequest& request() { return request_; }

 private:
  using Kind = GeoShape::Kind;

  bool ReadResultOption();
  bool ReadStoreOption();
  bool ReadCenterOption();
  bool ReadShapeOption();
  void ReadMember();
  void ReadCircle();
  void ReadBox();
  void ReadPolygon();
  double NextLength(std::string_view error);
  bool MayBe(Kind kind) const {
    return request_.shape.kind == Kind::kNone || request_.shape.kind == kind;
  }

  ArgumentReader& read_;
  const GeoSearchForm& form_;
  const Entry* entry_;
  GeoSearchRequest request_;
  bool from_member_ = false;
  bool from_place_ = false;
};

double GeoSearchReader::NextLength(std::string_view error) {
  const std::string_view text = read_.Next();
  if (read_.failed()) return 0;
  const std::optional<double> value = ParseScore(text);
  if (!value) read_.Fail(error);
  return value.value_or(0);
}

void GeoSearchReader::ReadMember() {
  const std::string_view member = read_.Next();
  if (entry_ == nullptr || read_.failed()) return;
  const std::optional<double> score = SortedSetScore(*entry_, member);
  if (!score) {
    read_.Fail("ERR could not decode requested zset member");
    return;
  }
  request_.shape.center = PlaceOfScore(*score);
}

void GeoSearchReader::ReadCircle() {
  request_.shape.kind = Kind::kCircle;
  request_.shape.radius = NextLength("ERR need numeric radius");
  if (request_.shape.radius < 0) read_.Fail("ERR radius cannot be negative");
  request_.shape.unit_meters = NextUnit(read_);
}

void GeoSearchReader::ReadBox() {
  request_.shape.kind = Kind::kBox;
  request_.shape.width = NextLength("ERR need numeric width");
  request_.shape.height = NextLength("ERR need numeric height");
  if (request_.shape.width < 0 || request_.shape.height < 0) {
    read_.Fail("ERR height or width cannot be negative");
  }
  request_.shape.unit_meters = NextUnit(read_);
}

void GeoSearchReader::ReadPolygon() {
  const int64_t corners = read_.NextInteger();
  if (!read_.failed() && corners < 3) {
    read_.Fail("ERR GEOSEARCH BYPOLYGON must have at least 3 vertices");
  }
  if (read_.failed()) return;
  if (static_cast<uint64_t>(corners) > read_.left() / 2) {
    read_.Fail(errors::kSyntax);
    return;
  }
  GeoShape& shape = request_.shape;
  shape = {.kind = Kind::kPolygon};
  for (int64_t i = 0; i < corners && !read_.failed(); ++i)
    shape.corners.push_back(NextPlace(read_));
  shape.center = CenterOfCorners(shape.corners);
}

void GeoSearchReader::ReadFixed() {
  if (form_.center == GeoSearchForm::Center::kPlace) {
    request_.shape.center = NextPlace(read_);
    ReadCircle();
  } else if (form_.center == GeoSearchForm::Center::kMember && entry_ != nullptr) {
    ReadMember();
    ReadCircle();
  } else if (form_.center == GeoSearchForm::Center::kMember) {
    // Without the key only the options decide what the reply is.
    for (int i = 0; i < 3; ++i) read_.Next();
  }
}

bool GeoSearchReader::ReadResultOption() {
  if (read_.TakeWord("WITHDIST")) {
    request_.with_distance = true;
  } else if (read_.TakeWord("WITHHASH")) {
    request_.with_hash = true;
  } else if (read_.TakeWord("WITHCOORD")) {
    request_.with_place = true;
  } else if (read_.TakeWord("ANY")) {
    request_.any = true;
  } else if (read_.TakeWord("ASC")) {
    request_.order = GeoSearchRequest::Order::kNearest;
  } else if (read_.TakeWord("DESC")) {
    request_.order = GeoSearchRequest::Order::kFarthest;
  } else if (read_.TakeOption("COUNT", 1)) {
    const int64_t count = read_.NextInteger();
    if (count <= 0) read_.Fail("ERR COUNT must be > 0");
    request_.count = static_cast<size_t>(count);
  } else {
    return false;
  }
  return true;
}

bool GeoSearchReader::ReadStoreOption() {
  if (form_.stores && read_.TakeWord("STOREDIST")) {
    request_.store_distance = true;
    return true;
  }
  if (!form_.may_store) return false;
  if (read_.TakeOption("STORE", 1)) {
    request_.store_distance = false;
  } else if (read_.TakeOption("STOREDIST", 1)) {
    request_.store_distance = true;
  } else {
    return false;
  }
  request_.destination = read_.NextKey();
  return true;
}

bool GeoSearchReader::ReadCenterOption() {
  if (request_.shape.kind == Kind::kPolygon) return false;
  if (!from_place_ && read_.TakeOption("FROMMEMBER", 1)) {
    ReadMember();
    from_member_ = true;
  } else if (!from_member_ && read_.TakeOption("FROMLONLAT", 2)) {
    request_.shape.center = NextPlace(read_);
    from_place_ = true;
  } else {
    return false;
  }
  return true;
}

bool GeoSearchReader::ReadShapeOption() {
  if (MayBe(Kind::kCircle) && read_.TakeOption("BYRADIUS", 2)) {
    ReadCircle();
  } else if (MayBe(Kind::kBox) && read_.TakeOption("BYBOX", 3)) {
    ReadBox();
  } else if (MayBe(Kind::kPolygon) && !from_member_ && !from_place_ &&
             read_.TakeOption("BYPOLYGON", 1)) {
    ReadPolygon();
  } else {
    return false;
  }
  return true;
}

void GeoSearchReader::ReadOptions() {
  const bool searches = form_.center == GeoSearchForm::Center::kOption;
  while (!read_.AtEnd()) {
    if (ReadResultOption() || ReadStoreOption()) continue;
    if (searches && (ReadCenterOption() || ReadShapeOption())) continue;
    read_.Fail(errors::kSyntax);
  }
}

void GeoSearchReader::Check(std::string_view command_name) {
  const bool stores = form_.stores || request_.destination.has_value();
  if (stores && (request_.with_distance || request_.with_hash || request_.with_place)) {
    read_.Fail(std::string(form_.stores ? "ERR GEOSEARCHSTORE" : "ERR STORE option in GEORADIUS") +
               " is not compatible with WITHDIST, WITHHASH and WITHCOORD options");
  }
  if (form_.center == GeoSearchForm::Center::kOption) {
    const std::string name(command_name);
    if (!from_member_ && !from_place_ && request_.shape.kind != Kind::kPolygon) {
      read_.Fail("ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for " + name);
    }
    if (request_.shape.kind == Kind::kNone) {
      read_.Fail("ERR exactly one of BYRADIUS and BYBOX can be specified for " + name);
    }
  }
  if (request_.any && request_.count == 0) {
    read_.Fail("ERR the ANY argument requires COUNT argument");
  }
}

}  // namespace

GeoSearchRequest ReadGeoSearch(ArgumentReader& read, const GeoSearchForm& form, const Entry* entry,
                               std::string_view command_name) {
  GeoSearchReader reader(read, form, entry);
  reader.ReadFixed();
  reader.ReadOptions();
  reader.Check(command_name);
  return std::move(reader.request());
}

}  // namespace kvasir
