// Network zones, trusted origins, behaviours, event hooks and authenticators: kept, listed and switched. No request is
// ever judged by a zone, and no hook is ever called.
#include "connectors/okta_sim/documents.hpp"
#include "connectors/okta_sim/system_documents.hpp"

#include <array>

namespace jmld::okta_sim {
namespace {

struct plain_kind
{
    std::string_view path;
    document_kind kind;
    value (*usual)();          ///< what one has without being told
    std::string_view required; ///< besides the name, a key without which Okta refuses it
};

value usual_zone()
{
    return value::map(
        {{"status", "ACTIVE"}, {"system", false}, {"usage", "POLICY"}, {"gateways", nullptr}, {"proxies", nullptr}});
}
value usual_origin() { return value::map({{"status", "ACTIVE"}}); }
value usual_behavior() { return value::map({{"status", "ACTIVE"}, {"settings", value_map{}}}); }
value usual_hook()
{
    return value::map({{"status", "ACTIVE"}, {"verificationStatus", "UNVERIFIED"}, {"description", nullptr}});
}
value usual_authenticator() { return value::map({{"status", "ACTIVE"}}); }

constexpr plain_kind zones{
    "/api/v1/zones",
    {"nzo", "NetworkZone", {"zone.create", "zone.update", "zone.delete", "zone.activate", "zone.deactivate"}},
    usual_zone,
    "type"};
constexpr plain_kind origins{
    "/api/v1/trustedOrigins",
    {"tos",
     "TrustedOrigin",
     {"security.trusted_origin.create", "security.trusted_origin.update", "security.trusted_origin.delete",
      "security.trusted_origin.activate", "security.trusted_origin.deactivate"}},
    usual_origin,
    "origin"};
constexpr plain_kind behaviors{
    "/api/v1/behaviors",
    {"blm",
     "BehaviorRule",
     {"security.behavior.settings.create", "security.behavior.settings.update", "security.behavior.settings.delete",
      "security.behavior.settings.activate", "security.behavior.settings.deactivate"}},
    usual_behavior,
    "type"};
constexpr plain_kind hooks{"/api/v1/eventHooks",
                           {"who",
                            "EventHook",
                            {"event_hook.created", "event_hook.updated", "event_hook.deleted", "event_hook.activated",
                             "event_hook.deactivated"}},
                           usual_hook,
                           "channel"};
constexpr plain_kind authenticators{authenticators_path,
                                    {"aut",
                                     "Authenticator",
                                     {"security.authenticator.lifecycle.create",
                                      "security.authenticator.lifecycle.update",
                                      {},
                                      "security.authenticator.lifecycle.activate",
                                      "security.authenticator.lifecycle.deactivate"}},
                                    usual_authenticator,
                                    "key"};

template <const plain_kind& Kind> class plain
{
public:
    static http::response list(call& asked) { return open(asked).list(); }
    static http::response get(call& asked) { return open(asked).get(asked.values[0]); }
    static http::response remove(call& asked) { return open(asked).remove(asked.values[0]); }

    static http::response create(call& asked)
    {
        if (auto const refusal = refuse_content(asked, {}))
            return *refusal;
        auto table = open(asked);
        auto const& [id, made] = table.add(merged(Kind.usual(), asked.body));
        return ok(table.shown(id, made));
    }

    static http::response replace(call& asked)
    {
        auto table = open(asked);
        auto const& id = asked.values[0];
        auto const* const held = table.find(id);
        if (held == nullptr)
            return table.missing(id);
        if (auto const refusal = refuse_content(asked, id))
            return *refusal;
        auto made = merged(Kind.usual(), asked.body.without("_links").without("_embedded"));
        for (std::string const key : {"id", "created", "status"})
            made = made.with(key, (*held)[key]);
        table.replace(id, made);
        return ok(table.shown(id, *table.find(id)));
    }

    // Unlike the lifecycle of policies, this one answers with the document.
    static http::response activate(call& asked) { return turn(asked, true); }
    static http::response deactivate(call& asked) { return turn(asked, false); }

private:
    static collection open(call& asked) { return {asked, std::string(Kind.path), Kind.kind}; }

    static http::response turn(call& asked, bool active)
    {
        auto table = open(asked);
        auto const& id = asked.values[0];
        auto const answer = active ? table.activate(id) : table.deactivate(id);
        return answer.status == 204 ? table.get(id) : answer;
    }

    static std::optional<http::response> refuse_content(call& asked, const std::string& self)
    {
        if (auto refusal = refuse_unnamed(asked))
            return refusal;
        if (asked.body[Kind.required].is_null()) {
            auto const cause = std::string(Kind.required) + ": The field cannot be left blank";
            return invalid(Kind.required, std::vector<std::string>{cause});
        }
        return open(asked).is_free(asked.body["name"].text_or(), self) ? std::nullopt : std::optional(name_taken());
    }
};

// Says only that somebody asked: the imitation reaches no receiver.
http::response verify_hook(call& asked)
{
    collection table(asked, std::string(hooks.path), hooks.kind);
    auto const* const held = table.find(asked.values[0]);
    if (held == nullptr)
        return table.missing(asked.values[0]);
    table.replace(asked.values[0], held->with("verificationStatus", "VERIFIED"));
    return table.get(asked.values[0]);
}

} // namespace

std::span<const route> plain_document_routes()
{
    static constexpr auto routes = std::to_array<route>({
        {"GET", "/api/v1/zones", plain<zones>::list},
        {"POST", "/api/v1/zones", plain<zones>::create},
        {"GET", "/api/v1/zones/{}", plain<zones>::get},
        {"PUT", "/api/v1/zones/{}", plain<zones>::replace},
        {"DELETE", "/api/v1/zones/{}", plain<zones>::remove},
        {"POST", "/api/v1/zones/{}/lifecycle/activate", plain<zones>::activate},
        {"POST", "/api/v1/zones/{}/lifecycle/deactivate", plain<zones>::deactivate},
        {"GET", "/api/v1/trustedOrigins", plain<origins>::list},
        {"POST", "/api/v1/trustedOrigins", plain<origins>::create},
        {"GET", "/api/v1/trustedOrigins/{}", plain<origins>::get},
        {"PUT", "/api/v1/trustedOrigins/{}", plain<origins>::replace},
        {"DELETE", "/api/v1/trustedOrigins/{}", plain<origins>::remove},
        {"POST", "/api/v1/trustedOrigins/{}/lifecycle/activate", plain<origins>::activate},
        {"POST", "/api/v1/trustedOrigins/{}/lifecycle/deactivate", plain<origins>::deactivate},
        {"GET", "/api/v1/behaviors", plain<behaviors>::list},
        {"POST", "/api/v1/behaviors", plain<behaviors>::create},
        {"GET", "/api/v1/behaviors/{}", plain<behaviors>::get},
        {"PUT", "/api/v1/behaviors/{}", plain<behaviors>::replace},
        {"DELETE", "/api/v1/behaviors/{}", plain<behaviors>::remove},
        {"POST", "/api/v1/behaviors/{}/lifecycle/activate", plain<behaviors>::activate},
        {"POST", "/api/v1/behaviors/{}/lifecycle/deactivate", plain<behaviors>::deactivate},
        {"GET", "/api/v1/eventHooks", plain<hooks>::list},
        {"POST", "/api/v1/eventHooks", plain<hooks>::create},
        {"GET", "/api/v1/eventHooks/{}", plain<hooks>::get},
        {"PUT", "/api/v1/eventHooks/{}", plain<hooks>::replace},
        {"DELETE", "/api/v1/eventHooks/{}", plain<hooks>::remove},
        {"POST", "/api/v1/eventHooks/{}/lifecycle/activate", plain<hooks>::activate},
        {"POST", "/api/v1/eventHooks/{}/lifecycle/deactivate", plain<hooks>::deactivate},
        {"POST", "/api/v1/eventHooks/{}/lifecycle/verify", verify_hook},
        {"GET", "/api/v1/authenticators", plain<authenticators>::list},
        {"POST", "/api/v1/authenticators", plain<authenticators>::create},
        {"GET", "/api/v1/authenticators/{}", plain<authenticators>::get},
        {"PUT", "/api/v1/authenticators/{}", plain<authenticators>::replace},
        {"POST", "/api/v1/authenticators/{}/lifecycle/activate", plain<authenticators>::activate},
        {"POST", "/api/v1/authenticators/{}/lifecycle/deactivate", plain<authenticators>::deactivate},
    });
    return routes;
}

} // namespace jmld::okta_sim
