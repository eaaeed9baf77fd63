// The sections of INFO that the engine can fill by itself. Each appends its lines, without the
// heading.
// THREAD: loop.
#pragma once

#include <string>

#include "src/engine/engine.h"

namespace kvasir {

// info_sections.cc
void AppendMemoryInfo(Engine& engine, std::string& out);
void AppendReplicationInfo(Engine& engine, std::string& out);
void AppendCpuInfo(Engine& engine, std::string& out);
void AppendClusterInfo(Engine& engine, std::string& out);
void AppendKeyspaceInfo(Engine& engine, std::string& out);

// info_statistics.cc
void AppendStatsInfo(Engine& engine, std::string& out);
void AppendDebugInfo(Engine& engine, std::string& out);
void AppendCommandStatsInfo(Engine& engine, std::string& out);
void AppendErrorStatsInfo(Engine& engine, std::string& out);
void AppendLatencyStatsInfo(Engine& engine, std::string& out);

}  // namespace kvasir
