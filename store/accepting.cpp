// Pure but for the lookups. Ids of alarms are made from their cause: the same request answers the same on every
// journal.
#include "store/accepting.hpp"

#include "engine/digest.hpp"

#include <map>
#include <set>

namespace jmld::store {

using runtime::acceptance;

namespace {

/// Chance without a source of chance: the bits of a digest.
class digest_bits final : public random_source
{
public:
    explicit digest_bits(std::string_view text) : bytes_(digest::sha256(text)) {}
    std::uint64_t next() override
    {
        std::uint64_t bits = 0;
        for (int i = 0; i < 8; ++i)
            bits = bits << 8 | bytes_[at_++ % bytes_.size()];
        return bits;
    }

private:
    digest::sha256_bytes bytes_;
    std::size_t at_ = 0;
};

runtime::alarm_row conflict_alarm(const runtime::delivery_record& delivery, const person_key& subject,
                                  bool by_webhook_id)
{
    runtime::alarm_row alarm;
    const auto name = by_webhook_id ? delivery.event.source + " webhook " + delivery.webhook_id
                                    : delivery.event.source + "~" + delivery.event.id;
    alarm.cause = "event_id_conflict " + name;
    digest_bits bits(alarm.cause);
    alarm.id = make_id<alarm_id>("alm", delivery.at, bits);
    alarm.kind = "event_id_conflict";
    alarm.at = delivery.at;
    alarm.message = by_webhook_id ? "webhook id " + delivery.webhook_id + " of source " + delivery.event.source +
                                        " came again with another body; the first stands"
                                  : "event " + delivery.event.id + " of source " + delivery.event.source +
                                        " came again with another body; the first stands";
    alarm.subject = subject;
    alarm.event = delivery.event;
    return alarm;
}

class judge_of_one
{
public:
    judge_of_one(accept_lookup& stored, judgement& verdict) : stored_(stored), verdict_(verdict) {}

    result<void> judge(std::size_t index, const runtime::incoming_event& one)
    {
        const auto& event = one.event;
        auto known = find(event.key);
        if (!known)
            return std::unexpected(known.error());
        if (*known && (*known)->identity_sha256 != event.identity_sha256)
            return conflict(one, **known, false);
        auto misused = used_for_another_body(one.delivery);
        if (!misused)
            return std::unexpected(misused.error());
        if (*misused)
            return conflict(one, known->value_or(known_event{}), true);
        if (*known) {
            verdict_.answers.push_back({acceptance::duplicate, (*known)->decision});
            return {};
        }
        verdict_.answers.push_back({acceptance::accepted, event.decision});
        verdict_.to_store.push_back(index);
        new_[event.key] = {event.identity_sha256, event.decision, event.person};
        return {};
    }

private:
    result<std::optional<known_event>> find(const event_key& key)
    {
        if (const auto here = new_.find(key); here != new_.end())
            return here->second;
        return stored_.find(key);
    }

    // The events of one request share its webhook id and body: asked once.
    result<bool> used_for_another_body(const runtime::delivery_record& delivery)
    {
        if (delivery.webhook_id.empty())
            return false;
        if (cleared_ != nullptr && cleared_->webhook_id == delivery.webhook_id &&
            cleared_->body_sha256 == delivery.body_sha256 && cleared_->event.source == delivery.event.source)
            return false;
        auto used = stored_.used_for_another_body(delivery);
        if (used && !*used)
            cleared_ = &delivery;
        return used;
    }

    result<void> conflict(const runtime::incoming_event& one, const known_event& known, bool by_webhook_id)
    {
        verdict_.answers.push_back({acceptance::conflict, known.decision});
        verdict_.alarms.push_back(conflict_alarm(one.delivery, known.person, by_webhook_id));
        return {};
    }

    accept_lookup& stored_;
    judgement& verdict_;
    std::map<event_key, known_event> new_;
    const runtime::delivery_record* cleared_ = nullptr;
};

// Also a repetition within the request is no duplicate any more: what it repeats is not kept either.
void keep_nothing(judgement& verdict, const std::vector<runtime::incoming_event>& batch)
{
    std::set<event_key> dropped;
    for (const auto index : verdict.to_store)
        dropped.insert(batch[index].event.key);
    verdict.to_store.clear();
    for (std::size_t i = 0; i < batch.size(); ++i)
        if (dropped.contains(batch[i].event.key))
            verdict.answers[i] = {acceptance::conflict, {}};
}

} // namespace

result<judgement> judge(const std::vector<runtime::incoming_event>& batch, accept_lookup& stored)
{
    judgement verdict;
    judge_of_one one(stored, verdict);
    for (std::size_t i = 0; i < batch.size(); ++i)
        if (auto judged = one.judge(i, batch[i]); !judged)
            return std::unexpected(judged.error());
    if (!verdict.alarms.empty())
        keep_nothing(verdict, batch);
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (verdict.answers[i].what == acceptance::accepted)
            continue;
        const bool duplicate = verdict.answers[i].what == acceptance::duplicate;
        auto delivery = batch[i].delivery;
        delivery.event = batch[i].event.key;
        delivery.status = duplicate && verdict.alarms.empty() ? "duplicate" : "conflict";
        delivery.http_status = duplicate && verdict.alarms.empty() ? 202 : 409;
        verdict.deliveries.push_back(std::move(delivery));
    }
    return verdict;
}

} // namespace jmld::store
