// The two forms of a list behind its entry, and the ways between them. Private to the list type.
// THREAD: loop.
#pragma once

#include <cstddef>

#include "src/store/list_full.h"
#include "src/store/list_node.h"
#include "src/store/list_type.h"
#include "src/store/value.h"

namespace kvasir {

inline bool IsSmallList(const Entry& entry) { return entry.encoding() == Encoding::kPacked; }

// The node that is a small list. What is done to it is put back into the entry at the end of its
// life. REQUIRES: the entry outlives this, and nothing else changes its value.
class SmallListEdit {
 public:
  explicit SmallListEdit(const Entry& entry)
      : node(ListNode::FromRaw(entry.pointer())), entry_(const_cast<Entry*>(&entry)) {}
  SmallListEdit(const SmallListEdit&) = delete;
  SmallListEdit& operator=(const SmallListEdit&) = delete;
  ~SmallListEdit() {
    char* const raw = node.ReleaseRaw();
    if (raw != entry_->pointer()) entry_->set_pointer(raw);
  }

  ListNode node;

 private:
  Entry* entry_;
};

inline FullList& FullListOf(Entry& entry) { return FullForm<FullList>(entry); }
inline const FullList& FullListOf(const Entry& entry) { return FullForm<FullList>(entry); }

// Gives a small list its full form when `count` more elements with `bytes` in all are too much.
void GrowList(Entry& entry, const ListNodeLimit& limit, size_t bytes, size_t count);
// Gives a full list its small form when it fills half of that at most, as Redis does: so lists near
// the limit do not change form with every command.
void ShrinkList(Entry& entry, const ListNodeLimit& limit);

}  // namespace kvasir
