#include "src/engine/session.h"

#include "src/engine/acl_user.h"

namespace kvasir {

std::string_view Session::user_name() const {
  return user == nullptr ? std::string_view("default") : user->name();
}

}  // namespace kvasir
