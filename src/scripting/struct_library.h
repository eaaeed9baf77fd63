// The library struct of scripts: values to and from packed binary forms. The format's letters and
// messages are those of R. Ierusalimschy's struct 0.2 (http://www.inf.puc-rio.br/~roberto/struct),
// which Redis ships.
// THREAD: loop.
#pragma once

struct lua_State;

namespace kvasir {

// A lua_CFunction that returns the library.
int OpenStruct(lua_State* lua);

}  // namespace kvasir
