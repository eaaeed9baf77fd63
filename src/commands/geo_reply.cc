#include "src/commands/geo_reply.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <string_view>

#include "src/base/text.h"
#include "src/store/score.h"

namespace kvasir {
namespace {

// Enough for the largest double: 309 digits, a sign, a point and the decimals.
using FixedText = std::array<char, 352>;

std::string_view FormatFixed(double value, int decimals, FixedText& scratch) {
  const auto [end, error] = std::to_chars(scratch.data(), scratch.data() + scratch.size(), value,
                                          std::chars_format::fixed, decimals);
  return {scratch.data(), static_cast<size_t>(end - scratch.data())};
}

// 17 decimals without the zeros at their end: what Redis makes of a long double.
void ReplyCoordinate(Call& call, double value) {
  FixedText scratch;
  std::string_view text = FormatFixed(value, 17, scratch);
  text = text.substr(0, text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text == "-0") text = "0";
  if (!call.reply.resp3()) {
    call.reply.Bulk(text);
    return;
  }
  OutputBuffer& out = call.reply.out();
  out.Append(",");
  out.Append(text);
  out.Append("\r\n");
}

double NextCoordinate(ArgumentReader& read) {
  const std::string_view text = read.Next();
  if (read.failed()) return 0;
  const std::optional<double> value = ParseScore(text);
  if (!value) read.Fail(errors::kNotFloat);
  return value.value_or(0);
}

}  // namespace

GeoPoint NextPlace(ArgumentReader& read) {
  GeoPoint place;
  place.longitude = NextCoordinate(read);
  place.latitude = NextCoordinate(read);
  if (!read.failed() && !IsOnMap(place)) {
    read.Fail(fmt::format("ERR invalid longitude,latitude pair {:f},{:f}", place.longitude,
                          place.latitude));
  }
  return place;
}

double NextUnit(ArgumentReader& read) {
  struct Unit {
    std::string_view name;
    double meters;
  };
  constexpr std::array<Unit, 4> kUnits = {
      {{"m", 1}, {"km", 1000}, {"ft", 0.3048}, {"mi", 1609.34}}};
  const std::string_view text = read.Next();
  for (const Unit& unit : kUnits) {
    if (EqualsIgnoreCase(text, unit.name)) return unit.meters;
  }
  read.Fail("ERR unsupported unit provided. please use M, KM, FT, MI");
  return 1;
}

void ReplyDistance(Call& call, double distance) {
  FixedText scratch;
  call.reply.Bulk(FormatFixed(distance, 4, scratch));
}

void ReplyPlace(Call& call, const GeoPoint& place) {
  call.reply.Array(2);
  ReplyCoordinate(call, place.longitude);
  ReplyCoordinate(call, place.latitude);
}

}  // namespace kvasir
