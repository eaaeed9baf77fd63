#include "src/store/list_type.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "src/store/digest.h"
#include "src/store/key_operations.h"
#include "src/store/keyspace.h"
#include "src/store/reclaimer.h"
#include "src/store/value.h"

namespace kvasir {
namespace {

using Strings = std::vector<std::string>;

class ListTypeTest : public ::testing::Test {
 protected:
  Database& database() { return keyspace_.database(0); }
  Database::Position position() { return database().Locate(key_); }
  const Entry& entry() { return *position().node(); }
  bool exists() { return static_cast<bool>(position()); }
  std::string_view encoding() { return EncodingName(entry()); }
  void set_limit(int64_t size) { keyspace_.context().limits.list_max_listpack_size = size; }

  void Push(ListEnd end, const std::vector<std::string_view>& elements) {
    ListPush(database(), key_, position(), end, elements);
  }
  void Fill(size_t count, size_t size) {
    for (size_t i = 0; i < count; ++i) {
      std::string text = std::to_string(i);
      text.insert(0, size - std::min(size, text.size()), 'v');
      Push(ListEnd::kTail, {text});
    }
  }
  Strings Pop(ListEnd end, size_t count) {
    Strings popped;
    ListPop(database(), key_, position(), end, count, Collect(popped));
    return popped;
  }
  Strings All() {
    Strings all;
    if (exists()) ListRange(entry(), 0, ListLength(entry()), Collect(all));
    return all;
  }
  static ListSink Collect(Strings& to) {
    return [&to](const PackedElement& element) {
      ElementText scratch;
      to.emplace_back(element.Text(scratch));
    };
  }
  std::vector<size_t> Find(std::string_view value, const ListSearch& search) {
    std::vector<size_t> found;
    ListFind(entry(), value, search, [&](size_t index) { found.push_back(index); });
    return found;
  }

