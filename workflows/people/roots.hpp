// The names that expressions may read under `event`, `person`, `access`, `policy`, so that a mistyped one is found when
// a file is loaded. The values are made elsewhere (decide, access, policy); this is only their shape.
#pragma once

#include "engine/expression/expression.hpp"

namespace jmld::workflows {

engine::expression::shape event_shape();
engine::expression::shape worker_shape();
/// The believed worker record plus okta_id, login, status, okta_profile, manager_okta_id.
engine::expression::shape person_shape();
engine::expression::shape access_shape();
engine::expression::shape policy_shape();

} // namespace jmld::workflows
