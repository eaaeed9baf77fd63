// All families of commands. A family is one file of handlers that ends with the rows that publish
// them; a new family adds a line here and one in families.cc.
// THREAD: any; rows are constant.
#pragma once

#include <span>

#include "src/engine/command.h"

namespace kvasir {

std::span<const CommandRow> StringCommands();
std::span<const CommandRow> StringSetCommands();
std::span<const CommandRow> ConnectionCommands();
std::span<const CommandRow> HelloCommands();
std::span<const CommandRow> AclCommands();
std::span<const CommandRow> ClientCommands();
std::span<const CommandRow> InfoCommands();
std::span<const CommandRow> ConfigCommands();
std::span<const CommandRow> SlowLogCommands();
std::span<const CommandRow> LatencyCommands();
std::span<const CommandRow> MemoryCommands();
std::span<const CommandRow> CommandCommands();
std::span<const CommandRow> ServerCommands();
std::span<const CommandRow> SaveCommands();
std::span<const CommandRow> MigrateCommands();
std::span<const CommandRow> WaitCommands();
std::span<const CommandRow> DebugCommands();
std::span<const CommandRow> StringCounterCommands();
std::span<const CommandRow> StringIncrExCommands();
std::span<const CommandRow> StringConditionalCommands();
std::span<const CommandRow> LcsCommands();
std::span<const CommandRow> BitmapCommands();
std::span<const CommandRow> BitmapCombineCommands();
std::span<const CommandRow> BitmapFieldCommands();
std::span<const CommandRow> HyperLogLogCommands();
std::span<const CommandRow> HyperLogLogDebugCommands();
std::span<const CommandRow> GeoCommands();
std::span<const CommandRow> GeoSearchCommands();
std::span<const CommandRow> SortedSetWriteCommands();
std::span<const CommandRow> SortedSetReadCommands();
std::span<const CommandRow> SortedSetRangeCommands();
std::span<const CommandRow> SortedSetRemoveRangeCommands();
std::span<const CommandRow> SortedSetPopCommands();
std::span<const CommandRow> SortedSetRandomCommands();
std::span<const CommandRow> SortedSetBlockingCommands();
std::span<const CommandRow> SortedSetScanCommands();
std::span<const CommandRow> SortedSetCombineCommands();
std::span<const CommandRow> ListCommands();
std::span<const CommandRow> ListSearchCommands();
std::span<const CommandRow> ListMoveCommands();
std::span<const CommandRow> ListMoveManyCommands();
std::span<const CommandRow> ListPopCommands();
std::span<const CommandRow> SortCommands();
std::span<const CommandRow> KeyCommands();
std::span<const CommandRow> KeyExpiryCommands();
std::span<const CommandRow> KeyScanCommands();
std::span<const CommandRow> KeyMoveCommands();
std::span<const CommandRow> DumpCommands();
std::span<const CommandRow> ObjectCommands();
std::span<const CommandRow> DatabaseCommands();
std::span<const CommandRow> TransactionCommands();
std::span<const CommandRow> PubSubCommands();
std::span<const CommandRow> EvalCommands();
std::span<const CommandRow> ScriptCommands();
std::span<const CommandRow> FunctionCommands();
std::span<const CommandRow> FunctionCallCommands();
std::span<const CommandRow> SetCommands();
std::span<const CommandRow> SetRandomCommands();
std::span<const CommandRow> SetOperationCommands();
std::span<const CommandRow> HashCommands();
std::span<const CommandRow> HashCounterCommands();
std::span<const CommandRow> HashScanCommands();
std::span<const CommandRow> HashExpiryCommands();
std::span<const CommandRow> HashVolatileCommands();
std::span<const CommandRow> StreamCommands();
std::span<const CommandRow> StreamReadCommands();
std::span<const CommandRow> StreamReadGroupCommands();
std::span<const CommandRow> StreamGroupCommands();
std::span<const CommandRow> StreamPendingCommands();
std::span<const CommandRow> StreamClaimCommands();
std::span<const CommandRow> StreamAutoClaimCommands();
std::span<const CommandRow> StreamDeleteCommands();
std::span<const CommandRow> StreamInfoCommands();
std::span<const CommandRow> StreamReleaseCommands();
std::span<const CommandRow> StreamIdempotenceCommands();
std::span<const CommandRow> ReplicationCommands();
std::span<const CommandRow> ClusterCommands();

// The list for the engine, in the order in which COMMAND shows them.
std::span<const std::span<const CommandRow>> AllFamilies();

}  // namespace kvasir
