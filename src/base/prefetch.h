// Asks the processor to fetch a cache line that will be needed soon.
// THREAD: any.
#pragma once

namespace kvasir {

// GCC takes a function that does nothing but __builtin_prefetch for one without effects and drops
// calls to it, hence the assembly. Any address is fine, mapped or not.
inline void PrefetchLine(const void* address) {
#if defined(__x86_64__)
  asm volatile("prefetcht0 %0" : : "m"(*static_cast<const char*>(address)));
#else
  __builtin_prefetch(address);
#endif
}

}  // namespace kvasir
