#include "src/commands/families.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace kvasir {
namespace {

using Family = std::span<const CommandRow> (*)();

constexpr Family kFamilies[] = {
    StringCommands,
    StringSetCommands,
    StringCounterCommands,
    StringIncrExCommands,
    StringConditionalCommands,
    LcsCommands,
    BitmapCommands,
    BitmapCombineCommands,
    BitmapFieldCommands,
    HyperLogLogCommands,
    HyperLogLogDebugCommands,
    GeoCommands,
    GeoSearchCommands,
    SortedSetWriteCommands,
    SortedSetReadCommands,
    SortedSetRangeCommands,
    SortedSetRemoveRangeCommands,
    SortedSetPopCommands,
    SortedSetRandomCommands,
    SortedSetBlockingCommands,
    SortedSetScanCommands,
    SortedSetCombineCommands,
    ListCommands,
    ListSearchCommands,
    ListMoveCommands,
    ListMoveManyCommands,
    ListPopCommands,
    SetCommands,
    SetRandomCommands,
    SetOperationCommands,
    HashCommands,
    HashCounterCommands,
    HashScanCommands,
    HashExpiryCommands,
    HashVolatileCommands,
    StreamCommands,
    StreamReadCommands,
    StreamReadGroupCommands,
    StreamGroupCommands,
    StreamPendingCommands,
    StreamClaimCommands,
    StreamAutoClaimCommands,
    StreamDeleteCommands,
    StreamInfoCommands,
    StreamReleaseCommands,
    StreamIdempotenceCommands,
    SortCommands,
    KeyCommands,
    KeyExpiryCommands,
    KeyScanCommands,
    KeyMoveCommands,
    DumpCommands,
    MigrateCommands,
    ObjectCommands,
    DatabaseCommands,
    TransactionCommands,
    PubSubCommands,
    EvalCommands,
    ScriptCommands,
    FunctionCommands,
    FunctionCallCommands,
    ConnectionCommands,
    HelloCommands,
    AclCommands,
    ClientCommands,
    InfoCommands,
    ConfigCommands,
    SlowLogCommands,
    LatencyCommands,
    MemoryCommands,
    CommandCommands,
    ServerCommands,
    SaveCommands,
    WaitCommands,
    ReplicationCommands,
    ClusterCommands,
    DebugCommands,
};

}  // namespace

std::span<const std::span<const CommandRow>> AllFamilies() {
  static const auto kRows = [] {
    std::array<std::span<const CommandRow>, std::size(kFamilies)> rows;
    std::transform(std::begin(kFamilies), std::end(kFamilies), rows.begin(),
                   [](Family family) { return family(); });
    return rows;
  }();
  return kRows;
}

}  // namespace kvasir
