// Intersection, union and difference of sets.
// THREAD: loop.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "src/base/function_ref.h"
#include "src/store/database.h"

namespace kvasir {

// What takes part: nullptr is an empty set. REQUIRES: all others are sets.
using SetOperands = std::vector<const Entry*>;
// Gets each member of the result once; false ends the operation.
using SetVisitor = FunctionRef<bool(std::string_view)>;

// Takes time in the order of the smallest set times the number of sets.
void IntersectSets(SetOperands operands, SetVisitor visit);
// Takes time in the order of all sets together. `database` lends its limits to what is kept aside.
void UniteSets(Database& database, const SetOperands& operands, SetVisitor visit);
// The first set without what any other holds: the lesser of the time that looking its members up
// in all others takes, and of that in the order of all sets together.
void SubtractSets(Database& database, const SetOperands& operands, SetVisitor visit);

}  // namespace kvasir
