// The small forms of collections that Redis writes as one string: listpack, ziplist, zipmap and
// intset. Each function checks that the whole string is of its form, and shows the elements in
// order; false when the form is broken, or when `visit` returned false.
//
// Sources: https://github.com/antirez/listpack/blob/master/listpack.md for listpacks, and
// https://rdb.fnordig.de/file_format.html for the others.
// THREAD: any.
#pragma once

#include <cstdint>
#include <string_view>

#include "src/base/function_ref.h"
#include "src/store/packed_element.h"

namespace kvasir {

// LIFETIME: an element's bytes are those of `blob`. A text that looks like an integer comes as one.
using ElementVisitor = FunctionRef<bool(const PackedElement&)>;

bool VisitListpack(std::string_view blob, ElementVisitor visit);
bool VisitZiplist(std::string_view blob, ElementVisitor visit);
// Names and values in turn.
bool VisitZipmap(std::string_view blob, ElementVisitor visit);
// In ascending order.
bool VisitIntset(std::string_view blob, ElementVisitor visit);

}  // namespace kvasir