  const Key key_ = Key::Of("list");
  Reclaimer reclaimer_;
  Keyspace keyspace_{2, &reclaimer_};
};

TEST_F(ListTypeTest, AListThatBecomesEmptyIsGone) {
  Push(ListEnd::kHead, {"a", "b"});
  EXPECT_EQ(Pop(ListEnd::kHead, 2), (Strings{"b", "a"}));
  EXPECT_FALSE(exists());
}

TEST_F(ListTypeTest, ChangesFormByBytes) {
  Fill(80, 100);
  EXPECT_EQ(encoding(), "quicklist");
  Pop(ListEnd::kTail, 20);
  EXPECT_EQ(encoding(), "quicklist");
  Pop(ListEnd::kHead, 21);
  EXPECT_EQ(encoding(), "listpack");
  EXPECT_EQ(All().size(), 39U);
  EXPECT_EQ(All()[0].substr(98), "21");
  ListSet(database(), key_, position(), 3, std::string(9000, 'L'));
  EXPECT_EQ(encoding(), "quicklist");
  EXPECT_EQ(All()[3].size(), 9000U);
  EXPECT_EQ(All().size(), 39U);
}

TEST_F(ListTypeTest, ChangesFormByCount) {
  set_limit(4);
  Push(ListEnd::kTail, {"1", "2", "3", "4"});
  EXPECT_EQ(encoding(), "listpack");
  Push(ListEnd::kHead, {"0"});
  EXPECT_EQ(encoding(), "quicklist");
  Pop(ListEnd::kHead, 1);
  EXPECT_EQ(All(), (Strings{"1", "2", "3", "4"}));
}

TEST_F(ListTypeTest, ManyAtOnceChangeTheFormBeforeTheyArePushed) {
  const std::string text(3000, 'x');
  Push(ListEnd::kTail, {text, "1", text, text});
  EXPECT_EQ(encoding(), "quicklist");
  EXPECT_EQ(All(), (Strings{text, "1", text, text}));
}

TEST_F(ListTypeTest, LongElementsStandAlone) {
  set_limit(-1);
  Fill(400, 50);
  const std::string text(100000, 'L');
  ListInsert(database(), key_, position(), true, All()[200], text);
  ListSet(database(), key_, position(), 50, text);
  Push(ListEnd::kTail, {text});
  Strings all = All();
  EXPECT_EQ(all.size(), 402U);
  EXPECT_EQ(all[200], text);
  EXPECT_EQ(all[50], text);
  EXPECT_EQ(all[401], text);
  EXPECT_EQ(all[201].substr(47), "200");
}

// A node whose elements grow one after the other has to be split, or each change moves all of them.
TEST_F(ListTypeTest, GrowingElementsSplitTheirNode) {
  Fill(3000, 10);
  const std::string text(3000, 'g');
  for (size_t i = 0; i < 500; ++i) ListSet(database(), key_, position(), i, text);
  const Strings all = All();
  EXPECT_EQ(all.size(), 3000U);
  EXPECT_EQ(all[499], text);
  EXPECT_EQ(all[500], "vvvvvvv500");
  EXPECT_GT(FreeEffort(entry()), 150U);
}

TEST_F(ListTypeTest, CloneIsIndependent) {
  for (const size_t size : {10U, 200U}) {
    Fill(100, size);
    CopyEntry(entry(), database(), Key::Of("copy"));
    const Strings before = All();
    Pop(ListEnd::kHead, 50);
    Strings copied;
    const Entry& copy = *database().Locate(Key::Of("copy")).node();
    ListRange(copy, 0, ListLength(copy), Collect(copied));
    EXPECT_EQ(copied, before);
    database().Clear(true);
  }
}

TEST_F(ListTypeTest, TrimmingALongListFreesItElsewhere) {
  Fill(20000, 100);
  EXPECT_GT(FreeEffort(entry()), 200U);
  ListTrim(database(), key_, position(), 10000, 1);
  EXPECT_EQ(All(), Strings{std::string(95, 'v') + "10000"});
  EXPECT_EQ(encoding(), "listpack");
  EXPECT_GT(reclaimer_.pending_objects() + reclaimer_.freed_objects(), 0U);
}

TEST_F(ListTypeTest, FindsByRankAndLimits) {
  for (const int64_t limit : {-2, 2}) {
    set_limit(limit);
    Push(ListEnd::kTail, {"a", "b", "c", "1", "2", "3", "c", "c"});
    using Indexes = std::vector<size_t>;
    EXPECT_EQ(Find("c", {}), Indexes{2});
    EXPECT_EQ(Find("c", {.rank = 2}), Indexes{6});
    EXPECT_EQ(Find("c", {.rank = -1}), Indexes{7});
    EXPECT_EQ(Find("c", {.rank = -3}), Indexes{2});
    EXPECT_EQ(Find("c", {.rank = 4}), Indexes{});
    EXPECT_EQ(Find("c", {.count = SIZE_MAX}), (Indexes{2, 6, 7}));
    EXPECT_EQ(Find("c", {.rank = -1, .count = 2}), (Indexes{7, 6}));
    EXPECT_EQ(Find("c", {.count = SIZE_MAX, .compare_max = 7}), (Indexes{2, 6}));
    EXPECT_EQ(Find("c", {.rank = -1, .count = SIZE_MAX, .compare_max = 2}), (Indexes{7, 6}));
    EXPECT_EQ(Find("c", {.compare_max = 2}), Indexes{});
    EXPECT_EQ(Find("c", {.rank = INT64_MAX}), Indexes{});
    EXPECT_EQ(Find("3", {.rank = -1}), Indexes{5});
    database().Clear(true);
  }
}

TEST_F(ListTypeTest, NodesInsideAreCompressed) {
  Fill(20000, 20);
  const size_t bytes = CollectionMemoryBytes(entry(), 0);
  EXPECT_LT(bytes, 200000U);
  // A few nodes tell about all of them.
  EXPECT_LT(CollectionMemoryBytes(entry(), 5), 2 * bytes);
  database().Clear(true);
  keyspace_.context().limits.list_compress_depth = 1000;
  Fill(20000, 20);
  EXPECT_GT(CollectionMemoryBytes(entry(), 0), 400000U);
}

TEST_F(ListTypeTest, CompressedNodesAreReadChangedAndTakenLikeOthers) {
  Fill(20000, 20);
  Strings model = All();
  EXPECT_EQ(Find(model[9000], {}), std::vector<size_t>{9000});
  EXPECT_EQ(Find(model[9000], {.rank = -1}), std::vector<size_t>{9000});
  ListSet(database(), key_, position(), 5000, "set");
  model[5000] = "set";
  EXPECT_TRUE(ListInsert(database(), key_, position(), true, std::string(model[7000]), "inserted"));
  model.insert(model.begin() + 7000, "inserted");
  const std::string gone = model[12000];
  EXPECT_EQ(ListRemove(database(), key_, position(), ListEnd::kTail, 1, gone), 1U);
  model.erase(model.begin() + 12000);
  EXPECT_EQ(All(), model);
  ListTrim(database(), key_, position(), 3000, model.size() - 6000);
  model = Strings(model.begin() + 3000, model.end() - 3000);
  EXPECT_EQ(All(), model);
  while (!model.empty()) {
    ASSERT_EQ(Pop(ListEnd::kHead, 1), Strings{model.front()});
    model.erase(model.begin());
    if (model.empty()) break;
    ASSERT_EQ(Pop(ListEnd::kTail, 1), Strings{model.back()});
    model.pop_back();
  }
  EXPECT_FALSE(exists());
}

// What a list is has to agree with the plainest one there is, whatever is done to it.
class ListModelTest : public ListTypeTest, public ::testing::WithParamInterface<int64_t> {
 protected:
  std::string RandomText() {
    switch (random_() % 8) {
      case 0:
        return std::to_string(random_());
      case 1:
        return std::string(random_() % 300, 'l');
      case 2:
        return random_() % 40 == 0 ? std::string(20000, 'L') : "";
      default:
        return std::to_string(random_() % 10);
    }
  }

