// The usual backward analysis: a register is live where a path leads to a read of it without a write before.
#include "ptx_liveness.h"

#include <map>

namespace ptx {
namespace {

typedef std::vector<uint64_t> Bits;

bool has(const Bits& bits, size_t i) { return (bits[i / 64] >> (i % 64)) & 1; }
void set(Bits& bits, size_t i) { bits[i / 64] |= 1ull << (i % 64); }
void clear(Bits& bits, size_t i) { bits[i / 64] &= ~(1ull << (i % 64)); }

void registers_of(const Operand& operand, std::vector<std::string>* names) {
  if (operand.kind == Operand::REGISTER || (operand.kind == Operand::ADDRESS && operand.name[0] == '%')) names->push_back(operand.name);
  for (const Operand& part : operand.parts) registers_of(part, names);
}

bool ends_thread(const Statement& statement) { return statement.text == "ret" || statement.text == "exit"; }

// The statements that may come after one.
std::vector<size_t> followers(const Entry& entry, const std::map<std::string, size_t>& labels, size_t i) {
  const Statement& statement = entry.body[i];
  bool branches = !statement.operation.empty() && statement.operation[0] == "bra";
  bool goes_on = !(branches || ends_thread(statement)) || !statement.guard.empty();
  std::vector<size_t> result;
  if (goes_on && i + 1 < entry.body.size()) result.push_back(i + 1);
  if (branches) {
    auto label = labels.find(statement.operands.at(0).name);
    if (label == labels.end()) throw Error(statement.line, "there is no label " + statement.operands[0].name);
    result.push_back(label->second);
  }
  return result;
}

}  // namespace

bool is_barrier(const Statement& statement) { return !statement.operation.empty() && statement.operation[0] == "bar"; }

Access access_of(const Statement& statement) {
  Access access;
  if (!statement.guard.empty()) access.reads.push_back(statement.guard);
  if (statement.operation.empty()) return access;
  const std::string& operation = statement.operation[0];
  bool writes = operation != "st" && operation != "bra" && operation != "bar" && !ends_thread(statement);
  for (size_t i = 0; i < statement.operands.size(); i++) {
    registers_of(statement.operands[i], writes && i == 0 ? &access.writes : &access.reads);
  }
  return access;
}

std::vector<std::set<std::string>> live_at_barriers(const Entry& entry) {
  std::map<std::string, size_t> numbers, labels;
  std::vector<std::string> names;
  std::vector<std::vector<size_t>> reads(entry.body.size()), writes(entry.body.size()), next(entry.body.size());
  auto number = [&](const std::string& name) {
    auto inserted = numbers.emplace(name, names.size());
    if (inserted.second) names.push_back(name);
    return inserted.first->second;
  };
  for (size_t i = 0; i < entry.body.size(); i++) {
    if (!entry.body[i].label.empty()) labels[entry.body[i].label] = i;
    Access access = access_of(entry.body[i]);
    for (const std::string& name : access.reads) reads[i].push_back(number(name));
    // What a guarded instruction does not write keeps its value, so that it counts as read.
    for (const std::string& name : access.writes) (entry.body[i].guard.empty() ? writes : reads)[i].push_back(number(name));
  }
  for (size_t i = 0; i < entry.body.size(); i++) next[i] = followers(entry, labels, i);

  std::vector<Bits> live(entry.body.size() + 1, Bits(names.size() / 64 + 1));
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t i = entry.body.size(); i-- > 0;) {
      Bits now(names.size() / 64 + 1);
      for (size_t follower : next[i]) {
        for (size_t word = 0; word < now.size(); word++) now[word] |= live[follower][word];
      }
      for (size_t written : writes[i]) clear(now, written);
      for (size_t read : reads[i]) set(now, read);
      if (now != live[i]) {
        live[i] = now;
        changed = true;
      }
    }
  }

  std::vector<std::set<std::string>> result;
  for (size_t i = 0; i < entry.body.size(); i++) {
    if (!is_barrier(entry.body[i])) continue;
    result.emplace_back();
    for (size_t register_number = 0; register_number < names.size(); register_number++) {
      // The barrier itself reads nothing but its guard, so that what is live before it is live after it.
      if (has(live[i], register_number)) result.back().insert(names[register_number]);
    }
  }
  return result;
}

}  // namespace ptx
