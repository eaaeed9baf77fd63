// A reference to something callable, for parameters: no allocation, unlike std::function.
// LIFETIME: what it was made from outlives it; so take it as a parameter and keep it nowhere.
// THREAD: any.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace kvasir {

template <typename Signature>
class FunctionRef;

template <typename R, typename... Arguments>
class FunctionRef<R(Arguments...)> {
 public:
  template <typename Callable>
  requires(!std::is_same_v<std::remove_cvref_t<Callable>, FunctionRef>) FunctionRef(
      Callable&& callable)  // NOLINT(google-explicit-constructor): a lambda is passed as is
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(callable)))),
        invoke_([](void* object, Arguments... arguments) -> R {
          return (*static_cast<std::remove_reference_t<Callable>*>(object))(
              std::forward<Arguments>(arguments)...);
        }) {}

  R operator()(Arguments... arguments) const {
    return invoke_(object_, std::forward<Arguments>(arguments)...);
  }

 private:
  void* object_;
  R (*invoke_)(void*, Arguments...);
};

}  // namespace kvasir