  void Change() {
    const std::string text = RandomText();
    const size_t size = model_.size();
    switch (random_() % 12) {
      case 0:
      case 1:
        Push(ListEnd::kHead, {text, "x"});
        model_.insert(model_.begin(), {"x", text});
        break;
      case 2:
      case 3:
      case 4:
        Push(ListEnd::kTail, {text, text});
        model_.insert(model_.end(), {text, text});
        break;
      case 5:
        if (size > 0) PopSome(ListEnd::kHead, 1 + random_() % std::min<size_t>(size, 3));
        break;
      case 6:
        if (size > 0) PopSome(ListEnd::kTail, 1 + random_() % std::min<size_t>(size, 3));
        break;
      case 7:
        if (size > 0) SetAt(random_() % size, text);
        break;
      case 8:
      case 9:
        if (size > 0) InsertAt(model_[random_() % size], text);
        break;
      case 10:
        if (size > 0) RemoveSome(RandomText());
        break;
      default:
        if (size > 0 && random_() % 30 == 0) TrimTo(random_() % size);
    }
  }

  void PopSome(ListEnd end, size_t count) {
    Strings popped = Pop(end, count);
    for (const std::string& text : popped) {
      ASSERT_EQ(text, end == ListEnd::kHead ? model_.front() : model_.back());
      model_.erase(end == ListEnd::kHead ? model_.begin() : model_.end() - 1);
    }
  }
  void SetAt(size_t index, const std::string& text) {
    ListSet(database(), key_, position(), index, text);
    model_[index] = text;
  }
  void InsertAt(const std::string& pivot, const std::string& text) {
    const bool before = random_() % 2 == 0;
    auto at = std::find(model_.begin(), model_.end(), pivot);
    EXPECT_TRUE(ListInsert(database(), key_, position(), before, std::string(pivot), text));
    model_.insert(before ? at : at + 1, text);
  }
  void RemoveSome(const std::string& text) {
    const size_t limit = 1 + random_() % 5;
    size_t removed = 0;
    if (random_() % 2 == 0) {
      EXPECT_LE(ListRemove(database(), key_, position(), ListEnd::kHead, limit, text), limit);
      std::erase_if(model_, [&](const auto& a) { return a == text && removed++ < limit; });
    } else {
      EXPECT_LE(ListRemove(database(), key_, position(), ListEnd::kTail, limit, text), limit);
      std::reverse(model_.begin(), model_.end());
      std::erase_if(model_, [&](const auto& a) { return a == text && removed++ < limit; });
      std::reverse(model_.begin(), model_.end());
    }
  }
  void TrimTo(size_t start) {
    const size_t count = model_.size() - start - (random_() % (model_.size() - start));
    ListTrim(database(), key_, position(), start, count);
    model_ = Strings(model_.begin() + static_cast<ptrdiff_t>(start),
                     model_.begin() + static_cast<ptrdiff_t>(start + count));
  }

  std::mt19937 random_{11};
  Strings model_;
};

TEST_P(ListModelTest, AgreesWithAPlainVector) {
  set_limit(GetParam());
  for (int i = 0; i < 6000; ++i) {
    Change();
    ASSERT_EQ(exists(), !model_.empty());
    if (model_.empty()) continue;
    ASSERT_EQ(ListLength(entry()), model_.size());
    if (i % 50 == 0) {
      ASSERT_EQ(All(), model_) << i;
    }
    const size_t index = random_() % model_.size();
    Strings one;
    ListRange(entry(), index, 1, Collect(one));
    ASSERT_EQ(one[0], model_[index]);
  }
  EXPECT_EQ(All(), model_);
}

INSTANTIATE_TEST_SUITE_P(Limits, ListModelTest, ::testing::Values(-1, -2, -5, 1, 2, 3, 16, 128, 0));

}  // namespace
}  // namespace kvasir
