// Where a snapshot gets the elements of a large collection, one by one.
// THREAD: loop.
#pragma once

#include <string_view>

#include "src/store/packed_element.h"

namespace kvasir {

struct HashField;
class StreamSink;

// One collection's elements, as they were when its cut began (D7): each of them once, in any order,
// those of a list from front to back. Views hold only during the call.
class ElementSink {
 public:
  virtual ~ElementSink() = default;

  virtual void ListElement(const PackedElement& /*element*/) {}
  virtual void SetMember(std::string_view /*member*/) {}
  virtual void HashElement(const HashField& /*field*/) {}
  virtual void SortedSetMember(std::string_view /*member*/, double /*score*/) {}
  // Where the parts of a stream go; nullptr where streams are not wanted.
  virtual StreamSink* stream() { return nullptr; }
  // All elements were handed over; the collection has let go of the sink.
  virtual void AllTaken() {}
};

}  // namespace kvasir
