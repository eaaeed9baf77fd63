// The filters of CLIENT LIST and CLIENT KILL: a client passes when it meets every one.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "src/engine/argument_reader.h"
#include "src/engine/session.h"

namespace kvasir {

class ClientFilter {
 public:
  enum class Field : uint8_t {
    kId,
    kType,
    kUser,
    kAddress,
    kLocalAddress,
    kName,
    kFlags,
    kLibraryName,
    kLibraryVersion,
    kDatabase,
    kCapabilities,
    kIp,
  };

  // `skip_me` is what holds when SKIPME is not given; `bad_id` is the error for a wrong ID.
  ClientFilter(bool skip_me, std::string_view bad_id) : skip_me_(skip_me), bad_id_(bad_id) {}

  // Reads all arguments that are left; errors are latched in `read`.
  void Read(ArgumentReader& read, Call& call);

  bool Passes(const Session& session, const Session& caller, int64_t now_ms) const;

 private:
  // What a field has to be, or, negated, must not be.
  struct Criterion {
    Field field;
    bool negated;
    std::string text;
    std::vector<uint64_t> ids;
    int64_t database = 0;
  };

  bool ReadCriterion(ArgumentReader& read, Call& call);
  bool ReadBound(ArgumentReader& read, std::string_view word, std::string_view name,
                 int64_t& seconds);
  void ReadValue(ArgumentReader& read, Call& call, Criterion& criterion);
  void ReadIds(ArgumentReader& read, Criterion& criterion);
  Criterion& Find(Field field, bool negated);

  std::vector<Criterion> criteria_;
  int64_t age_s_min_ = 0;
  int64_t idle_s_min_ = 0;
  bool skip_me_;
  std::string_view bad_id_;
};

}  // namespace kvasir
