// The words of the tree, once for each shell. Nothing is asked of a server while somebody types.
#include "daemon/ctl/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace jmld::ctl {

namespace {

struct place
{
    std::string path;                                       ///< "", "run", "run list"
    std::vector<std::pair<std::string, std::string>> verbs; ///< name and what it does
    std::vector<std::string> flags;
};

void collect(CLI::App& here, const std::string& path, std::vector<place>& all)
{
    place mine{path, {}, {}};
    const auto everything = [](CLI::App*) { return true; };
    for (auto* sub : here.get_subcommands(everything))
        mine.verbs.emplace_back(sub->get_name(), sub->get_description());
    for (const auto* option : here.get_options())
        for (const auto& name : option->get_lnames())
            mine.flags.push_back("--" + name);
    all.push_back(std::move(mine));
    for (auto* sub : here.get_subcommands(everything))
        collect(*sub, path.empty() ? sub->get_name() : path + " " + sub->get_name(), all);
}

std::string words_of(const place& here)
{
    std::string words;
    for (const auto& [name, what] : here.verbs)
        words += (words.empty() ? "" : " ") + name;
    for (const auto& flag : here.flags)
        words += (words.empty() ? "" : " ") + flag;
    return words;
}

// bash and zsh (through its bashcompinit): the words typed so far, without flags, name the place.
std::string for_bash(const std::vector<place>& all)
{
    std::string cases;
    for (const auto& here : all)
        cases += fmt::format("        '{}') words='{}' ;;\n", here.path, words_of(here));
    return "_jmlctl() {\n"
           "    local path='' word words='' i\n"
           "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
           "        word=\"${COMP_WORDS[i]}\"\n"
           "        case \"$word\" in\n"
           "            -*) ;;\n"
           "            *) path=\"${path:+$path }$word\" ;;\n"
           "        esac\n"
           "    done\n"
           "    case \"$path\" in\n" +
           cases +
           "    esac\n"
           "    COMPREPLY=($(compgen -W \"$words --server --token-file --output --reason --dry-run --yes\" -- "
           "\"${COMP_WORDS[COMP_CWORD]}\"))\n"
           "}\n"
           "complete -o default -F _jmlctl jmlctl\n";
}

std::string shell_quoted(const std::string& text)
{
    std::string safe = "'";
    for (const char c : text)
        safe += c == '\'' ? std::string("\\'") : std::string(1, c);
    return safe + "'";
}

std::string for_fish(const std::vector<place>& all)
{
    std::string script = "complete -c jmlctl -f\n";
    for (const auto& here : all) {
        std::string condition;
        for (std::size_t at = 0; at < here.path.size();) {
            const auto end = std::min(here.path.find(' ', at), here.path.size());
            condition += (condition.empty() ? "__fish_seen_subcommand_from " : "; and __fish_seen_subcommand_from ") +
                         here.path.substr(at, end - at);
            at = end + 1;
        }
        if (condition.empty())
            condition = "__fish_use_subcommand";
        for (const auto& [name, what] : here.verbs)
            script += fmt::format("complete -c jmlctl -n {} -a {} -d {}\n", shell_quoted(condition), name,
                                  shell_quoted(what));
        for (const auto& flag : here.flags)
            script += fmt::format("complete -c jmlctl -n {} -l {}\n", shell_quoted(condition), flag.substr(2));
    }
    return script;
}

} // namespace

std::string completion_script(CLI::App& app, const std::string& shell)
{
    std::vector<place> all;
    collect(app, {}, all);
    if (shell == "bash")
        return for_bash(all);
    if (shell == "zsh")
        return "#compdef jmlctl\nautoload -U +X bashcompinit && bashcompinit\n" + for_bash(all);
    if (shell == "fish")
        return for_fish(all);
    throw command_failed{exit_code::usage, "bash, zsh and fish are known, '" + shell + "' is not"};
}

} // namespace jmld::ctl
