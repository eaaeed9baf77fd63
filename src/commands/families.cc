#include "src/commands/families.h"

#include <array>

namespace kvasir {

std::span<const std::span<const CommandRow>> AllFamilies() {
  // clang-format off
  static const std::array kFamilies = {
      StringCommands(),
      StringSetCommands(),
      StringCounterCommands(),
      StringIncrExCommands(),
      StringConditionalCommands(),
      LcsCommands(),
      BitmapCommands(),
      BitmapCombineCommands(),
      BitmapFieldCommands(),
      HyperLogLogCommands(),
      HyperLogLogDebugCommands(),
      GeoCommands(),
      GeoSearchCommands(),
      SortedSetWriteCommands(),
      SortedSetReadCommands(),
      SortedSetRangeCommands(),
      SortedSetRemoveRangeCommands(),
      SortedSetPopCommands(),
      SortedSetRandomCommands(),
      SortedSetBlockingCommands(),
      SortedSetScanCommands(),
      SortedSetCombineCommands(),
      ListCommands(),
      ListSearchCommands(),
      ListMoveCommands(),
      ListMoveManyCommands(),
      ListPopCommands(),
      SetCommands(),
      SetRandomCommands(),
      SetOperationCommands(),
      HashCommands(),
      HashCounterCommands(),
      HashScanCommands(),
      HashExpiryCommands(),
      HashVolatileCommands(),
      SortCommands(),
      KeyCommands(),
      KeyExpiryCommands(),
      KeyScanCommands(),
      KeyMoveCommands(),
      DumpCommands(),
      ObjectCommands(),
      DatabaseCommands(),
      TransactionCommands(),
      PubSubCommands(),
      EvalCommands(),
      ScriptCommands(),
      FunctionCommands(),
      FunctionCallCommands(),
      ConnectionCommands(),
      HelloCommands(),
      AclCommands(),
      ClientCommands(),
      InfoCommands(),
      ConfigCommands(),
      SlowLogCommands(),
      LatencyCommands(),
      MemoryCommands(),
      CommandCommands(),
      ServerCommands(),
      SaveCommands(),
      WaitCommands(),
      DebugCommands(),
  };
  // clang-format on
  return kFamilies;
}

}  // namespace kvasir
